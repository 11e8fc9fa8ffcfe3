"""What the chapters on other governments' reports say."""

import pytest
from paths import ROOT

from stateassets.audit.findings import ALARMS
from stateassets.measures.claims import newest_by_region
from stateassets.pages import peers
from stateassets.present.display import Passage


def test_every_collected_figure_is_counted_once(report):
    with (ROOT / "data/claims/published_reports.csv").open(encoding="utf-8-sig") as file:
        lines = len(file.readlines()) - 1
    assert peers.checked(report)["figures"] == lines


def test_the_verdicts_add_up_to_the_findings(report):
    table = peers.counts(report)
    assert sum(int(row[2]) for row in table.rows) == peers.checked(report)["relations"]


def test_every_finding_names_its_arithmetic_and_links_to_its_source(report):
    table = peers.findings(report, ALARMS, "有误")
    assert len(table.rows) == peers.checked(report)["alarms"]
    for row in table.rows:
        assert row[2].endswith("。")
        assert 'href="http' in row[4].html


def test_where_nothing_was_found_the_page_says_so(report):
    assert isinstance(peers.findings(report, ("未决",), "未决"), Passage)


def test_a_district_above_all_others_is_said_to_be_so(report):
    standing = peers.standing(report, "labour_productivity")
    others = [
        float(c.text)
        for c in newest_by_region(report.collected, "labour_productivity")
        if c.region != report.package.region
    ]
    assert float(peers.own(report, "labour_productivity").text) > max(others)
    assert "高于其他各地的最高值" in standing["where"] and str(max(others)) in standing["where"]


def test_a_district_among_the_others_is_said_to_be_between_them(report):
    assert "之间" in peers.standing(report, "debt_ratio")["where"]


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
