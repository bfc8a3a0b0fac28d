// The browser's tab keeps what the server forgets: the address of every page, and the visitor's own picture.

import { mounted } from "../shared/mounted.js";
import { keepAddress } from "./address.js";
import { keptPicture, keepPicture, forgetPicture } from "./picture.js";

/** @typedef {import("../shared/mounted.js").Life} Life */
/** @typedef {{ kind: string, name: string }} KeptPicture */
/** @typedef {{ session: string, path: string, address: string, keep: KeptPicture | null, want: string, forget: string }} Header */

// What the pages were like when they last spoke, whichever component on whichever page heard it: one tab, one memory.
/** @type {Map<string, { session: string, address: string }>} */
const pages = new Map();
let brought = ""; // the visit for which the own picture was brought, whatever became of it

export default mounted("tab", ".tab", (_root, life) => ({ life }), receive);

/**
 * @param {{ life: Life }} state
 * @param {{ header: Header, rest: Uint8Array<ArrayBuffer> }} message
 */
async function receive({ life }, { header, rest }) {
  const { session, path, address } = header;
  const before = pages.get(path);
  if (before && before.session !== session && before.address !== address) {
    pages.set(path, { ...before, session });
    life.send("restore", { path, address: before.address }); // the server has forgotten this visit
    return;
  }
  pages.set(path, { session, address });
  keepAddress(path, address);
  if (header.forget) forgetPicture(header.forget);
  if (header.keep) keepPicture(header.keep, rest);
  else if (header.want && brought !== session) {
    brought = session;
    const picture = keptPicture(header.want);
    if (picture) life.send("picture", picture);
  }
}
