"""Monthly flash statements as their chapter shows them: the month, the year so far, the lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from ...alerts import month
from ...alerts.page import at_year_end
from ...measures.units import with_unit
from ...present.columns import Column, enterprise, table
from ...present.display import Table
from ...present.words import NOTHING
from ...tables.periods import CLOSED, end_of_month, year_end
from .alerts import PAST, TABLE, december, returns, statements

if TYPE_CHECKING:
    from ...report import Report

# Returns in a word; a picture has a colour for each.
LATE, MISSING, REVISED, LATE_AND_REVISED = "晚报", "漏报", "更正", "晚报又更正"
LINES = "control_lines"  # each enterprise's own
LASTING = 3  # statements that a new direction has to last, to be called a turn
BAND = 10.0  # percent on the year before that count as no change; this book's own choice
ABOVE, BELOW, LEVEL = 1, -1, 0


@dataclass(frozen=True)
class Turn:
    """Where an enterprise's profit or cash took another direction and kept it."""

    enterprise_id: str
    what: str
    period: pd.Timestamp
    before: str
    after: str
    value: float
    unit: str


# What may turn: column, name, unit, width of what counts as no change, words for up, down, level.
SERIES = (
    ("month_total_profit", "当月利润总额", "万元", 0.0, ("盈利", "亏损", "不盈不亏")),
    ("profit_growth", "累计利润比上年同期", "%", BAND, ("增长", "下降", "相近")),
    ("cash_growth", "货币资金比上年同月末", "%", BAND, ("增长", "下降", "相近")),
)


def seen(report: Report) -> pd.DataFrame:
    """Return every statement up to the year's end with what is worked out from it."""
    return report.ledger.once("flash statements", lambda: _seen(report))


def _seen(report: Report) -> pd.DataFrame:
    rows = statements(at_year_end(report))
    return rows.assign(
        debt_ratio=rows["total_liabilities"] / rows["total_assets"] * 100,
        profit_growth=_change(rows["total_profit"], rows["last_total_profit"]),
        cash_growth=_change(rows["cash"], rows["last_cash"]),
    )


def _change(now: pd.Series, before: pd.Series) -> pd.Series:
    """Return percent, the loss's size as the denominator after a loss; unknown after nothing."""
    return (now - before) / before.abs().where(before != 0) * 100


def newest(report: Report) -> pd.DataFrame:
    """Return each enterprise's last statement of the report's year."""
    rows = seen(report)
    rows = rows[rows["year"] == report.year]
    return rows.sort_values("period").groupby("enterprise_id", sort=False).tail(1)


def overview(report: Report, caption: str) -> Table:
    """Return the last month, the year so far and the same time of the year before, by enterprise.

    Single companies' statements: their sum would count dealings between them twice, so there is
    no total.
    """
    rows = newest(report).sort_values("enterprise_id")
    revenue, before = rows["revenue"], rows["last_revenue"]
    rows = rows.assign(growth=(revenue - before) / before.where(before > 0) * 100)
    columns = (
        enterprise(report),
        Column("月份", lambda row: f"{row['month']}月"),
        _money("当月营业收入", "month_revenue"),
        _money("累计营业收入", "revenue"),
        Column("同比", "growth", "%", 1, NOTHING),
        _money("当月利润总额", "month_total_profit"),
        _money("累计利润总额", "total_profit"),
        _money("上年同期", "last_total_profit"),
        _money("货币资金", "cash"),
    )
    return table(report.text(caption), columns, rows, origin=report.origin_of(TABLE))


def _money(title: str, field: str) -> Column:
    return Column(title, field, "万元", 0, NOTHING)


def against_lines(report: Report) -> list[tuple[str, float, float]]:
    """Return (enterprise, its own control line, its debt ratio), closest to its line first."""
    report.ledger.frames.need(LINES)
    rows = newest(report)
    rows = rows.assign(over=rows["debt_ratio"] - rows["control_line"])
    rows = rows.sort_values("over", ascending=False)
    return [
        (report.ledger.name_of(r["enterprise_id"]), float(r["control_line"]), float(r["debt_ratio"]))
        for r in rows.to_dict("records")
    ]


