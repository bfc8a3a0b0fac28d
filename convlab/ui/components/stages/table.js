// The lines: a table on a wide page; on a narrow one each line is two, the second with its words.

import { make, once, set, sync } from "../shared/dom.js";
import { sendEdit } from "../shared/edits.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./message").Line} Line */

/** @type {[name: string, head: string, about: string][]} */
const COLUMNS = [
  ["number", "", ""],
  ["layer", "Layer", ""],
  ["shape", "Output", "Maps × rows × columns"],
  ["parameters", "Parameters", "Numbers that it learns"],
  ["macs", "Multiply-adds", "One for each weight that meets a number"],
  ["share", "Share", "Of all multiply-adds"],
  ["field", "Sees", "Rows × columns of the picture that one number can depend on"],
  ["step", "Step", "Pixels of the picture between neighbouring numbers"],
];

/** @param {State} state */
export function drawTable(state) {
  const { message, table } = state;
  if (!message) return;
  const [head, body, foot] = once(table, () => [
    make("div", "head", { role: "rowgroup" }),
    make("div", "body", { role: "rowgroup" }),
    make("div", "foot", { role: "rowgroup" }),
  ]);
  table.setAttribute("aria-label", "Layers");
  drawHead(head);
  sync(body, message.lines, makeLine, (row, line) => drawLine(state, row, line));
  foot.hidden = !message.total;
  sync(foot, message.total ? [message.total] : [], makeLine, (row, line) => drawLine(state, row, line));
}

/** @param {HTMLElement} head */
function drawHead(head) {
  if (head.children.length) return;
  const row = head.appendChild(make("div", "line", { role: "row" }));
  for (const [name, text, about] of COLUMNS) {
    const cell = make("span", name, { role: "columnheader", title: about });
    cell.append(text || spoken("Number"));
    row.append(cell);
  }
}

/** @param {string} text */
function spoken(text) {
  const words = make("span", "heard");
  words.textContent = text;
  return words;
}

function makeLine() {
  return make("div", "entry", { role: "presentation" });
}

/**
 * @param {State} state
 * @param {HTMLElement} entry
 * @param {Line} line
 */
function drawLine(state, entry, line) {
  entry.className = ["entry", line.pressed && "pressed", line.note && "broken", !line.reached && "beyond", line.key && "live"]
    .filter(Boolean)
    .join(" ");
  const [row, note] = once(entry, () => [make("div", "line", { role: "row" }), make("div", "note", { role: "row" })]);
  sync(row, COLUMNS, () => make("span", "", { role: "cell" }), (cell, column) => drawCell(cell, column, line));
  entry.onclick = line.key ? () => choose(state, line.key) : null;
  drawNote(state, note, line);
}

/**
 * @param {HTMLElement} cell
 * @param {[string, string, string]} column
 * @param {Line} line
 */
function drawCell(cell, [name, head], line) {
  if (name === "layer") {
    cell.className = name;
    drawName(cell, line);
    return;
  }
  const text = name === "share" ? line.percent : /** @type {Record<string, any>} */ (line)[name];
  cell.className = [name, (!text || text === "0" || text === "0%") && "none"].filter(Boolean).join(" ");
  cell.dataset.head = head;
  if (name !== "share") {
    set(cell, text);
    return;
  }
  const [bar, words] = once(cell, () => [make("i"), make("span")]);
  bar.hidden = line.share < 0;
  bar.style.setProperty("--share", String(Math.max(line.share, 0)));
  set(words, text);
}

/**
 * The name of a layer: a button where the line can be chosen.
 * @param {HTMLElement} cell
 * @param {Line} line
 */
function drawName(cell, line) {
  const tag = line.key ? "BUTTON" : "SPAN";
  if (cell.firstElementChild?.tagName !== tag) {
    cell.replaceChildren(make(line.key ? "button" : "span", "name"), make("small"));
  }
  const [name, about] = /** @type {HTMLElement[]} */ ([...cell.children]);
  if (line.key) {
    name.setAttribute("type", "button");
    name.setAttribute("aria-pressed", String(line.pressed));
  }
  set(name, line.title);
  set(about, line.about);
  cell.title = line.about;
}

/**
 * Why the row breaks here, and what mends it.
 * @param {State} state
 * @param {HTMLElement} note
 * @param {Line} line
 */
function drawNote(state, note, line) {
  note.hidden = !line.note;
  const [cell] = once(note, () => [make("div", "", { role: "cell", "aria-colspan": COLUMNS.length })]);
  const [words, mend] = once(cell, () => [make("span"), make("button", "tool", { type: "button" })]);
  set(words, line.note);
  set(mend, line.mend);
  mend.hidden = !line.mend;
  mend.onclick = (event) => {
    event.stopPropagation();
    sendEdit(state, { act: "mend" });
  };
}

/**
 * Sends which line is chosen; among edits, so that all of them are heard in their order.
 * @param {State} state
 * @param {string} key
 */
function choose(state, key) {
  if (state.message?.editable) sendEdit(state, { act: "choose", key });
  else state.life.send("choose", key);
}
