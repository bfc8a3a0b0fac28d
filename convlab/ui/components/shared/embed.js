// In a frame of another site's page the address says so to Streamlit; it has to go on saying so.

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
