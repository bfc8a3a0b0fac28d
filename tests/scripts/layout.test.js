// One scale for the picture and all maps.

import assert from "node:assert/strict";
import { test } from "node:test";
import { cellOf, lanesOf, scaleFor } from "../../convlab/ui/components/maps/layout.js";

const plane = (rows, columns) => ({ rows, columns, values: [], colours: [] });
const layer = (sizes, kernel = plane(5, 5)) => ({
  chosen: 0, dilation: [1, 1], kernels: [{ planes: [kernel] }], rows: sizes.map(([height, width], at) => ({ kind: ["sum", "relu", "max"][at], height, width })),
});
const post = { image: { width: 180, height: 235 }, layers: [layer([[231, 176], [231, 176], [115, 88]])] };

test("a lane as wide as the window is no wider, and no higher than there is room", () => {
  const scale = scaleFor([lanesOf(post)], { width: 960, height: 2000 });
  const maps = scale * (180 + 176 + 176 + 88);
  assert.ok(maps < 960 - 150 - 56 - 2 * 58 && maps > 500);
  const low = scaleFor([lanesOf(post)], { width: 960, height: 200 });
  assert.ok(low * 235 <= 172.01 && low < scale); // as high as a kernel in any case
});

test("more lanes are smaller: two layers, A and B", () => {
  const second = layer([[111, 84], [111, 84], [55, 42]]);
  const room = { width: 960, height: 300 };
  const one = scaleFor([lanesOf(post)], room);
  const two = scaleFor([lanesOf({ ...post, layers: [...post.layers, second] })], room);
  const pair = scaleFor([lanesOf(post), lanesOf(post)], room);
  assert.ok(two < one && pair < one);
});

test("on a phone before and after stand side by side under the picture", () => {
  const scale = scaleFor([lanesOf(post)], { width: 358, height: 2000 });
  assert.ok(scale * (176 + 176) < 358 - 40 && scale * 180 < 358 - 146 - 24);
});

test("a larger stride makes the maps smaller and leaves the picture as it is", () => {
  const room = { width: 960, height: 420 };
  const strided = { ...post, layers: [layer([[116, 88], [116, 88], [58, 44]])] };
  assert.equal(scaleFor([lanesOf(strided)], room), scaleFor([lanesOf(post)], room));
});

test("small maps leave room for their words", () => {
  const pooled = { ...post, layers: [layer([[231, 176], [231, 176], [28, 22]])] };
  const scale = scaleFor([lanesOf(pooled)], { width: 960, height: 2000 });
  assert.ok(scale * (180 + 176 + 176) + Math.max(96, scale * 90) <= 960 - 146 - 100 - 2 * 58);
});

test("small pictures are enlarged, large ones are never wider than the page", () => {
  const tiny = { image: { width: 8, height: 8 }, layers: [layer([[4, 4], [4, 4], [2, 2]])] };
  assert.ok(scaleFor([lanesOf(tiny)], { width: 960, height: 400 }) > 6);
  const wide = { image: { width: 3000, height: 8 }, layers: [layer([[4, 2996], [4, 2996], [2, 1498]])] };
  assert.ok(scaleFor([lanesOf(wide)], { width: 960, height: 400 }) < 960 / 3000);
});

test("a dilated kernel has gaps and is no wider for it", () => {
  const plain = cellOf(plane(5, 5), [1, 1]);
  const dilated = cellOf(plane(5, 5), [3, 3]);
  assert.ok(dilated.cell < plain.cell && dilated.gap > 0);
  assert.ok(5 * dilated.cell + 4 * 2 * dilated.gap <= 146.001);
  assert.ok(11 * cellOf(plane(11, 3), [1, 1]).cell <= 146.001);
});
