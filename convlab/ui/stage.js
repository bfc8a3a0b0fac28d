// The stage of the main page. Python sends one message (header length, header as JSON, PNG bytes); this script
// draws it, keeps the address, follows the sidebar's sliders while they are dragged, and sends kernel edits back.

const states = new WeakMap(); // the mounted root -> what is kept between messages

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  if (!(data instanceof Uint8Array)) return undefined;
  let state = states.get(parentElement);
  if (!state) {
    state = { root: parentElement.querySelector(".stage"), turn: 0, message: 0, editing: null };
    states.set(parentElement, state);
    state.drag = followSliders(state);
  }
  state.send = setTriggerValue;
  const { header, blob } = unpack(data);
  if (isDark(state.root) !== header.dark && state.darkAsked !== header.dark) {
    state.darkAsked = header.dark; // asked once for each answer that does not match the page
    setTriggerValue("theme", Date.now());
  }
  show(state, header, blob).catch((error) => console.error("stage", error));
  return () => {
    state.drag.stop();
    states.delete(parentElement);
  };
}

function unpack(data) {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const length = view.getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(data.subarray(4, 4 + length)));
  const blob = ([start, size]) => data.subarray(4 + length + start, 4 + length + start + size);
  return { header, blob };
}

function isDark(root) {
  const probe = root.appendChild(make("i"));
  probe.style.color = "var(--st-background-color)";
  const [red, green, blue] = getComputedStyle(probe).color.match(/[\d.]+/g).map(Number);
  probe.remove();
  return red + green + blue < 382;
}

// --- drawing ---------------------------------------------------------------------------------------------------------

async function show(state, header, blob) {
  const message = ++state.message;
  const wanted = header.panels.flatMap((panel) => [panel.image, ...panel.layers.flatMap((layer) => layer.rows)]);
  const bitmaps = await Promise.all(
    wanted.map((entry) => createImageBitmap(new Blob([blob(entry.png)], { type: "image/png" }))),
  );
  if (message === state.message) {
    wanted.forEach((entry, index) => (entry.bitmap = bitmaps[index]));
    draw(state, header);
    if (header.address !== null) keepAddress(header.address);
  }
  bitmaps.forEach((bitmap) => bitmap.close());
  state.drag.answered(header.turn, header.sliders);
}

function draw(state, header) {
  state.header = header;
  const { root } = state;
  const note = root.querySelector(".note") ?? root.appendChild(make("p", "note", { role: "status" }));
  set(note, header.note);
  note.hidden = !header.note;
  const panels = root.querySelector(".panels") ?? root.appendChild(make("div", "panels"));
  panels.classList.toggle("pair", header.panels.length === 2);
  sync(panels, header.panels, () => make("section", "panel"), (element, panel) => drawPanel(state, element, panel));
}

function drawPanel(state, element, panel) {
  const parts = once(element, () => [
    make("div", "chain"),
    make("p", "totals"),
    make("div", "layers"),
  ]);
  const [chain, totals, layers] = parts;
  const steps = panel.chain.flatMap(({ layer, shape }) => (layer ? [{ layer }, { shape }] : [{ shape }]));
  if (panel.name) steps.unshift({ name: panel.name });
  sync(chain, steps, () => make("span"), (span, step) => {
    span.className = step.name ? "name" : step.layer ? "step" : "shape";
    set(span, step.name ?? step.shape ?? step.layer);
  });
  set(totals, panel.totals);
  sync(layers, panel.layers, () => make("section", "layer"), (section, layer, index) => {
    drawLayer(state, section, layer, index, panel);
  });
}

function drawSource(figure, image) {
  const [canvas, caption] = once(figure, () => [make("canvas", "", { role: "img" }), make("figcaption")]);
  paint(canvas, image.bitmap, image.width, image.height, 0);
  canvas.setAttribute("aria-label", `The picture that the layers read. ${image.alt}`);
  set(caption, `${image.caption} · ${image.shape}`);
}

