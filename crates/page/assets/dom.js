// Elements, made of text and never of markup.

// What `risk_report::clean` replaces: control characters, and those that turn the direction of the text after them.
const HARMFUL = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Text of strangers, made harmless for people who read it.
 * @param {unknown} text
 * @returns {string}
 */
export function clean(text) {
  return String(text).replace(HARMFUL, "\ufffd");
}

/**
 * An element. Of the properties, functions listen to the event of their name, `true` is an attribute without a value,
 * and `null` and `false` are left out. Children are elements or what is shown as text; `null` is left out.
 *
 * It sets no address: see `link`.
 * @param {string} name
 * @param {Record<string, unknown>} [properties]
 * @param {...unknown} children
 * @returns {HTMLElement}
 */
export function el(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(key, /** @type {EventListener} */ (value));
    else if (key === "href" || key === "src" || key === "style" || key.startsWith("on")) throw new Error(key);
    else element.setAttribute(key, value === true ? "" : clean(value));
  }
  append(element, children);
  return element;
}

/**
 * @param {Element} parent
 * @param {unknown[]} children
 */
function append(parent, children) {
  for (const child of children) {
    if (Array.isArray(child)) append(parent, child);
    else if (child instanceof Node) parent.append(child);
    else if (child !== null && child !== undefined && child !== false) parent.append(clean(child));
  }
}

/**
 * A link to somewhere else, or the text alone if there is no address that may be followed.
 * @param {string | null} address
 * @param {string | Node} text
 * @param {Record<string, unknown>} [properties]
 * @returns {HTMLElement}
 */
export function link(address, text, properties = {}) {
  if (address === null || !address.startsWith("https://")) return el("span", properties, text);
  const element = el("a", { ...properties, rel: "noreferrer noopener" }, text);
  element.setAttribute("href", address);
  return element;
}

/**
 * A link to an element of this page. The part of the address behind # belongs to what is searched and sorted, so it stays.
 * @param {string} id
 * @param {string} text
 * @returns {HTMLElement}
 */
export function jump(id, text) {
  const element = el("a", {
    click: (event) => {
      event.preventDefault();
      goTo(id);
    },
  }, text);
  element.setAttribute("href", `#${id}`);
  return element;
}

/**
 * Shows an element and puts the focus there.
 * @param {string} id
 */
export function goTo(id) {
  const target = document.getElementById(id);
  if (target === null) return;
  target.scrollIntoView();
  target.focus({ preventScroll: true });
}

/**
 * Text and elements in their order, as one.
 * @param {...unknown} children
 * @returns {DocumentFragment}
 */
export function fragment(...children) {
  const all = document.createDocumentFragment();
  append(/** @type {any} */ (all), children);
  return all;
}

/**
 * Tells those who cannot see it that something changed.
 * @param {string} text
 */
export function announce(text) {
  const announcer = document.getElementById("announcer");
  if (announcer !== null) announcer.textContent = clean(text);
}

/**
 * Calls `then` when nothing more came for a moment.
 * @template {unknown[]} T
 * @param {(...given: T) => void} then
 * @param {number} milliseconds
 * @returns {(...given: T) => void}
 */
export function settled(then, milliseconds) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => then(...given), milliseconds);
  };
}
