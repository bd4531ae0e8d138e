// Small signs that come up again and again: bands, labels, probabilities, people. Each says by words or form what its
// colour says.
import { el } from "./dom.js";
import { percent } from "./format.js";

/** The bands by their number. */
export const BANDS = ["low", "typical", "elevated", "high"];

/** What is known of the fate of a change, by its number. */
export const LABELS = ["unverified", "clean", "defective"];

const LABEL_SIGNS = { unverified: "…", clean: "✓", defective: "✗" };

/**
 * A band as word and height.
 * @param {string | null} band
 */
export function bandChip(band) {
  if (band === null) return el("span", { class: "faint" }, "–");
  const level = BANDS.indexOf(band);
  const steps = BANDS.map((_, n) => el("i", { class: n <= level ? "on" : null }));
  return el("span", { class: `band ${BANDS.includes(band) ? band : ""}` }, el("span", { class: "steps", "aria-hidden": "true" }, steps), band);
}

/**
 * A label as word and sign.
 * @param {string} label
 */
export function labelChip(label) {
  return el("span", { class: `label ${LABELS.includes(label) ? label : ""}` }, el("span", { "aria-hidden": "true" }, LABEL_SIGNS[label] ?? ""), " ", label);
}

/**
 * A share as a number with a bar behind it.
 * @param {number} share
 */
export function meter(share) {
  const bar = el("span", { class: "bar", "aria-hidden": "true" });
  const fill = el("i");
  fill.style.width = `${Math.min(100, 100 * Math.max(0, share))}%`;
  bar.append(fill);
  return el("span", { class: "meter" }, bar, el("span", { class: "num" }, percent(share)));
}

/**
 * A path of which the end stays where there is little room.
 * @param {string} path
 */
export function pathChip(path) {
  const cut = path.lastIndexOf("/") + 1;
  return el("span", { class: "split" }, el("span", {}, path.slice(0, cut)), el("span", {}, path.slice(cut)));
}

/**
 * Who knows a file or directory best.
 * @param {{person: number, share: number, active: boolean}[]} experts
 * @param {string[]} people
 */
export function expertList(experts, people) {
  if (experts.length === 0) return el("span", { class: "faint" }, "–");
  return el("span", { class: "experts" }, experts.map((expert, n) => [
    n > 0 ? ", " : null,
    el("span", { class: expert.active ? null : "left" },
      el("span", { class: "text" }, people[expert.person] ?? "?"), ` ${percent(expert.share)}`, expert.active ? null : " (inactive)"),
  ]));
}
