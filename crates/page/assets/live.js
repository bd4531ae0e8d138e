// The page of a server: it fetches reports, and looks now and then whether there is a newer one.
import { announce, clean, el, goTo } from "./dom.js";
import { moment, short } from "./format.js";
import { showReport } from "./report.js";

/** How often it looks, in milliseconds: for a newer report, and for the first one while it is made. */
const LOOK = 15_000;
const LOOK_SOON = 3_000;

/**
 * @typedef {{name: string, state: "ready" | "loading" | "failed", error: string | null, tip: string | null, made_at: number | null}} Listed
 */

/**
 * @param {{root: string, repository: string | null}} boot
 */
export async function startLive({ root, repository }) {
  const list = async () => {
    const answer = await fetch(`${root}api/v1/repositories`, { cache: "no-store" });
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    return /** @type {Listed[]} */ ((await answer.json()).repositories);
  };
  let shown = "";
  const look = async () => {
    let listed;
    try {
      listed = await list();
    } catch (error) {
      shown = "";
      tell("The server does not answer.", String(error));
      again(look, LOOK);
      return;
    }
    const only = repository ?? (listed.length === 1 ? listed[0].name : null);
    if (only !== null) {
      if (listed.length > 1) chooser(root, listed, only);
      follow(`${root}api/v1/repositories/${encodeURIComponent(only)}/report`, only, list);
      return;
    }
    // What is the same stays, so that nobody loses the place where they are.
    const text = JSON.stringify(listed);
    if (text !== shown) choice(root, listed);
    shown = text;
    again(look, LOOK);
  };
  await look();
}

/**
 * Looks again after a while. Nobody looks at a hidden page, so it does not look either.
 * @param {() => Promise<void>} look
 * @param {number} milliseconds
 */
function again(look, milliseconds) {
  setTimeout(() => {
    if (!document.hidden) look();
    else document.addEventListener("visibilitychange", () => look(), { once: true });
  }, milliseconds);
}

/** Where a repository is shown. @param {string} root @param {string} name */
function pageOf(root, name) {
  return `${root}r/${encodeURIComponent(name)}/`;
}

/** All repositories, to take one. @param {string} root @param {Listed[]} listed */
function choice(root, listed) {
  const main = document.getElementById("main");
  const rows = listed.map((it) => {
    const to = el("a", { class: "text" }, it.name);
    to.setAttribute("href", pageOf(root, it.name));
    return el("tr", {}, el("th", { scope: "row" }, to), el("td", {}, stateWords(it)),
      el("td", {}, it.tip === null ? "–" : el("code", {}, short(it.tip))), el("td", {}, it.made_at === null ? "–" : moment(it.made_at)));
  });
  main.replaceChildren(el("section", { class: "headline", "aria-labelledby": "title" }, el("h1", { id: "title" }, "Risk reports"),
    listed.length === 0 ? el("p", { class: "empty" }, "This server has no repository.") : el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Repositories" },
      el("table", {}, el("thead", {}, el("tr", {}, ["Repository", "State", "Up to", "Made"].map((name) => el("th", { scope: "col" }, name)))), el("tbody", {}, rows)))));
  performance.mark("ready");
}

/** @param {Listed} it */
function stateWords(it) {
  if (it.state === "failed") return el("span", { class: "text" }, `failed: ${it.error ?? "no reason given"}`);
  return it.state === "ready" ? "ready" : "being made";
}

/** The way from one repository to another. @param {string} root @param {Listed[]} listed @param {string} shown */
function chooser(root, listed, shown) {
  const select = /** @type {HTMLSelectElement} */ (el("select", { id: "repository", change: () => {
    location.assign(pageOf(root, select.value));
  } }, listed.map((it) => el("option", { value: it.name, selected: it.name === shown }, it.name))));
  document.getElementById("choice")?.replaceChildren(el("label", {}, el("span", { class: "unseen" }, "Repository"), select));
}

/**
 * Shows the report at an address, and each newer one.
 * @param {string} address
 * @param {string} name
 * @param {() => Promise<Listed[]>} list
 */
function follow(address, name, list) {
  let tag = null;
  const look = async () => {
    let next = LOOK;
    try {
      // The server tells by the tag whether there is anything new; the browser must not answer in its place.
      const answer = await fetch(address, { cache: "no-store", headers: tag === null ? {} : { "If-None-Match": tag } });
      if (answer.status === 200) {
        const report = await answer.json();
        const isFirst = tag === null;
        tag = answer.headers.get("ETag") ?? "";
        show(report, isFirst);
        freshness("");
      } else if (answer.status === 503 && tag === null) {
        next = LOOK_SOON;
        tell(`The report of ${name} is being made.`, "It is shown here as soon as it is there.");
      } else if (answer.status !== 304) {
        const why = (await list()).find((it) => it.name === name)?.error ?? `the server answered ${answer.status}`;
        if (tag === null) tell(`There is no report of ${name}.`, why);
        else freshness(`not made anew: ${why}`);
      }
    } catch (error) {
      if (tag === null) tell("The server does not answer.", String(error));
      else freshness("the server does not answer");
    }
    again(look, next);
  };
  look();
}

/** @param {any} report @param {boolean} isFirst */
function show(report, isFirst) {
  const before = scrollY;
  const focused = document.activeElement?.id ?? "";
  const opened = [...document.querySelectorAll(".risky > li:has(> details[open])")].map((it) => it.id);
  showReport(report);
  for (const id of opened) {
    const details = document.getElementById(id)?.querySelector("details");
    if (details) details.open = true;
  }
  document.title = clean(`${report.repository.name} · risk report`);
  performance.mark("ready");
  if (isFirst) return;
  scrollTo({ top: before, behavior: "instant" });
  if (focused !== "" && document.activeElement === document.body) {
    goTo(focused);
    scrollTo({ top: before, behavior: "instant" });
  }
  announce("A newer report is shown");
}

/** What is to be known of a report that is shown. @param {string} text */
function freshness(text) {
  const place = document.getElementById("freshness");
  if (place !== null) place.textContent = clean(text);
}

/** Says what there is in place of a report. @param {string} what @param {string} more */
function tell(what, more) {
  document.getElementById("main")?.replaceChildren(el("section", { class: "headline" }, el("h1", {}, what), el("p", { class: "lead text" }, more)));
}
