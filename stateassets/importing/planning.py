"""What an import would do, worked out in full before anything is written."""

from __future__ import annotations

import gc
import hashlib
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from pathlib import Path

from ..opening import survey
from ..report import ROSTER
from ..tables.atomic import recover, replace_all
from ..tables.data_errors import DataError, Fault, Gap, nearest
from ..tables.declared import ENTERPRISE, DataPackage, DeclaredTable, Tables, raw_in, raw_of
from ..tables.kinds import TABLE as KINDS
from ..tables.kinds import with_own
from ..tables.text_files import read_text
from .cells import SHOWN
from .files.folder import listed, may_hold_tables
from .files.raw import Sheet, folded, read_file
from .fractions import fractions
from .headers import SEARCHED, Names, Reading, most_like, recognise, unlike
from .history import LOG, History, TakenBack
from .layouts import flatten
from .layouts.heads import Roster
from .margins import longer_lines
from .merging import Merge, TableChange, old_rows
from .names.codes import align
from .names.kinds import Kind, new_kinds, told
from .names.learned import Learned, Same, idle, keep, parse, read
from .names.references import Register, resolve
from .names.shortened import SHORT, Called, misread_ids, named_twice
from .nothing import settle
from .overview import HERE, WORDS, Said, decide, is_overview, sheet_title
from .rows import Note, Row, Rows, wanting
from .sizes import Spoken, doubts, sizes
from .sums import judge

PACKAGE = "datapackage.json"
BALANCE = "balance_sheet"
NO_BALANCE = "上期金额没有导入：书里没有那一年的资产负债表；有了以后再导入一次"
LONELY = "上期金额照样导入，而书里没有那一年的资产负债表，检查时会要：只要本年的加--this-year"
LEDGERS = "ledger/"  # the folder of what happened, which nothing did after the book's year
LATER = "比这本书的年度晚，照样导入：是下一年的，应放进下一年的书"
UPRIGHT = "改成竖排：企业编号一列、月份或年度一列、每个指标一列，一行一户一期；或者每户企业一个工作表"
NOUGHT = "0"  # what the user may say of blank amounts


@dataclass(frozen=True)
class Route:
    """Where one sheet goes: its table, and each header with its column."""

    file: str
    place: str
    table: str
    title: str
    rows: int
    columns: tuple[tuple[str, str], ...]
    unused: tuple[str, ...]
    unit: str
    exact: bool = False  # sheet and headers are called as the book calls them
    given: bool = False  # the unit is what the user says, not the file


@dataclass
class Plan:
    """An import: where everything goes, what changes, and what stands against it.

    With anything in ``refused`` nothing can be written.
    """

    folder: Path
    routes: list[Route] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)  # sheets that are no table
    notes: list[Note] = field(default_factory=list)
    refused: list[Fault] = field(default_factory=list)
    gaps: list[Fault] = field(default_factory=list)  # what an unfilled book still lacks
    changes: list[TableChange] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    expected: dict[str, bytes | None] = field(default_factory=dict)
    log: Callable[[], bytes] | None = None  # tells what earlier imports and this one brought
    recovered: bool = False
    taken_back: list[TakenBack] = field(default_factory=list)  # cells set back to before a correction
    said: list[Said] = field(default_factory=list)  # tables that the book gets or gives up
    learned: list[Same] = field(default_factory=list)  # what the book will know from now on

    @property
    def empty(self) -> bool:
        """Whether there is nothing to write."""
        return not self.files

    def write(self) -> None:
        """Write all tables, or none.

        Raises:
            DataError: something is refused, the tables changed meanwhile, or writing failed.
        """
        if self.refused:
            raise DataError(self.refused)
        if self.files:
            log = {LOG: self.log()} if self.log else {}
            replace_all(self.folder, {**self.files, **log}, self.expected)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Put off the search for cycles: what is read stays to the end, and searching it takes a tenth of the time."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


