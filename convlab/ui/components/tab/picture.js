// The visitor's own picture, kept in this tab alone: the server forgets it at a reload, and asks for it.

/** @param {string} kind */
const place = (kind) => `convlab ${kind}`;

/**
 * @param {{ kind: string, name: string }} what
 * @param {Uint8Array} png
 */
export function keepPicture({ kind, name }, png) {
  const data = Array.from(png, (byte) => String.fromCharCode(byte)).join("");
  tried(() => sessionStorage.setItem(place(kind), JSON.stringify({ kind, name, data: btoa(data) })));
}

/** @param {string} kind */
export function forgetPicture(kind) {
  tried(() => sessionStorage.removeItem(place(kind)));
}

/**
 * @param {string} kind
 * @returns {unknown} what was kept, or null
 */
export function keptPicture(kind) {
  return tried(() => JSON.parse(sessionStorage.getItem(place(kind)) ?? "null"));
}

/**
 * @template T
 * @param {() => T} act
 */
function tried(act) {
  try {
    return act();
  } catch (error) {
    console.warn("tab: the picture could not be kept", error); // no storage here, or it is full
    return null;
  }
}
