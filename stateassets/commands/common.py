"""What every command of ``python -m stateassets`` does alike."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..report import Report


def print_json(payload: Any) -> None:
    """Print for programs."""
    print(json.dumps(payload, ensure_ascii=False, indent=2))


def faulty(faults: Sequence[Any], as_json: bool) -> int:
    """Print the faults of the data and return the exit code."""
    if as_json:
        print_json({"sound": not faults, "faults": [fault.as_dict() for fault in faults]})
    elif faults:
        for fault in faults:
            print(fault)
        print(f"共{len(faults)}个问题，请改正后重试。")
    return 1 if faults else 0


def open_report(options: argparse.Namespace) -> Report:
    """Open the report that the command is about."""
    from ..report import Report

    return Report(root=options.root)
