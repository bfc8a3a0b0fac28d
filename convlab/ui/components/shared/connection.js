// Whether the line to the server is cut: Streamlit then says so at the top, and takes nothing from anybody. What is done
// about it: events wait (mounted.js), a slider's keys are kept, and the server is asked what it knows (tab/).

/** @returns {boolean} */
export function isCut() {
  return Boolean(globalThis.document?.querySelector('[data-testid="stConnectionStatus"]'));
}
