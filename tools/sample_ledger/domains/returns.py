"""Returns: when each enterprise's periodic tables came in, what was sent back, what was corrected.

The rows of the ledger are those of the last accepted return; what a correction changed is told by
what stood before. Flash statements came on the days that their own rows say. Some events are
planted for the warnings and the chapter to find: see ``PLANTED``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pandas as pd

from stateassets.domains.returns.obligations import ACCEPTED, MONTH, SENT_BACK, WAITING, kind_of, owed, recorded
from stateassets.tables.periods import year_end
from stateassets.tables.working_days import DAY

from .. import enterprises
from ..enterprises import YEARS
from ..money import WAN, text, units
from ..registers import SATURDAY, SETTINGS, WORKING_DAYS, YEAR, Context

AFTER = ("flash", "funds", "investment")
Row = dict[str, Any]
Key = tuple[str, str, str]  # table, enterprise, period
FLASH, ACCOUNTS, PEOPLE, PROGRESS = "flash_reports", "account_balances", "headcount", "investment_progress"
SHEET, INCOME = "balance_sheet", "income_statement"
LATE, SENT_BACK_FIRST, DOUBTED, CORRECTED_LATER = 0.03, 0.025, 0.03, 0.008  # chances of a return
# Planted. A table of which an enterprise is late month after month, by so many days:
LATE_RUN = {(PEOPLE, "F2", f"{YEAR}-{month:02d}"): days for month, days in ((7, 6), (8, 9), (9, 4))}
# sent back again and again, so often each:
OFTEN_BACK = {(ACCOUNTS, "D1", f"{YEAR}-{month:02d}"): times for month, times in ((3, 1), (6, 2), (9, 1))}
# not in at the year's end, but later:
NOT_IN = {(PEOPLE, "D2", f"{YEAR}-11"): "2024-01-16", (ACCOUNTS, "E2", f"{YEAR}-11"): "2024-01-22"}
# sent back before the year's end, in again after it:
NOT_BACK = {(ACCOUNTS, "E1", f"{YEAR}-11"): ("2023-12-11", "2023-12-13", "2024-01-08")}
# in, and looked at after the year's end:
UNSEEN = {(PEOPLE, "C", f"{YEAR}-11"): ("2023-12-28", "2024-01-03")}
# annual accounts that were corrected in the year after:
REOPENED = {(SHEET, "C2", str(YEARS[0])): "2023-06-15", (SHEET, "F1", str(YEARS[0])): "2023-07-20"}
UNDECIDED = ((INCOME, "A2", str(YEAR)), "2024-05-20")  # a correction that nobody has looked at
PLANTED = (LATE_RUN, OFTEN_BACK, NOT_IN, NOT_BACK, UNSEEN, REOPENED, UNDECIDED)

STATEMENTS = (SHEET, INCOME)
SENDERS = {PEOPLE: "党群人事部", PROGRESS: "投资发展部"}
DECIDERS = {PEOPLE: "人事监管岗", PROGRESS: "投资监管岗"}
CHANNELS = ("desk", "inbox", "database")
# Why returns are sent back: kind, detail, column (by its name), finding.
CAUSES: Mapping[str, tuple[tuple[str, str, str, str], ...]] = {
    FLASH: (
        ("与上期不衔接", "累计营业收入小于上月", "revenue", "累计数比上月小"),
        ("金额单位填错", "疑似把元当万元填写", "total_assets", "是以往各月的上万倍"),
        ("变动没有说明", "货币资金比上月减少一半以上", "cash", "比上月减少一半以上"),
    ),
    ACCOUNTS: (
        ("漏填", "有账户没有月末余额", "balance", "在用的账户没有余额"),
        ("与快报不符", "余额合计与快报货币资金相差过大", "balance", "各账户合计与快报的货币资金不符"),
        ("金额单位填错", "疑似把元当万元填写", "balance", "是以往各月的上万倍"),
    ),
    PEOPLE: (
        ("口径不符", "含劳务派遣人员", "headcount", "与工资发放人数不符"),
        ("变动没有说明", "比上月增减一成以上", "headcount", "比上月增减一成以上"),
    ),
    PROGRESS: (
        ("与上期不衔接", "形象进度低于上季", "progress", "低于上一季度"),
        ("漏填", "在建项目没有填", "investment_id", "在建的项目没有这一季的进度"),
    ),
    SHEET: (
        ("勾稽不符", "资产不等于负债与权益之和", "total_assets", "不等于负债与所有者权益之和"),
        ("变动没有说明", "应收款项比上年增加三成以上", "receivables", "比上年增加三成以上"),
    ),
    INCOME: (("勾稽不符", "利润总额与各项之和不符", "total_profit", "与各项之和不符"),),
}
DOUBTS = {FLASH: "revenue", ACCOUNTS: "balance", PEOPLE: "headcount", PROGRESS: "amount"}


@dataclass
class Made:
    """The rows made so far."""

    returns: list[Row] = field(default_factory=list)
    findings: list[Row] = field(default_factory=list)
    changes: list[Row] = field(default_factory=list)


def tables(context: Context) -> dict[str, list[Row]]:
    """Return all returns of the periods that have ended by the last year's end, their findings and changes."""
    frames = _frames(context)
    flash = {_flash_key(row): row for row in context.made[FLASH]}
    made = Made()
    for row in owed(frames, year_end(YEAR), YEARS).to_dict("records"):
        key = (row["table"], row["enterprise_id"], row["period"])
        if key[0] != FLASH:
            _periodic(context, made, key, row["ends_on"], row["due_on"])
        elif key in flash:
            _statement(context, made, key, row["ends_on"], flash[key])
    returns = recorded(frames, pd.DataFrame(made.returns)).to_dict("records")
    columns = [c["name"] for c in _declared("returns")]
    return {
        "returns": [{name: _cell(row[name]) for name in columns} for row in returns],
        "return_findings": made.findings,
        "return_changes": made.changes,
    }


