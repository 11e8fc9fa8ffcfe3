"""The debt watch: what falls due when, how far it is prepared, is the money there, and if not?"""

import json

import numpy as np
import pandas as pd
import pytest
from data_copy import rewrite
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from paths import ROOT

from stateassets.alerts import RED, RULES, YELLOW, AlertContext, find_alerts
from stateassets.cli.main import main
from stateassets.domains.debts import alerts as rules
from stateassets.domains.debts import lists, structure, support
from stateassets.domains.debts.coverage import Shock, monthly, tightest, total
from stateassets.domains.debts.monitor import UNSEEN, DebtMonitor, months, steps
from stateassets.domains.debts.page import DebtPage, helps
from stateassets.domains.debts.schedule import instalments
from stateassets.domains.debts.stress import scenarios, shortfalls, stress
from stateassets.report import Report
from stateassets.tables.origins import Origin
from stateassets.tables.periods import LATE, OVERDUE, year_end

END = year_end(2023)
DEBT = {
    "year": 2023,
    "id": "X1",
    "enterprise_id": "A",
    "title": "借款",
    "lender": "甲银行",
    "kind": "loan",
    "principal": 1200.0,
    "rate": 0.0,
    "rate_kind": "fixed",
    "borrowed_on": "2023-03-10",
    "due_on": "2024-03-10",
    "repayment": "bullet",
    "interest_months": 0,
    "principal_months": None,
    "security": "credit",
    "prepaid_on": None,
}
DATES = ("plan_made_on", "funds_secured_on", "funds_ready_on", "paid_on")
OWN_RULES = [rule for rule in RULES.values() if rule.id.startswith("debt_")]


@pytest.fixture(scope="module")
def record(report):
    return DebtMonitor(report.ledger.frames)


@pytest.fixture(scope="module")
def warned(record):
    """What the rules about debts find."""
    return find_alerts(record.frames, END, OWN_RULES)


@pytest.fixture(scope="module")
def page(report):
    return DebtPage(report)


def debts(*rows):
    frame = pd.DataFrame([DEBT | row for row in rows])
    frame["principal_months"] = pd.to_numeric(frame["principal_months"])
    for column in ("borrowed_on", "due_on", "prepaid_on"):
        frame[column] = pd.to_datetime(frame[column])
    return frame


def paid(frame):
    """(date, principal, interest) of every payment."""
    rows = instalments(frame)
    return [
        (f"{row['pay_due_on']:%Y-%m-%d}", round(row["pay_principal"], 4), round(row["pay_interest"], 4))
        for row in rows.to_dict("records")
    ]


def progress(*rows):
    frame = pd.DataFrame(
        [{"year": 2023, "debt_id": "X1", "due_on": None, **dict.fromkeys(DATES)} | r for r in rows],
        columns=["year", "debt_id", "due_on", *DATES],
    )
    return frame.assign(**{c: pd.to_datetime(frame[c]) for c in ("due_on", *DATES)})


def money(*rows):
    base = {
        "year": 2023,
        "id": "J1",
        "enterprise_id": "A",
        "title": "资金",
        "source": "operations",
        "amount": 0.0,
        "known_on": "2023-01-01",
        "expected_on": None,
        "committed_on": None,
        "received_on": None,
    }
    frame = pd.DataFrame([base | row for row in rows], columns=list(base))
    dates = ("known_on", "expected_on", "committed_on", "received_on")
    return frame.assign(**{c: pd.to_datetime(frame[c]) for c in dates})


def world(owed, funds=None, done=None, cash=1000.0, revenue=0.0, end_year=np.nan):
    """A little district of one enterprise, whose numbers are followed by hand."""
    return {
        "debts": owed,
        "debt_payments": progress() if done is None else done,
        "debt_funds": money() if funds is None else funds,
        "debt_watch": pd.DataFrame({"year": 2023, "step": ["plan", "funds", "ready"], "months": [6, 3, 1]}),
        "flash_reports": pd.DataFrame(
            {"year": [2023], "month": [12], "enterprise_id": ["A"], "cash": [cash], "revenue": [revenue]}
        ),
        "platform_limits": pd.DataFrame(
            {"id": ["debt_cash_reserved", "debt_cost_follows", "debt_structure_least"], "value": [30.0, 60.0, 0.0]}
        ),
        "enterprises": pd.DataFrame({"enterprise_id": ["A"], "end_year": [end_year]}),
    }


def at(rows, month):
    return rows[rows["month"] == pd.Period(month)].iloc[0]


# --- schedules, worked out by hand ---------------------------------------------------------------


def test_a_loan_repaid_at_once_pays_interest_by_the_days_of_each_quarter():
    loan = debts(
        {"principal": 10_000.0, "rate": 4.5, "borrowed_on": "2023-01-15", "due_on": "2024-01-15", "interest_months": 3}
    )
    # 10000 x 4.5 % = 450 a year of 360 days; 90, 91, 92 and 92 days
    assert paid(loan) == [
        ("2023-04-15", 0, 112.5),
        ("2023-07-15", 0, 113.75),
        ("2023-10-15", 0, 115.0),
        ("2024-01-15", 10_000, 115.0),
    ]