@_uncollected()
def plan(
    root: Path,
    files: Iterable[Path] = (),
    sheets: Iterable[Sheet] = (),
    *,
    tables: Sequence[str] = (),
    year: int | None = None,
    whole: bool = False,
    units: Sequence[str] = (),
    blank: str = "",
    sums: str = "",
    take_back: bool = False,
    work_out: bool = False,
    this_year: bool = False,
    same: Sequence[str] = (),
) -> Plan:
    """Work out what importing ``files`` (and ``sheets`` already read) into a report would do.

    ``tables`` says which table a sheet is: 资产负债表, or Sheet1=资产负债表 for one of several.
    ``year`` is the year of sheets that do not say theirs. With ``whole`` the files hold every row
    of their years: rows of the table that they do not have are removed. ``units`` says in which
    unit of money a file is that does not say it: 元, or 预算.xlsx=元 for one of several. With
    ``blank`` 0, blank cells and marks in required amounts are nought. ``sums`` says whether rows
    that are the sum of others without saying so are to be kept (``keep``) or left out (``skip``).
    Without ``take_back`` what would set a corrected cell back is refused. With ``work_out`` what
    was eliminated in groups is worked out where no file says it, with ``this_year`` amounts of a
    year before without balances stay out. ``same`` says which words mean the same,
    借款主体=企业编号; the book keeps them.

    Raises:
        DataError: the report's own declarations or tables cannot be read.
    """
    folder = root / "data"
    made = Plan(folder, recovered=recover(folder))
    read = [*_read_all(files, made), *sheets]
    package, declared = _declared(folder, read, made)
    learned = _learned(folder, package, same, made)
    names = Names(package, learned)
    package, declared = _with_coming(declared, read, tables, year, names, made)
    if package is not names.package:
        names = Names(package, learned)
    wanted = _wanted(tables, names, made)
    read = [sheet for sheet in read if not is_overview(sheet) and folded(sheet.name) not in _left_out(package)]
    spoken = Spoken(units, read)
    made.refused += spoken.faults
    parts = _recognised(_flat(read, names, wanted, made), names, wanted, year, spoken, made)
    by_table: dict[str, list[Rows]] = {}
    for part in parts:
        settle(part, blank == NOUGHT)
        by_table.setdefault(part.table.name, []).append(part)
        made.notes += part.notes
        made.refused += part.faults
    made.notes += _without_balance(package, by_table, this_year)
    merges = {}
    for name in by_table:
        merges[name] = Merge(package, package.tables[name], by_table[name])
        made.refused += [*merges[name].faults, *fractions(package.tables[name], merges[name].rows, merges[name].old)]
    old = {name: merge.old for name, merge in merges.items()}
    doubted, too_small = doubts(parts, old, spoken.units, lambda: _amounts(package, parts))
    if all(fault.row for fault in made.refused):  # every sheet is there, some cells are wrong
        _resolve(package, merges, names, made)
    made.notes = list(dict.fromkeys(made.notes))  # what a row of a form says stands in each row made of it
    for merge in merges.values():
        judged = judge(merge.table, merge.rows, merge.old, sums, merge.left)
        merge.rows = judged.rows
        made.notes += judged.notes
        made.refused += judged.faults
    package, declared = _register_kinds(package, declared, merges, names, made)
    people = _enterprises(package, merges)
    roster, sound = _names(people), not made.refused
    history = History.read(folder)
    for merge in merges.values():
        _cover(merge, roster)
        if not made.refused and not doubted:
            merge.merge(whole, people, history.worked_out.get(merge.table.name, ()), work_out)
        elif sound:  # whatever the unit is, a column is wanting
            made.refused += wanting(merge.coming(), merge.table, merge.fields, merge.perhaps, merge.besides)
        made.refused += merge.faults if merge.merged else []
        made.notes += merge.notes
        made.changes.append(merge.change)
    made.refused = [*doubted, *made.refused]
    for merge in merges.values():
        said = {id(one.row): merge.said(one.row.texts) for one in merge.replaced}
        made.taken_back += history.taken_back(merge.replaced, said)
    if not take_back:
        made.refused += [one.fault for one in made.taken_back]
    if not made.refused:
        _take(folder, merges, declared, made)
    if too_small and not made.refused:
        made.refused, made.files = too_small, {}
    if made.files and merges:
        files_read = list(dict.fromkeys(row.place.partition("“")[0] for merge in merges.values() for row in merge.rows))
        rows = {name: merge.rows for name, merge in merges.items()}
        replaced = [one for merge in merges.values() for one in merge.replaced]
        worked_out = {name: merge.worked_out for name, merge in merges.items()}
        made.log = partial(history.with_import, files_read, rows, replaced, worked_out)
        made.expected[LOG] = history.before
    if not made.refused and made.learned and (made.files or same):
        keep(folder, learned.adding(made.learned), made.files, made.expected)
    made.refused = _gathered(made.refused)
    return made


