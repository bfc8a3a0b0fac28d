// The cells as buttons, and the line under them: how many are marked and the button that commits, or what the signs mean.

import { make, once, set, sync } from "../shared/dom.js";
import { moved } from "./places.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./message").Cell} Cell */

/** @type {Record<Cell["verdict"], [sign: string, word: string]>} */
const SIGNS = { "": ["", ""], right: ["✓", "right"], missed: ["○", "missed"], extra: ["✗", "too many"] };

/**
 * @param {State} state
 * @param {() => void} commit
 */
export function draw(state, commit) {
  const { board, message } = state;
  if (!message) return;
  board.style.setProperty("--columns", String(message.columns));
  board.classList.toggle("answered", message.answered);
  const build = () => make("button", "", { type: "button" });
  sync(board, message.cells, build, (button, cell, index) => drawCell(state, button, cell, index, commit));
  const { activeElement } = /** @type {ShadowRoot | Document} */ (board.getRootNode());
  if (message.answered && activeElement?.className === "commit") cellAt(state, state.at).focus(); // it goes away
  drawFoot(state, commit);
}

/**
 * @param {State} state
 * @param {number} index
 */
function cellAt({ board }, index) {
  return /** @type {HTMLElement} */ (board.children[index]);
}

/**
 * @param {State} state
 * @param {HTMLButtonElement} button
 * @param {Cell} cell
 * @param {number} index
 * @param {() => void} commit
 */
function drawCell(state, button, cell, index, commit) {
  const { message, marked } = state;
  if (!message) return;
  const pressed = message.answered ? ["right", "extra"].includes(cell.verdict) : marked.has(index);
  const [sign, word] = SIGNS[cell.verdict];
  const [number, corner] = once(button, () => [make("span"), make("i", "", { "aria-hidden": "true" })]);
  set(number, cell.text);
  set(corner, sign || (pressed ? "●" : ""));
  button.className = [cell.about && "about", cell.verdict].filter(Boolean).join(" ");
  button.tabIndex = index === state.at ? 0 : -1;
  button.setAttribute("aria-pressed", String(pressed));
  button.setAttribute("aria-disabled", String(message.answered));
  const place = `row ${Math.floor(index / message.columns)}, column ${index % message.columns}`;
  button.setAttribute("aria-label", [`${place}: ${cell.text}`, cell.about && "asked about", word].filter(Boolean).join(", "));
  button.onclick = () => {
    if (state.message?.answered) return;
    state.at = index;
    if (!marked.delete(index)) marked.add(index);
    draw(state, commit);
  };
  button.onkeydown = (event) => step(state, event, index, commit);
}

/**
 * @param {State} state
 * @param {KeyboardEvent} event
 * @param {number} index
 * @param {() => void} commit
 */
function step(state, event, index, commit) {
  const { message } = state;
  const next = message && moved(event.key, index, message.columns, message.cells.length);
  if (next === null || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  state.at = next;
  draw(state, commit);
  cellAt(state, next).focus();
}

/**
 * @param {State} state
 * @param {() => void} commit
 */
function drawFoot({ foot, message, marked }, commit) {
  if (!message) return;
  const [button, words] = once(foot, () => [
    make("button", "commit", { type: "button" }),
    make("p", "", { "aria-live": "polite" }),
  ]);
  set(button, "Commit");
  button.hidden = message.answered;
  button.onclick = commit;
  set(words, message.answered ? legend(message.cells) : `${marked.size || "None"} marked`);
}

/** @param {Cell[]} cells */
function legend(cells) {
  const counted = Object.entries(SIGNS).map(([verdict, [sign, word]]) => {
    const count = cells.filter((cell) => cell.verdict === verdict).length;
    return verdict && count ? `${sign} ${count} ${word}` : "";
  });
  return counted.filter(Boolean).join(" · ");
}
