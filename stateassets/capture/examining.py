"""A delivery examined: what returns are in it, and what is wrong or doubtful in them, cell by cell.

It is read by all that importing reads with, and checked by all that ``check`` checks by; nothing is
written, and nothing is asked: what importing would ask is a fault that says what to write in the file.
"""

from __future__ import annotations

import re
import threading
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from ..importing.files.raw import Sheet, folded, letters, read_file
from ..importing.fractions import fractions
from ..importing.headers import Reading, most_like, recognise, text_above, unlike
from ..importing.layouts import flatten
from ..importing.margins import longer_lines
from ..importing.merging import Merge
from ..importing.names.codes import align
from ..importing.names.kinds import new_kinds
from ..importing.names.references import Register, resolve
from ..importing.names.shortened import misread_ids
from ..importing.nothing import settle
from ..importing.overview import is_overview, sheet_title
from ..importing.rows import Note, Row, Rows
from ..importing.sizes import Spoken, doubts, sizes
from ..importing.sums import judge
from ..tables.checking import Check, Frames, checks
from ..tables.data_errors import DataError, Fault, Gap
from ..tables.declared import DeclaredTable
from ..tables.fast_schema import FIRST_ROW, errors
from ..tables.kinds import TABLE as KINDS
from ..tables.loading import MOST_FAULTS, in_chinese, typed, yuan_faults
from ..tables.reading import ReadTable, read_numbers
from ..tables.text_files import odd_cells
from .arrivals import Examination, Finding, ReturnKey, ReturnRows
from .comparing import Compared, compare
from .parts import NOBODY, ROSTER, Part, Standing, is_period, period_of, state_of
from .schema import DOUBT, FAULT

KIND_WORDS = {FAULT: "错误", DOUBT: "疑点"}
LEDGER = "ledger/"  # where the tables stand that come in; the others are the book's own
# What the platform itself writes is nobody's return.
WRITTEN = frozenset({"returns", "return_findings", "return_changes", "alert_notes"})
OWNER = "enterprise_id"
GENERIC = "declared_checks"  # the module whose checks go through whatever tables they are given
REPORT = 30  # tables; a check that looks at more reckons the report's figures: they are no return's fault
BEGIN = 10_000_000  # the index of the first row that came, beyond those of any table
MOST_TOLD = 500  # findings of one delivery; nobody reads more
REMEMBERED = 500  # headers of sheets of which it is known which table they are

# The list that a marked workbook begins with (``marking``): nothing that is sent.
LIST = "问题清单"
LIST_TITLE = "问题清单：红色的格是错误，改正后重新报送；黄色的格是疑点，改正或写明原因"

IN_SHEET = re.compile(r"“(?P<name>[^”]*)”表$")
COLUMN = re.compile(r"[A-Z]{1,3}")


class Examiner:
    """Examines deliveries against the book under ``root``, which is opened once and again when its data change."""

    def __init__(self, root: Path) -> None:
        self.data_dir = root / "data"
        self._standing: Standing | None = None
        self._alone = threading.Lock()  # several may ask at once; what is remembered is changed by one at a time
        self._before: dict[tuple[frozenset[str], str, frozenset[str]], Counter[object]] = {}
        self._recognised: dict[object, tuple[tuple[object, ...], str]] = {}

    @property
    def standing(self) -> Standing:
        """The book as it stands now.

        Raises:
            DataError: its tables cannot be read.
        """
        if self._standing is None or self._standing.state != state_of(self.data_dir):
            self._standing = Standing(self.data_dir, self._standing)
            self._before.clear()
            self._recognised.clear()
        return self._standing

    def examine(
        self,
        source: Path | Sequence[Sheet],
        *,
        sender: str | None = None,
        known: str = "",
        tables: Collection[str] | None = None,
    ) -> Examination:
        """Return what a file (or sheets already read) holds and what is to be said of it.

        ``sender`` is the enterprise that sends it, None for staff, who may send anybody's. ``known`` is the period
        that the delivery is said to be of, such as 2023-06: rows that do not say their year take its year.
        ``tables`` are those that may come, where that is known.

        Raises:
            DataError: the book's own tables cannot be read.
        """
        with self._alone:
            standing = self.standing
        try:
            sheets = read_file(source) if isinstance(source, Path) else list(source)
        except DataError as error:
            return Examination(findings=tuple(map(_unread, error.faults)))
        except (ValueError, ArithmeticError, LookupError, OSError, RecursionError, MemoryError):
            name = source.name if isinstance(source, Path) else ""
            fault = Fault(
                name,
                None,
                None,
                "读不出来，可能已经损坏",
                "能用Excel打开的工作簿",
                "在Excel里打开，另存为“Excel工作簿（.xlsx）”后重新报送",
            )
            return Examination(findings=(Finding(FAULT, None, fault),))
        with self._alone:
            return _Delivery(self, standing, sheets, sender, known, tables).examined()

    def of_sender(self, path: Path, sender: str) -> Examination:
        """Return the same of a file from an enterprise, or from the staff where ``sender`` is empty."""
        return self.examine(path, sender=sender or None)

    def name_of(self, enterprise_id: str) -> str:
        """Return an enterprise's name, its id where the roster has none."""
        return self.standing.named.get(enterprise_id, enterprise_id)

    def title_of(self, table: str) -> str:
        """Return a table's title."""
        return self.standing.package.tables[table].title

    # --- what is known from one delivery to the next ---------------------------------------------

    def recalled(self, sheet: Sheet) -> str:
        """Return the table that a sheet with the same words down to the end of its header was, or nothing."""
        head, table = self._recognised.get(_called(sheet), ((), ""))
        return table if table and tuple(sheet.rows[: len(head)]) == head else ""

    def remember(self, sheet: Sheet, reading: Reading) -> None:
        """Keep which table a sheet was recognised as."""
        while len(self._recognised) >= REMEMBERED:
            del self._recognised[next(iter(self._recognised))]
        self._recognised[_called(sheet)] = tuple(sheet.rows[: reading.data]), reading.table.name

    def faults_before(self, part: Part, check: Check, names: frozenset[str]) -> Counter[object]:
        """Return what a check finds in the rows of a part as they stand, without any return."""
        key = frozenset(part.members), check.name, names
        if key not in self._before:
            if len(self._before) > 100 * REMEMBERED:
                self._before.clear()
            found = _run(check, self.standing, _Given(part, {}, names))
            self._before[key] = Counter(map(_where, found))
        return self._before[key]


