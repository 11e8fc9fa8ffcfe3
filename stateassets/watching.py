"""The warnings as a chapter shows them: how many, of whom, which rules, each with its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import pandas as pd

from .alerts import CLEARED, LEVELS, LIVES, RED, RULES, YELLOW, Alert, Setting, month, settings
from .alerts import watch as all_alerts
from .alerts.levels import HIGHER
from .display import Cell, Markup, Table, state
from .ledger import ENTERPRISE
from .lifecycle import year_end
from .printing import with_unit
from .report import Report

LEVEL_CSS = {RED: "sa-check-bad", YELLOW: "sa-check-none", 1: "sa-check-none"}
MODULES = "platform_modules"


class Watch:
    """The alerts known on a day (default: the end of the report's year).

    ``module`` keeps those of one module. Where there are only sample rows, all that is shown
    says so.
    """

    def __init__(self, report: Report, module: str = "", as_of: pd.Timestamp | None = None,
                 alerts: Sequence[Alert] | None = None) -> None:  # fmt: skip
        self.report, self.module = report, module
        self.as_of = as_of or year_end(report.year)
        if alerts is None:
            chosen = [rule for rule in RULES.values() if module in ("", rule.module)]
            alerts = all_alerts(report.ledger.frames, self.as_of, chosen)
        self.alerts = tuple(alerts)

    def __len__(self) -> int:
        return len(self.alerts)

    def of(self, *, level: int | None = None, life: str = "", rules: Iterable[str] = (),
           opened: bool | None = None) -> Watch:  # fmt: skip
        """Return the alerts of a level, in a time of life, of some rules, still open or not."""
        wanted = set(rules)
        kept = [
            a for a in self.alerts
            if (level is None or a.level == level) and life in ("", a.life)
            and (not wanted or a.rule.id in wanted) and (opened is None or a.open == opened)
        ]  # fmt: skip
        return Watch(self.report, self.module, self.as_of, kept)

    @cached_property
    def sample(self) -> bool:
        """Whether any table that the rules look at is a sample."""
        looked_at = {table for name in self._rules() for table in RULES[name].tables}
        return is_sample(self.report, *looked_at)

    # --- words and numbers ---------------------------------------------------------------

    @cached_property
    def titles(self) -> dict[str, str]:
        """Module -> its Chinese name, in the declared order."""
        rows = self.report.ledger.frames[MODULES]
        return dict(zip(rows["id"], rows["title"], strict=True))

    @cached_property
    def settings(self) -> dict[str, Setting]:
        """What the district decided about each rule."""
        return settings(self.report.ledger.frames)

    def numbers(self) -> dict[str, str]:
        """Return how many alerts are open, of which level, how many are new or cleared.

        Names for a sentence: open, red, yellow, blue, new, cleared, each with 项.
        """
        still = self.of(opened=True)
        counts = {
            "open": len(still), "new": len(self.of(life=LIVES[0])),
            "cleared": len(self.of(life=CLEARED)), "rules": len(self._rules()),
            "fired": len({a.rule.id for a in self.alerts}),
            **{name: len(still.of(level=n)) for n, name in ((3, "red"), (2, "yellow"), (1, "blue"))},
        }  # fmt: skip
        return {name: f"{number}项" for name, number in counts.items()}

    def density(self) -> str:
        """Return how many alerts there were for every hundred months of an enterprise, in words."""
        roster = self.report.ledger.frames["roster"]
        months = 12 * int((roster["year"] <= self.as_of.year).sum())
        density = 100 * len(self) / months if months else 0
        return f"每100个企业月{with_unit(density, '项', 1)}"

    def by_module(self) -> list[tuple[str, int]]:
        """Return for each module how many open alerts it has."""
        return [
            (title, sum(a.open and a.rule.module == code for a in self.alerts))
            for code, title in self.titles.items()
        ]

    # --- tables --------------------------------------------------------------------------

    def listing(self, caption: str) -> Table:
        """The alerts, each with what happened, its life and the rows that it rests on."""
        header = ("企业", "级别", "规则", "情况", "时间", "取自")
        rows = tuple(self._row(alert) for alert in self.alerts)
        note = "" if rows else "没有预警。"
        return Table(self.report.text(caption), header, rows, sample=self.sample, note=note)

    def _row(self, alert: Alert) -> tuple[Cell, ...]:
        name = alert.setting.name
        return (
            self.report.enterprise(alert.enterprise_id), level_mark(alert.level),
            name if self.module else f"{self.titles[alert.rule.module]}：{name}",
            alert.sentence, _time(alert), self._rests_on(alert),
        )  # fmt: skip

    def _rests_on(self, alert: Alert) -> str:
        table = self.report.package.tables[alert.rule.tables[0]].title
        return (
            f"{table}第{'、'.join(map(str, alert.rows))}行" if alert.rows else f"{table}没有这一行"
        )

    def worst(self, caption: str) -> Table:
        """Return each enterprise's worst open level by module, the enterprise worst off first."""
        scopes = self.report.ledger.scopes(ENTERPRISE)
        worst: dict[tuple[str, str], int] = {}
        for a in self.alerts:
            if a.open:
                key = (a.enterprise_id, a.rule.module)
                worst[key] = max(worst.get(key, 0), a.level)
        levels = {s.id: [worst.get((s.id, module), 0) for module in self.titles] for s in scopes}
        order = sorted(scopes, key=lambda s: sorted(levels[s.id], reverse=True), reverse=True)
        rows = tuple(
            (
                self.report.enterprise(s.id),
                *(level_mark(level) if level else "" for level in levels[s.id]),
            )
            for s in order
        )
        return Table(
            self.report.text(caption), ("企业", *self.titles.values()), rows, sample=self.sample
        )

    def rules(self, caption: str) -> Table:
        """Every rule with its thresholds, whom it is for, why, and how often it was broken."""
        header = ("规则", "看什么", "预警线", "对象", "依据", "预警次数")
        rows = tuple(self._rule(name) for name in self._rules())
        return Table(self.report.text(caption), header, rows, frozenset({5}), self.sample)

    def _rules(self) -> list[str]:
        known = (name for name in self.settings if name in RULES)
        return [name for name in known if self.module in ("", RULES[name].module)]

    def _rule(self, name: str) -> tuple[Cell, ...]:
        rule, setting = RULES[name], self.settings[name]
        fired = sum(alert.rule.id == name for alert in self.alerts)
        title = setting.name if self.module else f"{self.titles[rule.module]}：{setting.name}"
        return (title, rule.looks_at, _lines(setting), setting.audience, setting.basis, str(fired))


def _time(alert: Alert) -> str:
    """Return since when an alert has been there, and until when."""
    if not alert.since_known:
        return f"{month(alert.period)}的现状"
    since = f"{month(alert.first_seen)}起"
    return f"{since}，{month(alert.cleared)}解除" if alert.cleared else f"{since}，{alert.life}"


def _lines(setting: Setting) -> str:
    """Return a rule's lines in words, mildest first."""
    way = "≥" if setting.worse == HIGHER else "≤"
    lines = [
        f"{LEVELS[level]}{way}{setting.thresholds[level]:g}{setting.unit}"
        for level in sorted(setting.thresholds)
    ]
    stays = f"；黄色连续{setting.stays}期升为红色" if setting.stays else ""
    return "，".join(lines) + stays


def is_sample(report: Report, *tables: str) -> bool:
    """Whether any of the tables holds sample rows."""
    known = report.package.tables
    return any(known[name].origin == "sample" for name in tables if name in known)


def level_mark(level: int) -> Markup:
    """Return a level as a page shows it: by its word and by look."""
    return state(LEVELS[level], LEVEL_CSS[level])
