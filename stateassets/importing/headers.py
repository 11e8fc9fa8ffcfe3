"""Which table a sheet is, where its header stands, and which column is which."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

from ..tables.data_errors import Fault
from ..tables.declared import DataPackage, DeclaredTable
from . import years
from .raw import Cell, Sheet, folded
from .units import UNITS, Statement, in_header, is_corner, statements, unit_column, unit_row

DEEPEST = 3  # rows of one header
SEARCHED = 25  # rows in which a header begins
CERTAIN = 2  # columns by which a header is known at least
# Sheets of this book's own workbooks that hold no table.
NOT_TABLES = {folded(name) for name in ("填写说明", "封面", "目录", "说明", "核对", "列说明")}
PICTURED = re.compile(r"表\d+")  # a table of the printed report
OWNER = re.compile(r"(?:编制单位|填报单位|填报企业|编报单位|企业名称|单位名称)\s*[:：]\s*(\S+)")


@dataclass(frozen=True)
class Target:
    """What a column of the sheet goes to; ``given`` are codes that its header adds."""

    field: str
    header: str
    unit: str = ""
    given: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Reading:
    """How a sheet is read as a table: columns by their position, values that its titles give."""

    table: DeclaredTable
    first: int  # the header's first row, from 0
    depth: int
    targets: Mapping[int, Target]
    spare: Mapping[int, Target]  # say again what another column says better
    unused: tuple[str, ...]
    unit: str
    given: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # field -> value, whence
    stated: tuple[Statement, ...] = ()  # the units of money that are said for the whole sheet
    units_at: int | None = None  # the column that says each row's unit

    @property
    def fields(self) -> set[str]:
        """The table's columns that the sheet has or its titles give."""
        given = {name for t in self.targets.values() for name, _ in t.given}
        return {t.field for t in self.targets.values()} | given | set(self.given)

    @property
    def data(self) -> int:
        """The first row of data, from 0."""
        return self.first + self.depth


class Names:
    """What each table's columns and codes are called; read once from the package."""

    def __init__(self, package: DataPackage) -> None:
        from .. import domains  # noqa: F401  (they register the measures)
        from ..measures.measures import Quantity
        from ..measures.registry import REGISTRY

        self.package = package
        known = package.synonyms
        everywhere, codes = known.get("columns", {}), known.get("codes", {})
        sums = [m for m in REGISTRY.values() if isinstance(m, Quantity) and m.how == "sum" and m.column and not m.where]
        self.columns: dict[str, dict[str, tuple[str, int]]] = {}
        self.codes: dict[str, dict[str, dict[str, str]]] = {}
        for name, table in package.tables.items():
            ranked = [(c.name, c.name, 0) for c in table.columns]
            ranked += [(c.title, c.name, 0) for c in table.columns]
            ranked += [(word, f.name, 1) for f in table.columns for word in f.synonyms]
            ranked += [(word, q.column, 2) for q in sums if q.table == name for word in (q.name_zh, *q.aliases)]
            ranked += [(word, c.name, 3) for c in table.columns for word in everywhere.get(c.name, ())]
            found: dict[str, tuple[str, int]] = {}
            for word, column, rank in ranked:
                found.setdefault(folded(word), (column, rank))
            self.columns[name] = found
            self.codes[name] = {
                column: _unmistakable(codes.get(column, {}), labels) for column, labels in table.labels.items()
            }

    def title(self, text: str) -> str:
        """Return the table that ``text`` names exactly, by title, name or cut title, or nothing."""
        wanted = folded(text)
        for name, table in self.package.tables.items():
            full = folded(table.title)
            if wanted in {folded(name), full, *map(folded, table.synonyms)}:
                return name
        return ""

    def within(self, text: str) -> list[str]:
        """Return the tables whose titles stand in ``text``, the longest title only."""
        wanted = folded(text)
        found = {
            name: max((len(folded(word)) for word in (t.title, *t.synonyms) if folded(word) in wanted), default=0)
            for name, t in self.package.tables.items()
        }
        longest = max(found.values(), default=0)
        return [name for name, length in found.items() if length and length == longest]


