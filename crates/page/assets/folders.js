// The files of the tip as a tree of folders.

/**
 * A folder or a file.
 * @typedef {object} Node
 * @property {string} name
 * @property {string} path
 * @property {number} lines
 * @property {number} risk
 * @property {any} file what is known of it; `null` for a folder
 * @property {Map<string, Node>} children
 */

/**
 * The root of all files. A folder with nothing but a folder in it is one with it, as `src/main`.
 * @param {any[]} files
 * @returns {Node}
 */
export function folders(files) {
  const root = folder("", "");
  for (const file of files) {
    const parts = file.path.split("/");
    let node = root;
    add(node, file);
    parts.slice(0, -1).forEach((part, n) => {
      let child = node.children.get(part);
      // A hostile list may have a file and a folder of the same name.
      if (child === undefined || child.file !== null) {
        child = folder(part, parts.slice(0, n + 1).join("/"));
        node.children.set(part, child);
      }
      node = child;
      add(node, file);
    });
    node.children.set(parts[parts.length - 1], { ...folder(parts[parts.length - 1], file.path), lines: file.lines, risk: file.risk, file });
  }
  for (const [name, child] of root.children) root.children.set(name, joined(child));
  return root;
}

/** @param {string} name @param {string} path @returns {Node} */
function folder(name, path) {
  return { name, path, lines: 0, risk: 0, file: null, children: new Map() };
}

/** @param {Node} node @param {any} file */
function add(node, file) {
  node.lines += file.lines;
  node.risk += file.risk;
}

/** @param {Node} node @returns {Node} */
function joined(node) {
  if (node.file !== null) return node;
  for (const [name, child] of node.children) node.children.set(name, joined(child));
  const [only] = node.children.values();
  if (node.children.size !== 1 || only.file !== null) return node;
  return { ...only, name: `${node.name}/${only.name}` };
}

/**
 * The folder at a path or the next one around it.
 * @param {Node} root
 * @param {string} path
 * @returns {Node}
 */
export function folderAt(root, path) {
  const around = way(root, path);
  return around[around.length - 1];
}

/**
 * The folders around one, the root first, itself last.
 * @param {Node} root
 * @param {string} path
 * @returns {Node[]}
 */
export function way(root, path) {
  const all = [root];
  for (;;) {
    const at = all[all.length - 1];
    const next = [...at.children.values()].find((child) => leads(child, path));
    if (next === undefined) return all;
    all.push(next);
  }
}

/** Whether the way to a path goes through a node. A folder without a name, which git does not have, leads nowhere. */
function leads(node, path) {
  return node.file === null && node.path !== "" && isWithin(path, node.path);
}

/**
 * Whether a path is in a folder or is the folder.
 * @param {string} path
 * @param {string} around
 */
export function isWithin(path, around) {
  return around === "" || path === around || path.startsWith(`${around}/`);
}
