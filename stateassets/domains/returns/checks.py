"""Do returns follow each other, were they decided after they came, and are the accepted ones in the ledger?"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ...alerts.reach import RETURNS as SETTINGS
from ...tables import declarations
from ...tables.checking import CheckedTable, Frames, check
from ...tables.data_errors import Fault
from ...tables.declared import DataPackage
from ...tables.hierarchy import owners
from .obligations import (
    ACCEPTED,
    CHANGES,
    CORRECTION,
    FINDINGS,
    LATE,
    MONTH,
    ON_TIME,
    OWED,
    QUARTER,
    SENT_BACK,
    TABLE,
    WAITING,
    end_of,
    kind_of,
    period_of,
)
from .tolerances import NAMES as TOLERATED
from .tolerances import TABLE as TOLERANCES

CALLED = {"month": "月报写2023-06", "quarter": "季报写2023Q2", "year": "年报写2023"}
RETURN = [*OWED, "revision"]  # what tells returns apart


@check(TABLE)
def periods(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A return is of a table and a period that there are, of the year that it says, and comes after the period."""
    returns = CheckedTable(package, frames, TABLE)
    every = dict(frames[SETTINGS][["id", "every"]].itertuples(index=False)) if SETTINGS in frames else {}
    known = {*package.tables, *package.tables.absent}
    for index, row in zip(returns.frame.index, returns.frame.to_dict("records"), strict=True):
        period, length = row["period"], every.get(row["table"])
        if row["table"] not in known and row["table"] not in declarations.names():  # which the book may leave out
            yield returns.fault(index, "table", f"“{row['table']}”", "数据约定里的表名", "改正表名")
        try:
            end = end_of(period)
        except ValueError:
            yield returns.fault(index, "period", f"“{period}”", "、".join(CALLED.values()), "改正时期的写法")
            continue
        if length and kind_of(period) != length:
            yield returns.fault(index, "period", f"“{period}”", CALLED[length], "改正时期的写法")
        if row["year"] != end.year:
            yield returns.fault(index, "year", f"{row['year']}", f"时期{period}所属的{end.year}")
        if row["arrived_on"] <= end:
            yield returns.fault(index, "arrived_on", f"{row['arrived_on']:%Y-%m-%d}", f"晚于期末{end:%Y-%m-%d}")


