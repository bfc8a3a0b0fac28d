// Arrays that messages bring, and maps that are made of them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { get, lacking, take } from "../../convlab/ui/components/maps/blobs.js";
import { entries, planeOf } from "../../convlab/ui/components/maps/pixels.js";

/** What a message brings: arrays by name, one after another. */
function bring(arrays, lags = []) {
  const blobs = {};
  let length = 0;
  const all = Object.entries(arrays).map(([name, array]) => {
    const plain = Buffer.from(array.buffer ?? array);
    blobs[name] = { range: [length, plain.length], lags };
    length += plain.length;
    return plain;
  });
  take({ blobs }, new Uint8Array(Buffer.concat(all)).buffer);
}

const row = (kind, height, width, more) => ({ kind, height, width, pixels: null, taps: null, ...more });
const pixels = (name, count, step = 1, planes = [...Array(count).keys()]) => ({ blob: { name }, first: 0, count, planes, step });

test("an array that was brought is there, and one that was not is lacking", () => {
  bring({ first: [1, 2], second: [3] });
  assert.deepEqual([...get({ name: "first" })], [1, 2]);
  assert.deepEqual([...get({ name: "second" })], [3]);
  assert.equal(get({ name: "third" }), undefined);
  const brought = { range: [0, 1], lags: [] };
  assert.deepEqual(lacking({ blobs: { first: null, third: null, fourth: brought } }), ["third"]);
});

test("differences are added up, modulo 256", () => {
  bring({ ramp: [250, 5, 5, 5] }, [1]);
  assert.deepEqual([...get({ name: "ramp" })], [250, 255, 4, 9]);
  // 1 2 3 / 5 7 9: first to the left, then to what is above
  bring({ both: [1, 1, 1, 1, 1, 1] }, [1, 3]);
  assert.deepEqual([...get({ name: "both" })], [1, 2, 3, 5, 7, 9]);
});

test("what is not spoken of for long makes room", () => {
  bring({ old: [1] });
  for (let turn = 0; turn < 3; turn++) bring({ [`large ${turn}`]: new Uint8Array(30_000_000) });
  assert.equal(get({ name: "old" }), undefined);
  assert.equal(get({ name: "large 0" }), undefined);
  assert.equal(get({ name: "large 2" }).length, 30_000_000);
});

test("a map is its plane, or the mirror of one", () => {
  bring({ maps: [0, 127, 200, 254, 1, 2, 3, 4] });
  const sum = row("sum", 2, 2, { pixels: pixels("maps", 3, 1, [0, -1, 1]) });
  const shown = [0, 1, 2].map((map) => [...entries({ rows: [sum] }, sum, map).entries]);
  assert.deepEqual(shown, [[0, 127, 200, 254], [254, 127, 54, 0], [1, 2, 3, 4]]);
  assert.equal(entries({ rows: [sum] }, sum, 3), null);
  assert.equal(entries({ rows: [sum] }, sum, 1), entries({ rows: [sum] }, sum, 1)); // made once
});

test("after ReLU nothing lies below zero, and a maximum takes the largest that its taps read", () => {
  bring({
    before: [10, 130, 90, 140, 20, 250, 127, 128, 5],
    // rows: output × taps, then columns; cells, then what is read there: the last column hangs over
    taps: new Int16Array([0, 1, 0, 1, 2, 3, 0, 1, 0, 1, 2, -1]),
  });
  const sum = row("sum", 3, 3, { pixels: pixels("before", 1) });
  const relu = row("relu", 3, 3);
  const max = row("max", 1, 2, { taps: { blob: { name: "taps" }, size: [2, 2], divisors: [] } });
  const layer = { rows: [sum, relu, max] };
  assert.deepEqual([...entries(layer, relu, 0).entries], [127, 130, 127, 140, 127, 250, 127, 128, 127]);
  assert.deepEqual([...entries(layer, max, 0).entries], [140, 250]);
});

test("a preview tells of one map, every so manieth row and column", () => {
  bring({ few: [130, 140, 150, 160], pooling: new Int16Array([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]) });
  const sum = row("sum", 4, 4, { pixels: { ...pixels("few", 1, 2), first: 1 } });
  const max = row("max", 2, 2, { taps: { blob: { name: "pooling" }, size: [2, 2], divisors: [] } });
  const layer = { rows: [sum, max] };
  assert.equal(entries(layer, sum, 0), null);
  assert.deepEqual({ ...entries(layer, sum, 1) }, { entries: get({ name: "few" }), width: 4, height: 4, step: 2 });
  assert.deepEqual([...entries(layer, max, 1).entries], [130]);
  assert.equal(planeOf(sum.pixels, 4, 4, 2), null);
});
