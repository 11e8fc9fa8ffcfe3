"""The rules: each a pure function from what is known to the questions that it raises.

A sentence is a row of facts: words, a printed number (Claim), a range that the printed numbers
imply (Implied), a recomputed figure, a warning. How a fact is shown is the page's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from ...alerts import RED, Alert
from ...audit import Implied, Verdict
from ...audit.findings import ALARMS, CONFLICT, INCOMPARABLE, NOTICES, Finding
from ...domains.appraisal.result import Result
from ...measures.claims import Claim
from ...measures.figures import Figure
from ...measures.measures import Indicator
from ...measures.units import base_size, half_up
from ...tables.origins import Origin, weakest

Fact = str | Claim | Implied | Figure | Alert
Sentence = tuple[Fact, ...]

AUTHORITY, TREASURY, COMPANY = "国资监管机构", "财政部门", "企业"
NO_DATA = "没有数据"
EVALUATION, POINTS, CENTRE = "evaluation", "points", "alerts"
AUDIT, OWN, PEERS = "audit", "own_report", "comparison"
FEWEST_PLACES = 3  # so many other places make a comparison
KEPT = 100  # the preservation rate, in per cent, at which capital is neither gained nor lost
RATES = ("%", "个百分点", "万元/人", "元/人")  # what places of any size can be compared by
# (what rose, what fell, what that asks)
OPPOSITE = (
    ("total_profit", "budget_revenue", "利润增加而国有资本经营预算收入减少，上缴的范围和比例是怎样定的？"),
    ("revenue", "total_profit", "收入增加而利润减少，成本和费用高在哪里？"),
    ("total_assets", "revenue", "资产增加而收入减少，新增的资产带来了什么收入？"),
    ("total_liabilities", "total_assets", "负债增加而资产减少，借来的钱用在了哪里？"),
)


@dataclass(frozen=True)
class Question:
    """A question with its evidence, and what that rests on; ``whom`` is who can answer; ``chapters`` tell more of it."""

    rule: str
    asks: Sentence
    evidence: tuple[Sentence, ...]
    whom: str
    origin: Origin = Origin.REAL
    chapters: tuple[str, ...] = ()

    @property
    def real(self) -> bool:
        """Whether no sample row is needed to ask it."""
        return self.origin is not Origin.SAMPLE


@dataclass(frozen=True)
class YearTarget:
    """An enterprise's figure against its yearly target, both as printed; ``direction`` as in the
    scheme: more, less or band."""

    enterprise: str
    figure: Figure
    target: float
    direction: str
    printed: str


@dataclass(frozen=True)
class Material:
    """What is known of a report; every part may be empty.

    ``differing`` holds printed numbers whose recomputed figure prints otherwise, ``peers`` the
    district's printed numbers with those of other places, ``results`` this year's result of each
    enterprise with last year's, ``losses`` the profit of those that lose money and for whom
    nothing is planned. ``modules`` are the names of the warnings' modules, ``names`` those of
    the enterprises.
    """

    claims: Sequence[Claim] = ()
    verdict: Verdict | None = None
    differing: Sequence[tuple[Claim, Figure]] = ()
    findings: Sequence[Finding] = ()
    peers: Mapping[Claim, Sequence[Claim]] = field(default_factory=dict)
    alerts: Sequence[Alert] = ()
    alerts_origin: Origin = Origin.REAL
    watched: bool = True  # whether any warning rule had data
    planned: bool = True  # whether there are plans for next year
    modules: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    results: Sequence[tuple[Result, Result | None]] = ()
    results_origin: Origin = Origin.REAL
    targets: Sequence[YearTarget] = ()
    losses: Sequence[Figure] = ()

    def implied(self, name: str, years_back: int = 0) -> Implied | None:
        """Return the range that the printed numbers imply of a measure they do not print."""
        if self.verdict is None:
            return None
        year = self.verdict.year - years_back
        ranges = self.verdict.implied
        return next((i for i in ranges if (i.measure.name, i.year) == (name, year)), None)

    def claim(self, figure_id: str) -> Claim | None:
        """Return the printed number of that id."""
        return next((c for c in self.claims if c.figure_id == figure_id), None)


def name(claim: Claim) -> str:
    """Return what a printed number is of, its kind said once."""
    kind = claim.as_kind.name_zh if claim.as_kind else ""
    return claim.item + kind


def _listed(claims: Iterable[Claim]) -> tuple[Sentence, ...]:
    return tuple((f"{name(claim)}印出", claim) for claim in claims)


def _value(claim: Claim) -> Fraction:
    return Fraction(claim.text) * base_size(claim.unit)


# --- printed numbers --------------------------------------------------------------------------


def conflicts(known: Material) -> Iterator[Question]:
    """Printed numbers that cannot all be true."""
    wrong = known.verdict.conflict if known.verdict else ()
    if wrong:
        yield Question(
            "conflicts",
            ("这几个公布数不可能同时成立，印错的是哪一个，应当是多少？",),
            _listed(wrong),
            AUTHORITY,
            chapters=(AUDIT,),
        )


def corrections(known: Material) -> Iterator[Question]:
    """What the audit finds wrong, or wants explained, in the district's own printed numbers."""
    told = known.verdict.conflict if known.verdict else ()
    for finding in known.findings:
        if finding.verdict == CONFLICT and told:
            continue  # asked already
        if finding.verdict in ALARMS:
            asks = f"“{finding.subject}”这一处对不上，是印错了还是算错了，怎样更正？"
        elif finding.verdict == INCOMPARABLE:
            asks = "上年数或分母不大于零，这里的增速或比率说明什么，实际增减了多少？"
        elif finding.verdict in NOTICES:
            asks = f"“{finding.subject}”这一处按什么口径，与上年是否一致？"
        else:
            continue
        yield Question("corrections", (asks,), ((finding.message,),), AUTHORITY, chapters=(OWN,))


