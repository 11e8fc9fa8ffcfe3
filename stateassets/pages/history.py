"""What has a past shows it: a line with its values and a table 历年 of a chapter's headline figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..measures import decomposition
from ..measures.figures import Figure, FigureNumber
from ..measures.ledger import Scope
from ..measures.units import factor, with_unit
from ..present.charts import Chart, histories, waterfall
from ..present.display import Cell, Table, Together
from ..present.missing_data import if_there
from ..report import Report, opened
from ..tables.declared import NoFigureError
from ..tables.origins import Origin, weakest

CAPTION = "历年的{names}"
ALONE = "只有一年的数，没有历年可比"


def shown(report: Report, *names: str, scope: Scope | None = None) -> Together:
    """The years of a chapter's headline figures in one block: a line each, and a table with all of them.

    Raises:
        NoFigureError: no figure has more than one year.
    """
    found = [_known(report, name, scope) for name in names]
    several = [figures for figures in found if len(figures) > 1]
    if not several:
        raise NoFigureError(f"{report.figure(names[0]).name_zh}，{ALONE}")
    return Together((_chart(report, several), _table(report, several)))


def _known(report: Report, name: str, scope: Scope | None) -> tuple[Figure, ...]:
    nothing: tuple[Figure, ...] = ()
    return if_there(lambda: report.history(name, scope), nothing)


def notes(report: Report, several: Sequence[Sequence[Figure]]) -> tuple[str, ...]:
    """Return, each once, what openings between the years were restated, oldest first."""
    told: dict[tuple[int, str], dict[str, None]] = {}
    for figure in (figure for figures in several for figure in figures[1:]):
        what, why = report.restated(figure.measure.name, figure.scope, figure.year)
        if what:
            told.setdefault((figure.year, why), {})[what] = None
    return tuple(opened(year, "、".join(what), why) for (year, why), what in sorted(told.items()))


def _chart(report: Report, several: Sequence[Sequence[Figure]]) -> Chart:
    panels = [
        (
            figures[-1].measure.name_zh,
            figures[-1].told_unit,
            _places(figures[-1]),
            [(f"{f.year}年", _number(f)) for f in figures],
        )
        for figures in several
    ]
    names = "、".join(name for name, *_ in panels)
    return report.draw(
        histories, panels, caption=CAPTION, alt="{drawn.others}", names={"names": names}, origin=_origin(several)
    )


def _places(figure: Figure) -> int:
    return figure.told_in[1] if figure.told_in else figure.decimals


def _number(figure: Figure) -> FigureNumber:
    exact = Report.exact(figure)
    return FigureNumber(exact * float(factor(figure.unit, figure.told_unit)), figure)


def _origin(several: Sequence[Sequence[Figure]]) -> Origin:
    return weakest(figure.origin for figures in several for figure in figures)


def _table(report: Report, several: Sequence[Sequence[Figure]]) -> Table:
    """A row a year, a column a figure; of three years and more what they came to, and how much a year."""
    years = sorted({figure.year for figures in several for figure in figures})
    header = ["年度", *(f"{_name(figures)}（{figures[-1].told_unit}）" for figures in several)]
    of_year = [{figure.year: figure for figure in figures} for figures in several]
    rows: list[tuple[Cell, ...]] = [(f"{year}年", *_row(report, of_year, year)) for year in years]
    if len(years) > 2:
        span = f"{years[0]}年到{years[-1]}年"
        rows.append((f"{span}变动", *(_moved(figures) for figures in several)))
        rows.append((f"{span}年均增速", *(_pace(figures) for figures in several)))
    names = "、".join(map(_name, several))
    return Table(
        report.text(CAPTION, names=names).replace("历年的", "历年：", 1),
        tuple(header),
        tuple(rows),
        frozenset(range(1, len(header))),
        _origin(several),
        note="；".join(notes(report, several)),
        whole=True,
    )


def _name(figures: Sequence[Figure]) -> str:
    return figures[-1].measure.name_zh


def _row(report: Report, of_year: Sequence[dict[int, Figure]], year: int) -> Iterator[Cell]:
    for figures in of_year:
        figure = figures.get(year)
        yield report.part(figure, figure.exact.removesuffix(figure.told_unit)) if figure else "—"


def _moved(figures: Sequence[Figure]) -> str:
    """The last year's number less the first's, as it is printed."""
    gap = _number(figures[-1]) - _number(figures[0])
    unit = {"%": "个百分点"}.get(figures[-1].told_unit, "")
    told = with_unit(gap, unit, _places(figures[-1]))
    return f"+{told}" if gap > 0 and told != with_unit(0, unit, _places(figures[-1])) else told


def _pace(figures: Sequence[Figure]) -> str:
    """Growth a year on average, of what grows and is above zero at both ends."""
    first, last = figures[0], figures[-1]
    if last.told_unit == "%" or not first.value or not last.value or min(first.value, last.value) <= 0:
        return "—"
    times = float(last.value / first.value) ** (1 / (last.year - first.year))
    return with_unit(100 * (times - 1), "%", 1)


def decomposed(report: Report, name: str, caption: str, scope: Scope | None = None, **powers: int) -> Chart:
    """A waterfall of what moved a figure from the first year on record to this one.

    Raises:
        NoFigureError: there are no more than two years, which the chapter tells of anyway.
    """
    figures = report.history(name, scope)
    if len(figures) < 3:
        raise NoFigureError(f"{report.figure(name).name_zh}，{ALONE}")
    first, last = figures[0], figures[-1]
    steps = decomposition.decompose(report, name, scope, first.year, last.year, **powers)
    return report.draw(
        waterfall,
        (f"{first.year}年", report.exact(first)),
        steps,
        (f"{last.year}年", report.exact(last)),
        unit=last.unit,
        decimals=last.decimals,
        caption=caption,
        names={"first": first.year, "last": last.year},
    )
