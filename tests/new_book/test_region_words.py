"""A county's book says 全县 and a city's 全市: the word for the whole is of the region's own kind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stateassets.book.takeaway.sheet_formulas import TOTALS
from stateassets.measures.ledger import DISTRICT, Ledger
from stateassets.tables.declared import DataPackage
from stateassets.tables.region import own, spoken, whole

ROOT = Path(__file__).parents[2]
WORDS = {
    "某区": "全区",
    "某市某区": "全区",
    "某新区": "全区",
    "某经济技术开发区": "全区",
    "某自治区": "全区",
    "某市某县": "全县",
    "某自治县": "全县",
    "某市": "全市",
    "某旗": "全旗",
    "某自治旗": "全旗",
    "某州": "全州",
    "某地方": "全区",
}


def of(region: str) -> DataPackage:
    """The declarations of the sample book, as another region's."""
    raw = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    return DataPackage.of({**raw, "region": region}, ROOT / "data")


def test_the_word_for_the_whole_is_of_the_regions_own_kind() -> None:
    wrong = {region: whole(region) for region, word in WORDS.items() if whole(region) != word}
    assert wrong == {}
    assert {own(region)[1:] for region in ("甲县", "乙市", "丙区")} == {"县", "市", "区"}
    assert set(WORDS.values()) <= set(TOTALS), "the total's row is known by its name in the workbook of formulas"


@pytest.mark.parametrize(("region", "word"), [("甲县", "全县"), ("甲市", "全市"), ("甲区", "全区")])
def test_scopes_and_words_of_codes_say_the_regions_own_word(region: str, word: str) -> None:
    package = of(region)
    assert Ledger(package, {}).scopes(DISTRICT)[0].name_zh == package.whole == word
    labels = {said for t in package.tables.values() for words in t.labels.values() for said in words.values()}
    assert {said for said in labels if said[:2] in {"全区", "全县", "全市"}} == {word, f"{word}的数"}


def test_chapters_of_a_new_book_speak_of_its_own_kind_of_region() -> None:
    for path in sorted((ROOT / "notebooks").rglob("*.ipynb")):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        text = "\n".join("".join(cell["source"]) for cell in cells)
        county = spoken(text, "甲县")
        assert "全区" not in county and "本区" not in county, path.name
        assert len(county) == len(text) and spoken(text, "乙区") == text, path.name
    assert spoken("本县没有，全县合计", "乙市", "甲县") == "本市没有，全市合计"


def test_words_that_only_look_like_the_whole_stay() -> None:
    for text in ("全区域", "本区间", "安全区", "“本区分类”表"):
        assert spoken(text, "甲县") == text
    assert spoken("全市场", "甲县", "乙市") == "全市场"