def differences(known: Material) -> Iterator[Question]:
    """A printed number that the tables do not give."""
    for claim, figure in known.differing:
        yield Question(
            "differences",
            (f"{name(claim)}印出", claim, "，由底表重算是", figure, "，差在哪里，以哪一个为准？"),
            (("由底表重算：", figure),),
            AUTHORITY,
            origin=figure.origin,
        )


def grown_ratios(known: Material) -> list[Claim]:
    """Return the printed growths of ratios that rose."""
    return [
        c for c in known.claims if c.kind == "yoy_pct" and isinstance(c.measure, Indicator) and Fraction(c.text) > 0
    ]


def shrunken(known: Material) -> Iterator[tuple[Implied, Implied, list[Claim]]]:
    """Yield what surely fell (last year's range, this year's) with the printed growths of the ratios over it."""
    grown = grown_ratios(known)
    for divisor in dict.fromkeys(d for c in grown for d in divisors(_indicator(c))):
        now, before = known.implied(divisor), known.implied(divisor, 1)
        if now is not None and before is not None and now.high < before.low:
            yield before, now, [c for c in grown if divisor in divisors(_indicator(c))]


def shrinking_divisors(known: Material) -> Iterator[Question]:
    """Ratios that grew while what they are divided by fell, as far as the printed numbers tell."""
    for before, now, ratios in shrunken(known):
        over = dict.fromkeys(n for c in ratios for n in _indicator(c).inputs if n != now.measure.name)
        moved = tuple(s for n in over if (s := _moved(known, n)))
        names = "、".join(c.item for c in ratios)
        yield Question(
            "shrinking_divisors",
            (
                f"{now.measure.name_zh}由",
                before,
                "降到",
                now,
                f"，为什么减少？{names}的提高，有多少来自它的减少，有多少来自效益？",
            ),
            (*((f"{name(c)}印出", c) for c in ratios), *moved),
            AUTHORITY,
            chapters=(AUDIT,),
        )


def _indicator(claim: Claim) -> Indicator:
    assert isinstance(claim.measure, Indicator)
    return claim.measure


def divisors(indicator: Indicator) -> tuple[str, ...]:
    """Return the inputs that the whole formula is divided by: twice as much, half the value."""
    return _scaling(indicator, Fraction(1, 2))


def numerators(indicator: Indicator) -> tuple[str, ...]:
    """Return the inputs that the whole formula is a multiple of: twice as much, twice the value."""
    return _scaling(indicator, Fraction(2))


def _scaling(indicator: Indicator, by: Fraction) -> tuple[str, ...]:
    """Return the inputs of which twice as much makes the value ``by`` times what it was."""
    ones = {part: Fraction(1) for part in indicator.inputs}
    whole = indicator.formula(**ones)
    return tuple(
        part for part in indicator.inputs if whole and indicator.formula(**{**ones, part: Fraction(2)}) == by * whole
    )


def _moved(known: Material, measure: str) -> Sentence:
    """How a measure moved: as it was printed, else within which ranges it must have."""
    if printed := known.claim(f"{measure}.yoy"):
        return f"{name(printed)}印出", printed
    now, before = known.implied(measure), known.implied(measure, 1)
    if now is None or before is None:
        return ()
    return f"{now.measure.name_zh}只可能由", before, "变为", now


def unexplained(known: Material) -> Implied | None:
    """Return by how much capital surely grew (or shrank) otherwise than by earning, if nobody printed it."""
    net = known.implied("objective_net_increase")
    return None if net is None or net.low <= 0 <= net.high else net


