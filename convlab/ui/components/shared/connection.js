// Whether the server hears what is said now. Where the line is cut, Streamlit says so at the top, and takes nothing from
// anybody; what is done about it: events wait (mounted.js), a slider's keys are kept, and the server is asked what it
// knows (tab/): until it has answered, events wait too, for a server that has forgotten the visit is first given back what
// the page was like. And right after a click on another page's name, until the server has heard of it, any event would be sent
// in the old page's name, and would take the visitor back there.

const LEAVING = 1500; // milliseconds
const NAMES = '[data-testid="stSidebarNav"] a, [data-testid="stPageLink"] a';

let left = -LEAVING; // when a page's name was clicked last

const clicked = (/** @type {Event} */ { target }) => {
  if (target instanceof Element && target.closest(NAMES)) left = performance.now();
};
globalThis.document?.addEventListener("click", clicked, { capture: true });

/** @returns {boolean} */
export function isLeaving() {
  return performance.now() - left < LEAVING;
}

// Each component has this module for itself; what the tab's says and the others ask is the window's.
/** @type {any} */
const shared = globalThis;
/** @type {{ asks: boolean, unsure: boolean }} */
const server = shared.convlab ?? { asks: false, unsure: false };
shared.convlab = server;

/** @returns {boolean} */
export function isCut() {
  const cut = Boolean(globalThis.document?.querySelector('[data-testid="stConnectionStatus"]'));
  if (cut) server.unsure = server.asks;
  return cut;
}

/** A tab will ask the server what it knows each time the line was cut. */
export function askAfterCuts() {
  server.asks = true;
}

/** The server has said what it knows, and knows what the page is like. */
export function answered() {
  server.unsure = false;
}

/** Whether the server has not answered yet. */
export function isUnsure() {
  return server.unsure;
}
