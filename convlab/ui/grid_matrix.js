// The layer as a matrix, and its input unrolled, drawn on canvases. Part of grid.js.

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
  const over = board.matrix.patches && cleared(matrix.parts[5].over);
  set(matrix.caption, "");
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
    if (over) {
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
