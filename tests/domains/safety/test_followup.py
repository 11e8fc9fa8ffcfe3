"""Hazards after they were found: who supervises, what re-inspections said, and what came back."""

import pandas as pd
import pytest

from stateassets.domains.safety import page
from stateassets.domains.safety.page import FAILED, LIFTED, TO_INSPECT, TO_LIFT, recurrences
from stateassets.report import Report


def hazards(*rows):
    frame = pd.DataFrame(rows, columns=["id", "enterprise_id", "kind", "opened_on", "closed_on"])
    return frame.assign(**{c: pd.to_datetime(frame[c]) for c in ("opened_on", "closed_on")})


def test_a_hazard_has_come_back_if_the_same_kind_was_closed_at_the_same_enterprise_before():
    found = recurrences(
        hazards(
            ("1", "A", "fire", "2023-01-10", "2023-01-20"),
            ("2", "A", "fire", "2023-02-01", "2023-02-10"),  # back
            ("3", "A", "fire", "2023-03-01", None),  # back again, after the second
            ("4", "A", "gas", "2023-03-01", None),  # another kind
            ("5", "B", "fire", "2023-03-01", None),  # another enterprise
        )
    )
    assert dict(zip(found["id"], found["before"], strict=True)) == {"2": "1", "3": "2"}


@pytest.mark.parametrize("opened", ["2023-01-15", "2023-01-20"])
def test_a_second_hazard_before_or_on_the_day_the_first_is_closed_has_not_come_back(opened):
    rows = (("1", "A", "fire", "2023-01-10", "2023-01-20"), ("2", "A", "fire", opened, None))
    assert recurrences(hazards(*rows)).empty


def test_first_and_recurring_hazards_come_to_all_of_them(report):
    rows, _ = page.by_kind(report)
    told = page.recurring(report)
    assert sum(a + b for _, (a, b) in rows) == report.figure("safety_hazards").value
    assert f"{sum(b for _, (_, b) in rows)}处" == told["again"] != "0处"
    assert len(page.came_back(report, "表").rows) == int(told["again"][:-1])


def test_every_listed_hazard_has_its_supervisor_and_the_printed_six_are_there(report):
    listed = page.listed(report, "表")
    assert len(listed.rows) == report.figure("safety_listed_hazards").value == 6
    assert all(row[3] for row in listed.rows) and listed.internal


def test_a_listed_hazard_is_lifted_waits_or_is_failed(data):
    keys = [r["hazard_id"] for r in data.rows("hazard_listings")]
    data.change("hazard_listings", lambda r: r.update(lifted_on=""), hazard_id=keys[0])  # passed, not lifted
    for key in keys[1:3]:
        data.change("hazard_listings", lambda r: r.update(lifted_on=""), hazard_id=key)
        data.change("hazards", lambda r: r.update(closed_on=""), id=key)
    rows = [r for r in data.rows("hazard_reinspections") if r["hazard_id"] != keys[1]]
    data.write("hazard_reinspections", rows)
    data.change("hazard_reinspections", lambda r: r.update(result="failed", remaining="没有测试"), hazard_id=keys[2])
    found = page.supervised(Report(root=data.folder.parent)).set_index("hazard_id")["stands"]
    assert [found[key] for key in keys[:4]] == [TO_LIFT, TO_INSPECT, FAILED, LIFTED]


def test_a_general_hazard_under_supervision_is_named(data):
    general = next(r["id"] for r in data.rows("hazards") if r["level"] == "general")
    row = data.change("hazard_listings", lambda r: r.update(hazard_id=general), id="GP001")
    data.fault(f"ledger/hazard_listings.csv第{row}行", "等级是一般", "等级是挂牌督办的隐患")


def test_a_listed_hazard_that_nobody_supervises_is_named(data):
    first, *rest = data.rows("hazard_listings")
    data.write("hazard_listings", rest)
    data.fault("ledger/hazards.csv", f"{first['hazard_id']}是挂牌督办", "在挂牌督办台账里有一行")


def test_a_hazard_listed_twice_is_named(data):
    first = data.rows("hazard_listings")[0]["hazard_id"]
    row = data.change("hazard_listings", lambda r: r.update(hazard_id=first), id="GP002")
    data.fault(f"ledger/hazard_listings.csv第{row}行", f"{first}写了两行", "每条隐患一行")


@pytest.mark.parametrize(
    ("column", "day", "expected"),
    [("listed_on", "2023-01-01", "不早于发现日期"), ("lifted_on", "2023-01-19", "不早于销号日期2023-01-20")],
)
def test_supervision_outside_the_hazards_life_is_named(data, column, day, expected):
    row = data.change("hazard_listings", lambda r: r.update({column: day}), hazard_id="YH003")
    data.fault(f"ledger/hazard_listings.csv第{row}行", day, expected)


def test_supervision_lifted_from_a_hazard_that_is_not_closed_is_named(data):
    data.change("hazards", lambda r: r.update(closed_on=""), id="YH003")
    data.fault("ledger/hazard_listings.csv第2行", "摘牌日期", "空着，因为隐患没有销号")


def test_a_hazard_closed_on_a_failed_reinspection_is_named(data):
    row = data.change(
        "hazard_reinspections", lambda r: r.update(result="failed", remaining="没有测试"), hazard_id="YH001"
    )
    data.fault(f"ledger/hazard_reinspections.csv第{row}行", "隐患YH001在2023-01-19销号", "最后一次复查不合格")


def test_a_failed_reinspection_must_say_what_is_lacking_and_a_passed_one_must_not(data):
    row = data.change("hazard_reinspections", lambda r: r.update(remaining="没有测试"), result="passed")
    data.fault(f"ledger/hazard_reinspections.csv第{row}行", "合格，填了", "复查不合格的填")
    row = data.change("hazard_reinspections", lambda r: r.update(remaining=""), result="failed")
    data.fault(f"ledger/hazard_reinspections.csv第{row}行", "不合格，空着")


def test_a_reinspection_before_the_hazard_was_found_is_named(data):
    row = data.change("hazard_reinspections", lambda r: r.update(inspected_on="2023-01-02"), hazard_id="YH001")
    data.fault(f"ledger/hazard_reinspections.csv第{row}行", "复查日期", "不早于发现日期2023-01-16")