def test_interest_may_come_with_the_principal():
    loan = debts({"principal": 3600.0, "rate": 4.0, "borrowed_on": "2023-03-01", "due_on": "2023-05-30"})
    assert paid(loan) == [("2023-05-30", 3600, 36.0)]  # 3600 x 4 % x 90 / 360


def test_a_bond_pays_its_coupon_and_a_short_first_period_by_days():
    bond = debts(
        {
            "kind": "bond",
            "principal": 50_000.0,
            "rate": 4.0,
            "borrowed_on": "2021-03-01",
            "due_on": "2023-06-01",
            "interest_months": 12,
        }
    )
    first = round(50_000 * 0.04 * 92 / 365, 4)  # 1 March to 1 June
    assert paid(bond) == [("2021-06-01", 0, first), ("2022-06-01", 0, 2000), ("2023-06-01", 50_000, 2000)]


def test_principal_repaid_evenly_every_half_year_beside_quarterly_interest():
    loan = debts(
        {
            "rate": 6.0,
            "borrowed_on": "2022-01-01",
            "due_on": "2024-01-01",
            "repayment": "equal_principal",
            "interest_months": 3,
            "principal_months": 6,
        }
    )
    assert paid(loan) == [
        ("2022-04-01", 0, 18.0),
        ("2022-07-01", 300, 18.2),  # 1200 owed: 90 and 91 days
        ("2022-10-01", 0, 13.8),
        ("2023-01-01", 300, 13.8),  # 900: 92 and 92
        ("2023-04-01", 0, 9.0),
        ("2023-07-01", 300, 9.1),  # 600: 90 and 91
        ("2023-10-01", 0, 4.6),
        ("2024-01-01", 300, 4.6),  # 300: 92 and 92
    ]


def test_equal_payments_are_equal():
    lease = debts(
        {
            "principal": 1000.0,
            "rate": 10.0,
            "borrowed_on": "2022-01-01",
            "due_on": "2024-01-01",
            "repayment": "annuity",
            "interest_months": 12,
            "principal_months": 12,
        }
    )
    # 1000 x 0.1 / (1 - 1.1 ** -2) = 576.1905 each year; of the first, 100 is interest
    assert paid(lease) == [("2023-01-01", 476.1905, 100), ("2024-01-01", 523.8095, 52.381)]


def test_equal_payments_without_interest_are_equal_parts():
    lease = debts(
        {
            "borrowed_on": "2023-01-01",
            "due_on": "2024-01-01",
            "repayment": "annuity",
            "interest_months": 6,
            "principal_months": 6,
        }
    )
    assert paid(lease) == [("2023-07-01", 600, 0), ("2024-01-01", 600, 0)]


@pytest.mark.parametrize(
    ("borrowed", "due", "every", "dates"),
    [
        ("2023-02-28", "2024-02-29", 6, ["2023-08-29", "2024-02-29"]),
        ("2022-08-31", "2023-08-31", 6, ["2023-02-28", "2023-08-31"]),  # no 31 February
        ("2023-08-31", "2024-08-31", 6, ["2024-02-29", "2024-08-31"]),
        ("2023-06-30", "2024-06-30", 6, ["2023-12-30", "2024-06-30"]),  # a Sunday stays
    ],
)
def test_dates_are_counted_back_from_the_contracts_last(borrowed, due, every, dates):
    loan = debts({"borrowed_on": borrowed, "due_on": due, "interest_months": every})
    assert [day for day, *_ in paid(loan)] == dates


terms = st.builds(
    lambda kind, every, count, extra, rate, principal, borrowed: {
        "repayment": kind,
        "interest_months": every,
        "rate": rate,
        "principal": principal,
        "principal_months": None if kind == "bullet" else every * (1 if kind == "annuity" else extra),
        "borrowed_on": borrowed,
        "due_on": borrowed + pd.DateOffset(months=every * count, days=extra),
    },
    st.sampled_from(["bullet", "equal_principal", "annuity"]),
    st.sampled_from([1, 3, 6, 12]),
    st.integers(1, 30),
    st.integers(1, 3),
    st.floats(0, 12),
    st.floats(1, 1e6),
    st.dates(pd.Timestamp("2015-01-01").date(), pd.Timestamp("2024-12-31").date()).map(pd.Timestamp),
)


@given(terms)
@settings(max_examples=60, deadline=None)
def test_the_payments_of_any_debt_add_up_to_its_principal(row):
    rows = instalments(debts(row))
    assert rows["pay_principal"].sum() == pytest.approx(row["principal"])
    assert (rows["pay_principal"] > -1e-6).all() and (rows["pay_interest"] >= 0).all()
    assert rows["pay_due_on"].is_monotonic_increasing and rows["pay_due_on"].is_unique
    assert rows["pay_due_on"].iloc[-1] == row["due_on"]
    assert (rows["from_on"] < rows["pay_due_on"]).all()
    assert rows["from_on"].iloc[0] == row["borrowed_on"]


# --- the three steps -----------------------------------------------------------------------------


