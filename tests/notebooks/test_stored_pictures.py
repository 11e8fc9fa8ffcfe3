"""Every picture of every notebook has words for who does not see it, and its numbers as a table."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from paths import ROOT

from stateassets.tables.addresses import ALERT

NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))


def shown(path: Path) -> str:
    """The HTML that a notebook shows."""
    cells = nbformat.read(path, as_version=4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    return "".join(output.get("data", {}).get("text/html", "") for output in outputs)


def lacking(html: str) -> list[str]:
    """Pictures without caption, words or a table of their numbers."""
    found = []
    for picture in BeautifulSoup(html, "lxml").find_all(["svg", "img"]):
        figure = picture.find_parent("figure", class_="sa-chart")
        caption = figure and figure.figcaption and figure.figcaption.get_text(strip=True)
        words = str(picture.get("aria-label") or picture.get("alt") or "").strip()
        rows = figure.select("details table tbody tr") if figure else []
        heads = figure.select("details table thead th") if figure else []
        whole = all(len(row.find_all(["th", "td"])) == len(heads) for row in rows)
        if not (caption and len(words) > 5 and rows and len(heads) > 1 and whole):
            found.append(f"{caption or '没有图题'}：{words[:40]}")
    return found


@pytest.mark.slow
def test_every_picture_has_a_caption_words_and_its_numbers() -> None:
    texts = {path.name: shown(path) for path in NOTEBOOKS}
    assert sum(text.count("<svg") for text in texts.values()) > len(NOTEBOOKS) / 2
    assert {name: lacking(text) for name, text in texts.items() if lacking(text)} == {}


def twice(html: str) -> list[str]:
    """Places that stand more than once on a page: a link or a picture would take the wrong one.

    But for alerts, which several tables of a page may list: the page names the first (``book.anchors``).
    """
    times = Counter(re.findall(rf' id="(?!{ALERT}-)([^"]+)"', html))
    return [name for name, number in times.items() if number > 1]


def test_no_page_names_two_things_alike() -> None:
    assert {path.name: twice(shown(path)) for path in NOTEBOOKS if twice(shown(path))} == {}


def test_a_place_named_twice_is_noticed() -> None:
    assert twice('<b id="x"></b><i id="y"></i>') == []
    assert twice('<b id="x"></b><i id="x"></i>') == ["x"]


WHOLE = (
    '<figure class="sa-chart"><figcaption>资产</figcaption><svg role="img" aria-label="各企业的资产">'
    "</svg><details><table><thead><tr><th>企业</th><th>资产</th></tr></thead>"
    "<tbody><tr><th>甲</th><td>1</td></tr></tbody></table></details></figure>"
)


@pytest.mark.parametrize(
    "lost",
    [
        "资产</figcaption>",
        ' aria-label="各企业的资产"',
        "<tr><th>甲</th><td>1</td></tr>",
        "<td>1</td>",
        '<figure class="sa-chart">',
    ],
)
def test_a_picture_that_lacks_something_is_noticed(lost: str) -> None:
    assert lacking(WHOLE) == []
    assert lacking(WHOLE.replace(lost, lost[2:] if lost.startswith("资产") else ""))
