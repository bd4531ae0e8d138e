// Subjects, names and paths that would do harm as markup, scripts or addresses.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileOf, launch, open, seeAll } from "./harness.mjs";

/** @type {import("playwright-core").Browser} */
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

test("nothing of a hostile repository runs or becomes markup", async () => {
  await open(browser, fileOf("hostile"), {}, async (page) => {
    await seeAll(page);
    await page.getByRole("button", { name: "Open or close all" }).click();
    await page.locator("input[name=rows][value=directories]").check();
    await page.locator("#changes-search").fill("<img");
    await page.locator("#files .chart").hover();
    await page.locator("#time .chart").hover();
    await page.waitForTimeout(200);
    const found = await page.evaluate(() => ({
      pwned: globalThis.pwned,
      scripts: document.scripts.length,
      foreign: [...document.querySelectorAll("main img, main svg, main script, main style, main iframe, main object")].map((it) => it.outerHTML),
      handlers: [...document.querySelectorAll("*")].filter((it) => [...it.attributes].some((attribute) => /^on/i.test(attribute.name))).map((it) => it.outerHTML),
      addresses: [...document.querySelectorAll("a[href]")].map((it) => it.getAttribute("href")).filter((href) => !href.startsWith("https://example.org/") && !href.startsWith("#")),
      hosts: [...new Set([...document.querySelectorAll("a[href^=https]")].map((it) => new URL(it.href).host))],
      harmful: /[\u0000-\u0008\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(document.documentElement.textContent),
      title: document.title,
    }));
    assert.equal(found.pwned, undefined);
    assert.equal(found.scripts, 4);
    assert.deepEqual(found.foreign, []);
    assert.deepEqual(found.handlers, []);
    assert.deepEqual(found.addresses, []);
    assert.deepEqual(found.hosts, ["example.org"]);
    assert.equal(found.harmful, false);
    assert.ok(found.title.startsWith("<img src=x onerror="));
    assert.ok((await page.locator("table.changes").innerText()).includes('<img src=x onerror="window.pwned=2">'));
  });
});

test("nothing of it runs where scripts do not either", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(fileOf("hostile"));
  const foreign = page.locator("main img, main svg, main script, main style, main iframe");
  assert.equal(await foreign.count(), 0);
  assert.ok((await page.locator("#plain").innerText()).includes("</script><script>window.pwned=1</script>"));
  await context.close();
});

test("a script that is not ours is refused by the policy", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(fileOf("normal"));
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.pwned = 1";
    document.body.append(script);
    return globalThis.pwned;
  });
  assert.equal(ran, undefined);
  await context.close();
});
