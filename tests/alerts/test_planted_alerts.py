"""The supervision platform on whole tables: planted events are found, wrong tables are named."""

import json

import pandas as pd
import pytest
import yaml
from data_copy import rewrite
from many import every
from paths import ROOT

from stateassets.alerts import LEVELS, RED, RULES, YELLOW, AlertContext, find_alerts, settings
from stateassets.alerts.levels import COLUMNS
from stateassets.alerts.months import waiting
from stateassets.alerts.page import AlertsPage
from stateassets.cli.main import main
from stateassets.domains.flash.alerts import returns
from stateassets.domains.funds.alerts import split
from stateassets.domains.staff.alerts import terms
from stateassets.measures.figures import AGREES
from stateassets.report import Report
from stateassets.tables.origins import Origin
from stateassets.tables.periods import year_end

CASES = yaml.safe_load((ROOT / "tests" / "cases" / "warnings.yaml").read_text(encoding="utf-8"))
END = year_end(2023)


@pytest.fixture(scope="module")
def seen(report):
    return AlertsPage(report)


# --- every rule ----------------------------------------------------------------------------------


def test_every_rule_has_a_case_and_a_setting(report):
    assert set(CASES) == set(RULES) == set(settings(report.ledger.frames))


@every("name", CASES)
def test_the_rule_fires_at_its_line_and_not_just_before(report, name):
    rule, case = RULES[name], CASES[name]
    setting = settings(report.ledger.frames)[name]
    level = setting.level(rule.values(pd.DataFrame([case["fires"]]))[0])
    assert COLUMNS.get(level) == case["level"]
    assert setting.level(rule.values(pd.DataFrame([case["not"]]))[0]) == 0


# --- what was planted in the sample --------------------------------------------------------------


@every(
    ("rule", "enterprise", "level", "opened"),
    [
        ("flash_late", "B2", RED, True),  # a statement that never came
        ("flash_profit", "E1", RED, False),  # three months of loss, made good
        ("flash_outlier", "D1", RED, False),  # a month's revenue typed three times too large
        ("flash_revised", "C2", YELLOW, True),
        ("flash_annual", "D2", YELLOW, False),
        ("debt_repayment_late", "D2", RED, True),  # a lease payment that was not made
        ("debt_coverage", "D", RED, True),  # a month of cash shortfall
        ("payment_unapproved", "C1", YELLOW, True),
        ("payment_split", "E1", YELLOW, True),
        ("lease_cheap", "A2", RED, True),
        ("investment_over", "D1", YELLOW, True),
        ("investment_idle", "B1", RED, True),
        ("transfer_unlisted", "E", YELLOW, True),
        ("transfer_cheap", "F", YELLOW, True),
        ("decision_early", "C", RED, True),
        ("decision_quorum", "F2", YELLOW, True),
        ("decision_unreviewed", "E1", YELLOW, True),
        ("post_term", "B2", RED, True),
    ],
)
def test_a_planted_event_is_found(seen, rule, enterprise, level, opened):
    found = [a for a in seen.of(rules=[rule]).alerts if a.enterprise_id == enterprise]
    assert any(a.level == level and a.open == opened for a in found)


def test_the_alerts_are_few_enough_to_read(seen):
    """A list that a person reads: on average three in ten months of an enterprise, and not
    one red that is open for each enterprise.
    """
    enterprises = seen.report.figure("enterprises").value
    assert 0 < len(seen) < 0.3 * len(seen.report.ledger.frames["flash_reports"])
    assert len(seen.of(level=RED, opened=True)) < enterprises


def test_before_the_data_begin_there_are_no_flash_alerts(report):
    rules = [rule for rule in RULES.values() if rule.module == "flash"]
    assert find_alerts(report.ledger.frames, pd.Timestamp("2021-12-31"), rules) == []


def test_an_earlier_day_does_not_know_what_came_later(report):
    june = find_alerts(report.ledger.frames, pd.Timestamp("2023-06-30"))
    assert june and max(a.period for a in june) <= pd.Timestamp("2023-06-30")
    assert {a.enterprise_id for a in june if a.rule.id == "flash_profit" and a.open} == {"E1"}


