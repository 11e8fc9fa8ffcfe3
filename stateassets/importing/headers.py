"""Which table a sheet is, where its header stands, and which column is which."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from itertools import pairwise

from ..tables.data_errors import Fault
from ..tables.declared import Column, DataPackage, DeclaredTable
from ..tables.notation import iso_date
from ..tables.text_files import half_width
from . import dated, years
from .files.raw import Cell, Sheet, folded
from .names.learned import OPTION, Learned, Same
from .names.words import WHOSE, derived, parties, words
from .units import UNITS, Statement, in_header, is_corner, is_foreign, statements, unit_column, unit_row

DEEPEST = 3  # rows of one header
SEARCHED = 25  # rows in which a header begins
# How plainly a word means a column; the lower, the plainer.
TITLE, LEARNED, OWN, DERIVED, MEASURED, SHARED = range(6)
CERTAIN = 2  # columns by which a header is known at least
# Sheets of this book's own workbooks that hold no table.
NOT_TABLES = {folded(name) for name in ("填写说明", "封面", "目录", "说明", "核对", "列说明")}
PICTURED = re.compile(r"表\d+")  # a table of the printed report
TIMES = "年季月日"
TIGHT_UNIT = re.compile(r"(.*[^万亿千百美欧港日\W\d])(亿元|百万元|万元|千元|元)")
MOST_KEPT = 1000  # tables of which a process knows what their columns and codes are called
FEW = 3  # headers of which each may be what is wanting
NO_COLUMN = {folded(word) for word in ("序号", "行次", "备注", "说明")}  # headers of what no table takes
OWNER = re.compile(r"(?:编制单位|填报单位|填报企业|编报单位|企业名称|单位名称)\s*[:：]\s*(\S+)")


@dataclass(frozen=True)
class Target:
    """What a column of the sheet goes to; ``given`` are codes that its header adds."""

    field: str
    header: str
    unit: str = ""
    given: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Doubt:
    """Headers that may each mean one column, or one that may mean several, by their titles."""

    headers: tuple[str, ...]
    may_be: tuple[str, ...]


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
    doubts: tuple[Doubt, ...] = ()
    plain: int = 0  # headers that are the table's own titles
    rivals: Mapping[int, int] = field(
        default_factory=dict
    )  # spare column -> the one that says no more plainly the same

    @property
    def fields(self) -> set[str]:
        """The table's columns that the sheet has or its titles give."""
        given = {name for t in self.targets.values() for name, _ in t.given}
        return {t.field for t in self.targets.values()} | given | set(self.given)

    @property
    def data(self) -> int:
        """The first row of data, from 0."""
        return self.first + self.depth


_NAMED: dict[tuple[object, ...], _Named] = {}


