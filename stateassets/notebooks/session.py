"""What a kernel needs to show a chapter: an IPython extension, loaded once when the kernel starts.

Cells go without what the book lacks, and in the public edition all that is shown is looked through.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from ..editions.edition import PUBLIC, RELEASED, chosen
from ..present.missing_data import tolerate
from ..tables.data_errors import DataError


def load_ipython_extension(shell: Any) -> None:
    """Prepare a notebook's shell."""
    tolerate(shell)
    guard(shell.display_formatter)


def guard(formatter: Any) -> None:
    """Have all that a kernel shows pass through ``editions.release``, if the edition is public.

    What did not pass bears no mark, and ``edition.cleaned`` drops it.
    """
    plain = type(formatter).format

    def format(thing: Any, *args: Any, **options: Any) -> tuple[Any, Any]:
        if not (release := gate()):
            return plain(formatter, thing, *args, **options)
        data, metadata = plain(formatter, release(thing), *args, **options)
        return data, {**metadata, RELEASED: True}

    formatter.format = format


@cache
def gate() -> Any:
    """Return the ``Release`` of the book that this kernel runs in, None if all may be shown."""
    from ..report import Report
    from ..tables.root import find_root

    try:
        root = find_root()
    except DataError:  # in no book: nothing to keep back, and nothing is marked
        return None
    if chosen(root) != PUBLIC:
        return None
    from ..editions.release import Release

    return Release(Report(root=root))
