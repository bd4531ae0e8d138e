// All changes that the report has, to be searched, filtered and sorted.
import { announce, el, link, settled } from "./dom.js";
import { count, day, percent, UNKNOWN } from "./format.js";
import { commitAddress } from "./forge.js";
import { BANDS, bandChip, LABELS, labelChip, meter } from "./chips.js";
import { allOf, matching } from "./sorting.js";
import { kept, keep } from "./state.js";
import { LongTable } from "./table.js";
import { openRiskiest } from "./riskiest.js";

/** Authors that are offered as a filter; more are found by the search. */
const AUTHORS_OFFERED = 200;

/**
 * @param {any} report
 * @returns {HTMLElement}
 */
export function changes(report) {
  const columns = report.changes;
  const n = columns.commit.length;
  const everything = allOf(n);
  const explained = new Map(report.riskiest.filter((it) => it.commit !== null).map((it) => [it.commit.slice(0, 10), it.commit]));
  const { forge } = report.repository;
  const author = (row) => report.people[columns.author[row]] ?? "?";
  const open = (row) => {
    const commit = explained.get(columns.commit[row]);
    if (commit !== undefined) openRiskiest(commit);
  };
  const subject = (row) => {
    const text = columns.subject[row] === "" ? "(no message)" : columns.subject[row];
    if (!explained.has(columns.commit[row])) return text;
    return el("button", { type: "button", class: "link", title: "Show why", click: () => open(row) }, text);
  };

  const table = new LongTable({
    name: "changes", label: "All changes", noun: "change", nouns: "changes", order: "-date", open,
    columns: [
      { key: "risk", title: "Risk", hint: "Probability at its arrival that it will need a fix", kind: "risk", descending: true, value: (row) => columns.probability[row], cell: (row) => meter(columns.probability[row]) },
      { key: "band", title: "Band", descending: true, value: (row) => columns.band[row], cell: (row) => bandChip(columns.band[row] === null ? null : BANDS[columns.band[row]]) },
      { key: "rank", title: "Rank", hint: "Share of the 1,000 changes before that had a lower risk", kind: "num rank", descending: true, value: (row) => columns.percentile[row], cell: (row) => (columns.percentile[row] === null ? UNKNOWN : percent(columns.percentile[row] / 100, 1)) },
      { key: "fate", title: "Fate", hint: "What is known of it by now", descending: true, value: (row) => columns.label[row], cell: (row) => labelChip(LABELS[columns.label[row]] ?? "?") },
      { key: "date", title: "Date", kind: "date", descending: true, value: (row) => columns.committed_at[row], cell: (row) => day(columns.committed_at[row]) },
      { key: "author", title: "Author", kind: "author text", value: author, cell: author },
      { key: "added", title: "Added", hint: "Lines added", kind: "num added", descending: true, value: (row) => columns.added[row], cell: (row) => count(columns.added[row]) },
      { key: "commit", title: "Commit", kind: "commit", cell: (row) => link(commitAddress(forge, columns.commit[row]), el("code", {}, columns.commit[row])) },
      { key: "subject", title: "Subject", kind: "subject text", value: (row) => columns.subject[row], cell: (row) => subject(row) },
    ],
  });

  // Made at the first search, which is the first time that anybody needs it.
  let texts = null;
  const text = (row) => {
    texts ??= Array.from({ length: n }, (_, at) => `${columns.subject[at]} ${author(at)} ${columns.commit[at]}`.toLowerCase());
    return texts[row];
  };

  const search = /** @type {HTMLInputElement} */ (el("input", { type: "search", id: "changes-search", placeholder: "Subject, author, commit …" }));
  const band = filter("changes-band", [["", "all"], ...[3, 2, 1, 0].map((it) => [String(it), BANDS[it]]), ["none", "not known"]]);
  const fate = filter("changes-fate", [["", "all"], ...LABELS.map((label, it) => [String(it), label])]);
  const by = filter("changes-author", [["", "all"], ...authors(report)]);
  search.value = kept("q");
  /** @type {[HTMLSelectElement, string][]} */
  const filters = [[band, "band"], [fate, "fate"], [by, "author"]];
  for (const [select, name] of filters) {
    select.value = kept(name);
    if (select.selectedIndex === -1) select.value = "";
  }

  const apply = () => {
    const wanted = band.value === "none" ? null : Number(band.value);
    let rows = everything;
    if (band.value !== "") rows = rows.filter((row) => columns.band[row] === wanted);
    if (fate.value !== "") rows = rows.filter((row) => columns.label[row] === Number(fate.value));
    if (by.value !== "") rows = rows.filter((row) => columns.author[row] === Number(by.value));
    table.show(matching(rows, text, search.value), n);
    keep("q", search.value);
    for (const [select, name] of filters) keep(name, select.value);
  };
  const applySoon = settled(() => {
    apply();
    announce(table.told());
  }, 120);
  search.addEventListener("input", applySoon);
  for (const [select] of filters) select.addEventListener("change", applySoon);

  apply();
  return el("section", { id: "changes", "aria-labelledby": "changes-title", tabindex: "-1" },
    el("h2", { id: "changes-title" }, "All changes"),
    el("p", { class: "lead" }, columns.total > n ? `The newest ${count(n)} of ${count(columns.total)} changes` : `All ${count(n)} changes`,
      " with the risk that was told when they landed, and what became of them. Arrow keys move along the rows; Enter shows why, for the riskiest."),
    el("div", { class: "tools" },
      el("label", {}, el("span", {}, "Search"), search), el("label", {}, el("span", {}, "Band"), band),
      el("label", {}, el("span", {}, "Fate"), fate), el("label", {}, el("span", {}, "Author"), by)),
    table.element);
}

/** @param {string} id @param {string[][]} options */
function filter(id, options) {
  return /** @type {HTMLSelectElement} */ (el("select", { id }, options.map(([value, title]) => el("option", { value }, title))));
}

/** Those who made most of the changes, by name. @param {any} report */
function authors(report) {
  const counts = new Map();
  for (const person of report.changes.author) counts.set(person, (counts.get(person) ?? 0) + 1);
  const most = [...counts].sort((a, b) => b[1] - a[1]).slice(0, AUTHORS_OFFERED);
  return most
    .map(([person, times]) => [String(person), `${report.people[person] ?? "?"} (${count(times)})`])
    .sort((a, b) => (a[1].toLowerCase() < b[1].toLowerCase() ? -1 : 1));
}
