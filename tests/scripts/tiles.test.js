import assert from "node:assert/strict";
import { test } from "node:test";
import { rowsOf, shorter } from "../../convlab/ui/components/tiles/cells.js";
import { counterpart } from "../../convlab/ui/components/tiles/counterpart.js";
import { heightFor, scaleFor } from "../../convlab/ui/components/tiles/fit.js";
import { boxOf } from "../../convlab/ui/components/tiles/marks.js";
import { entryOf } from "../../convlab/ui/components/tiles/paint.js";
import { numbersAt, summed } from "../../convlab/ui/components/tiles/steps.js";

test("differences are added up, also below zero and across the whole range", () => {
  const steps = [0, 32767, -32767, -1, 0];
  const apart = Uint16Array.from(steps, (step, place) => step - (steps[place - 1] ?? 0));
  const halves = Uint8Array.from([...apart].map((one) => one & 255).concat([...apart].map((one) => one >> 8)));
  assert.deepEqual([...summed(halves)], steps);
});

test("a picture in colour has three numbers at each place", () => {
  const tile = /** @type {any} */ ({ channels: 3, rows: 1, columns: 2, unit: 0.5 });
  assert.deepEqual(numbersAt(tile, Int16Array.of(1, 2, 3, 4, 5, 6), 0, 1), [1, 2, 3]);
});

test("zero lies in the middle of the table, and what is beyond the end gets the last colour", () => {
  assert.deepEqual([-9, -1, 0, 1, 9].map((value) => entryOf(value, 1)), [0, 0, 127, 254, 254]);
});

/** @returns {any} */
const place = (row, rows, columns) => ({ row, tile: { rows, columns } });

test("the same place where two are as large, as far across in a row, else none", () => {
  const places = [place(0, 10, 20), place(1, 10, 20), place(0, 5, 10), place(1, 5, 10)];
  const look = { at: 0, row: 9, column: 0 };
  assert.deepEqual([0, 1, 2, 3].map((at) => counterpart(places, look, at)), [[9, 0], [9, 0], [4, 0], null]);
  assert.equal(counterpart([], look, 0), null);
});

test("one line as long as another would not make the pictures much larger", () => {
  const columns = (count, numbers, rows) => Array.from({ length: count }, () => ({ numbers, rows, beside: 0 }));
  assert.equal(scaleFor(columns(2, 200, 100), 820, 2.4, false), 2);
  assert.ok(scaleFor(columns(4, 180, 235), 340, 2, true) > 0.8); // two lines on a phone
  assert.ok(scaleFor(columns(4, 180, 235), 340, 2, true) < 1.2); // not four
});

test("a narrow column is as wide as its words", () => {
  assert.equal(scaleFor([{ numbers: 10, rows: 10, beside: 0 }, { numbers: 100, rows: 10, beside: 0 }], 404, 4, false), 3);
});

test("pictures as high as one another fill a line; a very wide one is lower", () => {
  const columns = [[42, 56], [180, 235], [24, 24]].map(([numbers, rows]) => ({ numbers, rows, beside: 0 }));
  const height = heightFor(columns, 830, 400, false);
  const wide = columns.reduce((sum, { numbers, rows }) => sum + (height * numbers) / rows + 10, 0);
  assert.ok(wide <= 830 && wide > 820);
  assert.equal(heightFor(columns, 830, 200, false), 200);
  assert.equal(heightFor([{ numbers: 1000, rows: 1, beside: 0 }], 330, 400, false), 200);
});

test("what is ringed lies at the same share of a tile, whatever its size", () => {
  const box = { left: "37.5%", top: "50%", width: "25%", height: "20%" };
  assert.deepEqual(boxOf({ rows: 10, columns: 8, mark: [4, 2, 2, 2] }), box);
});

test("a number in a small cell leaves out the zero before its point", () => {
  assert.deepEqual([0.0133, -0.5, 0, 1, -10.26].map(shorter), [".01", "−.5", "0", "1", "−10.3"]);
});

test("numbers that nobody writes in are read row by row", () => {
  const two = { texts: ["1", "−2", "0.5", "4"], rows: 2, columns: 2, channels: 1 };
  assert.deepEqual(rowsOf(two), ["row 0: 1 −2", "row 1: 0.5 4"]);
  const sheets = { texts: ["1", "−2", "0.5", "4"], rows: 1, columns: 2, channels: 2 };
  assert.deepEqual(rowsOf(sheets), ["red, row 0: 1 −2", "green, row 0: 0.5 4"]);
});
