// Which question to ask next about a slider that is followed, and which answer holds. No document in here.
//
// The page's own state has a name; an answer holds for the state under whose name it was asked. One question is under
// way at a time, unless it seems to be lost.

/**
 * What a followed slider says now.
 * @typedef {{key: string, value: number, low: number, high: number, step: number}} Slider
 */

const LOST = 1500; // milliseconds

/** @template Message */
export class Questions {
  /** @type {{name: string, values: Record<string, number>, message: Message} | null} */
  own = null;
  /** @type {{key: string, value: number} | null} */
  asked = null; // the question that is not yet answered
  since = 0;
  /** @type {Map<string, Message>} */
  known = new Map(); // the latest answers, the oldest first

  /** @param {number} most How many answers are kept. */
  constructor(most = 8) {
    this.most = most;
  }

  /**
   * The page's own state came: what was under way belongs to another one.
   * @param {string} name
   * @param {Record<string, number>} values Of every slider that is followed, by key.
   * @param {Message} message
   */
  begin(name, values, message) {
    this.own = { name, values, message };
    this.asked = null;
  }

  /**
   * An answer came. One for another state than the page's own does not hold: it overtook that state's own message.
   * @param {string} name
   * @param {{key: string, value: number}} ask
   * @param {Message} message
   * @returns {boolean} Whether it holds.
   */
  answered(name, { key, value }, message) {
    if (name !== this.own?.name) return false;
    this.known.set(this.#place(key, value), message);
    const [oldest] = this.known.keys();
    if (this.known.size > this.most) this.known.delete(oldest);
    if (this.asked?.key === key && this.asked.value === value) this.asked = null;
    return true;
  }

  /**
   * What shows a slider's value, if it is here.
   * @param {string} key
   * @param {number} value
   * @returns {Message | undefined}
   */
  at(key, value) {
    return this.#isOwn(key, value) ? this.own?.message : this.known.get(this.#place(key, value));
  }

  /**
   * The value under a held thumb, if it has to be asked for.
   * @param {Slider} slider
   * @param {number} now In milliseconds.
   * @returns {number | undefined}
   */
  wanted({ key, value }, now) {
    return this.#busy(now) || this.at(key, value) ? undefined : value;
  }

  /**
   * A neighbour of a focused slider's value that is not here yet.
   * @param {Slider} slider
   * @param {number} now In milliseconds.
   * @returns {number | undefined}
   */
  neighbour({ key, value, low, high, step }, now) {
    if (this.#busy(now)) return undefined;
    return [value + step, value - step].find((near) => near >= low && near <= high && !this.at(key, near));
  }

  /**
   * A question is sent.
   * @param {string} key
   * @param {number} value
   * @param {number} now In milliseconds.
   */
  ask(key, value, now) {
    this.asked = { key, value };
    this.since = now;
    return this.asked;
  }

  /** @param {number} now */
  #busy(now) {
    return this.asked !== null && now - this.since < LOST;
  }

  /** @param {string} key @param {number} value */
  #isOwn(key, value) {
    return this.own?.values[key] === value;
  }

  /** @param {string} key @param {number} value */
  #place(key, value) {
    return `${this.own?.name} ${key} ${value}`;
  }
}

/**
 * The key whose widget has one of these classes; Streamlit writes a key as a class.
 * @param {Iterable<string>} classes
 * @param {string[]} keys
 * @returns {string | undefined}
 */
export function keyOf(classes, keys) {
  const have = new Set(classes);
  return keys.find((key) => have.has(`st-key-${key.trim().replace(/[^a-zA-Z0-9_-]/g, "-")}`));
}
