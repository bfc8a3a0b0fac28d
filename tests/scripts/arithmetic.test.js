import assert from "node:assert/strict";
import { test } from "node:test";

import { written } from "../../convlab/ui/components/shared/arithmetic.js";

const blocks = (...sums) => sums.map((sum) => ({ name: "", cells: [], sum }));

test("the sums of the channels are written as they stand in the line below", () => {
  const { sums, line } = written({ kind: "sum", columns: 3, blocks: blocks(-0.0646, -0.0646, -0.0548), total: -0.184 });
  assert.deepEqual(sums, ["−0.064", "−0.065", "−0.055"]);
  assert.deepEqual(line, [["−0.064 − 0.065 − 0.055 =", "−0.184", ""]]);
});

test("a bias is one of the parts, and is named", () => {
  const { line } = written({ kind: "sum", columns: 3, blocks: blocks(2), bias: -1.5, total: 0.5, relu: true });
  assert.deepEqual(line, [["2 − 1.5 (bias) =", "0.5", ""], ["after ReLU", "0.5", "kept: it is positive"]]);
});

test("one sum alone is the total", () => {
  const { line } = written({ kind: "sum", columns: 3, blocks: blocks(-3), total: -3, relu: true });
  assert.deepEqual(line, [["Total", "−3", ""], ["after ReLU", "0", "negative numbers become 0"]]);
});

test("a maximum, an average and ReLU end in their own lines", () => {
  assert.deepEqual(written({ kind: "max", columns: 2, blocks: [{ name: "", cells: [] }], total: 7 }).line, [["The largest is", "7", ""]]);
  assert.deepEqual(written({ kind: "avg", columns: 2, blocks: blocks(6), divisor: 4, total: 1.5 }).line, [["6 ÷ 4 =", "1.5", ""]]);
  assert.deepEqual(written({ kind: "relu", columns: 1, blocks: [], before: -2, total: 0 }).line, [["max(0, −2) =", "0", "negative numbers become 0"]]);
});
