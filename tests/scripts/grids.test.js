import assert from "node:assert/strict";
import { test } from "node:test";

import { numberApart, stampApart } from "../../convlab/ui/components/grids/apart.js";
import { boardOf, copied, inside, numberOf, placeOf, readers, tapsAt } from "../../convlab/ui/components/grids/board.js";
import { fit } from "../../convlab/ui/components/grids/layout.js";
import { pointOf, still } from "../../convlab/ui/components/grids/points.js";

/** The header and payload of a message: arrays of numbers become ranges of the payload. */
function boardFrom(given) {
  const numbers = [];
  const add = (values) => [4 * (numbers.push(...values) - values.length), values.length];
  const header = {
    table: "00".repeat(3 * 256),
    use: add([]),
    matrix: { words: "" },
    sentences: [],
    ...given(add),
  };
  return boardOf(header, new Float32Array(numbers).buffer);
}

/** A convolution of 1×3 over two numbers with padding 1, reflected or not: 1×2 numbers. */
function convolution(sources = [[null, 0, 1], [0, 1, null]], products = [20, 200, 1, 20]) {
  return boardFrom((add) => ({
    kind: "convolution",
    kernel_size: [1, 3],
    lines: { cells: [[[0]], [[-1, 0, 1], [0, 1, 2]]], sources: [[[0]], sources] },
    input: { shape: [1, 1, 2], values: add([2, 4]), colours: [0, 0], names: [""], around: [[0, 0], [1, 1]], reads: "0" },
    output: { shape: [1, 1, 2], values: add([220.5, 21.5]), colours: [0, 0], around: [], extra: [0, 0] },
    kernels: [{ reads: [0], values: add([0.5, 10, 50]), colours: [0, 0], bias: 0.5 }],
    products: add(products),
    sums: add([220, 21]),
  }));
}

/** A transposed convolution of 1×2, stride 1, padding 1: two numbers make one. */
function transposed() {
  return boardFrom((add) => ({
    kind: "transposed",
    kernel_size: [1, 2],
    lines: { cells: [[[0]], [[1, 0]]], sources: [[[0]], [[1, 0]]] },
    input: { shape: [1, 1, 2], values: add([2, 4]), colours: [0, 0], names: [""], around: [[0, 0], [0, 0]], reads: "0" },
    output: { shape: [1, 1, 1], values: add([32]), colours: [0, 0], around: [[0, 0], [1, 1]], extra: [0, 0] },
    kernels: [{ reads: [0], values: add([3, 10]), colours: [0, 0], bias: 0 }],
    products: add([12, 20]),
    sums: add([32]),
  }));
}

test("a tap on padding reads nothing, and its product is not counted", () => {
  const taps = tapsAt(convolution(), 0, 0);
  assert.deepEqual(taps.map(({ cell }) => cell[1]), [-1, 0, 1]);
  assert.deepEqual(taps.map(({ reads }) => reads), [false, true, true]);
  assert.deepEqual(taps.map(({ met }) => met), [-1, 0, 1]);
});

test("padding shows the number that it copies, 0 where it copies none, nothing where nobody looks", () => {
  assert.equal(copied(convolution([[1, 0, 1], [0, 1, 0]]), 0, 0, -1), 4);
  assert.equal(copied(convolution(), 0, 0, -1), null);
  assert.equal(copied(convolution(), 0, 0, -2), undefined);
});

test("the readers of a cell are found along each axis", () => {
  assert.deepEqual(readers([[null, 0, 1], [0, 1, null]], 1), [[0, 2], [1, 1]]);
});

test("places and numbers lead to one another, and stay inside", () => {
  const board = { outputs: 2, rows: 3, columns: 4 };
  for (let number = 0; number < 24; number++) assert.equal(numberOf(board, placeOf(board, number)), number);
  assert.deepEqual(placeOf(board, 23), { channel: 1, row: 2, column: 3 });
  assert.deepEqual(inside(board, { channel: 9, row: -1, column: 99 }), { channel: 1, row: 0, column: 3 });
});

test("a number is taken apart into what its taps read, with its bias and total", () => {
  const { kind, blocks, bias, total, relu } = numberApart(convolution(), { channel: 0, row: 0, column: 1 });
  assert.deepEqual([kind, blocks[0].sum, bias, total, relu], ["sum", 21, 0.5, 21.5, true]);
  const cells = blocks[0].cells.map(({ kind, input, weight, product }) => [kind, input, weight, product]);
  assert.deepEqual(cells, [["", 2, 0.5, 1], ["", 4, 10, 20], ["pad", 0, 50, 0]]);
});

test("a stamp says what lands where, and what is cut off", () => {
  const [one, other] = [0, 1].map((column) => stampApart(transposed(), 0, { channel: 0, row: 0, column }).blocks[0].cells);
  assert.deepEqual(one.map(({ kind }) => kind), ["skipped", ""]);
  assert.deepEqual([one[1].input, one[1].weight, one[1].product], [2, 10, 20]);
  assert.deepEqual(other.map(({ kind }) => kind), ["", "skipped"]);
  assert.deepEqual([other[0].input, other[0].weight, other[0].product], [4, 3, 12]);
});

test("a cell stands for an output, an input, a weight, or for nothing", () => {
  const board = convolution();
  assert.equal(pointOf(board, { what: "input", channel: 0, row: 0, column: -1 }), null);
  assert.deepEqual(pointOf(board, { what: "turned", channel: 0, row: 0, column: 0 }), { what: "weight", channel: 0, row: 0, column: 2 });
  const spread = { ...board, spread: { lines: [[0], [0, null, 1]] } };
  assert.equal(pointOf(spread, { what: "spread", channel: 0, row: 0, column: 1 }), null);
  assert.deepEqual(pointOf(spread, { what: "spread", channel: 0, row: 0, column: 2 }), { what: "input", channel: 0, row: 0, column: 1 });
});

test("a point that is not there any more is none", () => {
  const state = { planes: { output: [{ rows: 3, columns: 3 }], input: [], weight: [] } };
  const point = { what: "output", channel: 0, row: 2, column: 2 };
  assert.equal(still(state, point), point);
  assert.equal(still(state, { ...point, row: 4 }), null);
  assert.equal(still(state, { ...point, channel: 1 }), null);
  assert.equal(still(state, null), null);
});

test("cells are as large as the page allows, and never too small to point at", () => {
  const sides = (input, weight, output) => ({
    input: input.map((side) => ({ width: side, height: side })),
    weight: weight.map((side) => ({ width: side, height: side })),
    output: output.map((side) => ({ width: side, height: side })),
  });
  assert.deepEqual(fit(1200, sides([7], [3], [5])), { cell: 36, across: [1, 1] });
  assert.deepEqual(fit(390, sides([9], [3], [7])), { cell: 36, across: [1, 1] });
  assert.equal(fit(390, sides([36], [3], [36])).cell, 10);
  assert.equal(fit(200, sides([36], [3], [36])).cell, 9);
  const { cell, across } = fit(1000, sides([16, 16, 16], [5, 5, 5], [12]));
  assert.ok(cell * (across[0] * 16 + 5 + 12) + 26 * (across[0] + 2) <= 1000);
});
