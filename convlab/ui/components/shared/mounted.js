// A component's life on the page: it begins at its first message, receives each one, and ends when the page is left.

import { isCut, isLeaving, isUnsure } from "./connection.js";
import { unpack } from "./message.js";

const LOOK = 200; // milliseconds between looks whether the line is mended

/**
 * What a component may start; all of it ends with the component.
 */
export class Life {
  #end = new AbortController();
  /** @type {(name: string, value: unknown) => void} */
  #send = () => {};
  /** @type {Map<string, [unknown, boolean]>} */
  #waiting = new Map(); // events that could not be sent, the last of each name

  /** Whether the page was left. */
  get gone() {
    return this.#end.signal.aborted;
  }

  /**
   * Sends an event to Python; while the line is cut or the page is being left it waits, and once the page was left nobody
   * is there to hear it.
   * @param {string} name
   * @param {unknown} value
   * @param {boolean} [first] whether it is sent before it is sure that the server knows what the page is like
   */
  send(name, value, first = false) {
    if (this.gone) return;
    if (!isCut() && !isLeaving() && (first || !isUnsure())) {
      this.#waiting.delete(name);
      this.#send(name, value);
      return;
    }
    if (!this.#waiting.size) this.later(LOOK, () => this.#again());
    this.#waiting.set(name, [value, first]);
  }

  #again() {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const [name, [value, first]] of waiting) this.send(name, value, first);
  }

  /**
   * @param {EventTarget} target
   * @param {string} type
   * @param {(event: any) => void} listener
   * @param {AddEventListenerOptions} [options]
   */
  listen(target, type, listener, options = {}) {
    target.addEventListener(type, listener, { ...options, signal: this.#end.signal });
  }

  /**
   * Does something later, unless it is cancelled before.
   * @param {number} milliseconds
   * @param {() => void} act
   * @returns {() => void} cancels it
   */
  later(milliseconds, act) {
    const cancel = this.#until(
      setTimeout(() => {
        cancel();
        act();
      }, milliseconds),
      clearTimeout,
    );
    return cancel;
  }

  /**
   * Does something again and again, until it is cancelled.
   * @param {number} milliseconds
   * @param {() => void} act
   * @returns {() => void} cancels it
   */
  every(milliseconds, act) {
    return this.#until(setInterval(act, milliseconds), clearInterval);
  }

  /**
   * Keeps an observer until the end.
   * @template {{ disconnect(): void }} O
   * @param {O} observer
   * @returns {O}
   */
  observe(observer) {
    this.#end.signal.addEventListener("abort", () => observer.disconnect());
    return observer;
  }

  /** @param {(name: string, value: unknown) => void} send */
  hears(send) {
    this.#send = send;
  }

  end() {
    this.#end.abort();
  }

  /**
   * @template T
   * @param {T} timer
   * @param {(timer: T) => void} clear
   */
  #until(timer, clear) {
    if (this.gone) clear(timer);
    const ending = new AbortController();
    const cancel = () => {
      clear(timer);
      ending.abort();
    };
    this.#end.signal.addEventListener("abort", cancel, { signal: ending.signal });
    return cancel;
  }
}

/**
 * @typedef {{ parentElement: ParentNode, data: unknown, setTriggerValue: (name: string, value: unknown) => void }} Given
 */

/**
 * What a component exports. `begin` makes the state of an instance; `receive` takes each of its messages.
 * @template S, H
 * @param {string} name
 * @param {string} selector of the component's own element
 * @param {(root: HTMLElement, life: Life) => S} begin
 * @param {(state: S, message: { header: H, rest: Uint8Array<ArrayBuffer> }) => Promise<void>} receive
 */
export function mounted(name, selector, begin, receive) {
  /** @type {WeakMap<HTMLElement, { life: Life, state: S, turn: Promise<unknown> }>} */
  const instances = new WeakMap();
  const failed = (/** @type {unknown} */ error) => console.error(name, error);
  return (/** @type {Given} */ { parentElement, data, setTriggerValue }) => {
    const root = /** @type {HTMLElement | null} */ (parentElement.querySelector(selector));
    if (!(data instanceof Uint8Array) || !root?.isConnected) return undefined; // the page may be left by now
    let instance = instances.get(root);
    if (!instance) {
      const life = new Life();
      instance = { life, state: begin(root, life), turn: styled(parentElement) };
      instances.set(root, instance);
    }
    const { life, state } = instance;
    life.hears(setTriggerValue);
    const message = unpack(data);
    instance.turn = Promise.all([message, instance.turn]) // one after another, as they came
      .then(([message]) => void (life.gone || receive(state, message).catch(failed)))
      .catch(failed);
    return () => {
      // Streamlit also calls this for a message that a newer one has overtaken; then the element is still there.
      if (root.isConnected) return;
      life.end();
      instances.delete(root);
    };
  };
}

/**
 * When the component's style is here, with what it imports: nothing is laid out before, and nothing flashes.
 * @param {ParentNode} parent
 */
function styled(parent) {
  const link = /** @type {HTMLLinkElement | null} */ (parent.querySelector("link[rel=stylesheet]"));
  if (!link || isWhole(link.sheet)) return Promise.resolve();
  return new Promise((done) => {
    link.addEventListener("load", done, { once: true });
    link.addEventListener("error", done, { once: true });
  });
}

/**
 * A sheet is there before those that it imports are, and holds for nothing until then.
 * @param {CSSStyleSheet | null} sheet
 */
function isWhole(sheet) {
  return sheet !== null && [...sheet.cssRules].every((rule) => !(rule instanceof CSSImportRule) || rule.styleSheet);
}
