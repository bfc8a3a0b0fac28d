// Small helpers that the components' scripts share; Python puts this file in front of each of them.

// What a component exports: at its first message `begin` makes the state of its root, `receive` takes each message, and
// the state's own `stop` is called when the component goes.
function mounted(name, selector, begin, receive) {
  const states = new WeakMap(); // the mounted root -> what is kept between messages
  return ({ parentElement, data, setTriggerValue }) => {
    if (!(data instanceof Uint8Array)) return undefined;
    if (!states.has(parentElement)) states.set(parentElement, begin(parentElement.querySelector(selector)));
    const state = states.get(parentElement);
    state.send = setTriggerValue;
    receive(state, unpack(data)).catch((error) => console.error(name, error));
    return () => {
      state.gone = true;
      state.stop();
      states.delete(parentElement);
    };
  };
}

function make(tag, className = "", attributes = {}) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  return element;
}

function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// The children of an element, made at its first use.
function once(element, build) {
  if (!element.parts) {
    element.parts = build();
    element.append(...element.parts);
  }
  return element.parts;
}

// One child for each item: missing ones are made, spare ones removed, each is brought up to date.
function sync(parent, items, build, update) {
  while (parent.children.length > items.length) parent.lastElementChild.remove();
  while (parent.children.length < items.length) parent.append(build());
  items.forEach((item, index) => update(parent.children[index], item, index));
}

// Black or white, whichever stands out more from a colour (relative luminance as WCAG defines it).
function ink(colour) {
  const [red, green, blue] = [1, 3, 5].map((start) => {
    const share = parseInt(colour.slice(start, start + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000000" : "#ffffff";
}

// Whether the page is dark now, whatever Python was told.
function isDark(root) {
  const probe = root.appendChild(make("i"));
  probe.style.color = "var(--st-background-color)";
  const [red, green, blue] = getComputedStyle(probe).color.match(/[\d.]+/g).map(Number);
  probe.remove();
  return red + green + blue < 382;
}

// The address says every setting; what Streamlit itself needs in it stays.
function keepAddress(address) {
  const kept = new URLSearchParams(location.search);
  const embed = [...kept].filter(([name]) => name.startsWith("embed"));
  const parts = [address, new URLSearchParams(embed).toString()].filter(Boolean).join("&");
  const target = location.pathname + (parts ? `?${parts}` : "") + location.hash;
  if (target !== location.pathname + location.search + location.hash) history.replaceState(history.state, "", target);
}

// A message from Python: the header's length in four bytes, the header as JSON, the rest.
function unpack(data) {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const length = view.getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(data.subarray(4, 4 + length)));
  return { header, rest: data.subarray(4 + length) };
}

async function inflate(packed) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

// Cells written by hand. Of two that come at once Python may see the later one alone, so each message carries all that
// it has not answered yet.
function sendEdit(state, edit) {
  const number = Math.max(Date.now(), (state.edits?.at(-1)?.number ?? 0) + 1);
  state.edits = [...(state.edits ?? []), { ...edit, number }];
  state.send("edit", state.edits);
}

function editsSeen(state, number) {
  state.edits = (state.edits ?? []).filter((edit) => edit.number > number);
}
