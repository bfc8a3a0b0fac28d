// Pixels onto canvases.

const LARGE = 64; // so many numbers across are hatched number by number; fewer are drawn larger for that
const ZOOM = 8;
const FAINT = 6; // entries from zero that nobody sees
const ZERO = 127;

/** @typedef {import("./state.js").Drawing} Drawing */
/** @typedef {{entries: Uint8Array, width: number, height: number, step: number}} Entries */

/** @type {WeakMap<HTMLCanvasElement, {from: unknown, how: string}>} */
const painted = new WeakMap(); // what is on each canvas

/**
 * A map: each number's place in the table of colours.
 * @param {HTMLCanvasElement} canvas
 * @param {Drawing} drawing
 * @param {boolean} signed
 * @param {Entries} map
 */
export function paintMap(canvas, { header, table, bright }, signed, map) {
  const { entries } = map;
  const [width, height] = [map.width, map.height].map((side) => Math.ceil(side / map.step));
  const hatched = header.hatched && signed;
  const colours = signed ? table : bright;
  const how = `${signed} ${header.dark} ${hatched}`;
  const zoom = hatched && width < LARGE ? ZOOM : 1;
  paint(canvas, map, how, width * zoom, height * zoom, (pixels) => {
    if (!hatched) {
      for (let place = 0; place < pixels.length; place++) pixels[place] = colours[entries[place]];
      return;
    }
    const across = width * zoom;
    for (let place = 0; place < pixels.length; place++) {
      const [row, column] = [Math.floor(place / across), place % across];
      const entry = entries[Math.floor(row / zoom) * width + Math.floor(column / zoom)];
      const line = entry < ZERO - FAINT && (row + column) % 4 === 0;
      pixels[place] = colours[line ? 0 : entry];
    }
  });
}

/**
 * The picture that the layers read, as they read it: in colour, or grey.
 * @param {HTMLCanvasElement} canvas
 * @param {import("./message").Source} source
 * @param {Uint8Array} from
 */
export function paintSource(canvas, { width, height, step, grey }, from) {
  paint(canvas, from, `${grey}`, Math.ceil(width / step), Math.ceil(height / step), (pixels) => {
    const stored = new Uint8ClampedArray(pixels.buffer);
    for (let place = 0; place < pixels.length; place++) {
      const [red, green, blue] = [from[3 * place], from[3 * place + 1], from[3 * place + 2]];
      const one = grey.length ? grey[0] * red + grey[1] * green + grey[2] * blue : 0;
      stored[4 * place] = grey.length ? one : red;
      stored[4 * place + 1] = grey.length ? one : green;
      stored[4 * place + 2] = grey.length ? one : blue;
      stored[4 * place + 3] = 255;
    }
  });
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {object} from
 * @param {string} how
 * @param {number} width
 * @param {number} height
 * @param {(pixels: Uint32Array) => void} fill
 */
function paint(canvas, from, how, width, height, fill) {
  const last = painted.get(canvas);
  if (last?.from === from && last.how === how) return;
  painted.set(canvas, { from, how });
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const image = new ImageData(width, height);
  fill(new Uint32Array(image.data.buffer));
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}
