// What is searched, sorted and filtered, kept in the address behind "#!", so that a link shows the same again.

/** @returns {URLSearchParams} */
function read() {
  return new URLSearchParams(location.hash.startsWith("#!") ? location.hash.slice(2) : "");
}

/**
 * What was kept under a name; `otherwise` if nothing was.
 * @param {string} name
 * @param {string} [otherwise]
 * @returns {string}
 */
export function kept(name, otherwise = "") {
  return read().get(name) ?? otherwise;
}

/**
 * Keeps a value; one that goes without saying is not kept.
 * @param {string} name
 * @param {string} value
 * @param {string} [otherwise]
 */
export function keep(name, value, otherwise = "") {
  const all = read();
  if (value === otherwise) all.delete(name);
  else all.set(name, value);
  const text = all.toString();
  // Replaced and not pushed: a letter in a search is no step to go back to.
  history.replaceState(null, "", text === "" ? location.pathname + location.search : `#!${text}`);
}
