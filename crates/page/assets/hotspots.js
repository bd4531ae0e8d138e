// Where the remaining risk sits: a treemap, and the same as a table of files or of folders with those who know them.
import { announce, clean, el, link, settled } from "./dom.js";
import { about, amount, count, counted, day, percent, UNKNOWN } from "./format.js";
import { fileAddress } from "./forge.js";
import { expertList, pathChip } from "./chips.js";
import { allOf, matching } from "./sorting.js";
import { kept, keep } from "./state.js";
import { LongTable } from "./table.js";
import { folderAt, folders, isWithin, way } from "./folders.js";
import { density, folderSummary, heatChip, heatLegend, treemap } from "./treemap.js";

/**
 * @param {any} report
 * @returns {HTMLElement}
 */
export function hotspots(report) {
  const { tree } = report;
  const section = el("section", { id: "files", "aria-labelledby": "files-title", tabindex: "-1" }, el("h2", { id: "files-title" }, "Where the risk sits"));
  if (tree.files.length === 0) {
    section.append(el("p", { class: "empty" }, "No line of the tip has a risk that is known yet."));
    return section;
  }
  const root = folders(tree.files);
  let folder = folderAt(root, kept("folder"));

  const files = fileTable(report);
  const directories = directoryTable(report, (path) => enter(folderAt(root, path)));
  const search = /** @type {HTMLInputElement} */ (el("input", { type: "search", id: "files-search", placeholder: "Path, person …" }));
  search.value = kept("path");
  const kinds = el("fieldset", { class: "choice" }, el("legend", {}, "Rows"), [["files", "Files"], ["directories", "Folders"]].map(([value, title]) =>
    el("label", {}, el("input", { type: "radio", name: "rows", value, checked: kept("rows", "files") === value, change: () => {
      keep("rows", value, "files");
      show();
    } }), title)));
  const shown = () => (kept("rows", "files") === "directories" ? directories : files);

  const crumbs = el("nav", { class: "crumbs", "aria-label": "Folder" });
  const { figure, chart, caption } = treemap(tree, () => folder, (node) => enter(node));
  const place = el("div", { class: "rows" });

  /** Shows the rows of the folder that the search leaves. */
  const show = () => {
    const { table, rows, text, paths } = shown();
    const inside = rows.filter((row) => isWithin(paths[row], folder.path));
    table.show(matching(inside, text, search.value), inside.length);
    if (place.firstElementChild !== table.element) place.replaceChildren(table.element);
    keep("path", search.value);
  };

  const tellFolder = () => {
    const around = way(root, folder.path);
    crumbs.replaceChildren(el("ol", {}, around.map((it, n) => el("li", {}, n === around.length - 1
      ? el("span", { "aria-current": "true", class: "text" }, n === 0 ? "all files" : it.name)
      : el("button", { type: "button", class: "link text", click: () => enter(it) }, n === 0 ? "all files" : it.name)))));
    const words = clean(folderSummary(folder, tree));
    caption.replaceChildren(el("strong", {}, "Where the risk sits."), ` ${words}`);
    chart.place.setAttribute("aria-label", `Where the risk sits. ${words}`);
  };

  /** Goes into a folder, or to the row of a file. @param {any} node */
  const enter = (node) => {
    if (node.file === null) {
      folder = node;
      search.value = "";
    } else {
      search.value = node.path;
      keep("rows", "files", "files");
      /** @type {HTMLInputElement} */ (kinds.querySelector("input")).checked = true;
    }
    keep("folder", folder.path);
    tellFolder();
    chart.update();
    show();
    announce(`${folder.path === "" ? "All files" : folder.path}: ${shown().table.told()}`);
  };

  search.addEventListener("input", settled(() => {
    show();
    announce(shown().table.told());
  }, 120));
  tellFolder();
  show();
  section.append(
    el("p", { class: "lead" }, `About ${about(tree.risk)} defects are to be expected in ${counted(tree.n_files, "file")} with ${counted(tree.lines, "line")}: `,
      "each change that no fix followed yet shares its risk out over those of its lines that are still there. ",
      tree.files.length < tree.n_files ? `The ${count(tree.files.length)} files with most risk or most lines are listed.` : ""),
    crumbs,
    el("div", { class: "hot" },
      el("div", {}, figure, heatLegend()),
      el("div", {}, el("div", { class: "tools" }, el("label", {}, el("span", {}, "Search"), search), kinds), place)));
  return section;
}

