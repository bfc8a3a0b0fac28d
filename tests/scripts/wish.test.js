import assert from "node:assert/strict";
import { test } from "node:test";
import { moved } from "../../convlab/ui/components/tab/wish.js";

const slider = { low: 1, high: 6, step: 1 };

test("a key moves a slider within its ends", () => {
  assert.deepEqual(["ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown"].map((key) => moved(3, key, slider)), [4, 4, 2, 2]);
  assert.deepEqual([moved(6, "ArrowRight", slider), moved(1, "ArrowLeft", slider)], [6, 1]);
  assert.deepEqual([moved(3, "Home", slider), moved(3, "End", slider)], [1, 6]);
});
