"""Opening a data folder: its tables checked by all domains, and the ledger computed from them.

Whoever checks or opens tables does it through here: what each domain checks is known once the
domains are imported.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from . import domains
from .measures.ledger import Ledger, shared
from .tables import dependency_log as reads
from .tables.validation import check, looked_through, open_checked, survey

__all__ = ["check", "domains", "open_checked", "open_ledger", "survey"]


def open_ledger(data_dir: Path) -> Ledger:
    """Return the ledger of the tables under ``data_dir``, one that is shared if there is one.

    Raises:
        stateassets.tables.data_errors.DataError: with every fault found in them.
    """
    with reads.overlooked():  # checking looks at everything
        sound = looked_through(data_dir)
    package = replace(sound.package, root=data_dir)
    return shared(package, sound.content) or Ledger(package, sound.tables(), sound.content)
