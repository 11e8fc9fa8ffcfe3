"""Projects and their investment: what adds up, and what is said when it does not."""

import pytest

from stateassets.domains.projects import page
from stateassets.measures.figures import AGREES
from stateassets.present import coverage
from stateassets.report import Report


def key(part):
    """The columns that tell which project a part of a grant goes to."""
    return {name: part[name] for name in ("grant_id", "project_id")}


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


def test_no_grant_is_larger_than_what_its_projects_cost(report):
    frames = report.ledger.frames
    costs = frames["projects"].set_index("id")["planned_investment"]
    parts = frames["grant_projects"].dropna(subset=["amount"])
    assert len(parts) > 1
    by_project = parts.groupby("project_id")["amount"].sum()
    assert (by_project <= costs[by_project.index]).all()
    of_grants = parts.assign(cost=parts["project_id"].map(costs)).groupby("grant_id")[["amount", "cost"]].sum()
    stated = frames["grants"].set_index("id")["amount"]
    assert (stated[of_grants.index] == of_grants["amount"]).all()
    assert (of_grants["amount"] <= of_grants["cost"]).all()


def test_more_grants_than_a_project_costs_are_named(data):
    part = next(r for r in data.rows("grant_projects") if r["amount"])
    data.change("projects", lambda r: r.update(planned_investment=part["amount"]), id=part["project_id"])
    data.change("grant_projects", lambda r: r.update(amount=f"{float(r['amount']) + 1:.2f}"), **key(part))
    data.change("grants", lambda r: r.update(amount=f"{float(r['amount']) + 1:.2f}"), id=part["grant_id"])
    data.fault("ledger/grant_projects.csv", f"{part['project_id']}分到的补助合计", f"计划总投资{part['amount']}万元")


def test_parts_that_do_not_come_to_the_grant_are_named(data):
    part = next(r for r in data.rows("grant_projects") if r["amount"])
    data.change("grant_projects", lambda r: r.update(amount="0.01"), **key(part))
    data.fault("ledger/grants.csv", "金额", "各项目分到的金额合计")


def test_a_grant_whose_parts_are_unknown_stays_within_what_its_projects_cost_together(data):
    data.change("projects", lambda r: r.update(planned_investment="3371.00"), id="XMB01")
    assert not data.faults()  # what the other one costs is not known
    data.change("projects", lambda r: r.update(planned_investment="3371.00"), id="XMB02")
    data.fault("ledger/grants.csv第2行", "6743.00万元", "不大于所用项目的计划总投资6742.00万元")


def test_a_grant_of_no_project_is_named(data):
    data.write("grant_projects", [r for r in data.rows("grant_projects") if r["origin"] == "sample"])
    data.fault("ledger/grants.csv", "BZ001", "没有所用的项目")


def test_a_delivery_that_is_not_done_is_not_counted(data):
    data.change("housing_deliveries", lambda r: r.update(closed_on=""))
    report = Report(root=data.folder.parent)
    delivered, all_of_them = (report.figure(name).value for name in ("housing_delivery_projects", "housing_deliveries"))
    assert delivered == all_of_them - 1


def test_a_finished_project_without_a_day_is_named(data):
    building = next(r for r in data.rows("projects") if r["stage"] == "building")
    row = data.change("projects", lambda r: r.update(stage="finished"), id=building["id"])
    data.fault(f"ledger/projects.csv第{row}行", "阶段", "完工", "没有完工日期")


def test_a_grant_to_a_project_that_is_not_there_is_named(data):
    row = data.change("grant_projects", lambda r: r.update(project_id="XM999"), grant_id="BZ001", project_id="XMB01")
    data.fault(f"ledger/grant_projects.csv第{row}行", "项目", "XM999", "找不到")


# --- what the report names -----------------------------------------------------------------------


def test_the_events_are_the_three_that_the_report_names_and_nothing_is_made_up_about_them(report):
    shown = report.rows("活动", "events", year=2023)
    titles = [row[shown.header.index("活动")] for row in shown.rows]
    assert titles == ["重庆小面文化节", "智跑重庆·潮九宫集市", "重庆乐堡音乐节"]
    for title in ("企业", "地点", "日期", "参加人次（人）"):
        assert {row[shown.header.index(title)] for row in shown.rows} == {"报告未载"}


def test_the_central_grant_is_one_sum_for_the_two_projects_that_the_report_names(report):
    first = page.grants_table(report, "补助").rows[0]
    assert first[2] == "老旧改小区燃气及供排水管道改造项目（二期）；K6K9安置房项目"
    assert first[3:5] == ("报告未载", "6743") and first[5].text == "真实"


def test_a_project_without_dates_is_listed_first_and_counted_in_no_state(report):
    register = report.register("projects")
    shown = register.listing("项目")
    states = [row[shown.header.index("状态")].text for row in shown.rows]
    assert states[:2] == ["未载期限"] * 2 and "未载期限" not in states[2:]
    counted = sum(sum(numbers) for _, numbers in register.counts("kind"))
    assert counted == len(shown.rows) - 2
    assert "K6K9安置房项目" in page.without_enterprise(report)


def test_blanks_of_sample_rows_stay_blank(report):
    shown = report.register("projects").listing("项目")
    building = next(row for row in shown.rows if row[shown.header.index("阶段")] == "在建")
    assert building[shown.header.index("完工日期")] == "" and building[shown.header.index("来源")].text == "示例"


def test_the_five_commended_areas_are_one_row_without_names(report):
    areas = report.ledger.frames["renewal_areas"]
    real = areas[areas["origin"] == "real"]
    assert real[["areas", "commended", "title"]].to_numpy().tolist() == [[5, "yes", ""]]
    assert set(areas[areas["origin"] == "sample"]["commended"]) == {"no"}
    assert report.figure("renewal_commended_areas").value == 5
