// What the report is about, in words and a few figures.
import { el, link } from "./dom.js";
import { about, count, counted, day, daysBetween, figureOf, moment, oneIn, percent, short } from "./format.js";
import { commitAddress } from "./forge.js";

/**
 * The name, where it was read, and what the figures say.
 * @param {any} report
 * @returns {HTMLElement}
 */
export function headline(report) {
  const place = report.repository;
  return el("section", { class: "headline", "aria-labelledby": "title" },
    el("h1", { id: "title", class: "text" }, place.name === "" ? "(without a name)" : place.name),
    el("p", { class: "place" },
      place.branch === null ? null : [el("span", {}, "branch ", el("strong", { class: "text" }, place.branch.replace(/^refs\/heads\//, ""))), " · "],
      "up to ", link(commitAddress(place.forge, place.tip), el("code", {}, short(place.tip))), ` of ${day(place.tip_at)} · made ${moment(report.made_at)}`),
    el("p", { class: "lead" }, lead(report)),
    el("div", { class: "tiles" }, tiles(report)),
    verdict(report));
}

/** Changes that landed lately, and how many of them stand out. @param {any} report */
export function recent(report) {
  const { committed_at: at, band } = report.changes;
  let n = 0;
  let high = 0;
  for (let row = at.length - 1; row >= 0; row -= 1) {
    // The order is that of landing, so an old one may stand among new ones.
    if (at[row] < report.recent_since) continue;
    n += 1;
    if (band[row] !== null && band[row] >= 2) high += 1;
  }
  return { n, high, days: Math.max(1, Math.round(daysBetween(report.recent_since, report.repository.tip_at))) };
}

/** @param {any} report */
function lead(report) {
  const { n, days } = recent(report);
  const { risk } = report.tree;
  const landed = `In the last ${counted(days, "day")} ${n === 0 ? "no change" : counted(n, "change")} landed.`;
  if (report.worth.verdict === "too_few_labels") return `${landed} Too few fixes are known yet to say how many defects they brought.`;
  const unseen = risk >= 0.5 ? `About ${counted(Math.round(risk), "defect")}` : "Fewer than one defect";
  return `${landed} ${unseen} ${Math.round(risk) > 1 ? "are" : "is"} still to be expected, unseen, in lines written lately.`;
}

/** @param {any} report */
function tiles(report) {
  const { worth, tree } = report;
  const { n, high, days } = recent(report);
  const all = [
    [count(n), `changes in ${counted(days, "day")}`, high > 0 ? `${count(high)} of them elevated or high` : "none of them elevated or high"],
    [about(tree.risk), "defects to be expected", `unseen, in ${count(tree.lines)} lines of ${counted(tree.n_files, "file")}`],
    [worth.base_rate === null ? "–" : percent(worth.base_rate, 1), "of changes need a fix", worth.base_rate === null ? "not known yet" : `${oneIn(worth.base_rate)}, the base rate`],
    warned(report),
    [figureOf(worth.auc), "ranking (AUC)", worth.auc_la === null ? "not known yet" : `by lines added ${figureOf(worth.auc_la)}; .5 is a guess`],
  ];
  return all.map(([figure, what, more]) => el("div", { class: "tile" }, el("strong", {}, figure), el("span", {}, what), el("small", {}, more)));
}

/** What became of those that stood out. @param {any} report */
function warned({ followed, warn_above, worth }) {
  const base = worth.base_rate === null ? "" : `; of all ${percent(worth.base_rate, 1)} did`;
  if (followed) return [`${followed.defective} of ${followed.changes}`, "warnings came true", `the last that reached ${warn_above}${base}`];
  if (worth.last_flagged === 0) return ["–", "flagged changes needed a fix", "none was flagged long enough ago"];
  return [`${worth.last_flagged_defective} of ${worth.last_flagged}`, "flagged changes needed a fix", `those with more risk than the recent mean${base}`];
}

const VERDICTS = {
  better_than_size: ["good", "✓", "The model ranks changes better than their size does.", "Its scores are worth a look."],
  no_better_than_size: ["warn", "!", "The model ranks changes no better than their size does.", "Where it does not, changes are ranked by the lines that they add."],
  too_few_labels: ["warn", "!", "There are too few labels to tell how good the model is.", "Scores are close to a guess; read them as such until more fixes are known."],
};

/** @param {any} report */
function verdict(report) {
  const { worth } = report;
  const [kind, sign, what, more] = VERDICTS[worth.verdict] ?? VERDICTS.too_few_labels;
  const notes = [];
  if (worth.in_prior) notes.push("What the model knew at first was learned from this repository among others, so the figures flatter it.");
  if (worth.ranked_by === "size") notes.push("Changes are ranked by the lines that they add now.");
  if (worth.drift?.ranks_worse) notes.push("It ranks the latest changes worse than those before.");
  if (worth.drift?.is_off) notes.push("Its probabilities are off on the latest changes.");
  return el("div", { class: `verdict ${kind}` }, el("span", { class: "sign", "aria-hidden": "true" }, sign),
    el("p", {}, el("strong", {}, what), " ", more, notes.map((note) => ` ${note}`)));
}
