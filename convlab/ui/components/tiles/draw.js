// Every row, every tile.

import { make, once, set, sync } from "../shared/dom.js";
import { drawBar } from "./bar.js";
import { drawCells } from "./cells.js";
import { coloursOf, paint } from "./paint.js";
import { deaf, listen } from "./pointing.js";
import { stepsOf } from "./steps.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./message").Tile} Tile */
/** @typedef {import("./message").Row} Row */
/** @typedef {import("./paint.js").Colours} Colours */

/** @param {State} state */
export function draw(state) {
  const { message } = state;
  if (!message) return;
  const colours = coloursOf(state.root, message);
  state.places = [];
  sync(state.rows, message.rows, () => make("section"), (section, row, index) => {
    section.className = row.side ? "row thumbs" : "row";
    section.style.setProperty("--side", `${row.side}px`);
    const [title, line] = once(section, () => [make("h2"), make("div", "line")]);
    title.hidden = !row.title;
    set(title, row.title);
    sync(line, row.columns, () => make("div", "column"), (column, tiles) => {
      drawColumn(state, column, tiles, index, colours);
    });
  });
}

/**
 * An arrow, and tiles below each other.
 * @param {State} state
 * @param {HTMLElement} column
 * @param {Tile[]} tiles
 * @param {number} row
 * @param {Colours} colours
 */
function drawColumn(state, column, tiles, row, colours) {
  column.classList.toggle("tall", tiles.length > 1);
  const [arrow, stack] = once(column, () => [make("div", "arrow"), make("div", "stack")]);
  const { word } = tiles[0];
  arrow.hidden = !word;
  const [words, head] = once(arrow, () => [make("small"), make("b", "", { "aria-hidden": "true" })]);
  arrow.classList.toggle("sign", word.length === 1);
  set(words, word);
  set(head, word.length === 1 ? "" : "→");
  // A tile that becomes cells, or a button, or neither, is made anew.
  sync(stack, tiles, () => make("div", "place"), (place, tile) => {
    const kind = tile.cells ? "cells" : tile.key ? "button" : "map";
    if (place.dataset.kind !== kind) {
      place.dataset.kind = kind;
      place.replaceChildren(make("figure", kind));
    }
    const figure = /** @type {HTMLElement} */ (place.firstElementChild);
    if (tile.cells) drawCells(state, figure, tile, stepsOf(state.buffer, tile), colours);
    else drawPixels(state, figure, tile, row, colours);
  });
}

/**
 * @param {State} state
 * @param {HTMLElement} figure
 * @param {Tile} tile
 * @param {number} row
 * @param {Colours} colours
 */
function drawPixels(state, figure, tile, row, colours) {
  const [frame, bar, caption] = once(figure, () => [
    make(tile.key ? "button" : "div", "frame"), make("div", "bar"), make("figcaption"),
  ]);
  const [canvas, ring] = once(frame, () => [
    make("canvas"), make("i", "ring", { hidden: "" }), make("i", "mark", { hidden: "" }),
  ]);
  const [name, about, value] = once(caption, () => [make("b"), make("span"), make("span", "value", { "aria-hidden": "true" })]);
  const steps = stepsOf(state.buffer, tile);
  paint(canvas, tile, steps, colours);
  frame.style.setProperty("--numbers", String(tile.columns));
  frame.style.setProperty("--rows", String(tile.rows));
  frame.style.aspectRatio = `${tile.columns} / ${tile.rows}`;
  set(name, tile.title);
  set(about, tile.caption);
  about.hidden = !tile.caption;
  drawBar(bar, tile, colours);
  if (tile.key) drawButton(state, /** @type {HTMLButtonElement} */ (frame), tile);
  const linked = Boolean(state.message?.linked) && !tile.key;
  const pointed = linked || Boolean(tile.place);
  value.hidden = !pointed;
  canvas.setAttribute("role", tile.key ? "presentation" : pointed ? "application" : "img");
  if (!tile.key) canvas.setAttribute("aria-label", tile.alt);
  if (pointed) listen(state, canvas, state.places.push({ tile, steps, row, frame, ring, value, mark: [] }) - 1);
  else deaf(canvas);
}

/**
 * @param {State} state
 * @param {HTMLButtonElement} button
 * @param {Tile} tile
 */
function drawButton(state, button, tile) {
  button.type = "button";
  button.setAttribute("aria-label", tile.alt);
  button.setAttribute("aria-pressed", String(tile.pressed));
  button.title = tile.alt;
  button.onclick = () => state.life.send("choose", tile.key);
}
