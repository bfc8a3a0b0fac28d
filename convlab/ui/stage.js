// The stage of the main page. Python sends one message (header length, header as JSON, compressed pixels); this script
// draws it, keeps the address, follows the sidebar's sliders while they are dragged, and sends kernel edits back.

export default mounted("stage", ".stage", begin, (state, message) => receive(state, split(message)));

function begin(root) {
  const state = { root, target: null, shown: null, base: null, editing: null };
  // Live regions are there, empty, before they say anything: one that comes with its words is not read.
  state.note = root.appendChild(make("p", "note", { role: "status" }));
  state.news = root.appendChild(make("p", "news", { role: "status" }));
  state.sliders = new Sliders(state);
  state.stop = () => state.sliders.stop();
  return state;
}

// A message is either the state of the page or the answer to what a slider's other value would show.
async function receive(state, picture) {
  const { header } = picture;
  if (header.ask) {
    // An answer can overtake the page's own state on the way, which is then dropped: ask for it again.
    if (header.base !== state.base?.base) state.send("again", Date.now());
    else await state.sliders.answered(header.ask, picture);
    return;
  }
  state.base = { ...header, picture };
  editsSeen(state, header.seen_edit);
  if (header.pixel[0]?.place.join() === state.asked?.join()) state.asked = null; // what was asked last is here
  keepPicture(state, picture);
  if (state.edited) await showAgain(state, picture);
  else await show(state, picture);
  if (state.gone) return;
  if (state.base.picture === picture) {
    keepAddress(header.address);
    tell(state, header);
  }
  if (isDark(state.root) !== header.dark && state.darkAsked !== header.dark) {
    state.darkAsked = header.dark; // once for each answer that does not match the page
    state.send("again", Date.now());
  }
  state.sliders.ready();
}

// The pixels of a message, and the picture to keep that may follow them.
function split({ header, rest }) {
  const end = header.keep ? header.keep.png : rest.length;
  return { header, packed: rest.subarray(0, end), kept: rest.subarray(end) };
}

// --- drawing ---------------------------------------------------------------------------------------------------------

// Shows a message's maps, unless they are what the page shows already; of two calls the later one holds.
async function show(state, picture) {
  const { header } = picture;
  state.target = picture;
  await decode(picture);
  if (state.target !== picture || state.shown === header.mark + header.note) return;
  state.shown = header.mark + header.note;
  draw(state, header);
}

// Shows the answer to an edit. A refused one leaves the state as it was: the cell must say so, and the note once more.
async function showAgain(state, picture) {
  state.edited = false;
  state.shown = null;
  await show(state, picture);
  if (state.target === picture) state.note.textContent = picture.header.note; // anew, or it is not read out
}

// Unpacks the pixels, once, and gives every picture its part of them.
function decode(picture) {
  picture.decoded ??= unpackPixels(picture);
  return picture.decoded;
}

async function unpackPixels({ header, packed }) {
  const pixels = new Uint8Array(await inflate(packed));
  const table = new Uint32Array(256); // red, green, blue and opacity as the canvas stores them
  const bytes = new Uint8Array(table.buffer);
  for (let entry = 0; entry < 256; entry++) {
    for (let part = 0; part < 3; part++) {
      const place = 6 * entry + 2 * part;
      bytes[4 * entry + part] = parseInt(header.table.slice(place, place + 2), 16);
    }
    bytes[4 * entry + 3] = 255;
  }
  for (const panel of header.panels) {
    panel.image.pixels = pixels;
    panel.layers.forEach((layer) => layer.rows.forEach((row) => Object.assign(row, { pixels, table })));
  }
}

function draw(state, header) {
  state.header = header;
  const { root } = state;
  set(state.note, header.note);
  root.classList.toggle("editing", Boolean(state.editing));
  const panels = root.querySelector(".panels") ?? root.appendChild(make("div", "panels"));
  panels.classList.toggle("pair", header.panels.length === 2);
  sync(panels, header.panels, () => make("section", "panel"), (element, panel) => drawPanel(state, element, panel));
}

function drawPanel(state, element, panel) {
  if (panel.name) element.setAttribute("aria-label", `Settings ${panel.name}`);
  else element.removeAttribute("aria-label");
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
  const last = panel === state.header.panels.at(-1); // of A and B, B is what the sidebar sets
  const view = { panel, figures: new Map(), cards: last ? state.header.pixel : [], open: last };
  sync(layers, panel.layers, () => make("section", "layer"), (section, layer, index) => {
    drawLayer(state, section, layer, index, view);
  });
  if (last) drawMarks(state, view.figures, view.cards);
}

