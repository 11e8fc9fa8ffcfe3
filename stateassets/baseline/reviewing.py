"""What a change of the data, or of the program, does to the whole book, before it is accepted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from ..book.build_cache import Executed, Progress, Snapshot
from ..editions.edition import internal
from ..notebooks.run import NOT_STARTED
from ..tables.atomic import recover
from ..tables.files import files_in
from ..tables.validation import fingerprint
from . import made_from
from .moves import FIGURE, Move, chapter_moves, titled
from .rows import ADDED, DECLARED, DataChange, by_table, changes_since, take_over

NOTEBOOKS = "notebooks"
MOST_ROWS = 5  # named one by one beside a move; all of them stand in the list of rows
# What nbstripout takes away besides (see STRIP in the Makefile): differs between machines.
MACHINES = ("version",)


@dataclass(frozen=True)
class Chapter:
    """A notebook that was run: what moved in it, and its text as it would be stored.

    ``read`` are the paths of the tables that it read, below ``data/``. ``new`` says that nothing
    was stored yet.
    """

    path: Path
    title: str
    moves: tuple[Move, ...]
    before: str
    text: str
    read: frozenset[str]
    new: bool
    fault: str = ""

    @property
    def changed(self) -> bool:
        """Whether its file would be another."""
        return self.before != self.text


@dataclass(frozen=True)
class Review:
    """All chapters, and how the data differ from those accepted last (None: not known).

    ``data`` is the hash of the data folder that the chapters were computed from, ``made_from`` what
    they were all made from, as it is noted; empty where only some were looked at.
    """

    root: Path
    chapters: tuple[Chapter, ...]
    changes: tuple[DataChange, ...] | None
    data: str
    made_from: str = ""
    _reasons: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def faults(self) -> list[str]:
        """What went wrong, with the notebook that it went wrong in."""
        stuck = dict.fromkeys(c.fault for c in self.chapters if c.fault.startswith(NOT_STARTED))
        return [*stuck] or [f"{self.name(c)}：{c.fault}" for c in self.chapters if c.fault]

    @property
    def moved(self) -> bool:
        """Whether there is anything to accept."""
        return bool(self.changes) or self.changes is None or any(c.changed for c in self.chapters)

    def name(self, chapter: Chapter) -> str:
        """Return a chapter's path below the project."""
        return chapter.path.relative_to(self.root).as_posix()

    def why(self, chapter: Chapter, move: Move) -> str:
        """Say which rows made something move: those that it rests on, else those read at all."""
        own = [change for change in self.changes or () if _rests_on(move, change)]
        if not own:
            own = [change for change in self.changes or () if change.path in chapter.read]
        if own:
            return _rows_in_short(own)
        if self.changes is None:
            return "没有上次存档的表，不知道"
        return "不是表里的行变了" if self.changes else f"表没有变，{self._otherwise(self.name(chapter))}"

    def _otherwise(self, name: str) -> str:
        """Say why a chapter moved, though no row has; the program is looked at once for all its moves."""
        if name not in self._reasons:
            self._reasons[name] = made_from.otherwise(self.root, name, made_from.stored(self.root))
        return self._reasons[name]

    def lines(self) -> Iterator[str]:
        """Say everything: the rows first, then each chapter's moves."""
        if self.changes is None:
            yield "没有上次存档的表，说不出是哪些行变了；这次保存以后就有了。"
        elif self.changes:
            yield f"表里的变动{len(self.changes)}处（与上次存档相比）："
            yield from (f"  {change}" for change in self.changes)
        else:
            yield "表没有变动（与上次存档相比）。"
        count = 0
        for chapter in self.chapters:
            if not chapter.changed:
                continue
            head = f"{chapter.title or chapter.path.stem}（{self.name(chapter)}）"
            if chapter.new:
                yield f"{head}：还没有存过结果"
            elif not chapter.moves:
                yield f"{head}：内容没有变，只是文件的写法变了"
            else:
                yield f"{head}：变动{sum(not move.unseen for move in chapter.moves)}处"
            seen = [move for move in chapter.moves if not move.unseen]
            for move in seen:
                yield f"  第{move.cell}个代码格　{move}（因为：{self.why(chapter, move)}）"
            if written := len(chapter.moves) - len(seen):
                yield f"  有{written}个代码格看得见的内容没有变，只是网页或图形的写法变了"
            count += len(seen)
        figures = sum(move.kind == FIGURE for c in self.chapters for move in c.moves)
        if count:
            yield f"共{count}处变动，其中数字{figures}个。"
        elif any(chapter.changed for chapter in self.chapters):
            yield "看得见的内容没有变动。"
        else:
            yield "各章没有变动。"

    def as_dict(self) -> dict[str, Any]:
        """Return all of this for programs."""
        return {
            "rows": None if self.changes is None else [vars(change) for change in self.changes],
            "chapters": [
                {
                    "notebook": self.name(c),
                    "title": c.title,
                    "new": c.new,
                    "moves": [
                        {
                            "kind": m.kind,
                            "name": m.name,
                            "old": m.old,
                            "new": m.new,
                            "cell": m.cell,
                            "why": self.why(c, m),
                        }
                        for m in c.moves
                    ],
                }
                for c in self.chapters
                if c.changed
            ],
        }


