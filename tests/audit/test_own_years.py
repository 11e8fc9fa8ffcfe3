"""What ties all years of one's own together."""

from __future__ import annotations

from dataclasses import replace

import pytest
from paths import ROOT

from stateassets.audit import own_years
from stateassets.pages import own_years as page
from stateassets.report import Report
from stateassets.tables.declared import NoFigureError

report = Report(root=ROOT)


def test_every_turn_of_a_year_is_one_number_or_says_why_not() -> None:
    found = {(t.year, t.name): t for t in own_years.turns(report.ledger, report.whole, page.BALANCES)}
    assert len(found) == 4 * 3
    assert {key for key, turn in found.items() if turn.verdict == own_years.TOLD} == {
        (2019, "total_assets"),  # 以前年度多计的收入更正
        (2019, "state_capital"),
        (2020, "total_assets"),  # 首次执行新租赁准则
        (2020, "total_liabilities"),
    }
    lease = found[2020, "total_liabilities"]
    assert round(lease.opened - lease.closed, 2) == 1264.00
    assert all(turn.opened == turn.closed for turn in found.values() if turn.verdict == own_years.SAME)
    untold = replace(lease, change=replace(lease.change, why=()) if lease.change else None)
    assert untold.verdict == own_years.UNTOLD


def earlier(text: str, year: int = 2022):
    """What an earlier report of the district could have printed of its assets."""
    own = next(c for c in report.collected if c.region == report.package.region and c.figure_id == "total_assets")
    return replace(own, year=year, text=text, source="上年的报告")


def test_what_earlier_reports_printed_is_held_against_the_ledger() -> None:
    def verdict(claim) -> str:
        return next(own_years.recomputed([claim], report.ledger, report.whole))[2]

    assert verdict(earlier("663.3")) == own_years.AS_PRINTED
    assert verdict(earlier("663.4")) == own_years.OTHERWISE
    closed = replace(earlier("6169319.45", 2020), unit="万元", decimals=2)
    assert verdict(closed) == own_years.AS_PRINTED
    assert verdict(replace(closed, text="6170583.45")) == own_years.AS_RESTATED


def test_all_years_printed_numbers_are_audited_together() -> None:
    assert own_years.between(report.claims, [earlier("663.3")]) == ()  # 696.9 is 5.1% more
    (found,) = own_years.between(report.claims, [earlier("670.0")])
    assert "上年印出670.0亿元，本年696.9亿元，算得4.0%" in found.message
    assert own_years.between(report.claims, ()) == ()


def test_the_page_says_what_there_is_to_compare(monkeypatch) -> None:
    assert "以往各年的公布数还没有录入" in repr(page.shown(report))
    monkeypatch.setattr(Report, "collected", (earlier("670.0"),))
    told = repr(page.shown(report))
    assert "2022年｜资产总额｜670.0亿元｜663.3亿元｜不符" in told and "各年的公布数之间" in told


def test_a_ledger_of_one_year_has_no_turns(monkeypatch) -> None:
    monkeypatch.setattr(type(report.ledger), "years", (2023,))
    with pytest.raises(NoFigureError, match="只有一年的报表，没有上下年可以衔接"):
        page.turns(report)
