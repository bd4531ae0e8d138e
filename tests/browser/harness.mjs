// A browser in which nothing may go wrong unnoticed.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

/** Where pages are and pictures go. */
export const OUT = process.env.RISK_BROWSER_OUT ?? "target/browser";

const axe = createRequire(import.meta.url)("axe-core").source;

/** The pages that are files, by name without `.html`. */
export function pages() {
  return readdirSync(join(OUT, "pages"))
    .filter((file) => file.endsWith(".html") && !file.startsWith("live"))
    .map((file) => file.slice(0, -5));
}

/** @returns {Promise<import("playwright-core").Browser>} */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    // Root may not have a sandbox of its own, and tests in containers run as root.
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });
}

/** The address of a page that is a file. @param {string} name */
export function fileOf(name) {
  return pathToFileURL(join(OUT, "pages", `${name}.html`)).href;
}

/**
 * Opens a page, waits until it can be used, calls `then`, and fails if anything was complained of or asked for that should
 * not be.
 * @param {import("playwright-core").Browser} browser
 * @param {string} address
 * @param {import("playwright-core").BrowserContextOptions & {allowed?: (url: string) => boolean, hash?: string}} options
 * @param {(page: import("playwright-core").Page) => Promise<void>} then
 */
export async function open(browser, address, { allowed, hash = "", ...options }, then) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", ...options });
  const wrong = [];
  try {
    const page = await context.newPage();
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) wrong.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => wrong.push(`error: ${error.stack}`));
    page.on("dialog", (dialog) => {
      wrong.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    page.on("popup", (popup) => wrong.push(`window: ${popup.url()}`));
    page.on("request", (request) => {
      const url = request.url();
      if (url !== address + hash && url !== address && !url.startsWith("data:") && !allowed?.(url)) wrong.push(`request: ${url}`);
    });
    await page.exposeBinding("tellViolation", (_, what) => wrong.push(`policy: ${what}`));
    await page.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => globalThis.tellViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
    });
    await page.goto(address + hash);
    await page.waitForFunction(() => performance.getEntriesByName("ready").length > 0, null, { timeout: 10_000 });
    await then(page);
    await page.waitForTimeout(50);
  } catch (error) {
    if (wrong.length > 0) error.message += `\nbefore that:\n${wrong.join("\n")}`;
    throw error;
  } finally {
    await context.close();
  }
  assert.deepEqual(wrong, []);
}

/** Scrolls along the page once, so that all charts are drawn. @param {import("playwright-core").Page} page */
export async function seeAll(page) {
  await page.evaluate(async () => {
    for (let top = 0; top < document.body.scrollHeight; top += 500) {
      scrollTo({ top, behavior: "instant" });
      await new Promise((then) => setTimeout(then, 60));
    }
    scrollTo({ top: 0, behavior: "instant" });
  });
}

/**
 * What axe finds that keeps people from using the page.
 * @param {import("playwright-core").Page} page
 */
export async function barriers(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return found.violations
    .filter((it) => ["serious", "critical"].includes(it.impact))
    .map((it) => `${it.id}: ${it.help}\n${it.nodes.slice(0, 4).map((node) => `${node.target} ${node.failureSummary}`).join("\n")}`);
}

/** The texts of a column of a long table, as far as it is made. @param {import("playwright-core").Page} page @param {string} table @param {number} column */
export function cells(page, table, column) {
  return page.locator(`table.${table} tbody tr:not(.gap) > :nth-child(${column})`).allTextContents();
}
