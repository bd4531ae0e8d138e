// Whether all of it can be seen and read: by width, in both themes, on paper, with what axe knows of barriers.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { barriers, fileOf, launch, open, OUT, pages, seeAll } from "./harness.mjs";

/** @type {import("playwright-core").Browser} */
let browser;
before(async () => {
  browser = await launch();
  mkdirSync(OUT, { recursive: true });
});
after(() => browser.close());

for (const name of pages()) {
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    test(`${name} has no barriers and fits all widths in ${colorScheme}`, async () => {
      await open(browser, fileOf(name), { colorScheme }, async (page) => {
        for (const width of [360, 900, 1600]) {
          await page.setViewportSize({ width, height: 1000 });
          await page.waitForTimeout(200);
          await seeAll(page);
          const room = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth, room: innerWidth }));
          assert.ok(room.wide <= room.room, `${room.wide} of ${room.room} pixels`);
          await page.screenshot({ path: join(OUT, `${name}-${width}-${colorScheme}.png`), fullPage: true, timeout: 120_000 });
        }
        await page.evaluate(() => {
          for (const details of [...document.querySelectorAll("details")].slice(0, 4)) details.open = true;
        });
        assert.deepEqual(await barriers(page), []);
      });
    });
  }
}

test("headings are in order", async () => {
  await open(browser, fileOf("normal"), {}, async (page) => {
    await page.locator(".risky summary").first().click();
    const levels = await page.locator("main :is(h1, h2, h3, h4):visible").evaluateAll((all) => all.map((it) => Number(it.tagName[1])));
    levels.forEach((level, n) => assert.ok(level <= (levels[n - 1] ?? 0) + 1, String(levels)));
  });
});

test("all of it is on paper, in light colours", async () => {
  await open(browser, fileOf("normal"), { colorScheme: "dark" }, async (page) => {
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    await page.waitForTimeout(300);
    const seen = await page.evaluate(() => ({
      background: getComputedStyle(document.body).backgroundColor,
      open: document.querySelectorAll(".risky details[open] .inside").length,
      rows: document.querySelectorAll("table.changes tbody tr").length,
      charts: [...document.querySelectorAll(".chart")].filter((it) => it.querySelector("canvas") !== null).length,
      widest: Math.max(...[...document.querySelectorAll(".chart canvas")].map((it) => it.clientWidth)),
      nav: getComputedStyle(document.querySelector(".top")).display,
    }));
    assert.deepEqual(seen, { background: "rgb(255, 255, 255)", open: 15, rows: 60, charts: 6, widest: 680, nav: "none" });
    await page.emulateMedia({ media: "screen", colorScheme: "dark" });
    await page.waitForTimeout(200);
    assert.equal(await page.locator(".risky details[open]").count(), 0);
    assert.ok((await page.locator("table.changes tbody tr").count()) < 60);
  });
});

test("the page is printed", async () => {
  await open(browser, fileOf("normal"), {}, async (page) => {
    const pdf = await page.pdf({ path: join(OUT, "normal.pdf"), format: "A4", printBackground: true });
    assert.ok(pdf.length > 50_000);
  });
});