def _gathered(faults: Sequence[Fault]) -> list[Fault]:
    """Return each fault once, with one for a column where a number format is wrong in all of it, and in how many cells."""
    found: dict[object, list[Fault]] = {}
    for fault in dict.fromkeys(faults):
        shown = SHOWN.search(fault.found)
        head = (fault.column or "").rpartition("/")[2]
        key = (fault.file, head, shown["code"], fault.expected) if shown else (fault, len(found))
        found.setdefault(key, []).append(fault)
    several = {first: len(others) for first, *others in found.values() if others}
    return [
        replace(first, advice=f"{first.advice}；这一列共{several[first] + 1}格如此") if first in several else first
        for first, *_ in found.values()
    ]


def _learned(folder: Path, package: DataPackage, same: Sequence[str], made: Plan) -> Learned:
    """Return what the book knows, with what is said now."""
    titles = [t.title for t in (*package.tables.values(), *package.tables.absent.values())]
    made.learned, faults = parse(same, titles)
    made.refused += faults
    return read(folder, titles).adding(made.learned)


def _declared(folder: Path, sheets: Sequence[Sheet], made: Plan) -> tuple[DataPackage, bytes | None]:
    """Return the package with the tables that the workbooks say there are.

    Also what ``datapackage.json`` will hold, None if it stays as it is.
    """
    here = read_text(folder / PACKAGE)
    package = DataPackage.written(here, folder)
    raw, made.said, faults = decide(sheets, raw_in(here), folder)
    made.refused += faults
    if not made.said or faults:
        return package, None
    text = json.dumps(raw, ensure_ascii=False, indent=2) + "\n"
    return DataPackage.written(text, folder), text.encode()


def _with_coming(
    declared: bytes | None, sheets: Sequence[Sheet], tables: Sequence[str], year: int | None, known: Names, made: Plan
) -> tuple[DataPackage, bytes | None]:
    """Return the known package with the tables that it left out and the files bring, whatever they call them."""
    package, learned = known.package, known.learned
    if not package.tables.absent:
        return package, declared
    declared_tables = {**package.tables, **package.tables.absent}
    order = [resource["name"] for resource in raw_of(package.root)["resources"]]
    there_are = Tables(replace(declared_tables[name], absent=False) for name in order)
    every = Names(replace(package, tables=with_own(there_are, package.root)), learned)
    coming = {every.title(text.rpartition("=")[2], loosely=True) for text in tables}
    for sheet in sheets:
        if sheet.hidden or is_overview(sheet) or len(sheet.rows) < 2 or folded(sheet.name) in _left_out(package):
            continue
        coming.add(every.title(sheet.name or sheet.file.rpartition(".")[0]))
        if flatten(sheet, known).sheets != [sheet]:
            continue  # a list of printed figures, or a form of a table that there is
        there = None if tables else recognise(sheet, every, "", year)
        here = recognise(sheet, known, "", year) if isinstance(there, Reading) else None
        if isinstance(there, Reading) and not (isinstance(here, Reading) and len(here.fields) >= len(there.fields)):
            coming.add(there.table.name)
    return _present(package, declared, coming, made)


