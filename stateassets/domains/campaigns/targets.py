"""Each group against the target values that others printed or a standard sets: the gap and its trend.

A target is a row of ``benchmarking_targets``, which says where its number stands and never repeats it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from ...measures.figures import Figure
from ...measures.ledger import GROUP
from ...measures.measures import CLAIM_KINDS, KINDS, Measure
from ...measures.registry import REGISTRY
from ...measures.units import base_size, in_unit, with_unit
from ...present.columns import Column, origin_mark, table
from ...present.display import Cell, Passage, Table, Together, link, state
from ...present.words import NOTHING
from ...tables.origins import Origin, weakest

if TYPE_CHECKING:
    from ...report import Report

TARGETS, REPORTS, STANDARDS = "benchmarking_targets", "published_reports", "evaluation_standards"
PUBLISHED = "published"
UP = "up"
REACHED, BEHIND = "达到", "未达到"
CLOSED, NARROWER, WIDER, SAME, UNKNOWN = "本年补上", "缩小", "扩大", "不变", "上年没有数"
CSS = {REACHED: "sa-check-ok", BEHIND: "sa-check-bad"}


class Found(NamedTuple):
    """A target's number in its measure's base unit, and the row in which it stands."""

    value: float
    row: Mapping[str, Any]


def table_of(target: Mapping[str, Any]) -> str:
    """Return the table in which a target's number stands."""
    return REPORTS if target["source"] == PUBLISHED else STANDARDS


def value_of(target: Mapping[str, Any], frames: Mapping[str, pd.DataFrame]) -> Found | None:
    """Return the number that a row of ``benchmarking_targets`` names, None where it is nowhere."""
    name, wanted = table_of(target), _printed(target) if target["source"] == PUBLISHED else _standard(target)
    if name not in frames:
        return None
    rows = frames[name]
    for column, value in wanted.items():
        rows = rows[rows[column] == value]
    if rows.empty:
        return None
    row = rows.iloc[0].to_dict()
    if target["source"] == PUBLISHED:
        return Found(float(row["value"]) * float(base_size(row["unit"])), row)
    return Found(float(row[target["band"]]), row) if target["band"] else None


def _printed(target: Mapping[str, Any]) -> dict[str, Any]:
    suffix = target["indicator"].partition(".")[2]
    kind = next((name for name, kind in CLAIM_KINDS.items() if kind.suffix == suffix), "")
    place = {"region": target["region"], "scope": target["scope"], "year": target["source_year"]}
    return {**place, "name_zh": target["item"], "kind": kind}


def _standard(target: Mapping[str, Any]) -> dict[str, Any]:
    return {"scheme": target["scheme"], "indicator": target["item"], "industry": "", "scale": ""}


@dataclass(frozen=True)
class Target:
    """What to reach: ``value`` in the base unit; ``sample`` says that it is no real figure."""

    indicator: str
    up: bool
    value: float
    whose: str
    source: Cell
    origin: Origin
    why: str

    @property
    def measure(self) -> Measure:
        """The measure, as the indicator's kind prints it."""
        name, _, kind = self.indicator.partition(".")
        return KINDS[kind].of(REGISTRY[name])

    @property
    def title(self) -> str:
        """The indicator in words."""
        name, _, kind = self.indicator.partition(".")
        return REGISTRY[name].name_zh + KINDS[kind].name_zh

    @property
    def printed(self) -> str:
        """The target with its unit."""
        return self.written(self.value)

    def written(self, value: float) -> str:
        """Return a value of the measure with its unit."""
        return with_unit(in_unit(value, self.measure.unit), self.measure.unit, self.measure.decimals)


def targets(report: Report) -> tuple[Target, ...]:
    """Return the year's targets whose number the book has, in the order of their table."""
    frames = report.ledger.frames
    rows = frames[TARGETS]
    rows = rows[rows["year"] == report.year].to_dict("records")
    found = ((row, value_of(row, frames)) for row in rows)
    return tuple(_target(report, row, number) for row, number in found if number is not None)


def _target(report: Report, row: Mapping[str, Any], found: Found) -> Target:
    if row["source"] == PUBLISHED:
        whose = f"{row['region']}{row['scope']}{row['source_year']:.0f}年"
        title, url = found.row["source_title"], found.row["source_url"]
        source: Cell = link(title, url) if url else title
    else:
        labels = report.package.tables[TARGETS].labels
        whose, source = f"{labels['source'][row['source']]}{labels['band'][row['band']]}档", found.row["note"]
    origin = report.origin_of(table_of(row))
    return Target(row["indicator"], row["direction"] == UP, found.value, whose, source, origin, row["why"])


@dataclass(frozen=True)
class Gap:
    """A group against a target: how much is wanting now and a year before, in the base unit.

    What is above zero is wanting; None where the group has no such value.
    """

    target: Target
    now: Figure
    before: Figure

    @property
    def size(self) -> float | None:
        """What is wanting now."""
        return self._wanting(self.now.value)

    @property
    def last(self) -> float | None:
        """What was wanting a year before, by the same target."""
        return self._wanting(self.before.value)

    def _wanting(self, value: float | None) -> float | None:
        if value is None:
            return None
        return self.target.value - value if self.target.up else value - self.target.value

    @property
    def verdict(self) -> str:
        """Has the target been reached?"""
        return UNKNOWN if self.size is None else REACHED if self.size <= 0 else BEHIND

    @property
    def trend(self) -> str:
        """What has become of the gap since the year before; nothing where there was none."""
        if self.size is None or self.last is None:
            return UNKNOWN
        if self.size <= 0:
            return CLOSED if self.last > 0 else NOTHING
        moved = self.size - self.last
        return SAME if moved == 0 else NARROWER if moved < 0 else WIDER


