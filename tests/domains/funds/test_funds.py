"""Funds: planted events are found and their neighbours are not; wrong tables are named."""

import numpy as np
import pandas as pd
import pytest
from data_copy import rewrite
from hypothesis import given, settings
from hypothesis import strategies as st
from many import every

from stateassets.alerts import LEVELS, RED, RULES, YELLOW, AlertContext, Rule, find_alerts, limits
from stateassets.domains.funds import page as funds
from stateassets.domains.funds.alerts import _order, balances, first_payments, for_losers, in_force, load, split, totals
from stateassets.tables.origins import Origin
from stateassets.tables.periods import year_end

END = year_end(2023)
MODULE = [rule for rule in RULES.values() if rule.module == "funds"]


@pytest.fixture(scope="module")
def found(report):
    return find_alerts(report.ledger.frames, END, MODULE)


def days(*texts):
    return [pd.Timestamp(text) if text else pd.NaT for text in texts]


# --- what was planted ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "enterprise"),
    [
        ("account_unconnected", "E1"),
        ("account_still", "F1"),
        ("account_idle", "B"),
        ("payment_split", "E1"),
        ("payment_unapproved", "C1"),
        ("payment_new_payee", "D1"),
        ("guarantee_load", "D2"),
        ("guarantee_outside", "C1"),
        ("guarantee_losing", "B"),
        ("loan_overdue", "E"),
        ("loan_between", "A"),
    ],
)
def test_a_planted_event_is_the_only_one_of_its_rule(found, rule, enterprise):
    own = [a for a in found if a.rule.id == rule and a.open]
    assert [(a.enterprise_id, LEVELS[a.level]) for a in own] == [(enterprise, LEVELS[YELLOW])]


def test_nothing_in_the_sample_is_red_and_the_accounts_fit_the_flash_statements(found):
    own = [a for a in found if not a.rule.id.startswith("debt_")]
    assert not [a for a in own if a.level == RED and a.open]
    assert not [a for a in found if a.rule.id == "cash_gap"]


def test_the_months_of_the_accounts_are_those_of_the_flash_statements(report):
    rows = totals(AlertContext(report.ledger.frames, END))
    gap = (rows["balance"] - rows["cash"]).abs()
    assert len(rows) == len(report.ledger.frames["flash_reports"])
    assert gap[rows["month"] < 12].max() < 0.005
    assert (gap / rows["cash"]).max() < 0.02  # in December the audited cash counts


# --- by hand -------------------------------------------------------------------------------------

LIMITS = pd.DataFrame({"id": ["idle_months"], "value": [3.0]})


def accounts_and_balances(kind, values):
    accounts = pd.DataFrame({"id": ["1"], "enterprise_id": "A", "bank": "甲银行", "kind": kind})
    told = pd.DataFrame(
        {"year": 2023, "month": range(1, len(values) + 1), "account_id": "1", "enterprise_id": "A", "balance": values}
    )
    return {"bank_accounts": accounts, "account_balances": told, "platform_limits": LIMITS}


def test_money_lies_idle_as_far_as_the_lowest_of_the_last_months():
    seen = balances(AlertContext(accounts_and_balances("basic", [9.0, 5, 7, 8, 8, 8]), END))
    assert seen["floor"].tolist()[2:] == [5, 5, 7, 8]
    assert seen["floor"].isna().tolist()[:2] == [True, True]  # too few months to say
    assert seen["still"].tolist() == [0, 0, 0, 0, 1, 2]


def test_a_deposit_is_not_idle():
    assert balances(AlertContext(accounts_and_balances("term", [9.0] * 6), END)).empty


def payments(*rows):
    frame = pd.DataFrame(rows, columns=["enterprise_id", "payee", "paid_on", "amount"])
    frame["paid_on"] = pd.to_datetime(frame["paid_on"])
    return {"large_payments": frame.assign(id=[str(i) for i in range(len(frame))])}


