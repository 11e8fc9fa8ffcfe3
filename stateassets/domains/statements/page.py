"""What the report states beside what the data show: in its chapter, in the list of all, in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

from ...measures.figures import NOT_RECOMPUTED, Figure
from ...measures.ledger import ScopeError
from ...measures.measures import CHANGE, YOY
from ...measures.registry import REGISTRY
from ...present import attribution
from ...present.charts import Chart, stacked
from ...present.columns import Column, coded, table
from ...present.display import Cell, Items, Markup, Part, Passage, Table, items, named, state
from ...tables.declared import LackingError
from ...tables.origins import Origin, weakest
from .statements import BETWEEN_NAMES, COUNTED, PRINTED, SEEN, TABLE, WAYS, WORDS, Statement, about, numbers, statements

if TYPE_CHECKING:
    from ...report import Report

CHAPTER = "statements"  # the page of them all
NAME = "报告用语"  # what search calls a name of the report's
LEAST = 3  # characters from which a name is one to search for, and not a common word
VERBS = {"number": attribution.STATES, "fact": attribution.STATES, "definition": attribution.STATES}
NOTHING_ENTERED = "报告的意思还没有逐条录入。"
UNREAD = "报告的公布数和内容还没有录入，录入以后逐一核对。"
NOT_ENTERED = "（报告的这一条没有录入）"
STATE_CSS = {"相符": "sa-check-ok", "不符": "sa-check-bad"}


# --- one statement ---------------------------------------------------------------------------------


def words(report: Report, one: Statement) -> str:
    """Return a statement in words, its printed numbers without a sign: the words say which way."""
    printed = {claim.id: claim.printed.removeprefix("-") for claim in report.claims}
    return PRINTED.sub(lambda found: printed.get(found[1], NOT_ENTERED), one.text)


def states(report: Report, what: str) -> Markup:
    """Return a statement after the words that attribute it; ``what``: its id, or what it prints or is checked by."""
    report.ledger.frames.need("statements")
    one = about(statements(report), what)
    if one is None:
        return Markup(NOT_ENTERED, escape(NOT_ENTERED))
    verb = VERBS.get(one.kind, attribution.PROPOSES)
    text = f"{attribution.REPORT}{verb}：{words(report, one).rstrip('。')}"
    return _said(text, escape(text))


def _said(text: str, html: str) -> Markup:
    """Return what the report states, marked as such; it is public, so no edition looks through it."""
    return Items(text, f'<span class="{attribution.CSS}">{html}</span>')


def answer(report: Report, one: Statement) -> Cell:
    """Return what the book's data show of a statement: figures, tables with their rows, or that there is nothing."""
    figures = list(_figures(report, one))
    tables = [name for name in one.registers if name in report.package.tables]
    origin = weakest([*(f.origin for _, f in figures if f), report.origin_of(*tables)])
    lines = [_figure(report, name, figure) for name, figure in figures]
    lines += [_rows(report, name) for name in tables]
    return items(lines, origin) if lines else state(WORDS, "sa-check-none")


def _figures(report: Report, one: Statement) -> Iterator[tuple[str, Figure | None]]:
    """Yield the figures that recompute what a statement prints, then the others by which it can be judged."""
    printed = {claim.id: claim for claim in report.claims}
    claims = [printed[name] for name in one.claims if name in printed]
    for claim in claims:
        yield claim.name_zh, report.recomputed(claim)
    for name in one.measures:
        if name not in {claim.indicator for claim in claims}:
            try:
                figure = report.figure(name)
            except (LackingError, ScopeError):
                continue
            yield figure.name_zh, figure


def _figure(report: Report, name: str, figure: Figure | None) -> Sequence[Cell]:
    if figure is None:
        return (f"{name}：{NOT_RECOMPUTED}",)
    checked = (" ", state(figure.state, STATE_CSS[figure.state])) if figure.state else ()
    grown = figure.kind in (YOY, CHANGE) and figure.comparable
    name, said = (figure.measure.name_zh, figure.kind.told(figure.exact)) if grown else (figure.name_zh, figure.exact)
    return (f"{name} ", report.part(figure, said), *checked)


def _rows(report: Report, name: str) -> Sequence[Cell]:
    """Return a table with how many rows it has of the report's year, and where to read them."""
    declared, frame = report.package.tables[name], report.ledger.frames[name]
    if "year" in frame:
        frame = frame[frame["year"] == report.year]
    size = f"{len(frame)}行"
    if "origin" in frame:  # real rows and sample rows stand together
        counts = frame["origin"].value_counts()
        size = BETWEEN_NAMES.join(
            f"{word}{counts[code]}行" for code, word in declared.labels["origin"].items() if code in counts
        )
    return ("见", report.rows_page(declared.title, name), f"，{size}")


def _meaning(report: Report, one: Statement, marked: bool) -> Markup:
    """Return a statement with the report's own names; ``marked``: where search is to lead."""
    text = words(report, one)
    place, own = f"said-{one.id}", _own_names(report, one) if marked else frozenset[str]()
    other = [name for name in one.names if name not in text]
    also = f"（{NAME}：{BETWEEN_NAMES.join(other)}）" if other else ""
    html = _with_names(text, own, place, text) + _with_names(also, own, f"{place}-also", text)
    return _said(text + also, f'<span id="{escape(place)}">{html}</span>')


