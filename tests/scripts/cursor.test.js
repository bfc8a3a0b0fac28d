import assert from "node:assert/strict";
import { test } from "node:test";

import { foldFor } from "../../convlab/ui/components/maps/fold.js";
import { lookedAt } from "../../convlab/ui/components/maps/looking.js";
import { marksOf, wordsOf } from "../../convlab/ui/components/maps/seen.js";
import { shadeOf } from "../../convlab/ui/components/maps/shades.js";
import { centredOn, chainOf, counterpart, windowOf } from "../../convlab/ui/components/maps/spots.js";
import { sumsOf, tiny, titleOf, told, verdictsOf } from "../../convlab/ui/components/maps/verdict.js";
import { greys, line, networkOf, ONE, stamped } from "./panels.js";

const FIVE = greys([0, 51, 0, 102, 255]);
const sum = (lines, weights, reads = [[0]]) => ({ kind: "sum", lines: [ONE, lines], weights, reads, maps: reads.length });
/** 1×2 differences, ReLU, the larger of two (with a stride of 2 and three numbers the last one is left out). */
const edges = (size) => [
  sum(line(size, 2), [-1, 1]),
  { kind: "relu", size: [1, size - 1] },
  { kind: "max", lines: [ONE, line(size - 1, 2, { stride: 2 })] },
];

test("a number keeps its place in ReLU and lies in a block of the pooling", () => {
  const network = networkOf(FIVE, [edges(5)]);
  assert.deepEqual(chainOf(network, [0, 0, 0, 2]), [[0, 0, 0, 2], [1, 0, 0, 2], [2, 0, 0, 1]]);
});

test("a pooled number comes from the one that won its block", () => {
  assert.deepEqual(chainOf(networkOf(FIVE, [edges(5)]), [2, 0, 0, 1]), [[0, 0, 0, 3], [1, 0, 0, 3], [2, 0, 0, 1]]);
});

test("a pooled average comes from the middle of its block", () => {
  const rows = [sum(line(5, 2), [-1, 1]), { kind: "avg", lines: [ONE, line(4, 3)], divisors: [[1], [3, 3]] }];
  assert.deepEqual(chainOf(networkOf(FIVE, [rows]), [1, 0, 0, 1]), [[0, 0, 0, 2], [1, 0, 0, 1]]);
});

test("what pooling leaves out has no block", () => {
  const network = networkOf(greys([0, 255, 0, 255]), [edges(4)]);
  assert.deepEqual(chainOf(network, [0, 0, 0, 2])[2], null);
  assert.equal(wordsOf(network, [0, 0, 0, 2]), "Row 0, column 2: Σ = 1 → ReLU → 1 → left out by pooling");
  assert.deepEqual(verdictsOf(network, chainOf(network, [0, 0, 0, 2]))[1], ["left out by pooling", "no block has this number"]);
});

test("a window keeps its padding and its gaps", () => {
  const network = networkOf(FIVE, [[sum(line(5, 3, { padding: 1, dilation: 2 }), [1, 1, 1])]]);
  assert.deepEqual(windowOf(network, [0, 0, 0, 0]), { stage: -1, maps: [0], rows: [0], columns: [-1, 1, 3] });
  const [, window] = marksOf(network, [0, 0, 0, 0]);
  assert.deepEqual([window.figures, window.at], [["picture"], { top: 0, left: -0.2, height: 1, width: 1 }]);
  assert.deepEqual(window.taps.map(({ left, width }) => [left, width]), [[0, 0.2], [0.4, 0.2], [0.8, 0.2]]);
});

test("a window of a transposed layer is what stamps the number", () => {
  const network = networkOf(FIVE, [[sum(stamped(5, 3, 2), [1, 1, 1])]]);
  assert.deepEqual(windowOf(network, [0, 0, 0, 4]).columns, [1, 2]);
  assert.deepEqual(windowOf(network, [0, 0, 0, 3]).columns, [1]);
});

test("a pixel leads to the number whose window has its middle there", () => {
  const network = networkOf(FIVE, [[sum(line(5, 3), [1, 1, 1])]]);
  assert.deepEqual([0, 2, 4].map((column) => centredOn(network, 0, 0, 0, column)[3]), [0, 1, 2]);
});

test("of two panels the same part of the picture is looked at", () => {
  const six = greys([0, 51, 0, 102, 255, 0]);
  const rows = (given) => [sum(line(6, 3, given), [1, 1, 1]), { kind: "relu", size: [1, line(6, 3, given).cells.length] }];
  const [plain, padded, strided] = [{}, { padding: 1 }, { padding: 1, stride: 2 }].map((given) => networkOf(six, [rows(given)]));
  assert.deepEqual(counterpart(plain, [1, 0, 0, 2], plain), [1, 0, 0, 2]);
  assert.deepEqual(counterpart(plain, [1, 0, 0, 2], padded), [1, 0, 0, 3]);
  assert.deepEqual(counterpart(strided, [0, 0, 0, 1], padded), [0, 0, 0, 2]);
});