def deadlines(**row):
    record = DebtMonitor(world(debts(row)))
    return [
        f"{d:%Y-%m-%d}" for d in steps(record.payments, record.frames["debt_watch"], record.working_days)["deadline"]
    ]


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        ("2024-02-29", ["2023-08-29", "2023-11-29", "2024-01-29", "2024-02-29"]),
        ("2024-08-31", ["2024-02-29", "2024-05-31", "2024-07-31", "2024-09-02"]),  # a Saturday
        ("2024-12-01", ["2024-05-31", "2024-08-30", "2024-11-01", "2024-12-02"]),  # 1 June a Saturday, both Sundays
    ],
)
def test_deadlines_lie_whole_months_before_the_contracts_date(due, expected):
    assert deadlines(due_on=due) == expected


def test_what_is_due_sooner_than_its_deadlines_is_to_be_prepared_on_the_day_of_borrowing():
    assert deadlines(borrowed_on="2023-06-01", due_on="2023-07-14") == [
        "2023-06-01",
        "2023-06-01",
        "2023-06-14",
        "2023-07-14",
    ]


def test_each_step_is_met_late_or_open_as_known_on_the_day():
    done = progress({"due_on": "2024-03-10", "plan_made_on": "2023-09-08", "funds_secured_on": "2023-12-20"})
    record = DebtMonitor(world(debts({}), done=done))
    states = dict(record.steps(END)[["step", "state"]].to_numpy())
    assert states == {"plan": "closed", "funds": "late", "ready": "open", "repaid": "open"}
    earlier = dict(record.steps(pd.Timestamp("2023-12-15"))[["step", "state"]].to_numpy())
    assert earlier["funds"] == OVERDUE  # the 20th had not come


def test_a_payment_due_and_not_made_is_owed_at_once_and_stays_on_the_lists():
    record = DebtMonitor(world(debts({"due_on": "2023-12-12"})))
    assert at(monthly(record, END), "2024-01")["principal"] == 1200
    assert record.owed(END)["left"].tolist() == [1200]
    assert lists.payments(record, END, lists.MONTH)["repaid"].tolist() == [OVERDUE]
    assert OVERDUE in set(lists.weekly(record, END)["state"])


@pytest.mark.parametrize(("paid_on", "late"), [("2023-10-07", False), ("2023-10-08", True)])
def test_a_payment_due_in_a_holiday_is_late_only_after_the_first_working_day(report, paid_on, late):
    """30 September 2023 lay in a holiday until 6 October, after which a Saturday was worked."""
    made = progress({"due_on": "2023-09-30", "paid_on": paid_on})
    frames = world(debts({"due_on": "2023-09-30"}), done=made)
    record = DebtMonitor(frames | {"holidays": report.ledger.frames["holidays"]})
    assert ("repaid" in set(lists.missed(record, END)["step"])) is late


def test_a_date_that_moves_is_listed_with_where_to_and_why(report):
    text = repr(DebtPage(report, pd.Timestamp("2023-09-25")).monthly("x"))
    assert "国庆节，顺延至10-07）" in text
    assert "，提前至" in repr(DebtPage(report).missed("x")) + repr(
        DebtPage(report, pd.Timestamp("2023-09-25")).weekly("x")
    )


def test_a_debt_repaid_early_owes_nothing_from_then_on():
    record = DebtMonitor(world(debts({"prepaid_on": "2023-10-01"})))
    assert record.owed(pd.Timestamp("2023-09-30"))["left"].tolist() == [1200]
    assert record.owed(END)["left"].sum() == 0 and record.coming(END).empty


def test_before_the_record_begins_there_is_nothing_to_see(record):
    day = pd.Timestamp("2022-06-30")
    assert record.coming(day).empty and record.owed(day).empty and monthly(record, day).empty
    assert find_alerts(record.frames, day, OWN_RULES) == []


@pytest.mark.parametrize("later", ["2024-01-01", "2024-01-31", "2024-08-15", "2024-12-31"])
def test_after_the_record_ends_what_fell_due_since_is_unseen_and_neither_done_nor_late(record, later):
    day = pd.Timestamp(later)
    then = record.steps(day).set_index(["debt_id", "due_on", "step"])
    due = (then["deadline"] > END) & (then["deadline"] < day) & then["done_on"].isna()
    assert (then["state"] == UNSEEN).equals(due)
    now = record.steps(END).set_index(["debt_id", "due_on", "step"])
    before = now[now["deadline"] <= END]
    kept = before[before.index.isin(then.index)]["state"]
    assert (then.loc[kept.index, "state"] == kept.replace("open", OVERDUE)).all()
    assert record.owed(day).equals(record.owed(END))  # who paid what since is not known
    listed = lists.payments(record, day, lists.QUARTER)
    assert ((listed["pay_on"] >= day) | (listed["pay_on"] <= END)).all()


def test_the_twelve_months_after_a_later_day_carry_what_was_planned_since_the_record_ended():
    """1200 fall due in March 2024: in May the money for it counts as spent, and no month shows it."""
    loans = debts({}, {"id": "X2", "due_on": "2025-01-10", "principal": 500.0})
    funds = money({"amount": 900.0, "expected_on": "2024-02-10", "committed_on": "2023-11-01"})
    rows = monthly(DebtMonitor(world(loans, funds)), pd.Timestamp("2024-05-15"))
    assert rows["month"].astype(str).tolist()[:: len(rows) - 1] == ["2024-05", "2025-04"]
    assert at(rows, "2024-05")["due"] == 1200 and at(rows, "2024-05")["principal"] == 0
    assert at(rows, "2025-01")["due"] == 1700
    assert at(rows, "2025-01")["all"] == 700 + 900  # usable cash on the last day on record, and the fund
    assert at(rows, "2025-01")["short"] == 100