def _unmistakable(synonyms: Mapping[str, Iterable[str]], labels: Mapping[str, str]) -> dict[str, str]:
    """Return the words, folded, that mean one code each."""
    words = [(label, code) for code, label in labels.items()]
    words += [(word, code) for code in labels for word in synonyms.get(code, ())]
    meant: dict[str, set[str]] = {}
    for word, code in words:
        meant.setdefault(folded(word), set()).add(code)
    return {word: found.pop() for word, found in meant.items() if len(found) == 1}


def recognise(sheet: Sheet, names: Names, wanted: str = "", year: int | None = None) -> Reading | list[Fault] | None:
    """Return how a sheet is read, the faults if it cannot be, or None if it is no table at all.

    ``wanted`` is the table that the user says it is, ``year`` the year of rows that have none.
    """
    if not (wanted or sheet.unfolded) and (folded(sheet.name) in NOT_TABLES or PICTURED.fullmatch(sheet.name)):
        return None
    certain = sheet.unfolded or wanted or sheet.table or names.title(sheet.name or sheet.file.rpartition(".")[0])
    if certain:
        found = _best(sheet, names, certain, year)
        if found and not _lacking(found):
            return found
        return [_no_header(sheet, names.package.tables[certain], found)]
    if not any(sheet.rows):
        return None
    named = names.within(f"{sheet.name} {_above(sheet, SEARCHED)} {sheet.file}")
    for candidates in (named, list(names.package.tables)):
        found_all = [
            m
            for name in candidates
            if (m := _best(sheet, names, name, year)) and not _lacking(m) and len(m.fields) * 2 >= len(m.table.columns)
        ]
        ranked = sorted(found_all, key=_fit, reverse=True)
        if len(ranked) > 1 and _fit(ranked[0]) == _fit(ranked[1]):
            same = "、".join(m.table.title for m in ranked if _fit(m) == _fit(ranked[0]))
            return [
                Fault(
                    sheet.place,
                    None,
                    None,
                    f"可能是{same}",
                    "只能是一张表",
                    f"用--table {ranked[0].table.title}指明，或把工作表改名为表名",
                )
            ]
        if ranked:
            return ranked[0]
    if len(named) == 1:
        best = _best(sheet, names, named[0], year)
        return [_no_header(sheet, names.package.tables[named[0]], best)]
    return None


def _fit(found: Reading) -> tuple[int, int, int]:
    missing = {c.name for c in found.table.columns if c.required} - found.fields
    absent = len(found.table.columns) - len(found.fields)
    return len(found.fields) - len(missing), -len(found.unused), -absent


def _lacking(found: Reading) -> list[str]:
    """The key columns that neither the header nor the titles give."""
    key = found.table.key or tuple(c.name for c in found.table.columns if c.required)
    return [name for name in key if name not in found.fields and found.table.column(name).required]


def _no_header(sheet: Sheet, table: DeclaredTable, found: Reading | None) -> Fault:
    if found is None:
        return Fault(
            sheet.place,
            None,
            None,
            f"没有找到{table.title}的表头",
            "、".join(c.title for c in table.columns),
            "对照书末“数据”一章补上表头",
        )
    lacking = "、".join(table.column(name).title for name in _lacking(found))
    advice, missing = f"在表里加上{lacking}", f"{table.title}没有{lacking}"
    if "year" in _lacking(found):
        advice += "；年度也可以用--year 2023指明，或写在表的标题里"
        if why := years.which(sheet, found.first)[2]:
            missing += f"，说不清是哪一年：{why}"
    return Fault(sheet.place, found.first + 1, None, missing, "能认出每一行的列", advice)


