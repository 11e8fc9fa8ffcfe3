"""What was worked out from tables that are still the same, kept from one run to the next.

What a ledger works out says which tables it rests on, so after a change of one table only what
rests on that is worked out again; after a change of what computes, everything. The tables as they
were read and checked are kept too, and only those that have changed are read again. The files lie
with the other things that can be made again.
"""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

from ..editions import edition
from ..measures.ledger import Ledger
from ..opening import open_ledger
from ..tables import files, validation
from . import fingerprint as code

FILE = Path("_build") / "worked_out.pickle"  # below the project
TABLES = FILE.with_name("tables.pickle")


def _tables(ledger: Ledger) -> dict[str, str]:
    """Return what each table holds, as a hash."""
    files = validation.hashes(ledger.package.root)
    return {name: files.get(table.path, "") for name, table in ledger.package.tables.items()}


def _read(path: Path) -> tuple[Any, ...] | None:
    """Return what is in a file, None if it cannot be read."""
    try:
        found: tuple[Any, ...] = pickle.loads(path.read_bytes())
        return found
    except Exception:  # not there, torn, or of another version: whatever it is, it is made again
        return None


def recall_tables(root: Path) -> bool:
    """Let this process know the tables that were read and checked; return whether none differs."""
    kept = _read(root / TABLES)
    if not kept or kept[0] != code.of(root):  # what another version kept may have another form
        return False
    sound = kept[1]
    validation.know(sound)
    return bool(sound.content == validation.fingerprint(root / "data"))


def read_tables(root: Path) -> None:
    """Read and check the tables that are not known yet, and keep them.

    Raises:
        DataError: there is something wrong in them.
        OSError: they cannot be written.
    """
    if not recall_tables(root):
        keep_tables(open_ledger(root / "data"), root)


def keep_tables(ledger: Ledger, root: Path) -> None:
    """Keep the tables that this ledger was opened with.

    Raises:
        OSError: they cannot be written.
    """
    (root / TABLES).parent.mkdir(exist_ok=True)
    sound = validation.known(ledger.content)
    files.write(root / TABLES, pickle.dumps((code.of(root), sound)))


def recall(ledger: Ledger, root: Path) -> None:
    """Let a ledger know what is kept and still holds."""
    kept = _read(root / FILE)
    if kept and kept[0] == code.of(root, [edition.chosen(root)]):
        _, tables, known = kept
        now = _tables(ledger)
        same = {name for name in now if tables.get(name) == now[name]}
        missing = now.keys() ^ tables.keys()
        for key, (value, names) in known.items():
            if not missing and same.issuperset(names):
                ledger._known.setdefault(key, (value, names))


def keep(ledger: Ledger, root: Path) -> None:
    """Keep all that a ledger knows.

    Raises:
        OSError: it cannot be written.
    """
    (root / FILE).parent.mkdir(exist_ok=True)
    by = code.of(root, [edition.chosen(root)])
    files.write(root / FILE, pickle.dumps((by, _tables(ledger), ledger._known)))
