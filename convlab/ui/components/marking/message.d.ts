// Printed from message.py by tools/message_types.py: python tools/message_types.py marking

/** A cell that can be marked. */
export interface Cell {
  text: string;
  about: boolean;
  verdict: "" | "right" | "missed" | "extra";
}

/** The whole header. */
export interface Message {
  name: string;
  columns: number;
  cells: Cell[];
  answered: boolean;
}
