// What the cursor needs to know of the page: of all that the state keeps, this much.

import { counterpart } from "./spots.js";

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
 * @property {string} pointed the name of the panel in which it lies
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

/**
 * The view in which it lies: of A and B what is pinned is B's.
 * @param {Pick<Looking, "look" | "pointed" | "views">} state
 */
function home({ look, pointed, views }) {
  const named = look ? views.find(({ panel }) => panel.name === pointed) : undefined;
  return named ?? views[views.length - 1];
}

/**
 * The place that is looked at, as it is in one of the views.
 * @param {Looking} state
 * @param {View} view
 */
export function lookedAtIn(state, view) {
  const [place, own] = [lookedAt(state), home(state)];
  const [from, to] = [state.network(own), state.network(view)];
  if (!place || !from.whole || !to.whole || !from.has(place)) return null;
  const there = view === own ? place : counterpart(from, place, to);
  return there && to.has(there) ? there : null;
}
