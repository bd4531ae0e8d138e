// Files and folders as areas: as large as their lines, as dark as their risk per line.
import { el } from "./dom.js";
import { about, amount, counted } from "./format.js";
import { chartFigure, chartText, look } from "./chart.js";
import { inkOn } from "./theme.js";

/** From which multiple of the average on the next colour begins. */
const STEPS = [0.25, 0.5, 1, 2, 4];

/** Levels that are drawn at once; deeper ones are one area until they are gone into. */
const DEPTH = 3;

/** Areas of fewer square pixels have no name: there would be room for a letter or two. */
const LEAST_NAMED = 34 * 34;

/**
 * Risk per line, as a multiple of that of the whole repository; `null` if nothing is known.
 * @param {number} risk
 * @param {number} lines
 * @param {any} tree
 */
export function density(risk, lines, tree) {
  return lines === 0 || tree.risk === 0 || tree.lines === 0 ? null : risk / lines / (tree.risk / tree.lines);
}

/** The number of its colour. @param {number | null} ratio */
function heat(ratio) {
  return ratio === null ? 0 : STEPS.filter((from) => ratio >= from).length;
}

/**
 * A multiple of the average in words.
 * @param {number | null} ratio
 */
export function times(ratio) {
  return ratio === null ? "–" : `${ratio.toFixed(ratio < 10 ? 1 : 0)} ×`;
}

/** @param {number | null} ratio */
export function heatChip(ratio) {
  return el("span", { class: `heat heat-${heat(ratio)}` }, times(ratio));
}

/** What the colours mean. */
export function heatLegend() {
  const names = ["< ¼ ×", "¼ – ½ ×", "½ – 1 ×", "1 – 2 ×", "2 – 4 ×", "≥ 4 ×"];
  return el("p", { class: "heats" }, el("span", {}, "Risk per line, against the average of the repository:"),
    names.map((name, n) => el("span", { class: `heat heat-${n}` }, name)));
}

/**
 * @param {any} tree
 * @param {() => any} folder the folder that is shown
 * @param {(node: any) => void} enter what follows a click
 */
export function treemap(tree, folder, enter) {
  /** The nodes that are drawn. ECharts copies what it is given, and a copy would not be one of ours. */
  const nodes = [];
  return chartFigure({
    title: "Where the risk sits",
    summary: folderSummary(folder(), tree),
    size: "wide",
    click: (event) => {
      const node = nodes[event.data?.at];
      if (node !== undefined) enter(node);
    },
    option: (drawn) => treemapOption(tree, folder(), nodes, drawn),
  });
}

/** @param {any} folder @param {any} tree */
export function folderSummary(folder, tree) {
  const name = folder.path === "" ? "The listed files" : folder.path;
  const worst = [...folder.children.values()].sort((a, b) => b.risk - a.risk).slice(0, 3).filter((it) => it.risk > 0);
  return `${name}: ${counted(folder.lines, "line")} with about ${about(folder.risk)} defects to be expected, ${times(density(folder.risk, folder.lines, tree))} the average per line. `
    + (worst.length === 0 ? "" : `Most of it is in ${worst.map((it) => `${it.name} (${about(it.risk)})`).join(", ")}. `)
    + "The table has the same by rows.";
}

/** @param {any} tree @param {any} folder @param {any[]} nodes takes those that are drawn @param {any} drawn */
function treemapOption(tree, folder, nodes, drawn) {
  nodes.length = 0;
  const { colour, still, area } = drawn;
  const { tooltip } = look(drawn);
  const node = (it, deeper) => {
    const inside = deeper > 0 && it.file === null;
    const fill = colour(`heat-${heat(density(it.risk, it.lines, tree))}`);
    return {
      name: chartText(it.file === null ? `${it.name}/` : it.name),
      value: it.lines,
      at: nodes.push(it) - 1,
      itemStyle: inside ? { color: fill, borderColor: colour("raised") } : { color: fill, borderWidth: 0 },
      label: { color: inkOn(fill), show: (area * it.lines) / folder.lines > LEAST_NAMED },
      children: inside ? [...it.children.values()].map((child) => node(child, deeper - 1)) : undefined,
    };
  };
  return {
    tooltip: {
      ...tooltip,
      formatter: ({ data }) => {
        const it = nodes[data?.at];
        if (it === undefined) return "";
        return [chartText(it.path), counted(it.lines, "line"), `defects to be expected: ${amount(it.risk)}`, `per line ${times(density(it.risk, it.lines, tree))} the average`].join("\n");
      },
    },
    series: [{
      type: "treemap", roam: false, nodeClick: false, breadcrumb: { show: false }, left: 0, right: 0, top: 0, bottom: 0, sort: "desc",
      visibleMin: 20, squareRatio: 1, animation: !still,
      label: { fontSize: 11, overflow: "truncate", padding: [3, 4] },
      upperLabel: { show: true, height: 20, color: colour("ink"), fontSize: 11, fontWeight: 600, padding: [0, 4], backgroundColor: "transparent" },
      levels: [
        { itemStyle: { borderWidth: 0, gapWidth: 3, borderColor: colour("raised") }, upperLabel: { show: false } },
        { itemStyle: { borderWidth: 2, gapWidth: 1 } },
        { itemStyle: { borderWidth: 1, gapWidth: 1 }, upperLabel: { height: 17, fontWeight: 400 } },
        { itemStyle: { borderWidth: 0, gapWidth: 1 } },
      ],
      data: [...folder.children.values()].map((it) => node(it, DEPTH - 1)),
    }],
  };
}
