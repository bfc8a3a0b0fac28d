// The sliders that are followed: which question comes next, which answer holds.

import assert from "node:assert/strict";
import { test } from "node:test";
import { keyOf, Questions } from "../../convlab/ui/components/maps/questions.js";

const stride = (value) => ({ key: "stride", value, low: 1, high: 6, step: 1 });

function begun() {
  const questions = new Questions();
  questions.begin("first", { stride: 3, dilation: 1 }, "the page");
  return questions;
}

test("the page's own value is here without asking", () => {
  const questions = begun();
  assert.equal(questions.at("stride", 3), "the page");
  assert.equal(questions.wanted(stride(3), 0), undefined);
  assert.equal(questions.wanted(stride(4), 0), 4);
});

test("one question is under way at a time, unless it seems to be lost", () => {
  const questions = begun();
  questions.ask("stride", 4, 0);
  assert.equal(questions.wanted(stride(5), 1499), undefined);
  assert.equal(questions.neighbour(stride(3), 1499), undefined);
  assert.equal(questions.wanted(stride(5), 1500), 5);
});

test("an answer is kept, and the next question may be asked", () => {
  const questions = begun();
  questions.ask("stride", 4, 0);
  assert.equal(questions.answered("first", { key: "stride", value: 4 }, "four"), true);
  assert.equal(questions.at("stride", 4), "four");
  assert.equal(questions.wanted(stride(5), 1), 5);
});

test("a late answer to an earlier question leaves the later one under way", () => {
  const questions = begun();
  questions.ask("stride", 4, 0);
  questions.ask("stride", 5, 2000);
  assert.equal(questions.answered("first", { key: "stride", value: 4 }, "four"), true);
  assert.equal(questions.wanted(stride(6), 2001), undefined);
});

test("an answer for another state than the page's own does not hold", () => {
  const questions = begun();
  questions.ask("stride", 4, 0);
  assert.equal(questions.answered("second", { key: "stride", value: 4 }, "four"), false);
  assert.equal(questions.at("stride", 4), undefined);
});

test("what was known of a state that the page left is not shown, and what was asked is forgotten", () => {
  const questions = begun();
  questions.ask("stride", 4, 0);
  questions.answered("first", { key: "stride", value: 4 }, "four");
  questions.ask("stride", 2, 0);
  questions.begin("second", { stride: 3 }, "the next page");
  assert.equal(questions.at("stride", 4), undefined);
  assert.equal(questions.wanted(stride(4), 1), 4);
  questions.begin("first", { stride: 3 }, "the page"); // back where it was
  assert.equal(questions.at("stride", 4), "four");
});

test("the neighbours are fetched ahead, the larger first, within the slider's range", () => {
  const questions = begun();
  assert.equal(questions.neighbour(stride(3), 0), 4);
  questions.answered("first", { key: "stride", value: 4 }, "four");
  assert.equal(questions.neighbour(stride(3), 0), 2);
  questions.answered("first", { key: "stride", value: 2 }, "two");
  assert.equal(questions.neighbour(stride(3), 0), undefined);
  assert.equal(questions.neighbour(stride(6), 0), 5);
  assert.equal(questions.neighbour({ ...stride(3), step: 2 }, 0), 5);
});

test("the page's own value is not fetched ahead", () => {
  const questions = begun();
  questions.answered("first", { key: "stride", value: 5 }, "five");
  assert.equal(questions.neighbour(stride(4), 0), undefined);
});

test("so many answers are kept, the latest", () => {
  const questions = begun();
  for (let value = 10; value < 19; value++) questions.answered("first", { key: "stride", value }, value);
  assert.equal(questions.at("stride", 10), undefined);
  assert.equal(questions.at("stride", 11), 11);
  assert.equal(questions.at("stride", 18), 18);
});

test("two follow sliders of their own", () => {
  const [one, other] = [begun(), new Questions()];
  other.begin("first", { seed: 0 }, "the other page");
  one.answered("first", { key: "stride", value: 4 }, "four");
  assert.equal(other.at("stride", 4), undefined);
  assert.equal(other.wanted({ key: "seed", value: 1, low: 0, high: 9, step: 1 }, 0), 1);
});

test("a slider is known by its widget's class", () => {
  assert.equal(keyOf(["stElementContainer", "st-key-stride"], ["stride", "seed"]), "stride");
  assert.equal(keyOf(["st-key-stride_rows"], ["stride", "stride_rows"]), "stride_rows");
  assert.equal(keyOf(["st-key-maps-one-seed"], ["maps.one/seed"]), "maps.one/seed");
  assert.equal(keyOf(["st-key-toString"], ["stride"]), undefined);
  assert.equal(keyOf([], ["stride"]), undefined);
});