def _own_names(report: Report, one: Statement) -> frozenset[str]:
    """Return the names that search is to find here: told here first, and no measure's name."""
    first: dict[str, str] = {}
    for other in statements(report):
        for name in other.names:
            first.setdefault(name, other.id)
    return frozenset(
        name for name in one.names if first[name] == one.id and len(name) >= LEAST and REGISTRY.by_name_zh(name) is None
    )


def _with_names(text: str, names: Iterable[str], place: str, told: str) -> str:
    """Return a text as HTML in which each name, where it first stands, is one that search finds."""
    left = sorted(names, key=len, reverse=True)
    if not left:
        return escape(text)
    html: list[str] = []
    for piece in re.split(f"({'|'.join(map(re.escape, left))})", text):
        if piece in left:
            left.remove(piece)
            html.append(named(NAME, piece, f"{place}-{len(html)}", told).html)
        else:
            html.append(escape(piece))
    return "".join(html)


# --- in a chapter, and all of them -------------------------------------------------------------------


def _kind(report: Report) -> Column:
    kind = coded(report, TABLE, "kind", "种类")
    return Column(kind.title, kind.value, menu=tuple(report.package.tables[TABLE].labels["kind"].values()))


def beside(report: Report, chapter: str) -> Table | Passage:
    """Show what the report states of a chapter's subject and what the data show; nothing where it states nothing."""
    found = [one for one in statements(report) if one.chapter == chapter]
    if not found:
        return Passage(())
    columns = (
        Column("报告的意思", lambda one: _meaning(report, one, marked=True)),
        _kind(report),
        Column("本书数据显示", lambda one: answer(report, one)),
    )
    return table(f"报告写了{len(found)}条", columns, found, place="beside")


def listing(report: Report, caption: str) -> Table | Passage:
    """Show all statements in the report's order: where told, of what kind, whether and by what they can be checked."""
    found = statements(report)
    if not found:
        return _nothing()
    columns = (
        Column("章节", lambda one: _section(report, one), menu=tuple(dict.fromkeys(one.section for one in found))),
        Column("报告的意思", lambda one: _meaning(report, one, marked=not _told_elsewhere(report, one))),
        _kind(report),
        Column("可否核对", "way", menu=WAYS),
        Column("由什么核对", lambda one: BETWEEN_NAMES.join(_checked_by(report, one))),
    )
    return table(report.text(caption), columns, found, origin=report.origin_of(TABLE), place="said")


def _told_elsewhere(report: Report, one: Statement) -> bool:
    return one.chapter != CHAPTER and bool(report.address(one.chapter))


def _section(report: Report, one: Statement) -> Cell:
    return report.page(one.section, one.chapter, f"said-{one.id}") if _told_elsewhere(report, one) else one.section


def _checked_by(report: Report, one: Statement) -> Iterator[str]:
    printed = {claim.id: claim.name_zh for claim in report.claims}
    yield from (printed[name] for name in one.claims if name in printed)
    if not one.claims:
        yield from (REGISTRY[name.partition(".")[0]].name_zh for name in one.measures)
    yield from (report.package.tables[name].title for name in one.registers if name in report.package.tables)


# --- how many ----------------------------------------------------------------------------------------


def counted(report: Report, linked: bool = False) -> Passage:
    """Say how many statements there are of each kind and can be checked in which way, ``linked``: where they are.

    Of a report of which nothing is entered the cover, which links to them, says that of its numbers too.
    """
    found = statements(report)
    if not found:
        return _nothing(UNREAD if linked and not report.claims else NOTHING_ENTERED)
    labels = report.package.tables[TABLE].labels["kind"]
    rows = numbers(found, labels)
    ways = [one.way for one in found]
    by_kind = [f"{labels[kind]}{row[0]}条" for kind, row in rows if row[0]]
    return report.conclusion(
        "报告的内容分成{all}条：{kinds}。",
        "其中印出数字、可以重算核对的{counted}条{split}；没有印出数字的，{seen}条只能看本书的指标和底表，"
        "底表多是示例；{words}条只有文字，没有可看的。",
        *(["逐条见{page}。"] if linked else []),
        all=len(found),
        kinds="、".join(f"{labels[kind]}{sum(row)}条" for kind, row in rows),
        counted=ways.count(COUNTED),
        split=f"（{'、'.join(by_kind)}）" if len(by_kind) > 1 else "",  # a fact can print a number, too
        seen=ways.count(SEEN),
        words=ways.count(WORDS),
        page=report.page("报告逐条", CHAPTER),
    )


def picture(report: Report, caption: str) -> Chart | Passage:
    """Draw how many statements of each kind can be checked in which way."""
    found = statements(report)
    if not found:
        return _nothing()
    labels = report.package.tables[TABLE].labels["kind"]
    rows = [(labels[kind], row) for kind, row in numbers(found, labels)]
    drawn: Chart | Passage = report.draw(
        stacked,
        rows,
        list(WAYS),
        unit="条",
        decimals=0,
        origin=Origin.REAL,
        caption=caption,
        finding="{drawn.parts}",  # whose kind is 数字 and what prints a number are not the same statements
        each="种",
    )
    return drawn


def _nothing(words: str = NOTHING_ENTERED) -> Passage:
    return Passage(((Part(words),),))
