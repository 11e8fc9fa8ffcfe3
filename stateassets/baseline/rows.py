"""Which rows of which tables differ from those of the accepted baseline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pandas as pd

from ..measures.ledger import FIRST_ROW
from ..tables.addresses import CORRECTIONS
from ..tables.data_errors import DataError
from ..tables.declaration import FILE as DECLARATION
from ..tables.declared import DataPackage, DeclaredTable
from ..tables.loading import load

BASELINE, FORMER = Path("baseline"), Path(".accepted")  # below the project; what it was called before
CHANGED, ADDED, REMOVED, DECLARED = "改", "增", "删", "说明"
Row = tuple[str, ...]


@dataclass(frozen=True)
class DataChange:
    """A row that is not what it was; ``number`` is where it stands as Excel counts.

    A removed row's number is that in the baseline; it is 0 where the declaration of the whole
    table changed. ``cells`` are (column's title, old, new) of those that differ.
    """

    table: str
    title: str
    path: str
    kind: str
    number: int = 0
    key: str = ""
    cells: tuple[tuple[str, str, str], ...] = ()

    @property
    def where(self) -> str:
        """Which row, short: 资产负债表第97行."""
        if self.kind == DECLARED:
            return f"{self.title}的登记"
        before = "原" if self.kind == REMOVED else ""
        return f"{self.title}{before}第{self.number}行"

    def __str__(self) -> str:
        if self.kind == DECLARED:
            return f"{self.title}（{self.path}）：在datapackage.json里的登记有变化"
        what = {ADDED: "新增", REMOVED: "已删去"}.get(self.kind) or "；".join(
            f"{title} {old or '空白'} → {new or '空白'}" for title, old, new in self.cells
        )
        return f"{self.where}（{self.path}，{self.key}）：{what}"


def changes_since(root: Path, accepted: Path | None = None) -> list[DataChange] | None:
    """Return how the tables differ from those accepted last, None where none can be read.

    Corrections count: what is compared is what the figures are computed from.

    Raises:
        DataError: today's tables cannot be read.
    """
    now = DataPackage.read(root / "data")
    try:
        before = DataPackage.read(accepted or folder(root))
        if contents(before) == contents(now):
            return []
        earlier = load(before).frames
    except DataError:
        return None
    return changes_between(before, earlier, now, load(now).frames)


def folder(root: Path) -> Path:
    """Return where the baseline lies: under its former name until it is taken over."""
    here, former = root / BASELINE, root / FORMER
    return former if former.is_dir() and not here.exists() else here


def take_over(root: Path) -> None:
    """Give a baseline that still has its former name today's."""
    if (found := folder(root)) != root / BASELINE:
        found.rename(root / BASELINE)


def contents(package: DataPackage) -> dict[str, bytes]:
    """Return what is accepted: the declaration, the corrections, the declared tables."""
    names = (DECLARATION, CORRECTIONS, *(table.path for table in package.tables.values()))
    paths = {name: package.root / name for name in names}
    return {name: path.read_bytes() for name, path in paths.items() if path.is_file()}


def changes_between(
    before: DataPackage, earlier: Mapping[str, pd.DataFrame], now: DataPackage, frames: Mapping[str, pd.DataFrame]
) -> list[DataChange]:
    """Return how tables, each with its declaration, differ from earlier ones."""
    found: list[DataChange] = []
    for name, table in {**before.tables, **now.tables}.items():
        old, new = before.tables.get(name), now.tables.get(name)
        if (old and new and old != new) or not (old and new):
            found.append(DataChange(name, table.title, table.path, DECLARED))
        if old and new:
            found += _changed(new, _rows(old, earlier[name], new), _rows(new, frames[name], new))
    return found


def _rows(declared: DeclaredTable, frame: pd.DataFrame, columns: DeclaredTable) -> list[Row]:
    """Return a table's rows as text, in another declaration's columns; a missing one is empty."""
    known = {c.name for c in declared.columns}
    cells = [
        [_text(value) for value in frame[c.name]] if c.name in known else [""] * len(frame) for c in columns.columns
    ]
    return list(zip(*cells, strict=True))


def _text(value: Any) -> str:
    if pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _changed(table: DeclaredTable, old: list[Row], new: list[Row]) -> Iterator[DataChange]:
    names = [c.name for c in table.columns]
    key = [names.index(name) for name in table.key]
    pairs = _by_key(key, old, new) if key else _by_likeness(old, new)
    for before, after in pairs:
        row = new[after] if after is not None else old[before or 0]
        number = (after if after is not None else before or 0) + FIRST_ROW
        told = "、".join(_said(table, names[n], row[n]) for n in key or range(min(3, len(row))))
        kind = ADDED if before is None else REMOVED if after is None else CHANGED
        cells = (
            tuple(
                (c.title, _said(table, c.name, a), _said(table, c.name, b))
                for c, a, b in zip(table.columns, old[before], new[after], strict=True)
                if a != b
            )
            if before is not None and after is not None
            else ()
        )
        yield DataChange(table.name, table.title, table.path, kind, number, told, cells)


def _said(table: DeclaredTable, column: str, text: str) -> str:
    return table.labels.get(column, {}).get(text, text)


def _by_key(key: list[int], old: list[Row], new: list[Row]) -> Iterator[tuple[int | None, int | None]]:
    """Yield (old place, new place) of each row that is not the same, found by its key."""
    places = {tuple(row[n] for n in key): place for place, row in enumerate(old)}
    for after, row in enumerate(new):
        before = places.pop(tuple(row[n] for n in key), None)
        if before is None or old[before] != row:
            yield before, after
    for before in places.values():
        yield before, None


def _by_likeness(old: list[Row], new: list[Row]) -> Iterator[tuple[int | None, int | None]]:
    """Yield the same for rows without a key, by the order in which they stand."""
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            both = min(b - a, d - c)
            yield from zip(range(a, a + both), range(c, c + both), strict=True)
            yield from ((before, None) for before in range(a + both, b))
            yield from ((None, after) for after in range(c + both, d))


def by_table(changes: Iterable[DataChange]) -> Mapping[str, list[DataChange]]:
    """Return the changes of each table."""
    found: dict[str, list[DataChange]] = {}
    for change in changes:
        found.setdefault(change.table, []).append(change)
    return found
