"""Projects and their investment: what adds up, and what is said when it does not."""

import pytest

from stateassets.measures.figures import AGREES
from stateassets.present import coverage
from stateassets.report import Report


def test_every_printed_figure_of_the_section_agrees(report):
    states = {report.check_state(c) for c in report.claims if c.section == "二（三）3"}
    assert states == {AGREES}


def test_kinds_and_quarters_add_up_to_the_years_investment(report):
    panels = coverage.sums_by(report, "project_investment", "project_id", "kind", "quarter", "亿元")
    drawn = sum(amount for _, quarters in panels for _, amount in quarters)
    assert drawn == pytest.approx(report.exact(report.figure("projects_fixed_asset_investment")))


def test_investment_above_the_plan_is_named(data):
    first = data.rows("project_investment")[0]
    row = data.change("projects", lambda r: r.update(planned_investment="0.01"), id=first["project_id"])
    data.fault(f"ledger/projects.csv第{row}行", "计划总投资", "0.01万元", "已完成的投资")


def test_investment_before_the_beginning_is_named(data):
    first = data.rows("project_investment")[0]
    data.change(
        "projects",
        lambda r: r.update(opened_on="2023-12-01", due_on="2024-12-01", closed_on="", stage="building"),
        id=first["project_id"],
    )
    data.fault("ledger/project_investment.csv第2行", "季度", "不早于项目开始的2023年第4季度")


def test_investment_after_the_end_is_named(data):
    building = {r["id"] for r in data.rows("projects") if r["stage"] == "building"}
    last = next(r for r in data.rows("project_investment") if r["quarter"] == "4" and r["project_id"] in building)
    data.change("projects", lambda r: r.update(closed_on="2023-09-28", stage="finished"), id=last["project_id"])
    row = 2 + data.rows("project_investment").index(last)
    data.fault(f"ledger/project_investment.csv第{row}行", "季度", "不晚于项目完工的2023年第3季度")


def test_a_grant_for_renewal_to_another_kind_of_project_is_named(data):
    other = next(r for r in data.rows("projects") if r["kind"] == "ecology")
    data.change("grants", lambda r: r.update(project_id=other["id"]))
    data.fault("ledger/grants.csv第2行", other["id"])


def test_a_delivery_that_is_not_done_is_not_counted(data):
    data.change("housing_deliveries", lambda r: r.update(closed_on=""))
    report = Report(root=data.folder.parent)
    delivered, all_of_them = (report.figure(name).value for name in ("housing_delivery_projects", "housing_deliveries"))
    assert delivered == all_of_them - 1


def test_a_finished_project_without_a_day_is_named(data):
    building = next(r for r in data.rows("projects") if r["stage"] == "building")
    row = data.change("projects", lambda r: r.update(stage="finished"), id=building["id"])
    data.fault(f"ledger/projects.csv第{row}行", "阶段", "完工", "没有完工日期")


def test_a_grant_to_no_project_is_named(data):
    row = data.change("grants", lambda r: r.update(project_id="XM999"), id="BZ001")
    data.fault(f"ledger/grants.csv第{row}行", "项目编号", "XM999", "找不到")