def test_only_the_first_payment_to_a_payee_is_one_to_somebody_new():
    frames = payments(
        ("A", "甲", "2022-05-09", 10),
        ("A", "甲", "2023-02-06", 900),
        ("A", "乙", "2023-03-06", 901),
        ("A", "乙", "2023-04-06", 902),
    )
    assert first_payments(AlertContext(frames, END))["amount"].tolist() == [901]


def test_in_an_enterprises_first_year_everybody_is_new_and_nothing_is_said():
    frames = payments(("A", "甲", "2022-05-09", 10), ("B", "乙", "2023-03-06", 901))
    assert first_payments(AlertContext(frames, END)).empty


@st.composite
def paid(draw):
    """Payments of two enterprises to two payees within two months, some of a day, in any order."""
    row = st.tuples(
        st.sampled_from("AB"),
        st.sampled_from("甲乙"),
        st.integers(0, 60).map(lambda n: pd.Timestamp("2023-01-10") + pd.Timedelta(days=n)),
        st.sampled_from([0.01, 400.0, 400.07, 999.99, 1000.0]),
    )
    frames = payments(*draw(st.lists(row, max_size=12)))
    rows = frames["large_payments"]
    kinds = {name: rows[name].astype("category") for name in ("enterprise_id", "payee")} if draw(st.booleans()) else {}
    limits = pd.DataFrame({"id": ["approval_amount", "split_days"], "value": [1000.0, draw(st.integers(1, 20))]})
    return {"large_payments": rows.assign(**kinds), "platform_limits": limits}


def one_by_one(frames):
    """What a payee got within the days, as one would add it up first: the most of a month, the last of equals."""
    limit, days = frames["platform_limits"]["value"]
    rows = frames["large_payments"].assign(row=lambda r: r.index + 2)
    found = {}
    for key, own in rows[rows["amount"] < limit].groupby(["enterprise_id", "payee"], observed=True):
        own = own.sort_values(["paid_on", "row"])
        for n in range(len(own)):
            day = own["paid_on"].iloc[n]
            near = own.iloc[: n + 1]
            near = near[near["paid_on"] >= day - pd.Timedelta(days=int(days))]
            total = round(near["amount"].sum(), 2)
            best = found.get((*key, day.month), (0, ()))
            if len(near) > 1 and total >= best[0]:
                found[(*key, day.month)] = total, tuple(near["row"])
    return found


@settings(max_examples=25)
@given(paid())
def test_payments_of_a_payee_are_added_up_as_one_by_one(frames):
    seen = split(AlertContext(frames, END))
    told = {
        (one.enterprise_id, one.payee, one.period.month): (round(one.total, 2), one.rows) for one in seen.itertuples()
    }
    assert told == one_by_one(frames)


def test_of_two_times_in_a_month_with_as_much_the_last_is_told():
    days = ("2023-03-01", "2023-03-03", "2023-03-25", "2023-03-27", "2023-03-31")
    frames = payments(*(("A", "甲", day, amount) for day, amount in zip(days, (400, 300, 350, 350, 1000), strict=True)))
    frames["platform_limits"] = pd.DataFrame({"id": ["approval_amount", "split_days"], "value": [1000.0, 15.0]})
    assert split(AlertContext(frames, END))[["total", "rows"]].to_numpy().tolist() == [[700.0, (4, 5)]]


@given(st.lists(st.tuples(*[st.integers(-3, 3).map(lambda n: n * 2**15)] * 3)))
def test_numbers_stand_in_order_whether_they_are_sorted_short_or_long(rows):
    """Two of the keys are further apart than sixteen bits reach, and one is not."""
    keys = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    keys[1] //= 2**15
    assert _order(*keys).tolist() == sorted(range(len(rows)), key=lambda n: tuple(keys[:, n]))


