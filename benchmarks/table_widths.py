"""Which tables of the built book are wider than the screen, and what that cuts off.

    python -m benchmarks.table_widths [PAGE …]

Reads each page in Chromium on a phone, a laptop and a large screen. Prints for each width how many
tables there are, how many scroll sideways, how many of those have no more than eight columns, and
how many hide the column that says what a row comes to; then the tables themselves, the widest first.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

SITE = Path("_build/html")
WIDTHS = (390, 1280, 1920)
MOST_COLUMNS = 8  # that fit a laptop
SHOWN = 30  # tables that are listed for each width
# A table scrolls in its own frame; nothing else on its way up to the page may.
TABLES = """() => [...document.querySelectorAll(".bd-article table")].filter(t => t.checkVisibility()).map(table => {
  const name = table.closest("figure")?.querySelector("figcaption")?.textContent
    || table.closest(".sa-frame")?.getAttribute("aria-label") || table.textContent.slice(0, 30);
  let hidden = 0;
  for (let e = table.parentElement; e && e !== document.body; e = e.parentElement)
    if (getComputedStyle(e).overflowX !== "visible") hidden = Math.max(hidden, e.scrollWidth - e.clientWidth);
  const edge = Math.min(innerWidth, (table.closest(".sa-frame") || document.body).getBoundingClientRect().right);
  const decided = table.matches(".sa-decided");
  const beyond = decided && [...table.rows].some(row => row.cells[1]?.getBoundingClientRect().right > edge + 1);
  return { name, columns: table.rows[0].cells.length, hidden, decided, beyond };
})"""


@dataclass(frozen=True)
class Measured:
    """A table as the page shows it; ``hidden`` are the pixels that scrolling brings."""

    name: str
    columns: int
    hidden: int
    decided: bool
    beyond: bool  # whether the deciding column, if it has one, is out of sight

    @property
    def scrolls(self) -> bool:
        """Whether one has to scroll sideways for all of it."""
        return self.hidden > 1  # a pixel is rounding


def tables(page: Page) -> list[Measured]:
    """Return the tables that a page shows."""
    return [Measured(**found) for found in page.evaluate(TABLES)]


def _pages(names: list[str]) -> Iterator[Path]:
    if names:
        yield from (SITE / f"{name.removesuffix('.html')}.html" for name in names)
    else:
        yield from sorted((SITE / "notebooks").rglob("*.html"))


def main(names: list[str]) -> None:
    """Measure and print."""
    found: dict[int, list[tuple[str, Measured]]] = {width: [] for width in WIDTHS}
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page()
        for place in _pages(names):
            page.goto(place.absolute().as_uri())
            page.add_style_tag(content="* { transition: none !important; }")  # the theme's sides slide in
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                found[width] += [(place.stem, table) for table in tables(page)]
        browser.close()
    print(f"{'width':>6} {'tables':>7} {'scroll':>7} {f'of <= {MOST_COLUMNS}':>8} {'beyond':>7}")
    for width, measured in found.items():
        wide = [table for _, table in measured if table.scrolls]
        few = sum(table.columns <= MOST_COLUMNS for table in wide)
        beyond = sum(table.beyond for _, table in measured)
        print(f"{width:>6} {len(measured):>7} {len(wide):>7} {few:>8} {beyond:>7}")
    for width, measured in found.items():
        wider = sorted((m for m in measured if m[1].scrolls), key=lambda m: -m[1].hidden)
        print(
            f"\n{width}:",
            *(f"  {t.hidden:>5} px  {t.columns:>2} columns  {p}  {t.name}" for p, t in wider[:SHOWN]),
            sep="\n",
        )


if __name__ == "__main__":
    main(sys.argv[1:])