def _rests_on(move: Move, change: DataChange) -> bool:
    rows = move.rests_on.get(change.table)
    if rows is None or change.kind == DECLARED:
        return False
    # A removed row has no place today: whatever rests on its table may have rested on it.
    return change.number in rows or change.kind not in (ADDED, "改")


def _rows_in_short(changes: Sequence[DataChange]) -> str:
    told = list(dict.fromkeys(change.where for change in changes))
    more = f"等{len(told)}处" if len(told) > MOST_ROWS else ""
    return "、".join(told[:MOST_ROWS]) + more


def notebooks(root: Path) -> list[Path]:
    """Return the book's notebooks."""
    return [path for path in files_in(root / NOTEBOOKS) if path.suffix == ".ipynb"]


def stored_text(notebook: Any) -> str:
    """Return a notebook as it is stored: without what differs from machine to machine."""
    for key in MACHINES:
        notebook.metadata.get("language_info", {}).pop(key, None)
    text: str = nbformat.writes(notebook)
    return text if text.endswith("\n") else text + "\n"


def review(root: Path, progress: Progress | None = None, paths: Iterable[Path] | None = None) -> Review:
    """Run the notebooks that have to be run and return what would change; none is written.

    A baseline from before, under its former name, is taken over.

    Raises:
        stateassets.tables.data_errors.DataError: the tables cannot be read.
    """
    recover(root)
    take_over(root)
    data = fingerprint(root / "data")
    changes = changes_since(root)
    chosen = {document(root, path): path for path in paths or notebooks(root)}
    # Before anything runs: what is changed meanwhile must not be taken for what was run.
    before = {name: path.read_text("utf-8") for name, path in chosen.items()}
    program = made_from.program(root)
    with internal():
        now, executed = Snapshot.take(root, chosen), Executed(root)
        faults = executed.fill(chosen, now, progress)
        found = tuple(
            _chapter(path, before[name], executed.find(name, now), executed.reads(name, now), faults.get(name, ""))
            for name, path in chosen.items()
        )
        reads = {f"{name}.ipynb": executed.reads(name, now) for name in chosen}
    texts = {
        path.relative_to(root).as_posix(): chapter.text for path, chapter in zip(chosen.values(), found, strict=True)
    }
    made = "" if paths else made_from.today(root, program, texts, reads).as_text()
    return Review(root, found, None if changes is None else tuple(changes), data, made)


def document(root: Path, path: Path) -> str:
    """Return the name by which the book knows a notebook."""
    return path.relative_to(root).with_suffix("").as_posix()


def _chapter(path: Path, before: str, executed: str | None, reads: Iterable[str], fault: str) -> Chapter:
    old = json.loads(before)
    new = not any(cell.get("execution_count") for cell in old["cells"])
    if executed is None:
        return Chapter(path, titled(old), (), before, before, frozenset(), new, fault)
    notebook = nbformat.reads(executed, as_version=4)
    moves = () if new else tuple(chapter_moves(old, notebook))
    tables = frozenset(name.removeprefix("data/") for name in reads if name.startswith("data/"))
    return Chapter(path, titled(old), moves, before, stored_text(notebook), tables, new)


def rows_in_short(root: Path) -> str | None:
    """Say which rows differ from those accepted last, in a line or two for a failed test.

    None says that it is not known, for there is nothing accepted that can be read.
    """
    changes = changes_since(root)
    if changes is None:
        return None
    told = by_table(changes)
    return "、".join(_rows_in_short(own) for own in told.values())