def over_lines(report: Report) -> list[str]:
    """Return the enterprises whose last statement's debt ratio is above their own line."""
    report.ledger.frames.need(LINES)
    rows = newest(report)
    return [str(key) for key in rows.loc[rows["debt_ratio"] > rows["control_line"], "enterprise_id"]]


def compared(report: Report, column: str) -> list[tuple[str, float, float]]:
    """Return (enterprise, the year before, now) of a cumulative amount, the largest first."""
    rows = newest(report)
    rows = rows[rows[f"last_{column}"].notna()].sort_values(column, ascending=False)
    return [
        (report.ledger.name_of(row["enterprise_id"]), float(row[f"last_{column}"]), float(row[column]))
        for row in rows.to_dict("records")
    ]


# --- turns ---------------------------------------------------------------------------------------


def turning(values: Iterable[float], band: float) -> Iterator[tuple[int, int, int]]:
    """Yield (place, direction before, direction from there on) of each lasting turn.

    A direction is above, below or within ``band`` of zero. It is lasting if ``LASTING`` values
    running have it; what lasts from the first value on is the start and no turn. Within the band
    nothing turns, and an unknown value ends a direction.
    """
    signs = [ABOVE if v > band else BELOW if v < -band else LEVEL if v == v else None for v in values]
    now = LEVEL
    for place, sign in enumerate(signs):
        if sign in (None, LEVEL, now) or signs[place : place + LASTING] != [sign] * LASTING:
            continue
        if place:
            yield place, now, sign or LEVEL
        now = sign or LEVEL


def turns(report: Report) -> list[Turn]:
    """Return where profit and cash turned in the report's year, by enterprise."""
    rows = seen(report)
    rows = rows[rows["year"] == report.year].sort_values(["enterprise_id", "period"])
    found = []
    for key, own in rows.groupby("enterprise_id", sort=False):
        for column, what, unit, band, words in SERIES:
            said = dict(zip((ABOVE, BELOW, LEVEL), words, strict=True))
            known = own[own[column].notna()]
            found += [
                Turn(
                    str(key),
                    what,
                    known["period"].iloc[place],
                    said[before],
                    said[after],
                    float(known[column].iloc[place]),
                    unit,
                )
                for place, before, after in turning(known[column], band)
            ]
    return found


def turns_table(report: Report, caption: str) -> Table:
    """Name each turn: whose, of what, from which month on, from what into what."""
    columns = (
        replace(enterprise(report), menu=()),
        Column("看什么", "what", menu=[name for _, name, *_ in SERIES]),
        Column("从哪个月起", lambda turn: month(turn.period)),
        Column("此前", "before"),
        Column("此后", "after"),
        Column("当月的数", lambda turn: with_unit(turn.value, turn.unit, 1), numeric=True),
    )
    return table(report.text(caption), columns, turns(report), origin=report.origin_of(TABLE), if_empty="没有转折。")


def turned(report: Report, *columns: str) -> list[str]:
    """Return the enterprises with a turn in any of the columns (default: in any at all)."""
    names = {what for column, what, *_ in SERIES if not columns or column in columns}
    return list(dict.fromkeys(t.enterprise_id for t in turns(report) if t.what in names))


def by_month(report: Report, enterprise_id: str, column: str) -> list[tuple[str, float]]:
    """Return one column of an enterprise's statements by month of the report's year."""
    rows = seen(report)
    rows = rows[(rows["enterprise_id"] == enterprise_id) & (rows["year"] == report.year)]
    rows = rows[rows[column].notna()]
    return [(f"{m}月", float(v)) for m, v in zip(rows["month"], rows[column], strict=True)]


def panels(report: Report, column: str, enterprises: Iterable[str]) -> list[tuple[str, list[tuple[str, float]]]]:
    """Return a column of some enterprises by month, one panel each."""
    return [(report.ledger.name_of(key), by_month(report, key, column)) for key in dict.fromkeys(enterprises)]


