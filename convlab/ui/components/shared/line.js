// Whether the line to the server is cut: Streamlit then says so at the top, and takes nothing from anybody.

/** @returns {boolean} */
export function isCut() {
  return Boolean(globalThis.document?.querySelector('[data-testid="stConnectionStatus"]'));
}
