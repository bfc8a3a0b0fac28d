// For each pointer move: milliseconds until the frame that shows its effect is laid out and painted, counted from the
// event's own time stamp and from the moment at which the page is told of it.
window.pointing = [];
window.addEventListener("pointermove", (event) => {
  const told = performance.now();
  requestAnimationFrame(() => {
    const after = new MessageChannel(); // its message comes after the frame
    after.port1.onmessage = () => window.pointing.push([performance.now() - event.timeStamp, performance.now() - told]);
    after.port2.postMessage(0);
  });
}, true);
