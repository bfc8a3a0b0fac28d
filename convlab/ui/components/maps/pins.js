// What is pinned, and which map of each layer is chosen: shown at once, told to Python, which puts it into the link.

const LOST = 1500; // milliseconds
const TIMES = 8;

/** @typedef {import("./state.js").Place} Place */

export class Pins {
  /** @type {Place | null} */
  pinned = null;
  /** @type {number[]} */
  chosen = [];
  waiting = ""; // what was told and has not come back
  fresh = 0; // how often the page began anew
  forget = () => {};

  /** @param {import("../shared/mounted.js").Life} life */
  constructor(life) {
    this.life = life;
  }

  /** @param {Place | null} place */
  pin(place) {
    this.pinned = place;
    this.#tell();
  }

  /**
   * @param {number} layer
   * @param {number} map
   */
  choose(layer, map) {
    for (let index = 0; index <= layer; index++) this.chosen[index] ??= 0;
    this.chosen[layer] = map;
    this.#tell();
  }

  /**
   * A message came: what it says holds, and is brought up to what was told since.
   * @param {import("./message").Message} header
   */
  heard(header) {
    if (!this.waiting || header.told === this.waiting || header.fresh !== this.fresh) {
      this.waiting = "";
      this.forget();
      this.pinned = header.pinned;
      this.chosen = (header.panels.at(-1)?.layers ?? []).map(({ chosen }) => chosen);
    }
    this.fresh = header.fresh;
    this.apply(header);
  }

  /**
   * Writes into a message what holds now: the maps that are chosen, within those that there are, and the places in them.
   * @param {import("./message").Message} header
   */
  apply(header) {
    for (const { layers } of header.panels) {
      for (const [index, layer] of layers.entries()) {
        layer.chosen = Math.min(this.chosen[index] ?? layer.chosen, (layer.rows[0]?.captions.length ?? 1) - 1);
      }
    }
    const layers = header.panels.at(-1)?.layers ?? [];
    const here = (/** @type {Place} */ [stage, map, row, column]) => {
      const layer = layers.find(({ rows }) => rows.some((each) => each.stage === stage));
      return /** @type {Place} */ ([stage, layer?.chosen ?? map, row, column]);
    };
    header.pinned = this.pinned && here(this.pinned);
    header.telling = here(header.telling);
  }

  #tell() {
    const text = textOf(this.pinned, this.chosen);
    this.waiting = text;
    this.#send(TIMES);
  }

  /** @param {number} times that it is said, unless it is heard before: what is said while the page runs can be lost */
  #send(times) {
    this.forget();
    if (!this.waiting || !times) return;
    this.forget = this.life.later(LOST, () => this.#send(times - 1));
    const [pixel, chosen] = this.waiting.split("|");
    this.life.send("pin", { pixel, chosen, fresh: this.fresh });
  }
}

/**
 * @param {Place | null} place
 * @param {number[]} chosen
 */
function textOf(place, chosen) {
  const last = chosen.findLastIndex(Boolean); // maps 0 at the end are left out
  return `${place?.join(",") ?? ""}|${chosen.slice(0, last + 1).join(",")}`;
}
