// The sidebar's sliders, live. A plain slider tells Python its value when it is released, and the whole page then runs.
// Until then, and between two presses of an arrow key, this asks Python what the slider's other values would show: the
// value under a held thumb first, then the neighbours of a focused slider's value. What is here already is shown at
// once; the page's own answer, when it comes, finds nothing left to draw.

import { keyOf, Questions } from "./questions.js";
import { unpacked } from "./show.js";

/** @typedef {import("./state.js").Picture} Picture */

const LOST = 1500; // milliseconds
const OPTIONS = { capture: true, passive: true };

export class Sliders {
  /** @type {Questions<Picture>} */
  questions = new Questions();
  /** @type {HTMLInputElement | null} */
  input = null; // the slider that is followed
  key = "";
  held = false; // whether its thumb is
  forget = () => {}; // no longer asks again for the page's own answer

  /**
   * @param {import("../shared/mounted.js").Life} life
   * @param {(picture: Picture) => Promise<void>} show
   */
  constructor(life, show) {
    this.life = life;
    this.show = show;
    this.observer = life.observe(new MutationObserver(() => this.look()));
    const down = (/** @type {Event} */ event) => {
      if (this.watch(event.composedPath()[0])) this.held = true;
    };
    const focus = (/** @type {Event} */ event) => this.watch(event.composedPath()[0]) && this.prefetch();
    const [look, up] = [() => this.look(), () => this.up()];
    for (const type of ["pointermove", "touchmove", "input"]) life.listen(window, type, look, OPTIONS);
    for (const type of ["pointerup", "touchend", "pointercancel"]) life.listen(window, type, up, OPTIONS);
    life.listen(window, "pointerdown", down, OPTIONS);
    life.listen(window, "focusin", focus, OPTIONS);
  }

  /** What the followed slider says now, if it is on the page. */
  get slider() {
    const { input, key } = this;
    if (!input?.isConnected || Number.isNaN(input.valueAsNumber)) return null;
    const [low, high, step] = [input.min, input.max, input.step].map(Number);
    return { key, value: input.valueAsNumber, low, high, step: step || 1 };
  }

  /**
   * Follows the slider that an event came from, if it came from one of those that the page names.
   * @param {EventTarget | null} target
   */
  watch(target) {
    const found = target instanceof Element ? sliderAt(target, Object.keys(this.questions.own?.values ?? {})) : null;
    if (!found) return false;
    if (found.input !== this.input) {
      this.observer.disconnect();
      Object.assign(this, { input: found.input, key: found.key });
      const attributes = ["value", "aria-valuetext"];
      this.observer.observe(found.around, { subtree: true, attributes: true, attributeFilter: attributes });
    }
    return true;
  }

  up() {
    if (!this.held) return;
    this.held = false;
    this.look();
    const { own } = this.questions;
    const { slider } = this;
    if (!own || slider?.value === own.values[this.key]) return; // back where it began: the slider will say nothing
    // The page's own answer is under way; should it get lost, ask for it.
    this.forget();
    this.forget = this.life.later(LOST, () => {
      if (this.questions.own === own && !this.held) this.life.send("again", Date.now());
    });
  }

  // Shows what the slider says now; under a held thumb, asks for it where it is not here.
  look() {
    const { questions, slider } = this;
    if (!questions.own || !slider) return;
    const picture = questions.at(slider.key, slider.value);
    if (picture) this.show(picture);
    else if (this.held) this.ask(questions.wanted(slider, performance.now()));
  }

  // Asks for a neighbour of the focused slider's value, where one is not here.
  prefetch() {
    const { input, questions, slider } = this;
    if (this.held || !slider || focused() !== input) return;
    this.ask(questions.neighbour(slider, performance.now()));
  }

  /** @param {number | undefined} value */
  ask(value) {
    if (value !== undefined) this.life.send("ask", this.questions.ask(this.key, value, performance.now()));
  }

  /**
   * An answer came: keep it, show it if the slider still says so, ask the next question.
   * @param {Picture} picture
   * @param {import("./message").Ask} ask
   */
  async answered(picture, ask) {
    const whole = unpacked(picture); // what it brings is kept in any case: the server takes it for known
    if (!this.questions.answered(picture.header.base, ask, picture)) {
      this.life.send("again", Date.now()); // it overtook the page's own state, which is then dropped
      await whole;
      return;
    }
    const { own } = this.questions;
    this.look(); // the next question first: Python works on it while this answer is unpacked
    await whole;
    if (this.life.gone) return;
    const holds = this.held && this.key === ask.key && own === this.questions.own;
    if (holds) await this.show(picture); // the thumb may be further on
    if (!this.life.gone) this.prefetch();
  }

  /**
   * The page's own state came.
   * @param {Picture} picture
   */
  begin(picture) {
    const { base, sliders } = picture.header;
    this.questions.begin(base, sliders, picture);
  }

  // The page's own state is shown: go on from it, with a slider that had the focus before these maps were here.
  ready() {
    if (!this.input?.isConnected) this.watch(focused());
    this.look();
    this.prefetch();
  }
}

/**
 * The slider around an element: Streamlit's, known by its key's class, or a range input that says its key itself.
 * @param {Element} target
 * @param {string[]} keys
 * @returns {{input: HTMLInputElement, key: string, around: Element} | null}
 */
function sliderAt(target, keys) {
  if (target instanceof HTMLInputElement && target.dataset.key) {
    const { key } = target.dataset;
    return keys.includes(key) ? { input: target, key, around: target } : null;
  }
  const around = target.closest('[data-testid="stSlider"]');
  const input = around?.querySelector('input[type="range"]');
  const key = keyOf(around?.closest('[class*="st-key-"]')?.classList ?? [], keys);
  return around && input instanceof HTMLInputElement && key ? { input, key, around } : null;
}

/** What has the focus, also within a component. */
function focused() {
  let { activeElement } = document;
  while (activeElement?.shadowRoot?.activeElement) activeElement = activeElement.shadowRoot.activeElement;
  return activeElement;
}
