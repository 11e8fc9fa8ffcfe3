"""The platform: looks for what arrived, examines, posts, tells, on a schedule and in one process.

Each step is complete in itself and finds by itself what is left to do, so that the process can be stopped or
killed at any moment and goes on where it was.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from ..domains.returns.obligations import in_words
from ..tables.data_errors import DataError, Fault
from .databases import read_database
from .inbox import QUIET, Inbox
from .looking import look
from .posting import post
from .receiving import Examine, Receiver
from .store import OVERTAKEN, Delivery, Return, Store
from .telling import Send, remind, senders, tell, write_down

try:
    import fcntl
except ImportError:  # no such locks on Windows: one platform at a time is up to the user there
    fcntl = None  # type: ignore[assignment]

LOCK = ".platform.lock"
TRY_AGAIN = 60.0  # seconds until a source that did not answer, or what is kept back, is tried again
SOON = 5.0  # seconds until what came and nobody has decided yet is written into the book's tables
MOMENT = 0.2  # seconds between two looks whether to stop, or whether something is pressing
Say = Callable[[str], None]


@dataclass
class Platform:
    """All that runs on a schedule, with what it knows from one round to the next."""

    root: Path
    store: Store
    settings: Mapping[str, Any]
    examine: Examine
    say: Say = print
    name_of: Callable[[str], str] = str  # an enterprise
    title_of: Callable[[str], str] = str  # a table
    send: Mapping[str, Send] = field(default_factory=dict)
    next: dict[str, float] = field(default_factory=dict)  # what -> when it is looked at again
    kept_back: frozenset[int] = frozenset()  # the returns with which the book would not be sound
    posted: float = float("-inf")  # when returns were posted last
    told: dict[str, str] = field(default_factory=dict)  # what -> what was last said to be wrong with it

    def __post_init__(self) -> None:
        accept_clean = self.settings["accept_clean"]
        self.receiver = Receiver(self.store, self.root, self.examine, accept_clean)
        self.inbox = Inbox(self.root / self.settings["inbox"])
        self.send = self.send or senders(self.settings, self.name_of)

    def round(self) -> None:
        """Do once all that is due."""
        self._guarded("收件", self._take)
        for source in self.settings["databases"]:
            if self._due(source["name"], source.get("every", 900.0)):
                self._guarded(source["name"], partial(self._database, source))
        due = self._due("入账", TRY_AGAIN)
        if due or "入账" not in self.told:
            self._guarded("入账", self._post if due else self._post_what_waits)
        self._guarded("预警", self._alerts)

    def pressing(self) -> bool:
        """Tell whether the next round should not wait: a file may be whole by now, or something was accepted."""
        with suppress(SQLAlchemyError):  # the round tells of it
            return self.inbox.due() or ("入账" not in self.told and self._waits())
        return False

    def _take(self) -> None:
        for one in self.receiver.catch_up():
            self.say(f"接着看上次没有看完的：{self._called(one)}")
        for delivery, returns in self.inbox.take(self.receiver):
            self._arrived(delivery, returns)
            if time.monotonic() < self.posted + TRY_AGAIN + SOON:  # what has just come may be decided at once
                self._put_off("入账", SOON)

    def _database(self, source: Mapping[str, Any]) -> None:
        for delivery, returns in read_database(self.receiver, source):
            self._arrived(delivery, returns)

    def _post(self) -> None:
        self._put_off("入账", TRY_AGAIN)
        self.posted = time.monotonic()
        done = post(self.store, self.root)
        for path in done.by_hand:
            self.say(f"{path}有人直接改过，已经记下改动")
        for one in done.returns:
            self.say(f"已入账：{self._called(one)}")
        for one, faults in done.kept_back:
            self.say(f"没有入账：{self._called(one)}，入账以后会不成立：{faults[0]}")
        for one in done.overtaken:
            self.say(f"不再入账：{self._called(one)}，{OVERTAKEN}")
        self.kept_back = frozenset(one.id for one, _ in done.kept_back)

    def _alerts(self) -> None:
        for event in look(self.store, self.root):
            self.say(f"预警{event.told}（{self.name_of(event.key[1])}）")
        write_down(self.store, self.settings)
        remind(self.store, self.settings)
        sent, failed = tell(self.store, self.send)
        if sent or failed:
            self.say(f"发出{sent}条预警消息" + (f"，{failed}条没有发出，稍后再试" if failed else ""))

    def _post_what_waits(self) -> None:
        if self._waits():
            self._post()

    def _waits(self) -> bool:
        """Tell whether something accepted is not posted yet that was not kept back before."""
        with self.store.reading() as connection:
            return any(one.id not in self.kept_back for one in self.store.to_post(connection))

    def _due(self, what: str, every: float) -> bool:
        now = time.monotonic()
        if now < self.next.get(what, 0.0):
            return False
        self.next[what] = now + every
        return True

    def _put_off(self, what: str, seconds: float) -> None:
        """Let something not be due before so many seconds from now."""
        self.next[what] = max(self.next.get(what, 0.0), time.monotonic() + seconds)

    def _guarded(self, what: str, do: Callable[[], None]) -> None:
        """Do something; what goes wrong is told and tried again, the others go on."""
        try:
            do()
        except (DataError, OSError, SQLAlchemyError) as error:
            told = str(error) if isinstance(error, DataError) else f"没有完成，稍后再试（{_why(error)}）"
            if self.told.get(what) != told:
                self.say(f"{what}：{told}")
            self.told[what] = told
            self.next[what] = time.monotonic() + TRY_AGAIN
        else:
            self.told.pop(what, None)

    def _arrived(self, delivery: Delivery, returns: list[Return]) -> None:
        faults = sum(one.faults for one in returns)
        told = f"收到{delivery.file_name}（第{delivery.id}件）：{len(returns)}份报送"
        if faults:
            told += f"，{faults}个错误，已退回"
        elif not returns and (found := self.store.findings(delivery_id=delivery.id, staff=True)):
            told += f"，{found[0].fault}"
        self.say(told)

    def _called(self, one: Return) -> str:
        name, title = self.name_of(one.key.enterprise_id), self.title_of(one.key.table)
        return f"{name}，{in_words(one.key.period)}，{title}，第{one.revision}次"


def run(platform: Platform, once: bool = False) -> None:
    """Go round until told to stop (Ctrl+C, SIGTERM); a step that has begun is finished.

    Raises:
        DataError: another process does this for the same book.
    """
    stopped: list[int] = []
    previous = {
        number: signal.signal(number, lambda n, _: stopped.append(n)) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        with _alone(platform.root):
            platform.round()
            if once:
                _wait(QUIET + MOMENT, stopped)  # what has not changed between two looks is whole
                platform.round()
            while not (once or stopped):
                _wait(platform.settings["look_every"], stopped, platform.pressing)
                platform.round()
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _why(error: OSError | SQLAlchemyError) -> str:
    """Say what the system or the database said, without statements, which hold rows, and addresses, which hold passwords."""
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return f"报送库：{type(getattr(error, 'orig', None) or error).__name__}"


def _wait(seconds: float, stopped: list[int], pressing: Callable[[], bool] = lambda: False) -> None:
    """Wait until it is time, something is pressing, or this is to stop."""
    until = time.monotonic() + seconds
    while not stopped and (left := until - time.monotonic()) > 0:
        time.sleep(min(left, MOMENT))
        if pressing():
            return


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Be the only platform of a book; the system lets go when the process ends, however it ends."""
    if fcntl is None:
        yield
        return
    with (root / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            told = Fault(str(root), None, None, "平台已经在另一个进程里运行", "同一本书只有一个", "先结束那一个")
            raise DataError([told]) from None
        yield
