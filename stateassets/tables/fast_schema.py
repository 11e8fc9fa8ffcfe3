"""Is a table as its schema declares it? A quick proof, so that only others need be looked into.

Frictionless says what is wrong with a table, cell by cell; that takes seconds for a whole data
folder, and nearly always there is nothing to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

KNOWN = {"required", "enum", "minimum", "maximum"}
PATTERNS = {
    "integer": re.compile(r"[+-]?\d+", re.ASCII),
    "number": re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII),
    "date": re.compile(r"\d{4}-\d\d-\d\d", re.ASCII),
    "string": re.compile(r".*", re.DOTALL),
}
READ: dict[str, Callable[[str], Any]] = {"integer": int, "number": Decimal, "date": date.fromisoformat, "string": str}


def conforms(schema: Mapping[str, Any], header: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether a table surely conforms; False leaves it open, as does any rule not known here.

    ``header`` are field names, ``rows`` the cells as text, blank where there is none.
    """
    fields = schema["fields"]
    if list(header) != [f["name"] for f in fields] or set(schema) - {"fields", "primaryKey"}:
        return False
    if any(len(row) != len(fields) or not any(row) for row in rows):
        return False
    columns = dict(zip(header, zip(*rows, strict=True), strict=True))
    return all(_sound(f, set(columns[f["name"]])) for f in fields) and _distinct(schema, columns)


def _sound(field: Mapping[str, Any], cells: set[str]) -> bool:
    kind, rules = field["type"], field.get("constraints", {})
    if kind not in READ or set(rules) - KNOWN or ("enum" in rules and kind != "string"):
        return False
    if "" in cells:
        if rules.get("required"):
            return False
        cells = cells - {""}
    if "enum" in rules:
        return cells <= set(rules["enum"])
    values = [value_of(kind, cell) for cell in cells]
    if None in values:
        return False
    return not values or (
        ("minimum" not in rules or min(values) >= value_of(kind, rules["minimum"]))
        and ("maximum" not in rules or max(values) <= value_of(kind, rules["maximum"]))
    )


def value_of(kind: str, written: object) -> Any:
    """Return a value of a column of that kind, None where nothing of the kind is written."""
    text = str(written)
    try:
        return READ[kind](text) if PATTERNS[kind].fullmatch(text) else None
    except ValueError:  # no such day, or an integer of thousands of digits
        return None


def _distinct(schema: Mapping[str, Any], columns: Mapping[str, Sequence[str]]) -> bool:
    """Whether no two rows have the same key, whichever way its numbers are written."""
    kinds = {field["name"]: field["type"] for field in schema["fields"]}
    key = schema.get("primaryKey") or []
    if not key:
        return True
    read = [[READ[kinds[name]](c) if c else None for c in columns[name]] for name in key]
    found = list(zip(*read, strict=True))
    return len(set(found)) == len(found) and not any(all(c is None for c in row) for row in found)