def unexplained_factors(known: Material) -> Iterator[Question]:
    """Capital that grew by more (or less) than was earned: objective factors, and not a word."""
    net = unexplained(known)
    if net is None:
        return
    rate, growth = known.claim("preservation_rate"), known.claim("state_capital.yoy")
    yield Question(
        "unexplained_factors",
        ("国有资本及权益总额的变动里，客观因素净增加", net, "，报告没有说明：是注资、划转还是评估增值，逐项各是多少？"),
        _listed(c for c in (growth, rate) if c),
        AUTHORITY,
        chapters=(AUDIT,),
    )


def last_year_unclear(known: Material) -> Iterator[Question]:
    """Whether capital was preserved last year cannot be told from what was printed."""
    before = known.implied("preservation_rate", 1)
    if before is None:
        return
    low, high = (half_up(end, before.measure.decimals) for end in (before.low, before.high))
    if not low < KEPT <= high:
        return
    printed = (known.claim("preservation_rate"), known.claim("preservation_rate.change"))
    yield Question(
        "last_year_unclear",
        (f"上年的{before.measure.name_zh}究竟是多少？由公布数推算只可能在", before, "，不能断定上年是否保值。"),
        _listed(c for c in printed if c),
        AUTHORITY,
        chapters=(AUDIT,),
    )


def opposed(known: Material) -> Iterator[tuple[Claim, Claim, str]]:
    """Yield two printed rates of growth, up and down, that one expects to go the same way, and what that asks."""
    for up, down, asks in OPPOSITE:
        rose, fell = known.claim(f"{up}.yoy"), known.claim(f"{down}.yoy")
        if rose and fell and Fraction(rose.text) > 0 > Fraction(fell.text):
            yield rose, fell, asks


def opposite_ways(known: Material) -> Iterator[Question]:
    """Two printed rates of growth that one expects to go the same way, and do not."""
    for rose, fell, asks in opposed(known):
        budget = any("budget" in claim.figure_id for claim in (rose, fell))
        yield Question("opposite_ways", (asks,), _listed((rose, fell)), TREASURY if budget else AUTHORITY)


def unlike_peers(known: Material) -> Iterator[Question]:
    """A printed rate beyond all that other places printed."""
    for mine, others in known.peers.items():
        if mine.unit not in RATES or len(others) < FEWEST_PLACES:
            continue
        low, high = min(others, key=_value), max(others, key=_value)
        if _value(low) <= _value(mine) <= _value(high):
            continue
        above = _value(mine) > _value(high)
        end = high if above else low
        yield Question(
            "unlike_peers",
            (f"{name(mine)}印出", mine, f"，{'高' if above else '低'}于收集到的其他各地，是口径不同，还是确有原因？"),
            (
                (
                    f"其他{len(others)}个数中最{'高' if above else '低'}的是{end.region}{end.year}年的",
                    end,
                    "，各地口径和年度不尽相同",
                ),
            ),
            AUTHORITY,
            chapters=(PEERS,),
        )


def over_round_numbers(known: Material) -> Iterator[Question]:
    """Numbers printed only as more than a round one."""
    vague = [c for c in known.claims if c.over]
    if vague:
        yield Question(
            "over_round_numbers",
            (f"报告用“逾”“余”印出的{len(vague)}个数，确切各是多少，上年各是多少？",),
            _listed(vague),
            AUTHORITY,
        )


def full_marks(known: Material) -> Iterator[Question]:
    """Rates printed as all of it."""
    full = [
        c
        for c in known.claims
        if c.kind == "level" and c.unit == "%" and Fraction(c.text) == KEPT and c.indicator != "preservation_rate"
    ]
    if full:
        yield Question(
            "full_marks",
            (f"{'、'.join(c.item for c in full)}印作全部做到，按什么口径算，由谁核验？",),
            _listed(full),
            AUTHORITY,
        )


# --- tables -----------------------------------------------------------------------------------


def red_alerts(known: Material) -> Iterator[Question]:
    """Red warnings still open, one question for each module."""
    red = [a for a in known.alerts if a.open and a.level == RED]
    for module, title in known.modules.items():
        own = [a for a in red if a.rule.module == module]
        if own:
            yield Question(
                "red_alerts",
                (f"{title}方面有{len(own)}项红色预警没有解除，各由谁负责，什么时候解除？",),
                tuple((f"{known.names.get(a.enterprise_id, a.enterprise_id)}：", a) for a in own),
                COMPANY,
                origin=known.alerts_origin,
                chapters=(CENTRE,),
            )


