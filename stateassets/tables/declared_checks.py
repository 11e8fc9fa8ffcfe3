"""What every data folder's tables must agree in: years, owners, identities, registers, the budget.

Most of it follows from what ``datapackage.json`` says of a table, whichever table it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import compress
from typing import Any

import numpy as np
import pandas as pd

from .checking import CENT, Frames, check, each_row
from .data_errors import Fault, Gap
from .declared import ENTERPRISE, GROUP, ITEM, DataPackage, DeclaredTable
from .hierarchy import above, circle, groups
from .notation import ten_thousands
from .periods import year_end

YUAN_RATIO = (9_000, 11_000)
EPOCH = 1970  # the year from which numpy counts
SHEET, RESTATEMENTS = "balance_sheet", "restatements"


def _fault(
    table: DeclaredTable,
    index: int | None,
    column: str | None,
    found: str,
    expected: str,
    advice: str = "请核对后改正",
    kind: type[Fault] = Fault,
) -> Fault:
    label = table.column(column).label if column else None
    return kind(table.path, None if index is None else index + 2, label, found, expected, advice)


def _hint(found: float, expected: float) -> str:
    low, high = YUAN_RATIO
    if expected and low < abs(found / expected) < high:
        return "疑似把元当万元填写，请除以10000"
    return "请核对后改正"


# --- years, enterprises ---------------------------------------------------------------------------------


@check()
def years(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Every table with years has the report's year; statements have the year before too, if any has.

    What other districts printed is of whatever years it is.
    """
    due = _due_years(package, frames)
    for name, frame in frames.items():
        if "year" in frame and "region" not in frame and not package.tables[name].occasional:
            of_items = package.tables[name].grain == ITEM
            for year in (package.year,) if of_items else due:
                if not (frame["year"].to_numpy() == year).any():
                    yield _fault(
                        package.tables[name],
                        None,
                        "year",
                        f"没有{year}年的数据",
                        "有本年的数据" if of_items else "本年和上年都有",
                        "补上这一年的数据",
                        kind=Gap,
                    )


def _due_years(package: DataPackage, frames: Frames) -> tuple[int, ...]:
    """Return the years that every statement has: a district's first book may have its own year alone.

    Until there is a balance sheet nobody knows, and both years are asked for.
    """
    last = package.year - 1
    statements = (f for name, f in frames.items() if package.tables[name].grain != ITEM and "region" not in f)
    before = any("year" in frame and (frame["year"].to_numpy() == last).any() for frame in statements)
    return (last, package.year) if before or "balance_sheet" not in frames else (package.year,)


