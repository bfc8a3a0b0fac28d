import assert from "node:assert/strict";
import { test } from "node:test";
import { moved, written } from "../../convlab/ui/components/marking/places.js";

test("keys lead from cell to cell and not over the edge", () => {
  const to = (/** @type {string} */ key, /** @type {number} */ cell) => moved(key, cell, 4, 12);
  assert.equal(to("ArrowRight", 4), 5);
  assert.equal(to("ArrowRight", 7), 7);
  assert.equal(to("ArrowLeft", 4), 4);
  assert.equal(to("ArrowDown", 5), 9);
  assert.equal(to("ArrowDown", 9), 9);
  assert.equal(to("ArrowUp", 5), 1);
  assert.equal(to("ArrowUp", 1), 1);
  assert.equal(to("Home", 6), 4);
  assert.equal(to("End", 5), 7);
  assert.equal(to("a", 5), null);
});

test("cells are written in reading order, and none of them by its name", () => {
  assert.equal(written(new Set([9, 2]), 4), "0,2 2,1");
  assert.equal(written([], 4), "none");
});
