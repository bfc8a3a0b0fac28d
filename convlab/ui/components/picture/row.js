// What stands on the page: one row of buttons, below it what there is to say, and whose picture is shown.

import { button, make, set, svg } from "../shared/dom.js";

const LENS = "M5 7.5h2.6l1.3-2h6.2l1.3 2H19a1.5 1.5 0 0 1 1.5 1.5v8.5A1.5 1.5 0 0 1 19 19H5a1.5 1.5 0 0 1-1.5-1.5V9A1.5 1.5 0 0 1 5 7.5Z";
const PRIVATE =
  "Kept in the server's memory for this visit, never written to its disk. Your browser keeps a copy for this tab.";
const PASTE = "Drop a picture anywhere on the page, or paste one with Ctrl+V (⌘V) while you are not writing in a field.";

/**
 * @typedef {object} Acts
 * @property {(file: File) => void} file
 * @property {() => void} photo
 * @property {() => void} forget
 */

/** @typedef {ReturnType<typeof row>} Row */

/**
 * @param {HTMLElement} root
 * @param {Acts} acts
 */
export function row(root, acts) {
  const files = chooser("chosen", acts.file, { accept: "image/*" });
  const device = chooser("photographed", acts.file, { accept: "image/*", capture: "environment" });
  const line = make("div", "row");
  const choose = () => files.click();
  const hint = make("span", "hint", { title: PASTE });
  hint.textContent = "or drop, paste";
  line.append(button("Choose…", "Choose a picture", choose), camera(acts.photo), hint);
  const news = make("p", "news", { role: "status" });
  const own = make("div", "own", { hidden: "" });
  const [name, words] = [make("span", "name"), make("p", "private")];
  words.textContent = PRIVATE;
  const forget = button("Forget", "Forget this picture", acts.forget);
  own.append(name, forget, words);
  const toast = make("div", "toast", { popover: "manual" });
  toast.append(make("span"), button("Choose…", "Choose a picture", choose), button("OK", "OK", () => toast.hidePopover()));
  root.append(line, files, device, news, own, toast);
  return { line, news, own, name, toast, device };
}

/**
 * Says something where the buttons are; in the middle of the page as well, where they are not in sight.
 * @param {Row} row
 * @param {string} words
 * @param {"" | "bad" | "busy"} [kind]
 */
export function say({ line, news, toast }, words, kind = "") {
  set(news, words);
  set(toast.children[0], words);
  news.className = `news ${kind}`;
  toast.className = `toast ${kind}`;
  if (toast.isConnected) toast.togglePopover(Boolean(words) && !inSight(line));
}

/**
 * @param {Row} row
 * @param {string} shown the own picture's name
 */
export function sayWhose({ own, name }, shown) {
  own.hidden = !shown;
  set(name, shown);
}

/** @param {Element} element */
function inSight(element) {
  const { left, right, width } = element.getBoundingClientRect();
  return width > 0 && right > 0 && left < innerWidth;
}

/**
 * @param {string} className
 * @param {(file: File) => void} take
 * @param {Record<string, string>} attributes
 */
function chooser(className, take, attributes) {
  const input = make("input", className, { ...attributes, type: "file", hidden: "", tabindex: -1 });
  input.onchange = () => {
    const file = input.files?.[0];
    if (file) take(file);
    input.value = ""; // the same file may be chosen again
  };
  return input;
}

/** @param {() => void} act */
function camera(act) {
  const element = button("", "Take a photo", act, "icon");
  const drawing = svg("svg", { viewBox: "0 0 24 24", width: 22, height: 22, "aria-hidden": "true" });
  drawing.append(svg("path", { d: LENS }), svg("circle", { cx: 12, cy: 13, r: 3.4 }));
  element.append(drawing);
  return element;
}
