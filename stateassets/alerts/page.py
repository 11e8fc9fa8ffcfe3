"""The warnings as a chapter shows them: how many, of whom, which rules, each with its rows."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from ..measures.exact import exact_sum
from ..measures.ledger import ENTERPRISE, GROUP, Ledger
from ..measures.units import with_unit
from ..present.blocks import Choice, choice
from ..present.columns import Column, table
from ..present.display import Cell, Markup, Passage, Table, joined, named, state
from ..present.words import NOTHING
from ..tables.addresses import alert_place, row_place, table_place
from ..tables.declared import NOTHING_THIS_YEAR
from ..tables.notation import grouped
from ..tables.origins import Origin, weakest
from ..tables.periods import year_end
from . import CLEARED, LEVELS, LIVES, NEW, NONE, RULES, Alert, AlertContext, Setting, month, reach, settings, since
from .engine import SETTINGS, find_alerts, in_order
from .levels import COLUMNS, HIGHER
from .rules import BESIDE

if TYPE_CHECKING:
    from ..report import Report

MODULES = "platform_modules"
NO_DATA = "没有数据，没有看"
CENTRE, DATA = "alerts", "data"
WORSE, BETTER = "升级", "降级"
CHANGES = (NEW, WORSE, BETTER, CLEARED)


def at_year_end(report: Report) -> AlertContext:
    """Return what the rules' views read at the end of the report's year."""
    return AlertContext(report.ledger.frames, year_end(report.year))


def known_modules() -> tuple[str, ...]:
    """Return the modules that have rules."""
    return tuple(sorted({rule.module for rule in RULES.values()}))


def month_before(day: pd.Timestamp) -> pd.Timestamp:
    """Return the end of the month before, against which it is told what is new."""
    return day - pd.offsets.MonthEnd(1)


def alerts_key(day: pd.Timestamp, module: str) -> Hashable:
    """Return as what a ledger knows a module's alerts known on a day."""
    return ("alerts", day, module)


def known_on(ledger: Ledger, day: pd.Timestamp, module: str) -> tuple[Alert, ...]:
    """Return a module's alerts known on a day, looked for once."""
    rules = [rule for rule in RULES.values() if rule.module == module]
    key = alerts_key(day, module)
    return ledger.once(key, lambda: tuple(find_alerts(ledger.frames, day, rules)))


class AlertChange(NamedTuple):
    """What became of an alert since the end of the month before, when it had the level ``before``."""

    kind: str
    alert: Alert
    before: int