/** @param {any} report */
function fileTable(report) {
  const { tree, people, repository } = report;
  const list = tree.files;
  const ratio = (row) => density(list[row].risk, list[row].lines, tree);
  const table = new LongTable({
    name: "file-rows", label: "Files", noun: "file", nouns: "files", order: "-risk",
    columns: [
      { key: "path", title: "File", kind: "path text", value: (row) => list[row].path, cell: (row) => link(fileAddress(repository.forge, repository.tip, list[row].path), pathChip(list[row].path), { title: list[row].path }) },
      { key: "risk", title: "Risk", hint: "Defects to be expected in it, unseen", kind: "num", descending: true, value: (row) => list[row].risk, cell: (row) => amount(list[row].risk) },
      { key: "density", title: "Per line", hint: "Risk per line, against the average of the repository", kind: "num", descending: true, value: ratio, cell: (row) => heatChip(ratio(row)) },
      { key: "lines", title: "Lines", kind: "num", descending: true, value: (row) => list[row].lines, cell: (row) => count(list[row].lines) },
      { key: "young", title: "Young", hint: "Share of its lines that were written within the last year", kind: "num extra", descending: true, value: (row) => young(list[row]), cell: (row) => percent(young(list[row])) },
      { key: "defective", title: "Found", hint: "Defective changes of which lines are left in it", kind: "num extra", descending: true, value: (row) => list[row].defective, cell: (row) => count(list[row].defective) },
      { key: "changed", title: "Changed", hint: "Time of its youngest line", kind: "date extra", descending: true, value: (row) => list[row].changed_at, cell: (row) => day(list[row].changed_at) },
      { key: "experts", title: "Who knows it", kind: "who", cell: (row) => expertList(list[row].experts, people) },
    ],
  });
  return { table, rows: allOf(list.length), paths: list.map((it) => it.path), text: textOf(list, people) };
}

/** @param {any} file */
function young(file) {
  return file.lines === 0 ? null : file.young / file.lines;
}

/** @param {any} report @param {(path: string) => void} enter */
function directoryTable(report, enter) {
  const { tree, people } = report;
  const list = tree.directories;
  const ratio = (row) => density(list[row].risk, list[row].lines, tree);
  const table = new LongTable({
    name: "folder-rows", label: "Folders", noun: "folder", nouns: "folders", order: "-risk", open: (row) => enter(list[row].path),
    columns: [
      { key: "path", title: "Folder", kind: "path text", value: (row) => list[row].path, cell: (row) => el("button", { type: "button", class: "link", title: list[row].path, click: () => enter(list[row].path) }, list[row].path === "" ? "(all)" : list[row].path) },
      { key: "risk", title: "Risk", hint: "Defects to be expected in it, unseen", kind: "num", descending: true, value: (row) => list[row].risk, cell: (row) => amount(list[row].risk) },
      { key: "density", title: "Per line", hint: "Risk per line, against the average of the repository", kind: "num", descending: true, value: ratio, cell: (row) => heatChip(ratio(row)) },
      { key: "lines", title: "Lines", kind: "num", descending: true, value: (row) => list[row].lines, cell: (row) => count(list[row].lines) },
      { key: "orphaned", title: "Orphaned", hint: "Share of its lines by people of whom no change landed within the last year", kind: "num", descending: true, value: (row) => list[row].orphaned, cell: (row) => percent(list[row].orphaned) },
      { key: "half", title: "Half by", hint: "The smallest number of people who wrote half of its lines", kind: "num", value: (row) => list[row].half_by, cell: (row) => (list[row].half_by === 0 ? UNKNOWN : count(list[row].half_by)) },
      { key: "experts", title: "Who knows it", kind: "who", cell: (row) => expertList(list[row].experts, people) },
    ],
  });
  return { table, rows: allOf(list.length), paths: list.map((it) => it.path), text: textOf(list, people) };
}

/** What a row is found by. @param {any[]} list @param {string[]} people */
function textOf(list, people) {
  const texts = list.map((it) => [it.path, ...it.experts.map((expert) => people[expert.person] ?? "")].join(" ").toLowerCase());
  return (row) => texts[row];
}
