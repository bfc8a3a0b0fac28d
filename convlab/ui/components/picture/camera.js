// A photo: on a phone its own camera program makes it, elsewhere a small window shows what the camera sees.

import { button, make } from "../shared/dom.js";
import { encoded } from "./smaller.js";

const NO_CAMERA = "The camera cannot be used here. Allow it in the browser, or choose or drop a picture.";

/** Whether the device's own program takes photos, or nothing else may. */
export function leavesPhotosToTheDevice() {
  return matchMedia("(pointer: coarse)").matches || !navigator.mediaDevices?.getUserMedia;
}

/**
 * Shows what the camera sees until a photo is taken or the visitor goes back.
 * @param {HTMLElement} root
 * @param {import("../shared/mounted.js").Life} life
 * @returns {Promise<Blob | string | null>} the photo, or what is wrong, or null for none
 */
export async function photo(root, life) {
  /** @type {MediaStream} */
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: true });
  } catch {
    return NO_CAMERA;
  }
  const taken = life.gone ? null : await chosen(root, life, stream);
  for (const track of stream.getTracks()) track.stop();
  return taken;
}

/**
 * @param {HTMLElement} root
 * @param {import("../shared/mounted.js").Life} life
 * @param {MediaStream} stream
 */
async function chosen(root, life, stream) {
  const { dialog, video } = shown(stream);
  root.append(dialog);
  life.observe({ disconnect: () => dialog.close() }); // the light of the camera goes out with the page
  dialog.showModal();
  await new Promise((done) => dialog.addEventListener("close", done, { once: true }));
  const taken = dialog.returnValue ? await encoded(video, video.videoWidth, video.videoHeight) : null;
  dialog.remove();
  return taken;
}

/** @param {MediaStream} stream */
function shown(stream) {
  const dialog = make("dialog", "camera", { "aria-label": "Take a photo" });
  const video = make("video", "", { playsinline: "", autoplay: "" });
  video.muted = true;
  video.srcObject = stream;
  const take = button("Take", "Take the photo", () => dialog.close("taken"), "main");
  take.disabled = true;
  video.onloadeddata = () => {
    take.disabled = false;
    take.focus();
  };
  const buttons = make("div", "buttons");
  buttons.append(take, button("Cancel", "Cancel", () => dialog.close()));
  dialog.append(video, buttons);
  return { dialog, video };
}