@check(TABLE)
def revisions(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A second return has a first, and does not come before it."""
    returns = CheckedTable(package, frames, TABLE)
    came = {tuple(row[:4]): row[4] for row in returns.frame[[*RETURN, "arrived_on"]].itertuples(index=False)}
    for (*which, number), index in zip(came, returns.frame.index, strict=True):
        day = came[(*which, number)]
        before = came.get((*which, number - 1))
        if number > 1 and before is None:
            yield returns.fault(
                index, "revision", f"第{number}次", f"先有第{number - 1}次", "补上以前的报送，或改正次数"
            )
        elif number > 1 and day < before:
            yield returns.fault(
                index, "arrived_on", f"{day:%Y-%m-%d}", f"不早于第{number - 1}次报送的{before:%Y-%m-%d}"
            )


@check(TABLE)
def decisions(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """What is decided says when and by whom, after it came; what was sent back says why, and nothing else does."""
    returns = CheckedTable(package, frames, TABLE)
    words = returns.table.labels["state"]
    for index, row in zip(returns.frame.index, returns.frame.to_dict("records"), strict=True):
        waiting, day = row["state"] == WAITING, row["decided_on"]
        for column, filled in (("decided_on", day == day), ("decided_by", bool(row["decided_by"]))):
            if filled == waiting:
                yield returns.fault(
                    index,
                    column,
                    f"{words[row['state']]}，{'填了' if filled else '空着'}",
                    f"{words[WAITING]}的空着，{words[ACCEPTED]}和{words[SENT_BACK]}的填上",
                )
        if day < row["arrived_on"]:
            yield returns.fault(index, "decided_on", f"{day:%Y-%m-%d}", f"不早于送到日期{row['arrived_on']:%Y-%m-%d}")
        if (row["state"] == SENT_BACK) != bool(row["reason"]):
            yield returns.fault(
                index,
                "reason",
                f"{words[row['state']]}，{'填了' if row['reason'] else '空着'}",
                f"{words[SENT_BACK]}的填上，其他的空着",
            )


@check(TABLE)
def timings(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """The first accepted return of a period was in time or late, by so many days; later accepted ones correct it."""
    returns = CheckedTable(package, frames, TABLE)
    words = {"": "空着", **returns.table.labels["timing"]}
    rows = returns.frame.sort_values(RETURN, kind="stable")
    met: set[tuple[str, ...]] = set()
    for index, row in zip(rows.index, rows.to_dict("records"), strict=True):
        which, days = tuple(row[name] for name in OWED), row["days_late"]
        if row["state"] != ACCEPTED:
            wanted: tuple[str, ...] = ("",)
        elif which in met:
            wanted = (CORRECTION,)
        else:
            wanted = (ON_TIME, LATE)
            met.add(which)
        if row["timing"] not in wanted:
            yield returns.fault(index, "timing", words[row["timing"]], "或".join(words[w] for w in wanted))
        elif not {ON_TIME: days == 0, LATE: days > 0}.get(row["timing"], days != days):
            found = "空着" if days != days else f"{days:g}天"
            told = {ON_TIME: "0", LATE: "大于0"}.get(row["timing"], "空着")
            yield returns.fault(index, "days_late", f"{words[row['timing']]}，{found}", told)


@check(TABLE)
def accepted_rows_exist(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """What was accepted stands in the ledger."""
    returns = CheckedTable(package, frames, TABLE)
    accepted = returns.frame[returns.frame["state"] == ACCEPTED].drop_duplicates(OWED)
    for table, rows in accepted.groupby("table", sort=False):
        present = _present(package, frames, str(table))
        if present is None:
            continue
        for index, enterprise, period in rows[["enterprise_id", "period"]].itertuples(name=None):
            if (enterprise, period) not in present:
                title = package.tables[str(table)].title
                yield returns.fault(
                    index,
                    "state",
                    f"已采纳{enterprise}{period}的{title}",
                    f"{title}里有这一期的行",
                    "补上这一期的行，或改正处理结果",
                )


def _present(package: DataPackage, frames: Frames, table: str) -> set[tuple[str, str]] | None:
    """Return whose rows of which periods a table has, None where it does not say."""
    if table not in frames or "year" not in (frame := frames[table]):
        return None
    whose = owners(package, frames, table)
    if whose is None:
        return None
    every = next((name for name in (MONTH, QUARTER) if name in frame), "year")
    step = {MONTH: 1, QUARTER: 3}.get(every, 12)
    within = frame[every] * step if step < 12 else 12
    ends = pd.to_datetime({"year": frame["year"], "month": within, "day": 1}) + pd.offsets.MonthEnd(0)
    called = {end: period_of(end, every) for end in ends.unique()}
    return set(zip(whose, ends.map(called), strict=True))


@check(TABLE, FINDINGS)
def findings_have_returns(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """What was found was found in a return."""
    yield from _homeless(package, frames, FINDINGS, frames[TABLE], "报送台账里有这一次报送")


@check(TABLE, CHANGES)
def changes_have_corrections(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """What was changed was changed by a correction that was accepted."""
    corrections = frames[TABLE][frames[TABLE]["timing"] == CORRECTION]
    yield from _homeless(package, frames, CHANGES, corrections, "报送台账里有这一次采纳以后的修订")


def _homeless(package: DataPackage, frames: Frames, name: str, returns: pd.DataFrame, expected: str) -> Iterator[Fault]:
    known = set(returns[RETURN].itertuples(index=False, name=None))
    rows = CheckedTable(package, frames, name)
    for index, which in zip(rows.frame.index, rows.frame[RETURN].itertuples(index=False, name=None), strict=True):
        if which not in known:
            table, owner, period, number = which
            yield rows.fault(index, "revision", f"{table}，{owner}，{period}，第{number}次", expected)


@check(TOLERANCES)
def known_tolerances(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Each tolerance that returns are held to is there, and no other."""
    table = CheckedTable(package, frames, TOLERANCES)
    for index, name in table.frame["id"].items():
        if name not in TOLERATED:
            yield table.fault(index, "id", f"“{name}”", "、".join(sorted(TOLERATED)), "删去这一行，或改正编号")
    for name in sorted(TOLERATED - set(table.frame["id"])):
        yield Fault(
            table.table.path, None, table.table.column("id").title, f"没有{name}", "审核报送用到的各项", "补上这一行"
        )