def _unread(fault: Fault) -> Finding:
    """Return the finding of a file that is not read for one cell, such as a formula without a result."""
    sheet = IN_SHEET.search(fault.file)
    at = bool(fault.row and fault.column and COLUMN.fullmatch(fault.column))
    cell = f"{fault.column}{fault.row}" if at else ""
    return Finding(FAULT, None, in_the_file(fault), "", sheet["name"] if sheet else "", cell)


def is_list(sheet: Sheet) -> bool:
    """Tell whether a sheet is the list of problems of a workbook that came back marked."""
    return sheet.name.startswith(LIST) and bool(sheet.rows) and sheet.rows[0][:1] == (LIST_TITLE,)


def _no_period(texts: Mapping[str, str], row: Row) -> Fault:
    """Return the fault of a row whose year, quarter or month is none."""
    if re.fullmatch(r"\d{4}", texts["year"]):
        column, expected = ("month", "不小于1，不大于12") if texts.get("month") else ("quarter", "不小于1，不大于4")
    else:
        column, expected = "year", "四位数的年份，如2023"
    return row.fault(column, f"“{texts[column]}”", expected)


def _called(sheet: Sheet) -> tuple[str, str]:
    """Return by what names a sheet is told: its own, and its file's without what changes from month to month."""
    return folded(sheet.name), re.sub(r"[\dA-Za-z]+", "", folded(sheet.file.rpartition(".")[0]))


class _Given(Mapping[str, pd.DataFrame]):
    """The tables of a part, with some in another state; a check that goes through all sees only ``names``."""

    def __init__(self, part: Frames, changed: Frames, names: frozenset[str] = frozenset()) -> None:
        self.part, self.changed = part, changed
        self.names = list(names or part)

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.changed[name] if name in self.changed else self.part[name]

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def _run(check: Check, standing: Standing, frames: _Given) -> list[Fault]:
    """Return what a check finds in a part of the rows; if it needs rows of others, in all rows."""
    try:
        return list(check(standing.package, frames))
    except (KeyError, IndexError):
        return list(check(standing.package, _Given(standing.frames, _whole(standing, frames), frozenset(frames.names))))


def _whole(standing: Standing, frames: _Given) -> dict[str, pd.DataFrame]:
    """Return the changed tables of a part with all others' rows."""
    made = {}
    for name, frame in frames.changed.items():
        there = frames.part[name].index if name in frames.part else []
        others = standing.frames[name].drop(index=there) if name in standing.frames else frame.iloc[:0]
        made[name] = pd.concat([others, frame])
    return made


def _where(fault: Fault) -> object:
    """Return by what a fault of the rows that stand is known again, whatever its numbers are now."""
    return (fault.file, fault.row, fault.column) if fault.row else (fault.file, fault.column, fault.found)


# --- one delivery --------------------------------------------------------------------------------


