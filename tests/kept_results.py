"""What this repository's last run kept, for copies of its book of which a test asks for something else."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from paths import ROOT

from stateassets.cache import Store
from stateassets.notebooks.fingerprint import FILES
from stateassets.notebooks.memo import RESULTS, TABLES


def take_along(book: Path, *more: str) -> None:
    """Give a copy what was read and worked out from this repository's tables, and ``more`` kinds of what is kept.

    It saves the copy's kernels some seconds, as those of a second build are saved; what rests on a
    table or a formula that is another one in the copy is worked out there all the same. Notebooks
    that were run do not go along: the tests are about running them.
    """
    for path in (path for pattern in FILES for path in ROOT.glob(pattern)):
        if not (to := book / path.relative_to(ROOT)).exists():
            shutil.copyfile(path, to)
    for entry in (entry for kind in (TABLES, RESULTS, *more) for entry in Store(ROOT).every(kind)):
        to = book / entry.path.relative_to(ROOT)
        to.parent.mkdir(parents=True, exist_ok=True)
        with suppress(OSError):  # another test's run has just replaced it
            shutil.copy2(entry.path, to)
