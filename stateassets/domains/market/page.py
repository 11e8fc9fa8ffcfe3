"""Does pay follow results? Wage totals against profit, heads' pay against scores.

``RULES`` tells the reader what is judged and how; the first is the rule, the second this book's
own reading where the rule is silent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from ...measures.growth import INCOMPARABLE, rate, turn
from ...measures.ledger import ENTERPRISE, GROUP, Scope
from ...measures.units import Number, with_unit
from ...present.columns import Column, table
from ...present.display import Part, Passage, Table, state
from ...present.words import NOTHING
from ...tables.origins import weakest
from ..appraisal.appraisal import Appraisal

if TYPE_CHECKING:
    from ...report import Report

FLAT = 1.0  # per cent
PROFIT = "利润总额"
RULES = (
    "规则是国务院《关于改革国有企业工资决定机制的意见》（国发〔2018〕16号）：效益增长的，工资总额可以增长，"
    "但不快于效益；效益下降的，工资总额一般随之下降；减人原则上不减工资总额。所以减人带来的下降也列为例外，"
    "由企业说明原因。",
    f"规则没有写明的，本书这样处理：亏损企业没有增速可比，只看亏损是大了还是小了，并且工资总额不应增长；"
    f"变动不超过{FLAT:g}%的视同没有变动；本年新纳入监管的企业没有上年数，不作比较。",
)
CONSISTENT, EXCEPTION, NOT_COMPARED = "一致", "例外", "不比较"
STATE_CSS = {CONSISTENT: "sa-check-ok", EXCEPTION: "sa-check-bad", NOT_COMPARED: "sa-check-none"}


@dataclass(frozen=True)
class Facts:
    """One company's year: money in 万元, people on average."""

    profit: float
    wages: float
    people: float
    value_added: float

    @property
    def average_wage(self) -> float:
        """Wages for each person."""
        return self.wages / self.people

    @property
    def productivity(self) -> float:
        """Value added for each person."""
        return self.value_added / self.people


@dataclass(frozen=True)
class PayVerdict:
    """Does a company's wage total follow its profit? Growth is in per cent.

    ``profit_growth`` is None where a loss makes a rate meaningless, all growth where there is
    no year before; ``within_productivity`` says whether wages per head grew no faster than
    productivity.
    """

    name: str
    consistent: bool | None
    why: str
    note: str = ""
    results: str = ""
    profit_growth: float | None = None
    wage_growth: float | None = None
    people_growth: float | None = None
    average_growth: float | None = None
    productivity_growth: float | None = None
    within_productivity: bool | None = None

    @property
    def state(self) -> str:
        """一致, 例外 or 不比较."""
        return {True: CONSISTENT, False: EXCEPTION, None: NOT_COMPARED}[self.consistent]

    @property
    def sentence(self) -> str:
        """The verdict as a report says it."""
        if self.wage_growth is None:
            return f"{self.name}：{self.why}。"
        return f"{self.name}：{self.results}，工资总额{moved(self.wage_growth)}，{self.why}{self.note}。"


def moved(grown: float | None) -> str:
    """Return growth in words, e.g. 增长5.1%."""
    if grown is None:
        return INCOMPARABLE
    size = with_unit(abs(grown), "%", 1)
    return "持平" if size == "0.0%" else f"{'增长' if grown > 0 else '下降'}{size}"


def verdict(name: str, now: Facts, before: Facts | None) -> PayVerdict:
    """Judge whether a company's wage total follows its profit."""
    if before is None or not before.wages:
        return PayVerdict(name, None, "上年没有可比的数，不作比较")
    wages = rate(now.wages, before.wages) or 0.0
    people = rate(now.people, before.people) or 0.0
    average = rate(now.average_wage, before.average_wage) or 0.0
    profit = rate(now.profit, before.profit) if now.profit >= 0 else None
    productivity = rate(now.productivity, before.productivity)
    consistent, why = _judge(now, before, profit, wages)
    fewer = not consistent and wages < 0
    note = f"（平均职工人数{moved(people)}，人均工资{moved(average)}）" if fewer else ""
    return PayVerdict(
        name,
        consistent,
        why,
        note,
        _results(now.profit, before.profit, profit),
        profit,
        wages,
        people,
        average,
        productivity,
        None if productivity is None else average <= productivity,
    )


