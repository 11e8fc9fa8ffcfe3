"""Go through a collection of reports: what agrees, what cannot be, what looks wrong.

Each check yields findings about one region; all stand in ``CHECKS``. None of them knows a
region, a year or a report: what words mean for each other is in ``vocabulary``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import groupby, pairwise

from ..measures.claims import Claim
from ..measures.measures import Indicator
from ..measures.registry import REGISTRY
from ..measures.units import base_size, half_up, with_unit
from ..tables.notation import grouped
from . import vocabulary as words
from .comparable import from_formula, incomparable, may_be_negative
from .findings import (
    CONFLICT,
    CONSISTENT,
    DOUBT,
    INCOMPARABLE,
    OPEN,
    PARTIAL,
    ROUNDING,
    SCOPE,
    UNIT,
    Finding,
    Unchecked,
    near,
)
from .model import TIME_LIMIT_MS, Model
from .span import IncomparableError, Span, UndefinedError, opening_of, span_of
from .vocabulary import Composition

TOGETHER = "能否同时成立"
AVERAGE = "平均"
LEAST_RATE = 50  # a preservation rate below this would mean half the capital lost: it is a growth
TELLING_DIGITS = 3  # fewer equal digits in two items are chance
FEW = 1000  # more printed numbers than these are a wide range
# How else a printed number may have been meant.
OTHER_MONEY = {"万元": ("亿元",), "亿元": ("万元", "万亿元"), "万亿元": ("亿元",)}
POINTS, PER_CENT = ("yoy_pp", "个百分点"), ("yoy_pct", "%")


@dataclass(frozen=True)
class Examination:
    """What was found, most alarming first within a region, and what could not be checked."""

    findings: tuple[Finding, ...]
    unchecked: tuple[Unchecked, ...]


def examine(
    claims: Iterable[Claim],
    workers: int = 1,
    time_limit_ms: int = TIME_LIMIT_MS,
    progress: Callable[[int, int], None] | None = None,
) -> Examination:
    """Examine printed numbers of any number of regions; ``progress`` hears (done, of)."""
    ordered = sorted(claims, key=lambda c: c.region)
    regions = [tuple(group) for _, group in groupby(ordered, key=lambda c: c.region)]
    done: list[Examination] = []
    for found in _run(regions, workers, time_limit_ms):
        done.append(found)
        if progress:
            progress(len(done), len(regions))
    return Examination(tuple(f for one in done for f in one.findings), tuple(u for one in done for u in one.unchecked))


def _run(regions: Sequence[tuple[Claim, ...]], workers: int, limit: int) -> Iterator[Examination]:
    if workers < 2 or len(regions) < 2:
        yield from (_examine_region(region, limit) for region in regions)
        return
    with ProcessPoolExecutor(workers) as pool:
        size = max(1, len(regions) // (8 * workers))
        yield from pool.map(_examine_region, regions, [limit] * len(regions), chunksize=size)


def _examine_region(claims: tuple[Claim, ...], limit: int) -> Examination:
    found: dict[tuple[str, bool, frozenset[Claim]], Finding] = {}
    for finding in incomparable(claims):
        found[finding.verdict, False, frozenset(finding.claims)] = finding
    meaningless = {finding.claims[-1] for finding in found.values()}
    report = Reports([c for c in claims if c not in meaningless], limit)
    for check in CHECKS:
        for finding in check(report):
            known_wrong = report.explained.intersection(finding.claims)
            if finding.verdict != CONFLICT or not known_wrong:
                key = (finding.verdict, finding.subject == TOGETHER, frozenset(finding.claims))
                found.setdefault(key, finding)
            report.explained.update(_wrong_by(finding))
    order = {name: i for i, name in enumerate((CONFLICT, UNIT, DOUBT, SCOPE, PARTIAL, INCOMPARABLE, OPEN))}
    findings = sorted(found.values(), key=lambda f: (order.get(f.verdict, len(order)), f.year))
    seen = {claim for finding in findings for claim in finding.claims}
    left = tuple(Unchecked(c, _why(c)) for c in dict.fromkeys(claims) if c not in seen)
    return Examination(tuple(findings), left)


def _wrong_by(finding: Finding) -> tuple[Claim, ...]:
    """The claims that a finding shows to be wrong: the last one, or any of a set."""
    if finding.verdict == UNIT or (finding.verdict == CONFLICT and finding.expected):
        return finding.claims[-1:]
    return finding.claims if finding.verdict == CONFLICT else ()


def _why(claim: Claim) -> str:
    if claim.misfit:
        return claim.misfit
    if claim.measure is None:
        return f"不认识的项目“{claim.name_zh}”，也没有可对照的数"
    return "没有可以对照的其他公布数"


class Reports:
    """All claims of one region, found by scope, year and item.

    ``claims`` are those that are numbers within bounds; ``all`` has those too of which the report
    says only that they are over or nearly a round one.
    """

    def __init__(self, claims: Sequence[Claim], time_limit_ms: int) -> None:
        self.all = tuple(dict.fromkeys(claims))
        self.claims = tuple(c for c in self.all if c.bounded)
        self.time_limit_ms = time_limit_ms
        self.explained: set[Claim] = set()  # claims known to be wrong, or among which one is
        self._by: dict[tuple[str, int, str, str], Claim] = {}
        for claim in self.claims:
            self._by.setdefault((claim.scope, claim.year, claim.item, claim.kind), claim)

    def get(self, scope: str, year: int, name: str, kind: str = "level") -> Claim | None:
        """Return the printed number of an item, by its standard name."""
        return self._by.get((scope, year, _standard(name), kind))

    def groups(self) -> Iterator[tuple[str, int, tuple[Claim, ...]]]:
        """Yield (scope, year, claims) in the order of the file."""
        where = dict.fromkeys((c.scope, c.year) for c in self.claims)
        for scope, year in where:
            yield scope, year, tuple(c for c in self.claims if (c.scope, c.year) == (scope, year))

    def units(self, claim: Claim) -> set[str]:
        """Return the units of the other numbers of a claim's own report."""
        return {c.unit for c in self.claims if c.year == claim.year and c is not claim}

    def years(self) -> dict[int, list[str]]:
        """Return year -> scopes."""
        found: dict[int, list[str]] = {}
        for scope, year, _ in self.groups():
            found.setdefault(year, []).append(scope)
        return found


