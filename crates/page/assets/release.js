// How ready the release under way is.
import { el, link } from "./dom.js";
import { amount, count, counted, day, percent, short, span } from "./format.js";
import { commitAddress, fileAddress } from "./forge.js";
import { chartFigure, look } from "./chart.js";
import { group } from "./since.js";

const CRITERIA = { found: "Share found", weekly: "Fixes by week" };

/** What comes of a criterion: how it looks, its sign, and in a word. */
const OUTCOMES = {
  met: ["good", "✓", "met"],
  not_met: ["warn", "✗", "not met"],
  unknown: ["open", "?", "cannot be told"],
};

/**
 * @param {any} report
 * @returns {HTMLElement | null}
 */
export function release(report) {
  const of = report.release;
  if (!of) return null;
  const { range, expected, found } = of;
  return el("section", { id: "release", "aria-labelledby": "release-title", tabindex: "-1" },
    el("h2", { id: "release-title" }, "Release under way"),
    el("p", { class: "lead" }, el("span", { class: "text" }, range.name),
      `: ${counted(range.changes, "change")} with ${count(range.lines)} new lines${range.from === null ? "" : ` since ${day(range.from)}`}. `,
      `Of about ${interval(expected.by_model)} defective ones ${count(found.changes)} were found, by ${counted(found.fixes, "fix", "fixes")}.`),
    el("div", { class: "criteria" }, of.criteria.map(criterion)),
    weeks(of.weekly),
    el("div", { class: "columns" },
      group("Changes with most risk left", of.riskiest.map((it) => el("li", {},
        link(commitAddress(report.repository.forge, it.commit), it.subject === "" ? short(it.commit) : it.subject, { class: "text" }),
        el("small", {}, `${percent(it.remaining)} after ${span(it.days)}; `, el("span", { class: "text" }, it.author))))),
      group("Files that carry it", of.files.map((it) => el("li", {},
        link(fileAddress(report.repository.forge, range.tip, it.path), it.path, { class: "text path" }),
        el("small", {}, `${amount(it.risk)} defects to be expected; ${counted(it.lines, "line")} changed`))))),
    el("p", { class: "note" }, sources(of)));
}

/** @param {any} of */
function interval(of) {
  return `${amount(of.mean)} (${amount(of.low)} to ${amount(of.high)})`;
}

/** A criterion as a tile. @param {any} of */
function criterion(of) {
  const [kind, sign, word] = OUTCOMES[of.verdict] ?? OUTCOMES.unknown;
  const value = of.value === null ? "–" : percent(of.value);
  return el("div", { class: `tile ${kind}` },
    el("strong", {}, value), el("span", {}, `${CRITERIA[of.name] ?? of.name}: `, el("span", { "aria-hidden": "true" }, `${sign} `), word), el("small", {}, of.why));
}

/** Fixes by week, beside the most in a week. @param {any} of */
function weeks(of) {
  if (of.weeks.length < 2) return null;
  const rows = of.weeks.map((it) => [day(it.from), count(it.linked), count(it.landed)]);
  return chartFigure({
    title: "Fixes of its changes by week",
    summary: `At most ${of.peak} in a week; ${amount(of.present)} in the last two on average${of.share === null ? "" : `, ${percent(of.share)} of that`}.`,
    option: (drawn) => {
      const { axis, tooltip } = look(drawn);
      return {
        grid: { left: 8, right: 16, top: 16, bottom: 8, containLabel: true },
        tooltip: { ...tooltip, trigger: "axis", formatter: ([it]) => `week of ${rows[it.dataIndex][0]}: ${rows[it.dataIndex][1]} of its changes, ${rows[it.dataIndex][2]} of all` },
        xAxis: { type: "category", data: rows.map(([from]) => from), ...axis },
        yAxis: { type: "value", minInterval: 1, ...axis },
        series: [{ type: "bar", data: of.weeks.map((it) => it.linked), itemStyle: { color: drawn.colour("found") } }],
      };
    },
    table: { head: ["Week of", "Fixes of its changes", "All fixes"], rows },
  }).figure;
}

/** Beside what the model expects: what lines and changes alone would say, and who found it. @param {any} of */
function sources(of) {
  const { expected, customers } = of;
  const parts = [];
  if (expected.by_changes !== null) parts.push(`By the number of changes alone ${amount(expected.by_changes)} would be expected`);
  if (expected.by_lines !== null) parts.push(`${parts.length > 0 ? "by" : "By"} new lines alone ${amount(expected.by_lines)}`);
  const told = parts.length === 0 ? "" : `${parts.join(", ")}. `;
  const who = customers.by_customers === null ? "" : `Of the fixes ${count(customers.by_customers)} name what customers found, ${count(customers.by_others)} other issues. `;
  return `${told}${who}git risk release tells all of it, and how far past releases of this repository bear the criteria out.`;
}
