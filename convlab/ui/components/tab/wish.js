// Arrow keys on a slider while the line to the server is cut. Streamlit then disables its sliders, which lose the focus;
// what the visitor wished is kept, and said when the line is mended.

import { isCut } from "../shared/connection.js";

/** @typedef {import("../shared/mounted.js").Life} Life */
/** @typedef {{ low: number, high: number, step: number }} Slider */

const LOOK = 200; // milliseconds between looks at the line
const LOST = 2000; // milliseconds after which a wish is said once more
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
 * What a visitor wishes of a slider that cannot say it.
 */
export class Wishes {
  /** @type {HTMLElement | null} */
  #focused = widgetOf(document.activeElement); // of the slider that had the focus last
  /** @type {number | null} */
  #local = null; // what it said after the last key, until Python says that something changed
  /** @type {{ key: string, value: number, number: number } | null} */
  #wish = null;
  #address = "";

  /** @param {Life} life */
  constructor(life) {
    this.life = life;
    life.listen(window, "focusin", ({ target }) => this.#focus(widgetOf(target)));
    life.listen(window, "keydown", (event) => this.#press(event), { capture: true });
    life.every(LOOK, () => this.#look());
  }

  /** Whether there is one that Python has not heard. */
  get waiting() {
    return this.#wish !== null;
  }

  /**
   * Python spoke: the last wish that it heard, and the page's address.
   * @param {number} heard
   * @param {string} address
   */
  heard(heard, address) {
    if (this.#wish && this.#wish.number <= heard) this.#wish = null;
    if (address !== this.#address) this.#local = null;
    this.#address = address;
  }

  /** @param {HTMLElement | null} widget */
  #focus(widget) {
    if (this.#wish || widget === this.#focused) return;
    this.#focused = widget;
    this.#local = null;
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const input = this.#focused && inputOf(this.#focused);
    if (!input || !isMove(event.key)) return;
    const slider = { low: Number(input.min), high: Number(input.max), step: Number(input.step) || 1 };
    const here = event.target === input;
    if (!input.disabled) {
      if (here) this.#local = moved(input.valueAsNumber, event.key, slider);
    } else if (here || event.target === document.body) {
      this.#make(moved(this.#wish?.value ?? this.#local ?? input.valueAsNumber, event.key, slider));
      event.preventDefault();
    }
  }

  // A key that the line took with it is a wish as well.
  #look() {
    const input = this.#focused && inputOf(this.#focused);
    if (!input) return;
    if (!this.#wish && this.#local !== null && input.disabled && isCut()) this.#make(this.#local);
    if (this.#wish && isCut()) this.cut = true;
    if (!this.cut && this.#wish && Date.now() - this.#wish.number > LOST) this.#wish = null; // disabled, and no line was cut
    if (!this.#wish || input.disabled) return;
    if (document.activeElement === document.body) input.focus();
    if (performance.now() - this.said < LOST) return;
    this.said = performance.now();
    this.life.send("wish", this.#wish, true);
  }

  said = -LOST;
  cut = false; // whether the line was, since the wish was made

  /** @param {number} value */
  #make(value) {
    const key = this.#focused && keyOf(this.#focused);
    if (!this.#wish) this.cut = false;
    if (key) this.#wish = { key, value, number: Date.now() };
    this.said = -LOST;
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
