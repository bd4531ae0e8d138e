// Where it begins.
import { clean, el, goTo } from "./dom.js";
import { startTheme, themeSwitch } from "./theme.js";
import { ownReport } from "./data.js";
import { showReport, startPrinting } from "./report.js";
import { startLive } from "./live.js";

/** Shows what is there without scripts after all, and why. @param {unknown} error */
function giveUp(error) {
  document.documentElement.toggleAttribute("data-plain", true);
  document.getElementById("plain")?.prepend(el("p", { class: "notice warn" }, `The full report cannot be shown: ${clean(error)}`));
  console.error(error);
}

async function start() {
  startTheme();
  startPrinting();
  document.getElementById("top")?.append(
    el("span", { class: "brand" }, "git-risk"), el("div", { id: "choice" }), el("nav", { id: "sections", "aria-label": "Sections" }),
    el("span", { id: "freshness", role: "status" }), themeSwitch());
  document.querySelector(".skip")?.addEventListener("click", (event) => {
    // The address keeps what is searched and sorted.
    event.preventDefault();
    goTo("main");
  });
  const boot = JSON.parse(document.getElementById("boot")?.textContent ?? "{}");
  if (boot.mode === "live") {
    await startLive(boot);
    return;
  }
  showReport(await ownReport());
  performance.mark("ready");
}

start().catch(giveUp);
