// One number taken apart: what each channel's window reads, the sums, and the line that ends in the number.

import { make, once, set, sync } from "./dom.js";
import { addingUp, bracketed, exact, short, summed } from "./numbers.js";

/**
 * What one tap meets.
 * @typedef {object} Tap
 * @property {number | null} input what it reads; null where it counts nothing
 * @property {number} [weight] what it is multiplied by; pooling has none
 * @property {number} [product]
 * @property {"" | "pad" | "skipped"} kind on a cell, on padding, or on nothing at all
 * @property {boolean} [won] whether it is the largest
 * @property {string} [hue] the colour of its rim
 * @property {number[] | null} [to] the place of the number that it reads, where that can be taken apart
 */

/**
 * @typedef {object} Block
 * @property {string} name of the channel; "" where there is one alone
 * @property {Tap[]} cells
 * @property {number} [sum]
 */

/**
 * A number and what it is made of: a sum of products, a maximum, an average, what ReLU leaves of `before`, or the
 * stamp of one input number, which lands on many outputs.
 * @typedef {object} Apart
 * @property {"sum" | "max" | "avg" | "relu" | "stamp"} kind
 * @property {number} columns of the window
 * @property {Block[]} blocks
 * @property {number} [bias]
 * @property {number} [divisor]
 * @property {number} [total]
 * @property {number} [before]
 * @property {boolean} [relu] whether a sum goes on into ReLU
 */

/** @typedef {[text: string, number: string, verdict: string]} Part */

/**
 * @param {Element} holder
 * @param {Apart} apart
 */
export function drawArithmetic(holder, apart) {
  const [channels, total] = once(holder, () => [make("div", "channels"), make("p", "total")]);
  const { sums, line } = written(apart);
  channels.style.setProperty("--columns", String(apart.columns));
  channels.classList.toggle("dense", apart.columns > 5);
  while (channels.children.length < apart.blocks.length) channels.append(make("div", "channel"));
  for (let index = 0; index < channels.children.length; index++) {
    const channel = /** @type {HTMLElement} */ (channels.children[index]);
    channel.hidden = index >= apart.blocks.length; // not removed: it is wanted again at the next number
    if (!channel.hidden) drawBlock(channel, apart, apart.blocks[index], sums[index]);
  }
  sync(total, line, () => make("span", "part"), drawPart);
}

/**
 * The sum of each block and the line below them; what is shown adds up as shown.
 * @param {Apart} apart
 * @returns {{ sums: string[], line: Part[] }}
 */
export function written(apart) {
  const { kind, blocks, bias = 0, divisor = 1, total = 0, before = 0 } = apart;
  const sums = blocks.map(({ sum }) => (sum === undefined ? "" : exact(sum)));
  if (kind === "stamp") {
    return { sums, line: [["Each number is added to the output number under it; where stamps overlap, they add up.", "", ""]] };
  }
  if (kind === "max") return { sums, line: [["The largest is", exact(total), ""]] };
  if (kind === "avg") return { sums, line: [[`${sums[0]} ÷ ${divisor} =`, exact(total), ""]] };
  if (kind === "relu") return { sums, line: [[`max(0, ${exact(before)}) =`, exact(total), verdict(before)]] };
  const shown = addingUp([...blocks.map(({ sum = 0 }) => sum), ...(bias ? [bias] : [])], total);
  const text = shown.parts.length > 1 ? `${summed(shown.parts)}${bias ? " (bias)" : ""} =` : "Total";
  /** @type {Part[]} */
  const line = [[text, shown.total, ""]];
  if (apart.relu) line.push(["after ReLU", total > 0 ? shown.total : "0", verdict(total)]);
  return { sums: shown.parts.slice(0, blocks.length), line };
}

/** @param {number} value */
function verdict(value) {
  return value > 0 ? "kept: it is positive" : value < 0 ? "negative numbers become 0" : "0 stays 0";
}

/**
 * @param {Element} channel
 * @param {Apart} apart
 * @param {Block} block
 * @param {string} sum
 */
function drawBlock(channel, apart, block, sum) {
  const [label, cells, foot] = once(channel, () => [make("p", "label"), make("div", "products"), make("p", "sum")]);
  set(label, block.name);
  label.hidden = !block.name;
  set(foot, `sum ${sum}`);
  foot.hidden = !sum;
  sync(cells, block.cells, () => make("i"), (cell, tap) => {
    const [large, small] = once(cell, () => [make("b"), make("small")]);
    const [text, factors] = textsOf(apart, tap);
    set(large, text);
    set(small, factors);
    const className = [tap.kind, tap.won ? "winner" : ""].filter(Boolean).join(" ");
    if (cell.className !== className) cell.className = className;
    if (tap.hue) rim(cell, tap.hue);
  });
}

/**
 * A tap's number, and what was multiplied.
 * @param {Apart} apart
 * @param {Tap} tap
 */
function textsOf({ kind }, { kind: on, input, weight, product }) {
  if (on === "skipped") return ["·", kind === "stamp" ? "cut off" : ""];
  if (weight !== undefined) return [short(product ?? 0), `${short(input ?? 0)}×${bracketed(weight)}`];
  if (on === "pad" && kind === "max") return ["−∞", ""];
  return [input === null ? "" : short(input), ""];
}

/** @type {WeakMap<Element, string>} */
const rims = new WeakMap();

/**
 * @param {HTMLElement} cell
 * @param {string} hue
 */
function rim(cell, hue) {
  if (rims.get(cell) === hue) return;
  rims.set(cell, hue);
  cell.style.setProperty("--h", hue);
}

/**
 * @param {Element} part
 * @param {Part} texts
 */
function drawPart(part, [before, number, after]) {
  const [text, figure, end] = once(part, () => [make("span"), make("strong"), make("span", "verdict")]);
  set(text, `${before} `);
  set(figure, number);
  set(end, after ? ` ${after}` : "");
}
