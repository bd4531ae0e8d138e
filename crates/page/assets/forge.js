// Addresses of commits and files where people look at the repository.

/** @typedef {{name: string, commit: string, file: string, line: string}} Forge */

/**
 * Fills the places of an address, all at once, so that what was filled in is not looked at again.
 * @param {string} address
 * @param {Record<string, string>} given
 */
function fill(address, given) {
  return address.replace(/\{(commit|path|line)\}/g, (_, name) => given[name] ?? "");
}

/**
 * The address if it is one of the web that may be followed.
 * @param {string} address
 * @returns {string | null}
 */
function followed(address) {
  if (!address.startsWith("https://")) return null;
  try {
    return new URL(address).protocol === "https:" ? address : null;
  } catch {
    return null;
  }
}

/**
 * @param {Forge | null} forge
 * @param {string | null} commit
 * @returns {string | null}
 */
export function commitAddress(forge, commit) {
  if (forge === null || commit === null) return null;
  return followed(fill(forge.commit, { commit: encodeURIComponent(commit) }));
}

/**
 * The address of a file, at a line if one is given.
 * @param {Forge | null} forge
 * @param {string | null} commit
 * @param {string} path
 * @param {number} [line]
 * @returns {string | null}
 */
export function fileAddress(forge, commit, path, line) {
  if (forge === null || commit === null) return null;
  const parts = path.split("/");
  // A browser would walk up the address; git has no such file.
  if (parts.some((part) => part === "" || part === "." || part === "..")) return null;
  const given = {
    commit: encodeURIComponent(commit),
    path: parts.map(encodeURIComponent).join("/"),
  };
  const address = fill(forge.file, given);
  return followed(line === undefined ? address : address + fill(forge.line, { line: String(line) }));
}