def promises():
    enterprises = pd.DataFrame({"enterprise_id": ["A", "A1", "B"], "parent_id": ["", "A", ""]})
    given = pd.DataFrame(
        {
            "id": ["1", "2", "3"],
            "enterprise_id": "A",
            "title": "担保",
            "amount": [30.0, 20, 10],
            "guaranteed_enterprise_id": ["A1", "B", ""],
            "opened_on": days("2023-02-01", "2023-03-01", "2023-03-01"),
            "closed_on": days("", "2023-11-20", ""),
        }
    )
    sheet = pd.DataFrame(
        {
            "year": [2023, 2023],
            "enterprise_id": ["A", "A"],
            "basis": "individual",
            "moment": ["opening", "closing"],
            "owners_equity": [80.0, 999],
        }
    )
    income = pd.DataFrame(
        {"year": [2022, 2023], "enterprise_id": "A1", "basis": "individual", "total_profit": [-1.0, 5]}
    )
    return {"enterprises": enterprises, "guarantees": given, "balance_sheet": sheet, "income_statement": income}


def test_guarantees_are_set_against_the_net_assets_of_the_years_beginning():
    rows = load(AlertContext(promises(), END)).set_index("period")
    rate = RULES["guarantee_load"].values(rows)
    assert rate[pd.Timestamp("2023-02-28")] == 37.5  # 30 of 80
    assert rate[pd.Timestamp("2023-10-31")] == 75
    assert rate[END] == 50  # the second was given back in November


def test_a_guarantee_leaves_the_group_if_it_is_for_another_group_or_a_stranger():
    rows = in_force(AlertContext(promises(), END))
    assert rows.groupby("id")["outside"].first().to_dict() == {"1": False, "2": True, "3": True}


def test_a_loss_counts_in_the_year_after_it_was_made():
    rows = for_losers(AlertContext(promises(), END))
    assert set(rows["id"]) == {"1"} and (rows["losing"] == 1).all()
    later = for_losers(AlertContext(promises(), pd.Timestamp("2024-03-31")))
    assert later[later["period"] >= "2024-01-01"]["losing"].tolist() == [0, 0, 0]


def test_an_unknown_result_is_no_observation():
    frames = {**promises(), "income_statement": promises()["income_statement"].iloc[:0]}
    assert for_losers(AlertContext(frames, END))["losing"].isna().all()


# --- pages ---------------------------------------------------------------------------------------


def test_banks_groups_and_the_balance_sheets_tell_the_same_sum(report):
    rows, groups = funds.by_bank(report)
    assert len(groups) == 6
    total = sum(sum(parts) for _, parts in rows)
    sheet = report.ledger.frames["balance_sheet"]
    sheet = sheet.query("basis == 'consolidated' and moment == 'closing' and year == 2023")
    assert total == pytest.approx(sheet["cash"].sum() / 10_000)
    assert report.figure("account_funds").value == pytest.approx(sheet["cash"].sum())


def test_every_page_part_says_that_it_is_a_sample(report):
    tables = (funds.by_group, funds.idle, funds.large, funds.guarantees, funds.unwatched)
    assert all(make(report, "表").origin is Origin.SAMPLE and make(report, "表").rows for make in tables)


def test_a_planted_account_stands_on_the_page(report):
    (row,) = funds.unwatched(report, "表").rows
    assert row[3] == "2023-02-20"
    assert any("首次付款" in row and "2280" in row for row in funds.large(report, "表").rows)


# --- tables that are wrong -----------------------------------------------------------------------


def test_accounts_that_do_not_come_to_the_balance_sheets_cash_are_named(data):
    row = data.change(
        "account_balances", lambda r: r.update(balance="1.00"), year="2023", month="12", account_id="ZH002"
    )
    assert row
    data.fault("ledger/account_balances.csv第", "月末余额", "A，2023年12月末账户余额合计", "资产负债表的货币资金")


