// What the browser's tab keeps: the address, and the visitor's own picture.

export default ({ data, setTriggerValue, parentElement }) => {
  if (!(data instanceof Uint8Array)) return;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const length = view.getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(data.subarray(4, 4 + length)));
  keepPicture(header, data.subarray(4 + length), setTriggerValue, parentElement);
  keepAddress(header.address);
};

// The address says every setting; what Streamlit itself needs in it stays.
function keepAddress(address) {
  const kept = new URLSearchParams(location.search);
  const embed = [...kept].filter(([name]) => name.startsWith("embed"));
  const parts = [address, new URLSearchParams(embed).toString()].filter(Boolean).join("&");
  const target = location.pathname + (parts ? `?${parts}` : "") + location.hash;
  if (target !== location.pathname + location.search + location.hash) history.replaceState(history.state, "", target);
}

// The server forgets a visit at a reload; this tab keeps its own picture and brings it back when the page asks for it,
// until the visitor removes it.
function keepPicture(header, kept, send, parent) {
  const place = (kind) => `convlab ${kind}`;
  try {
    if (header.forget) sessionStorage.removeItem(place(header.forget));
    if (header.keep) {
      const data = Array.from(kept, (byte) => String.fromCharCode(byte)).join("");
      const { kind, name } = header.keep;
      sessionStorage.setItem(place(kind), JSON.stringify({ kind, name, data: btoa(data) }));
    } else if (header.want && !parent.brought) {
      const stored = sessionStorage.getItem(place(header.want));
      parent.brought = true; // once a visit, whatever becomes of it
      if (stored) send("picture", JSON.parse(stored));
    }
  } catch (error) {
    console.warn("tab: the picture could not be kept", error); // no storage here, or it is full
  }
}
