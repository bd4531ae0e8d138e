// What people do with a page: search, sort, open, go into folders, by mouse and by keyboard.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, test } from "node:test";
import { cells, fileOf, launch, open, OUT, pages } from "./harness.mjs";

/** @type {import("playwright-core").Browser} */
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** @param {string[]} texts */
function isSorted(texts) {
  return texts.every((text, n) => n === 0 || texts[n - 1] <= text);
}

for (const name of pages()) {
  test(`${name} opens without a complaint`, async () => {
    await open(browser, fileOf(name), {}, async (page) => {
      assert.equal(await page.locator("h1:visible").count(), 1);
      assert.equal(await page.locator("#plain:visible").count(), 0);
      const text = await page.locator("main").innerText();
      for (const word of ["undefined", "NaN", "[object", "Infinity", "\nnull"]) assert.ok(!text.includes(word), `the page says ${word}`);
    });
  });
}

test("columns are sorted by mouse, and the head says so", async () => {
  await open(browser, fileOf("normal"), {}, async (page) => {
    const head = page.locator("table.changes th", { hasText: "Risk" });
    await head.locator("button").click();
    assert.equal(await head.getAttribute("aria-sort"), "descending");
    const percents = (await cells(page, "changes", 1)).map(Number.parseFloat);
    assert.ok(percents[0] > 80 && percents[0] >= percents[5], String(percents));
    await head.locator("button").click();
    assert.equal(await head.getAttribute("aria-sort"), "ascending");
    assert.equal(await page.locator("table.changes th[aria-sort]").count(), 1);
    assert.match(await page.locator("#announcer").innerText(), /Sorted by Risk, ascending/);
  });
});

test("columns are sorted by keyboard", async () => {
  await open(browser, fileOf("normal"), {}, async (page) => {
    await page.locator("table.changes th.author button").focus();
    await page.keyboard.press("Enter");
    const authors = await cells(page, "changes", 6);
    assert.ok(authors.length > 10 && isSorted(authors), String(authors));
  });
});