class AlertsPage:
    """The alerts known on a day (default: the end of the report's year), in the report's scope.

    After the end of the data the rules look at its last day (``as_of``); what else can be said of the
    day itself (``asked``) is in ``reach``.
    ``module`` keeps those of one module. What is new is told against the end of the month before
    (``earlier``). All that is shown says where its rules and its rows come from.
    """

    def __init__(
        self, report: Report, module: str = "", as_of: pd.Timestamp | None = None, alerts: Sequence[Alert] | None = None
    ) -> None:
        self.report, self.module = report, module
        self.asked = as_of or year_end(report.year)
        self.as_of = min(self.asked, reach.data_end(report.ledger.frames) or self.asked)
        self.earlier = self._known(month_before(self.as_of)) if alerts is None else ()
        if alerts is None:
            alerts = since(self._known(self.as_of), self.earlier)
        self.alerts = tuple(alerts)

    def _known(self, day: pd.Timestamp) -> tuple[Alert, ...]:
        frames, here = self.report.ledger.frames, self.report.here
        if not {SETTINGS, MODULES} <= set(frames):
            return ()
        modules = (self.module,) if self.module else known_modules()
        whose = self.report.ledger.scope_of(here.by) if here != self.report.whole else {}
        found = in_order(a for module in modules for a in known_on(self.report.ledger, day, module))
        return tuple(a for a in found if not whose or whose[a.enterprise_id] == here.id)

    def __len__(self) -> int:
        return len(self.alerts)

    def of(
        self, *, level: int | None = None, life: str = "", rules: Iterable[str] = (), opened: bool | None = None
    ) -> AlertsPage:
        """Return the alerts of a level, in a time of life, of some rules, still open or not."""
        wanted = set(rules)
        kept = copy(self)
        kept.alerts = tuple(
            a
            for a in self.alerts
            if (level is None or a.level == level)
            and life in ("", a.life)
            and (not wanted or a.rule.id in wanted)
            and (opened is None or a.open == opened)
        )
        return kept

    def changes(self) -> list[AlertChange]:
        """Return what changed since last month."""
        before = {a.key: a for a in self.earlier if a.open}
        now = {a.key: a for a in self.alerts if a.open}
        gone = {a.key: a for a in self.alerts if not a.open and a.key in before}
        found = [
            AlertChange(
                NEW if key not in before else WORSE if a.level > before[key].level else BETTER,
                a,
                before[key].level if key in before else NONE,
            )
            for key, a in now.items()
            if key not in before or a.level != before[key].level
        ]
        found += [AlertChange(CLEARED, gone.get(key, a), a.level) for key, a in before.items() if key not in now]
        return sorted(found, key=lambda c: (CHANGES.index(c.kind), -max(c.alert.level, c.before)))

    @cached_property
    def _looked_at(self) -> tuple[Origin, Origin]:
        tables = self.report.package.tables
        looked_at = {table for name in self._rules() for table in RULES[name].tables} | {SETTINGS}
        origins = [tables[name].origin for name in looked_at if name in tables]
        return (
            weakest(o for o in origins if o is not Origin.SAMPLE),
            weakest(o for o in origins if o is not Origin.OWN),
        )

    @property
    def origin(self) -> Origin:
        """Where what is shown comes from, the rules and the rows together."""
        return weakest(self._looked_at)

    @property
    def vouched(self) -> str:
        """Say where the rules and where the rows come from."""
        rules, rows = self._looked_at
        return f"规则{rules.word}，数据{rows.word}"

    # --- words and numbers ---------------------------------------------------------------

    @cached_property
    def titles(self) -> dict[str, str]:
        """Module -> its Chinese name, in the declared order, those beside the platform's own at the end."""
        rows = self.report.ledger.frames[MODULES]
        return {**dict(zip(rows["id"], rows["title"], strict=True)), **BESIDE}

    @cached_property
    def settings(self) -> dict[str, Setting]:
        """What the district decided about each rule."""
        return settings(self.report.ledger.frames)

    def numbers(self) -> dict[str, str]:
        """Return how many alerts are open, of which level, how many changed since last month.

        Names for a sentence: open, red, yellow, blue, new, worse, gone (cleared since last
        month), cleared (at any time), rules, fired, each with 项.
        """
        still = self.of(opened=True)
        kinds = [kind for kind, *_ in self.changes()]
        counts = {
            "open": len(still),
            "new": len(self.of(life=NEW)),
            "worse": kinds.count(WORSE),
            "gone": kinds.count(CLEARED),
            "cleared": len(self.of(life=CLEARED)),
            "rules": len(self._rules()),
            "fired": len({a.rule.id for a in self.alerts}),
            **{name: len(still.of(level=level)) for level, name in COLUMNS.items()},
        }
        return {name: f"{number}项" for name, number in counts.items()}

    def months(self) -> int:
        """Return how many months enterprises were under supervision up to the day, in the years that are watched.

        These are the report's year and the one before: registers go back no further, statements do.
        """
        years = self.report.ledger.frames["roster"]["year"]
        return int(
            years[years >= self.report.year - 1]
            .map(lambda year: min(12, 12 * (self.as_of.year - year) + self.as_of.month))
            .clip(lower=0)
            .sum()
        )

    def density(self) -> str:
        """Return how many alerts of each worst level a hundred months of an enterprise saw."""
        years = self.report.ledger.frames["roster"]["year"]
        first = pd.Timestamp(max(int(years.min()), self.report.year - 1), 1, 1)
        seen = [a.worst for a in self.alerts if a.open or a.period >= first]
        months = self.months()
        told = (
            f"{word}{with_unit(100 * seen.count(level) / months if months else 0, '项', 1)}"
            for level, word in LEVELS.items()
        )
        return f"每100个企业月有{'、'.join(told)}"

    def by_module(self) -> list[tuple[str, list[int]]]:
        """Return for each module with data how many open alerts it has of each level, worst first."""
        still = self.of(opened=True).alerts
        return [
            (title, [sum(a.rule.module == code and a.level == level for a in still) for level in LEVELS])
            for code, title in self._seen_modules().items()
        ]

    def worst(self) -> tuple[list[tuple[str, list[str]]], list[str]]:
        """Return each troubled enterprise's worst open level by module, in words, and the modules with data.

        The enterprise worst off comes first; one without open alerts is left out.
        """
        worst: dict[str, dict[str, int]] = {}
        for a in self.of(opened=True).alerts:
            own = worst.setdefault(a.enterprise_id, {})
            own[a.rule.module] = max(own.get(a.rule.module, 0), a.level)
        order = sorted(worst, key=lambda key: sorted(worst[key].values(), reverse=True), reverse=True)
        modules = self._seen_modules()
        words = [
            (self.report.ledger.name_of(key), [LEVELS.get(worst[key].get(m, 0), "") for m in modules]) for key in order
        ]
        return words, list(modules.values())

    # --- how far the data reach ----------------------------------------------------------

    @cached_property
    def overdue_returns(self) -> list[reach.Return]:
        """The returns after the last on record that were due before the day, oldest first."""
        return reach.overdue_returns(self.report.ledger.frames, self.asked)

    @cached_property
    def unseen(self) -> pd.DataFrame:
        """The payments that fell due after the end of the data and before the day; see ``reach.unseen``."""
        return reach.unseen(self.report.ledger.frames, self.asked)

    def reach(self) -> list[str]:
        """Say how far the data reach, and what of the day is not in them; a sentence each."""
        frames = self.report.ledger.frames
        begin, end = reach.data_begin(frames), reach.data_end(frames)
        if begin is None or end is None:
            return ["还没有数据。"]
        told = [f"数据截至{month(end)}。"]
        if self.asked < begin:
            told = [f"数据从{month(begin)}开始，{_day(self.asked)}还没有数据。"]
        elif self.asked > end:
            told = [
                f"数据截至{month(end)}，晚于{_day(end)}的事没有记录：预警按这一天看，{_day(self.asked)}的情形不知道。"
            ]
        if self.overdue_returns:
            told.append(f"到{_day(self.asked)}逾期没有报送的：{'；'.join(self._overdue())}。")
        if len(self.unseen):
            kinds = self.unseen.groupby("kind", sort=False)
            words = (
                f"{kind}{len(rows)}期，共{with_unit(exact_sum(rows['amount']), '万元', 0)}" for kind, rows in kinds
            )
            told.append(f"数据截止以后到期、付没付不知道的：{'；'.join(words)}。")
        return told

    def _overdue(self) -> Iterator[str]:
        """Yield for each table how many periods are overdue, from which on, and since when."""
        by_table: dict[str, list[reach.Return]] = {}
        for found in self.overdue_returns:
            by_table.setdefault(found.table, []).append(found)
        for name, late in by_table.items():
            first = late[0]
            yield f"{self._title(name)}{len(late)}期，从{month(first.period)}的起，最早的期限是{_day(first.due_on)}，已过{first.days}天"

    def returns(self, caption: str) -> Table:
        """Return which tables come in regularly, until where they are in, and what is due when next."""
        frames = self.report.ledger.frames
        labels = self.report.package.tables[reach.RETURNS].labels["every"]
        rows = frames[reach.RETURNS].set_index("id")
        late = [found.table for found in self.overdue_returns]
        columns = (
            Column("表", lambda r: self.report.page(self._title(r.table), DATA, table_place(r.table))),
            Column("一期", lambda r: labels[rows.at[r.table, "every"]]),
            Column("已报到", lambda r: month(reach.last_period(frames[r.table], rows.at[r.table, "every"]))),
            Column("下一期", lambda r: month(r.period)),
            Column("期限", "due_on"),
            Column("逾期", lambda r: f"{late.count(r.table)}期" if r.table in late else "没有"),
            Column("期限的依据", lambda r: rows.at[r.table, "basis"]),
        )
        origin = self.report.origin_of(*rows.index)
        return table(self.report.text(caption), columns, reach.next_returns(frames), origin=origin)

    # --- what was looked at --------------------------------------------------------------

    def watched(self) -> list[str]:
        """Return the rules that had data to look at: all their tables are there, and the first,
        whose rows they follow, holds rows or is said to hold none this year."""
        return [name for name in self._rules() if self._has_data(RULES[name].tables)]

    def _has_data(self, names: Sequence[str]) -> bool:
        frames, absent = self.report.ledger.frames, self.report.package.tables.absent
        nothing = {name for name, table in absent.items() if table.absent == NOTHING_THIS_YEAR}
        there = all(name in frames or name in nothing for name in names)
        return there and (names[0] in nothing or len(frames[names[0]]) > 0)

    def _seen_modules(self) -> dict[str, str]:
        """Module -> its name, of those that have a rule with data."""
        seen = {RULES[name].module for name in self.watched()}
        return {code: title for code, title in self.titles.items() if code in seen}

    def coverage(self) -> str:
        """Return the template that says which rules looked at what; of what has no data it says that
        nobody looked."""
        rules, watched = self._rules(), self.watched()
        fired = "查看期内有{fired}规则发出过预警，{density}。"
        if len(watched) == len(rules):
            return f"监管平台的{{platform_modules}}监管模块用{{rules}}规则看{{enterprises}}法人企业，{fired}"
        if not watched:
            return f"监管平台的{len(rules)}项规则都{NO_DATA}。"
        seen = self._seen_modules()
        blind = [title for code, title in self.titles.items() if code not in seen]
        whole = f"；{'、'.join(blind)}这{len(blind)}个模块全部{NO_DATA}" if blind else ""
        return (
            f"监管平台有数据可看的规则{len(watched)}项，看{{enterprises}}法人企业，{fired}"
            f"其余{len(rules) - len(watched)}项规则{NO_DATA}{whole}。"
        )

    def in_brief(self) -> str:
        """Return the template that says how many alerts are open, or that no rule had data."""
        if not self.watched():
            return f"监管平台的规则都{NO_DATA}，规则见{{centre}}。"
        return "监管平台{year}年末未解除的预警{open}：红色{red}、黄色{yellow}、蓝色{blue}，逐项见{centre}。"

    def _title(self, name: str) -> str:
        return self.report.package.tables[name].title

    # --- sentences -----------------------------------------------------------------------

    def conclusion(self, *templates: str, **named: object) -> Passage:
        """Return the chapter's answer; the templates know ``numbers`` and links."""
        return self._marked(self.report.conclusion(*templates, **self._facts(), **named))

    def say(self, *templates: str, **named: object) -> Passage:
        """Return paragraphs; the templates know ``numbers``, ``centre`` and ``groups``."""
        return self._marked(self.report.say(*templates, **self._facts(), **named))

    def _marked(self, passage: Passage) -> Passage:
        return replace(passage, origin=weakest((self.origin, passage.origin or self.origin)))

    def _facts(self) -> dict[str, object]:
        groups = [self.report.enterprise(s.id) for s in self.report.ledger.scopes(GROUP)]
        return {
            **self.numbers(),
            "density": self.density(),
            "groups": joined(groups),
            "centre": self.report.page("预警中心", CENTRE),
        }

    # --- tables --------------------------------------------------------------------------

    def listing(self, caption: str) -> Table:
        """The alerts, each with what happened, its life and the rows that it rests on."""
        module = self._module_column()
        columns = (
            Column("企业", lambda a: self.report.enterprise(a.enterprise_id), menu=self._names()),
            Column("级别", lambda a: level_mark(a.level), menu=tuple(LEVELS.values())),
            Column("情况", _cited),
            *([] if self.module else [module]),
            Column("规则", lambda a: a.setting.name, menu=()),
            Column("状态", "life", menu=LIVES),
            Column("时间", _time),
            Column("取自", self.rests_on),
        )
        return self._table(caption, columns, self.alerts, "没有预警。" if self.watched() else f"{NO_DATA}。")

    def _table(self, caption: str, columns: Sequence[Column], rows: Sequence[Any], if_empty: str = "") -> Table:
        note = f"{self.vouched}。" if rows else if_empty
        return table(self.report.text(caption), columns, rows, origin=self.origin, note=note)

    def _module_column(self) -> Column:
        return Column("模块", lambda a: self._chapter(a.rule.module), menu=tuple(self.titles.values()))

    def _names(self) -> tuple[str, ...]:
        return tuple(scope.name_zh for scope in self.report.ledger.scopes(ENTERPRISE))

    def _chapter(self, module: str) -> Cell:
        """A module's name, linked to its chapter."""
        return self.report.page(self.titles[module], module)

    def rests_on(self, alert: Alert) -> Cell:
        """The rows that an alert rests on, linked to where the centre shows them."""
        name = alert.rule.tables[0]
        table = self.report.package.tables[name]
        known = self.report.page(table.title, DATA, table_place(name))
        if not alert.rows:
            return joined([known, "（没有这一行）"], "")
        rows = [self.report.page(str(n), CENTRE, row_place(name, n)) for n in alert.rows]
        return joined([known, "第", joined(rows), "行"], "")

    def evidence(self) -> Choice:
        """Return the rows that the alerts rest on, as they stand in their tables, of which a reader chooses one."""
        cited: dict[str, set[int]] = {}
        for a in self.alerts:
            cited.setdefault(a.rule.tables[0], set()).update(a.rows)
        tables = self.report.package.tables
        return choice(
            "表",
            (
                (
                    tables[name].title,
                    self.report.cited(f"{tables[name].title}（{tables[name].path}）", name, cited[name]),
                )
                for name in tables
                if cited.get(name)
            ),
        )

    def news(self, caption: str) -> Table:
        """What is new, worse, milder or cleared since the end of the month before."""
        levels = tuple(LEVELS.values())
        module = self._module_column()
        columns = (
            Column("变化", lambda c: c.kind, menu=CHANGES),
            Column("企业", lambda c: self.report.enterprise(c.alert.enterprise_id)),
            Column("情况", lambda c: c.alert.sentence),
            Column("上月末", lambda c: level_mark(c.before) if c.before else NOTHING, menu=levels),
            Column("本月末", lambda c: level_mark(c.alert.level) if c.alert.open else NOTHING, menu=levels),
            Column("模块", lambda c: module.cell(c.alert), menu=module.menu),
            Column("规则", lambda c: c.alert.setting.name, menu=()),
        )
        return self._table(caption, columns, self.changes(), "没有变化。")

    def rules(self, caption: str) -> Table:
        """Every rule with its thresholds, whom it is for, why, and how often it was broken."""
        watched = set(self.watched())

        def broken(name: str) -> Cell:
            return str(sum(a.rule.id == name for a in self.alerts)) if name in watched else NO_DATA

        columns = (
            Column("规则", self._rule_title),
            Column("看什么", lambda name: RULES[name].looks_at),
            Column("预警线", lambda name: _lines(self.settings[name])),
            Column("对象", lambda name: self.settings[name].audience),
            Column("依据", lambda name: self.settings[name].basis),
            Column("预警次数", broken, numeric=True),
        )
        return self._table(caption, columns, self._rules())

    def _rules(self) -> list[str]:
        known = (name for name in self.settings if name in RULES)
        return [name for name in known if self.module in ("", RULES[name].module)]

    def _rule_title(self, name: str) -> Cell:
        """Return a rule's name, in the list of all rules with its module and a place to link to."""
        title = self.settings[name].name
        if self.module:
            return title
        rule = RULES[name]
        called = named("预警规则", title, f"rule-{name}", rule.looks_at)
        return joined([f"{self.titles[rule.module]}：", called], "")


