// Cells written by hand. Of two that come at once Python may see the later one alone, and one may get lost on the way, so
// each message carries all that it has not answered yet, and is sent until it is answered.

const LOST = 2000; // milliseconds

/**
 * @typedef {{ number: number }} Numbered
 * @typedef {{ life: import("./mounted.js").Life, edits?: Numbered[] }} Editing
 */

/**
 * @param {Editing} state
 * @param {object} edit
 */
export function sendEdit(state, edit) {
  const number = Math.max(Date.now(), (state.edits?.at(-1)?.number ?? 0) + 1);
  const waiting = Boolean(state.edits?.length);
  state.edits = [...(state.edits ?? []), { ...edit, number }];
  state.life.send("edit", state.edits);
  if (!waiting) state.life.later(LOST, () => sendAgain(state));
}

/** @param {Editing} state */
function sendAgain(state) {
  if (!state.edits?.length) return;
  state.life.send("edit", state.edits);
  state.life.later(LOST, () => sendAgain(state));
}

/**
 * Forgets what Python has seen.
 * @param {Editing} state
 * @param {number} number of the last one it saw
 */
export function editsSeen(state, number) {
  state.edits = (state.edits ?? []).filter((edit) => edit.number > number);
}

/**
 * A press anywhere else ends what is being written: at once, so that it is sent before a click on a page's name is.
 * @param {import("./mounted.js").Life} life
 * @param {HTMLElement} root
 */
export function endWritingElsewhere(life, root) {
  life.listen(
    window,
    "pointerdown",
    (event) => {
      const { activeElement } = /** @type {ShadowRoot | Document} */ (root.getRootNode());
      const written = activeElement instanceof HTMLInputElement && root.contains(activeElement);
      if (written && !event.composedPath().includes(root)) activeElement.blur();
    },
    { capture: true },
  );
}
