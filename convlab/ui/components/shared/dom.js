// Making elements, and bringing them up to date without touching what is right already.

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} [className]
 * @param {Record<string, string | number>} [attributes]
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, className = "", attributes = {}) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  setAll(element, attributes);
  return element;
}

/**
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | number>} [attributes]
 * @returns {SVGElementTagNameMap[T]}
 */
export function svg(tag, attributes = {}) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  setAll(element, attributes);
  return element;
}

/**
 * A button that says what it does, also to those who only hear it.
 * @param {string} text
 * @param {string} label
 * @param {() => void} act
 * @param {string} [className]
 */
export function button(text, label, act, className = "") {
  const element = make("button", className, { type: "button", title: label, "aria-label": label });
  element.textContent = text;
  element.onclick = act;
  return element;
}

/**
 * @param {Element} element
 * @param {Record<string, string | number>} attributes
 */
export function setAll(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}

/**
 * Writes a text, unless it stands there already.
 * @param {Element} element
 * @param {string} text
 */
export function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @type {WeakMap<Element, Element[]>} */
const built = new WeakMap();

/**
 * The children of an element, made at its first use.
 * @template {Element[] | [Element]} P
 * @param {Element} element
 * @param {() => P} build
 * @returns {P}
 */
export function once(element, build) {
  let parts = built.get(element);
  if (!parts) {
    parts = build();
    built.set(element, parts);
    element.append(...parts);
  }
  return /** @type {P} */ (parts);
}

/**
 * One child for each item: missing ones are made, spare ones removed, each is brought up to date.
 * @template {Element} E
 * @template I
 * @param {Element} parent
 * @param {ArrayLike<I>} items
 * @param {() => E} build
 * @param {(element: E, item: I, index: number) => void} update
 */
export function sync(parent, items, build, update) {
  const { children } = parent;
  while (children.length > items.length) children[children.length - 1].remove();
  while (children.length < items.length) parent.append(build());
  let child = /** @type {E | null} */ (parent.firstElementChild);
  for (let index = 0; child; index++) {
    update(child, items[index], index);
    child = /** @type {E | null} */ (child.nextElementSibling);
  }
}

/**
 * A length that the page's style says, in pixels; 0 where it says none.
 * @param {Element} element
 * @param {string} name
 */
export function pixels(element, name) {
  return Number.parseFloat(getComputedStyle(element).getPropertyValue(name)) || 0;
}
