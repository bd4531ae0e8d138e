// A table of any length, of which only the rows that are seen are made.
import { announce, el } from "./dom.js";
import { count } from "./format.js";
import { kept, keep } from "./state.js";
import { sorted } from "./sorting.js";

/** Rows that are made above and below those that are seen. */
const SPARE = 8;

/** Rows that are seen at once; the styles know the number too. */
const FEW = 13;

/** Rows that go on paper. */
const ON_PAPER = 60;

/**
 * @typedef {object} Column
 * @property {string} key
 * @property {string} title
 * @property {string} [hint] what it is, in more words
 * @property {string} [kind] class of its cells
 * @property {boolean} [descending] whether the first click puts the largest first
 * @property {(row: number) => number | string | null} [value] what it is sorted by; none if it is not
 * @property {(row: number) => Node | string} cell
 */

/** @type {Set<WeakRef<LongTable>>} */
const tables = new Set();

/**
 * Shows all tables as they go on paper, or on the screen again.
 * @param {boolean} now
 */
export function printTables(now) {
  for (const reference of tables) {
    const table = reference.deref();
    if (table === undefined || !table.region.isConnected) tables.delete(reference);
    else table.print(now);
  }
}

export class LongTable {
  /**
   * @param {object} given
   * @param {string} given.name names its order in the address
   * @param {string} given.label says what it holds
   * @param {string} given.noun what one row is
   * @param {string} given.nouns what several rows are
   * @param {Column[]} given.columns
   * @param {string} given.order the order at first: a key, with "-" before it if the largest come first
   * @param {(row: number) => void} [given.open] what follows Enter or a double click
   */
  constructor({ name, label, noun, nouns, columns, order, open }) {
    this.name = name;
    this.noun = noun;
    this.nouns = nouns;
    this.columns = columns;
    this.first = order;
    this.open = open;
    /** @type {Uint32Array} */
    this.rows = new Uint32Array(0);
    /** @type {Uint32Array} */
    this.order = new Uint32Array(0);
    this.total = 0;
    this.at = 0;
    this.paper = false;
    this.drawn = "";
    const wanted = kept(`${name}-sort`, order);
    this.descending = wanted.startsWith("-");
    this.key = this.descending ? wanted.slice(1) : wanted;
    if (!columns.some((column) => column.key === this.key && column.value)) {
      this.descending = order.startsWith("-");
      this.key = this.descending ? order.slice(1) : order;
    }
    this.body = el("tbody", { keydown: (event) => this.move(event) });
    this.head = el("tr", { "aria-rowindex": "1" }, columns.map((column) => this.header(column)));
    this.table = el("table", { class: `long ${name}`, "aria-label": label }, el("thead", {}, this.head), this.body);
    this.region = el("div", { class: "scroll long", role: "region", "aria-label": `${label}, scrolls`, tabindex: "0", scroll: () => this.draw() }, this.table);
    this.note = el("p", { class: "count", "aria-live": "off" });
    this.element = el("div", {}, this.note, this.region);
    new ResizeObserver(() => this.draw()).observe(this.region);
    tables.add(new WeakRef(this));
  }

  /** @param {Column} column */
  header(column) {
    const cell = el("th", { scope: "col", class: column.kind ?? null, title: column.hint ?? null });
    if (column.value) {
      cell.append(el("button", { type: "button", click: () => this.sortBy(column) }, column.title, el("span", { class: "arrow", "aria-hidden": "true" })),
        // Browsers do not draw buttons where the head is repeated on a further page.
        el("span", { class: "on-paper" }, column.title));
    } else {
      cell.append(column.title);
    }
    return cell;
  }

  /** @param {Column} column */
  sortBy(column) {
    this.descending = this.key === column.key ? !this.descending : column.descending === true;
    this.key = column.key;
    keep(`${this.name}-sort`, (this.descending ? "-" : "") + this.key, this.first);
    this.arrange();
    announce(`Sorted by ${column.title}, ${this.descending ? "descending" : "ascending"}`);
  }

  /**
   * Shows these rows.
   * @param {Uint32Array} rows
   * @param {number} [total] of how many
   */
  show(rows, total = rows.length) {
    this.rows = rows;
    this.total = total;
    // A long one keeps its height whatever a search leaves, so that what follows it does not jump.
    this.region.classList.toggle("few", total <= FEW);
    this.arrange();
  }

