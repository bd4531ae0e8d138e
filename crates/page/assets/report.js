// A report: its sections one below the other.
import { el, jump } from "./dom.js";
import { clearCharts, printCharts } from "./chart.js";
import { printTables } from "./table.js";
import { headline } from "./headline.js";
import { since } from "./since.js";
import { timeline } from "./timeline.js";
import { release } from "./release.js";
import { openRiskiest, printRiskiest, riskiest } from "./riskiest.js";
import { changes } from "./changes.js";
import { hotspots } from "./hotspots.js";
import { worth } from "./worth.js";
import { latency } from "./latency.js";
import { short } from "./format.js";

/** The part of the schema that this page understands. */
const SCHEMA_VERSION = 1;

/**
 * The sections in their order, with what leads to them. A section that gives `null` has nothing to show.
 * @type {[string, string, (report: any) => HTMLElement | null][]}
 */
const SECTIONS = [
  ["since", "Since", (report) => since(report, (commit) => leadTo(report, commit))],
  ["time", "Over time", timeline],
  ["release", "Release", release],
  ["riskiest", "Riskiest", riskiest],
  ["changes", "Changes", changes],
  ["files", "Files", hotspots],
  ["model", "Model", worth],
  ["latency", "Latency", latency],
];

/** What leads to one of the riskiest changes, by its subject if it is listed. @param {any} report @param {string} commit */
function leadTo(report, commit) {
  const change = report.riskiest.find((it) => it.commit === commit);
  if (change === undefined) return el("code", {}, short(commit));
  return el("button", { type: "button", class: "link text", click: () => openRiskiest(commit) }, change.subject === "" ? short(commit) : change.subject);
}

/**
 * Shows a report in place of what is there.
 * @param {any} report
 */
export function showReport(report) {
  if (report.schema_version !== SCHEMA_VERSION) throw new Error(`this page reads version ${SCHEMA_VERSION} of a report, and not ${report.schema_version}`);
  clearCharts();
  const main = document.getElementById("main");
  const made = SECTIONS.map(([id, title, make]) => /** @type {const} */ ([id, title, make(report)])).filter(([, , section]) => section !== null);
  main.replaceChildren(headline(report), ...made.map(([, , section]) => section));
  document.getElementById("sections")?.replaceChildren(el("ul", {}, made.map(([id, title]) => el("li", {}, jump(id, title)))));
}

/** Lays everything out for paper when it is printed. */
export function startPrinting() {
  const print = (now) => {
    document.documentElement.toggleAttribute("data-paper", now);
    printRiskiest(now);
    printTables(now);
    printCharts(now);
  };
  addEventListener("beforeprint", () => print(true));
  addEventListener("afterprint", () => print(false));
  // Some browsers say so by the medium alone.
  matchMedia("print").addEventListener("change", (event) => print(event.matches));
}
