// The grids of the step page: input, kernel, output, and where every number comes from. Python sends every number,
// product, sum and sentence once for each change of settings; pointing and stepping then only choose what is lit.

const states = new WeakMap(); // the mounted root -> what is kept between messages

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  if (!(data instanceof Uint8Array)) return undefined;
  let state = states.get(parentElement);
  if (!state) {
    state = begin(parentElement.querySelector(".steps"));
    states.set(parentElement, state);
  }
  state.send = setTriggerValue;
  receive(state, unpack(data)).catch((error) => console.error("grid", error));
  return () => {
    state.stop();
    states.delete(parentElement);
  };
}

function begin(root) {
  const state = { root, board: null, point: null, at: null, pinned: false, lit: new Map(), speed: 2, editing: null };
  const resize = new ResizeObserver(() => state.board && layOut(state));
  resize.observe(root);
  listen(state);
  state.stop = () => {
    pause(state);
    resize.disconnect();
  };
  return state;
}

async function receive(state, { header, rest }) {
  state.latest = header;
  const buffer = await inflate(rest);
  if (state.latest !== header) return; // a newer message is on its way through
  editsSeen(state, header.seen_edit);
  const first = !state.board;
  state.board = boardOf(header, new Float32Array(buffer));
  if (first) restore(state, new URLSearchParams(location.search).get("at"));
  else if (header.fresh !== state.fresh) Object.assign(state, { pinned: false, at: null, point: null });
  state.fresh = header.fresh;
  build(state);
  layOut(state);
  goOn(state);
  keepPlace(state);
  if (isDark(state.root) !== header.dark && state.darkAsked !== header.dark) {
    state.darkAsked = header.dark; // once for each answer that does not match the page
    state.send("again", Date.now());
  }
}

// --- the numbers -----------------------------------------------------------------------------------------------------

// The message's arrays, and who meets whom. Rows and columns do not depend on each other.
function boardOf(header, numbers) {
  const take = (range) => (range ? numbers.subarray(range[0], range[0] + range[1]) : null);
  const [outputs, rows, columns] = header.output.shape;
  const count = (line) => line.map((taps) => taps.filter((cell) => cell !== null).length);
  const met = header.lines.sources.map(count);
  const starts = new Int32Array(rows * columns + 1); // of each position's products
  for (let place = 0; place < rows * columns; place++) {
    starts[place + 1] = starts[place] + met[0][Math.floor(place / columns)] * met[1][place % columns];
  }
  const colours = Array.from({ length: 256 }, (_, entry) => `#${header.table.slice(6 * entry, 6 * entry + 6)}`);
  return { ...header, take, outputs, rows, columns, starts, colours, inks: colours.map(ink), taps: header.kernel_size[0] * header.kernel_size[1] };
}

// What every tap of one output position meets, in reading order of the kernel; `met` counts those that read a cell.
function tapsAt(board, row, column) {
  const { cells, sources } = board.lines;
  const taps = [];
  let met = 0;
  for (let k = 0; k < board.kernel_size[0]; k++) {
    for (let m = 0; m < board.kernel_size[1]; m++) {
      const source = [sources[0][row][k], sources[1][column][m]];
      const reads = source[0] !== null && source[1] !== null;
      const cell = [cells[0][row][k], cells[1][column][m]];
      taps.push({ k, m, cell, source, reads, met: reads ? met++ : -1, there: cell[0] !== null && cell[1] !== null });
    }
  }
  return taps;
}

// Every (output, tap) along one axis that reads an input row or column.
function readers(line, cell) {
  return line.flatMap((taps, output) => taps.flatMap((source, tap) => (source === cell ? [[output, tap]] : [])));
}

function hue(board, k, m) {
  return `hsl(${Math.round((360 * (k * board.kernel_size[1] + m)) / board.taps)} 85% var(--hue-light))`;
}

// --- building the page -----------------------------------------------------------------------------------------------

function build(state) {
  const { root, board } = state;
  table = board;
  root.classList.toggle("dark", board.dark);
  state.ink = getComputedStyle(root).color;
  const [bar, said, live, note, boards, arithmetic, spread, matrix] = once(root, () => [
    make("div", "bar", { role: "toolbar", "aria-label": "Steps" }),
    make("p", "said"),
    make("p", "live", { role: "status" }),
    make("p", "note", { role: "alert" }),
    make("div", "boards"),
    make("section", "arithmetic", { "aria-label": "The arithmetic of this number" }),
    make("section", "view spread"),
    make("section", "view matrix"),
  ]);
  Object.assign(state, { bar, said, live, boards, arithmetic, spread, matrix });
  set(note, board.note);
  note.hidden = !board.note;
  state.lit = new Map();
  state.planes = { input: [], weight: [], output: [], spread: [], turned: [] };
  state.at = inside(board, state.at ?? { channel: 0, row: 0, column: 0 });
  buildBar(state);
  buildBoards(state);
  buildSpread(state);
  buildMatrix(state);
  buildArithmetic(state);
}

function buildBar(state) {
  const [back, play, next, scrub, count, speed, use, edit, pin] = once(state.bar, () => [
    button("◀", "Previous number", () => stepBy(state, -1)),
    button("▶ Play", "Play", () => (state.timer ? pause(state) : playOn(state)), "play"),
    button("▶", "Next number", () => stepBy(state, 1)),
    make("input", "scrub", { type: "range", min: 0, "aria-label": "Position in the output" }),
    make("span", "count"),
    make("select", "", { "aria-label": "Speed" }),
    button("Count use", "Colour every cell by how often it is used", () => toggle(state, "use")),
    button("Edit numbers", "Write numbers into the input and the kernel", () => toggle(state, "write")),
    button("Pinned ✕", "Let the highlight follow the pointer again", () => unpin(state), "pin"),
  ]);
  Object.assign(state.bar, { play, scrub, count, use, edit, pin });
  if (!speed.children.length) {
    [1, 2, 4, 10].forEach((each) => speed.append(new Option(`${each} a second`, each, each === 2, each === 2)));
    speed.onchange = () => {
      state.speed = Number(speed.value);
      if (state.timer) playOn(state);
    };
    scrub.oninput = () => {
      const number = Number(scrub.value);
      pause(state);
      state.pinned = true;
      goTo(state, number);
      keepPlace(state);
    };
  }
  scrub.max = state.board.outputs * state.board.rows * state.board.columns - 1;
  use.setAttribute("aria-pressed", String(Boolean(state.use)));
  edit.setAttribute("aria-pressed", String(Boolean(state.write)));
}

