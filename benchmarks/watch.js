// Notes what changes outside the sidebar, and when: `any` is a changed DOM, a loaded image or a painted canvas; `lane`
// is a map painted in a lane, where an observer cannot look, for it lies in a shadow root. Runs before the page's own scripts.
(() => {
  const mark = () => ({ last: 0, count: 0, before: 0 });
  const bench = (window.bench = { any: mark(), lane: mark(), began: 0, size: "", sizes: [] });
  const note = (mark) => Object.assign(mark, { last: performance.now(), count: mark.count + 1 });

  const aside = "[data-testid=stSidebar], [data-testid=stHeader], [data-testid=stStatusWidget]";
  const outside = ({ target }) => !(target.nodeType === 1 ? target : target.parentElement)?.closest(aside);
  const what = {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: ["src", "d", "fill", "points", "x", "y", "width", "height", "href"],
  };
  const observe = () => new MutationObserver((all) => all.some(outside) && note(bench.any)).observe(document.body, what);
  if (document.body) observe();
  else addEventListener("DOMContentLoaded", observe);
  document.addEventListener("load", (event) => event.target.tagName === "IMG" && note(bench.any), true);

  const painted = new WeakMap(); // what is on each canvas: the same once more is no change that anybody sees
  const differs = (canvas, image) => {
    const last = painted.get(canvas);
    painted.set(canvas, image);
    if (last?.width !== image.width || last.height !== image.height) return true;
    const [before, after] = [last, image].map(({ data }) => new Uint32Array(data.buffer));
    for (let place = 0; place < after.length; place++) if (before[place] !== after[place]) return true;
    return false;
  };

  const paint = CanvasRenderingContext2D.prototype.putImageData;
  CanvasRenderingContext2D.prototype.putImageData = function (image, ...place) {
    paint.call(this, image, ...place);
    if (!differs(this.canvas, image)) return;
    note(bench.any);
    if (!this.canvas.closest(".lane .map")) return;
    note(bench.lane);
    requestAnimationFrame(() => shown(this.canvas.getRootNode()));
  };

  // The size of the first map says which value of a slider a frame shows.
  const shown = (root) => {
    const size = root.querySelector(".lane .map canvas")?.style.aspectRatio ?? "";
    if (size === bench.size) return;
    bench.size = size;
    bench.sizes.push(size);
  };

  const begin = () => {
    bench.began = performance.now();
    for (const mark of [bench.any, bench.lane]) mark.before = mark.count;
  };
  for (const type of ["keydown", "click"]) addEventListener(type, begin, true);

  // Whether what began has been answered: in the lane, where there is one.
  bench.answered = () => {
    const { count, before } = bench.lane.count ? bench.lane : bench.any;
    return count > before;
  };
  bench.rests = (quiet) =>
    performance.now() - bench.any.last > quiet && !document.querySelector("[data-testid=stStatusWidget]");
})();
