// The controls of the one setting that is chosen: buttons for its options, a slider for its number.

import { make, set, setAll, sync } from "../shared/dom.js";

/** @typedef {import("./message").Choice} Choice */
/** @typedef {import("./message").Slider} Slider */
/** @typedef {import("./moves.js").Moves} Moves */

/**
 * @param {HTMLElement} panel
 * @param {import("./message").Chip} chip
 * @param {Moves} moves
 * @param {() => void} redraw
 */
export function drawPanel(panel, { choices, sliders }, moves, redraw) {
  // A control is made anew for another key: whoever follows a slider knows it by its element.
  const parts = [
    ...choices.map((choice) => ({ key: choice.key, build: choiceRow, update: toChoice(choice, moves, redraw) })),
    ...sliders.map((slider) => ({
      key: slider.key,
      build: sliderRow,
      update: toSlider(slider, sliders.length > 1, moves, redraw),
    })),
  ];
  const rows = new Map([...panel.children].map((row) => [/** @type {HTMLElement} */ (row).dataset.row, row]));
  const now = parts.map(({ key, build }) => rows.get(key) ?? build(key));
  for (const row of rows.values()) if (!now.includes(row)) row.remove();
  now.forEach((row, index) => {
    if (panel.children[index] !== row) panel.insertBefore(row, panel.children[index] ?? null);
    parts[index].update(/** @type {HTMLElement} */ (row));
  });
}

/** @param {string} key */
function choiceRow(key) {
  return make("div", "choice", { role: "group", "data-row": key });
}

/**
 * @param {Choice} choice
 * @param {Moves} moves
 * @param {() => void} redraw
 */
function toChoice({ key, label, value, options }, moves, redraw) {
  return (/** @type {HTMLElement} */ row) => {
    row.setAttribute("aria-label", label);
    const now = moves.now(key, value);
    sync(
      row,
      options,
      () => make("button", "", { type: "button" }),
      (button, [name, words]) => {
        set(button, words);
        button.setAttribute("aria-pressed", String(name === now));
        button.onclick = () => {
          if (name !== moves.now(key, value)) moves.send(key, name);
          redraw();
        };
      },
    );
  };
}

/** @param {string} key */
function sliderRow(key) {
  const row = make("label", "slider", { "data-row": key });
  row.append(make("span"), make("input", "", { type: "range", "data-key": key }));
  return row;
}

/**
 * @param {Slider} slider
 * @param {boolean} named whether its label has to be seen
 * @param {Moves} moves
 * @param {() => void} redraw
 */
function toSlider({ key, label, value, low, high }, named, moves, redraw) {
  return (/** @type {HTMLElement} */ row) => {
    const [name, input] = /** @type {[HTMLElement, HTMLInputElement]} */ ([...row.children]);
    set(name, label);
    name.classList.toggle("unseen", !named);
    setAll(input, { min: low, max: high, step: 1 });
    const now = String(moves.now(key, value));
    if (input.value !== now) input.value = now;
    input.oninput = () => {
      moves.hold(key, input.valueAsNumber);
      redraw();
    };
    const letGo = () => {
      moves.letGo(key, value);
      redraw();
    };
    Object.assign(input, { onchange: letGo, onpointerup: letGo, onpointercancel: letGo });
  };
}
