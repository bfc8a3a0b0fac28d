// A picture is brought down in the browser before it is sent: of a phone's 8 MB some 100 KB are left.

const SIDE = 512; // pixels of the larger side: no page shows more
const SMALL = 150_000; // bytes; a file or a PNG of that size travels quickly, and is exact
const QUALITY = 0.92;
const READ_THERE = /^image\/(png|jpeg|gif|webp|bmp)$/; // what the server reads as well

/** @typedef {HTMLCanvasElement | ImageBitmap | HTMLVideoElement} Drawn */

/**
 * What is to be sent of a file: the file itself where it is small, or where the browser cannot read it.
 * @param {Blob} file
 * @returns {Promise<Blob>}
 */
export async function smaller(file) {
  if (file.size <= SMALL && READ_THERE.test(file.type)) return file;
  /** @type {ImageBitmap} */
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return file; // the server may know more kinds
  }
  const small = await encoded(bitmap, bitmap.width, bitmap.height);
  bitmap.close();
  return small ?? file;
}

/**
 * Pixels as a file: PNG where that is small, else the smaller one of PNG and JPEG.
 * @param {Drawn} source
 * @param {number} width
 * @param {number} height
 */
export async function encoded(source, width, height) {
  const canvas = broughtDown(source, width, height);
  const png = await fileOf(canvas, "image/png");
  if (png && png.size <= SMALL) return png;
  const jpeg = await fileOf(canvas, "image/jpeg");
  return png && jpeg && jpeg.size > png.size ? png : jpeg;
}

/**
 * Halved again and again, so that every pixel counts; the last step is less than a half.
 * @param {Drawn} source
 * @param {number} width
 * @param {number} height
 */
function broughtDown(source, width, height) {
  const factor = Math.min(1, SIDE / Math.max(width, height));
  const end = { width: least(width * factor), height: least(height * factor) };
  let drawn = source;
  for (let [across, down] = [width, height]; ; ) {
    const last = across < 2 * end.width || down < 2 * end.height;
    [across, down] = last ? [end.width, end.height] : [least(across / 2), least(down / 2)];
    const canvas = drawnOn(across, down, drawn);
    if (last) return canvas;
    drawn = canvas;
  }
}

/** @param {number} side */
function least(side) {
  return Math.max(1, Math.round(side));
}

/**
 * @param {number} width
 * @param {number} height
 * @param {Drawn} source
 */
function drawnOn(width, height, source) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const brush = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  brush.fillStyle = "white"; // what is clear is laid over white
  brush.fillRect(0, 0, width, height);
  brush.imageSmoothingQuality = "high";
  brush.drawImage(source, 0, 0, width, height);
  return canvas;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {string} kind
 * @returns {Promise<Blob | null>}
 */
function fileOf(canvas, kind) {
  return new Promise((done) => canvas.toBlob(done, kind, QUALITY));
}

/**
 * @param {Blob} file
 * @returns {Promise<string>} its bytes in base64
 */
export function base64(file) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result).split(",")[1] ?? "");
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });
}
