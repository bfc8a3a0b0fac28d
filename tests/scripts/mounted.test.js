import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";

import { answered, askAfterCuts } from "../../convlab/ui/components/shared/connection.js";
import { Life, mounted } from "../../convlab/ui/components/shared/mounted.js";

const later = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** Until so many messages have come. */
async function come(received, count) {
  while (received.length < count) await later(5);
}

/** An element on the page, as far as `mounted` looks at it. */
function page() {
  const root = { isConnected: true };
  return { root, parentElement: { querySelector: (selector) => (selector === ".own" ? root : null) } };
}

function message(header) {
  const text = deflateRawSync(JSON.stringify(header));
  const data = new Uint8Array(4 + text.length);
  new DataView(data.buffer).setUint32(0, text.length, true);
  data.set(text, 4);
  return data;
}

function component() {
  const [begun, received, sent] = [[], [], []];
  const begin = (root, life) => begun[begun.push({ root, life }) - 1];
  const receive = async (state, { header }) => void received.push([begun.indexOf(state), header]);
  const setTriggerValue = (name, value) => sent.push([name, value]);
  return { begun, received, sent, mount: mounted("own", ".own", begin, receive), setTriggerValue };
}

test("two on one page are two", async () => {
  const { mount, received, setTriggerValue } = component();
  const [one, other] = [page(), page()];
  for (const [number, { parentElement }] of [one, other, one].entries())
    mount({ parentElement, data: message(number), setTriggerValue });
  await come(received, 3);
  const who = Object.fromEntries(received.map(([who, number]) => [number, who])); // in any order
  assert.deepEqual(who, { 0: 0, 1: 1, 2: 0 });
});

test("a message overtaken by a newer one ends nothing", async () => {
  const { mount, begun, received, setTriggerValue } = component();
  const { parentElement } = page();
  const clean = mount({ parentElement, data: message(1), setTriggerValue });
  clean(); // Streamlit does so when the next message is on its way already
  mount({ parentElement, data: message(2), setTriggerValue });
  await come(received, 2);
  assert.equal(begun.length, 1);
  assert.deepEqual(received.map(([, header]) => header), [1, 2]);
});

test("a large message comes before the small one that follows it", async () => {
  const { mount, received, setTriggerValue } = component();
  const { parentElement } = page();
  const large = Array.from({ length: 100_000 }, (_, number) => number);
  for (const header of [large, 2]) mount({ parentElement, data: message(header), setTriggerValue });
  await come(received, 2);
  assert.deepEqual(received.map(([, header]) => header), [large, 2]);
});

test("after a cut, what is done waits until the server has said what it knows", async () => {
  const { mount, begun, received, sent, setTriggerValue } = component();
  const { parentElement } = page();
  mount({ parentElement, data: message(1), setTriggerValue });
  await come(received, 1);
  const [{ life }] = begun;
  globalThis.document = { querySelector: () => ({}) };
  askAfterCuts();
  life.send("edit", 1);
  globalThis.document = { querySelector: () => null };
  life.send("again", 2, true);
  await later(250);
  assert.deepEqual(sent, [["again", 2]]);
  answered();
  await later(250);
  assert.deepEqual(sent, [["again", 2], ["edit", 1]]);
  life.end();
});

test("nothing goes on after the page was left", async () => {
  const { mount, begun, received, sent, setTriggerValue } = component();
  const { parentElement, root } = page();
  const clean = mount({ parentElement, data: message(1), setTriggerValue });
  const [{ life }] = begun;
  const [heard, done, target] = [[], [], new EventTarget()];
  life.listen(target, "move", () => heard.push("move"));
  life.later(1, () => done.push("later"));
  life.every(1, () => done.push("every"));
  let watching = true;
  life.observe({ disconnect: () => (watching = false) });
  root.isConnected = false;
  clean();
  target.dispatchEvent(new Event("move"));
  life.send("edit", 1);
  life.later(1, () => done.push("begun afterwards"));
  await later(20);
  assert.deepEqual([heard, done, sent, received, watching], [[], [], [], [], false]);
});

test("a page that was left while the script was loaded begins nothing", () => {
  const { mount, begun, setTriggerValue } = component();
  const { parentElement, root } = page();
  root.isConnected = false;
  assert.equal(mount({ parentElement, data: message(1), setTriggerValue }), undefined);
  assert.equal(begun.length, 0);
});

test("what is to be done later can be taken back", async () => {
  const life = new Life();
  const done = [];
  life.later(1, () => done.push("no"))();
  life.later(1, () => done.push("yes"));
  await later(20);
  assert.deepEqual(done, ["yes"]);
});
