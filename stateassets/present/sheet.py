"""The style of what a notebook shows, for Jupyter: a notebook carries it once, before its first result.

The rules are the book's own (``book/static/outputs.css``). The book's pages link to them, so what a
notebook carries is not on the pages.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

RULES = Path(__file__).parents[1] / "book" / "static" / "outputs.css"
BEGIN, END = '<style class="sa-sheet">', "</style>"
WORDS = "（版式）"  # where no style is shown
CARRIED = re.compile(r'<style class=\\"sa-sheet\\">.*?</style>')  # in a notebook as JSON


@cache
def html() -> str:
    """Return the rules as one line of HTML, without comments."""
    bare = re.sub(r"/\*.*?\*/", "", RULES.read_text("utf-8"), flags=re.DOTALL)
    return BEGIN + re.sub(r"\s*([{};,])\s*", r"\1", " ".join(bare.split())).replace(";}", "}") + END


def carry() -> None:
    """Have the notebook's cell that runs show the style; elsewhere than in a kernel do nothing."""
    shell = "IPython" in sys.modules and sys.modules["IPython"].get_ipython()
    if shell and hasattr(shell, "kernel"):
        # Not by ``display``: this is no result that an edition looks through.
        shell.display_pub.publish({"text/html": html(), "text/plain": WORDS})


def is_sheet(output: Mapping[str, Any]) -> bool:
    """Whether a cell's output is the style."""
    return "".join(output.get("data", {}).get("text/html", "")).startswith(BEGIN)


def renewed(notebook: str) -> str:
    """Return a notebook, as JSON, with today's style: a changed style runs no chapter again."""
    return CARRIED.sub(lambda _: json.dumps(html(), ensure_ascii=False)[1:-1], notebook)