def _cited(alert: Alert) -> Cell:
    """Return what happened, at a place to link to."""
    since = f"{alert.first_seen:%Y-%m}" if alert.since_known else ""
    place = alert_place(alert.rule.id, alert.enterprise_id, alert.subject, since)
    return Markup(alert.sentence, f'<span id="{escape(place)}">{escape(alert.sentence)}</span>')


def _day(day: pd.Timestamp) -> str:
    """Return a day in words."""
    return f"{month(day)}{day.day}日"


def _time(alert: Alert) -> str:
    """Return since when an alert has been there, and until when."""
    if not alert.since_known:
        return f"{month(alert.period)}的现状"
    begun = f"{month(alert.first_seen)}起"
    return f"{begun}，{month(alert.cleared)}解除" if alert.cleared else begun


def _lines(setting: Setting) -> str:
    """Return a rule's lines in words, mildest first."""
    way = "≥" if setting.worse == HIGHER else "≤"
    ends = {level: grouped(f"{setting.thresholds[level]:g}") for level in sorted(setting.thresholds)}
    lines = [f"{LEVELS[level]}{way}{end}{setting.unit}" for level, end in ends.items()]
    stays = f"；黄色连续{setting.stays}期升为红色" if setting.stays else ""
    return "，".join(lines) + stays


def level_mark(level: int) -> Markup:
    """Return a level as a page shows it: by its word and by look."""
    return state(LEVELS[level], f"sa-level sa-level-{COLUMNS[level]}")