def _best(sheet: Sheet, names: Names, name: str, year: int | None) -> Reading | None:
    """Return the best reading of a sheet as one table: most columns, then the flattest header."""
    best: tuple[int, int, int] | None = None
    chosen: tuple[int, int, dict[int, Target], dict[int, Target], tuple[str, ...]] | None = None
    words = names.columns[name]
    for first in range(min(SEARCHED, len(sheet.rows))):
        if not any(isinstance(cell, str) and cell for cell in sheet.rows[first]):
            continue
        for depth in range(1, DEEPEST + 1):
            if first + depth > len(sheet.rows):
                break
            paths = _paths(sheet, first, depth)
            targets, spare, unused = _targets(paths, words, names.codes[name])
            score = (len({t.field for t in targets.values()}), len(targets), -depth)
            if score[0] and (best is None or score > best):
                best, chosen = score, (first, depth, targets, spare, unused)
    table = names.package.tables[name]
    if chosen is None or best is None or best[0] < min(CERTAIN, len(table.columns)):
        return None
    first, depth, targets, spare, unused = chosen
    have = {t.field for t in targets.values()} | {f for t in targets.values() for f, _ in t.given}
    given = _given(sheet, first, names, table, have, year)
    return _with_units(sheet, Reading(table, first, depth, targets, spare, unused, "", given))


def _with_units(sheet: Sheet, found: Reading) -> Reading:
    """Return a reading with what the sheet says of units: for all of it, below its header, row by row."""
    paths = _paths(sheet, found.first, found.depth)
    targets, spare, unused, data = found.targets, found.spare, found.unused, found.data
    kinds = {at: found.table.column(t.field) for at, t in {**targets, **spare}.items()}
    numbers = {at for at, column in kinds.items() if column.type in ("number", "integer")}
    if below := unit_row(sheet, data, numbers):  # 元 alone below 金额
        targets = {at: replace(t, unit=t.unit or below.get(at, "")) for at, t in targets.items()}
        data += 1
    own = {at for at in targets if folded(paths[at][-1]) == folded(kinds[at].title)}
    units_at = unit_column(sheet, {at: path[-1] for at, path in enumerate(paths) if path and at not in own}, data)
    if units_at is not None:
        targets, spare = ({at: t for at, t in each.items() if at != units_at} for each in (targets, spare))
        unused = tuple(header for header in unused if header != "/".join(paths[units_at]))
    corners = ["/".join(paths[at]) for at in targets if at not in numbers]
    stated = statements(sheet, found.first, data, (*corners, *filter(is_corner, unused)))
    unit = "或".join(sorted(statement.unit for statement in stated))
    return replace(
        found,
        depth=data - found.first,
        targets=targets,
        spare=spare,
        unused=unused,
        unit=unit,
        stated=stated,
        units_at=units_at,
    )


def _paths(sheet: Sheet, first: int, depth: int) -> list[tuple[str, ...]]:
    """Return for each column the words of its header from top to bottom, merged cells filled."""
    width = max(len(row) for row in sheet.rows[first : first + depth])
    grid = [[_at(sheet, row, column) for column in range(width)] for row in range(first, first + depth)]
    for row, below in pairwise(grid):
        for column in range(1, width):
            if not row[column] and below[column] and not _starts_group(grid, column):
                row[column] = row[column - 1]
    return [tuple(dict.fromkeys(row[c] for row in grid if row[c])) for c in range(width)]


def _starts_group(grid: Sequence[Sequence[str]], column: int) -> bool:
    """A column under nothing begins anew where the one before it has nothing below its head."""
    return not any(row[column - 1] for row in grid[1:])


def _at(sheet: Sheet, row: int, column: int) -> str:
    row, column = sheet.merged.get((row, column), (row, column))
    cells = sheet.rows[row] if row < len(sheet.rows) else ()
    value: Cell = cells[column] if column < len(cells) else None
    return value.strip() if isinstance(value, str) else "" if value is None else str(value)


