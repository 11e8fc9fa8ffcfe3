"""HTML that a diff can be read of, and the marks that say where something comes from."""

from __future__ import annotations

import re

from ..tables.origins import Origin

ORIGIN_CSS = "sa-origin"  # of every mark
SUBJECT_CSS = "sa-subject"  # of what a picture is of, behind what is seen in it
# After these nothing is shown of a line's end.
ENDS = re.compile(
    r"(</(?:p|tr|li|ol|div|figure|figcaption|table|thead|tbody|summary|details|g|text|svg)>|<br>)(?=[^\n])"
)


def badge(origin: Origin | None) -> str:
    """Return the mark of an origin as HTML: told apart by its word and by its frame; of None, nothing."""
    return f'<span class="{ORIGIN_CSS} sa-{origin}">{origin.word}</span>' if origin else ""


def marked(origin: Origin | None) -> str:
    """Return the mark of an origin in plain text."""
    return f"【{origin.word}】" if origin else ""


def in_lines(html: str) -> str:
    """Return this package's own HTML with a row, a paragraph, a shape a line.

    The page is the same. A change in review is then the line that changed, not the whole table.
    """
    return ENDS.sub(r"\1\n", html)
