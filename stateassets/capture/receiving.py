"""From a file that is there to returns in the store: taken first, examined then, so that nothing is lost between."""

from __future__ import annotations

import logging
import re
import tempfile
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from ..domains.returns.obligations import end_of, in_words
from ..tables.data_errors import DataError, Fault, hidden
from . import schema as s
from .arrivals import Examination, Finding, ReturnKey
from .journal import earlier
from .parts import state_of
from .projecting import DATA, Texts
from .store import Delivery, OutdatedError, Return, Store, Watermark

LOG = logging.getLogger(__name__)
AT_WORK = timedelta(minutes=5)  # the longest that the desk may be at work on a file
MOST_LOOKS = 3  # at a file while rows that it is held against are posted
LONGEST_NAME = 180  # bytes of a file's name: file systems hold 255
# What the disk or the database does is no file's fault: such a delivery is looked at again.
PROGRAM_ERRORS = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, AssertionError, RecursionError)
# A file, the enterprise that sent it (empty: the staff), and the day on which it came.
Examine = Callable[[Path, str, str], Examination]


@dataclass
class Receiver:
    """Takes files into the store and examines them.

    With ``accept_clean`` a return without faults and without doubts is accepted by rule.
    """

    store: Store
    root: Path
    examine: Examine
    accept_clean: bool = False
    _known: tuple[object, Mapping[ReturnKey, int]] | None = field(default=None, repr=False)

    def receive(
        self,
        content: bytes,
        file_name: str,
        channel: str,
        sender: str,
        receipt: str,
        watermark: Watermark | None = None,
    ) -> tuple[Delivery, list[Return]]:
        """Take a file and examine it at once; return it with its returns."""
        delivery = self.store.deliver(content, file_name, channel, sender, receipt, watermark)
        return delivery, self.look_through(delivery, content)

    def catch_up(self) -> list[Return]:
        """Examine what was taken and not examined because a program was stopped.

        What somebody hands in on the desk is examined there, unless it lies for long.
        """
        before = self.store.clock() - AT_WORK
        lying = (
            one
            for one in self.store.unexamined()
            if one.channel != s.DESK or datetime.fromisoformat(one.received_at) < before
        )
        return [one for delivery in lying for one in self.look_through(delivery)]

    def look_through(self, delivery: Delivery, content: bytes | None = None) -> list[Return]:
        """Examine a delivery, once; return its returns. What it holds is read from the store if it is not given."""
        if (delivery.first and content is not None) or not self.store.examined(delivery.id):
            if content is None:
                content = self.store.content(delivery.sha256)
            for by_rule in (*[self.accept_clean] * MOST_LOOKS, False):  # in the end somebody looks at it
                since = self.store.newest_posting()
                with suppress(OutdatedError):
                    self.store.record(delivery.id, self._found(delivery, content), self._earlier(), by_rule, since)
                    break
        return self.store.returns(delivery_id=delivery.id)

    def _found(self, delivery: Delivery, content: bytes) -> Examination:
        # What was sent back may be right by now: the tables it did not agree with have come.
        if (first := self.store.same_before(delivery)) is not None and self.store.stands(delivery):
            told = f"与{first.received_at[:10]}收到的第{first.id}件完全相同，没有再看"
            fault = Fault(delivery.file_name, None, None, told, "有改动的文件", "没有改动的不用再报")
            return Examination(findings=(Finding(s.DOUBT, None, fault),))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / safe_name(delivery.file_name)
            path.write_bytes(content)
            try:
                return _not_early(self.examine(path, delivery.sender, delivery.received_at[:10]), delivery)
            except DataError as error:
                return Examination(findings=tuple(Finding(s.FAULT, None, fault) for fault in error.faults))
            except PROGRAM_ERRORS as error:  # a file on which this program fails keeps no other one waiting
                LOG.exception("delivery %s", delivery.id)
                told = f"程序没有看完这个文件（{type(error).__name__}）"
                fault = Fault(
                    delivery.file_name, None, None, told, "能看完的文件", "请与国资监管机构联系；原文件已经留下"
                )
                return Examination(findings=(Finding(s.FAULT, None, fault),))

    def _earlier(self) -> Mapping[ReturnKey, int]:
        """Return the last revisions in the book, read again when its files have changed."""
        folder = self.root / DATA
        if self._known is None or self._known[0] != state_of(folder):
            state = state_of(folder)  # before it is read: what changes meanwhile is read again
            self._known = state, earlier(Texts(folder))
        return self._known[1]


def _not_early(found: Examination, delivery: Delivery) -> Examination:
    """Return what was found, with a fault for each return of a period that has not ended."""
    day, early = delivery.received_at[:10], []
    for one in found.returns:
        if not f"{end_of(one.period):%Y-%m-%d}" < day:
            told = f"{in_words(one.period)}到{day}还没有结束"
            fault = Fault(delivery.file_name, None, None, told, "期末以后的数", "到期以后再报；时期写错了的请改正")
            early.append(Finding(s.FAULT, one.key, fault))
    return replace(found, findings=(*found.findings, *early))


def safe_name(name: str) -> str:
    """Return a name that is a file's and nothing else: no folder, nothing unseen, not too long."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(c for c in last if not hidden(c) and c not in "\n\r\t\"'<>|:*?&;").strip(" .")
    stem, dot, suffix = shown.rpartition(".")
    stem, suffix = (stem, f".{suffix}") if dot else (shown, "")
    room = LONGEST_NAME - len(suffix.encode())
    stem = stem.encode()[: max(room, 0)].decode("utf-8", "ignore").strip(" .")
    return f"{stem or '文件'}{suffix}"
