"""A table's rows beside those of the files: which are new, the same, changed or removed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from ..tables.data_errors import Fault, Gap
from ..tables.declared import Column, DataPackage, DeclaredTable
from ..tables.reading import read_table
from ..tables.text_files import written
from . import together, years
from .consolidating import Key, work_out
from .headers import near
from .history import Replaced
from .rows import Note, Row, Rows, wanting

NUMERIC = ("number", "integer")
DIFFERING = 3  # columns in which two rows differ, told one by one


@dataclass(frozen=True)
class Change:
    """A row that is replaced: what it is, and each cell's old and new text."""

    key: str
    place: str
    row: int
    cells: tuple[tuple[str, str, str], ...]  # column title, old, new

    def __str__(self) -> str:
        cells = "，".join(f"{title}“{old}”→“{new}”" for title, old, new in self.cells)
        return f"{self.key}：{cells}（{self.place}第{self.row}行）"


@dataclass
class TableChange:
    """What happens to one table."""

    name: str
    title: str
    path: str
    new: int = 0
    same: int = 0
    added: list[str] = field(default_factory=list)  # the new rows by their keys
    kept: int = 0  # rows of the table that the files do not have
    changed: list[Change] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    years: list[str] = field(default_factory=list)  # that the files have rows of
    enterprises: list[str] = field(default_factory=list)  # by name where they are known
    missing: list[str] = field(default_factory=list)  # of whom a table of every enterprise has no row

    @property
    def any(self) -> bool:
        """Whether the table becomes another one."""
        return bool(self.new or self.changed or self.removed)


