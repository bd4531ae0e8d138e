// What the modules of the page work out without a page: addresses, orders, folders, numbers in words.
import assert from "node:assert/strict";
import { test } from "node:test";
import { commitAddress, fileAddress } from "../../crates/page/assets/forge.js";
import { allOf, matching, sorted } from "../../crates/page/assets/sorting.js";
import { folderAt, folders, isWithin, way } from "../../crates/page/assets/folders.js";
import { about, amount, day, percent, span, step } from "../../crates/page/assets/format.js";

const FORGE = { name: "GitHub", commit: "https://example.org/c/{commit}", file: "https://example.org/b/{commit}/{path}", line: "#L{line}" };

test("addresses are filled in once, and encoded", () => {
  assert.equal(commitAddress(FORGE, "abc"), "https://example.org/c/abc");
  assert.equal(fileAddress(FORGE, "abc", "a b/{commit}?#.rs", 7), "https://example.org/b/abc/a%20b/%7Bcommit%7D%3F%23.rs#L7");
  assert.equal(fileAddress(FORGE, "abc", "a\"><script>"), "https://example.org/b/abc/a%22%3E%3Cscript%3E");
});

test("addresses that lead elsewhere are not followed", () => {
  assert.equal(commitAddress(null, "abc"), null);
  assert.equal(commitAddress(FORGE, null), null);
  for (const commit of ["javascript:alert(1)//{commit}", "http://example.org/{commit}", " https://example.org/", "data:text/html,{commit}", "https://"]) {
    assert.equal(commitAddress({ ...FORGE, commit }, "abc"), null, commit);
  }
  for (const path of ["../x", "a/../../x", "./x", "a//b", "/a", ""]) assert.equal(fileAddress(FORGE, "abc", path), null, path);
});

test("rows are sorted by number or text, unknown ones last either way", () => {
  const values = [3, null, 10, 3, 1];
  const by = (descending) => [...sorted(allOf(5), (row) => values[row], descending)];
  assert.deepEqual(by(false), [4, 0, 3, 2, 1]);
  assert.deepEqual(by(true), [2, 0, 3, 4, 1]);
  const names = ["b", "A", "a"];
  assert.deepEqual([...sorted(allOf(3), (row) => names[row], false)], [1, 2, 0]);
});

test("a search takes every word, in any order", () => {
  const texts = ["fix the parser", "add a parser", "fix a typo"];
  const found = (search) => [...matching(allOf(3), (row) => texts[row], search)];
  assert.deepEqual(found("  PARSER fix "), [0]);
  assert.deepEqual(found("a"), [0, 1, 2]);
  assert.deepEqual(found("(.*"), []);
});

test("folders add up, and lonely ones are joined", () => {
  const file = (path, lines, risk) => ({ path, lines, risk });
  const root = folders([file("src/main/java/A.java", 10, 1), file("src/main/java/b/B.java", 5, 0.5), file("x", 1, 0)]);
  assert.deepEqual([root.lines, root.risk, [...root.children.keys()]], [16, 1.5, ["src", "x"]]);
  const java = folderAt(root, "src/main/java");
  assert.deepEqual([java.name, java.path, java.lines], ["src/main/java", "src/main/java", 15]);
  assert.deepEqual(way(root, "src/main/java/b").map((it) => it.path), ["", "src/main/java", "src/main/java/b"]);
  assert.equal(folderAt(root, "nowhere").path, "");
  assert.ok(isWithin("src/a", "src") && !isWithin("srca", "src"));
});

test("names that objects have of their own are names of folders", () => {
  const root = folders([{ path: "__proto__/constructor/x", lines: 1, risk: 0 }, { path: "/toString/y", lines: 2, risk: 0 }]);
  assert.equal(root.lines, 3);
  assert.equal(folderAt(root, "").path, "");
});

test("numbers are told by as many digits as mean something", () => {
  assert.deepEqual([0, 0.004, 0.25, 12.34, 1_234.5, null].map(amount), ["0", "< 0.01", "0.25", "12.3", "1,235", "–"]);
  assert.deepEqual([64.4, 8.7, 3.02, 0.4].map(about), ["64", "8.7", "3", "0.40"]);
  assert.deepEqual([percent(0.141, 1), percent(0.001), percent(0)], ["14.1\u00a0%", "< 1\u00a0%", "0\u00a0%"]);
  assert.deepEqual([span(0.2), span(1), span(90), span(800), span(null)], ["less than a day", "1 day", "3 months", "2.2 years", "more than ten years"]);
});

test("moments that no calendar has do no harm", () => {
  assert.equal(day(0), "1970-01-01");
  assert.equal(day(1e15), "@1000000000000000");
  assert.equal(step(1e15, "month"), "@1000000000000000");
  assert.equal(step(1_709_251_200, "quarter"), "2024 Q1");
});