function toggle(state, name) {
  state[name] = !state[name];
  build(state);
  layOut(state);
  goOn(state);
}

function buildBoards(state) {
  const { board, boards, planes } = state;
  const sides = once(boards, () => ["input", "weight", "output"].map((name) => make("section", `side ${name}`)));
  const transposed = board.operation === "transposed";
  const [inputSide, kernelSide, outputSide] = sides;
  const use = state.use ? board.take(board.use) : null;

  const { shape, around, names } = board.input;
  side(inputSide, board.input.title, board.input.note, names, (plane, channel) => {
    const values = board.take(board.input.values);
    const colours = board.take(board.input.colours);
    planes.input[channel] = grid(plane, { what: "input", channel, rows: shape[1], columns: shape[2], around }, (cell, row, column) => {
      const inner = row >= 0 && row < shape[1] && column >= 0 && column < shape[2];
      const place = (channel * shape[1] + row) * shape[2] + column;
      if (!inner) return { className: "pad", text: padText(board, channel, row, column) };
      if (use && !transposed) return used(use, row * shape[2] + column);
      return { value: values[place], entry: colours[place], className: leftOver(board, row, column) ? "left" : "" };
    });
  });
  buildKernels(state, kernelSide);

  const { output } = board;
  const outer = output.around;
  side(outputSide, output.title, output.note, board.outputs > 1 ? board.kernels.map((_, map) => `Map ${map + 1}`) : [""], (plane, channel) => {
    const values = board.take(output.values);
    const colours = board.take(output.colours);
    planes.output[channel] = grid(plane, { what: "output", channel, rows: board.rows, columns: board.columns, around: outer }, (cell, row, column) => {
      if (row < 0 || row >= board.rows || column < 0 || column >= board.columns) return { className: "cut", text: "" };
      const extra = row >= board.rows - output.extra[0] || column >= board.columns - output.extra[1];
      if (use && transposed) return used(use, row * board.columns + column);
      const place = (channel * board.rows + row) * board.columns + column;
      return { value: values[place], entry: colours[place], className: extra ? "extra" : "" };
    });
  });
}

// The weights of the kernel that makes the map pointed at; a pooling layer has none.
function buildKernels(state, side_) {
  const { board } = state;
  table = board;
  const kernel = board.kernels[state.at.channel];
  state.kernel = state.at.channel;
  const pooling = !kernel.values;
  const count = board.kernels.length;
  const title = pooling ? "Window" : count > 1 ? `Kernel ${state.at.channel + 1} of ${count}` : "Kernel";
  const names = pooling ? [""] : kernel.reads.map((channel) => (board.input.shape[0] > 1 ? `For channel ${channel + 1}` : ""));
  const values = pooling ? null : board.take(kernel.values);
  const colours = pooling ? null : board.take(kernel.colours);
  state.planes.weight = [];
  side(side_, title, pooling ? "" : board.kernel_note, names, (plane, index) => {
    const [rows, columns] = board.kernel_size;
    state.planes.weight[index] = grid(plane, { what: "weight", channel: index, rows, columns, around: [[0, 0], [0, 0]] }, (cell, row, column) => {
      const place = (index * rows + row) * columns + column;
      cell.style.setProperty("--h", hue(board, row, column));
      return pooling ? { className: "tap", text: "" } : { value: values[place], entry: colours[place], className: "tap" };
    });
  });
}

function side(section, title, note, names, fill) {
  const [head, words, maps] = once(section, () => [make("h2"), make("p", "words"), make("div", "maps")]);
  set(head, title);
  set(words, note);
  words.hidden = !note;
  sync(maps, names, () => make("div", "plane"), (plane, name, index) => {
    const [label, cells] = once(plane, () => [make("p", "label"), make("div", "cells", { tabindex: 0, role: "application" })]);
    set(label, name);
    label.hidden = !name;
    fill(cells, index);
    cells.setAttribute("aria-label", `${title}${name ? `, ${name}` : ""}. Arrow keys step from cell to cell.`);
  });
}

// A grid of cells, also those around the edges; `look` says what each one shows. Returns who lies where.
function grid(cells, { what, channel, rows, columns, around }, look) {
  const [[top, bottom], [left, right]] = around;
  const width = columns + left + right;
  const places = Array.from({ length: (rows + top + bottom) * width }, (_, index) => index);
  cells.style.setProperty("--columns", width);
  sync(cells, places, () => make("i"), (cell, index) => {
    const row = Math.floor(index / width) - top;
    const column = (index % width) - left;
    const { value, text, entry, className } = look(cell, row, column);
    cell.className = `cell ${className}`;
    cell.place = { what, channel, row, column };
    set(cell, text ?? short(value));
    paintCell(cell, entry);
  });
  const at = (row, column) => (column < -left || column >= columns + right ? undefined : cells.children[(row + top) * width + column + left]);
  const longest = Math.max(...Array.from(cells.children, (cell) => cell.textContent.length));
  return { cells, at, longest, width, height: rows + top + bottom, rows, columns };
}

let table = null; // the colours of the board that is being built
function paintCell(cell, entry) {
  if (entry === undefined) {
    cell.style.removeProperty("--c");
    cell.style.removeProperty("color");
  } else {
    cell.style.setProperty("--c", table.colours[entry]);
    cell.style.color = table.inks[entry];
  }
}

function padText(board, channel, row, column) {
  const source = (axis, place) => {
    const { cells, sources } = board.lines;
    for (let output = 0; output < cells[axis].length; output++) {
      const tap = cells[axis][output].indexOf(place);
      if (tap >= 0) return sources[axis][output][tap];
    }
    return undefined;
  };
  const [i, j] = [source(0, row), source(1, column)];
  if (i === undefined || j === undefined) return "";
  if (i === null || j === null) return board.input.reads;
  const [, rows, columns] = board.input.shape;
  return short(board.take(board.input.values)[(channel * rows + i) * columns + j]);
}

