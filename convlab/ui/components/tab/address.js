// The address says every setting, so that it can be copied at any moment.

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

/**
 * The settings and what of a query belongs to Streamlit, as the part of an address from the question mark on.
 * @param {string} address
 * @param {string} query
 */
export function withEmbed(address, query) {
  const embed = [...new URLSearchParams(query)].filter(([name]) => name.startsWith("embed"));
  const parts = [address, new URLSearchParams(embed).toString()].filter(Boolean).join("&");
  return parts && `?${parts}`;
}