  /** How many rows are shown, in words. */
  told() {
    const n = this.rows.length;
    const noun = n === 1 ? this.noun : this.nouns;
    return n === this.total ? `${count(n)} ${noun}` : `${count(n)} of ${count(this.total)} ${this.nouns}`;
  }

  arrange() {
    const column = this.columns.find((it) => it.key === this.key);
    this.order = column?.value ? sorted(this.rows, column.value, this.descending) : this.rows;
    this.columns.forEach((it, n) => {
      const cell = this.head.children[n];
      if (it.key === this.key) cell.setAttribute("aria-sort", this.descending ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    });
    this.table.setAttribute("aria-rowcount", String(this.order.length + 1));
    this.at = 0;
    this.region.scrollTop = 0;
    this.note.textContent = this.told();
    this.drawn = "";
    this.draw();
  }

  /** The height of a row, which the styles say. */
  height() {
    return Number.parseFloat(getComputedStyle(this.region).getPropertyValue("--row")) || 32;
  }

  /** Makes the rows that are seen. */
  draw() {
    const n = this.order.length;
    const height = this.height();
    let from = Math.max(0, Math.floor(this.region.scrollTop / height) - SPARE);
    let to = Math.min(n, Math.ceil((this.region.scrollTop + this.region.clientHeight) / height) + SPARE);
    if (this.paper) {
      from = 0;
      to = Math.min(n, ON_PAPER);
    }
    const drawn = `${from} ${to}`;
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const focused = this.body.contains(document.activeElement);
    const rows = [];
    for (let at = from; at < to; at += 1) rows.push(this.row(at));
    if (n === 0) rows.push(el("tr", {}, el("td", { class: "none" }, `No ${this.nouns}`)));
    const after = this.paper ? 0 : (n - to) * height;
    this.body.replaceChildren(...this.gap(from * height), ...rows, ...this.gap(after));
    if (focused) this.focusRow();
  }

  /** Room for the rows that are not made. @param {number} height */
  gap(height) {
    if (height <= 0) return [];
    // One cell alone: one that spans columns would bring those back that the styles hide.
    const cell = el("td");
    const row = el("tr", { class: "gap", "aria-hidden": "true" }, cell);
    cell.style.height = `${height}px`;
    return [row];
  }

  /** @param {number} at */
  row(at) {
    const row = this.order[at];
    const element = el("tr", { "aria-rowindex": String(at + 2), tabindex: at === this.at ? "0" : "-1" },
      this.columns.map((column) => el("td", { class: column.kind ?? null }, column.cell(row))));
    element.addEventListener("focus", () => {
      this.at = at;
    });
    if (this.open) element.addEventListener("dblclick", () => this.open?.(row));
    return element;
  }

  /** Moves along the rows by keys. @param {KeyboardEvent} event */
  move(event) {
    if (!(event.target instanceof HTMLTableRowElement)) return;
    const last = this.order.length - 1;
    const page = Math.max(1, Math.floor(this.region.clientHeight / this.height()) - 2);
    const to = {
      ArrowDown: this.at + 1, ArrowUp: this.at - 1, PageDown: this.at + page, PageUp: this.at - page, Home: 0, End: last,
    }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      this.goTo(Math.min(last, Math.max(0, to)));
    } else if (event.key === "Enter" && this.open) {
      event.preventDefault();
      this.open(this.order[this.at]);
    }
  }

  /** Puts the focus on a row, and the row where it is seen. @param {number} at */
  goTo(at) {
    this.at = at;
    const height = this.height();
    const head = this.head.offsetHeight;
    const top = at * height;
    const room = this.region.clientHeight - head - height;
    if (top < this.region.scrollTop) this.region.scrollTop = top;
    else if (top > this.region.scrollTop + room) this.region.scrollTop = top - room;
    this.drawn = "";
    this.draw();
    this.focusRow();
  }

  focusRow() {
    const row = this.body.querySelector(`[aria-rowindex="${this.at + 2}"]`);
    if (row instanceof HTMLElement) row.focus({ preventScroll: true });
    else this.region.focus({ preventScroll: true });
  }

  /** @param {boolean} now */
  print(now) {
    if (this.paper === now) return;
    this.paper = now;
    this.drawn = "";
    this.draw();
    const n = this.order.length;
    this.note.textContent = now && n > ON_PAPER ? `${this.told()}, the first ${ON_PAPER} of which are printed` : this.told();
  }
}
