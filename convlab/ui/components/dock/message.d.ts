// Printed from message.py by tools/message_types.py: python tools/message_types.py dock

/** A slider: the widget's key, what a screen reader calls it, what it says and its ends. */
export interface Slider {
  key: string;
  label: string;
  value: number;
  low: number;
  high: number;
}

/** Some options, (name, words) each: the widget's key and what is chosen. */
export interface Choice {
  key: string;
  label: string;
  value: string;
  options: [string, string][];
}

/** One setting that is at hand: its name, its label, what it says where no slider does, and its controls. */
export interface Chip {
  name: string;
  label: string;
  says: string;
  choices: Choice[];
  sliders: Slider[];
}

/** The settings that are at hand. */
export interface DockMessage {
  chips: Chip[];
  seen_move: number;
}
