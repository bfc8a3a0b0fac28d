// What is pinned and chosen: shown at once, told until a message says so too.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Pins } from "../../convlab/ui/components/maps/pins.js";

class Life {
  sent = [];
  later() {
    return () => {};
  }
  send(name, value) {
    this.sent.push([name, value]);
  }
}

const header = (pinned, ...chosen) => ({
  pinned,
  told: `${pinned ?? ""}|${chosen.join(",").replace(/^0$|^0,0$/, "")}`,
  fresh: 0,
  telling: [0, 0, 1, 1],
  panels: [{ layers: chosen.map((map, stage) => ({ chosen: map, rows: [{ stage, captions: ["", "", "", ""] }] })) }],
});

test("a card that is chosen is told with what is pinned", () => {
  const life = new Life();
  const pins = new Pins(life);
  pins.heard(header([0, 0, 5, 7], 0, 0));
  pins.choose(1, 2);
  assert.deepEqual(life.sent.at(-1), ["pin", { pixel: "0,0,5,7", chosen: "0,2", fresh: 0 }]);
});

test("a message from before does not take the choice back", () => {
  const pins = new Pins(new Life());
  pins.heard(header(null, 0));
  pins.choose(0, 3);
  const old = header(null, 0);
  pins.heard(old);
  assert.equal(old.panels[0].layers[0].chosen, 3);
  pins.heard(header(null, 3));
  const later = header(null, 1); // somebody else's choice: a link, Reset
  pins.heard(later);
  assert.equal(later.panels[0].layers[0].chosen, 1);
});

test("a place that was moved onto its map is heard", () => {
  const pins = new Pins(new Life());
  pins.heard(header(null, 0));
  pins.pin([0, 0, 500, 500]);
  pins.heard({ ...header([0, 0, 230, 175], 0), told: "0,0,500,500|" });
  assert.deepEqual(pins.pinned, [0, 0, 230, 175]);
  assert.equal(pins.waiting, "");
});

test("there are no more maps than there are", () => {
  const pins = new Pins(new Life());
  pins.choose(0, 7);
  const shown = header(null, 0);
  pins.apply(shown);
  assert.equal(shown.panels[0].layers[0].chosen, 3);
});

test("of two pins the first one's answer does not take the second one back", () => {
  const pins = new Pins(new Life());
  pins.heard(header(null, 0));
  pins.pin([0, 0, 1, 1]);
  pins.pin([0, 0, 2, 2]);
  pins.heard(header([0, 0, 1, 1], 0));
  assert.deepEqual(pins.pinned, [0, 0, 2, 2]);
});

test("a page that began anew forgets what was told before", () => {
  const pins = new Pins(new Life());
  pins.heard(header(null, 0));
  pins.choose(0, 3);
  const anew = { ...header(null, 0), fresh: 1 };
  pins.heard(anew);
  assert.equal(anew.panels[0].layers[0].chosen, 0);
  assert.equal(pins.waiting, "");
});