def gaps(report: Report, wanted: Iterable[Target]) -> tuple[Gap, ...]:
    """Return every group's gap to each target."""
    return tuple(
        Gap(one, *(report.figure(one.indicator, scope, year) for year in (report.year, report.year - 1)))
        for one in wanted
        for scope in report.ledger.scopes(GROUP)
    )


def behind(found: Sequence[Gap]) -> dict[str, object]:
    """Return how many comparisons there are, how many reach the target, and how gaps moved, if any can be compared."""
    known = [gap for gap in found if gap.size is not None]
    open_gaps = [gap for gap in known if gap.verdict == BEHIND]
    comparable = any(gap.trend != UNKNOWN for gap in known)
    return {
        "compared": len(known),
        "reached": len(known) - len(open_gaps),
        "behind": len(open_gaps),
        "narrower": sum(gap.trend == NARROWER for gap in open_gaps) if comparable else None,
        "wider": sum(gap.trend == WIDER for gap in open_gaps) if comparable else None,
    }


def say(report: Report, *templates: str) -> Passage:
    """Paragraphs in which ``behind`` of all groups and targets is known by name."""
    found = gaps(report, targets(report))
    told = report.say(*templates, **behind(found))
    return replace(told, origin=_origin(report, found))


def _origin(report: Report, found: Iterable[Gap]) -> Origin:
    """Return the origin of comparisons: that of both numbers, and of the choice whom to compare with."""
    numbers = (origin for gap in found for origin in (gap.now.origin, gap.target.origin))
    return weakest((report.origin_of(TARGETS), *numbers))


def target_table(report: Report, caption: str) -> Table:
    """Each target with whose figure it is, where it is printed, and why it was chosen."""
    found = targets(report)
    columns = (
        Column("指标", "title"),
        Column("目标值", "printed", numeric=True),
        Column("好的方向", lambda one: report.package.tables[TARGETS].labels["direction"][UP if one.up else "down"]),
        Column("谁的数", "whose"),
        Column("来源", lambda one: origin_mark(one.origin)),
        Column("出处", "source"),
        Column("为什么与它比", "why"),
    )
    return table(report.text(caption), columns, found, origin=weakest(one.origin for one in found))


def gap_table(report: Report, caption: str) -> Table:
    """Each group against each target: last year, this year, what is wanting, whether it narrows."""
    found = gaps(report, targets(report))
    columns = (
        Column("指标", lambda gap: gap.target.title),
        Column("谁的数", lambda gap: gap.target.whose),
        Column("企业", lambda gap: report.enterprise(gap.now.scope.id)),
        Column(f"{report.year - 1}年", lambda gap: _value(report, gap.before), numeric=True),
        Column(f"{report.year}年", lambda gap: _value(report, gap.now), numeric=True),
        Column("目标值", lambda gap: gap.target.printed, numeric=True),
        Column("还差", _wanting, numeric=True),
        Column("是否达到", lambda gap: state(gap.verdict, CSS.get(gap.verdict, "sa-check-none"))),
        Column("差距比上年", "trend"),
    )
    note = "企业是合并报表的数；已经达到的没有差距，记为“—”。差距比上年，是两年都与同一个目标值比。"
    return table(report.text(caption), columns, found, origin=_origin(report, found), note=note, internal=True)


def _value(report: Report, figure: Figure) -> Cell:
    return report.part(figure, NOTHING if figure.value is None else "")


def _wanting(gap: Gap) -> str:
    """Return what is wanting, in the unit of a difference."""
    if gap.size is None or gap.size <= 0:
        return NOTHING
    measure = gap.target.measure
    unit = "个百分点" if measure.unit == "%" else measure.unit
    return with_unit(in_unit(gap.size, measure.unit), unit, measure.decimals)


def pictures(report: Report) -> Together:
    """One picture an indicator: every group beside the first of its targets."""
    first: dict[str, Target] = {}
    for one in targets(report):
        first.setdefault(one.indicator, one)
    found = ((one, [gap for gap in gaps(report, [one]) if gap.now.value is not None]) for one in first.values())
    return Together(tuple(_picture(report, one, known) for one, known in found if known))


def _said(reached: int, all_: int) -> str:
    """How many of all have reached a target."""
    if reached == all_:
        return f"{all_}户均达到目标值" if all_ > 1 else "达到目标值"
    if not reached:
        return f"{all_}户均没有达到目标值" if all_ > 1 else "没有达到目标值"
    return f"{all_}户中{reached}户达到目标值"


def _picture(report: Report, target: Target, found: list[Gap]) -> Any:
    measure = target.measure
    goal = float(in_unit(target.value, measure.unit))
    rows = [(gap.now.scope.name_zh, goal, gap.now.number) for gap in found]
    from ...present.charts import dumbbell  # loads matplotlib, which whoever only checks tables does without

    reached = [gap.now.scope.name_zh for gap in found if gap.verdict == REACHED]
    named = f"，达到的有{'、'.join(reached)}" if reached else ""
    return report.draw(
        dumbbell,
        rows,
        f"目标值（{target.whose}）",
        f"{report.year}年",
        unit=measure.unit,
        decimals=measure.decimals,
        caption="{title}：各一级企业与目标值{printed}{mark}",
        finding="{said}",
        alt="目标值是{whose}的{printed}{named}",
        names={
            "title": target.title,
            "printed": target.printed,
            "mark": "，目标值是示例" if target.origin is Origin.SAMPLE else "",
            "said": _said(len(reached), len(found)),
            "whose": target.whose,
            "named": named,
        },
        origin=_origin(report, found),
    )
