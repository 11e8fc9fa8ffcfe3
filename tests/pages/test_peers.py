"""What the chapters on other governments' reports say."""

import pytest
from paths import ROOT

from stateassets.audit.findings import ALARMS
from stateassets.measures.claims import newest_by_region
from stateassets.measures.units import CLOSED, HALF_UP, ROUNDINGS
from stateassets.pages import peers
from stateassets.present.display import Passage


def test_every_collected_figure_is_counted_once(report):
    with (ROOT / "data/claims/published_reports.csv").open(encoding="utf-8-sig") as file:
        lines = len(file.readlines()) - 1
    assert peers.checked(report)["figures"] == lines


def test_the_verdicts_add_up_to_the_findings(report):
    table = peers.counts(report)
    assert sum(int(row[2]) for row in table.rows) == peers.checked(report)["relations"]


@pytest.mark.slow
def test_each_way_to_round_has_its_line_and_closed_ends_allow_most(report):
    table = peers.conventions(report)
    assert len(table.rows) == len(ROUNDINGS) and table.rows[0][0] == ROUNDINGS[HALF_UP]
    alarms = {row[0]: int(row[1]) for row in table.rows}
    assert alarms[ROUNDINGS[HALF_UP]] == peers.checked(report)["alarms"]
    assert alarms[ROUNDINGS[CLOSED]] == min(alarms.values())


def test_every_finding_names_its_arithmetic_and_links_to_its_source(report):
    table = peers.findings(report, ALARMS, "有误")
    assert len(table.rows) == peers.checked(report)["alarms"]
    for row in table.rows:
        assert row[2].endswith("。")
        assert 'href="http' in row[4].html


def test_where_nothing_was_found_the_page_says_so(report):
    assert isinstance(peers.findings(report, ("未决",), "未决"), Passage)


@pytest.mark.slow
def test_a_district_above_numbers_of_other_scopes_is_told_that_they_are_of_other_scopes(report):
    found = newest_by_region(report.collected, "labour_productivity")
    mine, *others = found
    assert mine.region == report.package.region and not any(c.scope == mine.scope for c in others)
    assert repr(peers.caution(report)).startswith("别处印出的劳动生产率口径或者年度不同，只供参考。")


def test_the_conclusion_ranks_the_district_among_its_own_scope_and_year_only(report):
    said = peers.standings(report, rate="debt_ratio", growth="total_assets.yoy")
    assert said["rate_where"]() == "没有口径和年度都相同的数可比"
    assert said["growth_where"]().startswith("在口径和年度都相同的5个数里")


def test_only_enterprises_outside_finance_are_compared(report):
    for figure_id in ("debt_ratio", "preservation_rate", "total_assets.yoy"):
        found = newest_by_region(report.collected, figure_id)
        assert found and not any(word in c.scope for c in found for word in ("金融企业", "行政事业", "合计"))
        assert [c.region for c in found].count(report.package.region) == 1


def test_each_point_says_what_hinders_the_comparison(report):
    table = peers.comparison(report, "labour_productivity", "x")
    notes = {row[0]: row[3] for row in table.rows}
    assert notes[report.package.region] == "本区"
    assert "不满一年" in notes["广东省"] and "口径是" in notes["广东省"]


def test_no_figure_to_compare_is_an_error_with_a_name(report):
    with pytest.raises(LookupError, match="净利润"):
        peers.own(report, "net_profit")


def test_a_figure_that_no_other_place_printed_has_no_standing(report):
    with pytest.raises(LookupError, match="没有其他地方的合规体系建设任务可以比较"):
        peers.standing(report, "compliance_tasks")


def test_the_page_tells_how_good_the_audit_is(report):
    scored = peers.case_score(report)
    table = peers.case_table(report)
    same = sum(str(getattr(row[4], "text", row[4])) == "相同" for row in table.rows)
    assert same == scored["right"] and len(table.rows) == scored["cases"]


def test_a_number_that_the_report_does_not_print_is_not_taken_from_the_tables(report):
    with pytest.raises(LookupError):
        peers.own(report, "net_profit")
    assert "平均职工人数由" in repr(peers.caution(report))


RATES = ("debt_ratio", "preservation_rate", "total_assets.yoy", "labour_productivity", "state_capital.yoy")


@pytest.mark.parametrize("figure_id", RATES)
def test_a_picture_keeps_other_scopes_and_other_years_apart_and_time_in_order(report, figure_id):
    groups, here = peers.picture_of(report, figure_id)
    mine = peers.own(report, figure_id)
    of = {(c.region, c.year, float(c.text)): c for c in newest_by_region(report.collected, figure_id)}
    alike, later, others = (dict(groups).get(h, []) for h in (peers.ALIKE, peers.OTHER_YEARS, peers.OTHER_SCOPES))
    assert here in dict(alike) and len(alike) + len(later) + len(others) == sum(
        "月)" not in claim.scope and "上半年" not in claim.scope for claim in of.values()
    )
    assert [value for _, value in alike] == sorted((value for _, value in alike), reverse=True)
    for label, _ in alike:
        assert label.endswith(f"{mine.year}年")
    for group in (later, others):
        years = [int(label[-5:-1]) for label, _ in group]
        assert years == sorted(years)


def test_part_of_a_year_is_in_the_table_and_not_in_the_picture(report):
    groups, _ = peers.picture_of(report, "total_assets.yoy")
    labels = [label for _, rows in groups for label, _ in rows]
    assert not any("2007" in label or "1-9月" in label for label in labels)
    assert any("不满一年" in row[3] for row in peers.comparison(report, "total_assets.yoy", "x").rows)
    assert peers.standing(report, "total_assets.yoy")["left_out"] == "不满一年的6个数没有画"


def test_a_place_is_told_among_what_can_be_compared_only(report):
    # Of 2023 and the same scope: 鄂州市 103.70, this district 101.5, 徐汇区 100.5.
    told = peers.standing(report, "preservation_rate")["alike"]
    assert told == "在口径和年度都相同的3个数里从高到低排第2，由上海市徐汇区的100.5%到鄂州市的103.70%"
    assert peers.standing(report, "labour_productivity")["alike"] == "没有口径和年度都相同的数可比"


def test_a_line_stands_where_a_number_changes_its_meaning():
    assert peers.line("preservation_rate") == ("保值", 100.0)
    assert peers.line("total_assets.yoy") == ("不增不减", 0.0)
    assert peers.line("debt_ratio") is None
