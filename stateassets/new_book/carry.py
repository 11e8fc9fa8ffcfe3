"""Which rows of a book go over into the next one.

Settings, terms and what other districts printed always do. A ledger's rows do only where the
same district goes on to its next year: statements stay as the year before, last year's closing
balances open the year, and a list of what there is at a year's end (``carry`` in
``datapackage.json``) goes on with what has not ended. A register of what happened in a year
starts empty: an item of last year counted again would be a wrong number. What a report
committed to goes over to the same district's next year, which can judge it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..report import ROSTER

Row = dict[str, str]
DISTRICT = "district"
PRINTED = "claims/"
LEDGER, CLAIMS, STATEMENTS, TERMS = "ledger/", "claims", "statements", "terms"


@dataclass(frozen=True)
class Step:
    """From one book's year to the next book's, of ``region``; ``same`` if the district is the same."""

    old: int
    new: int
    same: bool
    region: str

    @property
    def goes_on(self) -> bool:
        """Whether last year's ledger is the year before of the new one."""
        return self.same and self.new == self.old + 1


def carried(resources: list[Mapping[str, Any]], rows: Mapping[str, list[Row]], step: Step) -> dict[str, list[Row]]:
    """Return the rows that go over, by table; ``resources`` are the tables' descriptors."""
    over = {r["name"]: _over(r, rows[r["name"]], step) for r in resources}
    for resource in resources:
        for key in resource["schema"].get("foreignKeys", ()):
            refers, column = key["reference"], key["fields"]
            if (target := refers["resource"] or resource["name"]) not in over:
                continue  # the book has no such table
            known = {row[refers["fields"]] for row in over[target]}
            for row in over[resource["name"]]:
                if row[column] not in known:
                    row[column] = ""  # what it pointed to has ended
    required = {r["name"]: _required(r) for r in resources}
    return {name: [row for row in found if all(row[c] for c in required[name])] for name, found in over.items()}


def _required(resource: Mapping[str, Any]) -> list[str]:
    """The references without which a row says nothing."""
    keys = {key["fields"] for key in resource["schema"].get("foreignKeys", ())}
    return [
        field["name"]
        for field in resource["schema"]["fields"]
        if field["name"] in keys and field.get("constraints", {}).get("required")
    ]


def _over(resource: Mapping[str, Any], rows: list[Row], step: Step) -> list[Row]:
    rows = [dict(row) for row in rows]
    if resource["name"] == CLAIMS:
        return [row | {"value": ""} for row in rows]
    if resource["path"].startswith(PRINTED) and resource.get("grain") == "item":
        return rows if step.goes_on else []  # what a report said is judged in the next, and is no other district's
    if resource["name"] == STATEMENTS:
        return []  # what one report states, no other does
    if resource.get("carry", {}).get("own") == DISTRICT and not step.same:
        return []  # one district's own choice, no other's
    if not resource["path"].startswith(LEDGER):
        return _of_settings(resource, rows, step)
    if not step.goes_on:
        return []
    if resource["name"] == ROSTER:
        return [row for row in rows if not row["end_year"] or int(row["end_year"]) > step.old]
    if "carry" in resource:
        return _stock(resource["carry"], rows, step)
    if resource.get("grain") == "item":
        return []
    last = [row for row in rows if row["year"] == str(step.old)]
    return last + _openings(last, step.new)


def _openings(last: list[Row], year: int) -> list[Row]:
    """Return the opening balances that follow from last year's closing ones."""
    return [
        row | {"year": str(year), "moment": "opening", "restatement": ""}
        for row in last
        if row.get("moment") == "closing"
    ]


def _of_settings(resource: Mapping[str, Any], rows: list[Row], step: Step) -> list[Row]:
    """Return a setting's rows for the new year, without what is said of one enterprise or place."""
    if "year" in resource["schema"].get("primaryKey", ()) or resource.get("grain") == "item":
        rows = [row | {"year": str(step.new)} for row in rows if row["year"] == str(step.old)]
    if resource["name"] == TERMS:
        rows = [row for row in rows if row.get("where", "") in step.region]
    return [row for row in rows if step.goes_on or not row.get("enterprise_id")]


def _stock(rule: Mapping[str, Any], rows: list[Row], step: Step) -> list[Row]:
    """Return what there still is: rows of last year's list that no date in ``until`` has ended.

    ``opens`` maps a column to the one whose closing value it opens with.
    """
    left = [
        row
        for row in rows
        if row.get("year", str(step.old)) == str(step.old)
        and not any("" < row[end] <= f"{step.old}-12-31" for end in rule.get("until", ()))
    ]
    for row in left:
        for opening, closing in rule.get("opens", {}).items():
            row[opening] = row[closing]
        if "year" in row:
            row["year"] = str(step.new)
    return left