def _present(
    package: DataPackage, declared: bytes | None, coming: set[str], made: Plan
) -> tuple[DataPackage, bytes | None]:
    """Return the package in which the tables that are coming are no longer left out."""
    if not coming & set(package.tables.absent):
        return package, declared
    raw = json.loads(declared) if declared else raw_of(package.root)
    raw = {**raw, "resources": [dict(resource) for resource in raw["resources"]]}
    for resource in raw["resources"]:
        if resource["name"] in coming & set(package.tables.absent):
            made.said.append(Said(resource["title"], WORDS[resource.pop("absent")], HERE))
    text = json.dumps(raw, ensure_ascii=False, indent=2) + "\n"
    return DataPackage.written(text, package.root), text.encode()


def _register_kinds(
    package: DataPackage, declared: bytes | None, merges: dict[str, Merge], names: Names, made: Plan
) -> tuple[DataPackage, bytes | None]:
    """Put kinds that are the district's own and new among what is imported; told, or asked about."""
    found: list[Kind] = []
    for merge in merges.values():
        coming = {(r.texts.get("table"), r.texts.get("column"), r.texts.get("kind")) for r in _rows_of(merges, KINDS)}
        kinds, faults = new_kinds(merge.table, merge.rows, merge.old, names.cells.get(merge.table.name, {}))
        found += [kind for kind in kinds if tuple(kind.entry.values()) not in coming]
        made.refused += faults
    every = {**package.tables, **package.tables.absent}
    if not found or made.refused or KINDS not in every:
        return package, declared
    package, declared = _present(package, declared, {KINDS}, made)
    own = merges.setdefault(KINDS, Merge(package, package.tables[KINDS], []))
    own.fields |= set(package.tables[KINDS].key)
    for kind in found:
        row = kind.row
        own.rows.append(Row(row.place if row else own.table.path, row.number if row else 1, kind.entry))
    made.notes += told(found)
    return package, declared


def _rows_of(merges: Mapping[str, Merge], name: str) -> list[Row]:
    return merges[name].rows if name in merges else []


def _left_out(package: DataPackage) -> set[str]:
    """The sheets of tables that the book leaves out: they are empty."""
    return {folded(sheet_title(table.title)) for table in package.tables.absent.values()}


def _wanted(tables: Sequence[str], names: Names, made: Plan) -> dict[str, str]:
    """Return sheet name (empty: every sheet) -> table name."""
    wanted, titles = {}, [table.title for table in names.package.tables.values()]
    for text in tables:
        sheet, _, title = text.rpartition("=")
        name = names.title(title, loosely=True)
        if not name:
            made.refused.append(
                Fault(
                    "--table",
                    None,
                    None,
                    f"没有名叫“{title}”的表",
                    "本书的一张表",
                    f"{nearest(title, titles)}表名见书末“数据”一章",
                )
            )
        wanted[folded(sheet)] = name
    return wanted


def _read_all(files: Iterable[Path], made: Plan) -> list[Sheet]:
    sheets: list[Sheet] = []
    known: dict[str, str] = {}
    given = list(files)
    try:
        found = list(listed(given))
    except DataError as error:
        made.refused += error.faults
        return sheets
    for path, name in found:
        if path not in given and not may_hold_tables(path):
            made.ignored.append(f"{name}（不是表格文件）")
            continue
        try:
            sheets += read_file(path, name)
        except DataError as error:
            made.refused += error.faults
            continue
        if len(found) > 1 and (first := known.setdefault(_digest(path), name)) != name:
            made.notes.append(Note("与另一个文件相同", name, 1, "", name, first))
    return sheets


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _flat(sheets: Sequence[Sheet], names: Names, wanted: Mapping[str, str], made: Plan) -> list[Sheet]:
    """Return the sheets with forms unfolded: a row for what one row of the table holds."""
    found = []
    for sheet in sheets:
        flat = flatten(sheet, names, wanted.get(folded(sheet.name)) or wanted.get("", ""))
        found += flat.sheets
        made.notes += flat.notes
        made.refused += [*flat.faults, *longer_lines(sheet, flat.sheets)]
    return found


