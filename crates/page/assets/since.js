// What changed since the report before this one.
import { el, link } from "./dom.js";
import { about, amount, counted, day, figureOf, percent, short, span } from "./format.js";
import { commitAddress, fileAddress } from "./forge.js";

/**
 * @param {any} report
 * @param {(commit: string) => Node} riskiestLink leads to one of the riskiest changes
 * @returns {HTMLElement | null}
 */
export function since(report, riskiestLink) {
  const { since: then, repository, worth, tree } = report;
  if (!then) return null;
  const { forge } = repository;
  const what = then.name === null ? "the last report" : el("span", { class: "text" }, then.name);
  const moved = [];
  if (then.auc !== null && worth.auc !== null) moved.push(["Ranking (AUC)", `${figureOf(then.auc)} → ${figureOf(worth.auc)}`]);
  if (then.risk !== null) moved.push(["Defects to be expected", `${about(then.risk)} → ${about(tree.risk)}`]);
  return el("section", { id: "since", "aria-labelledby": "since-title", tabindex: "-1" },
    el("h2", { id: "since-title" }, "Since ", what),
    el("p", { class: "lead" }, `Since ${day(then.tip_at)} (`, link(commitAddress(forge, then.tip), el("code", {}, short(then.tip))), `) `,
      `${counted(then.changes, "change")} landed, of which about ${about(then.expected)} will need a fix. `,
      then.n_found === 0 ? "No earlier change turned out to be defective." : `${counted(then.n_found, "earlier change")} turned out to be defective, ${then.n_found_flagged} of which had been flagged.`),
    moved.length === 0 ? null : el("dl", { class: "figures" }, moved.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))),
    el("div", { class: "columns" },
      group("Riskiest of the new changes", then.riskiest.map((commit) => el("li", {}, riskiestLink(commit)))),
      group("Turned out to be defective", then.found.map((found) => el("li", {},
        link(commitAddress(forge, found.commit), found.subject === "" ? short(found.commit) : found.subject, { class: "text" }),
        el("small", {}, `told ${percent(found.probability)}${found.flagged ? ", flagged" : ", not flagged"}; fixed after ${span(found.days)}`)))),
      group("Files whose risk rose most", then.risen.map((file) => el("li", {},
        link(fileAddress(forge, repository.tip, file.path), file.path, { class: "text path" }),
        el("small", {}, `${amount(file.before)} → ${amount(file.now)} defects to be expected`))))));
}

/** A list with a heading; nothing if it is empty. @param {string} title @param {HTMLElement[]} items */
export function group(title, items) {
  return items.length === 0 ? null : el("div", {}, el("h3", {}, title), el("ul", { class: "plain-list" }, items));
}