test("a search leaves what matches, says how many, and is in the address", async () => {
  await open(browser, fileOf("normal"), {}, async (page) => {
    await page.locator("#changes-search").fill("webhook kavya");
    await page.waitForFunction(() => document.querySelector("#changes .count")?.textContent?.includes(" of 5,000"));
    const [authors, subjects] = [await cells(page, "changes", 6), await cells(page, "changes", 9)];
    assert.ok(authors.length > 0 && authors.every((it) => it === "Kavya Raman"));
    assert.ok(subjects.every((it) => it.includes("webhook")));
    assert.match(await page.locator("#announcer").innerText(), /^[\d,]+ of 5,000 changes$/);
    assert.match(page.url(), /#!q=webhook\+kavya/);
    await page.locator("#changes-search").fill("there is no such thing");
    await page.locator("table.changes td.none").waitFor();
  });
  await open(browser, fileOf("normal"), { hash: "#!q=webhook+kavya&changes-sort=added" }, async (page) => {
    assert.equal(await page.locator("#changes-search").inputValue(), "webhook kavya");
    assert.equal(await page.locator("table.changes th.added").getAttribute("aria-sort"), "ascending");
  });
});

test("changes are filtered by band, fate and author", async () => {
  await open(browser, fileOf("normal"), {}, async (page) => {
    await page.locator("#changes-band").selectOption({ label: "high" });
    await page.locator("#changes-fate").selectOption({ label: "defective" });
    await page.locator("#changes-author").selectOption({ index: 1 });
    // Each choice takes hold a moment after it was made; the last one is that of the author.
    await page.waitForFunction(() => new Set([...document.querySelectorAll("table.changes tbody tr td:nth-child(6)")].map((it) => it.textContent)).size === 1);
    assert.match((await page.locator("#changes .count").textContent()) ?? "", / of 5,000/);
    assert.ok((await cells(page, "changes", 2)).every((it) => it === "high"));
    assert.ok((await cells(page, "changes", 4)).every((it) => it.includes("defective")));
    assert.equal(new Set(await cells(page, "changes", 6)).size, 1);
  });
});

test("keys move along all rows", async () => {
  await open(browser, fileOf("large"), {}, async (page) => {
    await page.locator("table.changes tbody tr[tabindex='0']").focus();
    const at = () => page.evaluate(() => Number(document.activeElement?.getAttribute("aria-rowindex")));
    for (const [key, index] of [["ArrowDown", 3], ["ArrowDown", 4], ["ArrowUp", 3], ["End", 50_001], ["ArrowUp", 50_000], ["Home", 2]]) {
      await page.keyboard.press(key);
      assert.equal(await at(), index, key);
    }
    await page.keyboard.press("PageDown");
    assert.ok((await at()) > 8);
    assert.ok((await page.locator("table.changes tbody tr").count()) < 60, "only the rows that are seen are made");
  });
});

test("a risky change opens by keyboard and leads to the forge", async () => {
  await open(browser, fileOf("normal"), {}, async (page) => {
    await page.locator(".risky summary").first().focus();
    await page.keyboard.press("Enter");
    const inside = page.locator(".risky details[open] .inside").first();
    await inside.waitFor();
    assert.match(await inside.innerText(), /lines added: \d+ \(usually 12\)/);
    const commit = inside.locator("a").first();
    assert.match(String(await commit.getAttribute("href")), /^https:\/\/github\.com\/example\/harbour\/commit\/[0-9a-f]{40}$/);
    assert.equal(await commit.getAttribute("rel"), "noreferrer noopener");
    const line = inside.locator(".hunk a").first();
    assert.match(String(await line.getAttribute("href")), /\/blob\/[0-9a-f]{40}\/[a-z/]+\/[a-z]+_\d+\.rs#L12$/);
  });
});

test("risky changes are searched and ordered", async () => {
  await open(browser, fileOf("normal"), {}, async (page) => {
    const visible = page.locator(".risky > li:visible");
    assert.equal(await visible.count(), 15);
    await page.getByRole("button", { name: "Show all 20" }).click();
    assert.equal(await visible.count(), 20);
    await page.locator("#risky-sort").selectOption("author");
    const authors = (await page.locator(".risky .by > .text").allTextContents());
    assert.ok(isSorted(authors), String(authors));
    await page.locator("#risky-search").fill(authors[0]);
    assert.ok((await visible.count()) < 20);
    assert.match(await page.locator("#riskiest .count").innerText(), / of 20 changes/);
  });
});

test("what is new leads to the reasons", async () => {
  await open(browser, fileOf("normal"), {}, async (page) => {
    await page.locator("#since button.link").first().click();
    assert.equal(await page.locator(".risky details[open]").count(), 1);
    assert.ok(await page.locator(".risky details[open] .inside").isVisible());
  });
});

test("the treemap goes into folders and comes back, and the rows go along", async () => {
  await open(browser, fileOf("normal"), {}, async (page) => {
    const chart = page.locator("#files .chart");
    await chart.scrollIntoViewIfNeeded();
    await chart.locator("canvas").waitFor();
    await page.waitForTimeout(300);
    // The largest area is at the left, above.
    await chart.click({ position: { x: 60, y: 90 } });
    await page.waitForFunction(() => document.querySelectorAll(".crumbs li").length > 1);
    const crumbs = await page.locator(".crumbs").innerText();
    assert.match(crumbs, /src/);
    assert.match(page.url(), /folder=src/);
    const paths = await page.locator("table.file-rows tbody td.path").allTextContents();
    assert.ok(paths.length > 3 && paths.every((path) => path.startsWith("src/")), String(paths));
    await page.locator(".crumbs button").first().click();
    assert.equal(await page.locator(".crumbs li").count(), 1);
  });
});

test("folders show who knows them, and are gone into from the table", async () => {
  await open(browser, fileOf("normal"), {}, async (page) => {
    await page.locator("input[name=rows][value=directories]").check();
    const button = page.locator("table.folder-rows button.link", { hasText: /^src\/billing$/ });
    await button.click();
    assert.match(await page.locator(".crumbs").innerText(), /src\W+billing/);
    assert.ok((await page.locator("table.folder-rows tbody td.who").first().innerText()).includes("%"));
  });
});

test("the theme is switched and remembered", async () => {
  await open(browser, fileOf("normal"), { colorScheme: "light" }, async (page) => {
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await background();
    await page.locator("#theme").click();
    assert.equal(await background(), light);
    await page.locator("#theme").click();
    assert.notEqual(await background(), light);
    await page.reload();
    await page.waitForFunction(() => performance.getEntriesByName("ready").length > 0);
    assert.notEqual(await background(), light);
  });
});

test("the numbers behind a chart are a table", async () => {
  await open(browser, fileOf("normal"), {}, async (page) => {
    await page.locator("#time summary").click();
    assert.equal(await page.locator("#time .numbers tbody tr").count(), 72);
  });
});

test("the skip link and the sections lead there", async () => {
  await open(browser, fileOf("normal"), { hash: "#!q=token" }, async (page) => {
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "main");
    await page.locator("#sections a", { hasText: "Model" }).click();
    assert.equal(await page.evaluate(() => document.activeElement?.id), "model");
    assert.match(page.url(), /q=token/);
  });
});

test("without scripts the figures and the riskiest changes are there", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(fileOf("normal"));
  assert.ok(await page.locator("#plain").isVisible());
  assert.equal(await page.locator("#plain tbody tr").count(), 20);
  await context.close();
});

test("a page whose data is damaged says so, and shows what it can", async () => {
  const damaged = join(OUT, "damaged.html");
  writeFileSync(damaged, readFileSync(join(OUT, "pages", "normal.html"), "utf8").replace(/id="data">.{100}/, 'id="data">'));
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(pathToFileURL(damaged).href);
  await page.locator("#plain .notice").waitFor();
  assert.match(await page.locator("#plain").innerText(), /The full report cannot be shown/);
  assert.equal(await page.locator("#plain tbody tr").count(), 20);
  await context.close();
});
