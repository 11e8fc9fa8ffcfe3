"""A day that the data do not reach: it is said, with what should have come in and what fell due since."""

import pandas as pd
import pytest
from data_copy import rewrite
from paths import ROOT

from stateassets.alerts import reach
from stateassets.alerts.page import AlertsPage
from stateassets.cli.main import main
from stateassets.report import Report

END = pd.Timestamp("2023-12-31")
SETTINGS = pd.DataFrame(
    {
        "id": ["flash", "progress", "sheet"],
        "every": ["month", "quarter", "year"],
        "due_months": [1, 1, 4],
        "due_day": [10, 31, 30],
    }
)
FRAMES = {
    "platform_returns": SETTINGS,
    "roster": pd.DataFrame({"enterprise_id": ["A", "A"], "year": [2022, 2023]}),
    "flash": pd.DataFrame({"year": [2022, 2023, 2023], "month": [12, 10, 11]}),
    "progress": pd.DataFrame({"year": [2023], "quarter": [4]}),
    "sheet": pd.DataFrame({"year": [2022, 2023]}),
}


def overdue(day):
    found = reach.overdue_returns(FRAMES, pd.Timestamp(day))
    return [(r.table, f"{r.period:%Y-%m}", f"{r.due_on:%m-%d}", r.days) for r in found]


@pytest.mark.parametrize(
    ("day", "found"),
    [
        ("2023-12-31", []),  # exactly at the month's end: December's is not due
        ("2024-01-10", []),  # on the day itself nothing is late
        ("2024-01-11", [("flash", "2023-12", "01-10", 1)]),
        ("2024-02-11", [("flash", "2023-12", "01-10", 32), ("flash", "2024-01", "02-10", 1)]),
        ("2021-05-01", []),  # before the data begin
    ],
)
def test_what_should_have_come_in_by_a_day_is_named_with_its_date(day, found):
    assert overdue(day) == found


def test_a_year_later_each_period_since_is_overdue():
    late = [table for table, *_ in overdue("2025-05-02")]
    assert late.count("flash") == 16  # December 2023 to March 2025
    assert late.count("progress") == 5  # of five quarters, the last due on 30 April
    assert late.count("sheet") == 1 and ("sheet", "2024-12", "04-30", 2) in overdue("2025-05-02")


def test_a_month_without_the_day_has_its_last():
    days = reach.due_on(SETTINGS, "progress", pd.Series([pd.Timestamp("2024-03-31")]))
    assert days.tolist() == [pd.Timestamp("2024-04-30")]


def test_next_is_the_period_after_the_last_on_record():
    assert [(r.table, f"{r.period:%Y-%m}") for r in reach.next_returns(FRAMES)] == [
        ("flash", "2023-12"),
        ("progress", "2024-03"),
        ("sheet", "2024-12"),
    ]


def test_a_book_without_the_setting_or_enterprises_has_nothing_to_say():
    assert reach.overdue_returns({}, END) == [] and reach.data_end({}) is None
    assert reach.unseen({}, END).empty


def test_after_the_end_the_rules_look_at_the_last_day_and_the_page_says_so(report):
    later = AlertsPage(report, "flash", pd.Timestamp("2024-12-31"))
    now = AlertsPage(report, "flash")
    assert [a.as_dict() for a in later.alerts] == [a.as_dict() for a in now.alerts]
    told = "".join(later.reach())
    assert "数据截至2023年12月，晚于2023年12月31日的事没有记录" in told
    assert "财务快报11期，从2024年1月的起，最早的期限是2024年2月10日，已过325天" in told
    assert now.reach() == ["数据截至2023年12月。"]


def test_payments_that_fell_due_since_are_counted_with_their_amount(report):
    """Those of the debts' schedules; on the first day after the end none was due before it."""
    assert AlertsPage(report, as_of=pd.Timestamp("2024-01-01")).unseen.empty
    rows = AlertsPage(report, as_of=pd.Timestamp("2024-01-31")).unseen
    assert set(rows["kind"]) == {"到期债务"} and rows["due_on"].between("2023-12-30", "2024-01-30").all()
    assert rows["amount"].gt(0).all()


def test_before_the_data_begin_that_is_said(report):
    first = report.ledger.years[0]
    told = f"数据从{first}年1月开始，{first - 1}年5月1日还没有数据。"
    assert AlertsPage(report, as_of=pd.Timestamp(first - 1, 5, 1)).reach() == [told]


def test_the_command_says_it_before_its_alerts(capsys):
    assert main(["alerts", "--root", str(ROOT), "--as-of", "2024-06-30", "--module", "people"]) == 0
    first, second, third, *_ = capsys.readouterr().out.splitlines()
    assert first.startswith("数据截至2023年12月，") and "逾期没有报送的" in second and "付没付不知道" in third


def test_payments_that_fell_due_since_are_instalments_not_debts(report):
    now = AlertsPage(report, as_of=pd.Timestamp("2024-01-31"))
    assert f"到期债务{len(now.unseen)}期，共" in now.reach()[-1]


def test_a_return_of_a_table_that_there_is_not_or_of_another_period_is_named(data):
    row = rewrite(data, "platform_returns", lambda r: r.update(id="moon"), id="headcount")
    data.fault(f"settings/platform_returns.csv第{row}行", "“moon”", "按期报送的表")
    row = rewrite(data, "platform_returns", lambda r: r.update(every="quarter"), id="account_balances")
    data.fault(f"settings/platform_returns.csv第{row}行", "每季", "有这一列的表")


def test_flash_needs_its_date(data):
    rewrite(data, "platform_returns", lambda r: r.update(id="payroll", every="year"), id="flash_reports")
    data.fault("settings/platform_returns.csv", "没有财务快报的期限")


def test_enterprises_that_nobody_supervises_yet_have_no_data(report, monkeypatch):
    bare = Report(root=ROOT)
    rest = {name: rows for name, rows in report.ledger.frames.items() if name != "roster"}
    monkeypatch.setattr(bare.ledger, "frames", rest)
    assert AlertsPage(bare, alerts=()).reach() == ["还没有数据。"]