def _standard(name: str) -> str:
    measure = REGISTRY.by_name_zh(name)
    return measure.name_zh if measure else name


def _as_printed(value: Fraction, like: Claim) -> str:
    return with_unit(value / base_size(like.unit), like.unit, like.decimals)


def _prints_as(value: Fraction, claim: Claim) -> bool:
    rounded = half_up(value / base_size(claim.unit), claim.decimals)
    return Fraction(rounded) == Fraction(claim.text)


def _verdict(computed: Span, printed: Claim) -> str:
    if _prints_as(computed.middle, printed):
        return CONSISTENT
    return ROUNDING if computed.meets(span_of(printed)) else CONFLICT


def _finding(verdict: str, subject: str, claims: Sequence[Claim], message: str, expected: str = "") -> Finding:
    last = claims[-1]
    return Finding(last.region, last.year, last.scope, verdict, subject, tuple(claims), expected, message)


def _compared(
    subject: str, parts: Sequence[Claim], how: str, computed: Span, printed: Claim, failed: str = CONFLICT
) -> Finding:
    """A printed number against what others give; ``failed`` is the verdict if they disagree."""
    verdict = _verdict(computed, printed)
    result = _as_printed(computed.middle, printed)
    said = {CONSISTENT: "一致", ROUNDING: "差额在四舍五入允许之内"}.get(verdict, "不一致")
    message = f"{how}，得{result}；{printed.item}印出{printed.printed}：{said}。"
    if verdict in (CONSISTENT, ROUNDING):
        return _finding(verdict, subject, [*parts, printed], message)
    if failed == CONFLICT:
        message += "请对照原文核对这几个数。"
    return _finding(failed, subject, [*parts, printed], message, _due(computed.middle, printed))


def _due(value: Fraction, printed: Claim) -> str:
    """Say what a number should be if it lies near what was printed, else what others give."""
    text = str(half_up(value / base_size(printed.unit), printed.decimals))
    return f"{'应为' if near(printed.text, text) else '算得'}{grouped(text)}{printed.unit}"


def _listed(claims: Sequence[Claim]) -> str:
    return "、".join(c.describe() for c in claims)


# --- units ---------------------------------------------------------------------------------------


