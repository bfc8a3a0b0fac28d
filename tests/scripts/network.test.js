import assert from "node:assert/strict";
import { test } from "node:test";

import { Network } from "../../convlab/ui/components/maps/network.js";
import { greys, line, networkOf, ONE, panelOf, stamped } from "./panels.js";

const near = (one, other) => {
  assert.ok(Math.abs(one - other) <= 1e-6, `${one} is not ${other}`);
};

/** 1×2 differences of five pixels, ReLU, the larger of two. */
const EDGES = [
  { kind: "sum", lines: [ONE, line(5, 2)], weights: [-1, 1], reads: [[0]], bias: [0.1] },
  { kind: "relu", size: [1, 4] },
  { kind: "max", lines: [ONE, line(4, 2, { stride: 2 })] },
];
const FIVE = greys([0, 51, 0, 102, 255]);

test("a sum, ReLU and pooling are computed from the picture", () => {
  const network = networkOf(FIVE, [EDGES]);
  [0.3, -0.1, 0.5, 0.7].forEach((sum, column) => {
    near(network.value([0, 0, 0, column]), sum);
  });
  [0.3, 0, 0.5, 0.7].forEach((left, column) => {
    near(network.value([1, 0, 0, column]), left);
  });
  [0.3, 0.7].forEach((most, column) => {
    near(network.value([2, 0, 0, column]), most);
  });
});

test("an average is divided by what it counts, padding too", () => {
  const lines = [ONE, line(5, 2, { stride: 2, padding: 1 })];
  const network = networkOf(FIVE, [[{ kind: "avg", lines, divisors: [[1], [2, 2, 2]] }]]);
  [0, 0.1, 0.7].forEach((mean, column) => {
    near(network.value([0, 0, 0, column]), mean);
  });
});

test("grey is weighed from the colours", () => {
  const image = { pixels: [255, 0, 51], width: 1, height: 1, channels: ["grey"], grey: [0.5, 0.3, 0.2] };
  near(networkOf(image, []).value([-1, 0, 0, 0]), 0.54);
});

test("a number is taken apart: what each tap meets, padding that copies too", () => {
  const padded = line(5, 2, { padding: 1 });
  const network = networkOf(FIVE, [[{ ...EDGES[0], lines: [ONE, padded] }]]);
  const { blocks, bias, total } = network.parts([0, 0, 0, 0]);
  assert.equal(blocks[0].name, "grey");
  assert.deepEqual(blocks[0].cells.map(({ kind, input, weight, to }) => [kind, input, weight, to]), [["pad", 0, -1, null], ["", 0, 1, null]]);
  assert.deepEqual([blocks[0].sum, bias], [0, 0.1]);
  near(total, 0.1);
  padded.sources[0][0] = 4;
  const copied = networkOf(FIVE, [[{ ...EDGES[0], lines: [ONE, padded] }]]).parts([0, 0, 0, 0]);
  assert.deepEqual(copied.blocks[0].cells.map(({ kind, product }) => [kind, product]), [["", -1], ["", 0]]);
});

test("of a maximum the winner is marked, and each number leads to its own place", () => {
  const { kind, blocks, total } = networkOf(FIVE, [EDGES]).parts([2, 0, 0, 1]);
  assert.deepEqual([kind, blocks[0].name], ["max", "map 1"]);
  assert.deepEqual(blocks[0].cells.map(({ won, to }) => [won, to]), [[false, [1, 0, 0, 2]], [true, [1, 0, 0, 3]]]);
  near(total, 0.7);
});

test("what ReLU makes of a number keeps the number before it", () => {
  const { kind, before, total } = networkOf(FIVE, [EDGES]).parts([1, 0, 0, 1]);
  assert.deepEqual([kind, total], ["relu", 0]);
  near(before, -0.1);
});

test("taps of a transposed layer that meet nothing are skipped", () => {
  const lines = [ONE, stamped(5, 3, 2)];
  const network = networkOf(FIVE, [[{ kind: "sum", lines, weights: [1, 2, 3], reads: [[0]] }]]);
  const parts = (column) => network.parts([0, 0, 0, column]).blocks[0].cells.map(({ kind }) => kind);
  assert.deepEqual(parts(2), ["", "skipped", ""]);
  assert.deepEqual(parts(3), ["skipped", "", "skipped"]);
  near(network.value([0, 0, 0, 6]), 0.4);
});

test("a pixel weighs as much as the number changes with it, through ReLU and the winner alone", () => {
  const second = [{ kind: "sum", lines: [ONE, line(2, 2)], weights: [3, -2], reads: [[0]] }];
  const network = networkOf(FIVE, [EDGES, second]);
  const { weights, ...box } = network.field([3, 0, 0, 0]);
  assert.deepEqual(box, { top: 0, left: 0, height: 1, width: 5 });
  assert.deepEqual([...weights], [3, 3, 0, 2, 2]);
  assert.deepEqual([...network.field([1, 0, 0, 1]).weights], [0, 0]);
});

test("a place is in its map or it is not", () => {
  const network = networkOf(FIVE, [EDGES]);
  assert.ok(network.has([2, 0, 0, 1]));
  for (const place of [[2, 0, 0, 2], [2, 1, 0, 0], [3, 0, 0, 0], [0, 0, -1, 0]]) assert.ok(!network.has(place));
});

test("a preview has every other pixel, and says that its numbers are not torch's", () => {
  const network = networkOf({ ...greys([0, 102, 255]), width: 5, step: 2 }, []);
  assert.ok(network.whole && !network.exact);
  near(network.value([-1, 0, 0, 3]), 0.4);
});

test("a network that lacks an array says so", () => {
  const { panel, get } = panelOf(FIVE, [EDGES]);
  assert.ok(new Network(panel, get).whole);
  assert.ok(!new Network(panel, () => undefined).whole);
});
