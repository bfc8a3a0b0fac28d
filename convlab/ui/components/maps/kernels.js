// Kernels as planes of numbers and colours.

import { ink } from "../shared/colour.js";
import { make, once, set, sync } from "../shared/dom.js";
import { editButton } from "./editor.js";
import { framed, paintSource } from "./paint.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./draw.js").View} View */
/** @typedef {import("./message").Kernel} Kernel */
/** @typedef {import("./message").Plane} Plane */

/** @type {WeakMap<HTMLElement, string>} */
const drawn = new WeakMap(); // what each plane shows

/**
 * A layer's kernels, and on the left what they read; before the first layer that is the picture.
 * @param {State} state
 * @param {HTMLElement} row
 * @param {import("./message").Layer} layer
 * @param {number} index
 * @param {View} view
 */
export function drawKernels(state, row, layer, index, view) {
  const [label, cards] = once(row, () => [make("div", "label"), make("div", "maps")]);
  const [source, title, note] = once(label, () => [make("figure", "source"), make("h3"), make("p", "words")]);
  source.hidden = index > 0;
  if (index === 0) drawSource(source, view);
  set(title, ["", "Kernel"][layer.kernels.length] ?? "Kernels");
  const reads = new Set(layer.kernels.map((kernel) => kernel.reads));
  const apart = reads.size > 1; // each kernel says for itself what it reads
  set(note, apart ? "" : sentence([...reads].join("")));
  cards.style.setProperty("--count", String(layer.kernels.length));
  sync(cards, layer.kernels, () => make("figure", "kernel"), (figure, kernel, number) => {
    const [planes, caption] = once(figure, () => [make("div", "planes"), make("figcaption")]);
    drawPlanes(planes, kernel);
    const [name, button, words] = once(caption, () => [
      make("b"),
      make("button", "", { type: "button" }),
      make("span"),
    ]);
    set(name, kernel.name);
    set(words, [kernel.label, apart ? kernel.reads : ""].filter(Boolean).join(" · "));
    button.hidden = !layer.editable || view.drawing.header.panels.length > 1;
    editButton(state, button, number, state.editing?.number === number && index === 0);
  });
}

/**
 * @param {HTMLElement} figure
 * @param {View} view
 */
function drawSource(figure, { drawing, panel: { image }, figures }) {
  const [canvas, caption] = framed(figure);
  figures.set("picture", figure);
  canvas.setAttribute("role", "img");
  paintSource(canvas, drawing, image);
  canvas.setAttribute("aria-label", `The picture that the layers read. ${image.alt}`);
  set(caption, `${image.caption} · ${image.shape}`);
}

/**
 * @param {HTMLElement} planes
 * @param {Kernel} kernel
 */
function drawPlanes(planes, kernel) {
  planes.style.setProperty("--planes", String(Math.min(kernel.planes.length, 4)));
  sync(planes, kernel.planes, () => make("div", "plane"), (plane, numbers, which) => {
    drawPlane(plane, numbers, [kernel.name, kernel.names[which]].filter(Boolean).join(", "));
  });
}

/**
 * @param {HTMLElement} plane
 * @param {Plane} numbers
 * @param {string} name
 */
function drawPlane(plane, numbers, name) {
  const { rows, columns, values, colours } = numbers;
  const what = JSON.stringify([name, numbers]); // the same numbers under another name are drawn anew: it is said
  if (drawn.get(plane) === what) return;
  drawn.set(plane, what);
  plane.style.setProperty("--columns", String(columns));
  plane.style.setProperty("--letters", String(Math.max(...values.map((value) => value.length))));
  plane.classList.toggle("dense", columns > 7);
  const lines = Array.from({ length: rows }, (_, row) => values.slice(row * columns, (row + 1) * columns).join(" "));
  plane.setAttribute("role", "img");
  plane.setAttribute("aria-label", `${name}: ${lines.join("; ")}`);
  sync(plane, values, () => make("span"), (cell, value, index) => {
    set(cell, value);
    cell.style.background = colours[index];
    cell.style.color = ink(colours[index]);
  });
}

/** @param {string} words */
function sentence(words) {
  return words ? `${words[0].toUpperCase()}${words.slice(1)}.` : "";
}