test("every stage of the layer has its ring, the picture its window", () => {
  const marks = marksOf(networkOf(FIVE, [edges(5)]), [0, 0, 0, 2]);
  assert.deepEqual(marks.map(({ kind, figures }) => [kind, figures[0]]), [
    ["ring", "0 0"], ["ring", "1 0"], ["ring", "2 0"], ["window", "picture"],
  ]);
  assert.deepEqual(marks[2].at, { top: 0, left: 0.5, height: 1, width: 0.5 });
});

test("a number of a later layer marks the maps that it reads, and what it sees of the picture", () => {
  const network = networkOf(FIVE, [edges(5), [sum(line(2, 2), [3, -2])]]);
  const [ring, window, reach] = marksOf(network, [3, 0, 0, 0]);
  assert.deepEqual([ring.figures[0], window.figures], ["3 0", ["2 0", "input 2 0"]]);
  assert.deepEqual([reach.kind, reach.figures, [...reach.field.weights]], ["reach", ["picture"], [3, 3, 0, 2, 2]]);
  assert.equal(wordsOf(network, [3, 0, 0, 0]), "Layer 2, row 0, column 0: Σ = −0.6");
});

test("the line says what becomes of the number", () => {
  const network = networkOf(FIVE, [edges(5)]);
  assert.equal(wordsOf(network, [0, 0, 0, 1]), "Row 0, column 1: Σ = −0.2 → ReLU → 0 → max 0.2");
});

test("the verdicts say whether the number is the largest of its block", () => {
  const network = networkOf(FIVE, [edges(5)]);
  const said = (column) => verdictsOf(network, chainOf(network, [0, 0, 0, column]));
  assert.deepEqual(said(1), [["max(0, −0.2) = 0", "ReLU makes it 0"], ["max of 1×2 = 0.2", "another one is larger"]]);
  assert.deepEqual(said(0)[1], ["max of 1×2 = 0.2", "this one is the largest"]);
  const level = networkOf(greys([0, 255, 255, 255]), [[{ ...edges(4)[2], lines: [ONE, line(4, 2, { stride: 2 })] }]]);
  assert.deepEqual(verdictsOf(level, [[0, 0, 0, 1]]), [["max of 1×2 = 1", ""]]);
});

test("the sums of the channels add up as they are shown", () => {
  const blocks = [-0.0646, -0.0646, -0.0548].map((each) => ({ name: "", cells: [], sum: each }));
  assert.deepEqual(sumsOf({ kind: "sum", columns: 1, blocks, total: -0.184 }), { sums: ["−0.064", "−0.065", "−0.055"], bias: "", total: "−0.184" });
});

test("cells write numbers briefly, and say the whole product", () => {
  assert.deepEqual([0.234, -0.5, 0, 1, -1.25, 12.34, -12.34, -123.4, 1e-9, null].map(tiny), [".23", "−.5", "0", "1", "−1.3", "12.3", "−12", "−123", "≈0", ""]);
  assert.equal(told({ kind: "", input: 0.5, weight: -1, product: -0.5 }), "0.5 × (−1) = −0.5");
  assert.equal(told({ kind: "pad", input: 0, weight: 2, product: 0 }), "0 (padding) × 2 = 0");
  assert.equal(told({ kind: "pad", input: null }), "padding");
});

test("a colour is found as Python finds it, and its ink stands out", () => {
  const table = Uint32Array.from({ length: 256 }, (_, entry) => 0xff000000 | entry);
  assert.deepEqual([-9, -2, 0, 1, 2].map((value) => shadeOf(table, value, 2).fill), ["#000000", "#000000", "#7f0000", "#bf0000", "#fe0000"]);
  assert.equal(shadeOf(table, -2, 2).ink, "#ffffff");
});

test("the tray folds where it is narrow, and writes numbers where they can be read", () => {
  const five = { rows: 5, columns: 5 };
  assert.deepEqual(foldFor(944, five), { fold: "", cell: 29, numbers: true });
  assert.deepEqual(foldFor(860, five), { fold: "headed", cell: 30, numbers: true });
  assert.deepEqual(foldFor(366, five), { fold: "folded", cell: 30, numbers: true });
  assert.deepEqual(foldFor(944, { rows: 11, columns: 11 }), { fold: "", cell: 13, numbers: false });
  assert.deepEqual(foldFor(944, { rows: 1, columns: 7 }), { fold: "", cell: 21, numbers: false });
});

test("what is pointed at comes before what is pinned, and that before the telling place", () => {
  const header = { pinned: [0, 0, 1, 1], telling: [0, 0, 2, 2] };
  assert.deepEqual(lookedAt({ look: [1, 0, 0, 0], shown: { header } }), [1, 0, 0, 0]);
  assert.deepEqual(lookedAt({ look: null, shown: { header } }), [0, 0, 1, 1]);
  assert.deepEqual(lookedAt({ look: null, shown: { header: { ...header, pinned: null } } }), [0, 0, 2, 2]);
  assert.equal(lookedAt({ look: null, shown: null }), null);
});

test("the title says where the number lies", () => {
  assert.equal(titleOf(networkOf(FIVE, [edges(5)]), [0, 0, 0, 1]), "Row 0, column\u00a01");
});
