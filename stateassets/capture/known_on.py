"""The book's data as they were known on a day, to the byte."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select

from ..tables.data_errors import DataError, Fault
from . import schema as s
from .projecting import files_known
from .store import FILE, Store, kept


def known_on(store: Store, day: str) -> dict[str, bytes]:
    """Return the files of ``data/`` at the end of a day, 2023-06-30, by path.

    Raises:
        DataError: the store begins later than that, or a file in it is damaged.
    """
    with store.reading() as connection:
        files = files_known(connection, day=day)
        if not files:
            first = connection.scalar(select(func.min(s.projections.c.at)))
            begins = f"报送库从{first[:10]}记起" if first else "报送库里还没有入账的数据"
            raise DataError([Fault(FILE, None, None, f"{day}的数据不在库里", begins, "换一个日期")])
        return {path: kept(connection, digest) for path, digest in files.items()}


def write_known_on(store: Store, day: str, folder: Path) -> int:
    """Write the files of a day into a folder that is not there yet; return how many there are.

    Raises:
        DataError: as ``known_on``, or the folder is there and not empty.
    """
    files = known_on(store, day)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        told = Fault(str(folder), None, None, "已经有内容", "还没有的文件夹，或空的文件夹", "换一个文件夹")
        raise DataError([told])
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return len(files)
