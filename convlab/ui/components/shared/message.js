// A message from Python: the header's length in four bytes, the header as deflated JSON, then the payload.

/** @typedef {[start: number, length: number]} Range where an array starts, in bytes, and how many elements it has */

/**
 * @param {Uint8Array} data
 * @returns {Promise<{ header: any, rest: Uint8Array<ArrayBuffer> }>}
 */
export async function unpack(data) {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const length = view.getUint32(0, true);
  const all = /** @type {Uint8Array<ArrayBuffer>} */ (data);
  const header = await inflate(all.subarray(4, 4 + length));
  return { header: JSON.parse(new TextDecoder().decode(header)), rest: all.subarray(4 + length) };
}

/**
 * @param {Uint8Array<ArrayBuffer>} packed
 * @returns {Promise<ArrayBuffer>}
 */
export async function inflate(packed) {
  const { readable, writable } = new DecompressionStream("deflate-raw"); // a Blob's stream would cost ten times as much
  const writer = writable.getWriter();
  const written = writer.write(packed).then(() => writer.close());
  const [buffer] = await Promise.all([new Response(readable).arrayBuffer(), written]);
  return buffer;
}

/**
 * @param {ArrayBuffer} buffer
 * @param {Range} range
 */
export function floats(buffer, [start, length]) {
  return new Float32Array(buffer, start, length);
}

/**
 * @param {ArrayBuffer} buffer
 * @param {Range} range
 */
export function bytes(buffer, [start, length]) {
  return new Uint8Array(buffer, start, length);
}
