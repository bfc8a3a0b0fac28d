// Printed from message.py by tools/message_types.py: python tools/message_types.py tiles

/** A picture, a map, a kernel, or counts. Its numbers are whole steps of `unit`, each as its difference to the one before, 16 bits: first the lower halves of all of them, then the upper ones. */
export interface Tile {
  title: string;
  caption: string;
  alt: string;
  kind: "picture" | "signed" | "bright";
  word: string;
  key: string;
  pressed: boolean;
  place: string;
  mark: number[];
  cells: boolean;
  edits: string;
  undo: boolean;
  bar: boolean;
  channels: number;
  rows: number;
  columns: number;
  data: [number, number];
  unit: number;
  bound: number;
  end: string;
  texts: string[];
}

/** Tiles side by side; those of one column stand below each other. */
export interface Row {
  title: string;
  side: number;
  even: boolean;
  columns: Tile[][];
}

/** What is drawn. */
export interface Drawn {
  name: string;
  rows: Row[];
  light: string;
  dark: string;
  bright: string;
}

/** The whole header. */
export interface Message {
  name: string;
  rows: Row[];
  light: string;
  dark: string;
  bright: string;
  linked: boolean;
  status: string;
  below: number;
  seen_edit: number;
}