def _recognised(
    sheets: Sequence[Sheet], names: Names, wanted: Mapping[str, str], year: int | None, spoken: Spoken, made: Plan
) -> list[Rows]:
    parts = []
    known: Counter[str] = Counter()
    unfolded = {sheet.file for sheet in sheets if sheet.unfolded}
    for sheet in sheets:
        if sheet.hidden:
            made.ignored.append(f"{sheet.place}（隐藏的工作表）")
            continue
        # Beside statements stand covers and notes: what is said of all sheets is not said of these.
        choice = wanted.get(folded(sheet.name)) or ("" if sheet.file in unfolded else wanted.get("", ""))
        found = recognise(sheet, names, choice, year)
        if isinstance(found, list):
            made.refused += found
        elif found is None:
            made.ignored.append(sheet.place)
            continue
        else:
            found, faults, notes = spoken.settle(sheet, found)
            made.refused += faults
            made.notes += notes
            parts.append(Rows(sheet, found, names))
            given = not found.stated and bool(spoken.given(sheet))
            made.routes.append(_route(sheet, found, parts[-1], given))
        known[sheet.file] += 1
    for file in dict.fromkeys(sheet.file for sheet in sheets):
        if not known[file]:
            made.refused.append(_unknown(file, [s for s in sheets if s.file == file and not s.hidden], names, year))
    return parts


def _unknown(file: str, sheets: Sequence[Sheet], names: Names, year: int | None) -> Fault:
    """Say that nobody knows which table a file is, and which it is most like."""
    roster = Roster.read(names.package)
    for sheet in sheets:
        for number, row in enumerate(sheet.rows[:SEARCHED], 1):
            across = [str(cell) for cell in row if isinstance(cell, str) and roster.find(cell)]
            if len(across) > 1:
                found = f"企业横着排：{'、'.join(across[:3])}各占一列，这样的表没有读"
                return Fault(sheet.place, number, None, found, "一行一户企业", UPRIGHT)
    like = max(
        filter(None, (most_like(sheet, names, year) for sheet in sheets)), key=lambda m: len(m.fields), default=None
    )
    found = f"认不出是哪张表，{unlike(like)}" if like else "认不出是哪张表"
    title = like.table.title if like else "资产负债表"
    advice = f"用--table 表名指明，如--table {title}" + ("，并补上缺的列" if like else "")
    return Fault(file, None, None, found, "表头是规定的列名，或工作表以表名命名", advice)


def _route(sheet: Sheet, reading: Reading, rows: Rows, given: bool) -> Route:
    table = reading.table
    columns = tuple(
        (
            target.header,
            table.column(target.field).title
            + "".join(f"（{table.labels[name][code]}）" for name, code in target.given),
        )
        for _, target in sorted(reading.targets.items())
        if not sheet.unfolded  # a statement's headers are the table's own
    )
    # Beside an id its name may stand; anything else that is there twice is not looked at.
    named = {key.column for key in table.foreign_keys}
    again = tuple(f"{target.header}（与另一列重复）" for target in reading.spare.values() if target.field not in named)
    unused = (*reading.unused, *again)
    due = {column.title: column.unit for column in table.columns}
    exact = (
        not (unused or reading.unit)
        and folded(sheet.name) == folded(sheet_title(table.title))
        and all(header in (title, f"{title}（{due.get(title)}）") for header, title in columns)
    )
    name, unit = table.title, reading.unit
    return Route(sheet.file, sheet.place, table.name, name, len(rows.rows), columns, unused, unit, exact, given)