# --- flash against annual accounts, outliers -----------------------------------------------------


def annual(report: Report) -> pd.DataFrame:
    """Return each year's December flash revenue beside the annual accounts', widest gap first."""
    rows = december(at_year_end(report))
    rows = rows.assign(percent=rows["gap"] / rows["annual"].where(rows["annual"] != 0) * 100)
    return rows.sort_values("percent", ascending=False, ignore_index=True)


def annual_bars(report: Report, most: int) -> list[tuple[str, float]]:
    """Return the widest gaps between flash and annual revenue, in percent of the latter."""
    rows = annual(report).dropna(subset="percent").head(most)
    return [
        (f"{report.ledger.name_of(r['enterprise_id'])}，{r['year']}年", float(r["percent"]))
        for r in rows.to_dict("records")
    ]


def annual_table(report: Report, caption: str) -> Table:
    """Set each year's flash revenue against the annual accounts of the single company."""
    columns = (
        replace(enterprise(report), menu=()),
        Column("年度", lambda row: f"{row['year']}年", menu=()),
        _money("快报累计营业收入", "revenue"),
        _money("年度决算", "annual"),
        Column("相差", "percent", "%", 2, NOTHING),
    )
    return table(report.text(caption), columns, annual(report), origin=report.origin_of(TABLE))


def outliers(report: Report, caption: str, least: float) -> Table:
    """Return the months whose revenue lies at least so many deviations off the past, oddest first."""
    rows = seen(report)
    past = rows.groupby("enterprise_id")["month_revenue"]
    usual = past.transform(lambda own: own.shift().rolling(PAST, min_periods=1).median())
    odd = rows.assign(usual=usual)[rows["oddness"] >= least]
    odd = odd.sort_values("oddness", ascending=False)
    columns = (
        enterprise(report),
        Column("月份", lambda row: month(row["period"])),
        _money("当月营业收入", "month_revenue"),
        _money("以往各月的中位数", "usual"),
        Column("偏离", "oddness", "倍", 1),
    )
    return table(report.text(caption), columns, odd, origin=report.origin_of(TABLE), if_empty="没有异常的月份。")


# --- returns -------------------------------------------------------------------------------------


def return_grid(report: Report) -> tuple[list[tuple[str, list[str]]], list[str]]:
    """Return a word for each return of the year that was late, missing or corrected, and months.

    Enterprises whose returns all came in time and stood are left out.
    """
    day = year_end(report.year)
    rows = returns(at_year_end(report)).query("year == @report.year")
    sent = report.ledger.frames[TABLE]
    known = sent[(sent["revised_on"] <= day) & (sent["year"] == report.year)]
    words = {(r["enterprise_id"], r["month"]): REVISED for r in known.to_dict("records")}
    for r in rows[rows["days_late"] > 0].to_dict("records"):
        key = (r["enterprise_id"], r["month"])
        words[key] = MISSING if r["subject"] else LATE_AND_REVISED if key in words else LATE
    owners = [s.id for s in report.ledger.scopes("enterprise") if any(s.id == k for k, _ in words)]
    months = range(1, 13)
    grid = [(report.ledger.name_of(key), [words.get((key, m), "") for m in months]) for key in owners]
    return grid, [f"{m}月" for m in months]


def discipline(report: Report) -> dict[str, int]:
    """Return how many returns were due by the year's end, in time, late, missing, corrected."""
    day = year_end(report.year)
    rows = returns(at_year_end(report))
    missing = int((rows["subject"] != "").sum())
    late = int((rows["days_late"] > 0).sum()) - missing
    sent = report.ledger.frames["flash_reports"]
    known = end_of_month(sent["year"], sent["month"]) <= day
    return {
        "due": len(rows),
        "late": late,
        "missing": missing,
        CLOSED: len(rows) - late - missing,
        "revised": int(sent.loc[known, "revised_on"].notna().sum()),
    }