function drawLayer(state, section, layer, index, panel) {
  const [head, formulas, kernels, editor, rows] = once(section, () => [
    make("header"),
    make("div", "formulas"),
    make("div", "row kernels"),
    make("div", "editor"),
    make("div", "rows"),
  ]);
  const [title, source, cost] = once(head, () => [make("h2"), make("code"), make("span", "cost")]);
  set(title, (panel.name ? `${panel.name} · ` : "") + layer.title);
  set(source, layer.source);
  set(cost, layer.cost);
  sync(formulas, layer.formulas, () => make("p"), (line, formula) => {
    const [of, numbers] = once(line, () => [make("b"), make("span")]);
    set(of, formula.name);
    const parts = formula.rows === formula.columns ? ["rows and columns", formula.rows] : ["rows", formula.rows];
    set(numbers, `${parts[0]} ${parts[1]}` + (formula.rows === formula.columns ? "" : ` · columns ${formula.columns}`));
  });
  drawKernels(state, kernels, layer, index, panel.image);
  drawEditor(state, editor, layer, index);
  sync(rows, layer.rows, () => make("div", "row"), (row, data) => drawRow(row, data, layer));
}

function drawRow(row, data, layer) {
  const [label, maps] = once(row, () => [make("div", "label"), make("div", "maps")]);
  const [title, shape, note, bars, legend] = once(label, () => [
    make("h3"),
    make("p", "size"),
    make("p", "words"),
    svg("svg", { class: "bars", viewBox: "0 0 164 44", preserveAspectRatio: "none", role: "img" }),
    make("p", "legend"),
  ]);
  set(title, data.title);
  set(shape, data.shape);
  set(note, data.note);
  legend.hidden = bars.style.display === "none";
  drawBars(bars, data, layer);
  drawLegend(legend, data, layer);
  maps.style.setProperty("--count", data.captions.length);
  sync(maps, data.captions, () => make("figure"), (figure, caption, index) => {
    const [canvas, text] = once(figure, () => [make("canvas", "", { role: "img" }), make("figcaption")]);
    paint(canvas, data.bitmap, data.width, data.height, index);
    canvas.setAttribute("aria-label", data.alts[index]);
    set(text, caption);
  });
}

function drawBars(bars, data, layer) {
  bars.style.display = data.histogram ? "" : "none";
  if (!data.histogram) return;
  const before = layer.rows[0].histogram;
  const top = Math.max(...before);
  const middle = (data.histogram.length - 1) / 2;
  sync(bars, data.histogram, () => svg("rect"), (bar, count, index) => {
    const height = count ? Math.max(1, 44 * Math.sqrt(count / top)) : 0;
    const side = index < middle ? "below" : index > middle ? "above" : "zero";
    const set = { x: index * 4, y: 44 - height, width: 3.4, height, class: side };
    Object.entries(set).forEach(([name, value]) => bar.setAttribute(name, value));
  });
  bars.setAttribute("aria-label", `Histogram of the numbers ${data.title.toLowerCase()}, from −${layer.limit} to ${layer.limit}, heights as square roots`);
}

function drawLegend(legend, data, layer) {
  legend.hidden = !data.histogram;
  const [low, zero, high] = once(legend, () => [make("span"), make("span"), make("span")]);
  set(low, `−${layer.limit}`);
  set(zero, "0");
  set(high, `+${layer.limit}`);
}

function paint(canvas, bitmap, width, height, index) {
  if (!bitmap) return;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  canvas.classList.toggle("small", width < 140);
  canvas.style.aspectRatio = `${width} / ${height}`;
  canvas.getContext("2d").drawImage(bitmap, 0, index * height, width, height, 0, 0, width, height);
}

// --- kernels ---------------------------------------------------------------------------------------------------------

