// The visitor's own picture comes in: it is brought down, kept in the tab, and sent until the server has heard of it.

import { mounted } from "../shared/mounted.js";
import { takeDropped, takePasted } from "./arrive.js";
import { leavesPhotosToTheDevice, photo } from "./camera.js";
import { dropWaiting, forgetPicture, keepPicture, keepWaiting, keptPicture, waitingPicture } from "./kept.js";
import { row, say, sayWhose } from "./row.js";
import { base64, smaller } from "./smaller.js";

/** @typedef {import("../shared/mounted.js").Life} Life */
/** @typedef {import("./message.js").PictureMessage} Header */
/** @typedef {import("./kept.js").Picture} Picture */

const MOST = 10; // MB of a file that the browser cannot read: the server reads no more
const NO_ROOM = "This tab has no room to keep the picture: a reload will lose it.";
const PATIENCE = 5000; // milliseconds until an unanswered picture is sent again …
const SPEED = 50; // … and one more for so many characters: what a slow line takes

/**
 * @typedef {object} State
 * @property {Life} life
 * @property {import("./row.js").Row} row
 * @property {number} turn Of the last picture that was brought: one that takes longer to read never takes its place.
 * @property {Picture | null} waiting The picture that the server has not heard of.
 * @property {() => void} cancel Does not send it again.
 * @property {string} missing What was said of a picture that nobody has.
 * @property {boolean} looking Whether the camera is on.
 */

/** @type {State | null} */
let here = null; // the last one that began
/** @type {Picture[]} */
let sent = []; // those before the one that waits, of which nothing was heard; the row may be made anew meanwhile
let asked = ""; // the visit for which the kept picture was brought, whatever became of it

export default mounted("picture", ".picture", begin, receive);

/**
 * @param {HTMLElement} root
 * @param {Life} life
 * @returns {State}
 */
function begin(root, life) {
  const file = (/** @type {File} */ file) => take(state, file, file.name);
  const acts = { file, photo: () => takePhoto(state, root), forget: () => forget(state) };
  /** @type {State} */
  const state = { life, row: row(root, acts), turn: 0, waiting: waitingPicture(), cancel: () => {}, missing: "", looking: false };
  here = state;
  takeDropped(root, life, file);
  takePasted(life, file);
  life.later(0, () => state.waiting && send(state, state.waiting)); // the page was left before it was heard of
  return state;
}

/**
 * @param {State} state
 * @param {{ header: Header }} message
 */
async function receive(state, { header }) {
  sayWhose(state.row, header.name);
  if (!state.waiting) ask(state, header);
  else if (state.waiting.number <= header.heard) settle(state, state.waiting, header);
}

/**
 * The server has heard of the picture.
 * @param {State} state
 * @param {Picture} picture
 * @param {Header} header
 */
function settle(state, picture, { error, has }) {
  state.cancel();
  state.waiting = null;
  const used = [...sent, picture].find(({ number }) => number === has);
  sent = [];
  const kept = !used || keepPicture(used); // also one whose turn was over before it was heard of
  if (error && !used) dropWaiting();
  if (error) say(state.row, error, "bad");
  else say(state.row, kept ? "" : NO_ROOM);
}

/**
 * An own picture that the server does not have may be kept in the tab.
 * @param {State} state
 * @param {Header} header
 */
function ask(state, { session, missing }) {
  const picture = missing && asked !== session ? keptPicture() : null;
  if (missing) asked = session;
  if (picture) send(state, picture, true);
  else if (missing !== state.missing) say(state.row, missing);
  state.missing = missing;
}

/**
 * @param {State} state
 * @param {Blob} file
 * @param {string} name
 */
async function take(state, file, name) {
  state.turn += 1;
  const { turn } = state;
  if (file.type && !file.type.startsWith("image/")) return say(state.row, `${name || "This file"} is not a picture.`, "bad");
  say(state.row, "Reading the picture…", "busy");
  const small = await smaller(file);
  const data = small.size > MOST * 2 ** 20 ? "" : await base64(small).catch(() => "");
  if (turn !== state.turn) return undefined;
  if (small.size > MOST * 2 ** 20) return say(state.row, tooLarge(small), "bad");
  const picture = { name, data, number: Math.max(Date.now(), (state.waiting?.number ?? 0) + 1) };
  keepWaiting(picture);
  return send(state.life.gone && here ? here : state, picture); // the page may have been left, and opened again
}

/** @param {Blob} file */
function tooLarge({ size }) {
  const advice = `The browser cannot read this file, and the server takes at most ${MOST} MB`;
  return `${advice}: it has ${Math.ceil(size / 2 ** 20)} MB. Save it as JPEG or PNG.`;
}

/**
 * @param {State} state
 * @param {Picture} picture
 * @param {boolean} [kept] whether the tab had it
 */
function send(state, picture, kept = false) {
  state.cancel();
  if (state.waiting && state.waiting !== picture) sent.push(state.waiting);
  state.waiting = picture;
  state.life.send("picture", { ...picture, kept });
  state.cancel = state.life.later(PATIENCE + picture.data.length / SPEED, () => send(state, picture, kept));
}

/**
 * @param {State} state
 * @param {HTMLElement} root
 */
async function takePhoto(state, root) {
  if (leavesPhotosToTheDevice()) return state.row.device.click();
  if (state.looking) return undefined;
  state.looking = true;
  const taken = await photo(root, state.life);
  state.looking = false;
  if (typeof taken === "string") return say(state.row, taken, "bad");
  return taken ? take(state, taken, "Your photo") : undefined;
}

/** @param {State} state */
function forget(state) {
  state.cancel();
  state.turn += 1;
  state.waiting = null;
  sent = [];
  forgetPicture();
  say(state.row, "");
  state.life.send("forget", Date.now());
}