function drawSource(figure, image, view) {
  const [canvas, caption] = framed(figure);
  view.figures.set("picture", figure);
  canvas.setAttribute("role", "img");
  paint(canvas, image, 0);
  canvas.setAttribute("aria-label", `The picture that the layers read. ${image.alt}`);
  set(caption, `${image.caption} · ${image.shape}`);
}

// A canvas in a frame of its own size, which marks are put on, and a caption below.
function framed(figure) {
  const [frame, caption] = once(figure, () => [make("div", "frame"), make("figcaption")]);
  const [canvas] = once(frame, () => [make("canvas")]);
  return [canvas, caption];
}

function drawLayer(state, section, layer, index, view) {
  const { panel } = view;
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
  set(cost, panel.layers.length > 1 ? layer.cost : "");
  sync(formulas, layer.formulas, () => make("p"), (line, formula) => {
    const [of, numbers] = once(line, () => [make("b"), make("span")]);
    set(of, formula.name);
    const { rows, columns } = formula;
    const parts = rows === columns ? [`rows and columns ${rows}`] : [`rows ${rows}`, `columns ${columns}`];
    sync(numbers, parts, () => make("span"), set);
  });
  drawKernels(state, kernels, layer, index, view);
  drawEditor(state, editor, layer, index);
  sync(rows, layer.rows, () => make("div", "row"), (row, data) => drawRow(state, row, data, layer, view));
}

function drawRow(state, row, data, layer, view) {
  const [label, maps, cards] = once(row, () => [make("div", "label"), make("div", "maps"), make("div", "cards")]);
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
  drawBars(bars, data, layer);
  drawLegend(legend, data, layer);
  maps.style.setProperty("--count", data.captions.length);
  sync(maps, data.captions, () => make("figure"), (figure, caption, index) => {
    const [canvas, text] = framed(figure);
    paint(canvas, data, index);
    drawMapWords(state, canvas, data, index, view);
    set(text, caption);
    view.figures.set(`${data.stage} ${index}`, figure);
  });
  drawCards(state, cards, view.cards[0]?.place[0] === data.stage ? view.cards : []);
}

// What a map is; one of the settings in the sidebar can be clicked.
function drawMapWords(state, canvas, data, index, { open }) {
  canvas.setAttribute("role", open ? "button" : "img");
  canvas.setAttribute("aria-label", data.alts[index] + (open ? ". Press Enter to take a number apart, then the arrow keys." : ""));
  canvas.tabIndex = open ? 0 : -1;
  if (open) listenToMap(state, canvas, data, index);
  else canvas.onclick = canvas.onkeydown = null;
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
  bars.setAttribute("aria-label", `Histogram of the numbers ${data.title[0].toLowerCase() + data.title.slice(1)}, from −${layer.limit} to ${layer.limit}, heights as square roots`);
}

function drawLegend(legend, data, layer) {
  legend.hidden = !data.histogram;
  const [low, zero, high] = once(legend, () => [make("span"), make("span"), make("span")]);
  set(low, `−${layer.limit}`);
  set(zero, "0");
  set(high, `+${layer.limit}`);
}

// One map of a row, or the image: pixels without a table are red, green and blue.
function paint(canvas, { pixels, table, start, width, height }, index) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  canvas.classList.toggle("small", width < 140);
  canvas.style.aspectRatio = `${width} / ${height}`;
  const image = new ImageData(width, height);
  if (table) {
    const colours = new Uint32Array(image.data.buffer);
    const first = start + index * width * height;
    for (let place = 0; place < colours.length; place++) colours[place] = table[pixels[first + place]];
  } else {
    image.data.fill(255);
    for (let place = 0; place < width * height; place++) {
      for (let part = 0; part < 3; part++) image.data[4 * place + part] = pixels[start + 3 * place + part];
    }
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}

// --- kernels ---------------------------------------------------------------------------------------------------------

