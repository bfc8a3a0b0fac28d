// Colours: the table that a message brings, what can be read on them, and whether the page is dark.

import { make } from "./dom.js";

/**
 * The 256 colours of a message's table, "#rrggbb" each.
 * @param {string} hex
 */
export function table(hex) {
  return Array.from({ length: 256 }, (_, entry) => `#${hex.slice(6 * entry, 6 * entry + 6)}`);
}

/**
 * The same, as a canvas stores them: red, green, blue and opacity in one number each.
 * @param {string} hex
 */
export function canvasTable(hex) {
  const colours = new Uint32Array(256);
  const parts = new Uint8Array(colours.buffer);
  for (let entry = 0; entry < 256; entry++) {
    for (let part = 0; part < 3; part++) {
      const place = 6 * entry + 2 * part;
      parts[4 * entry + part] = Number.parseInt(hex.slice(place, place + 2), 16);
    }
    parts[4 * entry + 3] = 255;
  }
  return colours;
}

/**
 * Black or white, whichever stands out more from a colour (relative luminance as WCAG defines it).
 * @param {string} colour "#rrggbb"
 */
export function ink(colour) {
  const [red, green, blue] = [1, 3, 5].map((start) => {
    const share = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000000" : "#ffffff";
}

/**
 * Whether the page is dark now, whatever Python was told.
 * @param {Element} root
 */
export function isDark(root) {
  const probe = root.appendChild(make("i"));
  probe.style.color = "var(--st-background-color)";
  const [red, green, blue] = (getComputedStyle(probe).color.match(/[\d.]+/g) ?? []).map(Number);
  probe.remove();
  return red + green + blue < 382;
}
