"""What is long on a page: blocks of which a reader chooses one, and appendices that are folded.

All of it is on the page, for paper, the Word file, search and links, which open what they lead to
(``book/static/blocks.js``); without scripts, as in a notebook, the blocks stand one below the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

from .display import Table, Together
from .markup import in_lines


@dataclass(frozen=True, repr=False)
class Choice(Together):
    """Several things alike of which a page shows one: ``what`` they are (企业, 表), and each one's name."""

    what: str = ""
    names: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        blocks = "".join(
            f'<div class="sa-block" data-name="{escape(name)}">{part._repr_html_()}</div>'
            for name, part in zip(self.names, self.parts, strict=True)
        )
        return in_lines(f'<div class="sa-choice" data-what="{escape(self.what)}">{blocks}</div>')


def choice(what: str, blocks: Iterable[tuple[str, Any]]) -> Choice:
    """Return a choice among things, each with its name."""
    listed = tuple(blocks)
    return Choice(tuple(part for _, part in listed), what, tuple(name for name, _ in listed))


@dataclass(frozen=True, repr=False)
class Folded:
    """A table that few readers need, folded to its ``summary``."""

    summary: str
    shown: Any

    def __repr__(self) -> str:
        return repr(self.shown)

    def _repr_html_(self) -> str:
        return in_lines(
            f'<details class="sa-folded"><summary>{escape(self.summary)}</summary>{self.shown._repr_html_()}</details>'
        )


def folded(table: Table) -> Folded:
    """Return a table folded to its caption and how many rows it has."""
    return Folded(f"{table.caption}（{len(table.rows)}行）", table)