function drawKernels(state, row, layer, index, view) {
  const [label, cards] = once(row, () => [make("div", "label"), make("div", "maps")]);
  const [source, title, note] = once(label, () => [make("figure", "source"), make("h3"), make("p", "words")]);
  source.hidden = index > 0;
  if (index === 0) drawSource(source, view.panel.image, view);
  set(title, layer.kernels.length === 1 ? "Kernel" : "Kernels");
  const reads = [...new Set(layer.kernels.map((kernel) => kernel.reads))];
  set(note, reads.length === 1 ? sentence(reads[0]) : "");
  cards.style.setProperty("--count", layer.kernels.length);
  const apart = reads.length > 1; // each kernel says for itself what it reads
  sync(cards, layer.kernels, () => make("figure", "kernel"), (figure, kernel, number) => {
    const [planes, caption] = once(figure, () => [make("div", "planes"), make("figcaption")]);
    planes.style.setProperty("--planes", Math.min(kernel.planes.length, 4));
    sync(planes, kernel.planes, () => make("div", "plane"), (plane, numbers, which) => {
      drawPlane(plane, numbers, `${kernel.name}${kernel.names[which] ? `, ${kernel.names[which]}` : ""}`);
    });
    const [name, button, words] = once(caption, () => [make("b"), make("button", "", { type: "button" }), make("span")]);
    set(name, kernel.name);
    set(words, [kernel.label, apart ? kernel.reads : ""].filter(Boolean).join(" · "));
    button.hidden = !layer.editable || state.header.panels.length > 1;
    drawEditButton(state, button, number, state.editing?.number === number && index === 0);
  });
}

function drawEditButton(state, button, number, open) {
  set(button, open ? "Close" : "Edit");
  button.setAttribute("aria-label", `${open ? "Close" : "Edit"} the numbers of kernel ${number + 1}`);
  button.setAttribute("aria-expanded", String(open));
  button.onclick = () => (open ? closeEditor(state) : openEditor(state, number));
}

function drawPlane(plane, numbers, name) {
  const key = JSON.stringify(numbers);
  if (plane.dataset.key === key) return;
  plane.dataset.key = key;
  plane.style.setProperty("--columns", numbers.columns);
  plane.style.setProperty("--letters", Math.max(...numbers.values.map((value) => value.length)));
  plane.classList.toggle("dense", numbers.columns > 7);
  plane.setAttribute("role", "img");
  plane.setAttribute("aria-label", `${name}: ${lines(numbers).map((row) => row.join(" ")).join("; ")}`);
  sync(plane, numbers.values, () => make("span"), (cell, value, index) => {
    set(cell, value);
    cell.style.background = numbers.colours[index];
    cell.style.color = ink(numbers.colours[index]);
  });
}

function openEditor(state, number) {
  state.editing = { number, plane: 0 };
  draw(state, state.header);
  state.root.querySelector(".cells input").focus();
}

function closeEditor(state) {
  const { number } = state.editing;
  state.editing = null;
  draw(state, state.header);
  state.root.querySelectorAll(".kernel button")[number]?.focus();
}

function drawEditor(state, editor, layer, index) {
  const kernel = index === 0 && layer.editable && state.editing && layer.kernels[state.editing.number];
  editor.hidden = !kernel || state.header.panels.length > 1;
  if (editor.hidden) return;
  const which = Math.min(state.editing.plane, kernel.planes.length - 1);
  const [title, tabs, grid, foot] = once(editor, () => [
    make("h3"),
    make("div", "tabs", { role: "group" }),
    make("div", "cells"),
    make("div", "foot"),
  ]);
  set(title, `${kernel.name}: write a number into any cell`);
  editor.onkeydown = (event) => {
    if (event.key === "Escape") leaveEditor(state, event);
  };
  drawTabs(state, tabs, kernel, which);
  drawCells(state, grid, kernel, which);
  drawFoot(state, foot);
}

// Which channel's plane is edited, where a kernel has several.
function drawTabs(state, tabs, kernel, which) {
  const names = kernel.planes.length > 1 ? kernel.names : [];
  tabs.setAttribute("aria-label", `Channels of ${kernel.name.toLowerCase()}`);
  sync(tabs, names, () => make("button", "", { type: "button" }), (tab, name, plane) => {
    set(tab, name);
    tab.setAttribute("aria-pressed", String(plane === which));
    tab.onclick = () => {
      state.editing.plane = plane;
      draw(state, state.header);
    };
  });
}

