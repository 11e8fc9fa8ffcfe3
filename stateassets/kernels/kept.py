"""What was worked out from tables that are still the same, kept from one run to the next.

What a ledger works out says which tables it rests on, so after a change of one table only what
rests on that is worked out again; after a change of what computes, everything. The file lies with
the other things that can be made again, and is read only if this project wrote it there.
"""

from __future__ import annotations

import pickle
from pathlib import Path

from .. import edition, files
from ..ledger import Ledger
from . import code

FILE = Path("_build") / "worked_out.pickle"  # below the project


def _tables(ledger: Ledger) -> dict[str, str]:
    """Return what each table holds, as a hash."""
    package = ledger.package
    paths = {name: package.root / table.path for name, table in package.tables.items()}
    return {name: code.sha(path) for name, path in paths.items() if path.is_file()}


def recall(ledger: Ledger, root: Path) -> None:
    """Let a ledger know what is kept and still holds; of a file that cannot be read, nothing."""
    try:
        by, tables, known = pickle.loads((root / FILE).read_bytes())
    except Exception:  # not there, torn, or of another version: whatever it is, it is made again
        return
    if by == code.of(root, [edition.chosen(root)]):
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
