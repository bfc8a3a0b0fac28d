// What a row of maps keeps between messages.

/** @typedef {import("./message").Message} Message */
/** @typedef {[stage: number, map: number, row: number, column: number]} Place */

/**
 * A message from Python; its payload is unpacked once.
 * @typedef {{header: Message, rest: Uint8Array<ArrayBuffer>, unpacked?: Promise<ArrayBuffer>}} Picture
 */

/**
 * A message that is drawn: its payload, and its colours as a canvas stores them.
 * @typedef {{header: Message, buffer: ArrayBuffer, table: Uint32Array}} Drawing
 */

/**
 * @typedef {object} State
 * @property {HTMLElement} root
 * @property {import("../shared/mounted.js").Life} life
 * @property {HTMLElement} note
 * @property {HTMLElement} news
 * @property {import("./live.js").Sliders} sliders
 * @property {() => void} redraw Draws what is shown once more.
 * @property {Picture | null} base The page's own state.
 * @property {Picture | null} target What is to be shown.
 * @property {Drawing | null} shown What is shown.
 * @property {{number: number, plane: number} | null} editing The kernel in the editor, and which of its planes.
 * @property {WeakSet<HTMLInputElement>} written Cells with something written that is not sent.
 * @property {boolean} edited An edit was sent and is not answered.
 * @property {import("../shared/edits.js").Numbered[]} [edits]
 * @property {Place | null} asked The number that was asked for last and is not here.
 * @property {boolean} opening Cards were asked for and are to come into sight.
 * @property {() => void} forget No longer asks again for a number.
 * @property {HTMLElement[]} marks
 * @property {string[] | null} told The chains of shapes as they were said.
 * @property {boolean | null} darkAsked
 */
export {};