function leftOver(board, row, column) {
  return board.operation !== "transposed" && board.take(board.use)[row * board.input.shape[2] + column] === 0;
}

function used(use, place) {
  const most = Math.max(...use);
  return { text: String(use[place]), className: use[place] ? "use" : "use left", entry: 127 + Math.round((100 * use[place]) / (most || 1)) };
}

// --- the arithmetic --------------------------------------------------------------------------------------------------

function buildArithmetic(state) {
  const { board, arithmetic } = state;
  const [heading, channels, total] = once(arithmetic, () => [make("h2"), make("div", "channels"), make("p", "total")]);
  Object.assign(arithmetic, { heading, channels, total });
  const reads = board.kernels[0].reads;
  channels.style.setProperty("--columns", board.kernel_size[1]);
  channels.classList.toggle("dense", board.kernel_size[1] > 5);
  sync(channels, reads, () => make("div", "channel"), (channel) => {
    const [label, cells, sum] = once(channel, () => [make("p", "label"), make("div", "products"), make("p", "sum")]);
    Object.assign(channel, { label, cells, sum });
    sync(cells, Array.from({ length: board.taps }), () => make("i"), (cell, _, tap) => {
      once(cell, () => [make("b"), make("small")]);
      cell.style.setProperty("--h", hue(board, Math.floor(tap / board.kernel_size[1]), tap % board.kernel_size[1]));
    });
  });
}

function writeArithmetic(state, { channel, row, column }) {
  const { board, arithmetic } = state;
  const kernel = board.kernels[channel];
  const place = row * board.columns + column;
  const taps = tapsAt(board, row, column);
  const area = board.rows * board.columns;
  const sums = board.take(board.sums);
  const map = board.outputs > 1 ? `map ${channel + 1}, ` : "";
  set(arithmetic.heading, `Output ${map}row ${row}, column ${column}`);
  const parts = kernel.reads.map((input, index) => {
    const block = arithmetic.channels.children[index];
    const sum = sums[(channel * kernel.reads.length + index) * area + place];
    set(block.label, board.input.shape[0] > 1 ? `Channel ${input + 1}` : "");
    block.label.hidden = board.input.shape[0] === 1;
    block.hidden = false;
    writeProducts(board, block.cells, { taps, channel, index, input, place });
    block.sum.hidden = board.operation === "max";
    set(block.sum, `sum ${exact(sum)}`);
    return sum;
  });
  writeTotal(state, { channel, place, parts, kernel });
}

function writeProducts(board, cells, { taps, channel, index, input, place }) {
  const products = board.take(board.products);
  const values = board.take(board.input.values);
  const kernel = board.kernels[channel];
  const weights = kernel.values ? board.take(kernel.values) : null;
  const start = (channel * kernel.reads.length + index) * board.starts[board.starts.length - 1] + board.starts[place];
  const [, rows, columns] = board.input.shape;
  const winner = board.winners ? board.take(board.winners)[channel * board.rows * board.columns + place] : -1;
  taps.forEach((tap, number) => {
    const cell = cells.children[number];
    const [large, small] = cell.parts;
    const read = tap.reads ? values[(input * rows + tap.source[0]) * columns + tap.source[1]] : 0;
    cell.className = !tap.there ? "skipped" : !tap.reads ? "pad" : winner === number ? "winner" : "";
    if (!tap.there) {
      set(large, "·");
      set(small, "");
    } else if (weights) {
      set(large, tap.reads ? short(products[start + tap.met]) : "0");
      set(small, `${short(read)}×${bracketed(weights[index * board.taps + number])}`);
    } else {
      set(large, tap.reads ? short(read) : board.input.reads);
      set(small, "");
    }
  });
}

// The stamp of one input number of a transposed layer: what it adds to each output number that it reaches.
function writeStamp(state, { channel, row, column }, down, across) {
  const { board, arithmetic } = state;
  const kernel = board.kernels[state.kernel];
  const [products, weights, values] = [board.products, kernel.values, board.input.values].map(board.take);
  const value = values[(channel * board.input.shape[1] + row) * board.input.shape[2] + column];
  const map = board.outputs > 1 ? ` on map ${state.kernel + 1}` : "";
  set(arithmetic.heading, `The stamp of input row ${row}, column ${column}${map}`);
  kernel.reads.forEach((input, index) => {
    const block = arithmetic.channels.children[index];
    block.hidden = input !== channel;
    block.sum.hidden = true;
    [...block.cells.children].forEach((cell, number) => {
      const [k, m] = [Math.floor(number / board.kernel_size[1]), number % board.kernel_size[1]];
      const [i] = down.find(([, tap]) => tap === k) ?? [];
      const [j] = across.find(([, tap]) => tap === m) ?? [];
      const lands = i !== undefined && j !== undefined;
      cell.className = lands ? "" : "skipped";
      const met = lands && tapsAt(board, i, j).find((tap) => tap.k === k && tap.m === m).met;
      const start = (state.kernel * kernel.reads.length + index) * board.starts[board.starts.length - 1];
      set(cell.parts[0], lands ? short(products[start + board.starts[i * board.columns + j] + met]) : "·");
      set(cell.parts[1], lands ? `${short(value)}×${bracketed(weights[index * board.taps + number])}` : "cut off");
    });
  });
  const words = [["Each number is added to the output number under it; where stamps overlap, they add up.", "", ""]];
  sync(arithmetic.total, words, () => make("span", "part"), writePart);
}

function writePart(part, [before, number, verdict]) {
  const [text, figure, after] = once(part, () => [make("span"), make("strong"), make("span", "verdict")]);
  set(text, `${before} `);
  set(figure, number);
  set(after, verdict ? ` ${verdict}` : "");
}

