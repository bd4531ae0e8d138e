// Charts in figures: each with a sentence that says the same, and its numbers as a table.
import { clean, el } from "./dom.js";
import { onTheme, palette } from "./theme.js";

/** ECharts, which is in a script before this one. */
const drawing = globalThis.echarts;

/** Width of a chart on paper, in pixels of 1/96 inch: A4 without margins. */
const PAPER = 680;

/** Below this width, in pixels, a chart leaves out what it can. */
const NARROW = 520;

/** @type {Set<Chart>} */
const charts = new Set();
let printing = false;

/**
 * What a chart is drawn from.
 * @typedef {object} Drawn
 * @property {(name: string) => string} colour a colour of the styles
 * @property {boolean} narrow whether there is little room
 * @property {boolean} still whether nothing may move
 * @property {number} area its size in square pixels
 * @property {boolean} paper whether it is printed
 */

class Chart {
  /**
   * @param {HTMLElement} place
   * @param {(drawn: Drawn) => object} option what ECharts is to draw
   * @param {(event: any) => void} [click]
   */
  constructor(place, option, click) {
    this.place = place;
    this.option = option;
    this.click = click;
    this.instance = null;
    this.narrow = false;
  }

  draw() {
    this.clear();
    const width = printing ? PAPER : this.place.clientWidth;
    // Hidden places have no width; they are drawn when they are seen.
    if (width === 0) return;
    this.narrow = width < NARROW;
    this.instance = drawing.init(this.place, null, {
      renderer: "canvas",
      width: printing ? PAPER : undefined,
      devicePixelRatio: printing ? 2 : undefined,
    });
    this.instance.setOption(this.options());
    if (this.click) this.instance.on("click", this.click);
    if (printing) this.instance.getZr().flush();
  }

  options() {
    const still = printing || matchMedia("(prefers-reduced-motion: reduce)").matches;
    const colour = palette();
    return {
      animation: !still,
      animationDuration: 300,
      animationDurationUpdate: 300,
      backgroundColor: "transparent",
      textStyle: { fontFamily: "system-ui, sans-serif", color: colour("ink") },
      ...this.option({ colour, narrow: this.narrow, still, paper: printing, area: this.place.clientHeight * (printing ? PAPER : this.place.clientWidth) }),
    };
  }

  /** Draws what became of the data, with what was zoomed and hidden left as it is. */
  update() {
    if (this.instance !== null) this.instance.setOption(this.options(), { replaceMerge: ["series"] });
  }

  fit() {
    if (this.instance === null || printing) return;
    const width = this.place.clientWidth;
    if (width === 0) return;
    if (this.narrow !== width < NARROW) this.draw();
    else this.instance.resize();
  }

  clear() {
    this.instance?.dispose();
    this.instance = null;
  }
}

// Only what is near to be seen is drawn, so that the page is there at once.
const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    const chart = [...charts].find((it) => it.place === entry.target);
    if (entry.isIntersecting && chart !== undefined && chart.instance === null) chart.draw();
  }
}, { rootMargin: "300px" });

const resized = new ResizeObserver((entries) => {
  for (const entry of entries) [...charts].find((it) => it.place === entry.target)?.fit();
});

onTheme(() => {
  for (const chart of charts) if (chart.instance !== null) chart.draw();
});

/**
 * Draws all charts for paper, or again for the screen.
 * @param {boolean} now
 */
export function printCharts(now) {
  if (printing === now) return;
  printing = now;
  for (const chart of charts) {
    if (now || chart.instance !== null) chart.draw();
  }
}

/** Forgets the charts of a report that is shown no more. */
export function clearCharts() {
  for (const chart of charts) {
    seen.unobserve(chart.place);
    resized.unobserve(chart.place);
    chart.clear();
  }
  charts.clear();
}

/**
 * A chart in a figure.
 * @param {object} given
 * @param {string} given.title
 * @param {string} given.summary a sentence that says what can be seen
 * @param {"small" | "tall" | "wide"} [given.size]
 * @param {(drawn: Drawn) => object} given.option what ECharts is to draw
 * @param {(event: any) => void} [given.click] what follows a click on a mark
 * @param {{head: string[], rows: string[][]}} [given.table] the numbers
 * @returns {{figure: HTMLElement, chart: Chart, caption: HTMLElement}}
 */
export function chartFigure({ title, summary, size = "small", option, click, table }) {
  const place = el("div", { class: `chart ${size}`, role: "img", "aria-label": `${title}. ${summary}` });
  const caption = el("figcaption", {}, el("strong", {}, title, "."), " ", summary);
  const chart = new Chart(place, option, click);
  charts.add(chart);
  seen.observe(place);
  resized.observe(place);
  const figure = el("figure", {}, place, caption, table ? numbers(title, table) : null);
  return { figure, chart, caption };
}

/** @param {string} title @param {{head: string[], rows: string[][]}} table */
function numbers(title, table) {
  const details = /** @type {HTMLDetailsElement} */ (el("details", { class: "numbers" }, el("summary", {}, "Show the numbers")));
  // Made when it is asked for: most people look at the chart.
  details.addEventListener("toggle", () => {
    if (!details.open || details.childElementCount > 1) return;
    details.append(el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `${title}: numbers` }, el("table", {},
      el("thead", {}, el("tr", {}, table.head.map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, table.rows.map((row) => el("tr", {}, row.map((cell, n) => (n === 0 ? el("th", { scope: "row" }, cell) : el("td", { class: "num" }, cell)))))))));
  });
  return details;
}

/**
 * Text for a chart. Between braces ECharts would look for names of its own.
 * @param {unknown} text
 */
export function chartText(text) {
  return clean(text).replaceAll("{", "{\u200b");
}

/**
 * Axes, tooltips and a legend as all charts have them.
 * @param {Drawn} drawn
 */
export function look({ colour }) {
  return {
    axis: {
      axisLine: { lineStyle: { color: colour("line-strong") } },
      axisTick: { lineStyle: { color: colour("line-strong") } },
      axisLabel: { color: colour("ink-soft"), fontSize: 12 },
      nameTextStyle: { color: colour("ink-soft"), fontSize: 12 },
      splitLine: { lineStyle: { color: colour("line") } },
    },
    // Drawn on the canvas; as HTML it would be markup made of text.
    tooltip: {
      renderMode: "richText",
      confine: true,
      backgroundColor: colour("raised"),
      borderColor: colour("line-strong"),
      textStyle: { color: colour("ink"), fontSize: 12, lineHeight: 17 },
      padding: 8,
    },
    legend: {
      textStyle: { color: colour("ink"), fontSize: 12 },
      inactiveColor: colour("ink-soft"),
      itemWidth: 18,
      itemHeight: 10,
      left: 0,
      top: 0,
      type: "plain",
    },
  };
}