def _resolve(package: DataPackage, merges: Mapping[str, Merge], names: Names, made: Plan) -> None:
    """Names become ids; a table that is imported too counts with its new rows."""
    for merge in merges.values():
        align(merge.table, merge.rows, merge.old, made.notes)
    called = Called(_names(_enterprises(package, merges)), names.learned.names(), package.region)
    made.refused += idle(made.learned, names, called.names)
    for merge in merges.values():
        known = {row.get(merge.table.key[0], "") for row in merge.old} if merge.table.key else set()
        made.refused += misread_ids(merge.table, merge.rows, known, called)
        made.refused += named_twice(merge.table, merge.rows, merge.old)
    registers: dict[str, Register] = {}
    for merge in merges.values():
        for key in merge.table.foreign_keys:
            name = key.table
            if name not in registers and name in package.tables:
                table = package.tables[name]
                rows = [row.texts for row in merges[name].rows] if name in merges else []
                old = merges[name].old if name in merges else old_rows(package, table)[0]
                registers[name] = Register(table.title, key.target, [*old, *rows])
        made.refused += resolve(
            merge.table, merge.rows, registers, made.notes, called, names.words.of(merge.table.name).elsewhere
        )
    shortened = {(note.found, note.made) for note in made.notes if note.kind == SHORT}
    made.learned += [Same(*pair) for pair in sorted(shortened)]


def _without_balance(package: DataPackage, by_table: Mapping[str, Sequence[Rows]], leave_out: bool) -> list[Note]:
    """Say which amounts of a year before stand beside a year's own, where the book has no balances of that year.

    A book's statements begin in one year: with profits of an earlier one it wants its balances too. With
    ``leave_out`` they are left out.
    """
    years = {row.texts.get("year") for part in by_table.get(BALANCE, ()) for row in part.rows}
    if BALANCE in package.tables:
        years |= {row.get("year") for row in old_rows(package, package.tables[BALANCE])[0]}
    notes = []
    for part in (part for parts in by_table.values() for part in parts if years):
        for row in [row for row in part.rows if row.compares and row.texts.get("year") not in years]:
            kind = NO_BALANCE if leave_out else LONELY
            notes.append(Note(kind, row.place, row.number, "", f"{row.texts.get('year')}年", ""))
            if leave_out:
                part.rows.remove(row)
    return notes


def _enterprises(package: DataPackage, merges: Mapping[str, Merge]) -> list[Mapping[str, str]]:
    """Return the rows of the enterprises, with those that come in now, the newest of each last."""
    if ROSTER in merges:
        return [*merges[ROSTER].old, *(row.texts for row in merges[ROSTER].rows)]
    return list(old_rows(package, package.tables[ROSTER])[0]) if ROSTER in package.tables else []


def _names(people: Iterable[Mapping[str, str]]) -> dict[str, str]:
    return {row["enterprise_id"]: row.get("name_zh", "") for row in people if row.get("enterprise_id")}


def enterprises(package: DataPackage) -> dict[str, str]:
    """Return the names of the enterprises that a book has, by id."""
    return _names(_enterprises(package, {}))


def _cover(merge: Merge, roster: Mapping[str, str]) -> None:
    """Say of which years and enterprises the files have rows, and of whom they have none."""
    texts = [row.texts for row in merge.rows]
    merge.change.years = sorted({text["year"] for text in texts if text.get("year")})
    late = [
        row for row in merge.rows if row.texts.get("year", "").isdigit() and int(row.texts["year"]) > merge.package.year
    ]
    if late and merge.table.path.startswith(LEDGERS):
        first = late[0]
        merge.notes.append(Note(LATER, first.place, first.number, "", f"{first.texts['year']}年", "", len(late)))
    columns = {column.name for column in merge.table.columns}
    if merge.table.grain != ENTERPRISE or merge.table.name == ROSTER or "enterprise_id" not in columns:
        return
    there = dict.fromkeys(text["enterprise_id"] for text in texts if text.get("enterprise_id"))
    merge.change.enterprises = [roster.get(one, one) for one in there]
    merge.change.missing = [name for one, name in roster.items() if one not in there]