function writeTotal(state, { channel, place, parts, kernel }) {
  const { board, arithmetic } = state;
  const value = board.take(board.output.values)[channel * board.rows * board.columns + place];
  const words = [];
  if (board.operation === "max") words.push(["The largest is", exact(value)]);
  else if (board.operation === "avg") words.push([`${exact(parts[0])} ÷ ${board.take(board.divisors)[place]} =`, exact(value)]);
  else {
    const bias = kernel.bias ? ` ${signed(kernel.bias)} (bias)` : "";
    const sum = parts.map((part, index) => (index ? signed(part) : exact(part))).join(" ");
    words.push([parts.length > 1 || bias ? `${sum}${bias} =` : "Total", exact(value)]);
    words.push(["after ReLU", value > 0 ? exact(value) : "0", value > 0 ? "kept: it is positive" : value < 0 ? "negative numbers become 0" : "0 stays 0"]);
  }
  sync(arithmetic.total, words, () => make("span", "part"), writePart);
}

// --- what is lit -----------------------------------------------------------------------------------------------------

// Light what a place is connected with, in every view; what was lit and is not any more goes dark.
function light(state, point, announce = false) {
  const { board } = state;
  state.point = point;
  if (point.what === "output") {
    state.at = { channel: point.channel, row: point.row, column: point.column };
    showKernel(state, point.channel);
  } else if (point.what === "input" && !board.kernels[state.kernel].reads.includes(point.channel)) {
    showKernel(state, board.kernels.findIndex((kernel) => kernel.reads.includes(point.channel)));
  }
  const lit = new Map();
  const add = (cell, name, colour) => cell && !(name === "copy" && lit.has(cell)) && lit.set(cell, [name, colour]);
  const text = { output: lightOutput, input: lightInput, weight: lightWeight }[point.what](state, point, add);
  for (const cell of state.lit.keys()) {
    if (!lit.has(cell)) cell.classList.remove("on", "now", "won", "copy");
  }
  for (const [cell, [name, colour]] of lit) {
    const before = state.lit.get(cell);
    if (before && before[0] === name && before[1] === colour) continue;
    if (before) cell.classList.remove(...before[0].split(" "));
    cell.classList.add(...name.split(" "));
    if (colour) cell.style.setProperty("--h", colour);
  }
  state.lit = lit;
  set(state.said, text);
  if (announce) set(state.live, text);
  lightMatrix(state, point);
  showBar(state);
}

// The kernel of another map takes its place.
function showKernel(state, channel) {
  if (state.kernel === channel) return;
  state.at = { ...state.at, channel };
  for (const plane of [...state.planes.weight, ...state.planes.turned]) {
    for (const cell of plane.cells.children) state.lit.delete(cell); // it is written anew, and unlit
  }
  buildKernels(state, state.boards.parts[1]);
  if (state.board.spread) buildTurned(state);
  layOut(state);
}

function lightOutput(state, point, add) {
  const { board, planes } = state;
  const { channel, row, column } = point;
  const place = row * board.columns + column;
  const winner = board.winners ? board.take(board.winners)[channel * board.rows * board.columns + place] : -1;
  add(planes.output[channel].at(row, column), "on now");
  const taps = tapsAt(board, row, column);
  board.kernels[channel].reads.forEach((input, index) => {
    taps.forEach((tap, number) => {
      const colour = hue(board, tap.k, tap.m);
      if (tap.reads || !tap.there) add(planes.weight[index]?.at(tap.k, tap.m), tap.there ? "on" : "off", colour);
      else add(planes.weight[index]?.at(tap.k, tap.m), "on", colour);
      if (!tap.there) return;
      const copied = tap.reads && (tap.source[0] !== tap.cell[0] || tap.source[1] !== tap.cell[1]);
      if (copied) add(planes.input[input].at(...tap.source), "copy", colour);
      add(planes.input[input].at(...tap.cell), number === winner ? "on won" : "on", colour);
    });
  });
  lightSpread(state, point, taps, add);
  writeArithmetic(state, point);
  return board.sentences[channel * board.rows * board.columns + place];
}

function lightInput(state, { channel, row, column }, add) {
  const { board, planes } = state;
  const [down, across] = [readers(board.lines.sources[0], row), readers(board.lines.sources[1], column)];
  const maps = board.kernels.flatMap((kernel, map) => (kernel.reads.includes(channel) ? [map] : []));
  add(planes.input[channel].at(row, column), "on now");
  for (const map of maps) {
    for (const [i, k] of down) for (const [j, m] of across) add(planes.output[map].at(i, j), "on", hue(board, k, m));
  }
  for (const [, k] of down) for (const [, m] of across) {
    const plane = planes.weight[board.kernels[state.kernel].reads.indexOf(channel)];
    add(plane?.at(k, m), "on", hue(board, k, m));
  }
  if (board.spread) {
    const [i, j] = [board.spread.lines[0].indexOf(row), board.spread.lines[1].indexOf(column)];
    if (i >= 0 && j >= 0) add(planes.spread[channel].at(i, j), "on now");
  }
  if (board.operation === "transposed") writeStamp(state, { channel, row, column }, down, across);
  const name = board.input.shape[0] > 1 ? `channel ${channel + 1}, ` : "";
  const value = short(board.take(board.input.values)[(channel * board.input.shape[1] + row) * board.input.shape[2] + column]);
  const outputs = new Set(down.flatMap(([i]) => across.map(([j]) => `${i} ${j}`))).size;
  const feeds = outputs ? `feeds ${outputs} ${outputs === 1 ? "number" : "numbers"} of ${board.outputs === 1 ? "the output" : maps.length > 1 ? "each map" : `map ${maps[0] + 1}`}` : "is left over: no window reaches it";
  return `Input ${name}row ${row}, column ${column}, which is ${value}, ${feeds}.`;
}

