"""How soon the search answers, and how much of what readers look up it finds.

    python -m benchmarks.search_speed [TIMES]

Over the built book's index TIMES as large (default 10), in Chromium, against what one would
otherwise use: MiniSearch with pairs of characters for words, pinyin beside each name. Needs npm,
which brings MiniSearch into a temporary folder. The queries and what they must find are those of
the tests (``tests/cases/searches.yaml``); milliseconds are medians over them. Right is counted where
a name or a page is looked for: the other engine has no figures and no words besides its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
QUERIES = ROOT / "tests" / "cases" / "searches.yaml"
LONGEST = 300  # seconds that its installation may take
OTHER = "minisearch@7.2.0"
# Both engines over the same sections and names; a query is right where the tests say so.
MEASURE = r"""([queries, times]) => {
  const small = window.stateAssetsIndex, index = { ...small, pages: [], names: [] };
  for (let k = 0; k < times; k += 1) {
    index.pages.push(...small.pages);
    index.names.push(...small.names);
  }
  const words = (text) => [...text.normalize("NFKC").toLowerCase().matchAll(
    /[\u4e00-\u9fff]+|[a-zü]+|\d[\d,.]*/g)].flatMap(([run]) => /[\u4e00-\u9fff]{2,}/.test(run)
      ? Array.from({ length: run.length - 1 }, (_, i) => run.slice(i, i + 2)) : [run.replace(/,/g, "")]);
  const sounds = (name) => name.p.flatMap((p) =>
    [p.replace(/ /g, ""), p.split(" ").map((s) => s[0]).join("")]).join(" ");
  const documents = [
    ...index.pages.flatMap((page) => page.s.map((s) => ({ page: page.t, h: s.h, x: s.x, p: "" }))),
    ...index.names.map((n) => ({ page: "", h: n.n, x: n.o.join(" "), p: sounds(n) })),
  ].map((d, id) => ({ id, ...d }));
  const other = new MiniSearch({ fields: ["h", "x", "p"], storeFields: ["page", "h"],
    tokenize: words, searchOptions: { combineWith: "AND", prefix: true, fuzzy: 0.2,
      boost: { h: 3, p: 4 } } });
  const timed = (work) => { const begun = performance.now(); work();
    return performance.now() - begun; };
  let book;
  const { prepare, find } = window.stateAssetsFinding;
  const ready = [timed(() => { book = prepare(index); }), timed(() => other.addAll(documents))];
  const asked = { 本书: [], MiniSearch: [] }, right = { 本书: 0, MiniSearch: 0 };
  for (const { query, name, page } of queries) {
    let own, others;
    asked.本书.push(timed(() => { own = find(query, book); }));
    asked.MiniSearch.push(timed(() => { others = other.search(query); }));
    const first = own.names[0]?.name;
    if (!name && !page) continue;
    right.本书 += name ? first?.text === name
      : own.pages.some((p) => p.page.title.raw.startsWith(page));
    right.MiniSearch += name ? others[0]?.h === name : others.some((o) => o.page.startsWith(page));
  }
  const sorted = (list) => list.sort((a, b) => a - b);
  return Object.keys(asked).map((who, i) => ({ who, ready: ready[i], right: right[who],
    median: sorted(asked[who])[asked[who].length >> 1], worst: asked[who].at(-1) }));
}"""


def main(times: int) -> None:
    """Print a line for each engine, and the ratio of their medians."""
    queries = yaml.safe_load(QUERIES.read_text("utf-8"))
    for case in queries:
        case["query"] = str(case["query"])
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        install = ["npm", "install", "--silent", "--prefix", folder, OTHER]
        subprocess.run(install, check=True, timeout=LONGEST)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto((SITE / "search.html").as_uri())
        page.wait_for_function("window.stateAssetsFinding && window.stateAssetsIndex")
        page.add_script_tag(path=Path(folder) / "node_modules/minisearch/dist/umd/index.js")
        own, other = page.evaluate(MEASURE, [queries, times])
        browser.close()
    plain = sum("name" in case or "page" in case for case in queries)
    for row in (own, other):
        print(
            f"{row['who']}：找对{row['right']}/{plain}，每次{row['median']:.1f}毫秒，"
            f"最慢{row['worst']:.1f}毫秒，准备{row['ready']:.0f}毫秒"
        )
    print(f"每次用时之比（本书：MiniSearch）{own['median'] / other['median']:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
