"""Do wages follow both profit and productivity, company by company?

``RULES`` tells the reader what is judged; profit is judged by ``page.verdict``, productivity here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ...measures.ledger import ENTERPRISE, GROUP
from ...present.columns import Column, table
from ...present.display import Passage, Table, state
from ...present.words import NOTHING
from ...tables.origins import Origin
from .page import CONSISTENT, EXCEPTION, FLAT, NOT_COMPARED, STATE_CSS, PayVerdict, moved

if TYPE_CHECKING:
    from ...report import Report

RULES = (
    "与劳动生产率挂钩，这里看人均：劳动生产率提高的，人均工资可以增长，但不快于劳动生产率；"
    "劳动生产率没有提高的，人均工资不应增长。这是国发〔2018〕16号把工资总额与劳动生产率联动的通行读法（待核）；"
    f"变动不超过{FLAT:g}%的视同没有变动，本书自定。",
    "两项都一致才算两头都挂上了钩。只与一项一致的，不等于违规，要由企业说明原因。",
)
BOTH, PROFIT_ONLY, PRODUCTIVITY_ONLY, NEITHER = "两项都一致", "只与效益一致", "只与劳动生产率一致", "两项都不一致"
JOINT = (NEITHER, PROFIT_ONLY, PRODUCTIVITY_ONLY, BOTH, NOT_COMPARED)  # what asks for a word first
JOINT_CSS = {BOTH: "sa-check-ok", NEITHER: "sa-check-bad"}


def follows(productivity: float | None, average: float | None) -> bool | None:
    """Do wages a head follow productivity? Both as growth in per cent; None where one is not known."""
    if productivity is None or average is None:
        return None
    return average <= (productivity if productivity > FLAT else FLAT)


def productivity_state(found: PayVerdict) -> str:
    """一致, 例外 or 不比较, by productivity."""
    held = follows(found.productivity_growth, found.average_growth)
    return NOT_COMPARED if held is None else CONSISTENT if held else EXCEPTION


def joint(found: PayVerdict) -> str:
    """Return with which of profit and productivity a company's wages agree."""
    states = (found.state, productivity_state(found))
    if NOT_COMPARED in states:
        return NOT_COMPARED
    return {
        (CONSISTENT, CONSISTENT): BOTH,
        (CONSISTENT, EXCEPTION): PROFIT_ONLY,
        (EXCEPTION, CONSISTENT): PRODUCTIVITY_ONLY,
        (EXCEPTION, EXCEPTION): NEITHER,
    }[states]


def kinds(found: Iterable[PayVerdict]) -> str:
    """Return how many companies stand where, in words."""
    counts = Counter(map(joint, found))
    return "，".join(f"{word}的{counts[word]}户" for word in JOINT if counts[word])


def origin(report: Report) -> Origin:
    """Return the origin of wages and value added."""
    return report.ledger.origin(["wage_total", "value_added"])


def say(report: Report, found: Iterable[PayVerdict], *templates: str) -> Passage:
    """Paragraphs in which ``kinds`` are known by name."""
    return replace(report.say(*templates, kinds=kinds(found)), origin=origin(report))


def link_table(report: Report, found: Sequence[PayVerdict], caption: str) -> Table:
    """Each company's profit, productivity and wages, and with which of both the wages agree."""
    ids = {scope.name_zh: scope.id for scope in report.ledger.scopes(ENTERPRISE)}
    columns = (
        Column("企业", lambda v: report.enterprise(ids[v.name])),
        Column("利润总额", lambda v: v.results.removeprefix("利润总额") or NOTHING, numeric=True),
        Column("工资总额", lambda v: _moved(v.wage_growth), numeric=True),
        Column("与效益", lambda v: state(v.state, STATE_CSS[v.state])),
        Column("劳动生产率", lambda v: _moved(v.productivity_growth), numeric=True),
        Column("人均工资", lambda v: _moved(v.average_growth), numeric=True),
        Column("与劳动生产率", lambda v: state(productivity_state(v), STATE_CSS[productivity_state(v)])),
        Column("合起来看", lambda v: state(joint(v), JOINT_CSS.get(joint(v), "sa-check-none")), menu=JOINT),
    )
    order = sorted(found, key=lambda v: JOINT.index(joint(v)))
    return table(report.text(caption), columns, order, origin=origin(report))


def _moved(rate: float | None) -> str:
    return NOTHING if rate is None else moved(rate)


def by_group(report: Report, measure: str, wages: str) -> list[tuple[str, float, float]]:
    """Return (group, growth of a measure, growth of a measure of wages) in per cent, where both have one."""
    pairs = [(grown, report.figure(f"{wages}.yoy", grown.scope)) for grown in report.figures(f"{measure}.yoy", GROUP)]
    return [(a.scope.name_zh, a.number, b.number) for a, b in pairs if a.comparable and b.comparable]