function lightWeight(state, { channel, row, column }, add) {
  const { board, planes } = state;
  const kernel = board.kernels[state.kernel];
  const input = kernel.reads[channel];
  const colour = hue(board, row, column);
  const cells = new Set();
  add(planes.weight[channel].at(row, column), "on now", colour);
  board.lines.cells[0].forEach((down) => {
    board.lines.cells[1].forEach((across) => {
      if (down[row] === null || across[column] === null) return;
      cells.add(`${down[row]} ${across[column]}`);
      add(planes.input[input].at(down[row], across[column]), "on", colour);
    });
  });
  if (board.operation === "transposed") {
    board.lines.cells[0].forEach((down, i) => {
      board.lines.cells[1].forEach((across, j) => {
        if (down[row] !== null && across[column] !== null) add(planes.output[state.kernel].at(i, j), "on", colour);
      });
    });
  }
  if (planes.turned[channel]) add(planes.turned[channel].at(board.kernel_size[0] - 1 - row, board.kernel_size[1] - 1 - column), "on now", colour);
  const value = kernel.values ? `, which is ${short(board.take(kernel.values)[(channel * board.kernel_size[0] + row) * board.kernel_size[1] + column])},` : "";
  return `Kernel row ${row}, column ${column}${value} meets ${cells.size} ${cells.size === 1 ? "cell" : "cells"}${board.input.around.flat().some(Boolean) ? ", padding counted" : ""}.`;
}

// --- the transposed layer's second view: the input spread out, the kernel turned -------------------------------------

function buildSpread(state) {
  const { board, spread, planes } = state;
  spread.hidden = !board.spread;
  if (!board.spread) return;
  const [title, words, row, collapse] = once(spread, () => [make("h2"), make("p", "words"), make("div", "boards"), make("div", "collapse")]);
  set(title, "The same as a plain convolution over the spread input");
  set(words, board.spread.words);
  const [wideSide] = once(row, () => [make("section", "side"), make("section", "side")]);
  const { shape, lines } = board.spread;
  const [values, colours] = [board.take(board.spread.values), board.take(board.spread.colours)];
  side(wideSide, `Spread input ${shape.join("×")}`, "", board.input.names, (plane, channel) => {
    planes.spread[channel] = grid(plane, { what: "spread", channel, rows: shape[1], columns: shape[2], around: [[0, 0], [0, 0]] }, (cell, i, j) => {
      const place = (channel * shape[1] + i) * shape[2] + j;
      const real = lines[0][i] !== null && lines[1][j] !== null;
      return real ? { value: values[place], entry: colours[place], className: "" } : { text: "0", className: "zero" };
    });
  });
  buildTurned(state);
  sync(collapse, board.collapse, () => make("p", "words"), (line, text) => set(line, text));
}

function buildTurned(state) {
  const { board, spread, planes } = state;
  const kernel = board.kernels[state.at.channel];
  const [values, colours] = [board.take(kernel.values), board.take(kernel.colours)];
  const [rows, columns] = board.kernel_size;
  const names = kernel.reads.map((channel) => (board.input.shape[0] > 1 ? `For channel ${channel + 1}` : ""));
  planes.turned = [];
  side(spread.parts[2].parts[1], "Kernel, turned by half a turn", "", names, (plane, index) => {
    planes.turned[index] = grid(plane, { what: "turned", channel: index, rows, columns, around: [[0, 0], [0, 0]] }, (cell, i, j) => {
      const place = (index * rows + rows - 1 - i) * columns + columns - 1 - j;
      cell.style.setProperty("--h", hue(board, rows - 1 - i, columns - 1 - j));
      return { value: values[place], entry: colours[place], className: "tap" };
    });
  });
}

function lightSpread(state, { channel, row, column }, taps, add) {
  const { board, planes } = state;
  if (!board.spread) return;
  const [rows, columns] = board.kernel_size;
  const [down, across] = board.spread.dilation;
  board.kernels[channel].reads.forEach((input, index) => {
    taps.forEach(({ k, m }) => {
      const colour = hue(board, k, m);
      add(planes.spread[input].at(row + (rows - 1 - k) * down, column + (columns - 1 - m) * across), "on", colour);
      add(planes.turned[index]?.at(rows - 1 - k, columns - 1 - m), "on", colour);
    });
  });
}

// --- the layer as a matrix -------------------------------------------------------------------------------------------

function buildMatrix(state) {
  const { board, matrix } = state;
  const [title, words, holder, caption, second, secondHolder] = once(matrix, () => [
    make("h2"), make("p", "words"), make("div", "holder"), make("p", "caption"), make("p", "words"), make("div", "holder"),
  ]);
  const { size, patches } = board.matrix;
  Object.assign(matrix, { caption, size });
  set(title, board.operation === "transposed" ? "The layer as a matrix: Cᵀ · y" : "The layer as a matrix: C · x");
  set(words, board.matrix.words);
  holder.hidden = caption.hidden = !size;
  second.hidden = secondHolder.hidden = !patches;
  if (!size) return;
  const label = board.operation === "transposed" ? "Cᵀ, the input y beside it, and the output" : "C, the input x beside it, and the output";
  drawCanvas(holder, `The matrix ${label}. ${board.matrix.words}`);
  if (!patches) return;
  set(second, patches.words);
  drawCanvas(secondHolder, patches.words);
}

function drawCanvas(holder, label) {
  const [base, over] = once(holder, () => [make("canvas", "base", { role: "img" }), make("canvas", "over", { "aria-hidden": "true" })]);
  base.setAttribute("aria-label", label);
  Object.assign(holder, { base, over });
}

const HEAD = 18; // pixels above the matrix, for its labels

// A cell's side in pixels, so that a table fits its holder.
function fit(rows, columns, width) {
  return Math.max(3, Math.min(12, Math.floor(width / columns), Math.floor(480 / rows)));
}

function paintMatrix(state) {
  const { board, matrix } = state;
  if (!matrix.size) return;
  const [rows, columns] = matrix.size;
  const holder = matrix.parts[2];
  const side_ = fit(Math.max(rows, columns), columns + 6, state.root.clientWidth - 8);
  const pen = sized(holder, (columns + 6) * side_ + 2, Math.max(rows, columns) * side_ + HEAD);
  const transposed = board.operation === "transposed";
  pen.fillStyle = state.ink;
  pen.font = "600 13px sans-serif";
  pen.fillText(transposed ? "Cᵀ" : "C", 0, 12);
  pen.fillText(transposed ? "y" : "x", (columns + 2) * side_, 12);
  pen.fillText("=", (columns + 3.6) * side_, 12);
  pen.translate(0, HEAD);
  const index = board.take(board.matrix.index);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const weight = index[row * columns + column];
      if (weight === -1) continue;
      const tap = weight % board.taps;
      pen.fillStyle = weight === -2 ? state.ink : canvasHue(state, tap);
      pen.fillRect(column * side_, row * side_, side_ - 1, side_ - 1);
    }
  }
  pen.strokeStyle = "gray";
  pen.strokeRect(0.5, 0.5, columns * side_ - 1, rows * side_ - 1);
  strip(pen, board, board.take(board.input.colours), (columns + 2) * side_, side_);
  strip(pen, board, board.take(board.output.colours), (columns + 5) * side_, side_);
  Object.assign(matrix, { cell: side_ });
  paintPatches(state);
}