def test_a_later_day_is_told_as_itself_with_the_day_that_the_record_ends_on():
    page = DebtPage(Report(root=ROOT), pd.Timestamp("2024-08-15"))
    assert (page.facts()["day"], page.facts()["known"]) == ("2024年8月15日", "2023年12月31日")


def test_payments_before_the_record_count_as_made(record):
    old = record.payments[record.payments["old"]]
    assert len(old) and (old["paid_on"] == old["pay_on"]).all()


def test_the_debts_of_an_enterprise_that_ceased_are_not_looked_at():
    record = DebtMonitor(world(debts({"due_on": "2025-03-10"}), end_year=2023))
    assert record.coming(END).empty and monthly(record, END).empty
    assert len(record.coming(pd.Timestamp("2022-12-31"))) == 0
    assert len(DebtMonitor(world(debts({}), end_year=2024)).coming(END)) == 1


# --- coverage, worked out by hand ----------------------------------------------------------------

FUNDS = money(
    {"amount": 300.0, "expected_on": "2024-02-10", "committed_on": "2023-11-01"},
    {"amount": 100.0, "expected_on": "2024-04-10"},
    {"amount": 900.0, "expected_on": "2023-12-20"},  # should have come, and did not
    {"amount": 900.0, "expected_on": "2024-02-10", "received_on": "2023-12-01"},  # is in the cash
    {"amount": 900.0, "expected_on": "2024-02-10", "known_on": "2024-01-05"},  # not known yet
)


def test_each_month_is_set_against_cash_in_place_committed_and_hoped_for():
    rows = monthly(DebtMonitor(world(debts({}), FUNDS)), END)
    march, april = at(rows, "2024-03"), at(rows, "2024-04")
    assert march["in_place"] == 700  # 30 % of 1000 reserved
    assert march["covers_place"] == pytest.approx(700 / 12)
    assert march["covers_firm"] == march["covers_all"] == pytest.approx(1000 / 12)
    assert april["covers_all"] == pytest.approx(1100 / 12)
    assert (march["short"], april["short"]) == (200, 100)


def test_what_is_committed_later_was_only_hoped_for_before():
    record = DebtMonitor(world(debts({}), FUNDS.iloc[:1]))
    october = monthly(record, pd.Timestamp("2023-10-31"))
    assert october["committed"].sum() == 0 and at(october, "2024-02")["hoped"] == 300


def test_no_month_without_payments_has_a_coverage():
    rows = monthly(DebtMonitor(world(debts({}), FUNDS)), END)
    assert np.isnan(at(rows, "2024-01")["covers_all"]) and at(rows, "2024-01")["short"] == 0
    assert at(tightest(rows), "2024-03")["covers_all"] == pytest.approx(1000 / 12)


def test_unknown_cash_is_not_taken_for_none():
    frames = world(debts({}))
    frames["flash_reports"] = frames["flash_reports"].assign(enterprise_id="B")
    rows = monthly(DebtMonitor(frames), END)
    assert rows["covers_all"].isna().all() and rows["short"].isna().all()
    assert tightest(rows).empty


def test_new_borrowing_costs_the_average_rate_from_the_next_month():
    loan = debts({"rate": 6.0, "kind": "bond", "due_on": "2025-03-10", "interest_months": 12})
    fund = money({"amount": 1000.0, "source": "refinancing", "expected_on": "2024-02-10"})
    rows = monthly(DebtMonitor(world(loan, fund)), END)
    assert at(rows, "2024-02")["hoped"] == 1000
    assert at(rows, "2024-03")["hoped"] == pytest.approx(-1000 * 0.06 / 12)


def test_each_shock_takes_what_it_says():
    loan = debts(
        {
            "principal": 3600.0,
            "rate": 5.0,
            "rate_kind": "floating",
            "interest_months": 3,
            "borrowed_on": "2023-12-31",
            "due_on": "2024-12-31",
        }
    )
    fund = money({"amount": 900.0, "source": "refinancing", "expected_on": "2024-12-10"})
    record = DebtMonitor(world(loan, fund, revenue=1200.0))
    plain, dear = monthly(record, END), monthly(record, END, Shock(rate=1.0))
    march = at(plain, "2024-03")["interest"]
    assert march == pytest.approx(3600 * 0.05 * 91 / 360)
    assert at(dear, "2024-03")["interest"] - march == pytest.approx(3600 * 0.01 * 91 / 360)
    poor = monthly(record, END, Shock(revenue=-20.0))
    assert poor["lost"].tolist() == pytest.approx([100 * 0.2 * 0.4] * 12)  # 60 % is not spent
    fewer = monthly(record, END, Shock(refinancing=-33.3))
    assert fewer["refinancing"].sum() == pytest.approx(900 * 0.667)


def test_fixed_rates_do_not_rise():
    loan = debts({"rate": 5.0, "interest_months": 3})
    record = DebtMonitor(world(loan))
    dear = monthly(record, END, Shock(rate=1.0))
    assert dear["interest"].sum() == pytest.approx(monthly(record, END)["interest"].sum())


