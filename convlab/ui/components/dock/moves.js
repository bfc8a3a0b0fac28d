// What the dock's controls say before Python does: a value under a finger, and moves that are on their way.

import { sendEdit } from "../shared/edits.js";

/** @typedef {{ number: number, key: string, value: string | number }} Move */

export class Moves {
  /** @type {Move[]} */
  edits = []; // on their way, the oldest first
  /** @type {Map<string, number>} */
  #held = new Map(); // values of sliders that are not let go yet, by key

  /** @param {import("../shared/mounted.js").Life} life */
  constructor(life) {
    this.life = life;
  }

  /**
   * What a control says now.
   * @template {string | number} V
   * @param {string} key
   * @param {V} value what Python said last
   * @returns {V}
   */
  now(key, value) {
    return /** @type {V} */ (this.#held.get(key) ?? this.edits.findLast((move) => move.key === key)?.value ?? value);
  }

  /**
   * A slider is on its way to a value.
   * @param {string} key
   * @param {number} value
   */
  hold(key, value) {
    this.#held.set(key, value);
  }

  /**
   * A slider was let go: its value is sent, if it is another one.
   * @param {string} key
   * @param {number} before what Python said last
   */
  letGo(key, before) {
    const value = this.#held.get(key);
    this.#held.delete(key);
    if (value !== undefined && value !== this.now(key, before)) this.send(key, value);
  }

  /**
   * A control has a new value.
   * @param {string} key
   * @param {string | number} value
   */
  send(key, value) {
    sendEdit(this, { key, value });
  }
}
