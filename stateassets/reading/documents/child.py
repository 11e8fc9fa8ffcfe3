"""The process that opens one file: ``python -m stateassets.reading.documents.child FILE``, answers in JSON."""

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
from .bounds import MEMORY
from .kinds import FORMATS, REPORTS, Reader, kind_of
from .opening import GIVE_UP


def answer(path: Path) -> dict[str, Any]:
    """Return the document in a file as plain values, or what is wrong with it under ``faults``."""
    try:
        return asdict(read(path, path.name))
    except DataError as error:
        return {"faults": [fault.as_dict() for fault in error.faults]}


def read(path: Path, name: str) -> Document:
    """Return the document in a file, in this process.

    Raises:
        DataError: it cannot be read.
    """
    form = FORMATS[kind_of(path, name)]
    reader: Reader = getattr(import_module(f"{__package__}.{form.module}"), form.function)
    try:
        return reader(path, name)
    except (MemoryError, RecursionError):
        refuse(name, "内容太多或嵌套太深，读不完", REPORTS, GIVE_UP)


def bind_memory() -> None:
    """Bound this process's memory where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    if most == resource.RLIM_INFINITY or most > MEMORY:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, most))


if __name__ == "__main__":
    bind_memory()
    sys.stdout.buffer.write(json.dumps(answer(Path(sys.argv[1]))).encode())
