// The keyboard's place: where a run takes away what had the focus, it stays with what is left around that, so that the tab
// key goes on from there and not from the page's beginning.

const LOOK = 200; // milliseconds between looks

/** @param {import("../shared/mounted.js").Life} life */
export function keepFocus(life) {
  /** @type {Element[]} */
  let around = []; // what has the focus, and all that it lies in
  life.listen(document, "focusin", ({ target }) => {
    around = [];
    for (let each = target; each && each !== document.body; each = each.parentElement) around.push(each);
  });
  life.every(LOOK, () => {
    if (document.activeElement !== document.body || !around.length || around[0].isConnected) return;
    const left = /** @type {HTMLElement | undefined} */ (around.find((each) => each.isConnected));
    if (!left) return;
    if (!left.hasAttribute("tabindex")) {
      left.tabIndex = -1;
      left.style.outline = "none"; // nothing can be done with it
    }
    left.focus({ preventScroll: true });
  });
}
