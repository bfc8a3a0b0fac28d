// The tab's memory for one short text.

const PLACE = "convlab notes";
const MOST = 8000; // characters

/** @returns {string} "" where there is none */
export function kept() {
  const text = tried(() => sessionStorage.getItem(PLACE)) ?? "";
  return text.length <= MOST ? text : "";
}

/** @param {string} text */
export function keep(text) {
  if (text) tried(() => sessionStorage.setItem(PLACE, text.slice(0, MOST)));
  else tried(() => sessionStorage.removeItem(PLACE));
}

/**
 * @template T
 * @param {() => T} act
 */
function tried(act) {
  try {
    return act();
  } catch {
    return null; // no storage here, or it is full
  }
}
