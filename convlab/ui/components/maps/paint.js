// Pixels onto canvases.

import { make, once } from "../shared/dom.js";
import { bytes } from "../shared/message.js";

/** @typedef {import("./state.js").Drawing} Drawing */

/** @type {WeakMap<HTMLCanvasElement, string>} */
const painted = new WeakMap(); // what is on each canvas: the drawing's mark, the first pixel

/**
 * A canvas in a frame of its own size, which marks are put on, and a caption below.
 * @param {HTMLElement} figure
 * @returns {[HTMLCanvasElement, HTMLElement]}
 */
export function framed(figure) {
  const [frame, caption] = once(figure, () => [make("div", "frame"), make("figcaption")]);
  const [canvas] = once(frame, () => [make("canvas")]);
  return [canvas, caption];
}

/**
 * One map of a row: each pixel is its place in the table of colours.
 * @param {HTMLCanvasElement} canvas
 * @param {Drawing} drawing
 * @param {import("./message").Row} row
 * @param {number} index
 */
export function paintMap(canvas, drawing, { pixels, width, height }, index) {
  const first = index * width * height;
  const { table } = drawing;
  paint(canvas, drawing, pixels[0] + first, width, height, (colours) => {
    const from = bytes(drawing.buffer, pixels);
    for (let place = 0; place < colours.length; place++) colours[place] = table[from[first + place]];
  });
}

/**
 * The picture that the layers read: red, green and blue.
 * @param {HTMLCanvasElement} canvas
 * @param {Drawing} drawing
 * @param {import("./message").Source} source
 */
export function paintSource(canvas, drawing, { pixels, width, height }) {
  paint(canvas, drawing, pixels[0], width, height, (colours) => {
    const from = bytes(drawing.buffer, pixels);
    const stored = new Uint8Array(colours.buffer);
    for (let place = 0; place < colours.length; place++) {
      for (let part = 0; part < 3; part++) stored[4 * place + part] = from[3 * place + part];
      stored[4 * place + 3] = 255;
    }
  });
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Drawing} drawing
 * @param {number} start
 * @param {number} width
 * @param {number} height
 * @param {(colours: Uint32Array) => void} fill
 */
function paint(canvas, { header }, start, width, height, fill) {
  const what = `${header.pictures} ${start}`;
  if (painted.get(canvas) === what) return;
  painted.set(canvas, what);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  canvas.classList.toggle("small", width < 140);
  canvas.style.aspectRatio = `${width} / ${height}`;
  const image = new ImageData(width, height);
  fill(new Uint32Array(image.data.buffer));
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}
