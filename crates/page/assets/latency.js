// How long defects stay unseen.
import { el } from "./dom.js";
import { count, percent, span } from "./format.js";
import { chartFigure, look } from "./chart.js";

/**
 * @param {any} report
 * @returns {HTMLElement}
 */
export function latency(report) {
  const of = report.latency;
  const section = el("section", { id: "latency", "aria-labelledby": "latency-title", tabindex: "-1" }, el("h2", { id: "latency-title" }, "How long defects stay unseen"));
  if (of.points.length === 0) {
    section.append(el("p", { class: "empty" }, "Too few fixes are known yet to say."));
    return section;
  }
  const [quarter, half, most] = of.quartiles;
  section.append(
    el("p", { class: "lead" }, `Half of all defects are fixed within ${span(half)}. After ${span(of.waiting_days)} without a fix a change counts as clean for now; by then ${percent(of.within_waiting)} of the defects show.`),
    chartFigure({
      title: "Share of defects fixed so far",
      summary: `By the days since the change, from ${count(of.fixes)} changes with a fix, and with those counted in that are not found yet: a quarter within ${span(quarter)}, half within ${span(half)}, three quarters within ${span(most)}.`,
      option: (drawn) => latencyOption(of, drawn),
      table: { head: ["Days", "Fixed by then"], rows: of.points.map((it) => [it.days.toFixed(it.days < 10 ? 1 : 0), percent(it.share, 1)]) },
    }).figure);
  return section;
}

/** @param {any} of @param {any} drawn */
function latencyOption(of, drawn) {
  const { colour, narrow } = drawn;
  const { axis, tooltip } = look(drawn);
  // The axis is one of powers of ten, which has no place for less than a day.
  const points = of.points.filter((it) => it.days >= 1).map((it) => [it.days, it.share]);
  const names = ["a quarter", "half", "three quarters"];
  const mark = (days, name, type, tone, position) => ({ xAxis: days, lineStyle: { color: colour(tone), type }, label: { position, formatter: () => (narrow ? "" : name) } });
  const marks = of.quartiles.map((days, n) => (days === null || days < 1 ? null : mark(days, names[n], "dashed", "ink-soft", "end")));
  if (of.waiting_days >= 1) marks.push(mark(of.waiting_days, "counts as clean", "solid", "found", "insideEndTop"));
  return {
    grid: { left: 8, right: 24, top: 26, bottom: 24, containLabel: true },
    tooltip: { ...tooltip, trigger: "axis", formatter: (items) => `${percent(items[0].value[1], 1)} fixed within ${span(items[0].value[0])}` },
    xAxis: { type: "log", min: 1, max: "dataMax", name: "days since the change", nameLocation: "middle", nameGap: 28, ...axis, axisLabel: { ...axis.axisLabel, formatter: (value) => count(value) } },
    yAxis: { type: "value", min: 0, max: 1, ...axis, axisLabel: { ...axis.axisLabel, formatter: (value) => `${Math.round(100 * value)} %` } },
    series: [{
      type: "line", data: points, symbol: "none", lineStyle: { width: 2, color: colour("accent") }, areaStyle: { color: colour("accent-soft") }, itemStyle: { color: colour("accent") },
      markLine: { silent: true, symbol: "none", label: { color: colour("ink-soft"), fontSize: 11 }, data: marks.filter((it) => it !== null) },
    }],
  };
}