shocks = st.tuples(st.floats(-60, 0), st.floats(0, 5), st.floats(-100, 0))
slow = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(shocks, st.tuples(*[st.floats(0, 1)] * 3))
@slow
def test_a_harsher_shock_never_shortens_a_shortfall(record, shock, milder):
    harsh, mild = (
        monthly(record, END, Shock(*shape))
        for shape in (shock, [part * share for part, share in zip(shock, milder, strict=True)])
    )
    assert (harsh["short"] >= mild["short"] - 1e-6).all()


@given(st.floats(1, 3))
@slow
def test_more_cash_never_covers_less(record, factor):
    flash = record.frames["flash_reports"]
    richer = DebtMonitor({**record.frames, "flash_reports": flash.assign(cash=flash["cash"] * factor)})
    more, less = monthly(richer, END), monthly(record, END)
    for name in ("covers_place", "covers_firm", "covers_all"):
        now, then = more[name], less[name]
        assert ((now >= then - 1e-9) | then.isna()).all()


# --- the sample ----------------------------------------------------------------------------------


def test_the_planted_shortfall_is_found_and_no_other(record):
    found = shortfalls(stress(record, END)).query("scenario == 'baseline'")
    assert found["enterprise_id"].tolist() == ["D"]
    assert found["first"].tolist() == [pd.Period("2024-05")]


def test_what_is_planted_is_warned_of(warned):
    found = {(a.rule.id, a.enterprise_id): a.level for a in warned if a.open}
    assert found["debt_coverage", "D"] == RED and found["debt_cost", "D"] == YELLOW
    assert found["debt_cost_gap", "D"] == YELLOW and found["debt_repayment_late", "D2"] == RED
    assert found["debt_funds_late", "B1"] == RED and ("debt_plan_late", "C1") in found


def test_late_milestones_are_listed_with_their_payments(record):
    missed = lists.missed(record, END)
    assert set(missed["state"]) == {OVERDUE, LATE}
    bond = missed[(missed["enterprise_id"] == "D") & (missed["kind"] == "bond")]
    assert ("plan", LATE) in set(zip(bond["step"], bond["state"], strict=True))


def test_all_kinds_are_there_and_the_parts_add_up(record):
    owed = record.owed(END)
    kinds = structure.by_kind(owed)
    assert set(kinds.index) == {"loan", "bond", "nonstandard", "shareholder"}
    whole = owed["left"].sum()
    assert kinds["left"].sum() == pytest.approx(whole)
    for parts in (structure.by_cost(owed), structure.by_time(record, END)):
        assert sum(amount for _, amount in parts) == pytest.approx(whole)


def test_the_average_cost_weighs_by_what_is_owed():
    owed = pd.DataFrame({"enterprise_id": "A", "rate": [4.0, 7.0], "left": [200.0, 100.0]})
    assert structure.whole_cost(owed) == structure.average_cost(owed)["A"] == 5.0
    assert np.isnan(structure.whole_cost(owed.iloc[:0]))
    assert structure.average_cost(owed.assign(left=0.0)).isna().all()


def test_the_lists_hold_each_other(record):
    sizes = [len(lists.payments(record, END, span)) for span in (lists.WEEK, lists.MONTH, lists.QUARTER, lists.YEAR)]
    assert sizes == sorted(sizes) and sizes[-1] == len(record.coming(END))
    quarter = lists.payments(record, END, lists.QUARTER)
    by_enterprise = lists.quarterly(record, END)
    assert by_enterprise["payments"].sum() == len(quarter)
    assert by_enterprise["principal"].sum() == pytest.approx(quarter["pay_principal"].sum())


def test_the_quarter_after_a_months_end_is_three_whole_months():
    assert lists.last_day(pd.Timestamp("2023-11-30"), lists.QUARTER) == pd.Timestamp("2024-02-29")
    assert lists.last_day(pd.Timestamp("2023-11-15"), lists.QUARTER) == pd.Timestamp("2024-02-15")
    assert lists.last_day(END, lists.WEEK) == pd.Timestamp("2024-01-07")


def test_a_day_inside_a_month_looks_from_that_month_on():
    assert months(pd.Timestamp("2023-06-15"))[[0, -1]].astype(str).tolist() == ["2023-06", "2024-05"]
    assert months(END)[[0, -1]].astype(str).tolist() == ["2024-01", "2024-12"]


@pytest.mark.parametrize("day", ["2022-12-31", "2023-02-14", "2023-06-30", "2023-12-31"])
def test_the_page_can_be_told_for_any_day_of_the_record(report, day):
    page = DebtPage(report, pd.Timestamp(day))
    tables = (page.overview("x"), page.weekly("x"), page.monthly("x"), page.quarterly("x"))
    assert all(table.origin is Origin.SAMPLE for table in tables)
    assert all(len(table.header) <= 8 for table in tables)  # printed on A4
    assert page.facts()["payments"] == f"{len(page.monitor.coming(page.day))}期"


def test_the_page_says_the_same_by_month_in_its_table_and_its_picture(page):
    bars = sum(sum(parts) for _, parts in page.month_bars())
    assert bars * 10_000 == pytest.approx(total(monthly(page.monitor, END))["due"].iloc[-1])


