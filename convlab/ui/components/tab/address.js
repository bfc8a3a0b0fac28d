// The address says every setting, so that it can be copied at any moment.

import { withEmbed } from "../shared/embed.js";

/**
 * Puts a page's settings into the address; what Streamlit itself needs in it stays.
 * @param {string} path the page's part of the address
 * @param {string} address its settings
 */
export function keepAddress(path, address) {
  const shown = location.pathname.split("/").at(-1);
  if (path && shown !== path) return; // the page was left meanwhile
  const target = location.pathname + withEmbed(address, location.search) + location.hash;
  if (target !== location.pathname + location.search + location.hash) history.replaceState(history.state, "", target);
}
