// The first stop of the Tab key: past the controls, to the first map.

import { make } from "../shared/dom.js";

const SEEN = "position:fixed;top:8px;left:8px;z-index:1000000;padding:8px 14px;border-radius:8px;background:#fff;color:#1a3c6e;font:600 15px sans-serif;box-shadow:0 2px 12px #0006;border:0";
const UNSEEN = "position:fixed;top:-100px;left:8px";

/**
 * @param {import("../shared/mounted.js").Life} life
 * @param {HTMLElement} root
 */
export function skipLink(life, root) {
  const around = make("nav", "", { "aria-label": "Skip" });
  const link = around.appendChild(make("button", "", { type: "button" }));
  link.textContent = "Skip to the maps";
  link.style.cssText = UNSEEN;
  link.onfocus = () => {
    link.style.cssText = SEEN;
  };
  link.onblur = () => {
    link.style.cssText = UNSEEN;
  };
  link.onclick = () => {
    /** @type {HTMLElement | null} */ (root.querySelector(".step canvas"))?.focus();
  };
  document.body.prepend(around);
  life.observe({ disconnect: () => around.remove() });
}
