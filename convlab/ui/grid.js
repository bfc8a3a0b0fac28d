// The grids of the step page: input, kernel, output, and where every number comes from. Python sends every number,
// product, sum and sentence once for each change of settings; pointing and stepping then only choose what is lit.

export default mounted("grid", ".steps", begin, receive);

function begin(root) {
  const state = { root, board: null, point: null, at: null, pinned: false, lit: new Map(), speed: 2, editing: null };
  const resize = new ResizeObserver(() => state.board && layOut(state));
  resize.observe(root);
  listen(state);
  state.stop = () => {
    clearTimeout(state.keeping);
    pause(state);
    resize.disconnect();
  };
  return state;
}

async function receive(state, { header, rest }) {
  state.latest = header;
  const buffer = await inflate(rest);
  if (state.gone || state.latest !== header) return; // a newer message is on its way through
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
  const [back, play, next, scrub, count, speed, use, edit, undo, pin] = once(state.bar, () => [
    button("◀", "Previous number", () => stepBy(state, -1)),
    button("▶ Play", "Play", () => (state.timer ? pause(state) : playOn(state)), "play"),
    button("▶", "Next number", () => stepBy(state, 1)),
    make("input", "scrub", { type: "range", min: 0, "aria-label": "Position in the output" }),
    make("span", "count"),
    make("select", "", { "aria-label": "Speed" }),
    button("Count use", "Colour every cell by how often it is used", () => toggle(state, "use")),
    button("Edit numbers", "Write numbers into the input and the kernel", () => toggle(state, "write")),
    button("Undo edits", "Forget every number written by hand", () => sendEdit(state, { undo: true })),
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
  undo.hidden = !state.board.edited;
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
    state.spread.parts[2].classList.toggle("narrow", narrow);
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