def units(report: Reports) -> Iterator[Finding]:
    """Numbers whose unit cannot be that of such a number, whatever else was printed."""
    for claim in report.claims:
        if claim.kind == POINTS[0] and _is_no_ratio(report, claim):
            right = replace(claim, kind=PER_CENT[0], unit=PER_CENT[1])
            yield _finding(
                UNIT,
                "百分点与百分比",
                [*_growth_evidence(report, claim), claim],
                f"{claim.item}不是比率，增减不能用百分点：“{claim.printed}”应写作“{right.printed}”。",
                f"应为{right.printed}",
            )
        elif _is_growth_as_rate(claim):
            text = with_unit(100 + Fraction(claim.text), claim.unit, claim.decimals)
            yield _finding(
                UNIT,
                "增长率当作保值增值率",
                [claim],
                f"保值增值率以100%为不增不减，“{claim.printed}”像是增长率；是增长率的，加上100%，写作“{text}”。",
                f"加上100%是{text}",
            )


def _is_no_ratio(report: Reports, claim: Claim) -> bool:
    level = report.get(claim.scope, claim.year, claim.item)
    return bool(claim.misfit) or (level is not None and level.unit != "%")


def _is_growth_as_rate(claim: Claim) -> bool:
    rate = claim.indicator == "preservation_rate" and claim.kind == "level"
    return rate and claim.unit == "%" and Fraction(claim.text) < LEAST_RATE


def _growth_evidence(report: Reports, claim: Claim) -> list[Claim]:
    kinds = ("level", "yoy_abs")
    return [c for k in kinds if (c := report.get(claim.scope, claim.year, claim.item, k))]


# --- one scope, one year -------------------------------------------------------------------------


def possible(report: Reports) -> Iterator[Finding]:
    """Sets of numbers that no true values print as, one after the other, smallest first."""
    for where in dict.fromkeys((c.scope, c.year) for c in report.all):
        usable = [c for c in report.all if (c.scope, c.year) == where and c not in report.explained]
        model = Model(usable, report.time_limit_ms)
        standing = list(model.tied())
        while standing and (answer := str(model.decide(standing))) != "sat":
            if answer == "unknown":
                yield _finding(OPEN, TOGETHER, standing, "在规定时间内没有判定这些数能否同时成立。")
                break
            conflict = model.smallest_conflict(standing)
            finding = _unless_negative(model, conflict) or _explain(model, standing, conflict, report)
            yield finding
            dropped = set(finding.claims[-1:]) if finding.expected else set(conflict)
            standing = [c for c in standing if c not in dropped]
        if standing and len(standing) == len(model.tied()):
            yield _finding(CONSISTENT, TOGETHER, standing, f"{len(standing)}个有联系的数可以同时成立。")


def _unless_negative(model: Model, conflict: Sequence[Claim]) -> Finding | None:
    """Say that numbers can stand together only if something divided by is not above zero."""
    if not model.possible_below_zero(conflict):
        return None
    return _finding(
        INCOMPARABLE,
        "上年数或分母不大于零",
        conflict,
        f"{_listed(conflict)}，只有上年数或分母不大于零才能同时成立，那时增速或比率没有通常的意义："
        "确是这样的，请改说增减多少；不是的，请对照原文核对这几个数。",
    )


def _explain(model: Model, standing: Sequence[Claim], conflict: Sequence[Claim], report: Reports) -> Finding:
    """Say which number of a conflict is wrong, if the other numbers tell."""
    together = f"{_listed(conflict)}不能同时成立"
    culprits, rewritten = [], []
    for claim in conflict:
        rest = [c for c in standing if c is not claim]
        if str(model.decide(rest)) != "sat":
            continue
        culprits.append(claim)
        for other in _readings(claim, report.units(claim)):
            model.add(other)
            if str(model.decide([*rest, other])) == "sat" and _range(model, rest, claim):
                rewritten.append((claim, other))
    if len(rewritten) == 1:
        ((claim, other),) = rewritten
        return _finding(
            UNIT,
            "单位或写法",
            [*(c for c in conflict if c is not claim), claim],
            f"{together}；“{claim.printed}”写作“{other.printed}”就一致，请对照原文核对。",
            f"应为{other.printed}",
        )
    if len(culprits) != 1:
        return _finding(CONFLICT, "不能同时成立", conflict, f"{together}，其中至少一个有误，请对照原文逐个核对。")
    (culprit,) = culprits
    ends = _range(model, [c for c in standing if c is not culprit], culprit)
    due = f"，由其余各数算得{_from_to(ends, culprit)}" if ends else ""
    return _finding(
        CONFLICT,
        "不能同时成立",
        [*(c for c in conflict if c is not culprit), culprit],
        f"{together}。其余各数都能成立，有误的是{culprit.describe()}{due}，请对照原文核对。",
        _nearest(ends, culprit) if ends else "",
    )


