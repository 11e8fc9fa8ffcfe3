"""The desk of a book: what examines, marks, tells effects and posts is put together here.

What is heavy runs in processes of its own, so that pages answer meanwhile and a file that takes a process
down takes nothing else with it.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from datetime import date
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from ..capture import schema as s
from ..capture.arrivals import Examination, Finding, ReturnRows
from ..capture.store import Return, Store, StoredFinding
from ..notebooks.forks import end_with_spawner
from ..tables.data_errors import DataError, Fault
from .desk import Desk, Effect, Names, Owed

LOG = logging.getLogger("stateassets.desk")
EXAMINERS = 2
EXAMINE_SECONDS = 120
EFFECT_SECONDS = 60
FRESH = 60  # seconds for which it is remembered who owes what


class Workers:
    """A few processes; when one of them dies there are new ones, and all end with this one."""

    def __init__(self, most: int) -> None:
        self.most, self.closed = most, False
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None

    def call(self, function: Callable[..., Any], *values: Any, seconds: float | None = None) -> Any:
        """Return what a function gives in one of the processes.

        Raises:
            TimeoutError: it took longer than ``seconds``; its process is ended.
            DataError: as the function does.
            BrokenProcessPool: a process ended, or all were ended.
        """
        pool, future = self._submitted(function, *values)
        try:
            found, faults = future.result(seconds)
        except (TimeoutError, BrokenProcessPool):
            self._end(pool)
            raise
        if faults:
            raise DataError(faults)
        return found

    def begin(self, function: Callable[..., Any], *values: Any) -> None:
        """Let every process do something, so that who comes first need not wait for it."""
        with suppress(BrokenProcessPool, CancelledError):  # the desk was closed meanwhile
            for future in [self._submitted(function, *values)[1] for _ in range(self.most)]:
                future.result()

    def close(self) -> None:
        """End the processes, for good."""
        self.closed = True
        if self._pool is not None:
            self._end(self._pool)

    def _submitted(self, function: Callable[..., Any], *values: Any) -> tuple[ProcessPoolExecutor, Future[Any]]:
        with self._lock:
            if self.closed:
                raise BrokenProcessPool
            self._pool = self._pool or ProcessPoolExecutor(self.most, get_context("spawn"), initializer=_prepared)
            return self._pool, self._pool.submit(_done, function, *values)

    def _end(self, pool: ProcessPoolExecutor) -> None:
        with self._lock:
            if self._pool is pool:
                self._pool = None
        for process in list((getattr(pool, "_processes", None) or {}).values()):
            process.kill()
        pool.shutdown(cancel_futures=True)


def _prepared() -> None:
    """Leave Ctrl+C to the desk, and end when it does, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_spawner()


def _done(function: Callable[..., Any], *values: Any) -> tuple[Any, Sequence[Fault]]:
    """Return what a function gives, and its faults: an error with faults does not get through between processes."""
    try:
        return function(*values), ()
    except DataError as error:
        return None, error.faults


def desk_of(root: Path, acceptors: int = 0) -> Desk:
    """Return the desk of the book in a folder, its store opened; the book's settings say what is not said here."""
    from ..capture.settings import read_settings

    settings = read_settings(root)
    acceptors = acceptors or settings["acceptors"]
    store = Store.open(root, acceptors=acceptors)
    examiners, effects, posting = Workers(EXAMINERS), Workers(1), Workers(1)

    def examine(path: Path, sender: str, day: str) -> Examination:
        return _patiently(examiners, root, path, sender, day)

    def effect(returns: Sequence[Return]) -> Effect:
        rows = tuple(ReturnRows(*one.key, one.rows) for one in returns)
        found: Effect = effects.call(_effect, root, rows, seconds=EFFECT_SECONDS)
        return found

    def after_accept() -> Mapping[int, str]:
        found: Mapping[int, str] = posting.call(_post, root, acceptors)
        return found

    def marked(content: bytes, name: str, findings: Sequence[StoredFinding]) -> tuple[str, bytes]:
        found = [one.finding for one in findings]
        made: tuple[str, bytes] = examiners.call(_marked, content, name, found, seconds=EXAMINE_SECONDS)
        return made

    obligations = Obligations(root, posting)

    def begin() -> None:
        obligations(store.clock().date())
        examiners.begin(_begun, root)

    return Desk(
        store,
        root,
        Names.read(root),
        examine,
        marked,
        effect,
        obligations,
        after_accept,
        accept_clean=settings["accept_clean"],
        begin=begin,
        ends=[examiners.close, effects.close, posting.close],
    )


