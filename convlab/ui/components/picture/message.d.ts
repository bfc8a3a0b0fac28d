// Printed from message.py by tools/message_types.py: python tools/message_types.py picture

/** How the visitor's own picture stands on the server. */
export interface PictureMessage {
  session: string;
  heard: number;
  has: number;
  error: string;
  name: string;
  missing: string;
}
