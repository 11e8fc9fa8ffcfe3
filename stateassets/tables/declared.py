"""What a report's data folder declares: tables, columns, keys, and the corrections made to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from . import region
from .data_errors import DataError
from .declaration import FILE, faults_in, is_public
from .origins import COLUMN, Origin
from .text_files import json_in, read_text

# What ``absent`` says of a register in which nothing had to be entered this year.
NOTHING_THIS_YEAR = "this year"

# The roles, among a package's contributors, of who gives the book out and of whom to write to.
PUBLISHER, CONTACT = "publisher", "contact"

MOST_KEPT = 8  # declarations that a process keeps as it has read them

# What a table's rows are: one or more for each enterprise and year, for each first-level group,
# or items as they occur (``covers`` says of whom there must be some).
ENTERPRISE, GROUP, ITEM = "enterprise", "group", "item"


@dataclass(frozen=True)
class Column:
    """A declared column."""

    name: str
    title: str
    type: str
    unit: str
    description: str
    required: bool
    enum: tuple[str | float, ...] = ()  # the values that it may hold, any where there are none
    minimum: str | float | None = None
    maximum: str | float | None = None
    synonyms: tuple[str, ...] = ()
    open: bool = False  # whether a district may add to the values (``kinds``)

    @property
    def label(self) -> str:
        """Chinese title with field name, as messages call the column."""
        return f"{self.title}（{self.name}）"


@dataclass(frozen=True)
class ForeignKey:
    """A column whose cells are values of the column ``target`` of ``table``, which may be its own."""

    column: str
    table: str
    target: str


@dataclass(frozen=True)
class Identity:
    """A column that is, in each row, the sum of ``parts``: columns, each with its sign."""

    title: str
    total: str
    parts: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class DeclaredTable:
    """A declared table.

    ``key`` are the columns that tell rows apart. ``grain`` says whose row a row is, ``covers`` of
    whom a table of items has some, ``owner`` the foreign key to the row that says whose it is,
    ``dated_by`` the date whose year is the row's. ``register`` and ``term`` name the columns of
    dates (``opened``, ``due``, ``closed``) and of the ``title``; they are empty where a table is
    none; an ``occasional`` one may have no rows of a year, and all go over into the next book. ``origin`` is
    that of its rows, once they are loaded. ``labels``, ``signs`` and ``members`` are by column: code -> Chinese word, code -> sign,
    other column -> its code -> the codes that belong to it. ``absent`` says that the book leaves
    the table out, ``NOTHING_THIS_YEAR`` that nothing had to be entered. ``raw`` is the whole
    descriptor, for comparing declarations.
    """

    name: str
    title: str
    path: str
    description: str
    origin: Origin
    sources: tuple[Mapping[str, str], ...]
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]
    labels: Mapping[str, Mapping[str, str]]
    internal: bool
    absent: bool | str
    synonyms: tuple[str, ...]
    grain: str
    covers: str
    owner: str
    dated_by: str
    register: Mapping[str, str]
    term: Mapping[str, str]
    tree: Mapping[str, str]
    identities: tuple[Identity, ...]
    consolidation: bool
    occasional: bool
    signs: Mapping[str, Mapping[str, int]]
    members: Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]]
    raw: Mapping[str, Any] = field(repr=False)
    awaited: bool = False  # a form of printed figures, none of which is entered yet, once it is loaded

    @property
    def dates(self) -> Mapping[str, str]:
        """The columns of the dates of a register or of terms, empty where it is neither."""
        return self.register or self.term

    @property
    def marked(self) -> bool:
        """Whether each row says its own origin."""
        return any(c.name == COLUMN for c in self.columns)

    def column(self, name: str) -> Column:
        """Return a column by field name."""
        return next(c for c in self.columns if c.name == name)

    @property
    def money(self) -> tuple[str, ...]:
        """The columns held in 万元."""
        return tuple(c.name for c in self.columns if c.unit == "万元")


# What is said of a table that the book does not have, or in which nothing had to be entered.
ABSENT, NOTHING = "本书没有“{}”这张表", "“{}”本年没有记录"
# … of a printed figure that has not been entered, and where none has.
NOT_PRINTED, NO_CLAIMS = "还没有录入“{}”的公布数", "还没有录入公布数"


class LackingError(KeyError):
    """The book does not have what a chapter asks for; the message says in Chinese what."""

    def __str__(self) -> str:
        return str(self.args[0])


class NoTableError(LackingError):
    """A table was asked for that the book does not have; ``title`` is what it is called."""

    def __init__(self, title: str, nothing: bool = False) -> None:
        inside = title.replace("“", "‘").replace("”", "’")  # quotation marks within quotation marks
        super().__init__((NOTHING if nothing else ABSENT).format(inside))


class NoFigureError(LackingError):
    """A number was asked for that the tables do not give, such as that of a year before the first."""


class NotPrintedError(LackingError):
    """A printed figure was asked for that has not been entered."""


class Tables(dict[str, DeclaredTable]):
    """The tables that a book has, by name; to ask for another raises ``NoTableError``.

    ``absent`` are those that it declares and leaves out.
    """

    def __init__(self, declared: Iterable[DeclaredTable]) -> None:
        every = tuple(declared)
        super().__init__((t.name, t) for t in every if not t.absent)
        self.absent = {t.name: t for t in every if t.name not in self}

    def __missing__(self, name: str) -> DeclaredTable:
        raise self.lacking(name)

    def lacking(self, name: str) -> NoTableError:
        """Return the error that says in Chinese which table is not there."""
        if name not in self.absent:
            return NoTableError(name)
        table = self.absent[name]
        return NoTableError(table.title, table.absent == NOTHING_THIS_YEAR)


@dataclass(frozen=True)
class Correction:
    """One entry. ``now`` is None where the cell is only marked; ``at`` is the row as Excel counts.

    ``number`` counts the entries from 1, ``line`` is where the entry begins in the file.
    """

    number: int
    line: int
    table: str
    row: Mapping[str, str]
    column: str
    was: str
    now: str | None
    reason: str
    source: str
    date: str
    state: str
    at: int = 0

    @property
    def changed(self) -> str:
        """What became of the cell, in words."""
        before = self.was or "空白"
        return f"{before}改为{self.now or '空白'}" if self.now is not None else f"{before}，只标记"


@dataclass(frozen=True)
class Imprint:
    """What a book says of who gave it out: publisher, whom to write to, version, the day it was made, what is
    another than in the version before, to whom it goes, and the printed report (title, address). What it does not
    say is empty."""

    publisher: str = ""
    contact: str = ""
    version: str = ""
    created: str = ""
    changes: tuple[str, ...] = ()
    addressee: str = ""
    printed: tuple[str, str] = ("", "")

    @property
    def blank(self) -> list[str]:
        """What it does not say, in words; readers are shown none of it."""
        words = {
            "publisher": "编制单位（contributors里role是publisher的）",
            "contact": "联系方式（contributors里role是contact的）",
            "created": "制作日期（created）",
            "version": "版本（version）",
            "changes": "与上一版相比的变化（changes）",
            "addressee": "Word文件的主送机关（addressee）",
        }
        return [word for name, word in words.items() if not getattr(self, name)]

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Imprint:
        """Return what ``datapackage.json`` says; publisher and contact are ``contributors`` by their ``role``."""
        by_role = {one["role"]: one for one in reversed(raw.get("contributors", ()))}
        publisher, contact = (by_role.get(role, {}) for role in (PUBLISHER, CONTACT))
        printed: Mapping[str, str] = next(iter(raw.get("sources", ())), {})
        return cls(
            publisher.get("title", ""),
            "，".join(filter(None, (contact.get("title"), contact.get("email")))),
            raw.get("version", ""),
            raw.get("created", ""),
            tuple(raw.get("changes", ())),
            raw.get("addressee", ""),
            (printed.get("title", ""), printed.get("path", "")),
        )


@dataclass(frozen=True)
class DataPackage:
    """What a report's data folder declares."""

    root: Path
    title: str
    region: str
    year: int
    scope: str
    tables: Tables
    corrections: tuple[Correction, ...] = ()  # those made, once the tables are loaded
    grounds: str = ""  # the district whose report the measures rest on, where it is not the book's own
    imprint: Imprint = Imprint()

    @property
    def whole(self) -> str:
        """How all of the region is called: 全区, of a county 全县."""
        return region.whole(self.region)

    @property
    def own(self) -> str:
        """How the region speaks of itself: 本区, of a county 本县."""
        return region.own(self.region)

    @property
    def borrowed(self) -> bool:
        """Whether what the measures say of a report is said of another district's."""
        return self.grounds not in ("", self.region)

    @classmethod
    def read(cls, data_dir: Path) -> DataPackage:
        """Read ``datapackage.json``.

        Raises:
            DataError: it is missing, not JSON, or does not declare tables as it must.
        """
        return cls.written(read_text(data_dir / FILE), data_dir)

    @classmethod
    def written(cls, text: str, data_dir: Path) -> DataPackage:
        """Return the package that the text of a ``datapackage.json`` declares, as ``of`` does.

        Raises:
            DataError: as ``read``.
        """
        return cls._below(data_dir, *_read(text))

    @classmethod
    def of(cls, raw: Any, data_dir: Path) -> DataPackage:
        """Return the package that ``raw`` declares, with its tables below ``data_dir``.

        Raises:
            DataError: it does not declare tables as it must.
        """
        return cls._below(data_dir, raw, _tables(raw))

    @classmethod
    def _below(cls, data_dir: Path, raw: Any, declared: Iterable[DeclaredTable]) -> DataPackage:
        from .kinds import with_own

        tables = with_own(Tables(declared), data_dir)
        facts = (raw["title"], raw["region"], raw["year"], raw["scope"])
        return cls(data_dir, *facts, tables, grounds=raw.get("grounds", ""), imprint=Imprint.of(raw))


