"""Files of printed figures may say what a change is measured against, and more kinds than the book's own."""

import csv

from paths import ROOT

from stateassets.importing.claims import read_claims
from stateassets.measures.claims import OTHER_KINDS, REPORT_COLUMNS

ROWS = [
    ("资产总额", "other_base", "16.9", "%", "2020"),
    ("资产总额", "年均增速", "8.1", "", "2020年"),
    ("资产总额", "目标", "900", "亿元", ""),
    ("货币资金占比", "所占比重", "9.97", "", ""),
    ("资产总额", "level", "809.92", "亿元", ""),
    ("资产总额", "同比增速", "3.44", "", "上年"),
]


def read(tmp_path, header, rows):
    path = tmp_path / "公布数.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return read_claims(path)


def test_a_base_and_every_kind_are_read_in_codes_and_in_words(tmp_path):
    header = ["地区", "年度", "口径", "项目", "种类", "印出的数", "单位", "基期"]
    found = read(tmp_path, header, [("某区", "2022", "企业", *row) for row in ROWS])
    assert not found.unused
    kinds = [claim.kind for claim in found.claims]
    assert kinds == ["other_base", "cagr", "target", "share", "level", "yoy_pct"] and set(OTHER_KINDS) < set(kinds)
    assert [claim.unit for claim in found.claims] == ["%", "%", "亿元", "%", "亿元", "%"]
    assert [claim.base_year for claim in found.claims] == [2020, 2020, None, None, None, 2021]
    assert found.claims[0].describe() == "资产总额较2020年增长16.9%"


def test_a_file_that_says_no_base_is_read_as_before(tmp_path):
    old = read_claims(ROOT / "data" / "claims" / "published_reports.csv")
    assert {claim.base for claim in old.claims} == {""} and "base" not in REPORT_COLUMNS
    assert not {claim.kind for claim in old.claims} & set(OTHER_KINDS)


def test_a_base_is_a_year_where_it_says_one(tmp_path):
    said = {"2014年初": 2013, "2020年末": 2020, "年初": 2021, "上年": 2021, "上月": None, "历史最高": None}
    header = ["region", "year", "scope", "name_zh", "kind", "value", "unit", "base"]
    rows = [("某区", "2022", "企业", "资产总额", "other_base", "1.0", "%", base) for base in said]
    assert [claim.base_year for claim in read(tmp_path, header, rows).claims] == list(said.values())