@dataclass
class _Come:
    """The rows of one return, with where each came from."""

    key: ReturnKey
    texts: list[dict[str, str]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


class _Delivery:
    """One delivery on its way through reading and checking."""

    def __init__(
        self,
        examiner: Examiner,
        standing: Standing,
        sheets: Sequence[Sheet],
        sender: str | None,
        known: str,
        tables: Collection[str] | None,
    ) -> None:
        self.examiner, self.standing, self.sheets = examiner, standing, sheets
        self.sender, self.known, self.tables = sender, known, tables
        self.year = int(known[:4]) if re.match(r"\d{4}", known) else None
        self.parts: list[Rows] = []
        self.read: list[Rows] = []  # all parts, also those of which nothing is kept
        self.notes: list[Note] = []
        self.faults: list[Fault] = []
        self.found: list[Finding] = []
        self.beyond: list[Finding] = []
        self.merges: dict[str, Merge] = {}
        self.come: dict[ReturnKey, _Come] = {}
        self.keys: dict[tuple[str, int], ReturnKey] = {}  # where a row stands -> its return

    def examined(self) -> Examination:
        """Go through with it."""
        self._read()
        if self.parts:
            self._attribute()
            self._judge()
            self._split()
            if self.come:
                self._check()
        said = [self._finding(FAULT, fault) for fault in self.faults]
        every = list(dict.fromkeys([*said, *self.found]))
        if len(every) > MOST_TOLD:
            more = Fault(
                self._file,
                None,
                None,
                f"还有{len(every) - MOST_TOLD}个问题没有列出",
                "没有问题",
                "先改正前面列出的，再重新报送",
            )
            every = [*every[:MOST_TOLD], Finding(FAULT, None, more)]
        returns = tuple(
            ReturnRows(*one.key, tuple(one.texts), tuple((self._sheet(r.place), r.number) for r in one.rows))
            for one in self.come.values()
        )
        notes = tuple(dict.fromkeys(self.notes))
        changed = tuple((key, note) for note in notes for key in self._changed_by(note))
        return Examination(returns, tuple(every), tuple(dict.fromkeys(self.beyond)), notes, changed)

    def _changed_by(self, note: Note) -> list[ReturnKey]:
        """Return the returns in whose rows something was changed: that of its row, or all of a sheet where it is many."""
        own = self.keys.get((note.place, note.row))
        if own and note.count == 1:
            return [own]
        return list(dict.fromkeys(key for (place, _), key in self.keys.items() if place == note.place))

    @property
    def _file(self) -> str:
        return self.sheets[0].file if self.sheets else ""

    # --- reading -------------------------------------------------------------------------------

    def _read(self) -> None:
        names, spoken = self.standing.names, Spoken((), self.sheets)
        absent = {folded(sheet_title(t.title)): t.title for t in self.standing.package.tables.absent.values()}
        known: Counter[str] = Counter()
        left: list[Sheet] = []
        for sheet in self.sheets:
            if is_overview(sheet) or sheet.hidden or is_list(sheet):
                continue
            if folded(sheet.name) in absent:
                if len(sheet.rows) > 1:
                    title = absent[folded(sheet.name)]
                    self.faults.append(
                        Fault(
                            sheet.place,
                            None,
                            None,
                            f"本区没有{title}这张表",
                            "本区有的表",
                            "删去这个工作表；确要报送的，请与国资监管机构联系",
                        )
                    )
                    known[sheet.file] += 1
                continue
            flats, told = self._flat(sheet)
            for flat in flats:
                found = told or recognise(flat, names, "", self.year)
                if not isinstance(found, Reading):
                    found = self._senders(flat) or found
                if isinstance(found, list):
                    self.faults += found
                elif found is None:
                    left.append(flat)
                    continue
                else:
                    if flat is sheet:
                        self.examiner.remember(sheet, found)
                    found, faults, notes = spoken.settle(flat, found)
                    self.faults += faults
                    self.notes += notes
                    self.parts.append(Rows(flat, found, names))
                known[sheet.file] += 1
        for file in dict.fromkeys(sheet.file for sheet in self.sheets):
            if not known[file]:
                self.faults.append(self._unknown(file, [one for one in left if one.file == file]))
        self.read = list(self.parts)
        for part in self.parts:
            settle(part)
            self.notes += part.notes
            self.faults += part.faults

    def _flat(self, sheet: Sheet) -> tuple[list[Sheet], Reading | None]:
        """Return the sheet, or what a form unfolds into; and how it is read, where such a one was read before."""
        names = self.standing.names
        if table := self.examiner.recalled(sheet):
            found = recognise(sheet, names, table, self.year)
            if isinstance(found, Reading):
                return [sheet], found
        flat = flatten(sheet, names)
        self.notes += flat.notes
        self.faults += [*flat.faults, *longer_lines(sheet, flat.sheets)]
        return flat.sheets, None

    def _senders(self, sheet: Sheet) -> Reading | None:
        """Return how a sheet is read that lacks nothing but whose rows they are: its sender's, if it names nobody else."""
        if self.sender not in self.standing.named:
            return None
        found = most_like(sheet, self.standing.names, self.year)
        if found is None or found.doubts or 2 * len(found.fields) < len(found.table.columns):
            return None
        title = self.standing.names.title(sheet.name or sheet.file.rpartition(".")[0])
        lacking = {name for name in found.table.key or () if found.table.column(name).required} - found.fields
        said = f"{sheet.file} {sheet.name} {text_above(sheet, found.first)}"
        others = (name for number, name in self.standing.named.items() if number != self.sender)
        if lacking != {OWNER} or title not in ("", None, found.table.name) or any(name in said for name in others):
            return None
        return replace(found, given={**found.given, OWNER: (self.sender or "", "报送企业")})

    def _unknown(self, file: str, sheets: Sequence[Sheet]) -> Fault:
        names = self.standing.names
        like = max(
            filter(None, (most_like(sheet, names, self.year) for sheet in sheets)),
            key=lambda m: len(m.fields),
            default=None,
        )
        found = f"认不出是哪张表，{unlike(like)}" if like else "认不出是哪张表"
        title = like.table.title if like else "财务快报"
        advice = f"把工作表的名称改为表名，如“{title}”" + ("，并补上缺的列" if like else "，表头照下载的填报表填写")
        return Fault(file, None, None, found, "表头是规定的列名，或工作表以表名命名", advice)

    # --- whose rows they are -------------------------------------------------------------------

    def _attribute(self) -> None:
        """Turn names into ids; rows of another enterprise than the sender, or of what it may not send, are left."""
        tables = {part.table.name: part.table for part in self.parts}
        barred = {name: why for name, table in tables.items() if (why := self._barred(table))}
        for part in self.parts:
            if part.table.name in barred:
                found, expected, advice = barred[part.table.name]
                self.faults.append(Fault(part.sheet.place, None, None, found, expected, advice))
        self.parts = [part for part in self.parts if part.table.name not in barred]
        called = self.standing.called(self.sender)
        for part in self.parts:
            table = part.table
            old = self._old(table)
            align(table, part.rows, old, self.notes)
            ids = {row.get(table.key[0], "") for row in old} if table.key else set()
            self.faults += misread_ids(table, part.rows, ids, called)
        coming = {name: [row for part in self.parts if part.table.name == name for row in part.rows] for name in tables}
        registers: dict[str, Register] = {}
        for part in self.parts:
            for key in part.table.foreign_keys:
                if key.table in self.standing.package.tables and key.table not in registers:
                    registers[key.table] = self._register(key.table, key.target, coming.get(key.table, []))
            elsewhere = self.standing.names.words.of(part.table.name).elsewhere
            self.faults += resolve(part.table, part.rows, registers, self.notes, called, elsewhere)
        self._only_own()

    def _barred(self, table: DeclaredTable) -> tuple[str, str, str] | None:
        """Say why a table may not come from this sender."""
        title, ask = table.title, "删去这张表；有疑问的，请与国资监管机构联系"
        if table.name in WRITTEN:
            return f"{title}由报送台自己登记，不用报送", "要报送的表", ask
        if self.tables is not None and table.name not in self.tables:
            return f"{title}不在要报送的表里", "要报送的表", ask
        if self.sender is None:
            return None
        own = table.path.startswith(LEDGER) and table.name != ROSTER and self.standing.owned(table.name)
        return None if own else (f"{title}由国资监管机构填写，不由企业报送", "企业自己的表", ask)

    def _old(self, table: DeclaredTable) -> list[dict[str, str]]:
        """Return the rows of a table that the sender may be held against."""
        if not self.standing.owned(table.name):
            return self.standing.old(table.name, NOBODY)
        if self.sender is not None:
            return self.standing.old(table.name, self.sender)
        return [row for owner in self.standing.places(table.name) for row in self.standing.old(table.name, owner)]

    def _register(self, name: str, target: str, rows: Sequence[Row]) -> Register:
        made = self.standing.register(name, self.sender)
        if not rows:
            return made
        texts = [row.texts for row in rows]
        title = self.standing.package.tables[name].title
        sheet = self.standing.loaded.sheets.get(name)
        if self.sender is not None and self.standing.owned(name):
            return Register(title, target, [*self.standing.old(name, self.sender), *texts])
        old = [dict(zip(sheet.header, row, strict=False)) for row in sheet.rows] if sheet else []
        return Register(title, target, [*old, *texts])

    def _whose(self) -> dict[int, str]:
        """Return the owner of each row, by the row's identity."""
        found: dict[int, str] = {}
        coming: dict[str, dict[str, str]] = {}
        for _ in range(2):  # what a row points to may have come with it
            for part in self.parts:
                for row in part.rows:
                    owner = self.standing.whose(part.table.name, row.texts, coming)
                    found[id(row)] = owner
                    if owner and len(part.table.key) == 1:
                        key = row.texts.get(part.table.key[0], "")
                        coming.setdefault(part.table.name, {}).setdefault(key, owner)
        return found

    def _only_own(self) -> None:
        """Leave out the rows of others than the sender, each other told of once; what is nobody's only staff sends."""
        whose = self._whose()
        for part in self.parts:
            if not (column := self.standing.said_by(part.table.name)):
                continue
            strangers: dict[str, list[Row]] = defaultdict(list)
            kept = []
            for row in part.rows:
                owner = whose[id(row)]
                blank = not row.texts.get(column, "")
                if owner and self.sender in (None, owner):
                    kept.append(row)
                elif owner:
                    strangers[owner].append(row)
                elif blank and self.sender is None and not part.table.column(column).required:
                    kept.append(row)
                elif blank:
                    title = part.table.column(column).title
                    self.faults.append(row.fault(column, "空白", f"{title}，说明是哪户企业的", "填上"))
            part.rows = kept  # whose owner is unknown was told of when its name was looked for
            for rows in strangers.values():
                self.faults.append(self._stranger(rows, column))
            owners = {whose[id(row)] for row in kept}
            part.left = [row for row in part.left if self.standing.whose(part.table.name, row.texts, {}) in owners]
        self.parts = [part for part in self.parts if part.rows or not self.standing.owned(part.table.name)]

    def _stranger(self, rows: Sequence[Row], column: str) -> Fault:
        first, more = rows[0], f"，共{len(rows)}行" if len(rows) > 1 else ""
        said = first.texts.get(column, "")
        return first.fault(
            column,
            f"“{said}”不是本企业{more}，都没有读",
            f"本企业（{self.sender}）的行",
            "删去其他企业的行，由各企业自己报送",
        )

    # --- as importing judges them --------------------------------------------------------------

    def _judge(self) -> None:
        whose = self._whose()
        by_table: dict[str, list[Rows]] = {}
        for part in self.parts:
            by_table.setdefault(part.table.name, []).append(part)
        old = {}
        for name, parts in by_table.items():
            owners = dict.fromkeys(whose[id(row)] for part in parts for row in part.rows)
            old[name] = [row for owner in owners or {NOBODY: None} for row in self.standing.old(name, owner)]
        asked, small = doubts(self.parts, old, (), lambda: self._amounts(whose))
        self.faults += [*asked, *small]
        kinds: set[tuple[str, str, str]] = set()
        for name, parts in by_table.items():
            merge = Merge(self.standing.package, parts[0].table, parts, _concerned(old[name], parts))
            self.faults += fractions(merge.table, merge.rows, merge.old)
            judged = judge(merge.table, merge.rows, merge.old, "", merge.left)
            merge.rows = judged.rows
            self.notes += judged.notes
            self.faults += judged.faults
            every = self._old(merge.table) if any(c.open for c in merge.table.columns) else []
            new, faults = new_kinds(merge.table, merge.rows, every, self.standing.names.cells.get(name, {}))
            self.faults += faults
            for kind in new:
                if kind.row and KINDS in {t.name for t in self.standing.every}:
                    kinds.add((name, kind.column.name, kind.word))
                    self.faults.append(
                        kind.row.fault(
                            kind.column.name,
                            f"“{kind.word}”是没有登记过的类别",
                            "已有的类别",
                            "改成已有的一种；确是新的一类，请国资监管机构先在“本区分类”表里登记",
                        )
                    )
            merge.merge(whole=False)
            self.faults += merge.faults
            self.notes += merge.notes
            self.merges[name] = merge
        self._small = bool(asked or small)

    def _amounts(self, whose: Mapping[int, str]) -> Iterator[tuple[str, list]]:
        """Yield the amounts of other tables of the same enterprises, by which a unit may be told."""
        owners = dict.fromkeys(whose.values())
        for name, table in self.standing.package.tables.items():
            if table.money and table.path.startswith(LEDGER) and self.standing.owned(name):
                rows = [row for owner in owners for row in self.standing.old(name, owner)]
                if found := list(sizes(rows, table.money)):
                    yield table.title, found

    # --- returns -------------------------------------------------------------------------------

    def _split(self) -> None:
        """Cut the rows into returns: one table of one enterprise for one period."""
        whose = self._whose()
        for name, merge in self.merges.items():
            table = merge.table
            timed = any(c.name == "year" for c in table.columns)
            for texts, row in zip(merge.made, merge.origins, strict=True):
                if row is None:
                    continue
                period = period_of(texts) if timed else (str(self.year) if self.year else "")
                if not timed and not period:
                    self.faults.append(
                        Fault(
                            row.place,
                            None,
                            None,
                            f"{table.title}没有写是哪一年的",
                            "报送时说明是哪一年的",
                            "在文件名里写上年度，如2023年，或在报送时选定期间",
                        )
                    )
                    break
                if not period:
                    continue  # its year is a fault already
                if not is_period(period):
                    self.faults.append(_no_period(texts, row))
                    continue
                key = ReturnKey(name, whose.get(id(row), NOBODY), period)
                one = self.come.setdefault(key, _Come(key))
                one.texts.append(texts)
                one.rows.append(row)
                self.keys[row.place, row.number] = key
        for one in self.come.values():
            self._foreign_keys_taken(one)
            self._shorter(one)
        self._another_period()

    def _another_period(self) -> None:
        """Doubt a delivery that is said to be of a period of which it holds nothing, but holds others as long."""
        of_month = len(self.known) > len("2023")
        same = [key for key in self.come if len(key[2]) == len(self.known)] if of_month else []
        if same and not any(key[2] == self.known for key in same):
            found, place = "、".join(sorted({key[2] for key in same})[:3]), self.come[same[0]].rows[0].place
            fault = Fault(
                place,
                None,
                None,
                f"行里写的是{found}",
                f"{self.known}的行",
                "送错了文件的换成这一期的；补报或更正以前各期的，写明原因",
            )
            self.found.append(Finding(DOUBT, same[0], fault, "", self._sheet(place)))

    def _foreign_keys_taken(self, one: _Come) -> None:
        """Refuse a key under which a row of somebody else, or of another period, stands."""
        name, owner, period = one.key
        table = self.standing.package.tables[name]
        if not table.key:
            return
        taken = self.standing.taken(name)
        for texts, row in zip(one.texts, one.rows, strict=True):
            key = tuple(texts.get(column, "") for column in table.key)
            there = taken.get(key)
            if there is None or there == (owner, period) or (there[0] == owner and not there[1]):
                continue
            said = "、".join(key)
            if there[0] != owner:
                fault = row.fault(table.key[-1], f"“{said}”已经是别处的编号", "没有用过的编号", "换一个编号")
            else:
                fault = row.fault(
                    table.key[-1], f"“{said}”已经在{there[1]}的报送里", f"{period}的行", "换一个编号，或在那一期里更正"
                )
            self.faults.append(fault)

    def _shorter(self, one: _Come) -> None:
        """Doubt a return that lacks rows which an earlier one of the same period has."""
        name, owner, period = one.key
        table = self.standing.package.tables[name]
        if not table.key:
            return
        timed = any(c.name == "year" for c in table.columns)
        own = {tuple(texts.get(c, "") for c in table.key) for texts in one.texts}
        before = [row for row in self.standing.old(name, owner) if not timed or period_of(row) == period]
        gone = [key for row in before if (key := tuple(row.get(c, "") for c in table.key)) not in own]
        if gone:
            said = "；".join("、".join(key) for key in gone[:3]) + ("等" if len(gone) > 3 else "")
            place = one.rows[0].place
            fault = Fault(
                place,
                None,
                None,
                f"比现有的少{len(gone)}行：{said}",
                f"{period}的全部行",
                "漏报的补上；确实没有了的，说明原因",
            )
            self.found.append(Finding(DOUBT, one.key, fault, "", self._sheet(place)))

    # --- checks --------------------------------------------------------------------------------

    def _check(self) -> None:
        """Check the rows by what is declared, then by what must agree between tables, then against the past."""
        frames: dict[str, pd.DataFrame] = {}
        origin: dict[str, list[tuple[_Come, Row]]] = {}
        wrong = set()
        for name in dict.fromkeys(key[0] for key in self.come):
            table = self.standing.package.tables[name]
            mine = [one for key, one in self.come.items() if key[0] == name]
            origin[name] = [(one, row) for one in mine for row in one.rows]
            header = [c.name for c in table.columns]
            cells = [[texts.get(c, "") for c in header] for one in mine for texts in one.texts]
            sheet = ReadTable(table, header, cells)
            lacking = {f.column for f in self.faults if f.found == "没有这一列"}
            found = [
                *(
                    sheet.fault(at, header[column], what, "看得见、长短合适的文字", advice)
                    for at, column, what, advice in odd_cells([header, *cells])
                ),
                *read_numbers(sheet),
                *(in_chinese(sheet, e) for e in islice(errors(table.columns, table.key, cells), MOST_FAULTS)),
            ]
            for fault in found:
                title = _title(table, fault)
                if fault.found == "空白" and (title in lacking or self._told(origin[name], fault)):
                    continue
                self.faults.append(self._here(table, fault, origin[name], fault.row - FIRST_ROW if fault.row else None))
            if found:
                wrong.add(name)
            else:
                frames[name] = typed(sheet).set_axis(range(BEGIN, BEGIN + len(cells)))
        if wrong or any(self._stops(fault) for fault in self.faults):
            return
        whole, changed = self._put_in(frames)
        if lost := list(self._lost(changed)):
            self.faults += lost
            return
        self._between_tables(whole, changed, origin)
        self._doubts(whole, changed, frames, origin)

    def _stops(self, fault: Fault) -> bool:
        """Whether a fault leaves nothing to be checked further: rows or columns that are not there."""
        return fault.row is None and fault.found.startswith(("没有", "认不出"))

    def _told(self, rows: Sequence[tuple[_Come, Row]], fault: Fault) -> bool:
        """Whether a blank cell was told of already: it could not be read."""
        if not fault.row:
            return False
        row = rows[fault.row - FIRST_ROW][1]
        return any((f.file, f.row) == (row.place, row.number) for f in self.faults)

    def _put_in(self, frames: Mapping[str, pd.DataFrame]) -> tuple[Part, dict[str, pd.DataFrame]]:
        """Return the rows of the groups that are concerned, and the tables with the new rows in place of the old."""
        named = self.standing.above.keys()
        concerned = {key[1] for key in self.come}
        concerned |= {t for one in self.come.values() for texts in one.texts for t in texts.values() if t in named}
        part = self.standing.part(concerned)
        changed = {}
        for name, new in frames.items():
            if name not in part:
                changed[name] = new
                continue
            timed = "year" in part[name]
            stays = part.without(name, {(key[1], key[2] if timed else "") for key in self.come if key[0] == name})
            changed[name] = pd.concat([stays, new]) if len(stays) else new
        return part, changed

    def _lost(self, changed: Frames) -> Iterator[Fault]:
        """Yield a fault for rows that are no longer there and to which rows of other tables point."""
        standing = self.standing
        for name, new in changed.items():
            table = standing.package.tables[name]
            if len(table.key) != 1 or name not in standing.frames:
                continue
            mine = [one for key, one in self.come.items() if key[0] == name]
            owners = {one.key[1] for one in mine}
            before = {row[table.key[0]] for owner in owners for row in standing.old(name, owner)}
            gone = before - set(new[table.key[0]])
            for other, key in standing.pointing(name) if gone else ():
                left = changed[other] if other in changed else standing.frames[other]
                if kept := gone & set(left[key]):
                    said, title = "、".join(sorted(kept)[:3]), standing.package.tables[other].title
                    place = mine[0].rows[0].place
                    yield Fault(
                        place,
                        None,
                        None,
                        f"没有了{said}，{title}里还有它的行",
                        "其他表提到的行都在",
                        "补上这些行，或与改正后的那张表一起报送",
                    )

    def _between_tables(self, part: Part, changed: Frames, origin: Mapping[str, list[tuple[_Come, Row]]]) -> None:
        touched = frozenset(changed)
        for name in touched:
            table = self.standing.package.tables[name]
            for fault in yuan_faults(table, changed[name]):
                if fault.row and fault.row - FIRST_ROW >= BEGIN:
                    self._say(table, fault, origin, part)
        present = frozenset({*part, *changed})
        for check in checks():
            generic = check.module.endswith(GENERIC) and check.tables <= {ROSTER}
            looks = self.standing.looked_at.get(check.name, check.tables) | check.tables
            of_report = not generic and len(looks) > REPORT
            if of_report:
                looks = check.tables - {ROSTER}
            if not (generic or looks & touched) or not check.tables <= present:
                continue
            names = (touched | check.tables) & present if generic else present
            given = _Given(part, changed, names)
            if of_report:
                given = _Given(self.standing.frames, _whole(self.standing, given), names)
            found = _run(check, self.standing, given)
            if not found:
                continue
            rows = self.standing.part(self.standing.named) if of_report else part
            before = Counter(self.examiner.faults_before(rows, check, names & frozenset(part)))
            for fault in found:
                if before[_where(fault)] > 0:
                    before[_where(fault)] -= 1
                elif not isinstance(fault, Gap):
                    self._say(self._table_at(fault.file), fault, origin, part)

    def _table_at(self, path: str) -> DeclaredTable | None:
        return next((t for t in self.standing.package.tables.values() if t.path == path), None)

    def _say(
        self, table: DeclaredTable | None, fault: Fault, origin: Mapping[str, list[tuple[_Come, Row]]], part: Part
    ) -> None:
        """Take a check's fault: of a row that came at its place, of others so that nobody learns what is not his."""
        at = fault.row - FIRST_ROW if fault.row else None
        rows = origin.get(table.name, []) if table else []
        new = at is not None and at >= BEGIN
        told = self._here(table, fault, rows, at - BEGIN if new and at is not None else None) if table else fault
        if not new and table:
            told = replace(
                told, file=rows[0][1].place if rows and at is None else table.title, column=_title(table, fault)
            )
        if self.sender is None or (self._own(table, at, new) and not self._names_others(fault)):
            found = self._finding(FAULT, told)
            if found.key is None:
                found = replace(found, key=self._key_for(table))
            self.found.append(found)
            return
        key = self._key_for(table)
        self.beyond.append(Finding(FAULT, key, told))
        whose = Fault(
            self._file,
            told.row if new else None,
            told.column if new else None,
            "与其他企业已经报送的数对不上",
            "集团内和往来企业两边一致",
            "请与对方核对，或与国资监管机构联系",
        )
        self.found.append(replace(self._finding(FAULT, replace(whose, file=told.file if new else self._file)), key=key))

    def _own(self, table: DeclaredTable | None, at: int | None, new: bool) -> bool:
        """Whether a row is the sender's, or a fault is about no row of anybody's."""
        if new or at is None or table is None:
            return True
        owners = self.standing.owners(table.name)
        return owners is not None and at in owners.index and owners.loc[at] == self.sender

    def _names_others(self, fault: Fault) -> bool:
        """Whether a fault's words name another enterprise than the sender, by id or by name."""
        said = f"{fault.found}{fault.expected}{fault.advice}"
        words = set(re.findall(r"[A-Za-z0-9]+", said))
        return any(
            other != self.sender and (other in words or (name and name in said))
            for other, name in self.standing.named.items()
        )

    def _key_for(self, table: DeclaredTable | None) -> ReturnKey | None:
        """Return the return that a fault of another row is told with: the table's own, else the first."""
        own = [key for key in self.come if table and key[0] == table.name]
        return (own or list(self.come))[0] if self.come else None

    def _doubts(self, part: Part, changed: Frames, new: Frames, origin: Mapping[str, list[tuple[_Come, Row]]]) -> None:
        for enterprise in dict.fromkeys(key[1] for key in self.come if key[1]):
            periods = {name: {k[2] for k in self.come if k[:2] == (name, enterprise)} for name in changed}
            compared = Compared(
                self.standing.package,
                enterprise,
                _Own(self.standing, part, changed, origin, enterprise),
                BEGIN,
                periods,
            )
            for doubt in compare(compared):
                table = self.standing.package.tables[doubt.table]
                one, row = origin[doubt.table][doubt.index - BEGIN] if doubt.index is not None else (None, None)
                header = table.column(doubt.column).title if doubt.column else None
                place = row.place if row else self._place_of(doubt.table, enterprise)
                fault = Fault(
                    place,
                    row.number if row else None,
                    row.headers.get(doubt.column, header) if row else header,
                    doubt.found,
                    doubt.expected,
                    doubt.advice,
                )
                key = one.key if one else next(k for k in self.come if k[:2] == (doubt.table, enterprise))
                self.found.append(replace(self._finding(DOUBT, fault, doubt.column), key=key))

    def _place_of(self, table: str, enterprise: str) -> str:
        return next(one.rows[0].place for key, one in self.come.items() if key[:2] == (table, enterprise))

    # --- where it stands in the file -----------------------------------------------------------

    def _here(self, table: DeclaredTable, fault: Fault, rows: Sequence[tuple[_Come, Row]], at: int | None) -> Fault:
        """Tell a fault of a table's row where it stands in the file."""
        if at is None or not 0 <= at < len(rows):
            return replace(fault, column=_title(table, fault))
        row = rows[at][1]
        field_name = _field(table, fault)
        header = row.headers.get(field_name, _title(table, fault))
        if field_name and field_name not in row.headers and (part := self.merges[table.name].part(row)):
            header = f"{table.column(field_name).title}/{part}"
        return replace(fault, file=row.place, row=row.number, column=header)

    def _sheet(self, place: str) -> str:
        return next((sheet.name for sheet in self.sheets if sheet.place == place), "")

    def _finding(self, kind: str, fault: Fault, column: str = "") -> Finding:
        """Return a finding with its cell, where the file says which that is."""
        key = self.keys.get((fault.file, fault.row or 0))
        name, at = column, None
        for part in self.read:
            if part.sheet.place == fault.file:
                for position, target in part.reading.targets.items():
                    if (column and target.field == column) or (
                        fault.column and fault.column in (target.header, part.table.column(target.field).title)
                    ):
                        name, at = target.field, position
                        break
                flat = not part.sheet.origins
                cell = f"{letters(at)}{fault.row}" if flat and at is not None and fault.row else ""
                if name or not fault.column:
                    return Finding(kind, key, in_the_file(fault), name, part.sheet.name, cell)
        return Finding(kind, key, in_the_file(fault), name, self._sheet(fault.file))


def _concerned(old: Sequence[dict[str, str]], parts: Sequence[Rows]) -> list[dict[str, str]]:
    """Return the rows that stand of the periods that came; all, where rows are held against those of another."""
    rows = [row for part in parts for row in part.rows]
    periods = {period_of(row.texts) for row in rows}
    if any(row.compares for row in rows) or "" in periods:
        return list(old)
    return [row for row in old if period_of(row) in periods]


class _Own(Mapping[str, pd.DataFrame]):
    """One enterprise's rows as they are with what came, and the book's own tables."""

    def __init__(
        self,
        standing: Standing,
        part: Frames,
        changed: Frames,
        origin: Mapping[str, list[tuple[_Come, Row]]],
        enterprise: str,
    ) -> None:
        self.standing, self.part, self.changed, self.origin, self.enterprise = (
            standing,
            part,
            changed,
            origin,
            enterprise,
        )
        self._known: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._known:
            frame = self.changed[name] if name in self.changed else self.part[name]
            if self.standing.owned(name):
                owners = self.standing.owners(name)
                at = frame.index.to_numpy()
                mine = np.array([one.key[1] == self.enterprise for one, _ in self.origin.get(name, ())], dtype=bool)
                own, came = np.zeros(len(at), dtype=bool), at >= BEGIN
                if owners is not None:
                    own[~came] = (owners.loc[at[~came]] == self.enterprise).to_numpy()
                own[came] = mine[at[came] - BEGIN]
                frame = frame[own]
            self._known[name] = frame
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        return name in self.changed or name in self.part

    def __iter__(self) -> Iterator[str]:
        return iter({**self.part, **self.changed})

    def __len__(self) -> int:
        return len({*self.part, *self.changed})


def _field(table: DeclaredTable, fault: Fault) -> str:
    return next((c.name for c in table.columns if fault.column in (c.label, c.title, c.name)), "")


def _title(table: DeclaredTable, fault: Fault) -> str | None:
    name = _field(table, fault)
    return table.column(name).title if name else fault.column


# --- what importing would ask ---------------------------------------------------------------------

# What an option of the command says, as the sender writes it into the file.
WRITE = {
    "--unit": "在标题或表头写明金额的单位，如“单位：万元”，核对这一格的数后重新报送",
    "--same": "",
    "--table": "把工作表的名称改为表名",
    "--sums": "是合计的，在名称里写明“合计”；不是的，核对数是否填错",
    "--blank": "没有发生的写0",
    "--year": "在标题里写明年度，如“2023年”",
    "--take-back": "核对后改正",
}
OPTIONS = re.compile(r"--[a-z-]+")
CLAUSE = re.compile(r"[^；，。？]+[；，。？]?")


def in_the_file(fault: Fault) -> Fault:
    """Return a fault whose advice is what to write in the file, where importing would have an option given."""
    advice, found = fault.advice, fault.found
    options = OPTIONS.findall(advice)
    if not options:
        return fault
    kept = "".join(clause for clause in CLAUSE.findall(advice) if not OPTIONS.search(clause) and "等号后" not in clause)
    kept = kept.strip("；，。 ")
    if kept.endswith(("是不是", "？")) or kept.startswith("是不是"):
        kept = f"{kept.rstrip('？')}？改成规定的写法"
    said = [words for option in dict.fromkeys(options) if (words := WRITE.get(option, ""))]
    advice = "；".join(filter(None, (kept, *(words for words in said if words not in kept)))) or "改成规定的写法"
    return replace(fault, found=found, advice=advice)