def _judge(now: Facts, before: Facts, profit: float | None, wages: float) -> tuple[bool, str]:
    if now.profit < 0:
        grew = wages > FLAT
        return not grew, "亏损企业的工资总额" + ("不应增长" if grew else "没有增长")
    better = profit > FLAT if profit is not None else now.profit > before.profit
    worse = profit is not None and profit < -FLAT
    if worse:
        return wages < 0, "效益下降，工资总额" + ("随之下降" if wages < 0 else "没有下降")
    if wages > max(profit if profit is not None else wages, FLAT):
        return False, "工资总额增幅高于效益增幅"
    if better and wages < -FLAT:
        return False, "效益增长而工资总额下降"
    return True, "工资总额的增幅没有超过效益增幅"


def _results(now: float, before: float, rate: float | None) -> str:
    words = turn(now, before, PROFIT)
    return f"{PROFIT}{moved(rate)}" if words in ("", INCOMPARABLE) else words


# --- from the ledger to the page -----------------------------------------------------------------


def verdicts(report: Report) -> tuple[PayVerdict, ...]:
    """Return a verdict on each company of the report's year."""
    found = []
    for scope in report.ledger.scopes(ENTERPRISE):
        now, before = (_facts(report, scope, year) for year in (report.year, report.year - 1))
        if now is not None:
            found.append(verdict(scope.name_zh, now, before))
    return tuple(found)


def _facts(report: Report, scope: Scope, year: int) -> Facts | None:
    names = ("own_profit", "wage_total", "average_headcount", "value_added")
    values = [report.figure(name, scope, year).value for name in names]
    return Facts(*(float(v) for v in values if v is not None)) if None not in values else None


def verdict_table(report: Report, found: Sequence[PayVerdict], caption: str) -> Table:
    """How profit, wages, people and productivity moved, company by company, exceptions first."""
    order = {EXCEPTION: 0, NOT_COMPARED: 1, CONSISTENT: 2}
    ids = {scope.name_zh: scope.id for scope in report.ledger.scopes(ENTERPRISE)}
    columns = (
        Column("企业", lambda v: report.enterprise(ids[v.name])),
        Column("利润总额", lambda v: v.results.removeprefix("利润总额") or NOTHING, numeric=True),
        _growth("工资总额", "wage_growth"),
        _growth("平均职工人数", "people_growth"),
        _growth("人均工资", "average_growth"),
        _growth("劳动生产率", "productivity_growth"),
        Column("工资与效益", lambda v: state(v.state, STATE_CSS[v.state])),
    )
    origin = report.ledger.origin(["wage_total"])
    return table(report.text(caption), columns, sorted(found, key=lambda v: order[v.state]), origin=origin)


def _growth(title: str, field: str) -> Column:
    return Column(title, lambda v: moved(getattr(v, field)) if v.results else NOTHING, numeric=True)


def kinds(found: Iterable[PayVerdict]) -> str:
    """Return what the exceptions are and how many of each, in words."""
    counts = Counter(v.why for v in found if v.consistent is False)
    return "、".join(f"{why}的{number}户" for why, number in counts.items()) or "没有例外"


def exceptions(report: Report, found: Iterable[PayVerdict]) -> Passage:
    """Every exception in a sentence, or that there is none."""
    said = [v.sentence for v in found if v.consistent is False] or ["没有例外。"]
    origin = report.ledger.origin(["wage_total"])
    return Passage(tuple((Part(sentence),) for sentence in said), "", origin)


# --- heads ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Order:
    """How often, among all pairs, who scored higher was also paid more (``agree``), or less."""

    agree: int
    disagree: int
    tied: int
    inverted: tuple[tuple[str, str], ...]

    @property
    def pairs(self) -> int:
        """All pairs."""
        return self.agree + self.disagree + self.tied


