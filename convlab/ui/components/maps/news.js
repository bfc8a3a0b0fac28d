// What changed, for those who do not see it.

import { set } from "../shared/dom.js";

/** @type {Record<string, string>} */
const WORDS = {
  conv: "convolution",
  transposed: "transposed convolution",
  max: "maximum pooling",
  average: "average pooling",
};

/**
 * Says the new chain of shapes, when the page's own state has another one than before.
 * @param {import("./state.js").State} state
 * @param {import("./message").Message} header
 */
export function tell(state, { panels }) {
  const now = panels.map(inWords);
  const before = state.told;
  state.told = now;
  const changed = before && now.filter((words, index) => words !== before[index]).join(". ");
  if (changed) set(state.news, changed);
}

/**
 * A panel's chain of shapes: 3×235×180, convolution 5×5, 4×231×176, …
 * @param {import("./message").Panel} panel
 */
function inWords({ name, chain }) {
  const steps = chain.flatMap(({ layer, shape }) => [layer.replace(/^\w+/, (word) => WORDS[word] ?? word), shape]);
  return (name && `${name}: `) + steps.filter(Boolean).join(", ");
}