function paintPatches(state) {
  const { board, matrix } = state;
  const { patches } = board.matrix;
  if (!patches) return;
  const [rows, columns] = patches.size;
  const side_ = fit(rows, columns, state.root.clientWidth - 8);
  const pen = sized(matrix.parts[5], columns * side_, rows * side_);
  const colours = board.take(patches.colours);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      pen.fillStyle = board.colours[colours[row * columns + column]];
      pen.fillRect(column * side_, row * side_, side_ - 1, side_ - 1);
    }
  }
  matrix.patchCell = side_;
}

function sized(holder, width, height) {
  const scale = window.devicePixelRatio || 1;
  for (const canvas of [holder.base, holder.over]) {
    canvas.width = Math.ceil(width * scale);
    canvas.height = Math.ceil(height * scale);
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    canvas.getContext("2d").scale(scale, scale);
  }
  return holder.base.getContext("2d");
}

function strip(pen, board, entries, left, side_) {
  entries.forEach((entry, place) => {
    pen.fillStyle = board.colours[entry];
    pen.fillRect(left, place * side_, side_, side_ - 1);
  });
  pen.strokeRect(left - 0.5, -0.5, side_ + 1, entries.length * side_ + 1);
}

function canvasHue(state, tap) {
  return `hsl(${Math.round((360 * tap) / state.board.taps)} 75% ${state.board.dark ? 62 : 45}%)`;
}

function lightMatrix(state, point) {
  const { board, matrix } = state;
  if (!matrix.size || !matrix.cell) return;
  const [rows, columns] = matrix.size;
  const pen = cleared(matrix.parts[2].over, HEAD);
  const side_ = matrix.cell;
  const area = board.input.shape[1] * board.input.shape[2];
  pen.strokeStyle = state.ink;
  pen.lineWidth = 2;
  if (point.what === "output") {
    const row = (point.channel * board.rows + point.row) * board.columns + point.column;
    pen.strokeRect(0, row * side_ - 1, columns * side_, side_ + 1);
    pen.strokeRect((columns + 5) * side_ - 1, row * side_ - 1, side_ + 2, side_ + 1);
    const met = tapsAt(board, point.row, point.column).filter((tap) => tap.reads);
    for (const input of board.kernels[point.channel].reads) {
      for (const { source } of met) {
        const place = input * area + source[0] * board.input.shape[2] + source[1];
        pen.strokeRect((columns + 2) * side_ - 1, place * side_ - 1, side_ + 2, side_ + 1);
      }
    }
    const filled = board.take(board.matrix.index).subarray(row * columns, (row + 1) * columns).filter((weight) => weight !== -1).length;
    set(matrix.caption, `Row ${row} makes output row ${point.row}, column ${point.column}: ${filled} ${filled === 1 ? "weight" : "weights"}, the rest zeros.`);
    if (board.matrix.patches) {
      const over = cleared(matrix.parts[5].over);
      over.strokeStyle = pen.strokeStyle;
      over.lineWidth = 2;
      over.strokeRect((point.row * board.columns + point.column) * matrix.patchCell - 1, 0, matrix.patchCell + 1, board.matrix.patches.size[0] * matrix.patchCell);
    }
  } else if (point.what === "input") {
    const column = point.channel * area + point.row * board.input.shape[2] + point.column;
    pen.strokeRect(column * side_ - 1, 0, side_ + 1, rows * side_);
    pen.strokeRect((columns + 2) * side_ - 1, column * side_ - 1, side_ + 2, side_ + 1);
    set(matrix.caption, `Column ${column} belongs to input row ${point.row}, column ${point.column}.`);
  }
}

function cleared(canvas, head = 0) {
  const pen = canvas.getContext("2d");
  const scale = window.devicePixelRatio || 1;
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.translate(0, head);
  return pen;
}

// --- size ------------------------------------------------------------------------------------------------------------

function layOut(state) {
  const width = state.root.clientWidth;
  if (!width) return;
  const { planes, board } = state;
  const [input, kernel, output] = [planes.input, planes.weight, planes.output].map((list) => list[0]);
  const narrow = width < 640;
  let best = { cell: 0, tall: Infinity, across: [1, 1] };
  for (let a = 1; a <= planes.input.length; a++) {
    for (let b = 1; b <= planes.output.length; b++) {
      const gaps = 26 * (a + b + 1);
      const across = narrow ? Math.max(a * input.width, b * output.width) : a * input.width + kernel.width + b * output.width;
      const stacked = (list, columns) => Math.ceil(list.length / columns) * (list[0].height + 1);
      const tall = Math.max(stacked(planes.input, a), stacked(planes.output, b), planes.weight.length * (kernel.height + 1));
      const wide = Math.floor(Math.min((width - (narrow ? 8 * (a + b) : gaps)) / across, 36));
      const cell = narrow ? wide : Math.min(wide, Math.max(Math.floor(330 / tall), 10)); // all of it above the fold
      if (cell > best.cell || (cell === best.cell && cell * tall < best.tall)) best = { cell, tall: cell * tall, across: [a, b] };
    }
  }
  state.cell = Math.max(best.cell, 9);
  const [inputSide, , outputSide] = state.boards.parts;
  inputSide.style.setProperty("--across", best.across[0]);
  outputSide.style.setProperty("--across", best.across[1]);
  state.boards.classList.toggle("narrow", narrow);
  layOutPlanes(state);
  if (board.spread) {
    const columns = planes.spread[0].width + kernel.width + 3;
    const cell = Math.floor((width - 40) / (narrow ? planes.spread[0].width : columns));
    const [wide, turned] = state.spread.parts[2].parts;
    size(wide, Math.max(9, Math.min(state.cell, cell)), planes.spread);
    size(turned, Math.max(9, Math.min(state.cell, cell)), planes.turned);
  }
  paintMatrix(state);
  if (state.point) lightMatrix(state, state.point);
}

