// Printed from message.py by tools/message_types.py: python tools/message_types.py maps

/** An array by the name of its content: the browser keeps it. */
export interface Blob {
  name: string;
}

/** An array that a message brings. */
export interface Sent {
  range: [number, number];
  lags: number[];
}

/** Maps as places in the table of colours, one after another. */
export interface Pixels {
  blob: Blob;
  first: number;
  count: number;
  planes: number[];
  step: number;
}

/** One shape of the chain and the layer that made it, "" for the picture; what it is computed from. */
export interface ChainLink {
  layer: string;
  shape: string;
  letters: string[];
  numbers: string[];
  parameters: string;
  section: number;
  stage: number;
}

/** The picture that the layers read: red, green and blue from 0 to 255, pixel by pixel. */
export interface Source {
  pixels: Blob;
  width: number;
  height: number;
  step: number;
  channels: string[];
  grey: number[];
  shape: string;
  caption: string;
  alt: string;
}

/** The numbers of a kernel for one channel, as written, and their colours. */
export interface Plane {
  rows: number;
  columns: number;
  values: string[];
  colours: string[];
}

/** One kernel as it was defined: one plane where it is the same for every channel. */
export interface Kernel {
  name: string;
  label: string;
  reads: string;
  planes: Plane[];
  names: string[];
  channel: number;
}

/** Which cells every tap meets; both axes alone, since neither depends on the other. Of the blob's int16 numbers the first are output rows × kernel rows, then output columns × kernel columns: cells (below zero or beyond the input: padding; −32768: nothing), then as many again: the row or column that is read there, -1 for none. */
export interface Taps {
  blob: Blob;
  size: [number, number];
  divisors: number[][];
}

/** The maps of one stage. */
export interface Row {
  stage: number;
  kind: "sum" | "max" | "avg" | "relu";
  title: string;
  shape: string;
  word: string;
  note: string;
  pixels: Pixels | null;
  width: number;
  height: number;
  captions: string[];
  alts: string[];
  histogram: number[] | null;
  taps: Taps | null;
  reads: number[][];
  weights: Blob | null;
  bias: number[];
}

/** A layer with kernels, and the rows of maps that follow from it. */
export interface Layer {
  title: string;
  source: string;
  cost: string;
  transposed: boolean;
  dilation: [number, number];
  limit: string;
  bound: number;
  signed: boolean;
  kernels: Kernel[];
  chosen: number;
  editable: boolean;
  rows: Row[];
}

/** A picture with its layers. */
export interface Panel {
  name: string;
  chain: ChainLink[];
  totals: string;
  image: Source;
  layers: Layer[];
}

/** B − A for each stage that has the same shape in both, on a scale of its own. */
export interface Difference {
  stage: number;
  pixels: Pixels;
  limit: string;
  span: string;
}

/** What differs between A and B, in words, and in numbers where shapes agree. */
export interface Compared {
  words: string[];
  differences: Difference[];
}

/** What is drawn. */
export interface Drawn {
  pictures: string;
  dark: boolean;
  hatched: boolean;
  signed: string;
  bright: string;
  panels: Panel[];
  compared: Compared | null;
}

/** Where what is pinned can be seen another way: words, and an address. */
export interface Link {
  words: string;
  address: string;
}

/** A question of the script: what would this slider's other value show? */
export interface Ask {
  key: string;
  value: number;
}

/** The whole header. */
export interface Message {
  pictures: string;
  dark: boolean;
  hatched: boolean;
  signed: string;
  bright: string;
  panels: Panel[];
  compared: Compared | null;
  blobs: Record<string, Sent | null>;
  mark: string;
  base: string;
  ask: Ask | null;
  sliders: Record<string, number>;
  note: string;
  seen_edit: number;
  told: string;
  fresh: number;
  pinned: [number, number, number, number] | null;
  telling: [number, number, number, number];
  link: Link | null;
}
