"""Who has done what all should, and when: items against groups, rows by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..measures.exact import exact_sums
from ..measures.ledger import GROUP
from ..measures.units import amount_in
from ..tables.relations import with_parent
from .columns import Column, table
from .display import Table

if TYPE_CHECKING:
    from ..report import Report


def groups(report: Report) -> list[str]:
    """Return the names of the first-level groups, in the order of the columns of ``covered``."""
    return [scope.name_zh for scope in report.ledger.scopes(GROUP)]


def covered(report: Report, items: str, links: str, key: str, **where: object) -> list[tuple[str, list[bool]]]:
    """Return for each of this year's ``items`` which groups have a row in ``links`` for it.

    ``key`` is the column of ``links`` that holds the item's id; what most groups lack comes first.
    Only items whose columns hold the values of ``where``, or are blank, concern the groups.
    """
    frame, linked = report.ledger.frames[items], report.ledger.frames[links]
    for column, value in where.items():
        frame = frame[frame[column].isin([value, ""])]
    done = set(linked[[key, "enterprise_id"]].itertuples(index=False, name=None))
    rows = [
        (row["title"], [(row["id"], scope.id) in done for scope in report.ledger.scopes(GROUP)])
        for row in frame[frame["year"] == report.year].to_dict("records")
    ]
    return sorted(rows, key=lambda row: sum(row[1]))


def gaps(report: Report, caption: str, items: str, links: str, key: str, **where: object) -> Table:
    """Name for each group what it lacks of ``covered``, the group that lacks most first."""
    rows = covered(report, items, links, key, **where)
    lacking = [
        (scope.id, [title for title, marks in rows if not marks[i]])
        for i, scope in enumerate(report.ledger.scopes(GROUP))
    ]
    lacking.sort(key=lambda row: -len(row[1]))
    columns = (
        Column("企业", lambda row: report.enterprise(row[0])),
        Column("应有", lambda _: len(rows), decimals=0),
        Column("已有", lambda row: len(rows) - len(row[1]), decimals=0),
        Column("缺少", lambda row: len(row[1]), decimals=0, decides=True),
        Column("缺少的是", lambda row: "、".join(row[1]) or "无"),
    )
    return table(report.text(caption), columns, lacking, origin=report.origin_of(links))


def by_month(report: Report, name: str, day: str, codes: str) -> list[tuple[str, list[tuple[str, float]]]]:
    """Return for each code, in words, how many rows of this year fall into each month."""
    frame, labels = report.ledger.frames[name], report.package.tables[name].labels[codes]
    frame = frame[frame["year"] == report.year]
    counts = frame.groupby([codes, frame[day].dt.month]).size()
    return [
        (words, [(f"{month}月", float(counts.get((code, month), 0))) for month in range(1, 13)])
        for code, words in labels.items()
        if code in set(frame[codes])
    ]


def sums_by(
    report: Report, name: str, key: str, codes: str, period: str, unit: str
) -> list[tuple[str, list[tuple[str, float]]]]:
    """Return this year's amounts by a code of the parent that ``key`` points to, and by period."""
    declared, frame = with_parent(
        report.package, report.ledger.frames, report.package.tables[name], report.ledger.frames[name], key
    )
    frame = frame[frame["year"] == report.year]
    code = f"{key}.{codes}"
    amounts = exact_sums(frame, [code, period], "amount")
    title = declared.column(period).title
    periods = sorted(frame[period].unique())
    return [
        (words, [(f"{p}{title}", amount_in(amounts.get((value, p), 0.0), unit)) for p in periods])
        for value, words in declared.labels[code].items()
        if value in set(frame[code])
    ]
