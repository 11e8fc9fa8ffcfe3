"""The figures that a new book's report may print: those that the book's own tables can recompute."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from ..measures.claims import usual_qualifier
from ..measures.ledger import source_of
from ..measures.measures import CLAIM_KINDS, KINDS, LEVEL, Measure, Quantity
from ..measures.registry import REGISTRY
from .carry import Row

RULE = "rule"
SUFFIXES = {name: kind.suffix for name, kind in CLAIM_KINDS.items()}


def printable(old: Sequence[Row], yearly: Mapping[str, bool], keep_ids: bool) -> list[Row]:
    """Return a row of printed figures, still blank, for each that the tables can recompute.

    ``old`` are the rows of the book that this one is made from: their figures come first, in the
    kinds that were printed; with ``keep_ids`` under their ids. ``yearly`` says of each table of the
    new book whether it holds a statement of every year, which gives growth as well.
    """
    from .. import domains  # noqa: F401  (they register what can be recomputed)

    was = {(row["indicator"], SUFFIXES.get(row["kind"], row["kind"])): row for row in old}
    printed = [row["indicator"] for row in old if row["indicator"] in REGISTRY]
    names = dict.fromkeys([*printed, *(m.name for m in REGISTRY.values())])
    made = []
    for measure in (REGISTRY[name] for name in names):
        tables = [source_of(q.table) for q in REGISTRY.quantities_of(measure.name)]
        opens = isinstance(measure, Quantity) and measure.opening_of
        if not opens and all(table in yearly for table in tables):
            section = _section(old, measure, tables)
            for kind in _kinds(measure, all(yearly[table] for table in tables), was):
                before = was.get((measure.name, SUFFIXES.get(kind, kind)), {})
                made.append(_row(measure, kind, section, before if keep_ids else {}))
    return made


def _kinds(measure: Measure, yearly: bool, was: Collection[tuple[str, str]]) -> Iterator[str]:
    if not measure.unit:
        yield RULE
        return
    yield "level"
    change = "yoy_pp" if measure.unit == "%" else "yoy_abs"
    for kind in ("yoy_pct", change):
        usual = kind == ("yoy_pp" if measure.unit == "%" else "yoy_abs" if _counts(measure) else "yoy_pct")
        if (measure.name, SUFFIXES[kind]) in was or (yearly and usual):
            yield kind


def _counts(measure: Measure) -> bool:
    return usual_qualifier(measure.unit, "level") == "exact"


def _section(old: Sequence[Row], measure: Measure, tables: Sequence[str]) -> str:
    """Return the section of the report in which the figure stands, or others of the same tables do."""

    def near(row: Row) -> bool:
        theirs = REGISTRY.quantities_of(row["indicator"]) if row["indicator"] in REGISTRY else ()
        return any(source_of(q.table) in tables for q in theirs)

    itself = (row["section"] for row in old if row["indicator"] == measure.name)
    return next(itself, "") or next((row["section"] for row in old if near(row)), "")


def _row(measure: Measure, kind: str, section: str, before: Row) -> Row:
    how = CLAIM_KINDS.get(kind, LEVEL)
    shown = how.of(measure)
    qualifier = "exact" if kind == RULE else usual_qualifier(shown.unit, kind)
    made = {
        "id": ".".join(filter(None, (measure.name, how.suffix))),
        "section": section,
        "indicator": measure.name,
        "name_zh": measure.name_zh + (KINDS[how.suffix].name_zh if how.suffix else ""),
        "kind": kind,
        "unit": shown.unit,
        "decimals": str(shown.decimals),
        "qualifier": qualifier,
    }
    return {**made, **before, "value": ""}
