// Pointing, stepping, playing, and writing numbers into cells. Part of grid.js.

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
  state.board.note = "";
  state.root.querySelector(".note").hidden = true;
  if (keep && value.trim() !== field.before_) {
    sendEdit(state, { what: point.what, kernel, channel: point.channel, row: point.row, column: point.column, value });
  }
}
