// Hand-made panels for the tests of the cursor, and the page that a state keeps of them.

import { Network } from "../../convlab/ui/components/maps/network.js";
import { NOWHERE } from "../../convlab/ui/components/maps/taps.js";

const range = (length) => Array.from({ length }, (_, index) => index);

/** The cells that a window of `taps` cells meets on a line of `size` cells, and those that it reads. */
export function line(size, taps, { stride = 1, padding = 0, dilation = 1 } = {}) {
  const count = Math.floor((size + 2 * padding - dilation * (taps - 1) - 1) / stride) + 1;
  const cells = range(count).map((place) => range(taps).map((tap) => place * stride - padding + tap * dilation));
  return { cells, sources: cells.map((each) => each.map((cell) => (cell >= 0 && cell < size ? cell : -1))) };
}

/** A transposed one without padding: only some taps meet a cell. */
export function stamped(size, taps, stride) {
  const cells = range((size - 1) * stride + taps).map((place) =>
    range(taps).map((tap) => {
      const cell = (place - tap) / stride;
      return Number.isInteger(cell) && cell >= 0 && cell < size ? cell : NOWHERE;
    }),
  );
  return { cells, sources: cells.map((each) => each.map((cell) => (cell === NOWHERE ? -1 : cell))) };
}

/** A panel whose layers are lists of rows: { kind, lines: [down, across], weights, reads, bias, divisors, maps }. */
export function panelOf({ pixels, width, height, channels = ["red", "green", "blue"], grey = [], step = 1 }, layers) {
  const blobs = new Map();
  const blob = (array) => {
    const name = String(blobs.size);
    blobs.set(name, new Uint8Array(array.buffer));
    return { name, range: null };
  };
  let stage = 0;
  const rowOf = ({ kind, lines, weights, reads = [], bias = [], divisors = [], maps = 1, size }) => ({
    stage: stage++,
    kind,
    captions: range(maps).map(() => ""),
    height: lines?.[0].cells.length ?? size[0],
    width: lines?.[1].cells.length ?? size[1],
    taps: lines && {
      blob: blob(Int16Array.from([...lines[0].cells, ...lines[1].cells, ...lines[0].sources, ...lines[1].sources].flat())),
      size: [lines[0].cells[0].length, lines[1].cells[0].length],
      divisors,
    },
    reads,
    weights: weights ? blob(Float32Array.from(weights)) : null,
    bias,
  });
  const panel = {
    name: "",
    image: { pixels: blob(Uint8Array.from(pixels)), width, height, channels, grey, step },
    layers: layers.map((rows) => ({ chosen: 0, signed: true, bound: 1, rows: rows.map(rowOf) })),
  };
  return { panel, get: ({ name }) => blobs.get(name) };
}

export function networkOf(image, layers) {
  const { panel, get } = panelOf(image, layers);
  return new Network(panel, get);
}

/** A row of pixels of one channel, 0 to 255, shown as red, green and blue. */
export function greys(values) {
  return { pixels: values.flatMap((value) => [value, value, value]), width: values.length, height: 1, channels: ["grey"] };
}

export const ONE = line(1, 1);