class Merge:
    """A table's rows beside those of the files; ``old`` are those that it has, read from its file if not given."""

    def __init__(
        self, package: DataPackage, table: DeclaredTable, parts: Sequence[Rows], old: list[dict[str, str]] | None = None
    ) -> None:
        self.table, self.package = table, package
        named = table.key or tuple(c.name for c in table.columns)
        self._keyed = [(name, table.column(name).type in NUMERIC) for name in named]
        self.rows = [row for part in parts for row in part.rows]
        self.left = [row for part in parts for row in part.left]
        self.fields = {name for part in parts for name in part.reading.fields}
        self.perhaps = [hint for part in parts for hint in near(part.sheet, part.reading)]
        lacking = {name for c in table.columns if (name := c.name) not in self.fields}
        self.besides = together.besides(table, lacking, package.year)
        if why := next((why for part in parts if (why := years.doubt(part.sheet, part.reading.first))), ""):
            self.besides["year"] += f"（{why}）"
        self.faults: list[Fault] = []
        self.before: bytes | None = None
        if old is None:
            self.old, self.faults = old_rows(package, table)
            path = package.root / table.path
            self.before = path.read_bytes() if path.is_file() else None
        else:
            self.old = old
        self.change = TableChange(table.name, table.title, table.path)
        self.made: list[dict[str, str]] = []
        self.origins: list[Row | None] = []
        self.replaced: list[Replaced] = []
        self.siblings: dict[tuple[str, int], list[Row]] = defaultdict(list)
        self.notes: list[Note] = []
        self.worked_out: list[Key] = []  # keys of rows that no file has but that follow from others
        self.merged = False

    def merge(
        self, whole: bool, roster: Sequence[Mapping[str, str]] = (), before: Collection[Key] = (), asked: bool = False
    ) -> None:
        """Put the rows in: new ones at the end, the others in place of those with their key.

        ``roster`` are the enterprises, ``before`` the keys of rows that earlier imports worked out;
        ``asked`` says to work out those that are wanting.
        """
        self.merged = True
        united = self._united()
        worked = work_out(self.table, united, self.old, roster, before, asked)
        self.notes += worked.notes
        self.worked_out = [self._key(row.texts) for row in worked.rows]
        self.made, self.origins = [dict(row) for row in self.old], [None] * len(self.old)
        places = {self._key(row): at for at, row in enumerate(self.old)}
        seen: dict[tuple[str, ...], Row] = {}
        new = []
        for row in (*united, *worked.rows):
            texts = {name: text for name, text in row.texts.items() if "?" not in name}
            key = self._key(texts)
            if key in seen:
                if any(
                    self._differ(c, texts.get(c.name, ""), seen[key].texts.get(c.name, "")) for c in self.table.columns
                ):
                    self.faults.append(self._twice(row, seen[key], texts))
                continue
            seen[key] = row
            if key not in places and (lacking := together.missing(self.table, row, self.fields)):
                if row.compares:
                    self.notes.append(together.left_out(self.table, row, lacking, self.said(texts)))
                    continue
                if fault := together.apart(self.table, row, lacking, self.rows, self.said(texts)):
                    self.faults.append(fault)
            if key in places and row.compares:
                self._compare(places[key], texts, row)
            elif key in places:
                self._replace(places[key], texts, row)
            else:
                new.append(row)
                self.made.append({c.name: texts.get(c.name, "") for c in self.table.columns})
                self.origins.append(row)
        self.change.new = len(new)
        self.change.added = [self.said(row.texts) for row in new]
        self.faults += wanting(new, self.table, self.fields, self.perhaps, self.besides)
        self._absent(seen, whole)

    def _twice(self, row: Row, first: Row, texts: Mapping[str, str]) -> Fault:
        """Return the fault of a row that says something else than another of the same key, or has no key."""
        for name in self.table.key:
            if not texts.get(name) and self.table.column(name).required:
                advice = "填上；与上一行相同的写“同上”，或与上面的格合并"
                return row.fault(name, "空着", f"每行都写明{self.table.column(name).title}", advice)
        differing = [
            f"{c.title}“{first.texts.get(c.name, '')}”、“{texts.get(c.name, '')}”"
            for c in self.table.columns
            if self._differ(c, texts.get(c.name, ""), first.texts.get(c.name, ""))
        ]
        found = (
            f"{self.said(texts)}与{first.place}第{first.number}行重复而内容不同（{'，'.join(differing[:DIFFERING])}）"
        )
        return row.fault(None, found, "每行唯一", "删去不对的一行")

    def coming(self) -> list[Row]:
        """Return the rows that the table has not got."""
        known = {self._key(row) for row in self.old}
        return [row for row in self.rows if self._key(row.texts) not in known]

    def _united(self) -> list[Row]:
        """Rows that two sheets fill in different columns of, such as a statement in two parts, are one."""
        found: dict[tuple[str, ...], Row] = {}
        rows: list[Row] = []
        for row in self.rows:
            key = self._key(row.texts)
            first = found.setdefault(key, row)
            if first is row:
                rows.append(row)
                continue
            both = (first.texts.keys() & row.texts.keys()) - set(self.table.key)
            differ = any(
                self._differ(self.table.column(name), first.texts[name], row.texts[name])
                for name in both
                if "?" not in name
            )
            if first.compares != row.compares:  # the statement of a year counts, not the next one's
                stays, goes = (row, first) if first.compares else (first, row)
                if differ:
                    kind = "与那一年自己的报表不同，上年的数不导入"
                    self.notes.append(Note(kind, goes.place, goes.number, "", self.said(goes.texts), stays.place))
                if goes is first:
                    rows[rows.index(first)] = found[key] = row
            elif differ:
                rows.append(row)
            else:
                more = {n: f"{row.headers.get(n, n)}（{row.place}）" for n in row.texts if n not in first.texts}
                first.headers = {**first.headers, **more}
                if row.texts.keys() - first.texts.keys():
                    self.notes.append(
                        Note("两张表合成一行", row.place, row.number, "", self.said(row.texts), first.place)
                    )
                first.texts |= row.texts
        return rows

    def _compare(self, at: int, texts: Mapping[str, str], row: Row) -> None:
        """Say in what a row differs from the one that stays, or that it does not."""
        before, said = self.made[at], self.said(texts)
        differing = [
            c for c in self.table.columns if c.name in texts and self._differ(c, before[c.name], texts[c.name])
        ]
        for column in differing:
            header = row.headers.get(column.name, column.title)
            kind = f"与书里{said}的数不同，书里的没有改"
            self.notes.append(Note(kind, row.place, row.number, header, texts[column.name], before[column.name]))
        if not differing:
            self.notes.append(Note("与书里上年的数相同", row.place, row.number, "", said, ""))

    def _replace(self, at: int, texts: Mapping[str, str], row: Row) -> None:
        old, cells = self.made[at], []
        self.origins[at] = row
        for column in self.table.columns:
            if column.name not in texts:
                continue  # a column that the file has not got stays as it is
            before, after = old.get(column.name, ""), texts[column.name]
            if self._differ(column, before, after):
                cells.append((column.name, column.title, before, after))
                old[column.name] = after
        if cells:
            self.change.changed.append(Change(self.said(old), row.place, row.number, tuple(c[1:] for c in cells)))
            self.replaced.append(Replaced(self.table.name, self._key(texts), row, tuple(cells)))
        else:
            self.change.same += 1

    def _absent(self, seen: Mapping[tuple[str, ...], Row], whole: bool) -> None:
        covered = {row.texts.get("year") for row in self.rows if not row.compares}
        keep: list[int] = []
        for at, row in enumerate(self.made):
            absent = self.origins[at] is None
            if absent and whole and ("year" not in row or row["year"] in covered):
                self.change.removed.append(self.said(row))
                continue
            self.change.kept += absent
            keep.append(at)
        self.made = [self.made[at] for at in keep]
        self.origins = [self.origins[at] for at in keep]

    def _key(self, texts: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(_number(texts.get(name, "")) if numeric else texts.get(name, "") for name, numeric in self._keyed)

    def said(self, texts: Mapping[str, str]) -> str:
        """A row as messages call it: its key in words."""
        labels = self.table.labels
        names = self.table.key or tuple(c.name for c in self.table.columns)[:4]
        return "、".join(labels.get(name, {}).get(texts.get(name, ""), texts.get(name, "")) or "空白" for name in names)

    def part(self, row: Row) -> str:
        """Return by which words a row differs from others made of the same row of the file: 年末."""
        if not self.siblings:
            for one in self.rows:
                self.siblings[one.place, one.number].append(one)
        labels, alike = self.table.labels, self.siblings[row.place, row.number]
        apart = [n for n in self.table.key if len({one.texts.get(n, "") for one in alike}) > 1]
        return "/".join(labels.get(n, {}).get(row.texts[n], row.texts[n]) for n in apart)

    @staticmethod
    def _differ(column: Column, one: str, other: str) -> bool:
        return _plain(column, one) != _plain(column, other)

    def content(self) -> bytes:
        """The table's file as it will be."""
        header = [column.name for column in self.table.columns]
        return written(header, ([row.get(name, "") for name in header] for row in self.made))


def _plain(column: Column, text: str) -> str:
    """A cell as it is compared: 5.0 and 5 are one number."""
    return _number(text) if column.type in NUMERIC else text


@lru_cache(maxsize=5_000)
def _number(text: str) -> str:
    try:
        return f"{Decimal(text).normalize() + 0:f}" if text else ""
    except InvalidOperation:
        return text


def old_rows(package: DataPackage, table: DeclaredTable) -> tuple[list[dict[str, str]], list[Fault]]:
    """Return a table's rows as they stand; a table that is not there yet has none."""
    sheet, faults = read_table(package, table)
    rows = [dict(zip(sheet.header, row, strict=False)) for row in sheet.rows]
    return rows, [fault for fault in faults if not isinstance(fault, Gap)]
