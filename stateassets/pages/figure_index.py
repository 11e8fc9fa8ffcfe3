"""Every number of the report in one list, and the chapter that tells of each.

``entries`` is the one list of what is known of the district; the command ``figures`` prints it,
the page of all figures shows it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from ..chapters import contents, stamp
from ..editions.edition import INTERNAL, in_book
from ..measures.claims import Claim
from ..measures.figures import AGREES, DIFFERS, NOT_RECOMPUTED, Figure
from ..measures.ledger import ScopeError, source_of
from ..measures.measures import LAST, OF_REPORT, YOY
from ..measures.registry import REGISTRY
from ..present.charts import Chart, bars
from ..present.columns import Column
from ..present.columns import table as table_of
from ..present.display import Cell, Part, Passage, Table, state
from ..present.words import NOTHING
from ..report import STATE_CSS, Report
from ..tables.dependency_log import note
from ..tables.origins import Origin, weakest

NOT_PRINTED, NOT_ENTERED = "没有印出", "尚未录入"  # the second where none of the printed figures is entered yet
GLOSSARY = "glossary"
YOY_UNIT = "%"
# A measure that a chapter names: a field of a sentence, or an argument.
NAMED = re.compile(r"""[{"'](\w+)(?:\.\w+)?(?=["'}:|])""")
SECTION = re.compile(r'Report\("([^"]*)"')
HEADING = re.compile(r"^# (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class IndexEntry:
    """A number known for the district, a printed one, or both; one of the two is there."""

    figure: Figure | None
    claim: Claim | None

    @property
    def id(self) -> str:
        """The figure's id, e.g. ``total_assets.yoy``."""
        return self.figure.id if self.figure else self._printed.figure_id

    @property
    def name_zh(self) -> str:
        """Its Chinese name."""
        return self.figure.name_zh if self.figure else self._printed.name_zh

    @property
    def unit(self) -> str:
        """The unit in which it is printed."""
        return self.figure.unit if self.figure else self._printed.unit

    @property
    def told_unit(self) -> str:
        """The unit in which the page tells it."""
        return self.figure.told_unit if self.figure else self._printed.unit

    @property
    def year(self) -> int:
        """The year it is about."""
        return self.figure.year if self.figure else self._printed.year

    @property
    def rests_on(self) -> Origin | None:
        """The origin of the tables that its value is reckoned from."""
        return self.figure.rests_on if self.figure else None

    @property
    def state(self) -> str:
        """相符, 不符, 尚未重算, or empty where nothing was printed."""
        return self.figure.state if self.figure else NOT_RECOMPUTED

    @property
    def _printed(self) -> Claim:
        assert self.claim is not None
        return self.claim


def entries(report: Report) -> tuple[IndexEntry, ...]:
    """Return every level known for the district, each growth or change that was printed, and
    the printed numbers that no table recomputes yet."""
    report = report.aside()
    ids = dict.fromkeys([*REGISTRY, *(claim.figure_id for claim in report.claims)])
    known = [IndexEntry(f, f.claim) for f in _known(report, ids) if f.claim or not _only_settings(report, f)]
    waiting = [IndexEntry(None, claim) for claim in report.claims if report.recomputed(claim) is None]
    return (*known, *waiting)


def _known(report: Report, figure_ids: Iterable[str]) -> Iterator[Figure]:
    for figure_id in figure_ids:
        try:
            figure = report.figure(figure_id, report.whole)
        except (KeyError, ScopeError):
            continue
        if not (report.package.borrowed and figure.is_rule and OF_REPORT.search(figure.measure.basis)):
            yield figure  # else another district's policy, which this one does not state


def _only_settings(report: Report, figure: Figure) -> bool:
    """Whether a figure counts what this book has set and nothing of the district's."""
    tables = {source_of(quantity.table) for quantity in REGISTRY.quantities_of(figure.measure.name)}
    known = [report.package.tables[name] for name in tables if name in report.package.tables]
    return bool(known) and all(table.path.startswith("settings/") for table in known)


# --- chapters ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Chapter:
    """A notebook: its name, heading, section, and the measures it names."""

    name: str
    title: str
    section: str
    measures: frozenset[str]


def chapter_paths(report: Report) -> dict[str, Path]:
    """Return the notebooks of the chapters about the whole district, by name, in the order of folders."""
    listed = sorted(contents(report.root).listed.items(), key=lambda chapter: _numbers(chapter[1]))
    found = {name: report.root / f"{place}.ipynb" for name, place in listed}
    return {name: path for name, path in found.items() if path.is_file() and in_book(report.root, path, INTERNAL)}


def _numbers(place: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", place)]


def chapters(report: Report) -> tuple[Chapter, ...]:
    """Return the chapters about the whole district.

    What they say is noted as read: who shows it is run again when one of them changes.
    """
    paths = chapter_paths(report)
    for path in paths.values():
        note(path)
    return tuple(_read(name, path, stamp(path)) for name, path in paths.items())


@cache
def _read(name: str, path: Path, changed: tuple[int, ...]) -> Chapter:
    cells = json.loads(path.read_text("utf-8"))["cells"]
    code = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
    words = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    title, section = HEADING.search(words), SECTION.search(code)
    return Chapter(
        name,
        title[1] if title else path.stem,
        section[1] if section else "",
        frozenset(NAMED.findall(code)) & frozenset(REGISTRY),
    )


def heading_of(report: Report, chapter: str) -> str:
    """Return the heading of a listed chapter, also of one that the book leaves out."""
    path = report.root / f"{contents(report.root).place(chapter)}.ipynb"
    return _read(chapter, path, stamp(path)).title if path.is_file() else chapter


def by_section(found: Iterable[Chapter]) -> dict[str, Chapter]:
    """Return section -> the chapter that narrates it."""
    return {chapter.section: chapter for chapter in found if chapter.section}


def told(found: Iterable[Chapter]) -> dict[str, Chapter]:
    """Return measure -> the first chapter that names it."""
    places: dict[str, Chapter] = {}
    for chapter in found:
        for name in chapter.measures:
            places.setdefault(name, chapter)
    return places


def _printed_in(report: Report) -> dict[str, str]:
    """Return measure -> the section of the report for it, also where its number has not been entered yet."""
    if "claims" not in report.ledger.frames:
        return {}
    rows = report.ledger.frames["claims"].to_dict("records")
    return {str(row["indicator"]): str(row["section"]) for row in reversed(rows)}


# --- the page ---------------------------------------------------------------------------------


def numbers(found: Iterable[IndexEntry]) -> dict[str, int]:
    """Return how many there are of which kind, for sentences."""
    found = tuple(found)
    states = [entry.state for entry in found]
    return {
        "all": len(found),
        "printed": sum(entry.claim is not None for entry in found),
        "agree": states.count(AGREES),
        "differ": states.count(DIFFERS),
        "waiting": states.count(NOT_RECOMPUTED),
        "samples": sum(e.rests_on is Origin.SAMPLE for e in found),
    }


def growths(report: Report, found: Iterable[IndexEntry]) -> Chart | Passage:
    """Draw every rate of growth as it was printed, or say that none was."""
    rows = [
        (e.name_zh.removesuffix(YOY.name_zh), float(e.claim.text)) for e in found if e.claim and e.claim.as_kind is YOY
    ]
    if not rows:
        return Passage(((Part("报告没有印出增速。" if report.claims else "报告印出的增速尚未录入。"),),))
    drawn: Chart | Passage = report.draw(
        bars,
        rows,
        unit=YOY_UNIT,
        decimals=1,
        origin=Origin.REAL,
        fmt="{:g}".format,
        caption="报告印出的同比增速，{year}年",
        finding="{drawn.most}；{drawn.least}",
        alt="{drawn.signs}",
        each="项",
    )
    return drawn


def table(report: Report, found: Iterable[IndexEntry], caption: str) -> Table:
    """Every number: value, last year, change, what was printed, whether it agrees, where told."""
    known = chapters(report)
    sections = by_section(known)
    places = told(known) | {name: sections[s] for name, s in _printed_in(report).items() if s in sections}
    found = tuple(found)
    unprinted = NOT_PRINTED if report.claims else NOT_ENTERED
    columns = (
        Column("名称", "name_zh"),
        Column("数值", lambda entry: _value(report, entry.figure), numeric=True),
        Column("单位", "told_unit", menu=()),
        Column("报告印出", lambda entry: _printed(report, entry), numeric=True),
        Column("核对", lambda entry: _checked(entry, unprinted), menu=(*STATE_CSS, unprinted)),
        Column("上年", lambda entry: _last(report, entry.figure), numeric=True),
        Column("比上年", lambda entry: _since(report, entry.figure), numeric=True),
        Column("章节", lambda entry: _where(report, sections, entry, places), menu=[c.title for c in known]),
        Column("底表", _origin, menu=[o.word for o in Origin]),
    )
    return table_of(report.text(caption), columns, found, origin=weakest(e.rests_on for e in found if e.rests_on))


def _value(report: Report, figure: Figure | None) -> Cell:
    return report.part(figure, _bare(figure)) if figure else NOTHING


def _checked(entry: IndexEntry, unprinted: str) -> Cell:
    word = entry.state or unprinted
    return state(word, STATE_CSS.get(word, "sa-check-none"))


def _origin(entry: IndexEntry) -> str:
    return entry.rests_on.word if entry.rests_on else NOTHING


def _bare(figure: Figure) -> str:
    return figure.exact.removesuffix(figure.told_unit) if figure.unit else figure.exact


def _printed(report: Report, entry: IndexEntry) -> Cell:
    if entry.claim is None:
        return NOTHING
    text = entry.claim.printed
    return report.part(entry.figure, text) if entry.figure else text


def _is_level(figure: Figure | None) -> bool:
    return figure is not None and figure.kind.formula is None and not figure.is_rule


def _last(report: Report, figure: Figure | None) -> Cell:
    """A level's number of the year before."""
    if figure is None or not _is_level(figure):
        return NOTHING
    last = replace(report.figure(f"{figure.id}.{LAST.suffix}", figure.scope), told_in=figure.told_in)
    return NOTHING if last.value is None else report.part(last, _bare(last))


def _since(report: Report, figure: Figure | None) -> Cell:
    """A level's growth, or its change where a rate of growth would mean nothing."""
    if figure is None or not _is_level(figure):
        return NOTHING
    since = report.since(figure.id)
    if isinstance(since, str):
        return NOTHING
    sign = "+" if since.sign > 0 and not since.turn else ""
    return report.part(since, sign + since.printed)


def _where(report: Report, sections: Mapping[str, Chapter], entry: IndexEntry, places: Mapping[str, Chapter]) -> Cell:
    """The chapter that tells of a number; what only a formula needs is in the glossary."""
    name = entry.id.partition(".")[0]
    own = sections.get(entry.claim.section) if entry.claim else None
    chapter = own or places.get(name)
    if chapter:
        return report.page(chapter.title, chapter.name)
    return report.page("注释", GLOSSARY, f"measure-{name}") if name in REGISTRY else NOTHING
