// The page of a server: it fetches, it looks for newer reports, and it says what is wrong.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, open, OUT } from "./harness.mjs";

const file = (name) => readFileSync(join(OUT, "pages", name), "utf8");

/** A server like that of git-risk, below a folder, so that an address that is not relative fails. */
const state = { repositories: [], tag: '"1"', report: "", made: true, answers: [] };
const server = createServer((request, response) => {
  const url = request.url ?? "";
  const send = (status, type, body, headers = {}) => {
    response.writeHead(status, { "Content-Type": type, ...headers });
    response.end(body);
  };
  if (url === "/risk/") return send(200, "text/html", file("live.html"));
  if (url === "/risk/r/normal/") return send(200, "text/html", file("live-one.html"));
  if (url === "/risk/api/v1/repositories") return send(200, "application/json", JSON.stringify({ repositories: state.repositories }));
  if (url === "/risk/api/v1/repositories/normal/report") {
    if (!state.made) return send(503, "application/json", "{}");
    const isKnown = request.headers["if-none-match"] === state.tag;
    state.answers.push(isKnown ? 304 : 200);
    return isKnown ? send(304, "application/json", "") : send(200, "application/json", state.report, { ETag: state.tag });
  }
  return send(404, "text/plain", url);
});

/** @type {import("playwright-core").Browser} */
let browser;
let root = "";
before(async () => {
  browser = await launch();
  await new Promise((then) => server.listen(0, "127.0.0.1", () => then(undefined)));
  root = `http://127.0.0.1:${server.address().port}/risk/`;
});
after(async () => {
  await browser.close();
  server.close();
});

const allowed = (url) => url.startsWith(`${root}api/v1/`) || url.startsWith(`${root}r/`);
const ready = { name: "normal", state: "ready", error: null, tip: "0123456789abcdef", made_at: 1_795_900_000 };
const failed = { name: "<b>other</b>", state: "failed", error: "no such <i>folder</i>", tip: null, made_at: null };

test("several repositories are offered, with what became of them", async () => {
  Object.assign(state, { repositories: [ready, failed], made: true, report: file("normal.json") });
  await open(browser, root, { allowed }, async (page) => {
    assert.match(await page.locator("main").innerText(), /failed: no such <i>folder<\/i>/);
    assert.equal(await page.getByRole("link", { name: "<b>other</b>" }).getAttribute("href"), "./r/%3Cb%3Eother%3C%2Fb%3E/");
    await page.getByRole("link", { name: "normal" }).click();
    await page.locator("h1", { hasText: "harbour" }).waitFor();
    assert.deepEqual(await page.locator("#repository option").allTextContents(), ["normal", "<b>other</b>"]);
  });
});

test("the only repository is shown at once", async () => {
  Object.assign(state, { repositories: [ready], made: true, report: file("normal.json") });
  await open(browser, root, { allowed }, async (page) => {
    await page.locator("h1", { hasText: "harbour" }).waitFor();
    assert.equal(await page.locator("#repository").count(), 0);
  });
});

test("a report that is not made yet is waited for, and a newer one is shown", async () => {
  Object.assign(state, { repositories: [ready], made: false, report: file("normal.json"), tag: '"1"', answers: [] });
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(`${root}r/normal/`);
  await page.locator("h1", { hasText: "is being made" }).waitFor();
  state.made = true;
  await page.clock.fastForward(3_100);
  await page.locator("h1", { hasText: "harbour" }).waitFor();
  await page.locator("#changes-search").fill("token");
  await page.clock.fastForward(15_100);
  await page.waitForTimeout(300);
  assert.deepEqual(state.answers, [200, 304]);
  Object.assign(state, { tag: '"2"', report: file("normal.json").replace('"name":"harbour"', '"name":"haven"') });
  await page.clock.fastForward(15_100);
  await page.locator("h1", { hasText: "haven" }).waitFor();
  assert.deepEqual(state.answers, [200, 304, 200]);
  assert.equal(await page.locator("#changes-search").inputValue(), "token");
  await context.close();
});
