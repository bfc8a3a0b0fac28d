import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";

import { editsSeen, sendEdit } from "../../convlab/ui/components/shared/edits.js";
import { bytes, floats, inflate, unpack } from "../../convlab/ui/components/shared/message.js";

test("a message is taken apart as Python packed it", async () => {
  const header = deflateRawSync(JSON.stringify({ words: "×", colours: [0, 3], values: [4, 2] }));
  const payload = new Uint8Array(12);
  payload.set([7, 8, 9]);
  new Float32Array(payload.buffer, 4, 2).set([1.5, -2]);
  const packed = deflateRawSync(payload);
  const message = new Uint8Array(4 + header.length + packed.length);
  new DataView(message.buffer).setUint32(0, header.length, true);
  message.set(header, 4);
  message.set(packed, 4 + header.length);

  const { header: read, rest } = await unpack(message);
  const buffer = await inflate(rest);
  assert.equal(read.words, "×");
  assert.deepEqual([...bytes(buffer, read.colours)], [7, 8, 9]);
  assert.deepEqual([...floats(buffer, read.values)], [1.5, -2]);
});

test("edits are sent again until Python has seen them, in order", () => {
  const sent = [];
  const state = { life: { later: () => {}, send: (name, value) => sent.push([name, value.map(({ value }) => value)]) } };
  sendEdit(state, { value: "1" });
  sendEdit(state, { value: "2" });
  assert.deepEqual(sent, [["edit", ["1"]], ["edit", ["1", "2"]]]);
  const [first, second] = state.edits;
  assert.ok(first.number < second.number);
  editsSeen(state, first.number);
  sendEdit(state, { value: "3" });
  assert.deepEqual(sent.at(-1), ["edit", ["2", "3"]]);
});
