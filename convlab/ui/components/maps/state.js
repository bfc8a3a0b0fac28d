// What the maps keep between messages.

/** @typedef {import("./message").Message} Message */
/** @typedef {import("./message").Panel} Panel */
/** @typedef {[stage: number, map: number, row: number, column: number]} Place */

/**
 * A message from Python; its payload is unpacked once.
 * @typedef {{header: Message, rest: Uint8Array<ArrayBuffer>, unpacked?: Promise<ArrayBuffer>}} Picture
 */

/**
 * A message that is drawn, and its two tables of colours as a canvas stores them.
 * @typedef {{header: Message, table: Uint32Array, bright: Uint32Array}} Drawing
 */

/**
 * A panel as it is drawn. Its figures by place: "picture", "kernel 0" (of layer 0), "0 2" (stage 0, map 2, in the
 * lane), "strip 0 2" (in its card), "input 1 2" (small, beside a later layer).
 * @typedef {object} View
 * @property {Drawing} drawing
 * @property {Panel} panel
 * @property {Map<string, HTMLElement>} figures
 * @property {boolean} open Whether it is the one that the sidebar sets; of A and B that is B.
 */

/**
 * @typedef {object} State
 * @property {HTMLElement} root
 * @property {import("../shared/mounted.js").Life} life
 * @property {HTMLElement} note
 * @property {HTMLElement} news
 * @property {HTMLElement} words What is pointed at, in a line.
 * @property {HTMLElement} tray Its numbers.
 * @property {import("./live.js").Sliders} sliders
 * @property {() => void} redraw Draws what is shown once more.
 * @property {Picture | null} base The page's own state.
 * @property {Picture | null} target What is to be shown.
 * @property {Drawing | null} shown What is shown.
 * @property {View[]} views
 * @property {Place | null} look What is pointed at.
 * @property {string} pointed The name of the panel in which it lies.
 * @property {boolean} hover Whether by a pointer, and not by keyboard.
 * @property {number} channel Of a kernel and a patch: which one is shown, of those that are read.
 * @property {import("./pins.js").Pins} pins What is pinned and which maps are chosen.
 * @property {(view: View) => import("./network.js").Network} network
 * @property {(place: Place | null) => void} pin
 * @property {(layer: number, map: number) => void} choose
 * @property {number} width In pixels, of all that there is.
 * @property {WeakSet<HTMLInputElement>} written Cells with something written that is not sent.
 * @property {boolean} edited An edit was sent and is not answered.
 * @property {import("../shared/edits.js").Numbered[]} [edits]
 * @property {boolean} blinking A and B take turns at one place.
 * @property {string} opened The shape whose formula is open: "panel link", or "".
 * @property {string[] | null} told The chains of shapes as they were said.
 * @property {boolean | null} darkAsked
 */
export {};
