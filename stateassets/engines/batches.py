"""The alerts of one folder of large tables, some groups at a time."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import lru_cache, partial
from importlib import import_module
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path

import pandas as pd

from ..alerts.engine import Alert, find_alerts, in_order
from ..alerts.rules import NUMBERED
from .lake import Store

SIZE = 200  # enterprises whose rows a process holds at once


def find_alerts_in(folder: Path, as_of: pd.Timestamp, *, size: int = SIZE, workers: int = 2) -> list[Alert]:
    """Return what ``find_alerts`` returns for the tables in a folder, some groups at a time."""
    return in_order(alert for part in alerts_by_batch(folder, as_of, size=size, workers=workers) for alert in part)


def alerts_by_batch(folder: Path, as_of: pd.Timestamp, *, size: int = SIZE, workers: int = 2) -> Iterator[list[Alert]]:
    """Yield the alerts of some groups after another's, so that no more need be held than one looks at.

    Each of ``workers`` processes holds the rows of about ``size`` enterprises.
    """
    store = Store(folder)
    batches, years = list(store.batches(size)), store.years()
    rules = partial(import_module, "stateassets.domains")  # a new process knows none yet
    with ProcessPoolExecutor(workers, get_context("spawn"), rules) as pool:
        yield from pool.map(_look, repeat(folder), batches, repeat(as_of), repeat(years))


_store = lru_cache(maxsize=1)(Store)  # a process looks at one folder, batch after batch


def _look(folder: Path, enterprises: Sequence[str], as_of: pd.Timestamp, years: Mapping[str, set[int]]) -> list[Alert]:
    with uncollected():
        return find_alerts(_store(folder).frames(enterprises, coded=NUMBERED), as_of, years=years)


@contextmanager
def uncollected() -> Iterator[None]:
    """Do without looking for circles of objects meanwhile: rules make many objects and hardly a circle."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()
