// The visitor's own picture, kept in this tab alone: the server forgets it at a reload, and asks for it. One that the
// server has not heard of yet is kept beside it, so that a reload in that moment loses neither.

/** @typedef {{ name: string, data: string, number: number }} Picture a file's bytes in base64 */

const KEPT = "convlab picture";
const WAITING = "convlab picture waiting"; // a picture, or KEPT: the kept one
const SHOWN = 1000; // milliseconds after which the page's address says what the server has

/** @param {Picture} picture that is being sent */
export function keepWaiting(picture) {
  return put(WAITING, picture);
}

/** @returns {Picture | null} the one that was being sent when the page was left, or was not in its address yet */
export function waitingPicture() {
  const waiting = get(WAITING);
  return waiting === KEPT ? keptPicture() : waiting;
}

/** The server could not use it. */
export function dropWaiting() {
  tried(() => sessionStorage.removeItem(WAITING));
}

/**
 * The server has it; the page's address will say so in a moment.
 * @param {Picture} picture
 * @returns {boolean} whether there was room for it
 */
export function keepPicture(picture) {
  forgetPicture();
  put(WAITING, KEPT);
  setTimeout(() => get(WAITING) === KEPT && dropWaiting(), SHOWN);
  return put(KEPT, picture);
}

/** @returns {Picture | null} */
export function keptPicture() {
  return get(KEPT);
}

export function forgetPicture() {
  dropWaiting();
  tried(() => sessionStorage.removeItem(KEPT));
}

/**
 * @param {string} place
 * @param {Picture | string} picture
 */
function put(place, picture) {
  return tried(() => sessionStorage.setItem(place, JSON.stringify(picture)) ?? true) ?? false;
}

/** @param {string} place */
function get(place) {
  return tried(() => JSON.parse(sessionStorage.getItem(place) ?? "null"));
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