def test_every_scenario_has_its_column_and_the_worst_off_stand_first(page):
    table = page.stress_table("压力")
    assert len(table.header) == 1 + len(scenarios(page.monitor.frames))
    assert "二级企业" not in str(table.rows[0][0]) and "短缺" not in table.rows[0][1]
    assert len(table.rows) == len(page.stress_grid()[0])


@pytest.mark.parametrize("keep", ["D", "A2", "nobody"])
def test_some_enterprises_alone_are_warned_of_as_among_all(record, warned, keep):
    frames = {
        name: frame[frame["enterprise_id"] == keep] if "enterprise_id" in frame else frame
        for name, frame in record.frames.items()
    }
    years = {"debts": {2023}}
    alone = {(a.rule.id, a.sentence, a.rows) for a in find_alerts(frames, END, OWN_RULES, years=years)}
    among = {(a.rule.id, a.sentence, a.rows) for a in warned if a.enterprise_id == keep}
    assert alone == among


def test_the_rules_look_back_no_further_than_the_record(record):
    seen = rules.debtors(AlertContext(record.frames, END))
    assert seen["period"].min() == pd.Timestamp("2023-01-31")
    assert (seen["all"] / seen["due"]).notna().any()


# --- what lenders do -----------------------------------------------------------------------------


def helped(*rows):
    base = {
        "year": 2023,
        "id": "Z1",
        "debt_id": "X1",
        "kind": "extension",
        "lender": "甲银行",
        "proposed_on": "2023-06-01",
        "agreed_on": "2023-12-01",
        "effective_on": "2024-01-10",
        "due_before": "2024-03-10",
        "due_after": "2025-03-10",
        "rate_before": 3.6,
        "rate_after": 3.6,
        "fund_id": "",
    }
    frame = pd.DataFrame([base | row for row in rows])
    dates = ("proposed_on", "agreed_on", "effective_on", "due_before", "due_after")
    return frame.assign(**{c: pd.to_datetime(frame[c]) for c in dates})


def lent(*rows, **debt):
    return DebtMonitor(world(debts({"rate": 3.6} | debt)) | {"debt_support": helped(*rows)})


def test_an_extension_puts_off_the_principal_and_costs_its_interest():
    """1200 at 3.6 %: 60 days to 10 March 2024 cost 7.2, 425 days to 10 March 2025 cost 51."""
    (row,) = support.effects(lent({}), END).to_dict("records")
    assert (row["stand"], row["left"], row["less_principal"]) == ("agreed", 1200, 1200)
    assert row["less_interest"] == pytest.approx(7.2)  # of the year to 10 January 2025
    assert row["whole_interest"] == pytest.approx(7.2 - 51.0)


def test_a_lower_rate_saves_the_difference_and_nothing_of_the_principal():
    """2.4 instead of 3.6 % on 1200 for the 60 days from 10 January 2024."""
    same = {"kind": "lower_rate", "due_after": "2024-03-10", "rate_after": 2.4}
    (row,) = support.effects(lent(same), END).to_dict("records")
    assert row["less_principal"] == 0 and row["less_interest"] == pytest.approx(1200 * 0.012 * 60 / 360)


def test_support_to_come_changes_what_falls_due_and_takes_the_old_money_away():
    fund = money({"id": "J1", "amount": 1000.0, "source": "refinancing", "expected_on": "2024-03-05"})
    frames = world(debts({"rate": 3.6}), fund, cash=0.0) | {"debt_support": helped({"fund_id": "J1"})}
    record = DebtMonitor(frames)
    plain, changed = monthly(record, END), monthly(support.supported(record, END, ["agreed"]), END)
    assert at(plain, "2024-03")["principal"] == 1200 and at(plain, "2024-12")["hoped"] < 1000
    assert changed["principal"].sum() == pytest.approx(0) and changed["refinancing"].sum() == 0
    assert support.supported(record, END, ["talked"]) is record


@pytest.mark.parametrize(
    ("day", "stand"),
    [("2023-05-31", None), ("2023-06-01", "talked"), ("2023-12-01", "agreed"), ("2024-06-30", "agreed")],
)
def test_support_stands_as_it_was_known_to_on_the_day(day, stand):
    """What took effect after the record ends is known as agreed only."""
    found = support.effects(lent({}), pd.Timestamp(day))["stand"].tolist()
    assert found == ([stand] if stand else [])


def test_support_in_force_is_in_the_terms_and_counted_once():
    record = lent({"effective_on": "2023-12-20"}, due_on="2025-03-10")
    assert support.effects(record, END)["stand"].tolist() == ["in_force"]
    assert support.supported(record, END, ["in_force", "agreed", "talked"]) is record


def test_without_the_register_nobody_helps():
    record = DebtMonitor(world(debts({})))
    assert support.effects(record, END).empty and support.supported(record, END, ["agreed"]) is record