def _patiently(workers: Workers, root: Path, path: Path, sender: str, day: str) -> Examination:
    """Examine a file; should its process end, once more, for it may have been another file's doing."""
    why = "检查时程序中断了两次"
    for _ in range(2):
        try:
            found: Examination = workers.call(_examined, root, path, sender, day, seconds=EXAMINE_SECONDS)
            return found
        except TimeoutError:
            why = "检查用的时间太长"
            break
        except BrokenProcessPool:
            continue
    advice = "只留要报送的工作表，另存为xlsx后重新报送；仍不行时请告诉监管人员"
    return Examination((), (Finding(s.FAULT, None, Fault(path.name, None, None, why, "能检查完的文件", advice)),))


class Obligations:
    """Who owes what by the book's tables; looked at again from time to time, while what was known is shown."""

    def __init__(self, root: Path, workers: Workers) -> None:
        self.root, self.workers = root, workers
        self._lock = threading.Lock()
        self._known: tuple[date, Sequence[Owed]] | None = None
        self._again = 0.0  # when it is looked at again

    def __call__(self, today: date) -> Sequence[Owed]:
        """Return what is owed on a day; nobody waits but the first who asks on it."""
        known, stale = self._known, time.monotonic() > self._again
        if known is not None and known[0] == today:
            if stale and self._lock.acquire(blocking=False):
                threading.Thread(target=self._look_and_let_go, args=(today,), daemon=True).start()
            return known[1]
        with self._lock:
            if time.monotonic() > self._again or (self._known and self._known[0] != today):
                self._look(today)
        return self._known[1] if self._known else ()

    def _look(self, today: date) -> None:
        """Look at the tables; where they cannot be read, what was known stays."""
        self._again = time.monotonic() + FRESH
        try:
            self._known = today, self.workers.call(_owed, self.root, today)
        except DataError as error:
            LOG.error("obligations: %s", error)
        except BrokenProcessPool:
            LOG.error("obligations: the process ended")

    def _look_and_let_go(self, today: date) -> None:
        try:
            self._look(today)
        finally:
            self._lock.release()


def _owed(root: Path, today: date) -> Sequence[Owed]:
    import pandas as pd

    from ..alerts.reach import data_end
    from ..domains.returns.obligations import obligations
    from ..opening import open_ledger

    frames = open_ledger(root / "data").frames
    frame = obligations(frames, pd.Timestamp(today))
    if (end := data_end(frames)) is not None:  # a later year's returns go into that year's book
        frame = frame[frame["period"].str[:4].astype(int) <= end.year]
    return [
        Owed(
            row.table, row.enterprise_id, row.period, _day(row.due_on), _maybe(row.arrived_on), _maybe(row.accepted_on)
        )
        for row in frame.itertuples()
    ]


def _day(value: Any) -> date:
    return value.date() if hasattr(value, "date") else value


def _maybe(value: Any) -> date | None:
    return None if value is None or value != value else _day(value)


def _begun(root: Path) -> None:
    """Open the book in this process, and be busy long enough for the others to be asked, too."""
    _ = _examiner(root).standing
    time.sleep(1)


@cache
def _examiner(root: Path) -> Any:
    from ..capture.examining import Examiner

    return Examiner(root)


def _examined(root: Path, path: Path, sender: str, day: str) -> Examination:
    found: Examination = _examiner(root).of_sender(path, sender, day)
    return found


def _marked(content: bytes, name: str, findings: Sequence[Finding]) -> tuple[str, bytes]:
    from ..capture.marking import marked, marked_name

    return marked_name(name), marked(content, name, findings)


def _effect(root: Path, returns: Sequence[ReturnRows]) -> Effect:
    from ..capture.effect import effect

    found = effect(root, returns)
    figures = [(one.title, one.before.printed, one.after.printed) for one in found.figures]
    return Effect(figures, [(one.kind, one.alert.sentence) for one in found.alerts])


def _post(root: Path, acceptors: int) -> Mapping[int, str]:
    """Post what is accepted; return why each that is kept back is."""
    from ..capture.posting import post

    store = Store.open(root, acceptors=acceptors)
    return {one.id: str(faults[0]) for one, faults in post(store, root).kept_back}
