// The arrays that messages brought, by the name of their content. They outlive a drawing, and this component.

/** @typedef {import("./message").Blob} Blob */
/** @typedef {import("./message").Sent} Sent */
/** @typedef {{ blobs: Record<string, Sent | null> }} Header */

const MOST = 64_000_000; // bytes; Python takes a browser to have fewer

/** @type {Map<string, Uint8Array<ArrayBuffer>>} */
const store = new Map(); // the latest last
let held = 0;

/**
 * Keeps what a message brings.
 * @param {Header} header
 * @param {ArrayBuffer} buffer its payload, unpacked
 */
export function take(header, buffer) {
  for (const [name, sent] of Object.entries(header.blobs)) {
    const array = sent ? whole(buffer, sent) : store.get(name);
    if (array) keep(name, array);
  }
  for (const [name, array] of store) {
    if (held <= MOST || name in header.blobs) break;
    store.delete(name);
    held -= array.length;
  }
}

/**
 * An array that is here.
 * @param {Blob} blob
 */
export function get({ name }) {
  return store.get(name);
}

/**
 * The names of arrays that a message speaks of, does not bring, and that are not here.
 * @param {Header} header
 */
export function lacking({ blobs }) {
  return Object.keys(blobs).filter((name) => !blobs[name] && !store.has(name));
}

/**
 * @param {string} name
 * @param {Uint8Array<ArrayBuffer>} array
 */
function keep(name, array) {
  held += array.length - (store.get(name)?.length ?? 0);
  store.delete(name);
  store.set(name, array);
}

/**
 * An array of its own, so that the message's memory can go; its differences are added up.
 * @param {ArrayBuffer} buffer
 * @param {Sent} sent
 */
function whole(buffer, { range: [start, size], lags }) {
  const array = new Uint8Array(buffer.slice(start, start + size));
  for (const lag of lags.toReversed()) {
    for (let place = lag; place < size; place++) array[place] += array[place - lag];
  }
  return array;
}