def test_a_page_says_how_many_of_each_level_and_adds_up(seen):
    counts = {name: int(text[:-1]) for name, text in seen.numbers().items()}
    assert counts["open"] == counts["red"] + counts["yellow"] + counts["blue"]
    assert counts["open"] + counts["cleared"] == len(seen)
    assert sum(sum(numbers) for _, numbers in seen.by_module()) == counts["open"]


def test_every_alert_is_listed_with_the_rows_it_rests_on(seen):
    table = seen.listing("预警")
    assert table.origin is Origin.SAMPLE and len(table.rows) == len(seen)
    assert all("第" in str(row[-1]) or "没有这一行" in str(row[-1]) for row in table.rows)


@pytest.mark.slow
def test_a_changed_line_changes_the_alerts_without_code(data, seen):
    rewrite(data, "warning_rules", lambda r: r.update(blue="10", yellow="", red=""), id="flash_debt_ratio")
    changed = AlertsPage(Report(root=data.folder.parent)).of(rules=["flash_debt_ratio"], opened=True)
    assert len(changed) == 19 > len(seen.of(rules=["flash_debt_ratio"], opened=True))


def test_an_enterprise_that_left_takes_its_alerts_with_it(report):
    frames = dict(report.ledger.frames)
    enterprises = frames["enterprises"].copy()
    enterprises.loc[enterprises["enterprise_id"] == "F2", "end_year"] = 2023
    frames["enterprises"] = enterprises
    before = [a for a in find_alerts(report.ledger.frames, END) if a.enterprise_id == "F2" and a.open]
    after = [a for a in find_alerts(frames, END) if a.enterprise_id == "F2"]
    assert before and not any(a.open for a in after)
    assert max(a.period for a in after) <= pd.Timestamp("2022-12-31")


def test_a_zero_denominator_is_not_an_observation(report):
    frames = dict(report.ledger.frames)
    frames["flash_reports"] = frames["flash_reports"].assign(total_assets=0.0)
    assert find_alerts(frames, END, [RULES["flash_debt_ratio"]]) == []


# --- the command line ----------------------------------------------------------------------------


def test_the_command_lists_alerts_and_ends_well_whatever_it_finds(capsys):
    assert main(["alerts", "--root", str(ROOT), "--level", "red"]) == 0
    reach, *lines, summary = capsys.readouterr().out.splitlines()
    assert reach == "数据截至2023年12月。"
    assert lines and all(x.startswith("红色｜") and x.endswith("｜规则自定，数据示例") for x in lines)
    assert summary.startswith(f"共{len(lines)}项预警")


def test_programs_get_the_alerts_of_a_module_and_a_day(capsys):
    words = ["alerts", "--root", str(ROOT), "--module", "flash", "--as-of", "2023-06-30", "--json"]
    assert main(words) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["as_of"] == told["looked_at"] == "2023-06-30" and told["unseen"] == []
    found = told["alerts"]
    assert {a["module"] for a in found} == {"flash"} and all(a["origin"] == "sample" for a in found)
    assert max(a["period"] for a in found) <= "2023-06"


def test_an_unknown_module_or_a_wrong_date_is_a_wrong_call(capsys):
    assert main(["alerts", "--root", str(ROOT), "--module", "moon"]) == 2
    assert "没有模块“moon”" in capsys.readouterr().err
    with pytest.raises(SystemExit) as stopped:
        main(["alerts", "--as-of", "31.12."])
    assert stopped.value.code == 2 and "不是日期" in capsys.readouterr().err


# --- settings and tables that are wrong ----------------------------------------------------------


def test_lines_in_the_wrong_order_are_a_fault_that_names_the_row(data):
    row = rewrite(data, "warning_rules", lambda r: r.update(blue="80"), id="flash_debt_ratio")
    data.fault(f"settings/warning_rules.csv第{row}行", "80、65、70", "依次升高")


def test_a_rule_that_the_program_does_not_know_is_named(data):
    row = rewrite(data, "warning_rules", lambda r: r.update(id="moon"), id="post_term")
    data.fault(f"settings/warning_rules.csv第{row}行", "“moon”", "程序里有的规则")
    data.fault("settings/warning_rules.csv", "没有规则post_term的设置")


