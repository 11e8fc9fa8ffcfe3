"""What a notebook needs to look in Jupyter as on the book's pages; it carries it once, before its first result.

That is the style of what it shows, and the script by which numbers explain themselves. Both are the
book's own; its pages link to them, so what a notebook carries is not on the pages.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

STATIC = Path(__file__).parents[1] / "book" / "static"
STYLE, SCRIPTS = STATIC / "outputs.css", (STATIC / "explain.js", STATIC / "jupyter.js")
BEGIN, END = '<style class="sa-sheet">', "</script>"
WORDS = "（版式）"  # where no HTML is shown
COMMENTS = re.compile(r"/\*.*?\*/|(?:^|(?<=\s))//[^\n]*", re.DOTALL)
CARRIED = re.compile(f"{re.escape(json.dumps(BEGIN)[1:-1])}.*?{END}")  # in a notebook as JSON


@cache
def html() -> str:
    """Return style and script as one line of HTML, without comments."""
    style = re.sub(r"\s*([{};,])\s*", r"\1", _line(STYLE)).replace(";}", "}")
    return f"{BEGIN}{style}</style><script>{' '.join(map(_line, SCRIPTS))}{END}"


def _line(path: Path) -> str:
    return re.sub(r"[ \n]+", " ", COMMENTS.sub("", path.read_text("utf-8"))).strip()


def carry() -> None:
    """Have the notebook's cell that runs show it; elsewhere than in a kernel do nothing."""
    shell = "IPython" in sys.modules and sys.modules["IPython"].get_ipython()
    if shell and hasattr(shell, "kernel"):
        # Not by ``display``: this is no result that an edition looks through.
        shell.display_pub.publish({"text/html": html(), "text/plain": WORDS})


def is_sheet(output: Mapping[str, Any]) -> bool:
    """Whether a cell's output is what a notebook carries."""
    return "".join(output.get("data", {}).get("text/html", "")).startswith(BEGIN)


def renewed(notebook: str) -> str:
    """Return a notebook, as JSON, with today's style and script: changed ones run no chapter again."""
    return CARRIED.sub(lambda _: json.dumps(html(), ensure_ascii=False)[1:-1], notebook)
