import assert from "node:assert/strict";
import { test } from "node:test";

import { numberApart, stampApart } from "../../convlab/ui/components/grids/apart.js";
import { boardOf, copied, hue, inside, numberOf, placeOf, readers, rim, tapsAt } from "../../convlab/ui/components/grids/board.js";
import { widthOf } from "../../convlab/ui/components/grids/cells.js";
import { fit } from "../../convlab/ui/components/grids/layout.js";
import { pointOf, still } from "../../convlab/ui/components/grids/points.js";
import { hit, tableOf } from "../../convlab/ui/components/grids/tables.js";

/** The header and payload of a message: arrays of numbers become ranges of the payload. */
function boardFrom(given) {
  const numbers = [];
  const add = (values) => [4 * (numbers.push(...values) - values.length), values.length];
  const header = {
    dark: false,
    legend: [],
    opens: [0, 0, 0],
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
  assert.deepEqual(pointOf(board, { what: "relu", channel: 0, row: 0, column: 1 }), { what: "output", channel: 0, row: 0, column: 1 });
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

/** Sides of square grids, by the numbers of their cells. */
function sides(input, weight, output, relu = output.slice(0, 1)) {
  const squares = (all) => all.map((side) => ({ width: side, height: side }));
  return { input: squares(input), weight: squares(weight), output: squares(output), relu: squares(relu) };
}

const alone = { input: 1, weight: 1, output: 1 };

test("numbers of 16 pixels have room up to 8×8, of 14.7 up to 12×12", () => {
  const room = { width: 938, height: 300 };
  assert.deepEqual(fit(room, sides([7], [3], [5])), { cell: 42, across: alone });
  assert.ok(fit(room, sides([8], [3], [8])).cell * 0.65 >= 16);
  assert.ok(fit(room, sides([12], [3], [10])).cell * 0.65 >= 14.7);
});

test("all grids fit beside one another, and their height", () => {
  const room = { width: 938, height: 280 };
  for (const grids of [sides([16, 16, 16], [5, 5, 5], [12]), sides([9, 9], [3, 3], [7, 7, 7, 7]), sides([8], [2], [4], [])]) {
    const { cell, across } = fit(room, grids);
    const { input, weight, output, relu } = grids;
    const wide = across.input * input[0].width + across.weight * weight[0].width + across.output * output[0].width + (relu[0]?.width ?? 0);
    assert.ok(cell * wide <= room.width, `${cell} × ${wide}`);
    assert.ok(cell * Math.ceil(input.length / across.input) * input[0].height <= room.height);
    assert.ok(cell * Math.ceil(output.length / across.output) * output[0].height <= room.height);
  }
});

test("on a phone the input stands beside the output", () => {
  const { cell } = fit({ width: 358, height: 0 }, sides([9], [3], [7]));
  assert.equal(cell, Math.floor((358 - 18) / 16));
});

test("a table lies on its side where it is larger so, and is hit where it is drawn", () => {
  const box = { width: 470, height: 150 };
  const upright = tableOf(25, 49, box);
  assert.equal(upright.turned, false);
  const tall = tableOf(81, 16, box);
  assert.deepEqual([tall.turned, tall.across, tall.down], [true, 81, 16]);
  for (const { across, down, side } of [upright, tall]) assert.ok(across * side <= 470 && down * side <= 150);
  const canvas = { getBoundingClientRect: () => ({ left: 0, top: 0 }) };
  const at = (table, x, y) => hit(table, canvas, { clientX: table.left + x * table.side, clientY: table.top + y * table.side });
  assert.deepEqual(at(upright, 3.5, 7.5), { kind: "result", number: 7 });
  assert.deepEqual(at(upright, 3.5, -0.5), { kind: "factor", number: 3 });
  assert.deepEqual(at(tall, 3.5, 7.5), { kind: "result", number: 3 });
  assert.deepEqual(at(tall, -0.5, 7.5), { kind: "factor", number: 7 });
  assert.equal(at(upright, 3.5, 25.5), null);
});

test("weights are told apart by more than a colour", () => {
  const [light, dark] = [false, true].map((dark) => boardOf({ ...convolution().message, dark }, new ArrayBuffer(64)));
  for (const board of [light, dark]) {
    const looks = [0, 1, 2, 3].flatMap((k) => [0, 1, 2, 3, 4, 5, 6].map((m) => `${hue(board, m)} ${rim(k)}`));
    assert.equal(new Set(looks).size, 28);
  }
  assert.notEqual(hue(light, 0), hue(dark, 0));
});

test("a point is no narrower a thing to fit than it is", () => {
  assert.ok(widthOf("−0.33") < widthOf("−3333") && widthOf("−0.33") > widthOf("−33"));
});
