// How far to believe the scores: the back-test.
import { el, fragment } from "./dom.js";
import { about, count, counted, day, figureOf, percent } from "./format.js";
import { chartFigure, look } from "./chart.js";

/**
 * @param {any} report
 * @returns {HTMLElement}
 */
export function worth(report) {
  const { worth: of } = report;
  const section = el("section", { id: "model", "aria-labelledby": "model-title", tabindex: "-1" },
    el("h2", { id: "model-title" }, "How good the model is"),
    el("p", { class: "lead" }, "Every change was scored when it landed, before anything was known of its fate; these figures hold that against what became known later. ", lastWarned(report), lastFlagged(of)));
  const charts = el("div", { class: "columns charts" });
  if (of.blocks.length > 0) charts.append(areas(of));
  if (of.reliability.length > 0) charts.append(reliability(of));
  if (charts.childElementCount === 0) section.append(el("p", { class: "empty" }, "Too few changes are old enough to be judged yet."));
  section.append(charts, fragment(drift(of.drift)), figures(of));
  return section;
}

/** What became of the changes that a push would have been warned of. @param {any} report */
function lastWarned({ followed, warn_above }) {
  if (!followed) return "";
  const base = followed.base_rate === null ? "" : `; of all changes ${percent(followed.base_rate, 1)} were`;
  return [el("strong", {}, `Of the last ${count(followed.changes)} changes that reached ${warn_above}, from where on a push warns, ${count(followed.defective)} (${percent(followed.defective / followed.changes)}) were followed by a fix${base}.`), " "];
}

/** The same of all changes whose score was above the recent mean. @param {any} of */
function lastFlagged(of) {
  if (of.last_flagged === 0) return "";
  const share = of.last_flagged_defective / of.last_flagged;
  const base = of.base_rate === null || of.base_rate === 0 ? "" : `, ${(share / of.base_rate).toFixed(1)} times the base rate`;
  return `Of the last ${count(of.last_flagged)} flagged, which is every change with more risk than the recent mean, ${count(of.last_flagged_defective)} were${base}.`;
}

/** @param {any} of */
function areas(of) {
  const { blocks } = of;
  const best = blocks.filter((it) => it.auc !== null && it.auc_la !== null && it.auc > it.auc_la).length;
  const names = blocks.map((it) => day(it.from).slice(0, 7));
  return chartFigure({
    title: "Ranking over time (AUC)",
    summary: `By blocks of 1,000 changes: how often a defective change was ranked above a clean one; .5 is a guess. Overall ${figureOf(of.auc)} for the model, ${figureOf(of.auc_la)} for lines added`
      + (of.auc_static === null ? ". " : `, ${figureOf(of.auc_static)} for a model that learned once and never again. `)
      + `The model ranked better than lines added in ${best} of ${counted(blocks.length, "block")}.`,
    option: (drawn) => areasOption(blocks, names, drawn),
    table: {
      head: ["From", "Changes judged", "Base rate", "Model", "Lines added", "Learned once"],
      rows: blocks.map((it) => [day(it.from), count(it.changes), percent(it.base_rate, 1), figureOf(it.auc), figureOf(it.auc_la), figureOf(it.auc_static)]),
    },
  }).figure;
}

/** @param {any[]} blocks @param {string[]} names @param {any} drawn */
function areasOption(blocks, names, drawn) {
  const { colour, narrow } = drawn;
  const { axis, tooltip, legend } = look(drawn);
  const line = (name, key, tone, type, symbol) => ({
    name, type: "line", data: blocks.map((it) => it[key]), symbol, symbolSize: blocks.length > 40 ? 0 : 6, connectNulls: false,
    lineStyle: { width: 2, color: colour(tone), type }, itemStyle: { color: colour(tone) },
  });
  const known = blocks.flatMap((it) => [it.auc, it.auc_la, it.auc_static]).filter((it) => it !== null);
  return {
    grid: { left: 8, right: 16, top: narrow ? 62 : 38, bottom: 8, containLabel: true },
    legend,
    tooltip: {
      ...tooltip,
      trigger: "axis",
      formatter: (items) => {
        const it = blocks[items[0].dataIndex];
        return [`from ${day(it.from)}, ${counted(it.changes, "change")}`, `model ${figureOf(it.auc)}`, `lines added ${figureOf(it.auc_la)}`, `learned once ${figureOf(it.auc_static)}`, `base rate ${percent(it.base_rate, 1)}`].join("\n");
      },
    },
    xAxis: { type: "category", data: names, boundaryGap: false, ...axis, splitLine: { show: false } },
    yAxis: { type: "value", min: Math.min(0.4, Math.floor(10 * Math.min(...known, 0.5)) / 10), max: Math.max(0.8, Math.ceil(10 * Math.max(...known, 0.5)) / 10), ...axis, axisLabel: { ...axis.axisLabel, formatter: (value) => value.toFixed(2) } },
    series: [
      {
        ...line("model", "auc", "accent", "solid", "circle"),
        markLine: { silent: true, symbol: "none", lineStyle: { color: colour("ink-soft"), type: "dotted" }, label: { position: "insideStartTop", color: colour("ink-soft"), fontSize: 11, formatter: () => "a guess" }, data: [{ yAxis: 0.5 }] },
      },
      line("lines added", "auc_la", "found", "dashed", "triangle"),
      line("learned once", "auc_static", "ink-soft", "dotted", "rect"),
    ],
  };
}

