"""The folder that holds a report."""

from __future__ import annotations

from pathlib import Path

from .data_errors import DataError, Fault

PACKAGE_FILE = Path("data") / "datapackage.json"


def find_root(start: Path | None = None) -> Path:
    """Return the nearest folder at or above ``start`` that holds a report's data.

    Raises:
        DataError: there is none.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / PACKAGE_FILE).is_file():
            return folder
    raise DataError(
        [
            Fault(
                PACKAGE_FILE.as_posix(),
                None,
                None,
                "没有这个文件",
                "当前文件夹或其上级文件夹里有data/datapackage.json",
                "请在报告所在的文件夹里运行",
            )
        ]
    )
