// A picture, the kernels of the layers that read it, and every map. Python sends one message at a time; this draws it,
// follows the sliders while they move, and sends what is done with it back.

import { isDark } from "../shared/colour.js";
import { make } from "../shared/dom.js";
import { editsSeen, endWritingElsewhere } from "../shared/edits.js";
import { mounted } from "../shared/mounted.js";
import { get } from "./blobs.js";
import { draw } from "./draw.js";
import { fit } from "./fit.js";
import { Sliders } from "./live.js";
import { Network } from "./network.js";
import { tell } from "./news.js";
import { Pins } from "./pins.js";
import { show, showAgain } from "./show.js";
import { drawTray } from "./tray.js";
import { skipLink } from "./skip.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Picture} Picture */

export default mounted("maps", ".stage", begin, receive);

/**
 * @param {HTMLElement} root
 * @param {import("../shared/mounted.js").Life} life
 * @returns {State}
 */
function begin(root, life) {
  endWritingElsewhere(life, root);
  skipLink(life, root);
  // Live regions are there, empty, before they say anything: one that comes with its words is not read.
  const note = root.appendChild(make("p", "note", { role: "status" }));
  const news = root.appendChild(make("p", "news", { role: "status" }));
  const pins = new Pins(life);
  /** @type {State} */
  const state = {
    root,
    life,
    note,
    news,
    words: make("p", "look"),
    tray: make("section", "tray", { "aria-label": "One number taken apart" }),
    sliders: new Sliders(life, (picture) => show(state, picture)),
    redraw: () => state.shown && draw(state, state.shown),
    base: null,
    target: null,
    shown: null,
    views: [],
    look: null,
    pointed: "",
    hover: false,
    channel: 0,
    pins,
    network: networks(),
    pin: (place) => {
      pins.pin(place);
      if (state.shown) pins.apply(state.shown.header);
      state.redraw();
    },
    choose: (layer, map) => {
      pins.choose(layer, map);
      if (state.shown) pins.apply(state.shown.header);
      state.redraw();
    },
    width: 0,
    written: new WeakSet(),
    edited: false,
    blinking: false,
    opened: "",
    told: null,
    darkAsked: null,
  };
  const resized = life.observe(new ResizeObserver(([entry]) => {
    state.width = entry.contentRect.width;
    fit(state);
    drawTray(state);
  }));
  resized.observe(root);
  life.listen(window, "resize", () => fit(state));
  return state;
}

/** The numbers of each view that is drawn, made when they are first wanted. */
function networks() {
  /** @type {WeakMap<import("./state.js").View, Network>} */
  const made = new WeakMap();
  return (/** @type {import("./state.js").View} */ view) => {
    let network = made.get(view);
    if (!network) {
      network = new Network(view.panel, get);
      made.set(view, network);
    }
    return network;
  };
}

/**
 * A message is either the state of the page or the answer to what a slider's other value would show.
 * @param {State} state
 * @param {Picture} picture
 */
async function receive(state, picture) {
  const { header } = picture;
  if (header.ask) {
    await state.sliders.answered(picture, header.ask);
    return;
  }
  state.base = picture;
  state.sliders.begin(picture);
  editsSeen(state, header.seen_edit);
  state.pins.heard(header);
  await (state.edited ? showAgain : show)(state, picture);
  if (state.life.gone) return;
  if (state.base === picture) tell(state, header);
  if (isDark(state.root) !== header.dark && state.darkAsked !== header.dark) {
    state.darkAsked = header.dark; // once for each answer that does not match the page
    state.life.send("again", Date.now());
  }
  state.sliders.ready();
}