def red_lines(known: Material) -> Iterator[Question]:
    """Enterprises whose appraisal lost points or a grade by an event."""
    for result, _ in known.results:
        if result.penalties:
            yield Question(
                "red_lines",
                (f"{result.subject.name}因触碰考核红线被扣分或降级，整改到哪一步，怎样问责？",),
                tuple((p.reason,) for p in result.penalties),
                COMPANY,
                origin=known.results_origin,
                chapters=(EVALUATION,),
            )


def lower_scores(known: Material) -> Iterator[Question]:
    """Enterprises that are appraised lower than the year before."""
    for result, before in known.results:
        if before is not None and _tenths(result.score) < _tenths(before.score):
            yield Question(
                "lower_scores",
                (f"{result.subject.name}的考核得分比上年低，低在哪里，打算怎样改进？",),
                ((f"上年{_tenths(before.score)}分，今年{_tenths(result.score)}分",),),
                COMPANY,
                origin=known.results_origin,
                chapters=(EVALUATION,),
            )


def missed_targets(known: Material) -> Iterator[Question]:
    """Targets of the year that were not reached, one question for each enterprise."""
    missed: dict[str, list[YearTarget]] = {}
    for target in known.targets:
        number = target.figure.number
        fell_short = {"more": number < target.target, "less": number > target.target}
        if target.figure.value is not None and fell_short.get(target.direction):
            missed.setdefault(target.enterprise, []).append(target)
    for enterprise, own in missed.items():
        names = "、".join(t.figure.measure.name_zh for t in own)
        yield Question(
            "missed_targets",
            (f"{enterprise}的{names}没有达到年初定的目标，原因是什么？",),
            tuple((f"{t.figure.measure.name_zh}：目标{t.printed}，实际", t.figure) for t in own),
            COMPANY,
            origin=weakest(t.figure.origin for t in own),
            chapters=(EVALUATION,),
        )


def unplanned_losses(known: Material) -> Iterator[Question]:
    """Companies that lose money and for which next year's plan has nothing."""
    for loss in known.losses:
        yield Question(
            "unplanned_losses",
            (f"{loss.scope.name_zh}亏损，下一年为什么没有扭亏的安排？",),
            ((f"{loss.name_zh}：", loss),),
            COMPANY,
            origin=loss.origin,
            chapters=(POINTS,),
        )


def _tenths(score: float) -> Decimal:
    return half_up(score, 1)


@dataclass(frozen=True)
class QuestionRule:
    """A rule with what it is about and when it asks, in Chinese."""

    subject: str
    when: str
    raised: Callable[[Material], Iterator[Question]]
    looks: Callable[[Material], object] = lambda known: known.claims  # at what; where nothing is, it cannot
    lacks: str = "公布数未录入"  # what to say then


# By name, in the order of the page.
RULES: Mapping[str, QuestionRule] = {
    rule.raised.__name__: rule
    for rule in (
        QuestionRule("不能同时成立", "没有一组真实值能四舍五入成印出的这些数", conflicts),
        QuestionRule("审计发现", "本区公布数的勾稽结论是需要更正或需要说明", corrections),
        QuestionRule("与底表不符", "由底表重算的数与印出的数不符", differences),
        QuestionRule("比率提高而分母缩小", "印出的比率提高，而由公布数推出它的分母变小了", shrinking_divisors),
        QuestionRule("没有说明的客观因素", "由公布数推出的客观因素净增减不为零", unexplained_factors),
        QuestionRule("上年数不清楚", "由公布数推不出上年是否保值", last_year_unclear),
        QuestionRule("该同向而反向", "通常同方向变动的两个数，印出的增速一正一负", opposite_ways),
        QuestionRule("与各地不同", "印出的比率超出收集到的其他各地的范围", unlike_peers),
        QuestionRule("没有印确切数", "只印了“逾”多少、多少“余”", over_round_numbers),
        QuestionRule("印作全部做到", "比率印成百分之百", full_marks),
        QuestionRule("红色预警", "监管平台的红色预警到年末没有解除", red_alerts, lambda known: known.watched, NO_DATA),
        QuestionRule("考核红线", "考核评价因红线事项扣分或降级", red_lines, lambda known: known.results, NO_DATA),
        QuestionRule("考核得分下降", "考核得分低于上年", lower_scores, lambda known: known.results, NO_DATA),
        QuestionRule("没有达到目标", "考核指标没有达到年初目标", missed_targets, lambda known: known.targets, NO_DATA),
        QuestionRule(
            "亏损没有安排",
            "亏损企业在下一年的安排里没有扭亏措施",
            unplanned_losses,
            lambda known: known.planned,
            NO_DATA,
        ),
    )
}
