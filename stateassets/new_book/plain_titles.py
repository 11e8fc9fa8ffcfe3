"""Parts and chapters of another district's book: plain titles in the place of one report's own words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ..chapters import CONTENTS, contents

FILE = Path(__file__).with_name("plain_titles.yml")
NUMBER = r"[一二三四五六七八九十]+(?:（[一二三四五六七八九十]+）)?\d*"


@cache
def _titles() -> Mapping[str, Mapping[str, str]]:
    read: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return read


def plain(folder: Path) -> None:
    """Give the parts and the chapters of the book in ``folder`` plain titles; their numbers stay.

    Raises:
        OSError: a file cannot be read or written.
    """
    toc = folder / CONTENTS
    text = toc.read_text("utf-8")
    for number, words in _titles()["parts"].items():
        text = re.sub(rf"^( *- caption: {number}).*$", rf"\g<1>{words}", text, flags=re.MULTILINE)
    toc.write_text(text, "utf-8")
    for name, words in _titles()["chapters"].items():
        notebook = folder / f"{contents(folder).place(name)}.ipynb"
        if notebook.is_file():
            source = notebook.read_text("utf-8")
            notebook.write_text(re.sub(rf'("# {NUMBER} ?)[^"\\]+', rf"\g<1>{words}", source, count=1), "utf-8")