/** @param {any} of */
function reliability(of) {
  const bins = of.reliability;
  const off = bins.reduce((worst, it) => (Math.abs(it.frequency - it.probability) > Math.abs(worst.frequency - worst.probability) ? it : worst));
  return chartFigure({
    title: "What was told, and what came true",
    summary: `Ten groups of as many changes by the probability that was told: on the diagonal, as many were defective as was said. On average they are ${percent(of.ece, 1)} off; the worst was told ${percent(off.probability)} and was ${percent(off.frequency)}.`,
    option: (drawn) => reliabilityOption(bins, drawn),
    table: {
      head: ["Told", "Changes", "Defective"],
      rows: bins.map((it) => [percent(it.probability, 1), count(it.changes), percent(it.frequency, 1)]),
    },
  }).figure;
}

/** @param {any[]} bins @param {any} drawn */
function reliabilityOption(bins, drawn) {
  const { colour } = drawn;
  const { axis, tooltip } = look(drawn);
  const most = Math.min(1, Math.ceil(10 * Math.max(0.1, ...bins.flatMap((it) => [it.probability, it.frequency]))) / 10);
  const axisOf = (name) => ({ type: "value", min: 0, max: most, name, nameLocation: "middle", ...axis, axisLabel: { ...axis.axisLabel, formatter: (value) => `${Math.round(100 * value)} %` } });
  return {
    grid: { left: 26, right: 20, top: 14, bottom: 26, containLabel: true },
    tooltip: {
      ...tooltip,
      trigger: "item",
      formatter: ({ dataIndex }) => [`told ${percent(bins[dataIndex].probability, 1)}`, `${percent(bins[dataIndex].frequency, 1)} of ${counted(bins[dataIndex].changes, "change")} defective`].join("\n"),
    },
    xAxis: { ...axisOf("told probability"), nameGap: 28 },
    yAxis: { ...axisOf("share that was defective"), nameGap: 42 },
    series: [
      { type: "line", data: [[0, 0], [most, most]], symbol: "none", silent: true, tooltip: { show: false }, lineStyle: { color: colour("ink-soft"), type: "dashed", width: 1 } },
      { type: "scatter", data: bins.map((it) => [it.probability, it.frequency]), symbolSize: 11, itemStyle: { color: colour("accent"), borderColor: colour("raised"), borderWidth: 1 } },
    ],
  };
}

/** @param {any} of */
function drift(of) {
  if (of === null) return null;
  const what = of.ranks_worse || of.is_off
    ? [of.ranks_worse ? "ranked worse than those before, beyond chance" : null, of.is_off ? "told probabilities that are off, beyond chance" : null].filter((it) => it !== null).join(", and ")
    : "much like those before";
  return el("p", { class: of.ranks_worse || of.is_off ? "notice warn" : "notice" }, el("strong", {}, "Drift. "),
    `The latest ${count(of.changes)} changes that can be judged are ${what}: AUC ${figureOf(of.auc)} against ${figureOf(of.auc_before)} before; ${count(of.observed)} were defective where ${about(of.expected)} were expected.`);
}

/** @param {any} of */
function figures(of) {
  const rows = [
    ["Changes scored", count(of.changes), "neither merges nor empty"],
    ["with a known label", count(of.labelled), `${count(of.defective)} of them defective`],
    ["old enough to be judged", count(of.mature), "the figures below are theirs"],
    ["Fixes", count(of.fixes), `${counted(of.links, "link")} to what they repair`],
    ["Labels by people", count(of.given.clean + of.given.defective), `${count(of.given.contradicting)} say other than what was found`],
    ["AUC of the model", figureOf(of.auc), "how often a defective change is ranked above a clean one"],
    ["AUC of lines added", figureOf(of.auc_la), of.p_value_la === null ? "" : `the difference could be chance with p ${of.p_value_la < 0.001 ? "< .001" : `= ${of.p_value_la.toFixed(3)}`}`],
    ["AUC of a model that learned once", figureOf(of.auc_static), of.auc_where_static === null ? "" : `on the same changes the model has ${figureOf(of.auc_where_static)}`],
    ["Calibration error", percent(of.ece, 1), "mean distance between what was told and what came true"],
    ["Brier score", figureOf(of.brier), "mean squared distance between probability and outcome; lower is better"],
    ["Flagged", count(of.flagged), of.flagged === 0 ? "" : `${count(of.flagged_defective)} were followed by a fix (${percent(of.flagged_defective / of.flagged)})`],
    ...of.skipped.map((it) => ["Left out", count(it.count), it.why]),
  ];
  return el("details", { class: "numbers", open: true }, el("summary", {}, "All figures of the back-test"), el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Figures of the back-test" }, el("table", { class: "figures-table" },
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Figure"), el("th", { scope: "col", class: "num" }, "Value"), el("th", { scope: "col" }, "Meaning"))),
    el("tbody", {}, rows.map(([name, value, meaning]) => el("tr", {}, el("th", { scope: "row" }, name), el("td", { class: "num" }, value), el("td", {}, meaning)))))));
}
