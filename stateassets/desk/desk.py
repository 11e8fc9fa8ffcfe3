"""What the desk does with files and decisions, apart from how it is shown."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from ..capture import schema as s
from ..capture.accounts import Accounts
from ..capture.arrivals import Examination, Finding
from ..capture.projecting import DATA, Texts, row_key
from ..capture.receiving import Examine, Receiver, safe_name
from ..capture.store import ACCEPTED, RULE, Delivery, Return, Store, StoredFinding
from ..tables.data_errors import Fault

LOG = logging.getLogger("stateassets.desk")
KINDS = (".xlsx", ".xls", ".xlsm", ".ods", ".et", ".csv")  # what is taken


@dataclass(frozen=True)
class Names:
    """What enterprises, tables and columns are called, and whose subsidiary an enterprise is."""

    enterprises: Mapping[str, str]
    parents: Mapping[str, str]
    tables: Mapping[str, str]
    columns: Mapping[str, Mapping[str, str]]
    keys: Mapping[str, Sequence[str]]

    def family(self, enterprise_id: str) -> set[str]:
        """Return an enterprise and all below it: what it may hand in."""
        found, more = set[str](), {enterprise_id}
        while more:
            found |= more
            more = {child for child, parent in self.parents.items() if parent in more} - found
        return found

    @classmethod
    def read(cls, root: Path) -> Names:
        """Return the names that a book's data hold."""
        texts = Texts(root / DATA)
        rows, tables = texts.of("enterprises").values(), texts.package.tables.values()
        return cls(
            {row["enterprise_id"]: row["name_zh"] for row in rows},
            {row["enterprise_id"]: row["parent_id"] for row in rows if row["parent_id"]},
            {table.name: table.title for table in tables},
            {table.name: {column.name: column.title for column in table.columns} for table in tables},
            {table.name: table.key for table in tables},
        )


@dataclass(frozen=True)
class Owed:
    """A return that is owed, with what the book's tables know of it."""

    table: str
    enterprise_id: str
    period: str
    due_on: date
    arrived_on: date | None = None
    accepted_on: date | None = None


@dataclass(frozen=True)
class Effect:
    """What accepting a return would do: figures with before and after, and what happens to alerts."""

    figures: Sequence[tuple[str, str, str]] = ()
    alerts: Sequence[tuple[str, str]] = ()


