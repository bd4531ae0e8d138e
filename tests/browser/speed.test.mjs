// 50,000 changes: how large the file is, and how soon and how well it can be used.
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileOf, launch, open, OUT } from "./harness.mjs";

const MEGABYTES = 1e6;

/** @type {import("playwright-core").Browser} */
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

test("50,000 changes fit into 5 MB", () => {
  const { size } = statSync(join(OUT, "pages", "large.html"));
  console.log(`${(size / MEGABYTES).toFixed(2)} MB`);
  assert.ok(size <= 5 * MEGABYTES);
});

test("50,000 changes can be used within 2 s", async () => {
  const times = [];
  for (let run = 0; run < 3; run += 1) {
    await open(browser, fileOf("large"), {}, async (page) => {
      times.push(await page.evaluate(() => performance.getEntriesByName("ready")[0].startTime));
    });
  }
  console.log(`ready after ${times.map((it) => it.toFixed(0)).join(", ")} ms`);
  // Other work of the machine makes it slower and nothing makes it faster, so the best run tells.
  assert.ok(Math.min(...times) <= 2_000);
});

test("50,000 changes are sorted and searched in a moment", async () => {
  await open(browser, fileOf("large"), {}, async (page) => {
    const sorting = await page.evaluate(() => {
      const from = performance.now();
      document.querySelector("table.changes th.author button").click();
      return performance.now() - from;
    });
    const from = Date.now();
    await page.locator("#changes-search").fill("ledger ada");
    await page.waitForFunction(() => document.querySelector("#changes .count")?.textContent?.includes(" of 50,000"));
    const searching = Date.now() - from;
    console.log(`sorted in ${sorting.toFixed(0)} ms, searched in ${searching} ms`);
    assert.ok(sorting <= 500 && searching <= 700, `${sorting} ${searching}`);
  });
});
