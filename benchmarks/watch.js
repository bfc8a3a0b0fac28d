// Notes every visible change outside the sidebar: a changed DOM, a loaded image, a drawn canvas. Runs before the
// page's own scripts. Canvases are watched where they are drawn, for an observer does not see into a shadow root.
(() => {
  const bench = (window.bench = { last: 0, changes: 0, pictures: 0, drawn: 0, began: 0, before: 0 });
  const changed = () => {
    const now = performance.now();
    if (now - bench.last > 40) bench.pictures += 1; // changes closer together are one picture
    bench.last = now;
    bench.changes += 1;
  };

  const aside = "[data-testid=stSidebar], [data-testid=stHeader], [data-testid=stStatusWidget]";
  const outside = ({ target }) => !(target.nodeType === 1 ? target : target.parentElement)?.closest(aside);
  const what = {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: ["src", "d", "fill", "points", "x", "y", "width", "height", "href"],
  };
  const observe = () => new MutationObserver((all) => all.some(outside) && changed()).observe(document.body, what);
  if (document.body) observe();
  else addEventListener("DOMContentLoaded", observe);
  document.addEventListener("load", (event) => event.target.tagName === "IMG" && changed(), true);
  for (const name of ["drawImage", "putImageData", "fillRect", "clearRect", "stroke", "fill", "fillText"]) {
    const draw = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...given) {
      bench.drawn += 1;
      changed();
      return draw.apply(this, given);
    };
  }

  const begin = () => Object.assign(bench, { began: performance.now(), before: bench.changes });
  for (const type of ["keydown", "click"]) addEventListener(type, begin, true);
})();
