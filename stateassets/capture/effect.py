"""What accepting returns would change: figures as they are printed, and alerts of the groups that are touched."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..alerts import RULES as EVERY_RULE
from ..alerts import Alert, Rule, find_alerts
from ..alerts.reach import data_end
from ..alerts.rules import LIMITS
from ..measures.figures import Figure
from ..measures.ledger import ENTERPRISE, MADE_OF, ROSTER, Ledger, Scope, ScopeError
from ..measures.registry import REGISTRY
from ..report import Report
from ..tables.data_errors import DataError, Fault
from ..tables.declared import DataPackage, LackingError
from ..tables.fast_schema import errors
from ..tables.hierarchy import above, owners, roots
from ..tables.loading import typed
from ..tables.periods import year_end
from ..tables.reading import ReadTable
from ..tables.working_days import HOLIDAYS
from .arrivals import ReturnRows
from .parts import OWNER, periods_of

APPEARED, RAISED, LOWERED, CLEARED = "新出现", "升级", "降级", "解除"
CHANGES = (APPEARED, RAISED, LOWERED, CLEARED)
AlertKey = tuple[str, str, str]  # rule, enterprise, what of it
# Tables that say how rules judge, and who is under supervision.
JUDGED_BY = frozenset({"enterprises", ROSTER, HOLIDAYS, "warning_rules", LIMITS})


@dataclass(frozen=True)
class FigureChange:
    """A figure that prints otherwise."""

    before: Figure
    after: Figure

    @property
    def title(self) -> str:
        """Which figure it is, in words."""
        return f"{self.after.scope.name_zh}{self.after.year}年{self.after.name_zh}"

    def __str__(self) -> str:
        return f"{self.title}：{self.before.printed}→{self.after.printed}"


@dataclass(frozen=True)
class AlertChange:
    """An alert that appears, is raised, lowered or cleared (``kind``); before or after it may not be there."""

    kind: str
    before: Alert | None
    after: Alert | None

    @property
    def alert(self) -> Alert:
        """The alert as it is then, or was."""
        found = self.after or self.before
        assert found is not None
        return found

    def __str__(self) -> str:
        return f"{self.kind}：{self.alert.sentence}"


@dataclass(frozen=True)
class Effect:
    """What returns would change."""

    figures: tuple[FigureChange, ...]
    alerts: tuple[AlertChange, ...]

    @property
    def any(self) -> bool:
        """Whether anything that a reader sees would be another."""
        return bool(self.figures or self.alerts)


def effect(source: Path | Report, returns: Sequence[ReturnRows], as_of: pd.Timestamp | None = None) -> Effect:
    """Return what a report (or the one under a root) would say otherwise if the returns were in it.

    ``as_of`` is the day on which alerts are looked at, else the report's year's end.

    Raises:
        DataError: the report cannot be opened, or a return has cells that no table can hold.
    """
    report = source if isinstance(source, Report) else Report(root=source)
    before = report.ledger
    frames = {name: frame for name, frame in before.frames.frames.items() if name != ROSTER}
    changed = with_returns(report.package, frames, returns)
    after = Ledger(report.package, {**frames, **changed})
    view = copy(report)
    view.ledger = after
    enterprises = [one.enterprise_id for one in returns if one.enterprise_id]
    day = as_of or min(year_end(report.year), data_end(after.frames.frames) or year_end(report.year))
    rules = concerned(changed)
    key = "alerts of a part", frozenset(enterprises), day, tuple(rule.id for rule in rules)
    was = before.once(key, lambda: touched_alerts(before, enterprises, day, rules))
    now = touched_alerts(after, enterprises, day, rules)
    return Effect(tuple(_figures(report, view, changed, returns)), tuple(changes(was, now)))


# --- the rows ---------------------------------------------------------------------------------------


def with_returns(
    package: DataPackage, frames: Mapping[str, pd.DataFrame], returns: Sequence[ReturnRows]
) -> dict[str, pd.DataFrame]:
    """Return the tables that returns change, each return's rows in the place of those of its predecessor.

    Raises:
        DataError: a return has cells that its table cannot hold.
    """
    changed: dict[str, pd.DataFrame] = {}
    for name in dict.fromkeys(one.table for one in returns):
        table = package.tables[name]
        mine = [one for one in returns if one.table == name]
        cells = [[texts.get(c.name, "") for c in table.columns] for one in mine for texts in one.rows]
        if wrong := next(errors(table.columns, (), cells), None):
            raise DataError(
                [
                    Fault(
                        table.title,
                        wrong.row,
                        wrong.column or None,
                        "这次报送还有错误",
                        "没有错误的报送",
                        "先改正错误，再看影响",
                    )
                ]
            )
        new = typed(ReadTable(table, [c.name for c in table.columns], cells))
        old = frames.get(name)
        if old is None:
            changed[name] = new
            continue
        their = owners(package, frames, name)
        whose = [""] * len(old) if their is None else list(their)
        timed = "year" in old
        gone = {(one.enterprise_id, one.period if timed else "") for one in mine}
        stays = old[[one not in gone for one in zip(whose, periods_of(old), strict=True)]]
        made = pd.concat([stays[list(new.columns)], new], ignore_index=True) if len(stays) else new
        changed[name] = made
    return changed


# --- figures ----------------------------------------------------------------------------------------


def _figures(
    before: Report, after: Report, changed: Collection[str], returns: Sequence[ReturnRows]
) -> Iterator[FigureChange]:
    """Yield the figures of the district, then of the enterprises, that print otherwise."""
    tables = set(changed) | {made for made, of in MADE_OF.items() if set(of) & set(changed)}
    names = [name for name in REGISTRY if {q.table for q in REGISTRY.quantities_of(name)} & tables]
    printed = [claim.figure_id for claim in before.claims if claim.figure_id.partition(".")[0] in names]
    wanted = {before.whole: list(dict.fromkeys((*printed, *names)))}
    known = before.ledger.once("names", lambda: dict(before.ledger.frames["enterprises"][[OWNER, "name_zh"]].values))
    for enterprise in dict.fromkeys(one.enterprise_id for one in returns):
        if enterprise in known:
            wanted[Scope(ENTERPRISE, enterprise, known[enterprise])] = names
    years = sorted({int(one.period[:4]) for one in returns if one.period} | {before.year})
    for scope, ids in wanted.items():
        for year in years:
            for figure_id in ids:
                was, now = (_figure(report, figure_id, scope, year) for report in (before, after))
                if was and now and was.printed != now.printed:
                    yield FigureChange(was, now)


def _figure(report: Report, figure_id: str, scope: Scope, year: int) -> Figure | None:
    try:
        return report.figure(figure_id, scope, year)
    except (ScopeError, LackingError, KeyError):
        return None


# --- alerts -----------------------------------------------------------------------------------------


def concerned(changed: Collection[str]) -> list[Rule]:
    """Return the rules that look at any of the tables that changed; all, if how they judge did."""
    tables = set(changed) | {made for made, of in MADE_OF.items() if set(of) & set(changed)}
    if set(changed) & (JUDGED_BY - {ROSTER}):
        return list(EVERY_RULE.values())
    return [rule for rule in EVERY_RULE.values() if set(rule.tables) & tables]


def touched_alerts(
    ledger: Ledger, enterprises: Collection[str], as_of: pd.Timestamp, rules: Sequence[Rule] | None = None
) -> list[Alert]:
    """Return the alerts of the groups of some enterprises, as the whole ledger gives them, by the rules or by all.

    Of rows that are nobody's (``enterprises`` is empty) all alerts are looked at.
    """
    rules = list(EVERY_RULE.values()) if rules is None else list(rules)
    if not rules:
        return []
    frames = ledger.frames.frames
    names = (JUDGED_BY | {name for rule in rules for name in rule.tables}) & set(frames)
    years = {name: set(frames[name]["year"]) for name in names if "year" in frames[name]}
    group, part = members(frames, enterprises), {}
    for name in names:
        whose = owners(ledger.package, frames, name) if enterprises else None
        part[name] = frames[name] if whose is None else frames[name][whose.isin(group)]
    return find_alerts(part, as_of, rules, years)


def members(frames: Mapping[str, pd.DataFrame], enterprises: Collection[str]) -> set[str]:
    """Return all enterprises of the groups of some."""
    root = roots(above(frames))
    wanted = {root.get(one, one) for one in enterprises}
    return {one for one, top in root.items() if top in wanted}


def changes(before: Sequence[Alert], after: Sequence[Alert]) -> Iterator[AlertChange]:
    """Yield what becomes of the open alerts, the worst first."""
    was = {alert.key: alert for alert in before if alert.open}
    now = {alert.key: alert for alert in after if alert.open}
    closed = {alert.key: alert for alert in reversed(after) if not alert.open}
    for key, kind in became(*({key: alert.level for key, alert in found.items()} for found in (was, now))):
        yield AlertChange(kind, was.get(key), now.get(key) or closed.get(key))


def became(before: Mapping[AlertKey, int], after: Mapping[AlertKey, int]) -> Iterator[tuple[AlertKey, str]]:
    """Yield what becomes of open alerts, by what they are about: the levels before and after."""
    for key, level in after.items():
        if key not in before:
            yield key, APPEARED
        elif level != before[key]:
            yield key, RAISED if level > before[key] else LOWERED
    for key in before:
        if key not in after:
            yield key, CLEARED
