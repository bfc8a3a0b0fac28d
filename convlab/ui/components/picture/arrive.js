// A picture is dropped or pasted anywhere on the page. While a file is dragged over it, the page says so.

import { make } from "../shared/dom.js";

/** @typedef {import("../shared/mounted.js").Life} Life */

/**
 * @param {HTMLElement} root
 * @param {Life} life
 * @param {(file: File) => void} take
 */
export function takeDropped(root, life, take) {
  const sheet = make("div", "sheet", { popover: "manual" }); // above everything, wherever the row stands
  sheet.append(make("p"));
  /** @type {HTMLElement} */ (sheet.firstChild).textContent = "Drop a picture";
  root.append(sheet);
  life.listen(window, "dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    sheet.togglePopover(true);
  }, { capture: true });
  life.listen(window, "dragleave", (event) => {
    if (!event.relatedTarget) sheet.togglePopover(false); // the page was left
  });
  life.listen(window, "drop", (event) => {
    sheet.togglePopover(false);
    if (!hasFiles(event)) return;
    event.preventDefault();
    if (event.dataTransfer.files[0]) take(event.dataTransfer.files[0]);
  }, { capture: true });
}

/**
 * @param {Life} life
 * @param {(file: File) => void} take
 */
export function takePasted(life, take) {
  life.listen(window, "paste", (event) => {
    const file = event.clipboardData?.files[0];
    if (!file || isWritten(event.composedPath()[0])) return;
    event.preventDefault();
    take(file);
  });
}

/** @param {DragEvent} event */
function hasFiles(event) {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

/** @param {EventTarget} target */
function isWritten(target) {
  if (target instanceof HTMLInputElement) return !["range", "checkbox", "radio", "button", "file"].includes(target.type);
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLElement && target.isContentEditable);
}
