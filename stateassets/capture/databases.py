"""Returns out of enterprises' databases: read-only queries, each from where the last one ended.

A query has the parameter ``:since`` and a column that grows, its watermark. What it answers is taken as a file
like any other; how far that reached is written down with it, so a read that was stopped begins again there.
"""

from __future__ import annotations

import json
from codecs import BOM_UTF8 as BOM
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import select, text

from ..importing.files.database import asked, only_reads, plain
from ..tables.data_errors import DataError, Fault
from ..tables.declared import DataPackage
from ..tables.text_files import written
from . import schema as s
from .projecting import DATA
from .receiving import Receiver
from .settings import FILE
from .store import Delivery, Return, Store, Watermark, as_text

ROWS = 20_000  # that one delivery holds; what is beyond them is the next one's


def read_database(receiver: Receiver, source: Mapping[str, Any]) -> list[tuple[Delivery, list[Return]]]:
    """Take what is new in a database, query by query, until nothing is.

    Raises:
        DataError: a query is not a single read-only one, names no table, or the database does not answer. What
            was taken before that stays taken.
    """
    package = DataPackage.read(receiver.root / DATA)
    found = []
    for query in source["queries"]:
        _sound(source, query, package)
        while (one := _next(receiver, source, query, package)) is not None:
            found.append(one)
    return found


def _next(
    receiver: Receiver, source: Mapping[str, Any], query: Mapping[str, Any], package: DataPackage
) -> tuple[Delivery, list[Return]] | None:
    name, receipt = f"{source['name']}的{query['table']}", f"{source['name']} {query['table']}"
    since = _since(receiver.store, receipt, query["begin"])
    with asked(name, source["url_env"]) as connection:
        answer = connection.execute(text(query["select"].strip().rstrip(";")), {"since": since})
        header, rows = list(answer.keys()), [tuple(row) for row in answer.fetchmany(ROWS + 1)]
    if not rows:
        return None
    if query["watermark"] not in header:
        raise _wrong(name, f"查询的结果里没有列{query['watermark']}", "一列，有改动的行一次比一次大")
    at = header.index(query["watermark"])
    whole = _up_to(name, rows, at)
    reached = whole[-1][at]
    return receiver.receive(
        _content(header, whole, at, query.get("unit", "")),
        f"{package.tables[query['table']].title}.csv",
        s.DATABASE,
        source.get("enterprise", ""),
        f"{receipt} {as_text(since)}",
        Watermark(receipt, as_text(reached if isinstance(reached, int | float) else str(reached))),
    )


def _since(store: Store, query: str, begin: str | float) -> str | float:
    """Return from where on a query has not been read."""
    w = s.watermarks.c
    with store.reading() as connection:
        value = connection.scalar(select(w.value).where(w.query == query).order_by(w.id.desc()).limit(1))
    return begin if value is None else json.loads(value)


def _up_to(name: str, rows: Sequence[tuple[Any, ...]], at: int) -> Sequence[tuple[Any, ...]]:
    """Return whole steps of the watermark: what changed at one moment is taken together."""
    marks = [row[at] for row in rows]
    if None in marks or any(one > other for one, other in pairwise(marks)):
        raise _wrong(name, "查询的结果没有按watermark从小到大排，或有空的", "查询最后写order by这一列")
    if len(rows) <= ROWS:
        return rows
    whole = [row for row in rows if row[at] < marks[-1]]
    if not whole:
        raise _wrong(name, f"同一个watermark的行超过{ROWS}", "分得更细的一列，如带时分秒的时间")
    return whole


def _content(header: Sequence[str], rows: Sequence[tuple[Any, ...]], at: int, unit: str) -> bytes:
    """Return what a query answered as a file; the watermark is no column of the table."""
    kept = [number for number in range(len(header)) if number != at]
    cells = (["" if row[n] is None else str(plain(row[n])) for n in kept] for row in rows)
    content = written([header[n] for n in kept], cells)
    return written([f"单位：{unit}"], ()) + content.removeprefix(BOM) if unit else content


def _sound(source: Mapping[str, Any], query: Mapping[str, Any], package: DataPackage) -> None:
    name = f"{source['name']}的{query['table']}"
    if query["table"] not in package.tables:
        raise _wrong(name, f"没有名为{query['table']}的表", "、".join(package.tables))
    only_reads(name, query["select"])
    if ":since" not in query["select"]:
        raise _wrong(name, "查询里没有:since", "where 这一列 > :since")


def _wrong(where: str, found: str, expected: str) -> DataError:
    return DataError([Fault(FILE, None, where, found, expected, "改正platform.yml里的这条查询")])
