// A number of a map taken apart: a click on a map asks Python for it; its card opens below the row of maps, and below
// it the cards of the number in it that counts most, down to the picture. Any number in a card can be chosen instead.

import { drawArithmetic } from "../shared/arithmetic.js";
import { make, once, set, sync } from "../shared/dom.js";
import { exact } from "../shared/numbers.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./message").Card} Card */
/** @typedef {import("./state.js").Place} Place */

const LOST = 1500; // milliseconds
/** @type {Record<string, [number, number]>} */
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * What a map answers to: a click, and with the keyboard Enter for its middle and the arrows for a neighbour.
 * @param {State} state
 * @param {HTMLCanvasElement} canvas
 * @param {import("./message").Row} row
 * @param {number} index
 */
export function listenToMap(state, canvas, { stage, width, height }, index) {
  const within = (/** @type {number} */ place, /** @type {number} */ side) => Math.min(Math.max(place, 0), side - 1);
  const take = (/** @type {number} */ row, /** @type {number} */ column) =>
    takeApart(state, [[stage, index, within(row, height), within(column, width)]]);
  canvas.onclick = (event) => {
    const box = canvas.getBoundingClientRect();
    const [down, across] = [(event.clientY - box.top) / box.height, (event.clientX - box.left) / box.width];
    take(Math.floor(down * height), Math.floor(across * width));
  };
  canvas.onkeydown = (event) => {
    const first = state.asked ?? state.base?.header.cards[0]?.place; // keys may come faster than answers are drawn
    const open = first && first[0] === stage && first[1] === index;
    const move = MOVES[event.key];
    if (move && open) take(first[2] + move[0], first[3] + move[1]);
    else if (event.key === "Enter" || event.key === " ") take(Math.floor(height / 2), Math.floor(width / 2));
    else if (event.key === "Escape" && open) takeApart(state, []);
    else return;
    event.preventDefault();
  };
}

/**
 * Asks for a number and those chosen within it; none closes the cards.
 * @param {State} state
 * @param {Place[]} path
 */
function takeApart(state, path) {
  state.opening = path.length > 0;
  state.asked = path[0] ?? null;
  const text = path.map((place) => place.join(",")).join(";");
  state.life.send("pixel", text);
  state.forget();
  state.forget = state.life.later(LOST, () => {
    if (state.base?.header.path !== text) state.life.send("pixel", text); // the question got lost on the way
  });
}

/**
 * The cards below the row of maps in which the first number lies.
 * @param {State} state
 * @param {HTMLElement} box
 * @param {Card[]} cards
 * @param {import("./message").Link | null} link below the last card
 */
export function drawCards(state, box, cards, link) {
  box.hidden = !cards.length;
  sync(box, cards, () => make("section", "card"), (section, card, depth) => {
    const [head, words, number, onward] = once(section, () => [
      make("header"), make("p", "words"), make("div"), make("a", "onward"),
    ]);
    drawLink(onward, depth === cards.length - 1 ? link : null);
    const [title, close] = once(head, () => [make("h3"), make("button", "", { type: "button" })]);
    set(title, `${card.title}: ${exact(numberOf(card.number.total))}`);
    set(close, "Close");
    close.hidden = depth > 0;
    close.onclick = () => takeApart(state, []);
    set(words, card.words);
    const path = cards.slice(0, depth + 1).map(({ place }) => place);
    const take = (/** @type {number[]} */ to) => takeApart(state, [...path, /** @type {Place} */ (to)]);
    drawArithmetic(number, apart(card, cards[depth + 1]?.place), take);
  });
  if (box.hidden || !state.opening) return;
  state.opening = false;
  box.scrollIntoView({ block: "nearest" });
}

/**
 * @param {HTMLElement} element
 * @param {import("./message").Link | null} link
 */
function drawLink(element, link) {
  element.hidden = !link;
  if (!link) return;
  set(element, link.words);
  element.setAttribute("href", link.address);
}

/**
 * A card's number as the shared view takes it.
 * @param {Card} card
 * @param {Place | undefined} followed The place that the next card is about.
 * @returns {import("../shared/arithmetic.js").Apart}
 */
function apart({ place: [stage], number }, followed) {
  const { kind, columns, taps, sources, winner, bias, divisor, before } = number;
  const blocks = number.blocks.map(({ name, channel, inputs, weights, sum }) => ({
    name,
    sum: kind === "max" ? undefined : numberOf(sum),
    cells: taps.map((tap, at) => {
      const input = Math.fround(numberOf(inputs[at]));
      const weight = weights.length ? Math.fround(numberOf(weights[at])) : undefined;
      const source = stage > 0 ? sources[at] : null;
      const to = source && [stage - 1, channel, ...source];
      return {
        input,
        weight,
        product: weight === undefined ? undefined : input * weight,
        kind: tap,
        won: at === winner,
        to,
        followed: Boolean(to) && to?.join() === followed?.join(),
      };
    }),
  }));
  return { kind, columns, blocks, bias, divisor, before, total: numberOf(number.total) };
}

/**
 * A number of the message: null is minus infinity, which JSON has no word for.
 * @param {number | null} value
 */
function numberOf(value) {
  return value ?? -Infinity;
}