function layOutPlanes(state) {
  const { input, weight, output } = state.planes;
  [input, weight, output].forEach((planes, index) => size(state.boards.parts[index], state.cell, planes));
}

// The side of a cell, and the size of its text: the longest number fits, or none is shown.
function size(element, cell, planes) {
  const longest = Math.max(...planes.map((plane) => plane.longest));
  const font = Math.min(0.44 * cell, (0.94 * cell) / (0.52 * longest), 15);
  element.style.setProperty("--cell", `${cell}px`);
  element.style.setProperty("--font", `${font.toFixed(1)}px`);
  element.classList.toggle("mute", font < 7);
}

// --- pointing, stepping, playing -------------------------------------------------------------------------------------

function listen(state) {
  const { root } = state;
  const under = (event) => root.getRootNode().elementFromPoint(event.clientX, event.clientY)?.closest?.(".cell, canvas.over");
  const move = (event) => {
    if (!state.board || state.pinned || state.timer || (event.pointerType === "touch" && !event.isPrimary)) return;
    const point = pointOf(state, under(event), event);
    if (point && !same(point, state.point)) light(state, point);
  };
  root.addEventListener("pointermove", move);
  root.addEventListener("click", (event) => {
    const point = state.board && pointOf(state, under(event), event);
    if (!point) return;
    pause(state);
    if (state.write && (point.what === "input" || point.what === "weight")) {
      openField(state, event.target.closest?.(".cell"));
      return;
    }
    const again = state.pinned && same(point, state.point);
    state.pinned = !again;
    light(state, point, true);
    keepPlace(state);
  });
  root.addEventListener("pointerleave", () => state.board && !state.pinned && !state.timer && goOn(state));
  root.addEventListener("dblclick", (event) => openField(state, event.target.closest?.(".cell")));
  root.addEventListener("keydown", (event) => onKey(state, event));
}

function same(one, other) {
  return other && one.what === other.what && one.channel === other.channel && one.row === other.row && one.column === other.column;
}

// What an element under the pointer stands for: an output, an input or a weight.
function pointOf(state, element, event) {
  if (!element) return null;
  if (element.matches("canvas.over")) return pointOfMatrix(state, element, event);
  const { what, channel, row, column } = element.place;
  const { board } = state;
  const inner = (rows, columns) => row >= 0 && row < rows && column >= 0 && column < columns;
  if (what === "output") return inner(board.rows, board.columns) ? element.place : null;
  if (what === "input") return inner(board.input.shape[1], board.input.shape[2]) ? element.place : null;
  if (what === "turned") return { what: "weight", channel, row: board.kernel_size[0] - 1 - row, column: board.kernel_size[1] - 1 - column };
  if (what === "spread") {
    const [i, j] = [board.spread.lines[0][row], board.spread.lines[1][column]];
    return i === null || j === null ? null : { what: "input", channel, row: i, column: j };
  }
  return element.place;
}

function pointOfMatrix(state, canvas, event) {
  const { board, matrix } = state;
  const box = canvas.getBoundingClientRect();
  const first = canvas === matrix.parts[2].over;
  const side_ = first ? matrix.cell : matrix.patchCell;
  const [column, row] = [Math.floor((event.clientX - box.left) / side_), Math.floor((event.clientY - box.top - (first ? HEAD : 0)) / side_)];
  if (row < 0) return null;
  const [rows, columns] = matrix.size;
  const outputAt = (place) => ({ what: "output", channel: Math.floor(place / (board.rows * board.columns)), row: Math.floor(place / board.columns) % board.rows, column: place % board.columns });
  if (!first) return column < board.rows * board.columns ? outputAt(state.at.channel * board.rows * board.columns + column) : null;
  if (column >= columns && column < columns + 4 && row < columns) {
    const [, height, width] = board.input.shape;
    return { what: "input", channel: Math.floor(row / (height * width)), row: Math.floor(row / width) % height, column: row % width };
  }
  return row < rows ? outputAt(row) : null;
}

function inside(board, { channel, row, column }) {
  const clamp = (value, most) => Math.min(Math.max(value, 0), most - 1);
  return { channel: clamp(channel, board.outputs), row: clamp(row, board.rows), column: clamp(column, board.columns) };
}

// Light again what was lit, as far as it is still there; else the output number that was looked at last.
function goOn(state) {
  const { board, point } = state;
  const planes = point && state.planes[point.what];
  const there = planes?.[point.channel] && point.row < planes[point.channel].rows && point.column < planes[point.channel].columns;
  if (state.pinned && there) light(state, point);
  else light(state, { what: "output", ...state.at });
}

function goTo(state, number, announce = true) {
  const { rows, columns } = state.board;
  const channel = Math.floor(number / (rows * columns));
  light(state, { what: "output", channel, row: Math.floor(number / columns) % rows, column: number % columns }, announce);
}

function countOf({ board }) {
  return board.outputs * board.rows * board.columns;
}

function numberOf({ board, at }) {
  return (at.channel * board.rows + at.row) * board.columns + at.column;
}

function stepBy(state, by) {
  pause(state);
  state.pinned = true;
  goTo(state, (numberOf(state) + by + countOf(state)) % countOf(state));
  keepPlace(state);
}

function playOn(state) {
  clearInterval(state.timer);
  state.timer = setInterval(() => goTo(state, (numberOf(state) + 1) % countOf(state), state.speed <= 1), 1000 / state.speed);
  state.pinned = true;
  showBar(state);
}

function pause(state) {
  clearInterval(state.timer);
  state.timer = null;
  if (state.board) showBar(state);
}

function unpin(state) {
  pause(state);
  state.pinned = false;
  goOn(state);
  keepPlace(state);
}