function drawKernels(state, row, layer, index, image) {
  const [label, cards] = once(row, () => [make("div", "label"), make("div", "maps")]);
  const [source, title, note] = once(label, () => [make("figure", "source"), make("h3"), make("p", "words")]);
  source.hidden = index > 0;
  if (index === 0) drawSource(source, image);
  set(title, layer.kernels.length === 1 ? "Kernel" : "Kernels");
  const reads = [...new Set(layer.kernels.map((kernel) => kernel.reads))];
  set(note, reads.length === 1 ? sentence(reads[0]) : "");
  cards.style.setProperty("--count", layer.kernels.length);
  sync(cards, layer.kernels, () => make("figure", "kernel"), (figure, kernel, number) => {
    const [planes, caption] = once(figure, () => [make("div", "planes"), make("figcaption")]);
    planes.style.setProperty("--planes", Math.min(kernel.planes.length, 4));
    sync(planes, kernel.planes, () => make("div", "plane"), (plane, numbers, which) => {
      drawPlane(plane, numbers, `${kernel.name}${kernel.names[which] ? `, ${kernel.names[which]}` : ""}`);
    });
    const [name, button, words] = once(caption, () => [make("b"), make("button", "", { type: "button" }), make("span")]);
    set(name, kernel.name);
    set(words, [kernel.label, reads.length > 1 ? kernel.reads : ""].filter(Boolean).join(" · "));
    button.hidden = !layer.editable || state.header.panels.length > 1;
    const open = state.editing?.number === number && index === 0;
    set(button, open ? "Close" : "Edit");
    button.setAttribute("aria-label", `${open ? "Close" : "Edit"} the numbers of kernel ${number + 1}`);
    button.setAttribute("aria-expanded", String(open));
    button.onclick = () => {
      state.editing = open ? null : { number, plane: 0 };
      draw(state, keepBitmaps(state.header));
    };
  });
}

function drawPlane(plane, numbers, name) {
  const key = JSON.stringify(numbers);
  if (plane.dataset.key === key) return;
  plane.dataset.key = key;
  plane.style.setProperty("--columns", numbers.columns);
  plane.classList.toggle("dense", numbers.columns > 7);
  plane.setAttribute("role", "img");
  plane.setAttribute("aria-label", `${name}: ${lines(numbers).map((row) => row.join(" ")).join("; ")}`);
  sync(plane, numbers.values, () => make("span"), (cell, value, index) => {
    set(cell, value);
    cell.style.background = numbers.colours[index];
    cell.style.color = ink(numbers.colours[index]);
  });
}

function drawEditor(state, editor, layer, index) {
  const kernel = index === 0 && layer.editable && state.editing && layer.kernels[state.editing.number];
  editor.hidden = !kernel || state.header.panels.length > 1;
  if (editor.hidden) return;
  const which = Math.min(state.editing.plane, kernel.planes.length - 1);
  const numbers = kernel.planes[which];
  const [title, tabs, grid, foot] = once(editor, () => [
    make("h3"),
    make("div", "tabs"),
    make("div", "cells"),
    make("div", "foot"),
  ]);
  set(title, `${kernel.name}: write a number into any cell`);
  sync(tabs, kernel.planes.length > 1 ? kernel.names : [], () => make("button", "", { type: "button" }), (tab, name, plane) => {
    set(tab, name);
    tab.setAttribute("aria-pressed", String(plane === which));
    tab.onclick = () => {
      state.editing.plane = plane;
      draw(state, keepBitmaps(state.header));
    };
  });
  grid.style.setProperty("--columns", numbers.columns);
  const channel = kernel.channel < 0 ? -1 : which;
  sync(grid, numbers.values, () => make("input", "", { type: "text", inputmode: "decimal", autocomplete: "off" }), (input, value, place) => {
    const row = Math.floor(place / numbers.columns);
    const column = place % numbers.columns;
    if (input !== input.getRootNode().activeElement || !input.dirty) {
      input.value = value;
      input.dirty = false;
    }
    input.style.background = numbers.colours[place];
    input.style.color = ink(numbers.colours[place]);
    input.setAttribute("aria-label", `row ${row + 1}, column ${column + 1}`);
    input.oninput = () => (input.dirty = true);
    input.onfocus = () => input.select();
    const commit = () => {
      if (input.dirty) state.send("edit", { kernel: state.editing.number, channel, row, column, value: input.value });
      input.dirty = false;
    };
    input.onblur = commit;
    input.onkeydown = (event) => {
      const move = { ArrowUp: -numbers.columns, ArrowDown: numbers.columns, Enter: numbers.columns }[event.key];
      if (event.key === "Enter") commit();
      if (move) {
        event.preventDefault();
        grid.children[place + move]?.focus();
      }
    };
  });
  const [undo, close] = once(foot, () => [make("button", "", { type: "button" }), make("button", "", { type: "button" })]);
  set(undo, "Undo all edits");
  undo.onclick = () => state.send("edit", "undo");
  set(close, "Close");
  close.onclick = () => {
    state.editing = null;
    draw(state, keepBitmaps(state.header));
  };
}

