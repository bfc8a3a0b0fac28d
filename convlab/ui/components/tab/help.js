// A click on the help beside a switch asks what it is; the switch stays as it is.

/** @param {import("../shared/mounted.js").Life} life */
export function keepHelpApart(life) {
  const apart = (/** @type {MouseEvent} */ event) => {
    const help = event.target instanceof Element && event.target.closest('label [data-testid="stTooltipIcon"]');
    if (!help) return;
    event.preventDefault();
    event.stopPropagation();
  };
  life.listen(document, "click", apart, { capture: true });
}