def raw_of(data_dir: Path) -> Mapping[str, Any]:
    """Return what ``datapackage.json`` says, as it is; whoever wants it otherwise makes a copy.

    Raises:
        DataError: as ``DataPackage.read``.
    """
    return raw_in(read_text(data_dir / FILE))


def raw_in(text: str) -> Mapping[str, Any]:
    """Return what the text of a ``datapackage.json`` says, as ``raw_of`` does."""
    raw: Mapping[str, Any] = _read(text)[0]
    return raw


@lru_cache(maxsize=MOST_KEPT)
def _read(text: str) -> tuple[Any, tuple[DeclaredTable, ...]]:
    """Return what a ``datapackage.json`` says, and its tables: the same text is read once in a process."""
    raw = json_in(text, FILE)
    return raw, _tables(raw)


def _tables(raw: Any) -> tuple[DeclaredTable, ...]:
    if faults := faults_in(raw):
        raise DataError(faults)
    return tuple(_declared(resource, raw["region"]) for resource in raw["resources"])


def _declared(raw: Mapping[str, Any], district: str) -> DeclaredTable:
    schema = raw["schema"]
    return DeclaredTable(
        name=raw["name"],
        title=raw["title"],
        path=raw["path"],
        description=raw["description"],
        origin=Origin(raw["origin"]),
        sources=tuple(raw["sources"]),
        columns=tuple(map(_column, schema["fields"])),
        key=tuple(schema.get("primaryKey", ())),
        foreign_keys=tuple(_foreign_key(raw["name"], key) for key in schema.get("foreignKeys", ())),
        labels=_spoken(raw.get("labels", {}), district),
        internal=not is_public(raw),
        absent=raw.get("absent", False),
        synonyms=tuple(raw.get("synonyms", ())),
        grain=raw.get("grain", ENTERPRISE),
        covers=raw.get("covers", ""),
        owner=raw.get("owner", ""),
        dated_by=raw.get("dated_by", ""),
        register=raw.get("register", {}),
        term=raw.get("term", {}),
        tree=raw.get("tree", {}),
        identities=tuple(map(_identity, raw.get("identities", ()))),
        consolidation=raw.get("consolidation", False),
        occasional=raw.get("occasional", False),
        signs=raw.get("signs", {}),
        members=raw.get("members", {}),
        raw=raw,
    )


def _spoken(labels: Mapping[str, Mapping[str, str]], district: str) -> Mapping[str, Mapping[str, str]]:
    """Return the words of codes as the region says them: 全区 is 全县 in a county."""
    return {
        name: {code: region.spoken(word, district) for code, word in words.items()} for name, words in labels.items()
    }


def _column(raw: Mapping[str, Any]) -> Column:
    limits = raw.get("constraints", {})
    return Column(
        raw["name"],
        raw["title"],
        raw["type"],
        raw.get("unit", ""),
        raw.get("description", ""),
        bool(limits.get("required")),
        tuple(limits.get("enum", ())),
        limits.get("minimum"),
        limits.get("maximum"),
        tuple(raw.get("synonyms", ())),
        bool(raw.get("open")),
    )


def _foreign_key(table: str, raw: Mapping[str, Any]) -> ForeignKey:
    refers = raw["reference"]
    return ForeignKey(raw["fields"], refers["resource"] or table, refers["fields"])  # blank: the table itself


def _identity(raw: Mapping[str, Any]) -> Identity:
    parts = ((part.lstrip("-"), -1 if part.startswith("-") else 1) for part in raw["parts"])
    return Identity(raw["title"], raw["total"], tuple(parts))