@dataclass
class Desk:
    """What the pages call.

    ``after_accept`` puts accepted returns into the ledger and says of those that it keeps back why;
    nobody waits for it. ``accept_clean`` lets a rule accept what is without faults and doubts.
    """

    store: Store
    root: Path
    names: Names
    examine: Examine
    marked: Callable[[bytes, str, Sequence[StoredFinding]], tuple[str, bytes]]  # under which name, and what
    effect: Callable[[Sequence[Return]], Effect]
    obligations: Callable[[date], Sequence[Owed]]
    after_accept: Callable[[], Mapping[int, str]]
    accept_clean: bool = False
    accounts: Accounts = field(default=None)  # type: ignore[assignment]
    kept_back: dict[int, str] = field(default_factory=dict)
    begin: Callable[[], None] = lambda: None  # what is better done before somebody waits for it
    ends: Sequence[Callable[[], None]] = ()  # what is to be done when the desk closes

    def __post_init__(self) -> None:
        self.accounts = self.accounts or Accounts(self.store)
        self.receiver = Receiver(self.store, self.root, self.own, self.accept_clean)
        self._poster = ThreadPoolExecutor(1, thread_name_prefix="posting")
        self._asked = threading.Event()

    def take(self, content: bytes, file_name: str, enterprise_id: str, form: str) -> Delivery:
        """Take a file that an enterprise hands in, and examine it.

        ``form`` is the number of the form that it came in: what is sent twice by one click too many
        is one delivery; another file in the same form is another.
        """
        receipt = f"{enterprise_id}:{form}:{hashlib.sha256(content).hexdigest()[:32]}"
        delivery, returns = self.receiver.receive(content, safe_name(file_name), s.DESK, enterprise_id, receipt)
        if any(one.state == ACCEPTED for one in returns):
            self.post_soon()
        return delivery

    def own(self, path: Path, sender: str, day: str) -> Examination:
        """Examine a file; leave out what an enterprise sends of enterprises that are not its own, and say so."""
        found = self.examine(path, sender, day)
        if not sender:
            return found
        family = self.names.family(sender)
        mine = tuple(one for one in found.returns if one.key.enterprise_id in family)
        strange = len(found.returns) - len(mine)
        if not strange:
            return found
        told = f"有{strange}份报送不是本企业和下级企业的"
        fault = Fault(path.name, None, None, told, "只有本企业和下级企业的行", "删去别的企业的行后重新报送")
        of_mine = [f for f in found.findings if f.key is None or f.key.enterprise_id in family]
        return replace(found, returns=mine, findings=(*of_mine, Finding(s.FAULT, None, fault)))

    def catch_up(self) -> None:
        """Examine what was taken before this program was stopped and is not examined yet."""
        for delivery in self.store.unexamined():
            if delivery.channel == s.DESK:
                self.receiver.look_through(delivery)
        self.post_soon()

    def post_soon(self) -> None:
        """Put what is accepted into the ledger, as soon as what is being put there is."""
        if not self._asked.is_set():
            self._asked.set()
            self._poster.submit(self._post)

    def settled(self) -> None:
        """Wait until what was accepted is posted."""
        self._poster.submit(int).result()

    def close(self) -> None:
        """Finish what is being posted, and end what was begun."""
        self._poster.shutdown(cancel_futures=True)
        for end in self.ends:
            end()

    def _post(self) -> None:
        self._asked.clear()
        with self.store.reading() as connection:
            if not self.store.to_post(connection):
                return
        try:
            self.kept_back = dict(self.after_accept())
        except Exception as error:
            LOG.exception("posting")
            self.store.note(RULE, "入账", "", f"没有完成，下次再做：{type(error).__name__}")
            return
        for number, why in self.kept_back.items():
            self.store.note(RULE, "入账", f"报送{number}", f"没有入账：{why}")

    def decide(self, return_id: int, verdict: str, by: str, reason: str, beside: int | None = None) -> Return:
        """Decide about a return that was looked at ``beside`` another; one that is thereby accepted goes into the ledger.

        Raises:
            RefusedError: it cannot be decided so.
        """
        decided = self.store.decide(return_id, verdict, by, reason, beside)
        if decided.state == ACCEPTED:
            self.post_soon()
        return decided

    def in_book(self, one: Return) -> Sequence[Mapping[str, str]]:
        """Return the rows of the book that a return is to replace, for one that came before there was a store."""
        texts = Texts(self.root / DATA)
        if one.key.table not in texts.package.tables:
            return ()
        now, declared = texts.of(one.key.table), texts.package.tables[one.key.table]
        found = {row_key(declared, row): None for row in one.rows}
        return [now[key] for key in found if key in now]

    def marked_file(self, delivery: Delivery) -> tuple[str, bytes]:
        """Return the sender's own file with marked cells: its name and what is in it."""
        content, findings = self.store.content(delivery.sha256), self.store.findings(delivery_id=delivery.id)
        return self.marked(content, delivery.file_name, findings)


def compared(
    names: Names, table: str, after_rows: Sequence[Mapping[str, str]], before_rows: Sequence[Mapping[str, str]]
) -> Iterator[dict[str, Any]]:
    """Yield the rows of a return beside those of before.

    Each with ``state`` (new, changed, same, gone) and ``cells``: field -> (before, after). Rows are told
    apart by the table's key; what stands there twice is compared in its order.
    """
    key = names.keys.get(table, ())

    def numbered(rows: Sequence[Mapping[str, str]]) -> dict[tuple[Any, ...], Mapping[str, str]]:
        found: dict[tuple[Any, ...], Mapping[str, str]] = {}
        times = Counter[tuple[str, ...]]()
        for row in rows:
            who = tuple(row.get(name, "") for name in key)
            times[who] += 1
            found[*who, times[who]] = row
        return found

    now, then = numbered(after_rows), numbered(before_rows)
    for who in (*now, *(who for who in then if who not in now)):
        after, old = now.get(who), then.get(who)
        fields = dict.fromkeys([*(after or {}), *(old or {})])
        cells = {name: ((old or {}).get(name, ""), (after or {}).get(name, "")) for name in fields}
        if after is None or old is None:
            state = "gone" if after is None else "new"
        else:
            state = "changed" if any(a != b for a, b in cells.values()) else "same"
        yield {"state": state, "cells": cells}