def _frames(context: Context) -> dict[str, pd.DataFrame]:
    """Return what says who owes what by when."""

    def typed(rows: Iterable[Mapping[str, object]], *dates: str) -> pd.DataFrame:
        frame = pd.DataFrame(list(rows))
        return frame.assign(**{name: pd.to_datetime(frame[name].replace("", None)) for name in dates})

    roster = typed(enterprises.rows())
    return {
        "enterprises": roster.assign(end_year=pd.to_numeric(roster["end_year"])),
        "bank_accounts": typed(context.made["bank_accounts"], "opened_on", "closed_on"),
        "investments": typed(context.made["investments"], "started_on", "finished_on"),
        **{name: _settings(name, *dates) for name, dates in _DATES.items()},
    }


_DATES = {"platform_returns": ("from_on", "to_on"), "holidays": ("from_on", "to_on")}


def _settings(name: str, *dates: str) -> pd.DataFrame:
    return pd.read_csv(SETTINGS / f"{name}.csv", parse_dates=list(dates), encoding="utf-8-sig")


def _flash_key(row: Mapping[str, object]) -> Key:
    return FLASH, str(row["enterprise_id"]), f"{row['year']}-{row['month']:02d}"


def _cell(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return value.date()
    if value is None or value != value:
        return ""
    return int(value) if isinstance(value, float) else value


# --- one period's returns ------------------------------------------------------------------------


def _statement(context: Context, made: Made, key: Key, end: pd.Timestamp, row: Row) -> None:
    """Add a flash statement's returns: it came, and was corrected, when its row says."""
    rng, came = context.rng, pd.Timestamp(row["submitted_on"])
    early = _later(end, 1)
    if rng.random() < SENT_BACK_FIRST and _later(early, 2) <= came:
        _send_back(context, made, key, early, _later(early, 1))
    accepted = _add(context, made, key, came, ACCEPTED, _later(came, 1))
    _doubt(context, made, accepted)
    if row["revised_on"]:
        again = pd.Timestamp(row["revised_on"])
        corrected = _add(context, made, key, again, ACCEPTED, _later(again, 2))
        for column in ("revenue", "total_profit"):
            now = units(float(row[column]), WAN)
            _change(made, corrected, column, text(int(now * (1 + rng.uniform(-0.03, 0.03)))), row[column])


def _periodic(context: Context, made: Made, key: Key, end: pd.Timestamp, due: pd.Timestamp) -> None:
    """Add the returns of any other table for a period."""
    rng, table = context.rng, key[0]
    late = rng.random() < LATE
    spare = int(rng.integers(0, 6 if kind_of(key[2]) == MONTH else 20))
    came = _later(due, int(rng.integers(1, 10))) if late else max(_last(due - spare * DAY), _later(end, 1))
    came = min(came, due + 9 * DAY)
    times = int(rng.random() < SENT_BACK_FIRST)
    if key in LATE_RUN:
        came, times = due + LATE_RUN[key] * DAY, 0
    times = OFTEN_BACK.get(key, times)
    waited = 2
    if key in NOT_IN:
        came, times = pd.Timestamp(NOT_IN[key]), 0
    elif key in NOT_BACK:
        first, back, again = map(pd.Timestamp, NOT_BACK[key])
        _send_back(context, made, key, first, back)
        came, times = again, 0
    elif key in UNSEEN:
        came, seen = map(pd.Timestamp, UNSEEN[key])
        times, waited = 0, int(WORKING_DAYS.between(came, seen))
    for _ in range(times):
        back = _later(came, int(rng.integers(1, 3)))
        _send_back(context, made, key, came, back)
        came = _later(back, int(rng.integers(1, 4)))
    accepted = _add(context, made, key, came, ACCEPTED, _later(came, waited))
    _doubt(context, made, accepted)
    if key in REOPENED:
        again = pd.Timestamp(REOPENED[key])
        _correct(context, made, _add(context, made, key, again, ACCEPTED, _later(again, 3)))
    elif key == UNDECIDED[0]:
        _add(context, made, key, pd.Timestamp(UNDECIDED[1]), WAITING, None)
    elif table in (ACCOUNTS, PEOPLE) and rng.random() < CORRECTED_LATER:
        again = _later(came, int(rng.integers(8, 30)))
        _correct(context, made, _add(context, made, key, again, ACCEPTED, _later(again, 2)))


def _add(context: Context, made: Made, key: Key, came: pd.Timestamp, state: str, decided: pd.Timestamp | None) -> Row:
    table = key[0]
    before = [row for row in made.returns[-4:] if _key(row) == key]
    weights = (1, 2, 7) if table == ACCOUNTS else (6, 3, 1)
    row: Row = {
        "table": table,
        "enterprise_id": key[1],
        "period": key[2],
        "revision": len(before) + 1,
        "arrived_on": came,
        "channel": context.pick(CHANNELS, weights),
        "sender": SENDERS.get(table, "财务部"),
        "state": state,
        "decided_on": decided,
        "decided_by": "" if decided is None else DECIDERS.get(table, "财务监管岗"),
        "reason": "",
    }
    made.returns.append(row)
    return row


def _key(row: Row) -> Key:
    return row["table"], row["enterprise_id"], row["period"]


def _send_back(context: Context, made: Made, key: Key, came: pd.Timestamp, back: pd.Timestamp) -> None:
    kind, detail, column, found = context.pick(CAUSES[key[0]])
    row = _add(context, made, key, came, SENT_BACK, back)
    row["reason"] = f"{kind}：{detail}"
    _find(made, row, "fault", column, found, int(context.rng.integers(1, 4)))


def _doubt(context: Context, made: Made, row: Row) -> None:
    if context.rng.random() < DOUBTED and row["table"] in DOUBTS:
        _find(made, row, "doubt", DOUBTS[row["table"]], "比上期增减三成以上", 1)


def _find(made: Made, row: Row, kind: str, column: str, found: str, count: int) -> None:
    place = {name: row[name] for name in ("table", "enterprise_id", "period", "revision")}
    title = _titles(row["table"])[column]
    made.findings.append({**place, "kind": kind, "column": title, "found": found, "count": count})


# --- corrections ---------------------------------------------------------------------------------


def _correct(context: Context, made: Made, row: Row) -> None:
    """Say what an accepted correction changed into what the ledger holds."""
    rng, (table, owner, period) = context.rng, _key(row)
    if table == PEOPLE:
        now = context.sample.people[int(period[:4]), int(period[5:]), owner]
        _change(made, row, "headcount", str(now + int(rng.integers(1, 4))), str(now))
    elif table == ACCOUNTS:
        whose = {a["id"] for a in context.made["bank_accounts"] if a["enterprise_id"] == owner}
        held = [
            r
            for r in context.made[ACCOUNTS]
            if r["account_id"] in whose and f"{r['year']}-{r['month']:02d}" == period  # type: ignore[str-format]
        ]
        one = context.pick(held)
        now = str(one["balance"])
        before = text(units(float(now) * float(rng.uniform(0.9, 1.1)), WAN))
        _change(made, row, "balance", before, now, f"（{one['account_id']}）")
    else:  # an amount stood in the wrong line: the total stays
        sheet = context.sample.sheets[YEARS.index(int(period)) + 1].individual[owner]
        most = min(sheet["receivables"], sheet["other_current_assets"])
        moved = int(most * rng.uniform(0.1, 0.4))
        for column, sign in (("receivables", 1), ("other_current_assets", -1)):
            now = int(sheet[column])
            _change(made, row, column, text(now + sign * moved), text(now))


def _change(made: Made, row: Row, column: str, before: str, after: str, of: str = "") -> None:
    place = {name: row[name] for name in ("table", "enterprise_id", "period", "revision")}
    title = _titles(row["table"])[column] + of
    if before != after:
        made.changes.append({**place, "column": title, "before": before, "after": after})


# --- days and titles -----------------------------------------------------------------------------


def _works(day: pd.Timestamp) -> bool:
    return day in WORKING_DAYS.on or (day.day_of_week < SATURDAY and day not in WORKING_DAYS.off)


def _later(day: pd.Timestamp, count: int) -> pd.Timestamp:
    """Return the day that is so many working days later."""
    while count:
        day += DAY
        count -= _works(day)
    return day


def _last(day: pd.Timestamp) -> pd.Timestamp:
    """Return a day, or the last working day before it."""
    return day if _works(day) else _last(day - DAY)


@cache
def _declared(table: str) -> list[dict[str, Any]]:
    package = json.loads((SETTINGS.parent / "datapackage.json").read_text("utf-8"))
    return next(r["schema"]["fields"] for r in package["resources"] if r["name"] == table)


def _titles(table: str) -> dict[str, str]:
    return {column["name"]: column["title"] for column in _declared(table)}
