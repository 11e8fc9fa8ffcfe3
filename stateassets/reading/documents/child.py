"""The process that opens one file: ``python -m stateassets.reading.documents.child FILE SECONDS``, answers in JSON."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

from ...tables.data_errors import DataError
from ...tables.text_files import refuse
from ..model import Document
from .bounds import MEMORY, MEMORY_TO_RECOGNISE, ScannedPages
from .kinds import FORMATS, REPORTS, Reader, kind_of
from .opening import GIVE_UP, RECOGNISE


def answer(path: Path, recognise: bool = False) -> dict[str, Any]:
    """Return the document in a file as plain values.

    What is wrong with it stands under ``faults``; under ``scanned_pages`` how many pages are pictures
    that can be recognised, which takes longer: it is to be asked for.
    """
    try:
        return asdict(read(path, path.name, recognise))
    except DataError as error:
        return {"faults": [fault.as_dict() for fault in error.faults]}
    except ScannedPages as scan:
        return {"scanned_pages": scan.pages}


def read(path: Path, name: str, recognise: bool = False) -> Document:
    """Return the document in a file, in this process.

    Raises:
        DataError: it cannot be read.
        ScannedPages: its pages are pictures that can be recognised, and it was not asked for.
    """
    form = FORMATS[kind_of(path, name)]
    reader: Reader = getattr(import_module(f"{__package__}.{form.module}"), form.function)
    try:
        if recognise:
            from .scans import read_scan

            return read_scan(path, name)
        return reader(path, name)
    except (MemoryError, RecursionError):
        refuse(name, "内容太多或嵌套太深，读不完", REPORTS, GIVE_UP)
    except ScannedPages as scan:
        from .scans import can_recognise

        can_recognise(scan.pages, name)
        raise


def bind(memory: int, seconds: int) -> None:
    """Bound this process's memory (bytes of address space) and work (seconds) where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds)):
        _, hard = resource.getrlimit(what)
        if hard == resource.RLIM_INFINITY or hard > most:
            resource.setrlimit(what, (most, hard))


if __name__ == "__main__":
    recognising = RECOGNISE in sys.argv[3:]
    bind(MEMORY_TO_RECOGNISE if recognising else MEMORY, int(sys.argv[2]))
    sys.stdout.buffer.write(json.dumps(answer(Path(sys.argv[1]), recognising)).encode())
