import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import * as kept from "../../convlab/ui/components/picture/kept.js";

const [OLD, NEW] = [1, 2].map((number) => ({ name: "a.png", data: "AAAA", number }));
let room = 1000;

beforeEach(() => {
  const stored = new Map();
  room = 1000;
  globalThis.sessionStorage = {
    getItem: (place) => stored.get(place) ?? null,
    removeItem: (place) => stored.delete(place),
    setItem(place, text) {
      if (text.length > room) throw new Error("full");
      stored.set(place, text);
    },
  };
});

test("one that is on its way takes nothing's place until the server has it", ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  kept.keepPicture(OLD);
  kept.keepWaiting(NEW);
  assert.deepEqual([kept.keptPicture(), kept.waitingPicture()], [OLD, NEW]);
  assert.equal(kept.keepPicture(NEW), true);
  assert.deepEqual([kept.keptPicture(), kept.waitingPicture()], [NEW, NEW]); // the address does not say so yet
  mock.timers.tick(1000);
  assert.deepEqual([kept.keptPicture(), kept.waitingPicture()], [NEW, null]);
});

test("one that the server cannot use leaves the one before", () => {
  kept.keepPicture(OLD);
  kept.keepWaiting(NEW);
  kept.dropWaiting();
  assert.deepEqual([kept.keptPicture(), kept.waitingPicture()], [OLD, null]);
});

test("where there is no room the one before is not shown for it", () => {
  kept.keepPicture(OLD);
  room = 10;
  assert.equal(kept.keepPicture(NEW), false);
  assert.equal(kept.keptPicture(), null);
});

test("a forgotten one is nowhere, and a browser without storage keeps none", () => {
  kept.keepPicture(OLD);
  kept.keepWaiting(NEW);
  kept.forgetPicture();
  assert.deepEqual([kept.keptPicture(), kept.waitingPicture()], [null, null]);
  globalThis.sessionStorage = undefined;
  assert.equal(kept.keepPicture(NEW), false);
  assert.equal(kept.keptPicture(), null);
});