def _amounts(package: DataPackage, parts: Sequence[Rows]) -> Iterator[tuple[str, list[Decimal]]]:
    """Yield each table's amounts: as it stands, and of files that state their unit."""
    for name, table in package.tables.items():
        new = [row.texts for part in parts if part.table.name == name for row in part.rows if not row.unsaid]
        if (
            table.money
            and table.path.startswith(LEDGERS)
            and (found := list(sizes((*old_rows(package, table)[0], *new), table.money)))
        ):
            yield table.title, found


# --- does the book hold with it? -----------------------------------------------------------------


def _take(folder: Path, merges: Mapping[str, Merge], declared: bytes | None, made: Plan) -> None:
    """Take the changed tables into the plan if the book holds with them.

    A sound book must stay sound. One that is not filled yet may lack what it lacks, but what is
    there must not be wrong in more places than before.
    """
    changed = {merge.table.path: merge for merge in merges.values() if merge.change.any}
    files = {path: merge.content() for path, merge in changed.items()}
    expected = {path: merge.before for path, merge in changed.items()}
    if declared:
        files[PACKAGE], expected[PACKAGE] = declared, (folder / PACKAGE).read_bytes()
    if not files:
        return
    before = survey(folder)
    with tempfile.TemporaryDirectory() as temporary:
        aside = Path(temporary) / "data"
        shutil.copytree(folder, aside)
        for path, content in files.items():
            (aside / path).parent.mkdir(parents=True, exist_ok=True)
            (aside / path).write_bytes(content)
        after = survey(aside)
    tables = {table.path: table for merge in merges.values() for table in merge.package.tables.values()}
    known = Counter(map(_without_row, before))
    for fault in after:
        if known[_without_row(fault)] > 0:
            known[_without_row(fault)] -= 1
        elif isinstance(fault, Gap) and before:
            made.gaps.append(_by_title(fault, tables))
        else:
            made.refused.append(_in_the_file(fault, changed, tables))
    if not made.refused:
        made.files = files
        made.expected = expected


def _without_row(fault: Fault) -> Fault:
    return replace(fault, row=None)


def _by_title(fault: Fault, tables: Mapping[str, DeclaredTable]) -> Fault:
    """Call a table and its column as the analyst does."""
    if (table := tables.get(fault.file)) is None:
        return fault
    titles = {column.label: column.title for column in table.columns}
    column = titles.get(fault.column or "", fault.column)
    return replace(fault, file=f"{table.title}（{table.path}）", column=column)


def _in_the_file(fault: Fault, changed: Mapping[str, Merge], tables: Mapping[str, DeclaredTable]) -> Fault:
    """Say a fault of a would-be table where the analyst can mend it: in the file that came."""
    merge = changed.get(fault.file)
    row = merge.origins[fault.row - 2] if merge and fault.row and fault.row > 1 else None
    if row is None:
        places = {one.place for one in merge.rows} if merge else set()
        titled = _by_title(fault, tables)
        return replace(titled, file=places.pop()) if len(places) == 1 and not fault.row else titled
    assert merge is not None
    names = {c.label: c.name for c in merge.table.columns}
    field_name = names.get(fault.column or "", "")
    header = row.headers.get(field_name, fault.column)
    if field_name and field_name not in row.headers and (part := merge.part(row)):
        header = f"{merge.table.column(field_name).title}/{part}"
    return replace(fault, file=row.place, row=row.number, column=header)
