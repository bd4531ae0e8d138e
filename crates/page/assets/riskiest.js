// The riskiest of the recent changes, each with what speaks for and against it.
import { announce, el, fragment, goTo, link, settled } from "./dom.js";
import { amount, count, counted, day, percent, short, UNKNOWN } from "./format.js";
import { commitAddress, fileAddress } from "./forge.js";
import { bandChip, labelChip, meter } from "./chips.js";
import { allOf, matching, sorted } from "./sorting.js";
import { kept, keep } from "./state.js";

/** Changes that are listed at first; the styles know the number too. */
const SHOWN_FIRST = 15;

const ORDERS = {
  "-risk": ["Risk, highest first", (it) => it.probability, true],
  "-date": ["Date, newest first", (it) => it.committed_at, true],
  author: ["Author", (it) => it.author, false],
  subject: ["Subject", (it) => it.subject, false],
};

/** The element of a change. @param {string} commit */
function idOf(commit) {
  return `change-${commit}`;
}

/**
 * Opens one of the riskiest changes and goes there.
 * @param {string} commit
 */
export function openRiskiest(commit) {
  const item = document.getElementById(idOf(commit));
  if (item === null) return;
  const details = item.querySelector("details");
  if (details !== null) details.open = true;
  item.parentElement?.classList.remove("short");
  goTo(item.id);
}

/**
 * @param {any} report
 * @returns {HTMLElement}
 */
export function riskiest(report) {
  const changes = report.riskiest;
  const section = el("section", { id: "riskiest", "aria-labelledby": "riskiest-title", tabindex: "-1" },
    el("h2", { id: "riskiest-title" }, "Riskiest recent changes"));
  if (changes.length === 0) {
    section.append(el("p", { class: "empty" }, `No change since ${day(report.recent_since)} has a score.`));
    return section;
  }
  const items = changes.map((change) => item(report, change));
  const texts = changes.map((change) => [change.subject, change.author, change.commit ?? "", ...change.files.map((file) => file.path)].join(" ").toLowerCase());
  const list = el("ol", { class: "risky" });
  const note = el("p", { class: "count" });
  let long = false;
  const more = el("button", { type: "button", class: "quiet more", click: () => {
    long = true;
    arrange();
    items[0].parentElement?.children[SHOWN_FIRST]?.querySelector("summary")?.focus();
  } }, `Show all ${count(changes.length)}`);
  const arrange = () => {
    const [, value, descending] = ORDERS[order.value] ?? ORDERS["-risk"];
    const rows = matching(sorted(allOf(changes.length), (row) => value(changes[row]), descending), (row) => texts[row], search.value);
    list.replaceChildren(...Array.from(rows, (row) => items[row]));
    // All are in the document, so that they can be printed and led to; the styles leave out the later ones.
    list.classList.toggle("short", !long && search.value === "");
    more.hidden = long || search.value !== "" || rows.length <= SHOWN_FIRST;
    note.textContent = rows.length === changes.length ? counted(rows.length, "change") : `${count(rows.length)} of ${counted(changes.length, "change")}`;
    keep("risky", search.value);
    keep("risky-sort", order.value, "-risk");
  };
  const told = settled(() => announce(note.textContent ?? ""), 400);
  const search = /** @type {HTMLInputElement} */ (el("input", { type: "search", id: "risky-search", placeholder: "Subject, author, file …", input: () => {
    arrange();
    told();
  } }));
  search.value = kept("risky");
  const order = /** @type {HTMLSelectElement} */ (el("select", { id: "risky-sort", change: () => {
    arrange();
    announce(`Sorted by ${order.selectedOptions[0]?.textContent ?? ""}`);
  } }, Object.entries(ORDERS).map(([key, [title]]) => el("option", { value: key }, title))));
  const wanted = kept("risky-sort", "-risk");
  order.value = Object.hasOwn(ORDERS, wanted) ? wanted : "-risk";
  const all = el("button", { type: "button", class: "quiet", click: () => {
    const shown = [.../** @type {NodeListOf<HTMLDetailsElement>} */ (list.querySelectorAll(":scope > li > details"))];
    const open = shown.some((it) => !it.open);
    for (const it of shown) it.open = open;
  } }, "Open or close all");
  section.append(
    el("p", { class: "lead" }, `Of the changes that landed since ${day(report.recent_since)}, by what was known when they landed. Open one to see what speaks for it and which files and places carry it.`),
    el("div", { class: "tools" },
      el("label", {}, el("span", {}, "Search"), search), el("label", {}, el("span", {}, "Order"), order), all),
    note, list, more);
  arrange();
  return section;
}

/** @param {any} report @param {any} change */
function item(report, change) {
  const details = el("details", {},
    el("summary", {},
      meter(change.probability),
      bandChip(change.band),
      el("span", { class: "subject text" }, change.subject === "" ? "(no message)" : change.subject),
      el("span", { class: "by" }, el("span", { class: "text" }, change.author), ` · ${day(change.committed_at)}`, change.label === "defective" ? [" · ", labelChip("defective")] : null),
      el("span", { class: "why" }, why(change))));
  // Made when it is opened, by whomever: what is inside is long.
  details.addEventListener("toggle", () => fillIn(details, report, change));
  const element = el("li", { id: change.commit === null ? null : idOf(change.commit), tabindex: "-1" }, details);
  filling.set(details, () => fillIn(details, report, change));
  return element;
}

/** @type {WeakMap<Element, () => void>} */
const filling = new WeakMap();