class Names:
    """What each table's columns and codes are called: read once from the package, ``words.yml``
    and what the book has ``learned``.

    ``columns`` and ``codes`` hold, by table, the words that mean one column or code; ``doubtful``
    and ``doubted`` those that may be several; ``cells`` is what a cell may say by column, codes
    and words for numbers alike, ``titled`` what a sheet's title may say.
    """

    def __init__(self, package: DataPackage, learned: Learned | None = None) -> None:
        from .. import domains  # noqa: F401  (they register the measures)
        from ..measures.measures import Quantity
        from ..measures.registry import REGISTRY

        self.package, self.learned, self.words = package, learned or Learned(), words()
        self.columns: dict[str, Mapping[str, tuple[str, int]]] = {}
        self.doubtful: dict[str, Mapping[str, tuple[str, ...]]] = {}
        self.codes: dict[str, Mapping[str, Mapping[str, str]]] = {}
        self.doubted: dict[str, Mapping[str, Mapping[str, tuple[str, ...]]]] = {}
        self.cells: dict[str, Mapping[str, Mapping[str, str]]] = {}
        self.titled: dict[str, Mapping[str, Mapping[str, str]]] = {}
        self._called: dict[str, set[str]] = {}
        measured: dict[str, list[tuple[str, str]]] = {}  # by table, what its sums are called
        for q in REGISTRY.values():
            if isinstance(q, Quantity) and q.how == "sum" and q.column and not q.where:
                measured.setdefault(q.table, []).extend((word, q.column) for word in (q.name_zh, *q.aliases))
        for name, table in package.tables.items():
            self._called[name] = {folded(word) for word in self.words.of(name).called}
            named = _named(table, tuple(self.learned.of(table.title)), tuple(measured.get(name, ())))
            self.columns[name], self.doubtful[name] = named.columns, named.doubtful
            self.codes[name], self.doubted[name] = named.codes, named.doubted
            self.cells[name], self.titled[name] = named.cells, named.titled

    def title(self, text: str, loosely: bool = False) -> str:
        """Return the table that ``text`` names exactly, by title, name or cut title, or nothing.

        ``loosely``, also the table that offices call so.
        """
        wanted = folded(text)
        for name, table in self.package.tables.items():
            full = folded(table.title)
            if wanted in {folded(name), full, *map(folded, table.synonyms)}:
                return name
        said = [name for name, words in self._called.items() if loosely and wanted in words]
        return said[0] if len(said) == 1 else ""

    def within(self, text: str, loosely: bool = True) -> list[str]:
        """Return the tables that ``text`` names somewhere, by their longest word only."""
        wanted = folded(text)
        found = {
            name: max((len(word) for word in self._words_for(table, loosely) if word in wanted), default=0)
            for name, table in self.package.tables.items()
        }
        longest = max(found.values(), default=0)
        return [name for name, length in found.items() if length and length == longest]

    def _words_for(self, table: DeclaredTable, loosely: bool) -> set[str]:
        return {folded(word) for word in (table.title, *table.synonyms)} | (
            self._called[table.name] if loosely else set()
        )


class _Named:
    """What the columns and codes of one table are called, given what the book has ``learned`` of it and what its sums
    are called (``measured``)."""

    def __init__(self, table: DeclaredTable, learned: Sequence[Same], measured: Sequence[tuple[str, str]]) -> None:
        self.learned, self.measured, self.words = learned, measured, words()
        self.columns: dict[str, tuple[str, int]] = {}
        self.doubtful: dict[str, tuple[str, ...]] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.doubted: dict[str, dict[str, tuple[str, ...]]] = {}
        self.cells: dict[str, dict[str, str]] = {}
        self.titled: dict[str, dict[str, str]] = {}
        self._name_columns(table)
        self._name_codes(table)

    def _name_columns(self, table: DeclaredTable) -> None:
        """A word means the column of which it is said most plainly: title, learned, own, derived, shared."""
        ranked: dict[str, dict[str, int]] = {}
        for word, column, rank in self._said(table):
            ranked.setdefault(folded(word), {}).setdefault(column, rank)
        found: dict[str, tuple[str, int]] = {}
        doubtful: dict[str, tuple[str, ...]] = {}
        for word, meant in ranked.items():
            rank = min(meant.values())
            best = tuple(column for column, at in meant.items() if at == rank)
            if len(best) == 1:
                found[word] = best[0], rank
            else:
                doubtful[word] = best
        for same in self.learned:
            word, meaning = folded(same.word), found.get(folded(same.meaning))
            if meaning and found.get(word, ("", LEARNED))[1] > TITLE:
                found[word] = meaning[0], LEARNED
                doubtful.pop(word, None)
        self.columns, self.doubtful = found, doubtful

    def _said(self, table: DeclaredTable) -> Iterator[tuple[str, str, int]]:
        """Yield (word, column, rank) for whatever the columns of a table are called."""
        own = self.words.of(table.name).columns
        several = parties(table)
        for c in table.columns:
            said = (c.title, *c.synonyms, *own.get(c.name, ()))
            yield from ((word, c.name, TITLE) for word in (c.name, c.title))
            yield from ((word, c.name, OWN) for word in said[1:])
            yield from ((word, c.name, DERIVED) for word in derived(table, c, said))
            shared = self.words.shared(table, c)
            yield from ((word, c.name, SHARED) for word in (*shared, *derived(table, c, shared)))
            if c.name in several and len(several) > 1:
                yield from ((word, c.name, SHARED) for word in self.words.columns[WHOSE])
        yield from ((word, column, MEASURED) for word, column in self.measured)

    def _name_codes(self, table: DeclaredTable) -> None:
        name = table.name
        for c in table.columns:
            labels = table.labels.get(c.name) or {str(value): str(value) for value in c.enum}
            said = self.words.coded(name, c.name)
            plain, doubted = _unmistakable(said, labels or dict.fromkeys(said, ""))
            for same in self.learned:
                meant = plain.get(folded(same.meaning), same.meaning if same.meaning in labels else None)
                if meant is not None and folded(same.word) not in map(folded, labels.values()):
                    plain[folded(same.word)] = meant
                    doubted.pop(folded(same.word), None)
            if c.name in table.labels:
                self.codes[c.name] = plain
                shared = {code: (labels[code], *self.words.codes.get(c.name, {}).get(code, ())) for code in labels}
                self.titled[c.name] = _unmistakable(shared, labels)[0]
            self.cells[c.name] = {folded(code): code for code in (*said, *labels) if code} | plain
            self.doubted[c.name] = {
                word: tuple(labels.get(code) or code for code in codes) for word, codes in doubted.items()
            }