def test_the_sample_shows_what_the_talks_would_change(page):
    rows = page.relief("x").rows
    assert rows[0][0] == "基线" and rows[0][1].startswith("1户") and rows[0][3] == "没有企业短缺"
    assert page.say("{helped}").origin is Origin.SAMPLE
    told = page.care()
    assert told["helped"] == "5笔" and told["in_force"].startswith("已生效2笔，生效以后一年内少还本金")
    assert told["agreed"].startswith("已签订1笔，") and told["talked"].startswith("商谈中2笔，谈成并生效以后")


def test_support_that_costs_more_in_the_end_says_so_and_what_is_only_talked_about_stands_apart():
    """1200 put off by a year: 7.2 of interest less in the first year, 43.8 more until it is repaid."""
    found = support.effects(lent({}), END)
    assert helps("agreed", found) == (
        "已签订1笔，生效以后一年内少还本金0.12亿元、少付利息7万元，到还清为止一共多付利息44万元"
    )
    assert helps("talked", found.iloc[:0]) == "商谈中0笔"


def test_money_that_came_in_since_the_last_statement_is_there_and_what_was_paid_is_not():
    """Cash of 1000 in November; on 10 December 500 came in and 300 were paid: 1200, less 30 %."""
    loan = {"principal": 300.0, "due_on": "2023-12-08"}
    done = progress({"debt_id": "X2", "due_on": "2023-12-08", "paid_on": "2023-12-08"})
    funds = money({"amount": 500.0, "expected_on": "2023-12-05", "received_on": "2023-12-05"})
    frames = world(debts({}, {"id": "X2"} | loan), funds, done)
    frames["flash_reports"] = frames["flash_reports"].assign(month=11)
    rows = monthly(DebtMonitor(frames), pd.Timestamp("2023-12-10"))
    assert rows["in_place"].iloc[0] == pytest.approx(0.7 * (1000 + 500 - 300))
    rows = monthly(DebtMonitor(frames), pd.Timestamp("2023-12-04"))
    assert rows["in_place"].iloc[0] == pytest.approx(0.7 * 1000)


# --- who looks after them, what was decided ------------------------------------------------------


def test_every_debt_that_is_owed_has_somebody_responsible_and_the_riskiest_come_first(page):
    rows = page.duties("x").rows
    owed = page.monitor.owed(END)
    assert len(rows) == (owed["left"] > 0).sum() and "没有明确" not in {str(cell) for row in rows for cell in row}
    risks = [row[-1] for row in rows]
    assert risks == sorted(risks, key=["高", "中", "低"].index)


def test_a_debt_that_nobody_looks_after_is_told(report, monkeypatch):
    bare = DebtPage(report)
    frames = dict(report.ledger.frames)
    gone = bare.monitor.owed(END)["id"].iloc[0]
    frames["debt_duties"] = frames["debt_duties"][frames["debt_duties"]["debt_id"] != gone]
    bare.monitor = DebtMonitor(frames)
    assert bare.duties("x").rows[-1][-1] == "没有明确"
    told = bare.care()
    assert int(told["owed_items"][:-1]) == int(told["named"][:-1]) + 1


def test_decisions_are_told_as_they_stood_on_the_day(report, page):
    now, march = page.care(), DebtPage(report, pd.Timestamp("2023-03-31")).care()
    assert now["undone"] == "1项"  # the lease that was to be paid by 28 December
    assert int(march["decided"][:-1]) < int(now["decided"][:-1])
    shown = DebtPage(report, pd.Timestamp("2023-02-20")).decided("x").rows
    assert (
        shown
        and {row[0] for row in shown} == {"2023-02-08"}
        and {row[5] for row in shown} <= {"—"} | {row[5] for row in shown if row[5] <= "2023-02-20"}
    )


def test_reports_that_fell_due_after_the_record_ends_are_unseen(report):
    weeks = DebtPage(report, pd.Timestamp("2024-01-31")).briefings("x")
    place = weeks.header.index("没有记录")
    assert [row[place] for row in weeks.rows] == ["1", "1", "1"]  # the last week's, December's and the fourth quarter's
    assert weeks.rows[0][weeks.header.index("逾期未完成")] == "1"  # the week that was missed


# --- the command ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2022-06-30", "债务台账从2023年1月1日记起，2022年6月30日没有可看的付款。"),
        ("2023-06-30", "债务数据截至2023年12月。"),
        ("2024-12-31", "晚于2023年12月31日的事没有记录：到2024年12月31日，期间到期的付款"),
    ],
)
def test_the_command_lists_any_day_and_says_what_it_cannot_know(capsys, day, told):
    assert main(["debts", "--root", str(ROOT), "--as-of", day]) == 0
    said = capsys.readouterr().out
    assert told in said and "周清单" in said and "季清单" in said
    assert ("做没做不知道的事" in said) is (day > "2024")


