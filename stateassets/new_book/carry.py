"""Which rows of a book go over into the next one.

Settings, terms and what other districts printed always do. A ledger's rows do only where the
same district goes on to its next year: statements stay with all their years, last year's closing
balances open the new one, and a list of what there is at a year's end (``carry`` in
``datapackage.json``) goes on with what has not ended. A register of what happened in a year
starts empty: an item of last year counted again would be a wrong number. What the report printed
joins what reports printed, against which the next one is audited; what it
committed to goes over to the same district's next year, which can judge it.

Another district gets no setting that is a fact of this report (the months of its debt control), and no
grounds that lie in it, nor a warning rule on a policy that this district made; what is said of years, whoever goes on, is no longer true.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..alerts import RULES
from ..alerts.engine import SETTINGS
from ..measures.measures import OF_REPORT, without
from ..measures.registry import REGISTRY
from ..report import PUBLISHED, ROSTER
from ..tables.declared import DataPackage
from ..tables.origins import Origin
from ..tables.region import spoken

Row = dict[str, str]
GROUNDS = ("basis", "grounds", "note", "why")  # columns that say on what a setting rests
OF_YEARS = re.compile(r"年度[早晚]|同年")
OWN_CHOICE, COMMON, TO_SEE = "本书自定", "通行说法，待本区核对", "沿用上一本书的选择，待核对"
DISTRICT = "district"
PRINTED = "claims/"
LEDGER, CLAIMS, STATEMENTS, TERMS = "ledger/", "claims", "statements", "terms"
PLAIN = ("exact", "rounded")  # how exactly a number is printed that is neither over nor more than what stands there


@dataclass(frozen=True)
class Step:
    """From one book's year to the next book's, of ``region``; ``same`` if the district is the same,
    ``report`` is what the old book's report is called."""

    old: int
    new: int
    same: bool
    region: str
    report: str = ""

    @property
    def goes_on(self) -> bool:
        """Whether last year's ledger is the year before of the new one."""
        return self.same and self.new == self.old + 1


def carried(resources: list[Mapping[str, Any]], rows: Mapping[str, list[Row]], step: Step) -> dict[str, list[Row]]:
    """Return the rows that go over, by table; ``resources`` are the tables' descriptors."""
    over = {r["name"]: _over(r, rows[r["name"]], step) for r in resources}
    ended = {
        row["enterprise_id"] for row in over.get(ROSTER, ()) if row["end_year"] and int(row["end_year"]) <= step.new
    }
    keys = [
        (r["name"], key["fields"], _target(r, key), key["reference"]["fields"]) for r in resources for key in _keys(r)
    ]
    for name, column, target, field in keys:
        if target not in over or name == ROSTER:
            continue  # the book has no such table; nobody is under one who has ended
        known = {row[field] for row in over[target]}
        for row in over[name]:
            gone = ended if target == ROSTER and row.get("year", str(step.new)) == str(step.new) else ()
            if row[column] not in known or row[column] in gone:
                row[column] = ""  # what it pointed to has ended
    required = {r["name"]: _required(r) for r in resources}
    over = {name: [row for row in found if all(row[c] for c in required[name])] for name, found in over.items()}
    if ROSTER in over:  # who ended long ago, and is in no statement, is forgotten
        told = {
            row[column] for name, column, target, _ in keys if target == ROSTER != name for row in over.get(name, ())
        }
        over[ROSTER] = [row for row in over[ROSTER] if row["enterprise_id"] in told - {""} or _goes_on(row, step)]
    return over


def with_own(published: Sequence[Row], claims: Sequence[Row], old: DataPackage) -> list[Row]:
    """Return what reports printed, with what the old book's own printed behind, once each.

    What was printed as more than a round number is left out: the table has exact numbers only.
    """
    known = {
        (r["region"], r["year"], measure.name, r["kind"])
        for r in published
        if (measure := REGISTRY.by_name_zh(r["name_zh"])) is not None
    }
    told = dict.fromkeys((c.name for c in old.tables[PUBLISHED].columns), "")
    here = told | {"region": old.region, "year": str(old.year), "scope": old.scope, "source_title": old.title}
    return [
        *published,
        *(
            here | {"name_zh": measure.name_zh, **{c: row[c] for c in ("kind", "value", "unit", "decimals")}}
            for row in claims
            if row["value"] and row["unit"] and row["qualifier"] in PLAIN and row["kind"] != "rule"
            if (measure := REGISTRY.get(row["indicator"])) is not None
            and (old.region, str(old.year), measure.name, row["kind"]) not in known
        ),
    ]


def _goes_on(enterprise: Row, step: Step) -> bool:
    return not enterprise["end_year"] or int(enterprise["end_year"]) > step.old


def _keys(resource: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = resource["schema"].get("foreignKeys", ())
    return found


def _target(resource: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    """The table that a foreign key refers to; blank is the table itself."""
    return str(key["reference"]["resource"] or resource["name"])


def _required(resource: Mapping[str, Any]) -> list[str]:
    """The references without which a row says nothing."""
    keys = {key["fields"] for key in _keys(resource)}
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
        return rows  # those that have ended, too: the statements of earlier years are theirs
    if "carry" in resource:
        return _stock(resource["carry"], rows, step)
    if resource.get("occasional"):
        return rows
    if resource.get("grain") == "item":
        return []
    return rows + _openings(rows, step)


def _openings(rows: list[Row], step: Step) -> list[Row]:
    """Return the opening balances that follow from last year's closing ones."""
    return [
        row | {"year": str(step.new), "moment": "opening", "restatement": ""}
        for row in rows
        if row["year"] == str(step.old) and row.get("moment") == "closing"
    ]


def _of_settings(resource: Mapping[str, Any], rows: list[Row], step: Step) -> list[Row]:
    """Return a setting's rows for the new year, without what is said of one enterprise, place or report."""
    if not step.same and resource["origin"] == Origin.REAL and _is_of(resource, step.report):
        return []
    if "year" in resource["schema"].get("primaryKey", ()) or resource.get("grain") == "item":
        rows = [row | {"year": str(step.new)} for row in rows if row["year"] == str(step.old)]
    if resource["name"] == TERMS:
        rows = [row for row in rows if row.get("where", "") in step.region]
    if resource["name"] == SETTINGS and not step.same:
        rows = [row for row in rows if row["id"] not in RULES or not RULES[row["id"]].policy]
    grounds = spoken(COMMON, step.region) if resource["name"] == TERMS else OWN_CHOICE
    return [_regrounded(row, step, grounds) for row in rows if step.goes_on or not row.get("enterprise_id")]


def _is_of(resource: Mapping[str, Any], report: str) -> bool:
    return bool(report) and any(source["title"].startswith(report) for source in resource.get("sources", ()))


def _regrounded(row: Row, step: Step, otherwise: str) -> Row:
    """Return a row without the grounds that lie in another district's report, or in the old book's year."""
    row = {**row, "why": without(row["why"], OF_YEARS, TO_SEE)} if row.get("why") else row
    if step.same:
        return row
    changed = {name: without(row[name], OF_REPORT, otherwise) for name in GROUNDS if row.get(name)}
    lost = any(changed[name] == otherwise != row[name] for name in changed)
    return {**row, **changed, **({"confidence": "C"} if lost and "confidence" in row else {})}


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