function drawCells(state, grid, kernel, which) {
  const numbers = kernel.planes[which];
  const channel = kernel.channel < 0 ? -1 : which;
  const name = [kernel.name, kernel.names[which]].filter(Boolean).join(", ");
  grid.style.setProperty("--columns", numbers.columns);
  sync(grid, numbers.values, makeCell, (input, value, place) => {
    const row = Math.floor(place / numbers.columns);
    const column = place % numbers.columns;
    if (input !== input.getRootNode().activeElement || !input.dirty) {
      input.value = value;
      input.dirty = false;
    }
    input.style.background = numbers.colours[place];
    input.style.color = ink(numbers.colours[place]);
    input.setAttribute("aria-label", `${name}, row ${row}, column ${column}`);
    const cell = { kernel: state.editing.number, channel, row, column };
    input.onblur = () => commit(state, input, cell);
    input.onkeydown = (event) => {
      const move = { ArrowUp: -numbers.columns, ArrowDown: numbers.columns, Enter: numbers.columns }[event.key];
      if (event.key === "Enter") commit(state, input, cell);
      if (move) {
        event.preventDefault();
        grid.children[place + move]?.focus();
      }
    };
  });
}

// Escape: what is written but not yet entered is forgotten.
function leaveEditor(state, event) {
  event.preventDefault();
  event.target.dirty = false;
  closeEditor(state);
}

function makeCell() {
  const input = make("input", "", { type: "text", inputmode: "decimal", autocomplete: "off" });
  input.oninput = () => (input.dirty = true);
  input.onfocus = () => input.select();
  return input;
}

// Sends what was written into a cell, if anything was.
function commit(state, input, cell) {
  if (!input.dirty) return;
  input.dirty = false;
  state.edited = true;
  sendEdit(state, { ...cell, value: input.value });
}

function drawFoot(state, foot) {
  const [undo, close] = once(foot, () => [make("button", "", { type: "button" }), make("button", "", { type: "button" })]);
  set(undo, "Undo all edits");
  undo.onclick = () => sendEdit(state, { undo: true });
  set(close, "Close");
  close.onclick = () => closeEditor(state);
}

function lines({ columns, values }) {
  return Array.from({ length: values.length / columns }, (_, row) => values.slice(row * columns, (row + 1) * columns));
}

function sentence(words) {
  return words ? words[0].toUpperCase() + words.slice(1) + "." : "";
}

// --- for those who do not see it --------------------------------------------------------------------------------------

// Says the new chain of shapes, when the page's own state has another one than before.
function tell(state, { panels }) {
  const now = panels.map(inWords);
  const before = state.told;
  state.told = now;
  if (before) set(state.news, now.filter((words, index) => words !== before[index]).join(". ") || state.news.textContent);
}

const WORDS = {
  conv: "convolution", transposed: "transposed convolution", max: "maximum pooling", average: "average pooling",
};

// A panel's chain of shapes: 3×235×180, convolution 5×5, 4×231×176, …
function inWords({ name, chain }) {
  const steps = chain.flatMap(({ layer, shape }) => [layer.replace(/^\w+/, (word) => WORDS[word] ?? word), shape]);
  return (name && `${name}: `) + steps.filter(Boolean).join(", ");
}

// --- the visitor's own picture ---------------------------------------------------------------------------------------

// The server forgets a visit at a reload; this tab keeps its own picture and brings it back when the page asks for it,
// until the visitor removes it.
function keepPicture(state, { header, kept }) {
  const place = (kind) => `convlab ${kind}`;
  try {
    if (header.forget) sessionStorage.removeItem(place(header.forget));
    if (header.keep) {
      const data = Array.from(kept, (byte) => String.fromCharCode(byte)).join("");
      const { kind, name } = header.keep;
      sessionStorage.setItem(place(kind), JSON.stringify({ kind, name, data: btoa(data) }));
    } else if (header.want && !state.brought) {
      const stored = sessionStorage.getItem(place(header.want));
      state.brought = true; // once a visit, whatever becomes of it
      if (stored) state.send("picture", JSON.parse(stored));
    }
  } catch (error) {
    console.warn("stage: the picture could not be kept", error); // no storage here, or it is full
  }
}

// --- the sidebar's sliders, live -------------------------------------------------------------------------------------

// A plain slider tells Python its value when it is released, and the whole page then runs. Until then, and between two
// presses of an arrow key, this script asks Python what the slider's other values would show, one question at a time:
// the value under a held thumb first, then the two neighbours of a focused slider's value. What is known already is
// shown at once; the page's own answer, when it comes, finds nothing left to draw.
class Sliders {
  known = new Map(); // "mark key value" -> a message
  input = null; // the slider that is followed
  key = null;
  held = false; // whether its thumb is
  asked = null; // the question that is not yet answered
  since = 0;
  observer = new MutationObserver(() => this.look());