def test_programs_get_one_list_of_a_day(capsys):
    assert main(["debts", "--root", str(ROOT), "--as-of", "2024-01-31", "--list", "unseen", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["as_of"], found["known"], found["unseen"]["origin"]) == ("2024-01-31", "2023-12-31", "sample")
    assert all(row["应付日期"] > "2023-12" for row in found["unseen"]["rows"])


def test_a_day_that_is_none_is_a_wrong_call(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["debts", "--as-of", "2023-02-30"])
    assert stopped.value.code == 2 and "“2023-02-30”不是日期" in capsys.readouterr().err


# --- tables that are wrong -----------------------------------------------------------------------


def test_debts_that_do_not_add_up_to_the_balance_sheet_are_named(data):
    row = data.change("debts", lambda r: r.update(principal="990000"), kind="bond", enterprise_id="A")
    assert row
    data.fault("ledger/debts.csv第", "本金（principal）", "A，2023年年初", "等于资产负债表的应付债券")


def test_a_debt_that_was_left_out_is_noticed(data):
    rows = data.rows("debts")
    gone = next(r for r in rows if r["kind"] == "bond" and r["borrowed_on"] > "2023")
    for name in ("debt_payments", "debt_duties", "debt_dispatches", "debt_support"):
        data.write(name, [r for r in data.rows(name) if r["debt_id"] != gone["id"]])
    data.write("debts", [r for r in rows if r is not gone])
    data.fault("ledger/debts.csv", gone["enterprise_id"], "2023年年末", "补上漏登的债务")


def test_a_shareholders_loan_is_within_other_liabilities(data):
    data.change("debts", lambda r: r.update(principal="500000"), kind="shareholder")
    data.fault("ledger/debts.csv第", "不大于资产负债表的其他非流动负债")


@pytest.mark.parametrize(
    ("column", "value", "where", "words"),
    [
        ("due_on", "2001-01-01", {"repayment": "bullet"}, ("到期日期", "晚于借入日期")),
        ("prepaid_on", "2001-01-01", {"repayment": "bullet"}, ("提前还清日期", "之间")),
        ("principal_months", "6", {"repayment": "bullet"}, ("还本间隔", "到期一次还本的空着")),
        ("principal_months", "", {"repayment": "equal_principal"}, ("还本间隔", "空白", "整数倍")),
        ("principal_months", "5", {"repayment": "equal_principal"}, ("还本间隔", "整数倍")),
        ("principal_months", "6", {"repayment": "annuity"}, ("还本间隔", "等额本息", "相同")),
    ],
)
def test_terms_that_do_not_go_together_are_named(data, column, value, where, words):
    row = data.change("debts", lambda r: r.update({column: value}), **where)
    data.fault(f"ledger/debts.csv第{row}行", *words)


def test_progress_of_a_payment_that_the_terms_do_not_make_is_named(data):
    row = data.change("debt_payments", lambda r: r.update(due_on="2023-07-28"))
    data.fault(f"ledger/debt_payments.csv第{row}行", "应付日期", "按条款推算的付款日，如")


def test_progress_outside_the_debts_life_and_the_record_is_named(data):
    row = data.change("debt_payments", lambda r: r.update(plan_made_on="2001-01-02"))
    data.fault(f"ledger/debt_payments.csv第{row}行", "还款计划制定日期", "不早于借入日期")
    row = data.change("debt_payments", lambda r: r.update(paid_on="2024-01-02"))
    data.fault(f"ledger/debt_payments.csv第{row}行", "付款日期", "不晚于台账的最后一天2023-12-31")


def test_progress_of_an_unknown_debt_is_named(data):
    row = data.change("debt_payments", lambda r: r.update(debt_id="ZW999"))
    data.fault(f"ledger/debt_payments.csv第{row}行", "债务编号", "ZW999")


def test_money_committed_before_it_was_known_of_is_named(data):
    row = data.change("debt_funds", lambda r: r.update(committed_on="2001-01-02"))
    data.fault(f"ledger/debt_funds.csv第{row}行", "落实日期", "不早于登记日期")


def test_a_first_scenario_that_shocks_is_named(data):
    rewrite(data, "debt_scenarios", lambda r: r.update(revenue="-5"), id="baseline")
    data.fault("settings/debt_scenarios.csv第2行", "不加压力的基线")


def test_a_shock_the_wrong_way_is_named(data):
    row = rewrite(data, "debt_scenarios", lambda r: r.update(revenue="20"), id="revenue")
    data.fault(f"settings/debt_scenarios.csv第{row}行", "营业收入变动", "不大于0")


def test_a_missing_parameter_is_named(data):
    rewrite(data, "platform_limits", lambda r: r.update(id="other"), id="debt_cash_reserved")
    data.fault("settings/platform_limits.csv", "没有参数debt_cash_reserved")


@pytest.mark.parametrize(
    ("kind", "change", "words"),
    [
        ("lower_rate", {"rate_before": "1"}, ("新年利率", "降息的，低于原年利率1%")),
        ("extension", {"due_before": "2099-01-01"}, ("新到期日期", "展期的，晚于原到期日期2099-01-01")),
        ("lower_rate", {"rate_after": "0.5"}, ("0.5", "与有息债务台账里", "年利率", "台账里是新条款")),
        ("replacement", {"due_before": "2024-10-10"}, ("原到期日期", "到期日期", "台账里是原条款")),
        ("lower_rate", {"agreed_on": ""}, ("生效日期", "还没有签订的，晚于台账的最后一天")),
        ("lower_rate", {"proposed_on": "2023-07-01"}, ("签订日期", "不早于提出日期2023-07-01")),
    ],
)
def test_support_that_cannot_be_is_named(data, kind, change, words):
    row = data.change("debt_support", lambda r: r.update(change), kind=kind)
    data.fault(f"ledger/debt_support.csv第{row}行", *words)
