// Settings at hand at the bottom of a narrow screen: a row of chips, and the controls of the one that is chosen. A
// slider's value is sent when it is let go; until then whoever follows sliders shows what it would change.

import { editsSeen } from "../shared/edits.js";
import { make, set, sync } from "../shared/dom.js";
import { mounted } from "../shared/mounted.js";
import { Moves } from "./moves.js";
import { drawPanel } from "./panel.js";

/** @typedef {import("./message").DockMessage} Message */
/** @typedef {import("./message").Chip} Chip */
/** @typedef {{ root: HTMLElement, chips: HTMLElement, panel: HTMLElement, moves: Moves, chosen: string }} State */

export default mounted("dock", ".dock", begin, receive);

/**
 * @param {HTMLElement} root
 * @param {import("../shared/mounted.js").Life} life
 * @returns {State}
 */
function begin(root, life) {
  const chips = root.appendChild(make("div", "chips", { role: "group", "aria-label": "Settings at hand" }));
  const panel = root.appendChild(make("div", "panel"));
  const { style } = document.documentElement;
  const size = () => style.setProperty("--dock", `${root.offsetHeight}px`);
  life.observe(new ResizeObserver(size)).observe(root);
  return { root, chips, panel, moves: new Moves(life), chosen: "" };
}

/**
 * @param {State} state
 * @param {{ header: Message }} message
 */
async function receive(state, { header }) {
  editsSeen(state.moves, header.seen_move);
  draw(state, header.chips);
}

/**
 * @param {State} state
 * @param {Chip[]} given
 */
function draw(state, given) {
  const { chips, panel, moves } = state;
  const chosen = given.find(({ name }) => name === state.chosen) ?? given[0];
  const redraw = () => draw(state, given);
  sync(
    chips,
    given,
    () => {
      const button = make("button", "chip", { type: "button" });
      button.append(make("span"), " ", make("b"));
      return button;
    },
    (button, chip) => {
      const [label, value] = button.children;
      set(label, chip.label);
      set(value, said(chip, moves));
      button.setAttribute("aria-pressed", String(chip === chosen));
      button.onclick = () => {
        state.chosen = chip.name;
        button.scrollIntoView({ block: "nearest", inline: "nearest" });
        redraw();
      };
    },
  );
  if (chosen) drawPanel(panel, chosen, moves, redraw);
}

/**
 * What a chip says of its setting: an option's words, a number, or the rows' and the columns'.
 * @param {Chip} chip
 * @param {Moves} moves
 */
function said({ choices, sliders }, moves) {
  if (sliders.length) return sliders.map(({ key, value }) => moves.now(key, value)).join("×");
  const [choice] = choices;
  return choice.options.find(([name]) => name === moves.now(choice.key, choice.value))?.[1] ?? "";
}
