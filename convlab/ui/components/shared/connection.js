// Whether the server hears what is said now. Where the line is cut, Streamlit says so at the top, and takes nothing from
// anybody; what is done about it: events wait (mounted.js), a slider's keys are kept, and the server is asked what it
// knows (tab/). And right after a click on another page's name, until the server has heard of it, any event would be sent
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

/** @returns {boolean} */
export function isCut() {
  return Boolean(globalThis.document?.querySelector('[data-testid="stConnectionStatus"]'));
}
