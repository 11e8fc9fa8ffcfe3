"""What was worked out from tables that are still the same, kept from one run to the next.

What a ledger works out says which tables it rests on, so after a change of one table only what
rests on that is worked out again; after a change of what computes, everything. The tables as they
were read and checked are kept too, and only those that have changed are read again.
"""

from __future__ import annotations

import pickle
from collections import defaultdict
from collections.abc import Collection, Hashable
from pathlib import Path
from typing import Any

from ..cache import Store
from ..editions import edition
from ..measures.ledger import Known, Ledger
from ..opening import open_ledger
from ..tables import validation
from . import fingerprint as code

TABLES, RESULTS = "tables", "results"  # kinds, in the cache


def _read(content: bytes | None) -> Any:
    """Return what was pickled, None if it cannot be read."""
    try:
        return pickle.loads(content or b"")
    except Exception:  # of another version: whatever it is, it is made again
        return None


def recall_tables(root: Path) -> bool:
    """Let this process know the tables that were read and checked; return whether those kept are none others."""
    by, store = code.of(root), Store(root)
    if here := validation.known(validation.fingerprint(root / "data")):
        return any(entry.holds(by, here.files) for entry in store.of(TABLES, TABLES))
    now = validation.hashes(root / "data")
    found = store.find(TABLES, TABLES, by, now)
    sound = _read(found[1] if found else store.last(TABLES, TABLES, by))
    if not isinstance(sound, validation.Validated):
        return False
    validation.know(sound)
    return bool(sound.files == now)


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
    if sound := validation.known(ledger.content):
        Store(root).keep(TABLES, TABLES, code.of(root), sound.files, pickle.dumps(sound))


def _by(ledger: Ledger, root: Path) -> str:
    return code.of(root, [edition.chosen(root), *ledger.package.tables])  # a table that is not there may come


def _now(ledger: Ledger) -> dict[str, str] | None:
    """Return what each table held, as a hash, when the ledger was opened, whatever became of it since.

    None where that is forgotten.
    """
    sound = validation.known(ledger.content)
    return {name: sound.files.get(table.path, "") for name, table in ledger.package.tables.items()} if sound else None


def recall(ledger: Ledger, root: Path) -> None:
    """Let a ledger know what is kept and still holds."""
    by, now, store = _by(ledger, root), _now(ledger), Store(root)
    if now is None:
        return
    for name in dict.fromkeys(entry.name for entry in store.every(RESULTS) if entry.holds(by, now)):
        found = store.find(RESULTS, name, by, now)
        for key, known in (_read(found and found[1]) or {}).items():
            ledger._known.setdefault(key, known)


def keep(ledger: Ledger, root: Path, before: Collection[Hashable] = ()) -> None:
    """Keep all that a ledger knows, what rests on the same tables together; ``before`` is what was kept.

    Raises:
        OSError: it cannot be written.
    """
    by, now, store = _by(ledger, root), _now(ledger), Store(root)
    if now is None:
        return
    together: dict[tuple[str, ...], Known] = defaultdict(dict)
    for key, (value, names) in ledger._known.items():
        together[tuple(sorted(names))][key] = value, names
    for names, known in together.items():
        if known.keys() <= set(before):
            continue
        reads = {name: now.get(name, "") for name in names}
        store.keep(RESULTS, " ".join(names), by, reads, pickle.dumps(known), edition.chosen(root))
