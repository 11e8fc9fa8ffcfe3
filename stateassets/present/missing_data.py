"""A chapter on a book that lacks something: what rests on it is left out, and the page says so.

A district that keeps no register of a kind leaves that table out, and a report that is not yet
printed has no printed figures. The cell that asks for them then shows one sentence in its place,
and so does each later cell that needs what it would have made; the rest of the page stands. The
built page gathers these sentences into one (``book.standing``).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable
from html import escape, unescape
from typing import Any, TypeVar

from ..tables.declared import ABSENT, NO_CLAIMS, NOT_PRINTED, NOTHING, LackingError

T = TypeVar("T")
FORMS = (ABSENT, NOTHING, NOT_PRINTED)  # of reasons that are told together
MOST_NAMED = 4  # tables that a chapter lacks; the page on data lists all
GAP = "sa-lacking"  # marks the words on a page that stand in the place of what is left out
GAPS = re.compile(rf'<p><span class="{GAP}">([^<]*)</span></p>')
# In the place of the comparison with the printed figures, where there are none.
NOT_ENTERED = "还没有录入公布数，没有可以核对的。"
NOTHING_PRINTED = "报告在这一节没有印出数字，没有可以逐项核对的。"


class Note:
    """The sentence that stands in the place of what is left out."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return f"<p>{gap(self.text)}</p>"


HERE = "，这里从略。"


def words(error: LackingError) -> str:
    """Say what is left out and why."""
    return f"{error}{HERE}"


def if_there(make: Callable[[], T], otherwise: T) -> T:
    """Return what ``make`` gives, or the other where the book lacks what it needs."""
    try:
        return make()
    except LackingError:
        return otherwise


def gap(text: str) -> str:
    """Return as HTML the words that stand in the place of what is left out, marked as such for the built page."""
    return f'<span class="{GAP}">{escape(text)}</span>'


def without_gaps(html: str) -> tuple[str, list[str]]:
    """Return what a cell shows without the paragraphs that only say what is left out, and their reasons."""
    reasons = [unescape(text).strip("（）").removesuffix(HERE) for text in GAPS.findall(html)]
    return GAPS.sub("", html), reasons


def together(reasons: Iterable[str]) -> str:
    """Say in one sentence what a chapter leaves out and why, each reason once."""
    said = dict.fromkeys(reasons)
    if NO_CLAIMS in said:  # then no single one has been
        said = {reason: None for reason in said if not _filled(NOT_PRINTED, reason)}
    absent, *others = ([m for reason in said if (m := _filled(form, reason))] for form in FORMS)
    named, count = absent[:MOST_NAMED], f"{len(absent)}" if len(absent) > 1 else ""
    those = "等" if len(absent) > len(named) else "这"
    parts = [f"本书没有“{'”“'.join(named)}”{those}{count}张表"] if absent else []
    parts += [form.format("”“".join(found)) for form, found in zip(FORMS[1:], others, strict=True) if found]
    parts += [reason for reason in said if not any(_filled(form, reason) for form in FORMS)]
    return f"{'；'.join(parts)}。本章与此有关的内容从略。"


def _filled(form: str, reason: str) -> str:
    """Return what a reason of that form is about, empty if it is of another."""
    found = re.fullmatch(form.format("(.+)"), reason)
    return found[1] if found else ""


def tolerate(shell: Any) -> None:
    """Let the cells that a notebook's shell runs go without what their book lacks.

    Elsewhere the error stays an error.
    """
    shell.run_code = _tolerant(shell, shell.run_code)


def _tolerant(shell: Any, run_code: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap what runs one statement of a cell; a statement that is left out ends its cell."""
    lacking: dict[str, LackingError] = {}  # by what a cell would have named

    def why(error: BaseException | None) -> LackingError | None:
        if isinstance(error, NameError):
            return lacking.get(error.name or "")
        return error if isinstance(error, LackingError) else None

    def show(_: Any, kind: type, error: BaseException, trace: Any, **__: Any) -> None:
        if (reason := why(error)) is None:  # a name that nothing would have given
            shell.showtraceback((kind, error, trace))
            return
        lacking.update(dict.fromkeys(named_in(shell.history_manager.input_hist_parsed[-1]), reason))
        from IPython.display import display

        display(Note(words(reason)))

    shell.set_custom_exc((LackingError, NameError), show)

    async def run(code: Any, result: Any = None, **options: Any) -> bool:
        stopped: bool = await run_code(code, result, **options)
        if result is not None and why(result.error_in_exec):
            result.error_in_exec = None
        return stopped

    return run


def named_in(source: str) -> set[str]:
    """Return the names that a cell gives to something."""
    nodes = ast.walk(ast.parse(source))
    return {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