  constructor(state) {
    this.state = state;
    const down = ({ target }) => this.down(target);
    const focus = ({ target }) => this.watch(target) && this.prefetch();
    const look = () => this.look();
    const up = () => this.up();
    this.listeners = [
      ["pointerdown", down], ["pointermove", look], ["touchmove", look],
      ["pointerup", up], ["touchend", up], ["pointercancel", up], ["focusin", focus],
    ];
    this.listeners.forEach(([type, listener]) => {
      window.addEventListener(type, listener, { capture: true, passive: true });
    });
  }

  stop() {
    clearTimeout(this.timer);
    this.observer.disconnect();
    this.listeners.forEach(([type, listener]) => window.removeEventListener(type, listener, { capture: true }));
  }

  get value() {
    return this.input?.isConnected ? this.input.valueAsNumber : NaN;
  }

  get busy() {
    return this.asked && performance.now() - this.since < 1500;
  }

  // A message's name among those known: it holds for the settings that the page has now.
  name(key, value) {
    return `${this.state.base.base} ${key} ${value}`;
  }

  // Follows the slider that an event came from, if it came from one.
  watch(target) {
    const slider = target.closest?.('[data-testid="stSlider"]');
    const input = slider?.querySelector('input[type="range"]');
    const key = slider?.closest('[class*="st-key-"]')?.className.match(/st-key-(\w+)/)?.[1];
    if (!input || !(key in (this.state.base?.sliders ?? {}))) return false;
    if (input !== this.input) {
      this.observer.disconnect();
      Object.assign(this, { input, key });
      this.observer.observe(slider, { subtree: true, attributes: true, attributeFilter: ["value", "aria-valuetext"] });
    }
    return true;
  }

  down(target) {
    if (this.watch(target)) this.held = true;
  }

  up() {
    if (!this.held) return;
    this.held = false;
    this.look();
    const { base } = this.state;
    if (this.value === base.sliders[this.key]) return; // back where it began: the slider itself will say nothing
    // The page's own answer is under way; should it get lost, ask for it.
    this.timer = setTimeout(() => this.state.base === base && !this.held && this.state.send("again", Date.now()), 1500);
  }

  // Shows what the slider says now; under a held thumb, asks for it where it is not known.
  look() {
    if (!this.state.base || Number.isNaN(this.value)) return;
    if (!this.showKnown() && this.held && !this.busy) this.ask(this.value);
  }

  // What the slider says now decides what is shown: the page's own state where it says the page's own value.
  showKnown() {
    const { base } = this.state;
    const own = this.value === base.sliders[this.key];
    const picture = own ? base.picture : this.known.get(this.name(this.key, this.value));
    if (picture) show(this.state, picture);
    return Boolean(picture);
  }

  ask(value) {
    this.asked = { key: this.key, value };
    this.since = performance.now();
    this.state.send("ask", this.asked);
  }

  // Asks for a neighbour of the focused slider's value, where one is not known.
  prefetch() {
    const { input } = this;
    if (this.busy || this.held || !input?.isConnected || document.activeElement !== input) return;
    const step = Number(input.step) || 1;
    const near = [this.value + step, this.value - step].find((next) => {
      return next >= Number(input.min) && next <= Number(input.max) && !this.known.has(this.name(this.key, next));
    });
    if (near !== undefined) this.ask(near);
  }

  // An answer came: keep it, show it if the slider still says so, ask the next question.
  async answered({ key, value }, picture) {
    this.known.set(this.name(key, value), picture);
    if (this.known.size > 8) this.known.delete(this.known.keys().next().value);
    if (this.asked?.key === key && this.asked.value === value) this.asked = null;
    const { base } = this.state;
    this.look(); // the next question first: Python works on it while this answer is decoded
    await decode(picture);
    const holds = this.held && this.key === key && base === this.state.base;
    if (holds) await show(this.state, picture); // the thumb may be further on
    this.prefetch();
  }

  // The page's own state came: what was known belongs to another one.
  ready() {
    this.asked = null;
    this.look();
    this.prefetch();
  }
}

function svg(tag, attributes = {}) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  return element;
}
