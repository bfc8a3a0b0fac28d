// Printed from message.py by tools/message_types.py: python tools/message_types.py grids

/** Which row or column each tap meets, for rows and for columns; `sources` is what it reads there. */
export interface Lines {
  cells: [(number | null)[][], (number | null)[][]];
  sources: [(number | null)[][], (number | null)[][]];
}

/** The input: float32 numbers, their places in the table of colours, and how far it is drawn beyond its edges. */
export interface Input {
  shape: number[];
  values: [number, number];
  colours: [number, number];
  names: string[];
  around: [number, number][];
  title: string;
  reads: string;
}

/** The output before ReLU; `around` is how much padding crops off, `extra` the last rows and columns added. `whole` has the numbers that are cropped too. */
export interface Output {
  shape: number[];
  values: [number, number];
  colours: [number, number];
  around: [number, number][];
  extra: [number, number];
  title: string;
  whole?: [number, number];
}

/** What a mark in the grids means; that of counts is shown while they are. */
export interface Note {
  mark: "" | "use" | "pad" | "left" | "cut" | "extra";
  words: string;
}

/** What makes one map: the input channels that it reads, and its weights where it has any. */
export interface Kernel {
  reads: number[];
  values?: [number, number];
  colours?: [number, number];
  bias?: number;
}

/** The input of a transposed layer spread out; `lines` says which row or column stands where. */
export interface Spread {
  lines: (number | null)[][];
  values: [number, number];
  colours: [number, number];
  shape: number[];
  dilation: [number, number];
  words: string;
}

/** The input unrolled: rows and columns, and the places in the table of colours. */
export interface Patches {
  size: [number, number];
  colours: [number, number];
  words: string;
}

/** The layer as a matrix: which weight stands where, -1 for none and -2 for a weight of pooling. */
export interface Matrix {
  words: string;
  size?: [number, number];
  index?: [number, number];
  patches?: Patches | null;
}

/** Everything that is drawn; ranges say where the payload has it. */
export interface Drawn {
  kind: "convolution" | "transposed" | "max" | "avg";
  dark: boolean;
  table: string;
  lines: Lines;
  kernel_size: [number, number];
  input: Input;
  output: Output;
  kernels: Kernel[];
  use: [number, number];
  opens: [number, number, number];
  legend: Note[];
  sentences: string[];
  products?: [number, number];
  sums?: [number, number];
  winners?: [number, number];
  divisors?: [number, number];
  spread?: Spread;
  collapse?: string[];
  matrix: Matrix;
}

/** The header: what is drawn, its mark, and what the page says besides. */
export interface Message {
  kind: "convolution" | "transposed" | "max" | "avg";
  dark: boolean;
  table: string;
  lines: Lines;
  kernel_size: [number, number];
  input: Input;
  output: Output;
  kernels: Kernel[];
  use: [number, number];
  opens: [number, number, number];
  legend: Note[];
  sentences: string[];
  products?: [number, number];
  sums?: [number, number];
  winners?: [number, number];
  divisors?: [number, number];
  spread?: Spread;
  collapse?: string[];
  matrix: Matrix;
  mark: string;
  at: [number, number, number] | null;
  fresh: number;
  view: "" | "spread" | "matrix";
  note: string;
  edited: boolean;
  seen_edit: number;
}