def test_a_missing_and_an_impossible_balance_are_named(data):
    row = data.change(
        "bank_accounts", lambda r: r.update(opened_on="2022-03-05", connected_on="2022-03-20"), id="ZH001"
    )
    data.fault("ledger/account_balances.csv第", "ZH0012022-01有余额", "开户以后、销户以前")
    rows = data.rows("account_balances")
    gone = [r for r in rows if not (r["account_id"] == "ZH002" and r["month"] == "5")]
    data.write("account_balances", gone)
    assert row
    data.fault("ledger/bank_accounts.csv第3行", "ZH002没有2022-05、2023-05的余额")


def test_supervision_before_an_account_was_opened_is_named(data):
    row = data.change("bank_accounts", lambda r: r.update(connected_on="2019-01-02"), id="ZH001")
    data.fault(f"ledger/bank_accounts.csv第{row}行", "接入监管日期", "不早于开户日期")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"guaranteed": "某公司"}, "都填了"),
        ({"guaranteed_enterprise_id": ""}, "都空着"),
        ({"guaranteed_enterprise_id": "C1", "enterprise_id": "C1"}, "为自己担保"),
    ],
)
def test_a_guarantee_for_nobody_or_two_is_named(data, change, words):
    key = next(r["id"] for r in data.rows("guarantees") if r["guaranteed_enterprise_id"])
    row = data.change("guarantees", lambda r: r.update(change), id=key)
    data.fault(f"ledger/guarantees.csv第{row}行", words)


def test_a_guarantee_that_ends_before_it_begins_is_named(data):
    row = data.change("guarantees", lambda r: r.update(due_on="2010-01-01"), id="DB001")
    data.fault(f"ledger/guarantees.csv第{row}行", "担保到期日期", "不早于担保起始日期")


def test_lending_that_is_on_nobodys_books_is_named(data):
    row = data.change("company_loans", lambda r: r.update(amount="890000.00"), id="JK001")
    data.fault(f"ledger/company_loans.csv第{row}行", "借款金额", "A年末借出未还合计")
    data.fault(f"ledger/company_loans.csv第{row}行", "年末借入未还合计890,000.00万元")


def test_who_lends_to_itself_is_named(data):
    def same(row):
        row["borrower_enterprise_id"] = row["enterprise_id"]

    row = data.change("company_loans", same, id="JK001")
    data.fault(f"ledger/company_loans.csv第{row}行", "借款企业编号", "借给自己")


# --- limits --------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("limit", limits().values(), ids=lambda limit: limit.id)
def test_a_limit_that_makes_no_sense_is_named(data, limit):
    for value in (limit.low - 1, limit.high + 1):
        row = rewrite(data, "platform_limits", lambda r, v=value: r.update(value=f"{v:.12g}"), id=limit.id)
        data.fault(f"settings/platform_limits.csv第{row}行", "数值", "填了", f"{limit.low:.12g}至{limit.high:.12g}")


def undeclared(rule: Rule, frames):
    """The limits that a rule's view reads beyond those that it declares."""
    asked = set()

    class Watched(AlertContext):
        def limit(self, name):
            asked.add(name)
            return super().limit(name)

    rule.view(Watched(frames, END))
    return asked - {limit.id for limit in rule.limits}


@every("name", RULES)
def test_every_rule_declares_the_limits_that_it_reads(report, name):
    assert undeclared(RULES[name], report.ledger.frames) == set()


def test_a_limit_that_is_read_and_not_declared_is_seen(report):
    rule = Rule("r", "m", (), lambda context: context.limit("split_days"), 0, "", lambda x: x)
    assert undeclared(rule, report.ledger.frames) == {"split_days"}


def test_a_rule_that_reads_limits_is_silent_without_their_table(report):
    frames = {k: v for k, v in report.ledger.frames.items() if k != "platform_limits"}
    assert not [a for a in find_alerts(frames, END, MODULE) if a.rule.limits]
