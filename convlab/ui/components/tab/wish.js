// Arrow keys on a slider while the line to the server is cut. Streamlit then disables its sliders, which lose the focus;
// what the visitor wished is kept, and said when the line is mended.

import { isCut } from "../shared/line.js";

/** @typedef {import("../shared/mounted.js").Life} Life */
/** @typedef {{ low: number, high: number, step: number }} Slider */

const LOOK = 200; // milliseconds between looks whether the line is mended
/** @type {Record<string, number>} */
const MOVES = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };

/**
 * What a slider says after a key.
 * @param {number} value
 * @param {string} key
 * @param {Slider} slider
 */
export function moved(value, key, { low, high, step }) {
  if (key === "Home") return low;
  if (key === "End") return high;
  return Math.min(Math.max(value + (MOVES[key] ?? 0) * step, low), high);
}

/**
 * Listens for keys while the line is cut, and sends the event `wish` with the key of the slider and its value after it.
 * @param {Life} life
 */
export function listenWhileCut(life) {
  /** @type {HTMLElement | null} */
  let focused = widgetOf(document.activeElement); // of the slider that had the focus last
  /** @type {number | null} */
  let wished = null;

  life.listen(window, "focusin", ({ target }) => {
    if (wished === null) focused = widgetOf(target);
  });
  life.listen(window, "keydown", (event) => {
    const input = focused && inputOf(focused);
    if (!input?.disabled || !isCut() || event.target !== document.body || !isMove(event.key)) return;
    const [low, high, step] = [input.min, input.max, input.step].map(Number);
    if (wished === null) life.later(LOOK, say);
    wished = moved(wished ?? input.valueAsNumber, event.key, { low, high, step: step || 1 });
    event.preventDefault();
  });

  function say() {
    const input = focused && inputOf(focused);
    if (!focused || !input || wished === null) return;
    if (input.disabled) {
      life.later(LOOK, say);
      return;
    }
    life.send("wish", { key: keyOf(focused), value: wished });
    wished = null;
    input.focus();
  }
}

/** @param {string} key */
function isMove(key) {
  return key in MOVES || key === "Home" || key === "End";
}

/**
 * @param {EventTarget | null} target
 * @returns {HTMLElement | null}
 */
function widgetOf(target) {
  const slider = target instanceof Element ? target.closest('[data-testid="stSlider"]') : null;
  return slider?.closest('[class*="st-key-"]') ?? null;
}

/** @param {HTMLElement} widget */
function inputOf(widget) {
  return /** @type {HTMLInputElement | null} */ (widget.querySelector('input[type="range"]'));
}

/** @param {HTMLElement} widget */
function keyOf(widget) {
  return [...widget.classList].find((name) => name.startsWith("st-key-"))?.replace("st-key-", "");
}
