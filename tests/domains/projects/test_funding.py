"""Projects' funds: what adds up, what is spent before it is there, and what is said of wrong rows."""

import pandas as pd
import pytest

from stateassets.alerts import RULES, AlertContext
from stateassets.domains.projects import funding
from stateassets.domains.projects.alerts import spending
from stateassets.measures.registry import REGISTRY
from stateassets.measures.units import in_unit


def test_sources_of_funds_come_to_the_planned_investment_and_to_what_is_drawn(report):
    rows, sources = funding.by_kind(report)
    whole = report.figure("projects_funds_planned")
    assert whole.value == pytest.approx(report.figure("projects_planned_investment").value)
    assert sum(sum(amounts) for _, amounts in rows) == pytest.approx(report.exact(whole))
    assert all(len(amounts) == len(sources) for _, amounts in rows)
    assert float(in_unit(whole.value, "亿元")) == pytest.approx(report.exact(whole))


def test_what_is_secured_is_a_share_of_the_plan_by_hand():
    assert REGISTRY["projects_funds_secured_rate"].formula(30, 120) == 25


def seen(quarters, secured, as_of="2023-12-31"):
    frames = {
        "projects": pd.DataFrame([{"year": 2023, "id": "P", "title": "桥", "enterprise_id": "A"}]),
        "project_investment": pd.DataFrame(
            [{"year": 2023, "quarter": q, "project_id": "P", "amount": amount} for q, amount in quarters.items()]
        ),
        "project_funds": pd.DataFrame([{"project_id": "P", "secured": amount} for amount in secured]),
    }
    return RULES["project_unfunded"].values(spending(AlertContext(frames, pd.Timestamp(as_of)))).tolist()


def test_what_is_spent_beyond_what_is_secured_is_a_share_of_what_is_spent():
    assert seen({1: 40.0, 2: 60.0}, [50.0, 30.0]) == [20.0]
    assert seen({1: 40.0, 2: 60.0}, [50.0, 50.0]) == [0.0]


def test_a_quarter_counts_from_its_last_day_on():
    assert seen({1: 40.0, 2: 60.0}, [40.0], "2023-06-30") == [60.0]
    assert seen({1: 40.0, 2: 60.0}, [40.0], "2023-06-29") == [0.0]


def test_projects_spent_beyond_their_funds_are_listed_and_counted_alike(report):
    listed = funding.unfunded(report, "表")
    assert f"{len(listed.rows)}项" == funding.numbers(report)["unfunded"] != "0项"
    assert listed.internal


def test_a_project_without_sources_of_funds_is_counted_as_such(data):
    from stateassets.report import Report

    before = funding.numbers(Report(root=data.folder.parent))["unknown"]
    data.write("project_funds", [r for r in data.rows("project_funds") if r["project_id"] != "XM001"])
    assert int(funding.numbers(Report(root=data.folder.parent))["unknown"][:-1]) == int(before[:-1]) + 1


def test_sources_that_do_not_come_to_the_planned_investment_are_named(data):
    data.change("project_funds", lambda r: r.update(planned="99999.99"), project_id="XM001")
    data.fault("ledger/projects.csv", "计划总投资", "XM001各项资金来源之和")


def test_more_secured_than_planned_is_named(data):
    row = data.change("project_funds", lambda r: r.update(secured="999999"), id="ZJ001")
    data.fault(f"ledger/project_funds.csv第{row}行", "已落实金额", "999,999.00万元", "不大于计划金额")


def test_a_grant_that_does_not_go_to_the_project_is_named(data):
    row = data.change("project_funds", lambda r: r.update(grant_id="BZ001"), id="ZJ001")
    data.fault(f"ledger/project_funds.csv第{row}行", "BZ001", "给XM001的补助")
    data.fault(f"ledger/project_funds.csv第{row}行", "资金来源", "自有资金", "上级补助，因为填了补助编号")


def test_a_grant_larger_than_its_part_is_named(data):
    part = next(r for r in data.rows("project_funds") if r["grant_id"])
    row = data.change("project_funds", lambda r: r.update(planned="999999"), id=part["id"])
    data.fault(f"ledger/project_funds.csv第{row}行", "999,999.00万元", f"不大于{part['grant_id']}分到的")