def _readings(claim: Claim, units: Iterable[str] = ()) -> Iterator[Claim]:
    """What a number may have been meant to say; ``units`` are those that its report uses elsewhere."""
    for unit in OTHER_MONEY.get(claim.unit, ()):
        if unit in units:
            yield replace(claim, unit=unit)
    ratio = claim.measure is not None and claim.measure.unit == "%"
    for was, would in ((POINTS, PER_CENT), (PER_CENT, POINTS)):
        if ratio and claim.kind == was[0]:
            yield replace(claim, kind=would[0], unit=would[1])


def _range(model: Model, rest: Sequence[Claim], claim: Claim) -> tuple[str, str] | None:
    """Return what a number can be by all others, as it would be printed; None if they leave it open."""
    size = base_size(claim.unit)
    found = model.range_of(model.term_of(claim), size / 10**claim.decimals / 10, rest)
    if found is None:
        return None
    low, high = (str(half_up(end / size, claim.decimals)) for end in found)
    return low, high


def _from_to(ends: tuple[str, str], claim: Claim) -> str:
    low, high = map(grouped, ends)
    return f"{low}{claim.unit}" if low == high else f"{low}至{high}{claim.unit}"


def _nearest(ends: tuple[str, str], claim: Claim) -> str:
    """Say what a number should be if just one possible number lies near what was printed."""
    low, high = (int(Fraction(end) * 10**claim.decimals) for end in ends)
    few = range(low, high + 1) if high - low < FEW else ()
    texts = [str(half_up(Fraction(n, 10**claim.decimals), claim.decimals)) for n in few]
    close = [text for text in texts if near(claim.text, text)]
    return f"应为{grouped(close[0])}{claim.unit}" if len(close) == 1 else f"算得{_from_to(ends, claim)}"


def ratios(report: Reports) -> Iterator[Finding]:
    """Ratios and rates against the numbers that they are made of."""
    for scope, year, claims in report.groups():
        for claim in claims:
            if isinstance(claim.measure, Indicator) and claim.kind == "level" and not claim.misfit:
                used: list[Claim] = []
                printed = partial(report.get, scope, year)
                try:
                    computed = from_formula(claim.measure, printed, used)
                except (LookupError, UndefinedError):
                    continue
                if claim not in report.explained and report.explained.isdisjoint(used):
                    how = f"由{_listed(used)}计算"
                    yield _compared("按公式计算", used, how, computed, claim)


def growths(report: Reports) -> Iterator[Finding]:
    """Growth in per cent against the level and the change in amount of the same item."""
    for scope, year, claims in report.groups():
        for claim in claims:
            level = report.get(scope, year, claim.item)
            change = report.get(scope, year, claim.item, "yoy_abs")
            if claim.kind != "yoy_pct" or not level or not change or level.misfit:
                continue
            if not report.explained.isdisjoint((claim, level, change)):
                continue
            try:
                computed = 100 * span_of(change) / (span_of(level) - span_of(change))
            except UndefinedError:
                continue
            how = f"由{_listed([level, change])}计算增速"
            yield _compared("增减额与增速", [level, change], how, computed, claim)


def openings_agree(report: Reports) -> Iterator[Finding]:
    """Growth of assets, liabilities and equity give openings that balance (增速三角)."""
    items = ("资产总额", "负债总额", "所有者权益")
    for scope, year, _ in report.groups():
        claims = [report.get(scope, year, i, k) for i in items for k in ("level", "yoy_pct")]
        if not all(claims) or not report.explained.isdisjoint(claims):
            continue
        present = [c for c in claims if c]
        try:
            opening = [opening_of(level, growth) for level, growth in _pairs(present)]
        except UndefinedError:
            continue
        assets, debts, equity = opening
        if (assets - debts).meets(equity):
            unit = present[0].unit
            size = base_size(unit)
            sums = [with_unit(s.middle / size, unit, present[0].decimals) for s in opening]
            yield _finding(
                CONSISTENT,
                "增速三角",
                present,
                f"由年末数和增速倒推年初：资产{sums[0]}，负债{sums[1]}，权益{sums[2]}，在四舍五入允许之内相符。",
            )


