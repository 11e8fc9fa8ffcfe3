"""Which return a row of a table rests on: told beside the row, with a way to the chapter on returns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from ..chapters import contents
from ..tables.text_files import read_rows

RETURNS, OWNER, PERIODS = "returns", "enterprise_id", ("month", "quarter")
Key = tuple[str, str]  # enterprise, period
Resources = Sequence[Mapping[str, Any]]


def notes(data: Path, resources: Resources, year: int) -> dict[str, dict[int, str]]:
    """Return for each table that is returned what is told of its rows, by their numbers as Excel counts.

    Nothing where the returns are not among the tables: another edition does not show them. The
    chapter of the report's ``year`` has a row for what was sent back or corrected in that year.
    """
    known = {resource["name"]: resource for resource in resources}
    if RETURNS not in known:
        return {}
    from ..domains.returns.obligations import return_place

    place = contents(data.parent).place(RETURNS)
    address = f"../{place}.html" if place else ""
    told: dict[str, dict[Key, str]] = {}
    for name, key, words, listed in _accepted(data, known[RETURNS], year):
        there = escape(f"{address}#{return_place(name, *key)}")
        told.setdefault(name, {})[key] = f'<a href="{there}">{words}</a>' if listed and address else words
    return {
        name: {number: own[key] for number, key in _keys(data, known, known[name]) if key in own}
        for name, own in told.items()
        if name in known
    }


def _records(data: Path, resource: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the rows of a table by the names of its columns, which a file may have under their titles."""
    names = {field["title"]: field["name"] for field in resource["schema"]["fields"]}
    header, *rows = read_rows(data / resource["path"])
    return [dict(zip([names.get(word, word) for word in header], row, strict=False)) for row in rows]


def _accepted(data: Path, resource: Mapping[str, Any], year: int) -> Iterator[tuple[str, Key, str, bool]]:
    """Yield (table, enterprise and period, words on the last accepted return, whether the chapter has a row)."""
    last: dict[tuple[str, Key], dict[str, str]] = {}
    listed: set[tuple[str, Key]] = set()
    for row in _records(data, resource):
        which = row["table"], (row[OWNER], row["period"])
        if row["state"] == "accepted" and int(row["revision"]) >= int(last.get(which, row)["revision"]):
            last[which] = row
        if row["decided_on"].startswith(f"{year}-") and (row["reason"] or row["timing"] == "correction"):
            listed.add(which)
    for (name, key), row in last.items():
        words = escape(f"第{row['revision']}次报送，{row['decided_on']}采纳")
        yield name, key, words, (name, key) in listed


def _keys(data: Path, known: Mapping[str, Mapping[str, Any]], resource: Mapping[str, Any]) -> Iterator[tuple[int, Key]]:
    """Yield the number of each row with whose it is and of which period."""
    rows = _records(data, resource)
    every = next((name for name in PERIODS if rows and name in rows[0]), "")
    column, owners = OWNER, None
    for key in resource["schema"].get("foreignKeys", ()) if rows and OWNER not in rows[0] else ():
        to, target = known.get(key["reference"]["resource"]), key["reference"]["fields"]
        if to is not None and any(field["name"] == OWNER for field in to["schema"]["fields"]):
            column, owners = key["fields"], {row[target]: row[OWNER] for row in _records(data, to)}
    for number, row in enumerate(rows, 2):
        owner = row.get(column, "") if owners is None else owners.get(row[column], "")
        if "year" in row:
            yield number, (owner, _period(row["year"], every, row.get(every, "")))


def _period(year: str, every: str, number: str) -> str:
    """Return what a row's period is called in the returns."""
    return {"": year, "month": f"{year}-{number:0>2}", "quarter": f"{year}Q{number}"}[every]