/** @type {Set<HTMLDetailsElement>} */
const openedForPaper = new Set();

/**
 * Opens the changes that are listed for paper, and closes those again that were not open.
 * @param {boolean} now
 */
export function printRiskiest(now) {
  if (!now) {
    for (const details of openedForPaper) details.open = false;
    openedForPaper.clear();
    return;
  }
  for (const details of /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll(".risky details"))) {
    if (details.open || details.checkVisibility?.() === false) continue;
    filling.get(details)?.();
    details.open = true;
    openedForPaper.add(details);
  }
}

/** Units that the meaning of a fact does not say already. */
const UNITS = ["days", "bits", "columns", "characters", "words"];

/** What weighs most for it, in few words. @param {any} change */
function why(change) {
  const raising = change.reasons.filter((reason) => reason.log_odds > 0.05).slice(0, 2);
  return raising.length === 0 ? "nothing stands out" : raising.map((reason) => reason.group).join(", ");
}

/** @param {HTMLElement} details @param {any} report @param {any} change */
function fillIn(details, report, change) {
  if (details.childElementCount > 1) return;
  const { forge } = report.repository;
  const address = commitAddress(forge, change.commit);
  const told = [
    change.lift === null ? null : `${change.lift.toFixed(1)} times as often as the average change, those like it needed a fix`,
    change.percentile === null ? null : `riskier than ${Math.min(99.9, change.percentile).toFixed(1)}\u00a0% of the 1,000 changes before`,
    change.flagged ? "flagged" : "not flagged",
  ].filter((it) => it !== null);
  details.append(el("div", { class: "inside" },
    el("p", {}, "Commit ", link(address, el("code", {}, change.commit === null ? "not committed" : short(change.commit))),
      address !== null ? el("span", { class: "faint" }, ` at ${forge.name}`) : null, `, ${labelWords(change)}. `, sentence(told)),
    reasons(change), files(report, change),
    change.left_out.length === 0 ? null : el("p", { class: "faint" }, "Left out when it was read: ", change.left_out.join("; "), ".")));
}

/** @param {any} change */
function labelWords(change) {
  const by = change.label_by === "person" ? " (a person said so)" : "";
  return { clean: `clean as far as is known${by}`, defective: `followed by a fix${by}` }[change.label] ?? `not known yet whether it is defective${by}`;
}

/** @param {string[]} parts */
function sentence(parts) {
  const text = parts.join("; ");
  return text === "" ? "" : `${text[0].toUpperCase()}${text.slice(1)}.`;
}

/** @param {any} change */
function reasons(change) {
  const most = Math.max(0.01, ...change.reasons.map((reason) => Math.abs(reason.log_odds)));
  return fragment(el("h3", {}, "What speaks for it and against it"), el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Reasons" }, el("table", { class: "reasons" },
    el("thead", {}, el("tr", {}, ["Reason", "Odds", "What was seen (and what is usual)"].map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, change.reasons.map((reason) => {
      const raises = reason.log_odds >= 0;
      const bar = el("i");
      bar.style.width = `${(100 * Math.abs(reason.log_odds)) / most}%`;
      return el("tr", {}, el("th", { scope: "row" }, reason.group),
        el("td", { class: `odds ${raises ? "up" : "down"}` }, el("span", { class: "num" }, `${raises ? "▲" : "▼"} × ${Math.exp(reason.log_odds).toFixed(2)}`), el("span", { class: "bar", "aria-hidden": "true" }, bar)),
        el("td", {}, reason.facts.map((fact) => el("span", { class: "fact" }, `${fact.meaning}: `, el("strong", {}, value(fact, fact.value)),
          fact.typical === null ? null : ` (usually ${value(fact, fact.typical)})`))));
    })))));
}

/** @param {any} fact @param {number | null} of */
function value(fact, of) {
  if (of === null) return "not known";
  if (fact.unit === "0 or 1") return of === 0 ? "no" : "yes";
  if (fact.unit === "share") return percent(of);
  return UNITS.includes(fact.unit) ? `${amount(of)} ${fact.unit}` : amount(of);
}

/** @param {any} report @param {any} change */
function files(report, change) {
  if (change.files.length === 0) return null;
  const { forge } = report.repository;
  const without = (of) => (of.probability_without === null ? UNKNOWN : percent(of.probability_without));
  return fragment(el("h3", {}, "Files and places that carry it"), el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Files" }, el("table", { class: "files" },
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "File or place"), el("th", { scope: "col", class: "num" }, "Lines"), el("th", { scope: "col", class: "num" }, "Risk without it"))),
    el("tbody", {}, change.files.map((file) => [
      el("tr", {}, el("th", { scope: "row", class: "path text" }, link(fileAddress(forge, change.commit, file.path), file.path === "" ? UNKNOWN : file.path)),
        el("td", { class: "num" }, `+${count(file.added)} −${count(file.deleted)}`), el("td", { class: "num" }, without(file))),
      file.hunks.map((hunk) => el("tr", { class: "hunk" }, el("th", { scope: "row" }, link(fileAddress(forge, change.commit, file.path, hunk.line), `line ${hunk.line}`)),
        el("td", { class: "num" }, `+${count(hunk.added)} −${count(hunk.deleted)}`), el("td", { class: "num" }, without(hunk)))),
    ])))), change.n_more_files > 0 ? el("p", { class: "faint" }, `and ${counted(change.n_more_files, "file")} more`) : null);
}
