"""Lists of printed figures: one of the two tables of them, whatever its columns are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...measures.claims import usual_qualifier
from ...measures.measures import CLAIM_KINDS
from ...tables.declared import DeclaredTable
from ...tables.reading import read_table
from ..files.raw import Cell, Origin, Sheet, folded
from ..headers import Names
from ..printed import HEADERS, Line, Listed, find, read, telling
from .flat import Flat

Row = tuple[Line, Mapping[str, str]]  # with the texts that the table gets
OWN, OTHERS = "claims", "published_reports"  # what this report printed, and what any other did
CHECKED = ("region", "year", "scope")  # of which this report's table needs no column
KNOWN = ("id", "indicator", "name_zh", "kind", "value", "unit", "decimals", "qualifier")
MATCHED = ("id", "section", "name_zh", "decimals", "qualifier")  # what the book knows of a figure already


def unfold(sheet: Sheet, names: Names, wanted: str) -> Flat | None:
    """Return the sheet as rows of a table of printed figures, or None where it is something else."""
    said = wanted or sheet.table or names.title(sheet.name or sheet.file.rpartition(".")[0])
    if said and said not in (OWN, OTHERS):
        return None
    found = find(sheet)
    if found is None or not (said or telling(found)):
        return None
    target = said or (OTHERS if _of_elsewhere(found, names) else OWN)
    if target not in names.package.tables:
        return None
    table = names.package.tables[target]
    read(found, known=target == OWN)
    if target == OWN:
        _of_this_report(found, names)
        rows = _completed(found, names, table)
    else:
        rows = [(line, {**line.texts, "name_zh": line.item}) for line in found.lines]
    return Flat([_flat(found, table, rows)], found.notes, found.faults)


def _of_elsewhere(found: Listed, names: Names) -> bool:
    """Does a list name a region for each figure, and another than this report's, or another year?"""
    if "region" not in found.columns:
        return False
    here = {"region": names.package.region, "year": str(names.package.year)}
    return any(
        (cell := row[at : at + 1]) and cell[0] not in (None, "") and folded(cell[0]) != folded(here[name])
        for name, at in found.columns.items()
        if name in here
        for row in found.sheet.rows[found.first + 1 :]
    )


def _of_this_report(found: Listed, names: Names) -> None:
    """Refuse what is said to be of elsewhere: the table has no columns for region, year and scope."""
    package = names.package
    scopes = dict.fromkeys(line.texts.get("scope", "") for line in found.lines)
    for line in found.lines if len(scopes) > 1 else ():
        if folded(scope := line.texts.get("scope", "")) != folded(package.scope):
            found.fault(
                line.number, "scope", f"“{scope}”", package.scope, "只留本报告口径的数，或用--table 各地公布数导入"
            )
    for line in found.lines:
        for name, here in (("region", package.region), ("year", str(package.year))):
            other = line.texts.get(name, "")
            if other and folded(other) not in folded(here):
                found.fault(line.number, name, f"“{other}”", here, "别处、别的年度的数用--table 各地公布数导入")


def _completed(found: Listed, names: Names, table: DeclaredTable) -> list[Row]:
    """Return the lines with what the book knows of the same figures: their ids, sections and names."""
    sheet, _ = read_table(names.package, table)
    old = [dict(zip(sheet.header, row, strict=False)) for row in sheet.rows]
    by_figure: dict[str, list[dict[str, str]]] = {}
    for row in old:
        by_figure.setdefault(_figure_id(row), []).append(row)
    ids = {row["id"]: row for row in old}
    made: list[Row] = []
    for line in found.lines:
        same = by_figure.get(_figure_id(line.texts), [])
        said = line.texts.get("id", "")
        known = ids.get(said) or (same[0] if len(same) == 1 else {})
        counted = said not in ids and (bool(known) or said.isdigit())  # 1, 2, 3: no id of the book's
        if len(same) > 1 and (not said or counted):
            choices = "、".join(row["id"] for row in same)
            found.fault(line.number, "id", "空白", f"{choices}之一", "同一个指标有几个公布数：补上编号")
        usual = {
            "id": _figure_id(line.texts),
            "name_zh": line.measure.name_zh if line.measure else "",
            "qualifier": usual_qualifier(line.texts["unit"], line.texts["kind"]),
        }
        given = {name: text for name, text in line.texts.items() if text}
        if counted:
            given.pop("id", None)
        if known and ("id" not in found.columns or counted):
            given.pop("name_zh", None)  # it was named to say which figure it is
        kept = {name: known[name] for name in MATCHED if known.get(name)}
        made.append((line, {**usual, **kept, **given}))
    return made


def _figure_id(row: Mapping[str, str]) -> str:
    kind = CLAIM_KINDS.get(row.get("kind", ""))
    return ".".join(filter(None, (row.get("indicator", ""), kind.suffix if kind else "")))


def _flat(found: Listed, table: DeclaredTable, rows: Sequence[Row]) -> Sheet:
    always = KNOWN if table.name == OWN else ()
    columns = [
        c for c in table.columns if c.name in (*found.columns, *always) or any(texts.get(c.name) for _, texts in rows)
    ]
    fields = {c.name for c in table.columns}
    beside = [n for n in found.columns if n not in fields and not (table.name == OWN and n in CHECKED)]
    header = (*(c.title for c in columns), *map(found.header, beside), *found.unused.values())
    words = {at: found.header(c.name) for at, c in enumerate(columns) if c.name in HEADERS}
    made: list[tuple[Cell, ...]] = [header]
    for line, texts in rows:
        known = (texts.get(c.name, "") for c in columns)
        made.append((*known, *(line.texts.get(n, "") for n in beside), *line.extra))
    numbers = [found.sheet.number(found.first), *(line.number for line, _ in rows)]
    above = found.sheet.rows[: found.first]
    return Sheet(
        found.sheet.file,
        found.sheet.name,
        [*above, *made],
        table=table.name,
        origins=(
            *(Origin(found.sheet.number(i)) for i in range(found.first)),
            *(Origin(number, words) for number in numbers),
        ),
    )