def _pairs(claims: Sequence[Claim]) -> Iterator[tuple[Claim, Claim]]:
    return zip(claims[::2], claims[1::2], strict=True)


# --- parts and wholes ----------------------------------------------------------------------------


def parts_of_items(report: Reports) -> Iterator[Finding]:
    """Items that are parts of an item: units of a kind, levels, asset classes."""
    for scope, year, _ in report.groups():
        for composition in words.ITEMS:
            whole = report.get(scope, year, composition.whole)
            parts = [c for name in composition.parts if (c := report.get(scope, year, name))]
            yield from _added_up("部分之和", composition, parts, whole)


def parts_of_scopes(report: Reports) -> Iterator[Finding]:
    """Scopes that are parts of a scope: central and local, kinds of assets, industries."""
    for year, scopes in report.years().items():
        total = report.get(words.ENTERPRISES, year, "户数")
        counted = int(Fraction(total.text)) if total else None
        for composition in words.wholes(scopes, counted):
            for whole in [c for c in report.claims if (c.scope, c.year) == (composition.whole, year)]:
                parts = [c for scope in composition.parts if (c := report.get(scope, year, whole.item))]
                if whole.kind == "level" and whole.unit in words.ADDITIVE_UNITS:
                    yield from _added_up("各口径之和", composition, parts, whole)


def _added_up(subject: str, composition: Composition, parts: list[Claim], whole: Claim | None) -> Iterator[Finding]:
    if whole is None or whole.misfit or any(p.misfit for p in parts):
        return
    if len(parts) < 2 or (composition.closed and len(parts) < len(composition.parts)):
        return
    computed = sum((span_of(part) for part in parts[1:]), span_of(parts[0]))
    names = [p.scope if p.scope != whole.scope else p.item for p in parts]
    how = "＋".join(f"{name}{p.printed}" for name, p in zip(names, parts, strict=True))
    failed = CONFLICT
    if not composition.closed:
        too_much = computed.low > span_of(whole).high and not may_be_negative(whole.measure)
        failed = DOUBT if too_much else PARTIAL
    found = _compared(subject, parts, how, computed, whole, failed)
    if found.verdict == PARTIAL:
        gap = _as_printed(span_of(whole).middle - computed.middle, whole)
        message = f"{found.message}差{gap}，应有没有列出的其他部分。"
        found = replace(found, expected=f"其他部分{gap}", message=message)
    yield found


def parts_within_wholes(report: Reports) -> Iterator[Finding]:
    """What lies inside a scope is not larger than the whole of it."""
    standard = {_standard(name) for name in words.NEVER_NEGATIVE}
    for year, scopes in report.years().items():
        for part_scope in scopes:
            for whole_scope in scopes:
                if not words.inside(part_scope, whole_scope):
                    continue
                for part in report.claims:
                    if (part.scope, part.year, part.kind) != (part_scope, year, "level"):
                        continue
                    whole = report.get(whole_scope, year, part.item)
                    if not whole or part.item not in standard or part.misfit or whole.misfit:
                        continue
                    if span_of(part).low > span_of(whole).high:
                        yield _finding(
                            DOUBT,
                            "部分大于整体",
                            [whole, part],
                            f"{part_scope}在{whole_scope}之内，但{part.item}{part.printed}大于{whole.printed}。",
                        )


def shares(report: Reports) -> Iterator[Finding]:
    """Shares of total assets, and a scope's shares of the whole."""
    for scope, year, claims in report.groups():
        for claim in claims:
            if claim.kind != "level" or claim.unit != "%":
                continue
            for part, whole in _share_of(report, scope, year, claim):
                if part and whole and not (part.misfit or whole.misfit):
                    yield from _shared(part, whole, claim)
                    break


def _shared(part: Claim, whole: Claim, claim: Claim) -> Iterator[Finding]:
    try:
        computed = span_of(part) / span_of(whole) * 100
    except IncomparableError:
        yield _meaningless("占比", [part, whole], whole, claim)
    except UndefinedError:
        return
    else:
        yield _compared("占比", [part, whole], f"{part.describe()}除以{whole.describe()}", computed, claim)


def _meaningless(subject: str, used: Sequence[Claim], below: Claim, claim: Claim) -> Finding:
    return _finding(
        INCOMPARABLE,
        subject,
        [*used, claim],
        f"{below.describe()}不大于零，{claim.describe()}没有通常的意义，请改说各数本身。",
    )