@check()
def tree(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Every enterprise hangs on a first-level one, one level below its parent."""
    for table, frame in _having(package, frames, "tree"):
        rows = {r["enterprise_id"]: (i, r) for i, r in each_row(frame)}
        parents = dict(zip(frame["enterprise_id"], frame["parent_id"], strict=True))
        for key, (index, row) in rows.items():
            parent = row["parent_id"]
            if way := circle(parents, key):
                yield _fault(table, index, "parent_id", f"上级关系绕成了圈：{'→'.join(way)}", "一级一级通到一级企业")
            elif not parent and row["level"] != 1:
                yield _fault(table, index, "parent_id", "空白", f"{row['level']}级企业有上级企业")
            elif parent and row["level"] != rows[parent][1]["level"] + 1:
                yield _fault(
                    table,
                    index,
                    "level",
                    f"{row['level']}",
                    f"比上级企业{parent}低一级，即{rows[parent][1]['level'] + 1}",
                )


@check("enterprises")
def presence(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Each enterprise has its rows in each year under supervision, and none otherwise."""
    enterprises, members_of = frames["enterprises"], groups(above(frames))
    every = enterprises.to_dict("records")
    due, supervised = _due_years(package, frames), _supervised(enterprises, package.year)
    for table, frame in _ledger_tables(package, frames):
        if table.grain == ITEM:
            yield from _covered(table, frame, supervised, members_of, package.year)
        if table.grain != ENTERPRISE:
            continue
        years = sorted({*due, *frame["year"].tolist()})
        whose = list(zip(frame["enterprise_id"].tolist(), frame["year"].tolist(), strict=True))
        first = dict(zip(reversed(whose), reversed(frame.index), strict=True))
        filled = (frame[_amounts(table)].to_numpy() != 0).any(axis=1)
        busy = {owner for owner, some in zip(whose, filled, strict=True) if some}
        for row in every:
            key, name = row["enterprise_id"], row["name_zh"]
            for year in years:
                active = row["start_year"] <= year and not row["end_year"] <= year
                if active and (key, year) not in first:
                    yield _fault(
                        table,
                        None,
                        None,
                        f"没有{name}（{key}）{year}年的数据",
                        "在监管的企业每年都有",
                        "补上这户企业的数据",
                        kind=Gap,
                    )
                elif not active and (key, year) in busy:
                    yield _fault(
                        table,
                        int(first[key, year]),
                        "enterprise_id",
                        f"{name}（{key}）{year}年不在监管范围",
                        "没有这一年的数据",
                        "删去这一行，或改正企业名录的起止年度",
                    )
        if "month" in frame:
            yield from _months(table, frame, enterprises)


def _supervised(enterprises: pd.DataFrame, year: int) -> list[dict[str, Any]]:
    """Return those who are under supervision in a year."""
    active = enterprises[(enterprises["start_year"] <= year) & ~(enterprises["end_year"] <= year)]
    return active[["enterprise_id", "name_zh", "level"]].to_dict("records")


def _covered(
    table: DeclaredTable,
    frame: pd.DataFrame,
    supervised: list[dict[str, Any]],
    members_of: Mapping[str, list[str]],
    year: int,
) -> Iterator[Fault]:
    """Nobody who has to be in a register is missing from it, nobody in it is out of scope."""
    now = frame["year"].to_numpy() == year
    present = set(compress(frame["enterprise_id"].tolist(), now))
    there = {*present, *(root for root, members in members_of.items() if not present.isdisjoint(members))}
    if table.covers:  # a group is there if any of its companies is
        for row in supervised:
            if row["enterprise_id"] in there or (table.covers == GROUP and row["level"] != 1):
                continue
            yield _fault(
                table,
                None,
                "enterprise_id",
                f"没有{row['name_zh']}（{row['enterprise_id']}）{year}年的记录",
                "每户一级企业都有" if table.covers == GROUP else "每户企业都有",
                "补上这户企业的记录",
                kind=Gap,
            )
    strange = present - {"", *(row["enterprise_id"] for row in supervised)}
    for index in frame.index[now & frame["enterprise_id"].isin(strange)] if strange else ():
        yield _fault(
            table,
            int(index),
            "enterprise_id",
            f"{frame.at[index, 'enterprise_id']}，{year}年不在监管范围",
            "在监管的企业",
            "删去这一行，或改正企业名录的起止年度",
        )


def _months(table: DeclaredTable, frame: pd.DataFrame, enterprises: pd.DataFrame) -> Iterator[Fault]:
    starts = dict(zip(enterprises["enterprise_id"], enterprises["start_year"], strict=True))
    known: dict[tuple[str, int], tuple[int, set[int]]] = {}  # the first row, and the months
    columns = (frame[name].tolist() for name in ("enterprise_id", "year", "month"))
    for index, key, year, month in zip(frame.index, *columns, strict=True):
        known.setdefault((key, year), (int(index), set()))[1].add(month)
    for (key, year), (first, months_of) in known.items():
        missing = sorted(set(range(1, 13)) - months_of)
        if missing and year != starts.get(key):
            months = "、".join(map(str, missing))
            yield _fault(
                table, first, "month", f"{key}，{year}年缺{months}月", "十二个月齐全", "补上缺少的月份", kind=Gap
            )


# --- statements ----------------------------------------------------------------------------------


@check()
def identities(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """The declared identities hold in each row."""
    for table, frame in _having(package, frames, "identities"):
        for identity in table.identities:
            parts, total = identity.parts, identity.total
            summed = sum(frame[name].to_numpy() * sign for name, sign in parts)
            off = np.abs(summed - frame[total].to_numpy()) > CENT * len(parts)
            for place in np.flatnonzero(off):
                index = int(frame.index[place])
                stated, due = float(frame.at[index, total]), float(summed[place])
                yield _fault(
                    table,
                    index,
                    total,
                    f"{ten_thousands(stated)}，与各项之和差{ten_thousands(stated - due)}",
                    f"{ten_thousands(due)}（{identity.title}）",
                    _hint(stated, due),
                )


@check("enterprises")
def consolidation(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A group's consolidated figure is what its members state less what is eliminated."""
    members_of = groups(above(frames))
    for table, frame in _having(package, frames, "consolidation"):
        periods = [name for name in table.key if name in ("year", "moment")]
        for index in frame.index[(frame["basis"] != "individual") & ~frame["enterprise_id"].isin(members_of)]:
            yield _fault(table, index, "basis", "二级及以下企业有合并或抵销数", "只有一级企业填合并和抵销")
        root_of = {member: root for root, members in members_of.items() for member in members}
        roots = frame["enterprise_id"].map(root_of)
        sums = frame.groupby([*(frame[name] for name in periods), roots, frame["basis"]])[_amounts(table)].sum()
        summed: dict[object, dict[tuple[str, str], np.ndarray]] = {}
        for (*period, root, basis), amounts in zip(sums.index, sums.to_numpy(), strict=True):
            summed.setdefault(tuple(period), {})[root, basis] = amounts
        values, whose = frame[_amounts(table)].to_numpy(dtype=float), zip(roots, frame["basis"], strict=True)
        first: dict[object, dict[tuple[str, str], int]] = {}  # where the first row of each stands, by period
        for place, (own, *period) in enumerate(zip(whose, *(frame[name] for name in periods), strict=True)):
            first.setdefault(tuple(period), {}).setdefault(own, place)
        for when, places in first.items():
            words = _when(table, periods, when)
            yield from _consolidated(table, frame.index, values, places, summed.get(when, {}), members_of, words)


def _consolidated(
    table: DeclaredTable,
    rows: pd.Index,
    values: np.ndarray,
    first: Mapping[tuple[str, str], int],
    known: Mapping[tuple[str, str], np.ndarray],
    members_of: Mapping[str, list[str]],
    when: str,
) -> Iterator[Fault]:
    amounts = _amounts(table)
    present = {root for root, _ in known}
    for root, members in members_of.items():
        if root not in present:
            continue
        for basis, words in (("consolidated", "合并报表"), ("elimination", "合并抵销额")):
            if (root, basis) not in known:
                yield _fault(
                    table,
                    None,
                    None,
                    f"{when}没有{root}的{words}",
                    "每户一级企业都有",
                    f"补上{root}的{words}",
                    kind=Gap,
                )
                break
        else:
            place, nothing = first[root, "consolidated"], np.zeros(len(amounts))
            consolidated = values[place]
            dues = known.get((root, "individual"), nothing) - known[root, "elimination"]
            gaps = consolidated - dues
            for n in np.flatnonzero(np.abs(gaps) > CENT * (len(members) + 1)):
                stated, due, gap = consolidated[n], dues[n], gaps[n]
                yield _fault(
                    table,
                    int(rows[place]),
                    amounts[n],
                    f"{when}{root}的合并数{ten_thousands(stated)}"
                    f"{'小于' if gap < 0 else '大于'}各户允许的数，差{ten_thousands(abs(gap))}",
                    f"{ten_thousands(due)}（各户单户数之和减去抵销额）",
                    _hint(stated, due),
                )


@check()
def openings(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A year opens with what the year before closed with, or says why not: in a word, or line by line."""
    for name, frame in frames.items():
        if "moment" not in frame:
            continue
        table = package.tables[name]
        amounts = _amounts(table)
        keys = ["enterprise_id", "basis"]
        closing = frame[frame["moment"] == "closing"].set_index(["year", *keys])
        opening = frame[frame["moment"] == "opening"].set_index(["year", *keys])
        opened = set(opening.index)
        for year, *key in closing.index:
            if (year, *key) not in opened:
                yield _fault(
                    table, None, "moment", f"{key[0]}，{year}年没有年初数", "年初和年末都有", "补上年初余额", kind=Gap
                )
        told = frame.index[(frame["moment"] != "opening") & (frame["restatement"] != "")]
        for number in told:
            yield _fault(
                table,
                int(number),
                "restatement",
                f"“{frame.at[number, 'restatement']}”",
                "空白：只有年初数需要说明",
                "把原因写在年初那一行",
            )
        last = {key: number for number, key in enumerate(closing.index)}
        ended = closing[amounts].to_numpy(dtype=float)
        begun = frame.loc[frame["moment"] == "opening", ["year", *keys, "restatement", *amounts]]
        told_by_line = _restated_lines(frames) if name == SHEET else set()
        totals = {identity.total for identity in table.identities}
        for number, year, owner, basis, reason, *row in begun.itertuples(name=None):
            if (year - 1, owner, basis) not in last:
                continue
            before = ended[last[year - 1, owner, basis]]
            gaps = [n for n, now in enumerate(row) if abs(now - before[n]) > CENT]
            untold = [n for n in gaps if (year, owner, basis, amounts[n]) not in told_by_line]
            if all(amounts[n] in totals for n in untold) and len(untold) < len(gaps):
                untold = []  # a total follows from the lines
            if reason and not gaps:
                yield _fault(
                    table,
                    int(number),
                    "restatement",
                    f"“{reason}”",
                    "空白：年初数与上年年末数相同",
                    "删去原因，或改正年初数",
                )
            for n in () if reason else untold:
                yield _fault(
                    table,
                    int(number),
                    amounts[n],
                    f"年初数{ten_thousands(row[n])}",
                    f"上年年末数{ten_thousands(before[n])}",
                    "改正，或在年初数调整表里逐项写明，或在“年初数调整原因”列写明原因",
                )


def _restated_lines(frames: Frames) -> set[tuple[int, str, str, str]]:
    """Return the lines of openings that somebody says were restated."""
    if RESTATEMENTS not in frames:
        return set()
    columns = ["year", "enterprise_id", "basis", "item"]
    return set(frames[RESTATEMENTS][columns].itertuples(index=False, name=None))


@check(RESTATEMENTS, SHEET)
def restatements_are_of_openings(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A restated line is one that really opens otherwise than it closed, from the one number to the other."""
    table, sheet = package.tables[RESTATEMENTS], frames[SHEET]
    titles = {column.name: column.title for column in package.tables[SHEET].columns}
    amounts = _amounts(package.tables[SHEET])
    rows = sheet.set_index(["year", "enterprise_id", "basis", "moment"])[amounts].to_dict("index")
    for index, row in each_row(frames[RESTATEMENTS]):
        year, item, key = row["year"], row["item"], (row["enterprise_id"], row["basis"])
        if item not in amounts:
            yield _fault(table, index, "item", f"“{item}”", "资产负债表里金额项目的列名", "改正项目，列名见“数据”一章")
            continue
        opened, closed = rows.get((year, *key, "opening")), rows.get((year - 1, *key, "closing"))
        if opened is None:
            found, due = f"{key[0]}，{year}年没有这一口径的年初数", "资产负债表里有的年初数"
            yield _fault(table, index, "enterprise_id", found, due, "改正企业、年度或口径，或删去这一行")
            continue
        stands = (("before", closed, f"{year - 1}年末"), ("after", opened, f"{year}年初"))
        wrong = False
        for column, amount, when in stands:
            if amount is not None and abs(row[column] - amount[item]) > CENT:
                wrong = True
                due = f"资产负债表里{when}的{titles[item]}{ten_thousands(amount[item])}"
                yield _fault(table, index, column, ten_thousands(row[column]), due, "改正其中一处，或删去这一行")
        if not wrong and abs(row["after"] - row["before"]) <= CENT:
            found = f"{titles[item]}调整前后都是{ten_thousands(row['after'])}"
            yield _fault(table, index, "after", found, "与上年年末数不同的年初数", "没有调整的不必写，请删去这一行")


@check("equity_changes")
def objective_factors_are_positive(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """An objective factor is entered as a positive amount: its kind says which way it goes."""
    table, changes = package.tables["equity_changes"], frames["equity_changes"]
    operating = {"net_profit_retained", "oci"}
    for index in changes.index[(changes["amount"] < 0) & ~changes["factor"].isin(operating)]:
        yield _fault(
            table,
            index,
            "amount",
            ten_thousands(changes.at[index, "amount"]),
            "正数",
            "减少的因素选用减少类的编码，金额填正数",
        )


@check("enterprises", "balance_sheet", "equity_changes")
def state_capital_rolls_forward(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Opening state capital and its changes add up to the closing one, group by group."""
    table, changes = package.tables["equity_changes"], frames["equity_changes"]
    members_of = groups(above(frames))
    for index in changes.index[~changes["enterprise_id"].isin(members_of)]:
        yield _fault(table, index, "enterprise_id", "不是一级企业", "一级企业的编号")
    sheet = frames["balance_sheet"].query("basis == 'consolidated'")
    capital = (
        (sheet["owners_equity"] - sheet["non_state_equity"])
        .groupby([sheet["year"], sheet["enterprise_id"], sheet["moment"]])
        .sum()
    )
    signed = changes["amount"] * changes["factor"].map(table.signs["factor"])
    sums = signed.groupby([changes["year"], changes["enterprise_id"]]).sum()
    counts = changes.groupby(["year", "enterprise_id"]).size()
    for (year, key, moment), closing in capital.items():
        if moment != "closing" or (year, key, "opening") not in capital:
            continue
        due = capital[year, key, "opening"] + sums.get((year, key), 0.0)
        if abs(closing - due) > CENT * (counts.get((year, key), 0) + 2):
            yield _fault(
                table,
                None,
                "amount",
                f"{key}，{year}年年初国有资本加各项变动为{ten_thousands(due)}",
                f"年末国有资本{ten_thousands(closing)}，差{ten_thousands(closing - due)}",
                "补上漏记的变动因素，或改正金额",
            )


# --- registers -----------------------------------------------------------------------------------


@check()
def register_dates(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Nothing is due or closed before it was opened, and nothing closed in the future."""
    for table, frame in (*_having(package, frames, "register"), *_having(package, frames, "term")):
        dates = table.dates
        opened, due, closed = (dates.get(name) for name in ("opened", "due", "closed"))
        for early, late in ((opened, due), (opened, closed)):
            if not early:
                continue
            for index in _rows(frame, frame[late].to_numpy() < frame[early].to_numpy()):
                yield _fault(
                    table,
                    int(index),
                    late,
                    f"{frame.at[index, late]:%Y-%m-%d}",
                    f"不早于{table.column(early).title}{frame.at[index, early]:%Y-%m-%d}",
                )
        for index in _rows(frame, frame[closed].to_numpy() > year_end(package.year).to_datetime64()):
            yield _fault(
                table,
                int(index),
                closed,
                f"{frame.at[index, closed]:%Y-%m-%d}",
                f"不晚于{package.year}年年末，或空白",
                "没有完成的先空着",
            )


@check()
def years_of_events(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """What happened on a day is a matter of that day's year."""
    for table, frame in _having(package, frames, "dated_by"):
        date = table.dated_by
        days = frame[date].to_numpy()
        other = ~np.isnat(days) & (days.astype("datetime64[Y]").astype(int) + EPOCH != frame["year"].to_numpy())
        for index in _rows(frame, other):
            yield _fault(
                table,
                int(index),
                "year",
                f"{frame.at[index, 'year']}年",
                f"与{table.column(date).title}{frame.at[index, date]:%Y-%m-%d}同年",
            )


# --- budget --------------------------------------------------------------------------------------


@check()
def members(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A code stands under the code that it belongs to (a spending category under spending)."""
    for table, frame in _having(package, frames, "members"):
        for column, rules in table.members.items():
            for owner, allowed in rules.items():
                for index, row in each_row(frame):
                    if row[column] not in allowed[row[owner]]:
                        labels = table.labels.get(column, {})
                        yield _fault(
                            table,
                            index,
                            column,
                            f"“{labels.get(row[column], row[column])}”不属于“{table.labels[owner][row[owner]]}”",
                            "、".join(labels.get(c, c) for c in allowed[row[owner]]),
                        )


@check("budget")
def budget_balances(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """The state-capital budget has no deficit: what comes in is what goes out."""
    table = package.tables["budget"]
    sums = frames["budget"].groupby(["year", "side"])["amount"].sum().unstack(fill_value=0.0)
    for year, row in sums.iterrows():
        gap = row.get("revenue", 0.0) - row.get("expenditure", 0.0)
        if abs(gap) > CENT:
            yield _fault(
                table,
                None,
                "amount",
                f"{year}年收支相差{ten_thousands(gap)}",
                "收入等于支出",
                "核对各项收支，结转列入支出",
            )


# --- helpers -------------------------------------------------------------------------------------


def _having(package: DataPackage, frames: Frames, what: str) -> Iterator[tuple[DeclaredTable, pd.DataFrame]]:
    for name in frames:
        if getattr(package.tables[name], what):
            yield package.tables[name], frames[name]


def _ledger_tables(package: DataPackage, frames: Frames) -> Iterator[tuple[DeclaredTable, pd.DataFrame]]:
    for name in frames:
        if {"year", "enterprise_id"} <= {column.name for column in package.tables[name].columns}:
            yield package.tables[name], frames[name]


def _rows(frame: pd.DataFrame, wrong: np.ndarray) -> Iterable[Any]:
    """Return where the rows stand that are wrong: mostly none, which numpy tells long before pandas."""
    return frame.index[wrong] if wrong.any() else ()


def _amounts(table: DeclaredTable) -> list[str]:
    return [c.name for c in table.columns if c.unit]


def _when(table: DeclaredTable, periods: list[str], period: object) -> str:
    values = period if isinstance(period, tuple) else (period,)
    words = [table.labels.get(p, {}).get(v, f"{v}年") for p, v in zip(periods, values, strict=True)]
    return "".join(words)
