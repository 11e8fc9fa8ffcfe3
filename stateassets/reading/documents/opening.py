"""A file of unknown origin is opened by a process of its own, with bounds of time and memory.

The process is a new interpreter that loads only what the format needs. It answers in JSON: what it
says can be wrong, but cannot make this process do anything.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from ...tables.data_errors import DataError, Fault
from ...tables.text_files import plain_file, refuse
from ..model import Block, BlockKind, Document
from .bounds import PATIENCE, SECONDS, SECONDS_A_SCANNED_PAGE
from .kinds import REPORTS

RECOGNISE = "--recognise"  # asks for what takes long
CHILD = "stateassets.reading.documents.child"
TOO_LONG = -getattr(signal, "SIGXCPU", 0) or None  # how a process ends that has worked too long
PACKAGES = Path(__file__).parents[3]  # where this package lies
GIVE_UP = "用Word或浏览器打开，把正文复制到新的文件里保存，或分成几个文件"


def open_document(path: Path, seconds: float = SECONDS) -> Document:
    """Return a report as blocks of text, by what is inside the file whatever its name says.

    Raises:
        DataError: it is missing, of no kind that is read, locked, damaged, without text, too large, or takes too long.
    """
    name = path.name
    try:
        plain_file(path, name, "要读的报告")
        with path.open("rb"):
            pass
    except PermissionError:
        refuse(name, "没有权限读这个文件", "可以读的文件", "请在文件属性里允许读取，或请管理员处理")
    answer = _ask(path, name, seconds)
    if "scanned_pages" in answer:
        answer = _ask(path, name, seconds + SECONDS_A_SCANNED_PAGE * answer["scanned_pages"], RECOGNISE)
    if "faults" in answer:
        raise DataError(Fault(**fault) for fault in answer["faults"])
    return _document(answer)


def _ask(path: Path, name: str, seconds: float, *options: str) -> dict[str, Any]:
    # -P: a folder of reports holds no modules of this program, whatever lies in it.
    command = [sys.executable, "-P", "-m", CHILD, str(path.absolute()), str(max(1, round(seconds))), *options]
    roots = [str(PACKAGES), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, roots)), "PYTHONUTF8": "1"}
    try:
        done: subprocess.CompletedProcess[bytes] | None = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE * seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        done = None
    if done is None or done.returncode == TOO_LONG:
        refuse(name, f"{seconds:g}秒还没有读完", REPORTS, GIVE_UP)
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:  # it was stopped: no memory left, or a fault of a library
        refuse(name, "读的时候出错，没有读完（文件可能已经损坏，或者太大）", REPORTS, GIVE_UP)
    return answer


def _document(answer: dict[str, Any]) -> Document:
    blocks = tuple(
        Block(**{**block, "kind": BlockKind(block["kind"]), "turns": tuple(block["turns"])})
        for block in answer["blocks"]
    )
    return Document(answer["name"], answer["format"], blocks, tuple(answer["left_out"]), answer["scanned"])