def _share_of(report: Reports, scope: str, year: int, claim: Claim) -> Iterator[tuple[Claim | None, Claim | None]]:
    if match := words.SHARE_OF_ASSETS.fullmatch(claim.name_zh):
        yield report.get(scope, year, match[1]), report.get(scope, year, "资产总额")
    elif match := words.SHARE_OF_WHOLE.fullmatch(claim.name_zh):
        item = words.SHARE_ITEMS[match[1]]
        wholes = [words.TWO_KINDS] if match[2] == "两类合计比重" else [words.ENTERPRISES]
        for whole in wholes:
            yield report.get(scope, year, item), report.get(whole, year, item)


# --- conventions ---------------------------------------------------------------------------------


def returns(report: Reports) -> Iterator[Finding]:
    """Returns on equity: which denominator fits (average is the rule; opening, closing)?"""
    for scope, year, claims in report.groups():
        for claim in claims:
            if claim.kind == "level" and claim.name_zh in words.RETURNS and claim.unit == "%":
                try:
                    yield from _which_fits(claim, list(_conventions(report, scope, year, claim)))
                except IncomparableError:
                    used = [c for _, name in words.RETURNS[claim.name_zh] if (c := report.get(scope, year, name))]
                    yield _finding(
                        INCOMPARABLE,
                        "收益率的分母",
                        [*dict.fromkeys(used), claim],
                        f"净资产年末或年初不大于零，{claim.describe()}没有通常的意义，请改说净利润和净资产本身。",
                    )
                except UndefinedError:
                    continue


Tried = tuple[str, list[Claim], Span]


def _conventions(report: Reports, scope: str, year: int, claim: Claim) -> Iterator[Tried]:
    for profit_name, equity_name in words.RETURNS[claim.name_zh]:
        profit, equity = (report.get(scope, year, n) for n in (profit_name, equity_name))
        growth = report.get(scope, year, equity_name, "yoy_pct")
        if not profit or not equity or profit.misfit or equity.misfit:
            continue
        whose = "归母" if profit_name.startswith("归母") else ""
        closing = span_of(equity)
        if growth:
            opening = opening_of(equity, growth)
            used = [profit, equity, growth]
            yield f"{whose}{AVERAGE}净资产", used, span_of(profit) / ((opening + closing) / 2) * 100
            yield f"{whose}年初净资产", used, span_of(profit) / opening * 100
        yield f"{whose}年末净资产", [profit, equity], span_of(profit) / closing * 100


def _which_fits(claim: Claim, tried: Sequence[Tried]) -> Iterator[Finding]:
    results = [(name, used, _verdict(span, claim)) for name, used, span in tried]
    fitting = [r for r in results if r[2] == CONSISTENT] or [r for r in results if r[2] == ROUNDING]
    averages = [(name, used, span) for name, used, span in tried if AVERAGE in name]
    printed = f"{claim.item}印出{claim.printed}"
    if fitting and (AVERAGE in fitting[0][0] or not averages):
        name, used, verdict = fitting[0]
        message = f"{printed}，与按{name}计算的相符。"
        yield _finding(verdict, "收益率的分母", [*used, claim], message)
    elif averages:  # else the rule's own denominator cannot be had, and nothing is known
        by_rule, used, span = averages[0]
        due = f"按{by_rule}算得{_as_printed(span.middle, claim)}"
        other = f"与按{fitting[0][0]}计算的相符" if fitting else "年末、年初、平均各种分母都不相符"
        message = f"{printed}，{other}；规定的分母是平均净资产，{due}，请说明口径。"
        used = fitting[0][1] if fitting else used
        yield _finding(SCOPE, "收益率的分母", [*used, claim], message, due)


# --- years ---------------------------------------------------------------------------------------


def across_years(report: Reports) -> Iterator[Finding]:
    """A year's growth against the levels of both years, as two reports print them."""
    items = dict.fromkeys((c.scope, c.item) for c in report.claims)
    years = sorted({c.year for c in report.claims})
    for scope, item in items:
        for before, now in pairwise(years):
            first, level = report.get(scope, before, item), report.get(scope, now, item)
            if now == before + 1 and first and level and not (first.misfit or level.misfit):
                for kind in ("yoy_pct", "yoy_abs", "yoy_pp"):
                    growth = report.get(scope, now, item, kind)
                    if growth and not growth.misfit and growth not in report.explained:
                        yield from _across(report, first, level, growth)