// Redrawing without a new message: the maps are on their canvases already.
function keepBitmaps(header) {
  header.panels.forEach((panel) => {
    panel.image.bitmap = null;
    panel.layers.forEach((layer) => layer.rows.forEach((row) => (row.bitmap = null)));
  });
  return header;
}

function lines({ columns, values }) {
  return Array.from({ length: values.length / columns }, (_, row) => values.slice(row * columns, (row + 1) * columns));
}

function ink(colour) {
  const [red, green, blue] = [1, 3, 5].map((start) => parseInt(colour.slice(start, start + 2), 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? "#10151c" : "#ffffff";
}

function sentence(words) {
  return words ? words[0].toUpperCase() + words.slice(1) + "." : "";
}

// --- the address -----------------------------------------------------------------------------------------------------

function keepAddress(address) {
  const kept = new URLSearchParams(location.search);
  const embed = [...kept].filter(([name]) => name.startsWith("embed"));
  const parts = [address, new URLSearchParams(embed).toString()].filter(Boolean).join("&");
  const target = location.pathname + (parts ? `?${parts}` : "") + location.hash;
  if (target !== location.pathname + location.search + location.hash) history.replaceState(history.state, "", target);
}

// --- the sidebar's sliders, live -------------------------------------------------------------------------------------

// A plain slider tells Python its value on release. While a thumb is held, this sends the value it shows, one message
// in flight at a time; the release then goes the slider's own way.
function followSliders(state) {
  const follow = { keys: [], held: null, last: null, flying: 0, since: 0 };
  const read = () => {
    if (!follow.held?.isConnected) return;
    const value = follow.held.valueAsNumber;
    const waiting = follow.flying && performance.now() - follow.since < 1500;
    if (value === follow.last || waiting) return;
    follow.last = value;
    follow.flying = ++state.turn;
    follow.since = performance.now();
    state.send("drag", { key: follow.key, value, turn: state.turn });
  };
  const observer = new MutationObserver(read);
  const down = (event) => {
    const slider = event.target.closest?.('[data-testid="stSlider"]');
    const input = slider?.querySelector('input[type="range"]');
    const key = slider?.closest('[class*="st-key-"]')?.className.match(/st-key-(\w+)/)?.[1];
    if (!input || !follow.keys.includes(key)) return;
    Object.assign(follow, { held: input, key, start: input.valueAsNumber, last: input.valueAsNumber });
    observer.observe(slider, { subtree: true, attributes: true, attributeFilter: ["value", "aria-valuetext"] });
  };
  const up = () => {
    if (!follow.held) return;
    const { held, start, last } = follow;
    const end = held.valueAsNumber;
    observer.disconnect();
    follow.held = null;
    // Back where it began: the slider itself will say nothing, so the last picture on the way must be taken back.
    if (end === start && last !== start) state.send("drag", { key: follow.key, value: start, turn: ++state.turn });
  };
  const listeners = [["pointerdown", down], ["pointermove", read], ["touchmove", read], ["pointerup", up], ["touchend", up], ["pointercancel", up]];
  listeners.forEach(([name, listener]) => window.addEventListener(name, listener, { capture: true, passive: true }));
  follow.answered = (turn, keys) => {
    follow.keys = keys;
    if (turn === follow.flying) follow.flying = 0;
    read();
  };
  follow.stop = () => {
    observer.disconnect();
    listeners.forEach(([name, listener]) => window.removeEventListener(name, listener, { capture: true }));
  };
  return follow;
}

// --- small helpers ---------------------------------------------------------------------------------------------------

function make(tag, className = "", attributes = {}) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  return element;
}

function svg(tag, attributes = {}) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
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
