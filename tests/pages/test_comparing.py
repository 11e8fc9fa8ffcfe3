"""比一比: what the page carries is what the report prints, all of it, and nothing else."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paths import ROOT

from stateassets.chapters import contents as chapters
from stateassets.editions.edition import INTERNAL, PUBLIC, in_book
from stateassets.editions.release import Release
from stateassets.measures.ledger import CLASS, DISTRICT, ENTERPRISE, GROUP, Scope, ScopeError
from stateassets.measures.registry import REGISTRY
from stateassets.measures.units import half_up, in_unit, with_unit
from stateassets.pages import comparing
from stateassets.present.display import Passage
from stateassets.report import Report
from stateassets.tables.addresses import in_runs

WIDEST = 330_000  # bytes, with five years of everybody in it
CELL = st.sampled_from(["", "1", "2.5", "-3", "不可比", "y"])


@pytest.fixture(scope="module")
def widget(report: Report) -> comparing.Comparison:
    return comparing.comparison(report, "主要数字")


@pytest.fixture(scope="module")
def carried(widget: comparing.Comparison) -> dict[str, Any]:
    """What the page carries, as its script reads it."""
    html = widget._repr_html_()
    start = html.index(">", html.index(f'id="{comparing.DATA}"')) + 1
    assert len(html.encode()) < WIDEST
    found = json.loads(html[start : html.index("</script>", start)])
    for measure in found["measures"]:
        measure |= found["alike"][measure["alike"]]
    return found


def column(table: str, name: str) -> list[str]:
    with (ROOT / "data" / "ledger" / f"{table}.csv").open(encoding="utf-8-sig", newline="") as rows:
        return [row[name] for row in csv.DictReader(rows)]


def cells(carried: dict[str, Any], measure: dict[str, Any], key: str) -> Iterator[tuple[Scope, int, str]]:
    """(scope, year, text) of everything that a measure has under a key."""
    for by, text in measure[key].items():
        scopes = [scope for scope in carried["scopes"] if scope["by"] == by]
        for scope, row in zip(scopes, taken_apart(text, len(carried["years"])), strict=True):
            own = scope["code"].partition(":")[2] or scope["name"]
            for year, cell in zip(carried["years"], row, strict=True):
                yield Scope(by, own, own if by == CLASS else scope["name"].removesuffix("（单户）")), year, cell


def taken_apart(text: str, years: int) -> list[list[str]]:
    """Rows of cells as the script reads them (numbers.js)."""
    found: list[list[str]] = []
    for row in text.split("|"):
        told = row.split(";")
        found.append(found[-1] if row == "=" else [told[0]] * (years - len(told)) + told)
    return found


def plain(text: str) -> str:
    return text.replace(",", "")


@given(st.integers(1, 4).flatmap(lambda years: st.lists(st.lists(CELL, min_size=years, max_size=years), min_size=1)))
def test_rows_of_cells_come_back_from_the_short_text(rows):
    assert taken_apart(comparing.packed(rows), len(rows[0])) == rows


@given(st.fractions(), st.integers(0, 4), st.integers(0, 6))
def test_a_value_that_was_cut_rounds_as_the_value_itself(value, decimals, more):
    text = comparing.exact(value, decimals + more)
    if more:
        assert half_up(Decimal(text), decimals) == half_up(value, decimals)
    assert not text.startswith("-0") or Decimal(text)


def test_every_enterprise_each_class_and_the_district_can_be_picked(carried):
    codes = [scope["code"] for scope in carried["scopes"]]
    ids, parents = column("enterprises", "enterprise_id"), column("enterprises", "parent_id")
    wanted = ["district", *(f"class:{name}" for name in dict.fromkeys(column("enterprises", "class_zh")))]
    wanted += [f"group:{key}" for key, parent in zip(ids, parents, strict=True) if not parent]
    assert codes == wanted + [f"enterprise:{key}" for key in ids]


def test_every_year_of_the_statements_can_be_picked(carried):
    assert carried["years"] == sorted({int(year) for year in column("balance_sheet", "year")})


def test_every_indicator_can_be_picked_under_the_name_of_its_domain(carried):
    listed = [measure["code"] for measure in carried["measures"]]
    # How many indicators this book scores by is no number of the district's.
    assert listed == [name for name in REGISTRY if name != "evaluation_indicators"]
    assert all(measure["domain"] and carried["bases"][measure["basis"]] for measure in carried["measures"])


def test_every_value_prints_as_the_reports_own_figure(report, carried):
    checked = 0
    for measure in carried["measures"]:
        for scope, year, text in cells(carried, measure, "values"):
            figure = report.figure(measure["code"], scope, year)
            if text in carried["why"]:
                assert figure.value is None, (measure["code"], scope, year)
            elif text in carried["rules"]:
                assert text == figure.exact
            else:
                unit, decimals = figure.told_in or (figure.unit, figure.decimals)
                assert with_unit(in_unit(Decimal(text), unit), unit, decimals) == figure.exact
                checked += 1
    assert checked > 10_000


def test_a_level_is_left_out_only_where_the_ledger_knows_no_such_figure(report, carried):
    levels = {by: report.ledger.scopes(by)[0] for by in (DISTRICT, CLASS, GROUP, ENTERPRISE)}
    for measure in carried["measures"]:
        for by in levels.keys() - measure["values"].keys():
            with pytest.raises(ScopeError):
                report.figure(measure["code"], levels[by])


def test_every_change_is_the_reports_own_in_points_per_cent_or_words(report, carried):
    words, points = set(), 0
    for measure in carried["measures"]:
        for scope, year, text in cells(carried, measure, "since") if "since" in measure else ():
            if text:
                figure = report.figure(f"{measure['code']}.{measure['kind']}", scope, year)
                assert text == plain(figure.exact).removesuffix(measure["changes"])
                assert measure["changes"] == figure.unit
                points += measure["changes"] == "个百分点" and measure["unit"] == "%"
                words |= {text} if figure.turn else set()
    assert points > 500 and {"不可比", "减亏"} <= words


def test_what_was_printed_is_marked_where_the_number_itself_was(report, carried):
    marked = {m["code"] for m in carried["measures"] if "printed" in m}
    printed = {c.figure_id for c in report.claims if c.figure_id in REGISTRY and not report.figure(c.figure_id).over}
    assert marked == printed and "projects_total" not in marked  # 逾250项


def test_the_first_year_has_no_change(carried):
    assert not [
        (measure["code"], text)
        for measure in carried["measures"]
        for _, year, text in (cells(carried, measure, "since") if "since" in measure else ())
        if year == carried["years"][0] and text
    ]


def test_why_there_is_no_value_is_said(carried):
    of = {measure["code"]: measure for measure in carried["measures"]}
    found = {
        (name, scope.by, scope.id, year): text
        for name in ("debt_ratio", "interest_bearing_debt", "average_headcount")
        for scope, year, text in cells(carried, of[name], "values")
    }
    joined = next(  # the company that was founded in the report's year
        key
        for key, year in zip(column("enterprises", "enterprise_id"), column("enterprises", "start_year"), strict=True)
        if year == "2023"
    )
    assert found["debt_ratio", ENTERPRISE, joined, 2022] == comparing.OUTSIDE
    assert "group" not in of["budget_revenue"]["values"] and "district" in of["budget_revenue"]["values"]


def test_rows_that_a_number_is_taken_from_are_those_of_the_ledger(report, carried):
    of = {measure["code"]: measure for measure in carried["measures"]}
    source = carried["sources"][of["total_assets"]["source"]["rows"]]
    told = {(s.by, s.id, year): text for s, year, text in cells(carried, {"rows": source["rows"]}, "rows")}
    group = report.ledger.scopes(GROUP)[0]
    rows = report.ledger.rows_of(REGISTRY["total_assets"], group, report.year)
    assert told[GROUP, group.id, report.year] == in_runs(rows) != ""


def test_a_name_that_looks_like_markup_does_not_end_the_data():
    text = comparing._lines({"scopes": [{"name": "</script><b>"}]})
    assert "<" not in text and json.loads(text)["scopes"][0]["name"] == "</script><b>"


def test_presets_are_the_parts_of_the_schemes_of_appraisal(carried):
    assert {"主要数字", "债务风险", "盈利能力", "效率"} <= carried["presets"].keys()
    assert "debt_ratio" in carried["presets"]["债务风险"]
    assert set().union(*carried["presets"].values()) <= {measure["code"] for measure in carried["measures"]}


def test_the_public_edition_has_no_such_page_and_shows_no_such_widget(report, widget):
    page = ROOT / f"{chapters(ROOT).place('compare')}.ipynb"
    assert in_book(ROOT, page, INTERNAL) and not in_book(ROOT, page, PUBLIC)
    assert isinstance(Release(report)(widget), Passage)


def test_the_conclusion_names_the_highest_and_the_lowest(report):
    ratios = {f.scope.name_zh: f.number for f in report.figures(comparing.FIRST, GROUP)}
    text = repr(comparing.conclusion(report))
    assert f"{max(ratios, key=ratios.__getitem__)}最高" in text and f"{min(ratios, key=ratios.__getitem__)}最低" in text
