// How numbers are written. `convlab/ui/figures.py` does the same for the words that Python writes.

/**
 * A number as a cell shows it.
 * @param {number} value
 */
export function short(value) {
  return written(value, (size) => (size >= 100 ? 0 : size >= 10 ? 1 : 2));
}

/**
 * A sum or a total.
 * @param {number} value
 */
export function exact(value) {
  return written(value, decimalsOf);
}

/**
 * A number as a factor: a negative one stands in brackets.
 * @param {number} value
 */
export function bracketed(value) {
  return value < 0 ? `(${short(value)})` : short(value);
}

/**
 * Parts and their total, rounded so that what is shown adds up as shown: all to one number of decimals, and where the
 * rounded parts miss the rounded total, those that were rounded most give way by one unit of the last place.
 * @param {number[]} parts
 * @param {number} total
 * @returns {{ parts: string[], total: string }}
 */
export function addingUp(parts, total) {
  const sizes = [...parts, total].map(Math.abs);
  if (!sizes.every(Number.isFinite)) return { parts: parts.map(exact), total: exact(total) };
  const decimals = decimalsOf(Math.max(...sizes));
  const units = parts.map((part) => unitsOf(part, decimals));
  const whole = unitsOf(total, decimals);
  const missing = whole - units.reduce((sum, each) => sum + each, 0);
  const sign = Math.sign(missing);
  const lost = parts.map((part, index) => sign * (part * 10 ** decimals - units[index]));
  const order = parts.map((_, index) => index).sort((one, other) => lost[other] - lost[one] || one - other);
  const steps = parts.length ? Math.abs(missing) : 0;
  for (let step = 0; step < steps; step++) units[order[step % order.length]] += sign;
  return { parts: units.map((each) => withPoint(each, decimals)), total: withPoint(whole, decimals) };
}

/**
 * Written numbers as a sum: a + b − c.
 * @param {string[]} texts
 */
export function summed(texts) {
  return texts.map((text, index) => (!index ? text : text.startsWith("−") ? `− ${text.slice(1)}` : `+ ${text}`)).join(" ");
}

/** @param {number} size */
function decimalsOf(size) {
  return size >= 1000 ? 1 : size >= 10 ? 2 : 3;
}

/**
 * @param {number} value
 * @param {(size: number) => number} decimals
 */
function written(value, decimals) {
  if (!Number.isFinite(value)) return value < 0 ? "−∞" : "∞";
  const places = decimals(Math.abs(value));
  const units = unitsOf(value, places);
  return units || !value ? withPoint(units, places) : "≈0";
}

/**
 * How many units of the last place, half away from zero.
 * @param {number} value
 * @param {number} decimals
 */
function unitsOf(value, decimals) {
  return Math.sign(value) * Math.floor(Math.abs(value) * 10 ** decimals + 0.5);
}

/**
 * Units of the last place as a number, without zeros at its end.
 * @param {number} units
 * @param {number} decimals
 */
function withPoint(units, decimals) {
  const digits = BigInt(Math.abs(units)).toString().padStart(decimals + 1, "0");
  const [whole, rest] = [digits.slice(0, digits.length - decimals), digits.slice(digits.length - decimals).replace(/0+$/, "")];
  return (units < 0 ? "−" : "") + whole + (rest ? `.${rest}` : "");
}
