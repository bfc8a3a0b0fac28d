import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { keep, kept } from "../../convlab/ui/components/notes/kept.js";

/** @type {Map<string, string>} */
const store = new Map();
const storage = {
  getItem: (/** @type {string} */ name) => store.get(name) ?? null,
  setItem: (/** @type {string} */ name, /** @type {string} */ text) => void store.set(name, text),
  removeItem: (/** @type {string} */ name) => void store.delete(name),
};

beforeEach(() => {
  store.clear();
  Object.defineProperty(globalThis, "sessionStorage", { value: storage, configurable: true });
});

test("a text is kept, written over and forgotten", () => {
  assert.equal(kept(), "");
  keep("one");
  keep("two");
  assert.equal(kept(), "two");
  keep("");
  assert.equal(kept(), "");
  assert.equal(store.size, 0);
});

test("it is short", () => {
  keep("x".repeat(9000));
  assert.equal(kept().length, 8000);
  store.set("convlab notes", "x".repeat(9000)); // by somebody else
  assert.equal(kept(), "");
});

test("where there is no storage nothing is kept and nothing fails", () => {
  Object.defineProperty(globalThis, "sessionStorage", {
    get: () => {
      throw new Error("closed");
    },
    configurable: true,
  });
  keep("one");
  assert.equal(kept(), "");
});
