// Printed from message.py by tools/message_types.py: python tools/message_types.py stages

/** A layer, or the totals; what is empty has nothing to say. */
export interface Line {
  number: string;
  title: string;
  about: string;
  shape: string;
  parameters: string;
  macs: string;
  share: number;
  percent: string;
  field: string;
  step: string;
  key: string;
  pressed: boolean;
  note: string;
  mend: string;
  reached: boolean;
}

/** The whole header. */
export interface Message {
  status: string;
  lines: Line[];
  total: Line | null;
  editable: boolean;
  adds: [string, string][];
  seen_edit: number;
}
