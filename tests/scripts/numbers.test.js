import assert from "node:assert/strict";
import { test } from "node:test";

import { addingUp, bracketed, exact, short, summed } from "../../convlab/ui/components/shared/numbers.js";

/** A written number as a number again, in thousandths. */
const thousandths = (text) => Math.round(1000 * Number(text.replace("−", "-")));

test("a cell shows fewer decimals the larger its number is", () => {
  assert.deepEqual([0, 1.5, 1.234, -12.345, 123.4, 99.999].map(short), ["0", "1.5", "1.23", "−12.3", "123", "100"]);
});

test("a total shows more", () => {
  assert.deepEqual([0.0625, -1.2, 12.345, -1234.56].map(exact), ["0.063", "−1.2", "12.35", "−1234.6"]);
});

test("half of a unit goes away from zero", () => {
  assert.deepEqual([0.125, -0.125, 0.375].map(short), ["0.13", "−0.13", "0.38"]);
});

test("nearly nothing is not nothing", () => {
  assert.deepEqual([0.004, -0.004, 0.0004].map(short), ["≈0", "≈0", "≈0"]);
  assert.equal(exact(0.004), "0.004");
  assert.equal(exact(-0), "0");
});

test("infinity has a sign", () => {
  assert.deepEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map(exact), ["∞", "−∞"]);
});

test("a negative factor stands in brackets", () => {
  assert.deepEqual([2, -0.5].map(bracketed), ["2", "(−0.5)"]);
});

test("three parts that are rounded alike add up to what is shown", () => {
  const shown = addingUp([-0.0646, -0.0646, -0.0548], -0.184);
  assert.deepEqual(shown, { parts: ["−0.064", "−0.065", "−0.055"], total: "−0.184" });
  assert.equal(summed(shown.parts), "−0.064 − 0.065 − 0.055");
});

test("the parts rounded most give way, the first of equals before the others", () => {
  assert.deepEqual(addingUp([0.0005, 0.0005, 0.0005], 0.0015), { parts: ["0", "0.001", "0.001"], total: "0.002" });
  assert.deepEqual(addingUp([0.0004, 0.0004, 0.0004], 0.0012), { parts: ["0.001", "0", "0"], total: "0.001" });
});

test("all parts have the decimals of the largest number in the line", () => {
  assert.deepEqual(addingUp([1000.26, -0.03], 1000.23), { parts: ["1000.2", "0"], total: "1000.2" });
});

test("whatever is added, what is shown adds up", () => {
  let seed = 1;
  const next = () => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  for (let round = 0; round < 2000; round++) {
    const size = 10 ** Math.floor(7 * next() - 3);
    const parts = Array.from({ length: 1 + Math.floor(8 * next()) }, () => size * (2 * next() - 1));
    const sum = parts.reduce((one, other) => one + other, 0);
    const shown = addingUp(parts, Math.fround(sum));
    const added = shown.parts.map(thousandths).reduce((one, other) => one + other, 0);
    assert.equal(added, thousandths(shown.total), `${parts}: ${JSON.stringify(shown)}`);
  }
});

test("an infinite part is shown as it is", () => {
  assert.deepEqual(addingUp([Number.NEGATIVE_INFINITY, 1], Number.NEGATIVE_INFINITY), { parts: ["−∞", "1"], total: "−∞" });
});
