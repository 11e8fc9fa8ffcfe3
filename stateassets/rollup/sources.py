"""Where districts come from: what a book publishes, a book's folder, or a lake of Parquet files.

A lake has a folder for each district and year, ``region=…/year=…``, and in it files whose rows are facts:
``figure``, ``scope``, ``value``, ``decimals``, ``origin``, ``stated``, ``printed``, as in ``facts.json``, and
``period``; ``book_scope`` and ``book_title`` say whose numbers these are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..book.takeaway.facts import OWN, PREFIX, REGION, SCHEME, report_of
from ..book.takeaway.files import FACTS, FOLDER
from ..tables.data_errors import DataError, Fault
from ..tables.text_files import plain_file, refuse
from .facts import DOCUMENT, LARGEST, District, read, without_singles
from .ownership import Owned, scopes_of

LAKE = "region=*/year=*/*.parquet"
NEEDED = ("figure", "scope", "period", "value", "decimals", "origin", "stated", "printed")
ABOUT = {"book_scope": "scope", "book_title": "title"}
WANTED = "facts.json、书的文件夹或region=…/year=…的数据湖"


def read_all(paths: Sequence[Path], register: Iterable[Owned] | None = None) -> tuple[District, ...]:
    """Return all districts of some sources, one for each file or book.

    With a ``register``, even an empty one, nothing is kept of single enterprises that it does not name.

    Raises:
        DataError: with what is wrong in every one that cannot be used; nothing is taken then.
    """
    found: list[District] = []
    faults: list[Fault] = []
    kept = None if register is None else scopes_of(register)
    for path in paths:
        try:
            for one in _of(path):
                found.append(one if kept is None else without_singles(one, kept))
        except DataError as error:
            faults += error.faults
    if faults:
        raise DataError(faults)
    if not found:
        raise DataError([Fault("汇总", None, None, "没有一个地区", WANTED, "请写明到哪里读")])
    return tuple(found)


def _of(path: Path) -> Iterator[District]:
    if not path.is_dir():
        yield _file(path, path.name)
    elif (path / "data" / "datapackage.json").is_file():
        yield of_book(path)
    elif any(path.glob("region=*")):
        yield from of_lake(path)
    else:
        faults: list[Fault] = []
        files = sorted(file for file in path.rglob(f"*{FACTS}") if not file.name.startswith("."))
        if not files:
            refuse(path.name, "里面没有可以读的", WANTED, "检查写的是不是这个文件夹")
        for file in files:
            try:
                yield _file(file, file.relative_to(path).as_posix())
            except DataError as error:
                faults += error.faults
        if faults:
            raise DataError(faults)


def _file(path: Path, name: str) -> District:
    plain_file(path, name, WANTED)
    if path.stat().st_size > LARGEST:
        return read(b" " * (LARGEST + 1), name)  # refused as too large, unread
    return read(path.read_bytes(), name)


def of_book(root: Path) -> District:
    """Return the district of a book: its numbers as it would publish them, and what its ledgers warn of.

    Raises:
        DataError: its tables are not sound; each fault says whose.
    """
    from ..alerts.levels import COLUMNS
    from ..alerts.page import AlertsPage
    from ..report import Report

    try:
        report = Report(root=root)
    except DataError as error:
        raise DataError(replace(fault, file=f"{root.name}：{fault.file}") for fault in error.faults) from None
    district = read(report_of(report), f"{root.name}/{FOLDER}/{FACTS}")
    watch = AlertsPage(report)
    alerts = tuple(
        {
            "region": district.region,
            "rule": alert.setting.name,
            "level": COLUMNS[alert.level],
            "enterprise": report.ledger.name_of(alert.enterprise_id),
            "period": f"{alert.period:%Y-%m}",
            "sentence": alert.sentence,
            "origin": str(watch.origin or ""),
        }
        for alert in watch.alerts
        if alert.open
    )
    return replace(district, source=root.name, alerts=alerts)


def of_lake(root: Path) -> Iterator[District]:
    """Yield the districts of a lake, one after the other.

    Raises:
        DataError: a file has not the columns, or rows that are no facts.
    """
    import duckdb

    for folder in sorted(root.glob("region=*")):
        files = sorted(folder.glob("year=*/*.parquet"))
        if not files:
            refuse(folder.name, "没有年度的数据", f"{LAKE}这样的文件", "检查文件夹的名字")
        try:
            read_files = duckdb.read_parquet([str(file) for file in files], union_by_name=True)
            columns = read_files.columns
            rows = read_files.fetchall()
        except duckdb.Error:
            refuse(folder.name, "Parquet文件读不出来", "完好的Parquet文件", "请重新生成，或检查磁盘")
        lacking = [name for name in NEEDED if name not in columns]
        if lacking:
            refuse(folder.name, f"没有{'、'.join(lacking)}列", f"{'、'.join(NEEDED)}这几列", "请补上这几列")
        records = [dict(zip(columns, row, strict=True)) for row in rows]
        yield read(_as_json(folder.name.partition("=")[2], records), folder.name)


def _as_json(region: str, rows: Iterable[dict[str, Any]]) -> bytes:
    """Return rows of facts as a book publishes them, so that they are looked at alike."""
    about: dict[str, str] = {}
    facts: dict[str, Any] = {}
    for number, row in enumerate(rows, 1):
        about |= {name: row[column] for column, name in ABOUT.items() if row.get(column)}
        own = {f"{PREFIX}:{name}": f"{lead}{row[name]}" for name, lead in (("scope", ""), ("stated", f"{PREFIX}:"))
               if row[name]}  # fmt: skip
        facts[f"第{number}行"] = {
            "value": row["value"],
            "decimals": row["decimals"],
            "dimensions": {
                "concept": f"{PREFIX}:{row['figure']}",
                "entity": f"{REGION}:{region}",
                "period": row["period"],
                **own,
            },
            f"{PREFIX}:origin": row["origin"],
            **({f"{PREFIX}:printed": row["printed"]} if row["printed"] else {}),
        }
    kind = {"documentType": DOCUMENT, "namespaces": {PREFIX: OWN, REGION: SCHEME}}
    told = {"documentInfo": kind, f"{PREFIX}:book": about, f"{PREFIX}:scopes": {}, "facts": facts}
    return json.dumps(told, ensure_ascii=False, default=str).encode()
