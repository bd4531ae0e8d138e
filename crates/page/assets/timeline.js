// Risk over time: what was found, what is still unseen, and what was expected.
import { el } from "./dom.js";
import { about, amount, count, daysBetween, percent, span, step } from "./format.js";
import { chartFigure, look } from "./chart.js";

/** Steps that are seen at first. */
const SEEN_FIRST = 36;

/**
 * @param {any} report
 * @returns {HTMLElement}
 */
export function timeline(report) {
  const { unit, steps } = report.timeline;
  const section = el("section", { id: "time", "aria-labelledby": "time-title", tabindex: "-1" }, el("h2", { id: "time-title" }, "Risk over time"));
  if (steps.length === 0) {
    section.append(el("p", { class: "empty" }, "There is no history to show yet."));
    return section;
  }
  const names = steps.map((it) => step(it.from, unit));
  const open = firstOpen(report);
  const { figure } = chartFigure({
    title: `Share of defective changes by ${unit}`,
    summary: summary(report, open),
    size: "tall",
    option: (drawn) => option(report, names, open, drawn),
    table: {
      head: ["From", "Changes", "Expected at arrival", "Found", "Still unseen", "Flagged", "Fixes landed"],
      rows: steps.map((it, n) => [names[n], count(it.changes), amount(it.expected), count(it.defective), amount(it.unseen), count(it.flagged), count(it.fixes)]),
    },
  });
  section.append(
    el("p", { class: "lead" }, "Each bar is a share of the changes of its time: those that a fix followed so far, and on top of them those that are likely to be defective and are still unseen. The line is what the model expected when they landed."),
    figure);
  return section;
}

/** The first of the latest steps of which less than half of the defects are likely to be found. @param {any} report */
function firstOpen(report) {
  const { steps } = report.timeline;
  const half = report.latency.quartiles[1] ?? report.latency.waiting_days;
  const at = steps.findIndex((it) => daysBetween(it.from, report.repository.tip_at) < half);
  return at === -1 ? steps.length - 1 : at;
}

/** @param {any} report @param {number} open */
function summary(report, open) {
  const { steps, unit } = report.timeline;
  const sum = (part, name) => part.reduce((total, it) => total + it[name], 0);
  const changes = sum(steps, "changes");
  const recent = steps.slice(open);
  const half = report.latency.quartiles[1];
  return `Of ${count(changes)} changes ${count(sum(steps, "defective"))} were followed by a fix so far (${percent(changes === 0 ? null : sum(steps, "defective") / changes)}), `
    + `and about ${about(sum(steps, "unseen"))} more are likely to be defective. `
    + `Steps from ${step(steps[open].from, unit)} on are still being found`
    + (half === null ? ": " : ` (half of all defects take ${span(half)}): `)
    + `${count(sum(recent, "defective"))} found, about ${about(sum(recent, "unseen"))} unseen.`;
}

/** @param {any} report @param {string[]} names @param {number} open @param {any} drawn */
function option(report, names, open, drawn) {
  const { steps } = report.timeline;
  const { colour, narrow } = drawn;
  const { axis, tooltip, legend } = look(drawn);
  const share = (name) => steps.map((it) => (it.changes === 0 ? null : it[name] / it.changes));
  const base = report.worth.base_rate;
  const first = Math.max(0, names.length - SEEN_FIRST);
  return {
    aria: { enabled: true, label: { enabled: false }, decal: { show: false } },
    grid: { left: 8, right: 12, top: narrow ? 62 : 38, bottom: drawn.paper ? 8 : 56, containLabel: true },
    legend,
    tooltip: {
      ...tooltip,
      trigger: "axis",
      formatter: (items) => {
        const it = steps[items[0].dataIndex];
        return [names[items[0].dataIndex], `${count(it.changes)} changes`, `found defective: ${count(it.defective)}`, `still unseen: about ${amount(it.unseen)}`,
          `expected at arrival: ${amount(it.expected)}`, `flagged: ${count(it.flagged)}`, `fixes landed: ${count(it.fixes)}`].join("\n");
      },
    },
    xAxis: { type: "category", data: names, ...axis, splitLine: { show: false } },
    yAxis: { type: "value", ...axis, axisLabel: { ...axis.axisLabel, formatter: (value) => `${Math.round(100 * value)} %` } },
    dataZoom: [
      // By wheel only with a key, so that the page can be scrolled across the chart.
      { type: "inside", zoomOnMouseWheel: "ctrl", moveOnMouseWheel: false, startValue: first, endValue: names.length - 1 },
      { type: "slider", show: !drawn.paper, startValue: first, endValue: names.length - 1, height: 22, bottom: 8, borderColor: colour("line"), textStyle: { color: colour("ink-soft") },
        showDetail: false, brushSelect: true, fillerColor: colour("accent-soft"), handleStyle: { color: colour("raised"), borderColor: colour("accent") },
        moveHandleStyle: { color: colour("line-strong") }, emphasis: { handleStyle: { borderColor: colour("accent") }, moveHandleStyle: { color: colour("accent") } },
        dataBackground: { lineStyle: { color: colour("line-strong") }, areaStyle: { color: colour("line") } },
        selectedDataBackground: { lineStyle: { color: colour("accent") }, areaStyle: { color: colour("accent-soft") } } },
    ],
    series: [
      {
        name: "found defective", type: "bar", stack: "defective", data: share("defective"), barCategoryGap: "22%", itemStyle: { color: colour("found") },
        markArea: {
          silent: true,
          itemStyle: { color: colour("wash") },
          label: { color: colour("ink-soft"), fontSize: 11, position: "insideTopRight", formatter: () => (narrow ? "" : "still being found") },
          data: [[{ xAxis: open }, { xAxis: names.length - 1 }]],
        },
      },
      {
        name: "still unseen", type: "bar", stack: "defective", data: share("unseen"),
        // Dashed as well as pale: they were not seen yet.
        itemStyle: {
          color: colour("unseen"), borderColor: colour("found"), borderWidth: 1, borderType: "dashed",
          decal: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: -Math.PI / 4, color: colour("found") },
        },
      },
      {
        name: "expected at arrival", type: "line", data: share("expected"), symbol: "none", lineStyle: { width: 2, color: colour("accent") }, itemStyle: { color: colour("accent") },
        markLine: base === null ? undefined : {
          silent: true, symbol: "none", lineStyle: { color: colour("ink-soft"), type: "dashed" },
          label: { position: "insideStartTop", color: colour("ink-soft"), fontSize: 11, formatter: () => `base rate ${percent(base, 1)}` },
          data: [{ yAxis: base }],
        },
      },
    ],
  };
}
