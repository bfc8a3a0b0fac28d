// Printed from message.py by tools/message_types.py: python tools/message_types.py maps

/** One shape of the chain, and the layer that made it, "" for the picture. */
export interface ChainLink {
  layer: string;
  shape: string;
}

/** The picture that the layers read; its pixels are red, green and blue. */
export interface Source {
  pixels: [number, number];
  width: number;
  height: number;
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

/** One kernel: one plane where it is the same for every channel. */
export interface Kernel {
  name: string;
  label: string;
  reads: string;
  planes: Plane[];
  names: string[];
  channel: number;
}

/** The size formula of a layer with its numbers. */
export interface Formula {
  name: string;
  rows: string;
  columns: string;
}

/** The maps of one stage; a pixel is its place in the table of colours. */
export interface Row {
  stage: number;
  title: string;
  shape: string;
  note: string;
  pixels: [number, number];
  width: number;
  height: number;
  captions: string[];
  alts: string[];
  histogram: number[] | null;
}

/** A layer with kernels, and the rows of maps that follow from it. */
export interface Layer {
  title: string;
  source: string;
  cost: string;
  limit: string;
  formulas: Formula[];
  kernels: Kernel[];
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

/** What is drawn, but for the numbers taken apart. */
export interface Drawn {
  pictures: string;
  dark: boolean;
  table: string;
  panels: Panel[];
}

/** The rectangle of a stage's input, or of the picture, that a number looks at, and in which maps. */
export interface Seen {
  top: number;
  left: number;
  height: number;
  width: number;
  maps: number[];
}

/** What a number reads of one channel: what each tap reads, and its weight, where the layer has weights. */
export interface Block {
  name: string;
  channel: number;
  inputs: (number | null)[];
  weights: (number | null)[];
  sum: number | null;
}

/** How a number is made. */
export interface Made {
  kind: "sum" | "max" | "avg" | "relu";
  columns: number;
  taps: ("" | "pad" | "skipped")[];
  sources: ([number, number] | null)[];
  blocks: Block[];
  winner: number;
  bias: number;
  divisor: number;
  before: number;
  total: number | null;
}

/** A number taken apart. */
export interface Card {
  place: [number, number, number, number];
  title: string;
  words: string;
  number: Made;
  window: Seen;
  next: [number, number, number, number] | null;
}

/** Where what is shown can be seen another way: words, and an address. */
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
  table: string;
  panels: Panel[];
  mark: string;
  base: string;
  ask: Ask | null;
  sliders: Record<string, number>;
  note: string;
  seen_edit: number;
  path: string;
  cards: Card[];
  link: Link | null;
}
