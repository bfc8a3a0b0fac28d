// What is lit in the grids when a cell is pointed at, and the arithmetic that stands below them. Part of grid.js.

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
  const feeds = outputs ? `feeds ${outputs} ${outputs === 1 ? "number" : "numbers"} of ${board.outputs === 1 ? "the output" : maps.length > 1 ? "each map" : `map ${maps[0] + 1}`}` : board.operation === "transposed" ? "has its whole stamp cut off" : "is left over: no window reaches it";
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
  return `${kernel.values ? "Kernel" : "Window"} row ${row}, column ${column}${value} meets ${cells.size} ${cells.size === 1 ? "cell" : "cells"}${board.input.around.flat().some(Boolean) ? ", padding counted" : ""}.`;
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
    const sum = sums ? sums[(channel * kernel.reads.length + index) * area + place] : 0; // a maximum has none
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