def order(rows: Sequence[tuple[str, Number, Number]]) -> Order:
    """Compare the order of (name, score, pay) by score with that by pay, pair by pair.

    ``inverted`` names the pairs that disagree, who scored higher first.
    """
    agree, tied, inverted = 0, 0, []
    for (a, score_a, pay_a), (b, score_b, pay_b) in combinations(rows, 2):
        if score_a == score_b or pay_a == pay_b:
            tied += 1
        elif (score_a > score_b) == (pay_a > pay_b):
            agree += 1
        else:
            inverted.append((a, b) if score_a > score_b else (b, a))
    return Order(agree, len(inverted), tied, tuple(inverted))


class Head(NamedTuple):
    """A group's appraisal score, as the chapter on appraisal computes it, and its head's pay in 万元."""

    name: str
    score: float
    pay: float


def heads(report: Report) -> list[Head]:
    """Return the groups that have both a score and a head's pay, highest score first."""
    appraisal = Appraisal.of(report)
    pay = {f.scope.id: f.value for f in report.figures("head_pay", GROUP)}
    found = [
        Head(r.subject.name, r.score, float(value))
        for r in appraisal.results
        if (value := pay.get(r.subject.id)) is not None
    ]
    return sorted(found, key=lambda head: -head.score)


def mean_score(found: Sequence[Head]) -> str:
    """Return the average score of the groups, as it is printed."""
    return with_unit(sum(head.score for head in found) / len(found), "分", 1) if found else NOTHING


def heads_table(report: Report, caption: str) -> Table:
    """Each group's score beside what its head was paid, highest score first."""
    appraisal = Appraisal.of(report)
    results = sorted(appraisal.results, key=lambda r: -r.score)

    def figure(title: str, name: str, unit: str, decimals: int) -> Column:
        return Column(
            title, lambda r: report.figure(name, appraisal.scopes[r.subject.id]).value, unit, decimals, NOTHING
        )

    columns = (
        Column("企业", lambda r: report.enterprise(r.subject.id)),
        Column("考核得分", "score", "分", 1),
        Column("考核得分上年数", lambda r: (b := appraisal.before(r.subject.id)) and b.score, "分", 1, NOTHING),
        figure("正职薪酬", "head_pay", "万元", 2),
        Column(
            "正职薪酬比上年",
            lambda r: moved(report.figure("head_pay.yoy", appraisal.scopes[r.subject.id]).value),
            numeric=True,
        ),
        figure("其中绩效年薪", "heads_performance_pay", "万元", 2),
        figure("其中任期激励", "heads_term_incentive", "万元", 2),
    )
    origin = weakest([appraisal.origin, report.origin_of("executive_pay")])
    return table(report.text(caption), columns, results, origin=origin)


def inversions(found: Order) -> str:
    """Return who scored higher but was paid less, in words."""
    pairs = "；".join(f"{a}的得分高于{b}，正职薪酬却低于{b}" for a, b in found.inverted)
    return f"{pairs}。" if pairs else "得分高的，正职薪酬都不低。"


def grades(report: Report) -> tuple[list[tuple[str, list[float]]], list[str]]:
    """Return each company's shares of the grades in per cent, and the grades' names."""
    labels = report.package.tables["appraisals"].labels["grade"]
    frame = report.ledger.frames["appraisals"]
    people = (
        frame[frame["year"] == report.year]
        .pivot_table(index="enterprise_id", columns="grade", values="people", aggfunc="sum")
        .reindex(columns=list(labels))
        .fillna(0)
    )
    shares = people.div(people.sum(axis=1), axis=0) * 100
    rows = [
        (scope.name_zh, [float(n) for n in shares.loc[scope.id]])
        for scope in report.ledger.scopes(ENTERPRISE)
        if scope.id in shares.index
    ]
    return rows, list(labels.values())
