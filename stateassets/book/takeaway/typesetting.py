"""Typst, which sets the PDF and draws the pictures of the Word file."""

from __future__ import annotations

from typing import Any

import typst

_begun = False


def typeset(template: bytes, **options: Any) -> Any:
    """Set a template, as ``typst.compile`` does: bytes, or a list of them for pictures.

    Raises:
        typst.TypstError: it cannot be set.
    """
    global _begun
    _begun = True
    return typst.compile(template, **options)


def begun() -> bool:
    """Whether this process has set anything: Typst then has threads, for which a fork would wait forever."""
    return _begun