def test_a_missing_module_or_limit_is_named(data):
    rewrite(data, "platform_modules", lambda r: r.update(id="other"), id="people")
    rewrite(data, "platform_limits", lambda r: r.update(id="other"), id="split_days")
    data.fault("settings/platform_modules.csv", "没有模块people")
    data.fault("settings/platform_limits.csv", "没有参数split_days")


def test_a_statement_before_its_month_has_ended_is_named(data):
    row = data.change(
        "flash_reports", lambda r: r.update(submitted_on="2023-05-20"), year="2023", month="5", enterprise_id="A"
    )
    data.fault(f"ledger/flash_reports.csv第{row}行", "报送日期", "晚于月末2023-05-31")


def test_a_correction_before_the_statement_came_in_is_named(data):
    row = data.change(
        "flash_reports", lambda r: r.update(revised_on="2023-06-01"), year="2023", month="5", enterprise_id="A"
    )
    data.fault(f"ledger/flash_reports.csv第{row}行", "更正日期", "不早于报送日期")


# --- the printed figures -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "figure_id", ["platform_modules", "debt_plan_months", "debt_funds_months", "debt_ready_months"]
)
def test_the_printed_figure_agrees_and_is_real(report, figure_id):
    figure = report.figure(figure_id)
    assert figure.state == AGREES and figure.origin is Origin.REAL


# --- dates that are not ordinary -----------------------------------------------------------------


def debt(**dates):
    columns = ("due_on", "plan_made_on", "funds_secured_on", "funds_ready_on", "repaid_on")
    row = {"id": "X", "title": "借款", "enterprise_id": "A"}
    return pd.DataFrame([row | {c: pd.Timestamp(dates[c]) if c in dates else pd.NaT for c in columns}])


def test_waiting_counts_the_days_at_each_months_end_until_done():
    items = debt(due_on="2023-03-30", repaid_on="2023-05-10")
    found = waiting(items, "due_on", "repaid_on", pd.Timestamp("2023-06-15"))
    assert [(d.month, n) for d, n in zip(found["period"], found["days"], strict=True)] == [(3, 1), (4, 31), (5, 0)]


def test_what_is_still_waiting_in_the_running_month_counts_to_the_day():
    found = waiting(debt(due_on="2023-06-01"), "due_on", "repaid_on", pd.Timestamp("2023-06-15"))
    assert found["days"].tolist() == [14]


def test_a_return_that_never_came_stays_open_though_the_next_one_came(report):
    rows = returns(AlertContext(report.ledger.frames, END))
    lost = rows[rows["subject"] != ""]
    assert lost[["enterprise_id", "year", "month"]].to_numpy().tolist() == [["B2", 2023, 10]]
    assert lost["days_late"].tolist() == [51]  # from 10 November to 31 December


def test_payments_are_split_only_if_together_within_the_days(report):
    frames = dict(report.ledger.frames)
    days = ["2023-03-01", "2023-03-16", "2023-04-02"]
    frames["large_payments"] = pd.DataFrame(
        {
            "id": ["1", "2", "3"],
            "enterprise_id": "A",
            "payee": "乙",
            "purpose": "x",
            "amount": [600.0, 500.0, 700.0],
            "paid_on": pd.to_datetime(days),
            "approved_on": [pd.NaT] * 3,
        }
    )
    found = split(AlertContext(frames, END))
    assert found["total"].tolist() == [1100.0]  # 15 days apart; the third is 17 days after
    assert found["rows"].tolist() == [(2, 3)]


def test_a_post_is_beyond_its_term_from_the_day_on_which_it_ends(report):
    frames = dict(report.ledger.frames)
    frames["key_posts"] = pd.DataFrame(
        {
            "id": ["1"],
            "enterprise_id": ["A"],
            "post": ["出纳"],
            "since": pd.to_datetime(["2018-12-01"]),
            "rotated_on": [pd.NaT],
        }
    )
    assert terms(AlertContext(frames, END))["days"].tolist() == [30]


def test_levels_are_told_worst_first():
    assert list(LEVELS.values()) == ["红色", "黄色", "蓝色"]