def _across(report: Reports, first: Claim, level: Claim, growth: Claim) -> Iterator[Finding]:
    try:
        computed = _growth(first, level, growth.kind)
        opening = opening_of(level, growth) if growth.kind == "yoy_pct" else span_of(level) - span_of(growth)
    except UndefinedError:
        return
    used = [first, level, growth]
    how = f"{growth.item}上年印出{first.printed}，本年{level.printed}"
    if computed.meets(span_of(growth)):
        said = f"{how}，与{growth.describe()}相符。"
        yield _finding(_verdict(computed, growth), "两年之间", used, said)
        return
    for other in _readings(growth):
        if first.size > 0 and _growth(first, level, other.kind).meets(span_of(other)):
            yield _finding(
                UNIT,
                "百分点与百分比",
                used,
                f"{how}，“{growth.printed}”写作“{other.printed}”才相符。",
                f"应为{other.printed}",
            )
            return
    last = report.get(growth.scope, first.year, growth.item, growth.kind)
    would = f"{how}，算得{_as_printed(computed.middle, growth)}，{growth.describe()}"
    if last and growth.kind == "yoy_pct" and _copied(last, growth):
        yield _finding(
            DOUBT,
            "疑沿用上年增速",
            [last, *used],
            f"{would}，与上年印出的增速{last.printed}相同，疑似沿用。",
            _due(computed.middle, growth),
        )
        return
    if opening.middle <= 0 < first.size:
        # Growth from what is not above zero tells nothing of last year's number.
        yield _finding(
            SCOPE,
            "两年之间",
            used,
            f"{would}：不一致，请对照原文核对，口径有变化的请说明。",
            _due(computed.middle, growth),
        )
        return
    implied = _as_printed(opening.middle, first)
    yield _finding(
        SCOPE,
        "两年之间",
        used,
        f"{would}：说明年初数是{implied}，与上年印出的{first.printed}不同，口径变化或追溯调整可以解释，请说明。",
        f"年初数{implied}",
    )


def _growth(first: Claim, level: Claim, kind: str) -> Span:
    grown = span_of(level) - span_of(first)
    return 100 * grown / span_of(first) if kind == "yoy_pct" else grown


def _copied(last: Claim, now: Claim) -> bool:
    decimals = min(last.decimals, now.decimals)
    if Fraction(now.text) == 0:
        return False
    return half_up(Fraction(last.text), decimals) == half_up(Fraction(now.text), decimals)


# --- doubts --------------------------------------------------------------------------------------


def factors_not_deducted(report: Reports) -> Iterator[Finding]:
    """A preservation rate whose excess is the growth of equity to the digit."""
    for scope, year, _ in report.groups():
        rate = report.get(scope, year, "保值增值率")
        for name in ("国有资本及权益总额", "所有者权益"):
            growth = report.get(scope, year, name, "yoy_pct")
            if not rate or not growth or rate.decimals != growth.decimals or not rate.decimals:
                continue
            if Fraction(rate.text) - 100 == Fraction(growth.text) != 0:
                yield _finding(
                    DOUBT,
                    "客观因素没有剔除",
                    [growth, rate],
                    f"{rate.describe()}，超出100%的部分与{growth.describe()}逐位相同："
                    "像是直接用年末数除以年初数，没有剔除客观增减因素。",
                )
                break


def same_value(report: Reports) -> Iterator[Finding]:
    """The same telling number in two neighbouring items: perhaps copied."""
    equal = [{_standard(name) for name in pair} for pair in words.EQUAL_BY_RULE]
    for _, _, claims in report.groups():
        for one, other in pairwise(claims):
            same = (one.text, one.unit, one.kind) == (other.text, other.unit, other.kind)
            digits = one.text.replace(".", "").strip("-0")
            money = one.kind == "level" and one.unit in words.ADDITIVE_UNITS
            items = {one.item, other.item}
            telling = len(digits) >= TELLING_DIGITS and len(items) == 2 and items not in equal
            if same and money and telling:
                yield _finding(
                    DOUBT,
                    "相邻两项相同",
                    [one, other],
                    f"相邻的{one.item}和{other.item}都印作{one.printed}，疑似重复录入。",
                )


CHECKS: tuple[Callable[[Reports], Iterator[Finding]], ...] = (
    units,
    possible,
    parts_of_items,
    parts_of_scopes,
    ratios,
    growths,
    openings_agree,
    shares,
    returns,
    across_years,
    parts_within_wholes,
    factors_not_deducted,
    same_value,
)
