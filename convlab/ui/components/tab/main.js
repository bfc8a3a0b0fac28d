// The browser's tab keeps what the server forgets or does not hear: the address of every page, and keys that were pressed
// while the line was cut.

import { answered, askAfterCuts, isCut, isUnsure } from "../shared/connection.js";
import { make } from "../shared/dom.js";
import { mounted } from "../shared/mounted.js";
import { keepAddress } from "./address.js";
import { keepFocus } from "./focus.js";
import { keepHelpApart } from "./help.js";
import { Wishes } from "./wish.js";

/** @typedef {import("../shared/mounted.js").Life} Life */
/** @typedef {{ session: string, path: string, address: string, fresh: number, heard: number, restored: number, again: number }} Header */

const LOOK = 300; // milliseconds between looks whether the line is cut
const LOST = 1500; // milliseconds after which an address is given back once more

// What the pages were like when they last spoke, whichever component on whichever page heard it: one tab, one memory.
/** @type {Map<string, { session: string, address: string, fresh: number, number?: number }>} */
const pages = new Map();

export default mounted("tab", ".tab", begin, receive);

/**
 * @param {HTMLElement} root
 * @param {Life} life
 */
function begin(root, life) {
  const news = root.appendChild(make("p", "", { "aria-live": "polite" }));
  const wishes = new Wishes(life);
  let said = -LOST; // when the server was asked last
  askAfterCuts();
  keepHelpApart(life);
  keepFocus(life);
  life.every(LOOK, () => {
    // The server may have forgotten the visit: let it say so. A wish makes it speak as well.
    if (isCut() || !isUnsure() || wishes.waiting || performance.now() - said < LOST) return;
    said = performance.now();
    life.send("again", Date.now(), true);
  });
  return { life, news, wishes, forget: () => {} };
}

/**
 * @param {{ life: Life, news: HTMLElement, wishes: Wishes, forget: () => void }} state
 * @param {{ header: Header }} message
 */
async function receive(state, { header }) {
  const { session, path, address, fresh, restored } = header;
  const before = pages.get(path);
  if (before && before.session !== session && before.address !== address && before.number !== restored) {
    before.number ??= Date.now();
    giveBack(state, path, before); // the server has forgotten this visit
    return;
  }
  state.forget();
  answered();
  pages.set(path, { session, address, fresh });
  if (before?.session === session && before.fresh !== fresh) toTheTop(state.news);
  state.wishes.heard(header.heard, address);
  keepAddress(path, address);
}

/**
 * What begins anew is read from its beginning, and said.
 * @param {HTMLElement} news
 */
function toTheTop(news) {
  const titles = [...document.querySelectorAll(".st-key-heading h1, .st-key-sentence")];
  news.textContent = titles.map((title) => title.textContent).join(". ");
  if (location.hash) history.replaceState(history.state, "", location.pathname + location.search);
  document.querySelector('[data-testid="stMain"]')?.scrollTo({ top: 0 });
}

/**
 * Sends what a page was like, until it is heard.
 * @param {{ life: Life, forget: () => void }} state
 * @param {string} path
 * @param {{ address: string, number?: number }} before
 */
function giveBack(state, path, { address, number }) {
  state.life.send("restore", { path, address, number }, true);
  state.forget();
  state.forget = state.life.later(LOST, () => giveBack(state, path, { address, number }));
}