def _targets(
    paths: Iterable[tuple[str, ...]], words: Mapping[str, tuple[str, int]], codes: Mapping[str, Mapping[str, str]]
) -> tuple[dict[int, Target], dict[int, Target], tuple[str, ...]]:
    ranked: list[tuple[int, int, Target]] = []
    unused = []
    for column, path in enumerate(paths):
        if not path:
            continue
        found = _target(path, words, codes)
        if found:
            ranked.append((found[1], column, found[0]))
        else:
            unused.append("/".join(path))
    targets: dict[int, Target] = {}
    spare: dict[int, Target] = {}
    taken: set[tuple[str, tuple[tuple[str, str], ...]]] = set()
    for _, column, target in sorted(ranked, key=lambda one: one[:2]):
        place = (target.field, target.given)
        (spare if place in taken else targets)[column] = target
        taken.add(place)
    return targets, spare, tuple(unused)


def _target(
    path: tuple[str, ...], words: Mapping[str, tuple[str, int]], codes: Mapping[str, Mapping[str, str]]
) -> tuple[Target, int] | None:
    header = "/".join(path)
    for text in (path[-1], "".join(path)):
        for name, unit in _split(text):
            if found := words.get(folded(name)):
                given = tuple(_coded(path[:-1], found[0], codes)) if text == path[-1] else ()
                return Target(found[0], header, unit or _unit_above(path), given), found[1]
    for at in range(len(path) - 1, 0, -1):  # the code below, the column above
        given = tuple(_coded(path[-1:], "", codes))
        for name, unit in _split(path[at - 1]):
            found = words.get(folded(name))
            if found and given and given[0][0] != found[0]:
                return Target(found[0], header, unit, given), found[1]
    return None


def _coded(parts: Iterable[str], column: str, codes: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    for part in parts:
        for name, labels in codes.items():
            code = labels.get(folded(part))
            if code and name != column:
                yield name, code


@lru_cache(maxsize=20_000)
def _split(text: str) -> tuple[tuple[str, str], ...]:
    """Return the readings of a header: as it is, and as a name with its unit in brackets."""
    match = in_header(text)
    return ((text, ""), match) if match else ((text, ""),)


def _unit_above(path: tuple[str, ...]) -> str:
    """A unit that a group's head states holds for the columns below it."""
    for part in reversed(path[:-1]):
        for _, unit in _split(part):
            if unit in UNITS:
                return unit
    return ""


def _above(sheet: Sheet, first: int) -> str:
    return " ".join(str(cell) for row in sheet.rows[:first] for cell in row if isinstance(cell, str))


def _given(
    sheet: Sheet, first: int, names: Names, table: DeclaredTable, have: set[str], year: int | None
) -> dict[str, tuple[str, str]]:
    """Return what titles say for every row: the year, the enterprise, a code such as 合并."""
    given: dict[str, tuple[str, str]] = {}
    above = _above(sheet, first)
    columns = {c.name for c in table.columns} - have
    if "year" in columns and year:
        title = years.which(sheet, first)[0]
        given["year"] = str(year), f"--year（标题或文件名写{title}年）" if title not in ("", str(year)) else "--year"
    elif "year" in columns and (found := years.which(sheet, first))[0]:
        given["year"] = found[:2]
    if "enterprise_id" in columns and (match := OWNER.search(above)):
        given["enterprise_id"] = match[1], "标题"
    title = folded(f"{sheet.name} {above}").replace(folded(table.title), "")
    for name in columns & set(table.key) & set(table.labels):
        codes = {code for word, code in names.codes[table.name][name].items() if word in title}
        if len(codes) == 1:
            given[name] = codes.pop(), "标题"
    return given


def header_words(sheet: Sheet, reading: Reading) -> list[tuple[str, ...]]:
    """Return for each column the words of the header that a sheet is read by."""
    return _paths(sheet, reading.first, reading.depth)
