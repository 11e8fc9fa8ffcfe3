"""Several files of a folder replaced as one: all of them or, whatever happens, none.

The old files are set aside and noted in a journal before the first is replaced. Whoever finds the
journal later, because the program was killed or the disk was full, puts the old files back.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from .data_errors import DataError, Fault

try:
    import fcntl
except ImportError:  # no such locks on Windows: one writer at a time is up to the user there
    fcntl = None  # type: ignore[assignment]

WORK, JOURNAL = ".replacing", "journal.json"


def replace_all(folder: Path, files: Mapping[str, bytes], expected: Mapping[str, bytes | None] | None = None) -> None:
    """Replace files, named by their paths inside ``folder``, together.

    ``expected`` is what they must still hold (None: must not exist).

    Raises:
        DataError: somebody changed one meanwhile, or writing failed; no file has changed then.
    """
    try:
        with _alone(folder):
            _undo(folder)
            for name, content in (expected or {}).items():
                if _content(folder / name) != content:
                    raise DataError(
                        [
                            Fault(
                                name,
                                None,
                                None,
                                "文件刚刚被别的程序改过",
                                "从查看到写入之间没有人改动",
                                "什么也没有写入，请重新运行",
                            )
                        ]
                    )
            try:
                _prepare(folder, files)
                for number, name in enumerate(files):
                    os.replace(folder / WORK / f"new{number}", folder / name)
                _sync(*{(folder / name).parent for name in files})
            except BaseException:
                _undo(folder)
                raise
            (folder / WORK / JOURNAL).unlink()
            shutil.rmtree(folder / WORK)
    except OSError as error:
        half = (folder / WORK / JOURNAL).exists()  # putting the old files back failed too
        kept = "下次运行时会恢复原来的文件" if half else "原来的文件没有变"
        raise DataError(
            [
                Fault(
                    folder.name,
                    None,
                    None,
                    f"写不进去（{error.strerror or error}）",
                    "可以写入的文件夹，磁盘有空间",
                    f"{kept}；检查权限和磁盘空间后重试",
                )
            ]
        ) from None


def recover(folder: Path) -> bool:
    """Put back what an interrupted replacement left half done; return whether there was any.

    A replacement that is under way in another process is waited for.

    Raises:
        DataError: the old files cannot be put back.
    """
    if not (folder / WORK).is_dir():
        return False
    try:
        with _alone(folder):
            return _undo(folder)
    except OSError as error:
        raise DataError(
            [
                Fault(
                    folder.name,
                    None,
                    None,
                    f"上次写入中途停下，旧文件放不回去（{error.strerror or error}）",
                    "可以写入的文件夹",
                    "检查权限和磁盘空间后重试",
                )
            ]
        ) from None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; the system lets go of it when the process ends, however it ends."""
    if fcntl is None:
        yield
        return
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _prepare(folder: Path, files: Mapping[str, bytes]) -> None:
    work = folder / WORK
    work.mkdir()
    kept = []
    for number, (name, content) in enumerate(files.items()):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        old = _content(folder / name)
        kept.append({"name": name, "existed": old is not None})
        _write(work / f"new{number}", content)
        if old is not None:
            _write(work / f"old{number}", old)
    _write(work / "noting", json.dumps(kept).encode())
    _sync(work)
    os.replace(work / "noting", work / JOURNAL)
    _sync(work, folder)


def _undo(folder: Path) -> bool:
    """Restore what the journal names; without a journal nothing had been replaced yet."""
    work = folder / WORK
    if not work.is_dir():
        return False
    noted = _content(work / JOURNAL)
    for number, entry in enumerate(json.loads(noted) if noted else ()):
        target, old = folder / entry["name"], _content(work / f"old{number}")
        if not entry["existed"]:
            target.unlink(missing_ok=True)
        elif old is not None and _content(target) != old:
            _write(work / "restored", old)
            os.replace(work / "restored", target)
        _sync(target.parent)
    (work / JOURNAL).unlink(missing_ok=True)
    shutil.rmtree(work)
    return noted is not None


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(*folders: Path) -> None:
    if fcntl is None:
        return
    for folder in folders:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
