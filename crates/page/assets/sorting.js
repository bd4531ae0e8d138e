// Orders and searches over columns, by index: rows are never made for what is not seen.

/**
 * The numbers from 0 on.
 * @param {number} n
 * @returns {Uint32Array}
 */
export function allOf(n) {
  const order = new Uint32Array(n);
  for (let at = 0; at < n; at += 1) order[at] = at;
  return order;
}

/**
 * Puts rows in the order of their values: what is not known comes last either way, equal ones stay in the order of
 * their numbers.
 * @param {Uint32Array} rows
 * @param {(row: number) => number | string | null} value
 * @param {boolean} descending
 * @returns {Uint32Array}
 */
export function sorted(rows, value, descending) {
  const values = new Map();
  for (const row of rows) {
    const of = value(row);
    values.set(row, typeof of === "string" ? of.toLowerCase() : of);
  }
  const sign = descending ? -1 : 1;
  return rows.slice().sort((a, b) => {
    const left = values.get(a);
    const right = values.get(b);
    if (left === right) return a - b;
    if (left === null) return 1;
    if (right === null) return -1;
    return left < right ? -sign : sign;
  });
}

/**
 * The rows whose text has every word of a search, whatever the case.
 * @param {Uint32Array} rows
 * @param {(row: number) => string} text in lower case
 * @param {string} search
 * @returns {Uint32Array}
 */
export function matching(rows, text, search) {
  const words = search.toLowerCase().split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const of = text(row);
    return words.every((word) => of.includes(word));
  });
}
