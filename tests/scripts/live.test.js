// The sidebar's sliders, live: what an answer brings.

import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { get } from "../../convlab/ui/components/maps/blobs.js";
import { Sliders } from "../../convlab/ui/components/maps/live.js";

globalThis.MutationObserver ??= class {};
globalThis.window ??= globalThis;

/** What a component's life is asked for here, and the names of the events that it sends. */
function living() {
  const sent = [];
  return { sent, gone: false, observe: (observer) => observer, listen: () => {}, send: (name) => sent.push(name) };
}

test("an answer that comes too late for its state is kept all the same: the server takes it for known", async () => {
  const life = living();
  const sliders = new Sliders(life, async () => {});
  sliders.questions.begin("now", { stride: 2 }, {});
  const header = { base: "before", blobs: { late: { range: [0, 3], lags: [] } } };
  await sliders.answered({ header, rest: deflateRawSync(Buffer.from([1, 2, 3])) }, { key: "stride", value: 3 });
  assert.deepEqual(life.sent, ["again"]);
  assert.deepEqual([...get({ name: "late" })], [1, 2, 3]);
});
