"""A delivery examined: what returns are in it, and what is wrong or doubtful in them, cell by cell.

It is read by all that importing reads with, and checked by all that ``check`` checks by; nothing is
written, and nothing is asked: what importing would ask is a fault that says what to write in the file.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from pathlib import Path

from ..importing.files.raw import Sheet, read_file
from ..tables.data_errors import DataError, Fault
from .arrivals import Examination, Finding, ReturnRows
from .examination.advice import unread
from .examination.checking import check_rows
from .examination.cutting import split
from .examination.dated import date_rows
from .examination.delivery import Delivery
from .examination.judging import judge_rows
from .examination.owners import attribute
from .examination.reading import read_sheets
from .examination.remembering import Remembered
from .parts import Standing, state_of
from .schema import FAULT

MOST_TOLD = 500  # findings of one delivery; nobody reads more


class Examiner:
    """Examines deliveries against the book under ``root``, which is opened once and again when its data change."""

    def __init__(self, root: Path) -> None:
        self.data_dir = root / "data"
        self._book: Remembered | None = None
        self._alone = threading.Lock()  # several may ask at once; what is remembered is changed by one at a time

    @property
    def book(self) -> Remembered:
        """The book as it stands now, with what is known of it.

        Raises:
            DataError: its tables cannot be read.
        """
        if self._book is None or self._book.standing.state != state_of(self.data_dir):
            self._book = Remembered(Standing(self.data_dir, self._book.standing if self._book else None))
        return self._book

    @property
    def standing(self) -> Standing:
        """The book as it stands now.

        Raises:
            DataError: its tables cannot be read.
        """
        return self.book.standing

    def examine(
        self,
        source: Path | Sequence[Sheet],
        *,
        sender: str | None = None,
        known: str = "",
        tables: Collection[str] | None = None,
        day: str = "",
    ) -> Examination:
        """Return what a file (or sheets already read) holds and what is to be said of it.

        ``sender`` is the enterprise that sends it, None for staff, who may send anybody's. ``known`` is the period
        that the delivery is said to be of, such as 2023-06: rows that do not say their year take its year.
        ``tables`` are those that may come, where that is known. ``day`` is that of its arrival, 2023-07-05: rows
        that do not say when they were filed take it.

        Raises:
            DataError: the book's own tables cannot be read.
        """
        with self._alone:
            book = self.book
        try:
            sheets = read_file(source) if isinstance(source, Path) else list(source)
        except DataError as error:
            return Examination(findings=tuple(map(unread, error.faults)))
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
            return examined(Delivery(book, sheets, sender, known, tables, day))

    def of_sender(self, path: Path, sender: str, day: str) -> Examination:
        """Return the same of a file that came on a day from an enterprise, or from the staff where ``sender`` is empty."""
        return self.examine(path, sender=sender or None, day=day)

    def name_of(self, enterprise_id: str) -> str:
        """Return an enterprise's name, its id where the roster has none."""
        return self.standing.named.get(enterprise_id, enterprise_id)

    def title_of(self, table: str) -> str:
        """Return a table's title."""
        return self.standing.package.tables[table].title


def examined(delivery: Delivery) -> Examination:
    """Go through with a delivery."""
    read_sheets(delivery)
    if delivery.parts:
        attribute(delivery)
        date_rows(delivery)
        judge_rows(delivery)
        split(delivery)
        if delivery.come:
            check_rows(delivery)
    said = [delivery.finding(FAULT, fault) for fault in delivery.faults]
    every = list(dict.fromkeys([*said, *delivery.found]))
    if len(every) > MOST_TOLD:
        more = Fault(
            delivery.file,
            None,
            None,
            f"还有{len(every) - MOST_TOLD}个问题没有列出",
            "没有问题",
            "先改正前面列出的，再重新报送",
        )
        every = [*every[:MOST_TOLD], Finding(FAULT, None, more)]
    returns = tuple(
        ReturnRows(*one.key, tuple(one.texts), tuple((delivery.sheet_named(r.place), r.number) for r in one.rows))
        for one in delivery.come.values()
    )
    notes = tuple(dict.fromkeys(delivery.notes))
    changed = tuple((key, note) for note in notes for key in delivery.changed_by(note))
    return Examination(returns, tuple(every), tuple(dict.fromkeys(delivery.beyond)), notes, changed)
