import assert from "node:assert/strict";
import { test } from "node:test";
import { Moves } from "../../convlab/ui/components/dock/moves.js";
import { editsSeen } from "../../convlab/ui/components/shared/edits.js";

/** Moves, and what was sent of them. */
function moves() {
  /** @type {{ key: string, value: number }[][]} */
  const sent = [];
  const life = { send: (/** @type {string} */ _, /** @type {any} */ list) => sent.push(list), later: () => () => {} };
  return { sent, moves: new Moves(/** @type {any} */ (life)) };
}

test("a value under a finger is shown and not sent until it is let go", () => {
  const { sent, moves: dock } = moves();
  dock.hold("stride", 3);
  assert.equal(dock.now("stride", 1), 3);
  assert.deepEqual(sent, []);
  dock.letGo("stride", 1);
  dock.letGo("stride", 1); // the pointer's end comes as well
  assert.deepEqual(sent.map((list) => list.map(({ key, value }) => [key, value])), [[["stride", 3]]]);
});

test("back where it began nothing is sent", () => {
  const { sent, moves: dock } = moves();
  dock.hold("stride", 3);
  dock.hold("stride", 1);
  dock.letGo("stride", 1);
  assert.deepEqual(sent, []);
  assert.equal(dock.now("stride", 2), 2);
});

test("a move holds until Python has seen it", () => {
  const { sent, moves: dock } = moves();
  dock.send("stride", 2);
  dock.send("pool", "avg");
  dock.send("stride", 4);
  assert.equal(sent.at(-1)?.length, 3);
  assert.deepEqual([dock.now("stride", 1), dock.now("pool", "max"), dock.now("dilation", 1)], [4, "avg", 1]);
  editsSeen(dock, dock.edits[1].number);
  assert.deepEqual([dock.now("stride", 2), dock.now("pool", "none")], [4, "none"]);
  editsSeen(dock, dock.edits[0].number);
  assert.equal(dock.now("stride", 5), 5);
});