function showBar(state) {
  const { bar, board } = state;
  const number = numberOf(state);
  set(bar.play, state.timer ? "❚❚ Pause" : "▶ Play");
  bar.play.setAttribute("aria-label", state.timer ? "Pause" : "Play");
  if (Number(bar.scrub.value) !== number) bar.scrub.value = number;
  bar.scrub.setAttribute("aria-valuetext", `Number ${number + 1} of ${board.outputs * board.rows * board.columns}`);
  set(bar.count, `${number + 1} of ${board.outputs * board.rows * board.columns}`);
  bar.pin.style.visibility = state.pinned && !state.timer ? "visible" : "hidden";
}

function onKey(state, event) {
  const cells = event.target.closest?.(".cells");
  if (!state.board || event.target.matches?.("input, select") || !cells) return;
  const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  const what = cells.firstElementChild.place;
  const plane = state.planes[what.what][what.channel];
  const current = state.point?.what === what.what && state.point.channel === what.channel ? state.point : null;
  const start = current ?? (what.what === "output" ? { ...state.at, ...what, row: state.at.row, column: state.at.column } : { ...what, row: 0, column: 0 });
  if (event.key in moves) {
    const [down, across] = moves[event.key];
    const next = current ? { row: start.row + down, column: start.column + across } : start;
    const row = Math.min(Math.max(next.row, 0), plane.rows - 1);
    const column = Math.min(Math.max(next.column, 0), plane.columns - 1);
    const point = pointOf(state, plane.at(row, column));
    pause(state);
    state.pinned = true;
    if (point) light(state, point, true);
    keepPlace(state);
  } else if (event.key === " ") {
    if (state.timer) pause(state);
    else playOn(state);
  } else if (event.key === "Escape") unpin(state);
  else if ((event.key === "Enter" || /^[-−.\d]$/.test(event.key)) && current) {
    openField(state, plane.at(current.row, current.column), event.key === "Enter" ? null : event.key);
  } else return;
  event.preventDefault();
}

// The place that is pinned belongs to the address, so that a link opens it again.
function keepPlace(state) {
  clearTimeout(state.keeping);
  state.keeping = setTimeout(() => {
    const { channel, row, column } = state.at;
    const at = state.pinned && !state.timer && state.point.what === "output" ? `at=${channel},${row},${column}` : "";
    keepAddress([state.board.address, at].filter(Boolean).join("&"));
  }, 120);
}

function restore(state, at) {
  if (!/^\d{1,3},\d{1,3},\d{1,3}$/.test(at)) return;
  const [channel, row, column] = at.split(",").map(Number);
  state.at = inside(state.board, { channel, row, column });
  state.pinned = true;
}

// --- writing numbers -------------------------------------------------------------------------------------------------

function openField(state, cell, typed = null) {
  const point = cell?.place && pointOf(state, cell);
  if (!point || !["input", "weight"].includes(point.what) || !["input", "weight"].includes(cell.place.what)) return;
  if (point.what === "weight" && !state.board.kernels[0].values) return;
  closeField(state, false);
  const cells = cell.parentElement;
  const field = make("input", "field", { type: "text", inputmode: "decimal", autocomplete: "off" });
  const name = point.what === "input" ? "Input" : "Kernel";
  field.setAttribute("aria-label", `${name} row ${point.row}, column ${point.column}`);
  field.before_ = valueText(state, point);
  field.value = typed ?? field.before_;
  Object.assign(field.style, { left: `${cell.offsetLeft}px`, top: `${cell.offsetTop}px`, minWidth: `${cell.offsetWidth}px`, height: `${cell.offsetHeight}px` });
  state.editing = { field, point, cells, kernel: state.kernel };
  cells.parentElement.append(field);
  field.onkeydown = (event) => {
    event.stopPropagation();
    if (event.key === "Enter") closeField(state, true);
    else if (event.key === "Escape") closeField(state, false);
    else if (event.key === "Tab") {
      const side_ = event.shiftKey ? "previousElementSibling" : "nextElementSibling";
      let next = cell[side_];
      while (next && !pointOf(state, next)) next = next[side_]; // past the padding
      closeField(state, true);
      if (next) openField(state, next);
      else cells.focus({ preventScroll: true });
      event.preventDefault();
      return;
    } else return;
    event.preventDefault();
    cells.focus({ preventScroll: true });
  };
  field.onblur = () => state.editing?.field === field && closeField(state, true);
  field.focus({ preventScroll: true });
  if (typed === null) field.select();
}

// The number of a cell, in full, whatever is written in it.
function valueText({ board, kernel }, { what, channel, row, column }) {
  const values = board.take(what === "input" ? board.input.values : board.kernels[kernel].values);
  const [rows, columns] = what === "input" ? board.input.shape.slice(1) : board.kernel_size;
  return String(Number(values[(channel * rows + row) * columns + column].toPrecision(7))).replace("-", "−");
}

function closeField(state, keep) {
  if (!state.editing) return;
  const { field, point, kernel } = state.editing;
  const { value } = field;
  state.editing = null;
  field.remove();
  state.root.querySelector(".note").hidden = true;
  if (keep && value.trim() !== field.before_) {
    sendEdit(state, { what: point.what, kernel, channel: point.channel, row: point.row, column: point.column, value });
  }
}

// --- small helpers ---------------------------------------------------------------------------------------------------

function button(text, label, act, className = "") {
  const element = make("button", className, { type: "button", title: label, "aria-label": label });
  element.textContent = text;
  element.onclick = act;
  return element;
}

// A number as a cell shows it: short, with a real minus sign.
function short(value) {
  return written(value, (size) => (size >= 100 ? 0 : size >= 10 ? 1 : 2));
}

function exact(value) {
  return written(value, (size) => (size >= 1000 ? 1 : size >= 10 ? 2 : 3));
}

function written(value, decimals) {
  if (!Number.isFinite(value)) return value < 0 ? "−∞" : "∞";
  const size = Math.abs(value);
  const text = size.toFixed(decimals(size)).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
  if (text === "0") return size ? "≈0" : "0";
  return (value < 0 ? "−" : "") + text;
}

function signed(value) {
  return value < 0 ? `− ${exact(-value)}` : `+ ${exact(value)}`;
}

function bracketed(value) {
  return value < 0 ? `(${short(value)})` : short(value);
}
