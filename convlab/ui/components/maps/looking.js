// What the cursor needs to know of the page: of all that the state keeps, this much.

/** @typedef {[stage: number, map: number, row: number, column: number]} Place stage -1 is the picture */

/**
 * A panel as it is drawn: its figures by name ("picture", "<stage> <map>", "input <stage> <map>").
 * @typedef {object} View
 * @property {{table: Uint32Array, bright: Uint32Array}} drawing its colours as a canvas stores them
 * @property {import("./message").Panel} panel
 * @property {Map<string, HTMLElement>} figures
 * @property {boolean} open whether its numbers can be pinned
 */

/**
 * @typedef {object} Looking
 * @property {{header: Pick<import("./message").Message, "pinned" | "telling" | "link">} | null} shown
 * @property {View[]} views
 * @property {Place | null} look what is pointed at
 * @property {boolean} hover whether it is pointed at, and not chosen by keyboard
 * @property {number} channel of which the tray shows the products: the how manieth that is read
 * @property {number} width in pixels, of all that there is
 * @property {HTMLElement} tray
 * @property {HTMLElement} words
 * @property {(view: any) => import("./network.js").Network} network
 * @property {(place: Place | null) => void} pin
 * @property {(layer: number, map: number) => void} choose
 * @property {() => void} redraw
 */

/**
 * What the marks and the tray are about: what is pointed at, else what is pinned, else the telling place.
 * @param {Pick<Looking, "look" | "shown">} state
 * @returns {Place | null}
 */
export function lookedAt({ look, shown }) {
  return look ?? shown?.header.pinned ?? shown?.header.telling ?? null;
}