def _named(table: DeclaredTable, learned: tuple[Same, ...], measured: tuple[tuple[str, str], ...]) -> _Named:
    """Return what a table's columns and codes are called: found once in a process for each way of declaring it."""
    labels = tuple((name, *words.items()) for name, words in table.labels.items())
    declared = table.name, table.title, table.columns, table.foreign_keys, labels, learned, measured
    if (found := _NAMED.get(declared)) is None:
        if len(_NAMED) >= MOST_KEPT:
            _NAMED.clear()
        found = _NAMED[declared] = _Named(table, learned, measured)
    return found


def _unmistakable(
    synonyms: Mapping[str, Iterable[str]], labels: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Return the words, folded, that mean one code each, and those that may mean several.

    The word that the table itself has for a code is never doubtful.
    """
    plain: dict[str, set[str]] = {}
    for code, label in labels.items():
        if word := folded(label):
            plain.setdefault(word, set()).add(code)
    said: dict[str, set[str]] = {}
    for code in labels:
        for word in map(folded, synonyms.get(code, ())):
            if word not in plain:
                said.setdefault(word, set()).add(code)
    every = plain | said
    one = {word: next(iter(codes)) for word, codes in every.items() if len(codes) == 1}
    return one, {word: tuple(sorted(codes)) for word, codes in every.items() if len(codes) > 1}


def recognise(sheet: Sheet, names: Names, wanted: str = "", year: int | None = None) -> Reading | list[Fault] | None:
    """Return how a sheet is read, the faults if it cannot be, or None if it is no table at all.

    ``wanted`` is the table that the user says it is, ``year`` the year of rows that have none.
    """
    if not (wanted or sheet.unfolded) and (folded(sheet.name) in NOT_TABLES or PICTURED.fullmatch(sheet.name)):
        return None
    certain = sheet.unfolded or wanted or sheet.table or names.title(sheet.name or sheet.file.rpartition(".")[0])
    paths = Paths(sheet)
    if certain and not any(sheet.rows):
        advice = "填好后再导入，或检查是不是选错了文件"
        return [Fault(sheet.place, None, None, "是空的，一格也没有填", names.package.tables[certain].title, advice)]
    if certain:
        found = _best(sheet, paths, names, certain, year)
        if found and not found.doubts and not _lacking(found):
            return found
        return [*_doubts(sheet, found), *([] if found and found.doubts else [_no_header(sheet, names, certain, found)])]
    if not any(sheet.rows):
        return None
    titles = f"{sheet.name} {text_above(sheet, SEARCHED)} {sheet.file}"
    named, called = names.within(titles, loosely=False), names.within(titles)

    def fit(m: Reading) -> tuple[int, ...]:
        return *(worth := _fit(m))[:2], m.table.name in called, *worth[2:]

    for candidates in (named, list(names.package.tables)):
        found_all = [
            m
            for name in candidates
            if (m := _best(sheet, paths, names, name, year))
            and not _lacking(m)
            and len(m.fields) * 2 >= len(m.table.columns)
        ]
        ranked = sorted(found_all, key=fit, reverse=True)
        if len(ranked) > 1 and fit(ranked[0]) == fit(ranked[1]):
            same = "、".join(m.table.title for m in ranked if fit(m) == fit(ranked[0]))
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
            return _doubts(sheet, ranked[0]) or ranked[0]
    if len(named) == 1:
        best = _best(sheet, paths, names, named[0], year)
        return _doubts(sheet, best) or [_no_header(sheet, names, named[0], best)]
    return None


def most_like(sheet: Sheet, names: Names, year: int | None = None) -> Reading | None:
    """Return how a sheet that is not recognised would be read as the table that it is most like; None where it has
    no two columns of any."""
    paths = Paths(sheet)
    found = (_best(sheet, paths, names, name, year) for name in names.package.tables)
    return max((m for m in found if m and len(m.targets) > 1), key=_fit, default=None)


def unlike(found: Reading) -> str:
    """Say of such a reading which table it is of, and which columns are known, unknown and lacking."""
    columns = {name: found.table.column(name).title for name in _lacking(found)}
    known = [target.header for _, target in sorted(found.targets.items())]
    parts = {"认得的列": known, "认不得的列": found.unused, "还缺": list(columns.values())}
    said = "；".join(
        f"{word}：{'、'.join(cells[:FEW])}{'等' * (len(cells) > FEW)}" for word, cells in parts.items() if cells
    )
    return f"最像{found.table.title}（{said}）"


def _doubts(sheet: Sheet, found: Reading | None) -> list[Fault]:
    """The headers that may mean several columns: nobody but the analyst can say which."""
    if found is None:
        return []
    return [
        Fault(
            sheet.place,
            found.first + 1,
            "、".join(doubt.headers),
            f"{'都' * (len(doubt.headers) > 1)}可能是{'，也可能是'.join(doubt.may_be)}",
            "一列一种意思",
            f'改用规定的列名，或加上{OPTION} "{doubt.headers[0]}={doubt.may_be[0]}"这样的选项指明',
        )
        for doubt in found.doubts
    ]


def _fit(found: Reading) -> tuple[int, int, int, int]:
    """How well a table suits a sheet: what it reads, then how plainly its headers are the table's own."""
    missing = {c.name for c in found.table.columns if c.required} - found.fields
    absent = len(found.table.columns) - len(found.fields)
    return len(found.fields) - len(missing), -len(found.unused), found.plain, -absent


def _lacking(found: Reading) -> list[str]:
    """The key columns that neither the header nor the titles give."""
    key = found.table.key or tuple(c.name for c in found.table.columns if c.required)
    return [name for name in key if name not in found.fields and found.table.column(name).required]


def _no_header(sheet: Sheet, names: Names, name: str, found: Reading | None) -> Fault:
    table = names.package.tables[name]
    if found is None:
        return Fault(
            sheet.place,
            None,
            None,
            f"没有找到{table.title}的表头",
            "、".join(c.title for c in table.columns),
            "对照书末“数据”一章补上表头"
            + ("；月份横排的，表头写2024年1月、2024年2月这样" if "month" in table.key else "")
            + ("；一行一个项目的报表，列名写期末余额、年初余额，或本期金额、上期金额" if table.consolidation else ""),
        )
    lacking = "、".join(table.column(name).title for name in _lacking(found))
    said = (f"{table.column(name).title}{_choices(table, name)}" for name in _lacking(found))
    advice, missing = f"在表里加上{'、'.join(said)}", f"{table.title}没有{lacking}"
    if "year" in _lacking(found):
        advice += years.how_to_say(names.package.year)
        if why := years.doubt(sheet, found.first):
            missing += f"，{why}"
    advice += "".join(
        f'；“{word}”如果就是“{title}”，加上{OPTION} "{word}={title}"' for word, title in near(sheet, found)
    )
    return Fault(sheet.place, found.first + 1, None, missing, "能认出每一行的列", advice)


def _choices(table: DeclaredTable, name: str) -> str:
    """Say in brackets what may stand in a column that has few codes."""
    words = list(table.labels.get(name, {}).values())
    return f"（{'、'.join(words)}）" if 0 < len(words) <= FEW else ""


def _best(sheet: Sheet, paths_of: Paths, names: Names, name: str, year: int | None) -> Reading | None:
    """Return the best reading of a sheet as one table: most columns, then the flattest header."""
    best: tuple[int, int, int] | None = None
    chosen: tuple[int, int, _Targets] | None = None
    for first in range(min(SEARCHED, len(sheet.rows))):
        if not any(isinstance(cell, str) and cell for cell in sheet.rows[first]):
            continue
        for depth in range(1, DEEPEST + 1):
            if first + depth > len(sheet.rows):
                break
            made = _targets(paths_of(first, depth), names, name)
            score = (len({t.field for t in made.targets.values()}), len(made.targets), -depth)
            if score[0] and (best is None or score > best):
                best, chosen = score, (first, depth, made)
    table = names.package.tables[name]
    if chosen is None or best is None or best[0] < min(CERTAIN, len(table.columns)):
        return None
    first, depth, made = chosen
    have = {t.field for t in made.targets.values()} | {f for t in made.targets.values() for f, _ in t.given}
    given = _given(sheet, first, names, table, have, year)
    if "year" in {c.name for c in table.columns} - have - given.keys():
        given |= _year_of_periods(sheet, first + depth, made.targets)
    reading = Reading(table, first, depth, made.targets, made.spare, tuple(made.unused), "", given)
    return _with_units(sheet, replace(reading, doubts=tuple(made.doubts), plain=made.plain, rivals=made.rivals))


def _with_units(sheet: Sheet, found: Reading) -> Reading:
    """Return a reading with what the sheet says of units: for all of it, below its header, row by row."""
    paths = header_paths(sheet, found.first, found.depth)
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


def header_paths(sheet: Sheet, first: int, depth: int) -> list[tuple[str, ...]]:
    """Return for each column the words of its header from top to bottom, merged cells filled."""
    width = max(len(row) for row in sheet.rows[first : first + depth])
    grid = [[_at(sheet, row, column) for column in range(width)] for row in range(first, first + depth)]
    for row, below in pairwise(grid):
        for column in range(1, width):
            if not row[column] and below[column] and not _starts_group(grid, column):
                row[column] = row[column - 1]
    return [tuple(dict.fromkeys(row[c] for row in grid if row[c])) for c in range(width)]


class Paths:
    """The ``header_paths`` of a sheet, each found once, whatever number of tables the sheet may be."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self._found: dict[tuple[int, int], tuple[tuple[str, ...], ...]] = {}

    def __call__(self, first: int, depth: int) -> tuple[tuple[str, ...], ...]:
        if (first, depth) not in self._found:
            self._found[first, depth] = tuple(header_paths(self.sheet, first, depth))
        return self._found[first, depth]


def _starts_group(grid: Sequence[Sequence[str]], column: int) -> bool:
    """A column under nothing begins anew where the one before it has nothing below its head."""
    return not any(row[column - 1] for row in grid[1:])


def _at(sheet: Sheet, row: int, column: int) -> str:
    row, column = sheet.merged.get((row, column), (row, column))
    cells = sheet.rows[row] if row < len(sheet.rows) else ()
    value: Cell = cells[column] if column < len(cells) else None
    return value.strip() if isinstance(value, str) else "" if value is None else str(value)


@dataclass
class _Targets:
    """Where the columns of a sheet go, by position; what they do not say, and what is in doubt."""

    targets: dict[int, Target] = field(default_factory=dict)
    spare: dict[int, Target] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    plain: int = 0
    rivals: dict[int, int] = field(default_factory=dict)


def _targets(paths: Iterable[tuple[str, ...]], names: Names, name: str) -> _Targets:
    table, words, codes = names.package.tables[name], names.columns[name], names.codes[name]
    doubted = names.doubtful[name]
    made, ranked = _Targets(), list[tuple[int, int, Target]]()
    doubtful: dict[int, tuple[Target, tuple[str, ...]]] = {}
    for column, path in enumerate(paths):
        if not path:
            continue
        may_be = _readings(path)
        if not may_be.isdisjoint(words) and (found := _target(path, words, codes)):
            ranked.append((found[1], column, found[0]))
        elif not may_be.isdisjoint(doubted) and (several := _doubtful(path, doubted)):
            doubtful[column] = several
        else:
            made.unused.append("/".join(path))
    taken: dict[tuple[str, tuple[tuple[str, str], ...]], tuple[int, str, int]] = {}
    rivals: dict[str, list[str]] = {}
    referring = {key.column for key in table.foreign_keys}
    for rank, column, target in sorted(ranked, key=lambda one: one[:2]):
        place = (target.field, target.given)
        (made.spare if place in taken else made.targets)[column] = target
        first = taken.setdefault(place, (rank, target.header, column))
        made.plain += rank == TITLE
        weighty = target.field not in referring and _weighty(table, target.field)
        if column != first[2] and rank == first[0] and weighty:
            made.rivals[column] = first[2]
        said_twice = first[1] != target.header and TITLE < rank == first[0]
        if said_twice and weighty:
            rivals.setdefault(target.field, [first[1]]).append(target.header)
    made.doubts += [Doubt(tuple(headers), (table.column(f).title,)) for f, headers in rivals.items()]
    _settle(made, table, doubtful)
    return made


def _weighty(table: DeclaredTable, name: str) -> bool:
    """Is a column one of numbers, dates or codes, of which two that differ cannot both be right?"""
    return table.column(name).type != "string" or name in table.labels


def _doubtful(path: tuple[str, ...], words: Mapping[str, tuple[str, ...]]) -> tuple[Target, tuple[str, ...]] | None:
    for text in (path[-1], "".join(path)):
        for name, unit in header_readings(text):
            if found := words.get(folded(name)):
                return Target("", "/".join(path), unit or _unit_above(path)), found
    return None


def _settle(made: _Targets, table: DeclaredTable, doubtful: Mapping[int, tuple[Target, tuple[str, ...]]]) -> None:
    """Put doubtful headers where the others leave room: at the one required column that nothing else is."""
    have = {target.field for target in made.targets.values()}
    referring, settled = {key.column for key in table.foreign_keys}, set[str]()
    for at, (target, columns) in doubtful.items():
        left = [name for name in columns if name not in have]
        only = left[0] if len(left) == 1 and table.column(left[0]).required else ""
        if not left:
            made.unused.append(target.header)
        elif only and (only not in settled or only in referring):  # an id and its name go together
            (made.spare if only in settled else made.targets)[at] = replace(target, field=only)
            settled.add(only)
        else:
            made.doubts.append(Doubt((target.header,), tuple(table.column(name).title for name in columns)))


def near(sheet: Sheet, found: Reading) -> Iterator[tuple[str, str]]:
    """Yield (header that is not used, title of a required column that it may be): by its word, or by what stands below."""
    missing = {folded(c.title): c for c in found.table.columns if c.required and c.name not in found.fields}
    below = {header: _kind_below(sheet, found, header) for header in found.unused}
    alike = {
        header: get_close_matches(
            folded(header), [w for w in missing if below[header] in ("", _type(missing[w]))], 1, 0.4
        )
        for header in found.unused
        if not get_close_matches(folded(header), [w for w in missing if _of_another_time(header, w)], 1, 0.4)
    }
    yield from ((header, missing[like[0]].title) for header, like in alike.items() if like)
    named = {like[0] for like in alike.values() if like}
    kinds = {header: below[header] for header, like in alike.items() if not like}
    for word, column in missing.items():
        likely = [header for header, kind in kinds.items() if kind == _type(column)]
        if word not in named and column.name != "year" and not column.enum and len(likely) <= FEW:
            yield from ((header, column.title) for header in likely)


def _type(column: Column) -> str:
    return {"integer": "number"}.get(column.type, column.type)


def _of_another_time(header: str, word: str) -> bool:
    """Do two words say different lengths of time: 月利率 is no 年利率, nor 日均余额 a 月均余额."""
    here, there = ({time for time in TIMES if time in said} for said in (header, word))
    return bool(here and there) and not here & there


def _kind_below(sheet: Sheet, found: Reading, header: str) -> str:
    """Return what stands below a header: a number, a date, a string, or nothing of one kind."""
    paths = ["/".join(path) for path in header_paths(sheet, found.first, found.depth)]
    at = next((at for at, path in enumerate(paths) if path == header), None)
    if at is None or folded(header) in NO_COLUMN:
        return ""
    cells = [row[at] for row in sheet.rows[found.data :][:SEARCHED] if at < len(row) and row[at] not in (None, "")]
    kinds = {_kind(cell) for cell in cells}
    return kinds.pop() if len(kinds) == 1 else ""


def _kind(cell: Cell) -> str:
    if isinstance(cell, date):
        return "date"
    said = half_width(str(cell)).strip()
    if iso_date(said):
        return "date"
    return "number" if re.fullmatch(r"[-+]?[\d,]*\.?\d+%?", said, re.ASCII) else "string"


def _target(
    path: tuple[str, ...], words: Mapping[str, tuple[str, int]], codes: Mapping[str, Mapping[str, str]]
) -> tuple[Target, int] | None:
    header = "/".join(path)
    for text in (path[-1], "".join(path)):
        for name, unit in header_readings(text):
            if found := words.get(folded(name)):
                given = tuple(_coded(path[:-1], found[0], codes)) if text == path[-1] else ()
                return Target(found[0], header, unit or _unit_above(path), given), found[1]
    for at in range(len(path) - 1, 0, -1):  # the code below, the column above
        given = tuple(_coded(path[-1:], "", codes))
        for name, unit in header_readings(path[at - 1]):
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
def _readings(path: tuple[str, ...]) -> frozenset[str]:
    """Return, folded, whatever the words of a header may name."""
    return frozenset(folded(name) for text in (*path, "".join(path)) for name, _ in header_readings(text))


@lru_cache(maxsize=20_000)
def header_readings(text: str) -> tuple[tuple[str, str], ...]:
    """Return the readings of a header: as it is, and as a name with its unit in brackets or just behind."""
    match = in_header(text)
    if not match and (tight := TIGHT_UNIT.fullmatch(text.strip())):
        match = tight[1], tight[2]  # 金额万元
    return ((text, ""), match) if match else ((text, ""),)


def _unit_above(path: tuple[str, ...]) -> str:
    """A unit that a group's head states holds for the columns below it."""
    for part in reversed(path[:-1]):
        for _, unit in header_readings(part):
            if unit in UNITS or is_foreign(unit):
                return unit
    return ""


def text_above(sheet: Sheet, first: int) -> str:
    """Return all text of the first rows of a sheet."""
    return " ".join(str(cell) for row in sheet.rows[:first] for cell in row if isinstance(cell, str))


def _given(
    sheet: Sheet, first: int, names: Names, table: DeclaredTable, have: set[str], year: int | None
) -> dict[str, tuple[str, str]]:
    """Return what titles say for every row: the year, the enterprise, a code such as 合并."""
    given: dict[str, tuple[str, str]] = {}
    above = text_above(sheet, first)
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
        codes = {code for word, code in names.titled[table.name][name].items() if word in title}
        if len(codes) == 1:
            given[name] = codes.pop(), "标题"
    return given


def _year_of_periods(sheet: Sheet, data: int, targets: Mapping[int, Target]) -> dict[str, tuple[str, str]]:
    """Return the year that months or quarters say themselves, 2024年1月; blank where they say several."""
    for at, target in targets.items():
        if target.field in dated.PATTERNS:
            found = dated.years((row[at] for row in sheet.rows[data:] if at < len(row)), target.field)
            if found:
                return {"year": (found[0] if len(found) == 1 else "", f"“{target.header}”列")}
    return {}


def header_words(sheet: Sheet, reading: Reading) -> list[tuple[str, ...]]:
    """Return for each column the words of the header that a sheet is read by."""
    return header_paths(sheet, reading.first, reading.depth)
