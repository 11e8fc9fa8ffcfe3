"""What the printed figures imply by themselves, in order of weight: with this the cover opens.

Each rule is a pure function from what is known of a report to findings; which way something moved is said
only where every set of true values that prints as the figures agrees. A finding without its ground is none.

Its weight is the movement that it tells of, in per cent of last year's value and at least so much; of two
growths that go apart, the points between them. Figures that cannot all be true weigh most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from html import escape
from math import inf

from ..audit import Implied
from ..audit.findings import ALARMS, CONFLICT
from ..measures.claims import Claim
from ..present.display import Markup, Part, Passage, Sentence, joined, sentence_html
from ..present.markup import badge, in_lines, marked
from ..report import Report, implied_range
from ..tables.addresses import question_place, slug
from ..tables.origins import Origin
from .peers import of_region
from .questions import Material
from .questions import rules as asking
from .reference import telling

FEWEST, MOST = 3, 6  # findings on the cover
LEAST = 1  # a movement below one per cent is no finding
HALF = 50
AUDIT, OWN, QUESTIONS = "audit", "own_report", "questions"
# The sections, by their headings, in which the derivations stand.
CONFLICTS, HEADS, EQUITY, RANGES = "有没有矛盾", "人均指标背后的人数", "权益增长从哪里来", "推出的全部范围"
RESULTS, ASSUMED = "看结果", "怎样审"
PER_HEAD = ("average_headcount", "value_added")  # what the section on heads tells of
NOTHING = "只看公布数，没有推出要先说的。"
GROUNDS = "以上只由公布数推出，不用底表，推算时的假定见"
ORDER = "。先后按轻重：互相矛盾、要更正的在前，其余按变动至少占上年的百分之几；方向相反的两个数，按两个增速之差。"


@dataclass(frozen=True)
class Said:
    """Words that a printed figure says, e.g. 同比增长5.1%."""

    text: str
    claim: Claim


Fact = str | Said | Implied


@dataclass(frozen=True)
class Finding:
    """What is found, in one sentence, and more of it; where it is derived: a chapter, a place on its page and
    what this is called."""

    rule: str
    leads: tuple[Fact, ...]
    more: tuple[Fact, ...]
    weight: float
    chapter: str
    place: str
    called: str


# --- rules ------------------------------------------------------------------------------------


def contradictions(known: Material) -> Iterator[Finding]:
    """Printed figures that cannot all be true, and what the audit finds wrong in them otherwise."""
    wrong = known.verdict.conflict if known.verdict else ()
    if wrong:
        named = tuple(fact for c in wrong for fact in ("、", Said(c.describe(), c)))[1:]
        leads = (f"报告印出的{len(wrong)}个数字不可能同时成立",)
        yield _found("contradictions", leads, (*named, "，其中至少一个有误。"), inf, CONFLICTS)
    for finding in known.findings:
        if finding.verdict in ALARMS and not (wrong and finding.verdict == CONFLICT):
            leads = (f"“{finding.subject}”这一处要更正",)
            yield Finding("contradictions", leads, (finding.message,), inf, OWN, slug(RESULTS), RESULTS)


def shrunken_divisors(known: Material) -> Iterator[Finding]:
    """Ratios that rose while what they are divided by fell."""
    for before, now, ratios in asking.shrunken(known):
        by = least_fall(before, now)
        if _known(before, now):
            fell = "减少一半以上" if by >= HALF else f"至少减少{by}%"
            rose = tuple(fact for c in ratios for fact in ("，", c.item, _growth(c)))
            more = ("由", before, "降到", now, "，报告没有印出。")
            yield _found(
                "shrunken_divisors",
                (f"{now.measure.name_zh}{fell}", *rose),
                more,
                float(by),
                _section(known, now.measure.name),
            )


def fallen_numerators(known: Material) -> Iterator[Finding]:
    """What surely fell although a ratio of it rose: this then only because its divisor fell by more."""
    told = set[str]()
    for claim in asking.grown_ratios(known):
        for name in asking.numerators(claim.measure):  # type: ignore[arg-type]
            now, before = known.implied(name), known.implied(name, 1)
            if name in told or now is None or before is None or now.high >= before.low or not _known(before, now):
                continue
            told.add(name)
            by = least_fall(before, now)
            yield _found(
                "fallen_numerators",
                (f"{now.measure.name_zh}至少减少{by}%，{claim.item}", _growth(claim)),
                ("由", before, "降到", now, "，报告没有印出；它的比率提高，只因为分母减少得更多。"),
                float(by),
                _section(known, name),
            )


def opposite_growths(known: Material) -> Iterator[Finding]:
    """Two printed growths that one expects to go the same way, and do not."""
    for rose, fell, asks in asking.opposed(known):
        yield Finding(
            "opposite_growths",
            (rose.item, _growth(rose), f"，{fell.item}", _growth(fell)),
            ("两个数通常同向变动，为什么相反，公布数里看不出。",),
            float(Fraction(rose.text) - Fraction(fell.text)),
            QUESTIONS,
            question_place("opposite_ways", asks),
            "由数字引出的问题",
        )


def unnamed_factors(known: Material) -> Iterator[Finding]:
    """Capital that grew or shrank otherwise than by earning, for reasons that are not named."""
    net, before = asking.unexplained(known), known.implied("state_capital", 1)
    growth = known.claim("state_capital.yoy")
    if net is None or before is None or growth is None or not known.claim("preservation_rate") or before.low <= 0:
        return
    way, size = ("增加", net) if net.low > 0 else ("减少", Implied(net.measure, net.year, -net.high, -net.low, ()))
    among = "其中" if (net.low > 0) == (Fraction(growth.text) > 0) else "而"
    yield _found(
        "unnamed_factors",
        (growth.item, _growth(growth), f"，{among}客观因素净{way}", size),
        (f"客观因素不是经营得来的{way}；是哪些因素、各是多少，公布数没有列明。",),
        100 * size.low / before.high,
        EQUITY,
    )


RULES: tuple[Callable[[Material], Iterator[Finding]], ...] = (
    contradictions,
    shrunken_divisors,
    fallen_numerators,
    opposite_growths,
    unnamed_factors,
)


def unsaid_moves(known: Material) -> list[tuple[Implied, Implied]]:
    """Return the ranges, last year's and this year's, of what was not printed and surely moved, most first."""
    ranges = known.verdict.implied if known.verdict else ()
    found = {(one.measure.name, one.year): one for one in filter(telling, ranges)}
    year = known.verdict.year if known.verdict else 0
    pairs = [
        (found[name, year - 1], now)
        for (name, when), now in found.items()
        if when == year and (name, year - 1) in found
    ]
    apart = [(before, now) for before, now in pairs if now.low > before.high or now.high < before.low]
    # Of what rests on the same figures, as a total and its average do, one says it.
    once = {pair[1].rests_on: pair for pair in sorted(apart, key=_moved)}
    return sorted(once.values(), key=_moved, reverse=True)


def _moved(pair: tuple[Implied, Implied]) -> float:
    before, now = ((found.low + found.high) / 2 for found in pair)
    return round(abs(now / before - 1), 2) if before else 0.0


def moves(known: Material) -> Iterator[Finding]:
    """What was not printed and surely moved otherwise, where there are few findings."""
    for before, now in unsaid_moves(known):
        if before.low <= 0:
            continue
        rises = now.low > before.high
        by = least_rise(before, now) if rises else least_fall(before, now)
        yield _found(
            "moves",
            (f"{now.measure.name_zh}至少{'增加' if rises else '减少'}{by}%",),
            ("由", before, f"{'升' if rises else '降'}到", now, "，报告没有印出。"),
            float(by),
            RANGES,
        )


def found(known: Material) -> tuple[Finding, ...]:
    """Return the findings, the weightiest first, at most ``MOST``; other movements fill up to ``FEWEST``."""
    told = _weighed(finding for rule in RULES for finding in rule(known))
    names = {finding.leads[0] for finding in told}
    ranges = {fact.measure.name for f in told for fact in (*f.leads, *f.more) if isinstance(fact, Implied)}
    others = [
        f
        for f in _weighed(moves(known))
        if f.leads[0] not in names and not ranges & {fact.measure.name for fact in f.more if isinstance(fact, Implied)}
    ]
    return tuple(told[:MOST] + others[: max(0, FEWEST - len(told))])


def _weighed(findings: Iterable[Finding]) -> list[Finding]:
    return sorted((f for f in findings if f.weight >= LEAST), key=lambda f: -f.weight)


def least_fall(before: Implied, now: Implied) -> Decimal:
    """Return by how many per cent something fell at least, to one decimal and never too much."""
    return _floor(100 * (1 - now.high / before.low))


def least_rise(before: Implied, now: Implied) -> Decimal:
    """Return by how many per cent something rose at least, to one decimal and never too much."""
    return _floor(100 * (now.low / before.high - 1))


def _floor(number: float) -> Decimal:
    return Decimal(number).quantize(Decimal("0.1"), ROUND_FLOOR)


def _known(before: Implied, now: Implied) -> bool:
    """Tell whether a fall can be told in per cent, and its ranges tell a reader something."""
    return before.low > 0 and telling(before) and telling(now)


def _growth(claim: Claim) -> Said:
    falls = Fraction(claim.text) < 0
    return Said(f"同比{'下降' if falls else '增长'}{claim.printed.replace('-', '', 1)}", claim)


def _found(rule: str, leads: tuple[Fact, ...], more: tuple[Fact, ...], weight: float, section: str) -> Finding:
    return Finding(rule, leads, more, weight, AUDIT, slug(section), section)


def _section(known: Material, name: str) -> str:
    """Return the section that derives a measure's range: that on heads needs the range of these in both years."""
    both = all(known.implied(PER_HEAD[0], back) for back in (0, 1))
    return HEADS if name in PER_HEAD and both else RANGES


# --- what is shown ----------------------------------------------------------------------------


@dataclass(frozen=True)
class ShownFinding:
    """One finding as the cover shows it."""

    leads: Sentence
    more: Sentence
    derived: Markup


@dataclass(frozen=True)
class Findings:
    """Findings in order, marked with the origin of the printed figures."""

    findings: tuple[ShownFinding, ...]
    origin: Origin
    note: Markup

    def __repr__(self) -> str:
        lines = (
            f"{marked(self.origin)}{_plain(f.leads)}。\n  {_plain(f.more)}见{f.derived.text}" for f in self.findings
        )
        return "\n".join([*lines, self.note.text])

    def _repr_html_(self) -> str:
        items = "".join(
            f'<li><p class="sa-finding">{badge(self.origin)}{sentence_html(f.leads)}</p>'
            f"<p>{sentence_html(f.more)}<span>见{f.derived.html}</span></p></li>"
            for f in self.findings
        )
        return in_lines(f'<ol class="sa-findings">{items}</ol><p class="sa-note">{self.note.html}</p>')


def _plain(sentence: Sentence) -> str:
    return "".join(part.text for part in sentence)


def shown(report: Report) -> Findings | Passage | None:
    """Show what the printed figures imply; nothing where none has been entered."""
    if not report.claims:
        return None
    own = of_region(report, report.package.region)
    told = found(Material(claims=report.claims, verdict=report.audit, findings=own))
    if not told:
        return Passage(((Part(NOTHING),),))
    return Findings(
        tuple(ShownFinding(_sentence(report, f.leads), _sentence(report, f.more), _derived(report, f)) for f in told),
        report.origin_of("claims"),
        joined((GROUNDS, report.page("勾稽审计", AUDIT, slug(ASSUMED)), ORDER), ""),
    )


def _derived(report: Report, finding: Finding) -> Markup:
    cell = report.page(finding.called, finding.chapter, finding.place)
    return cell if isinstance(cell, Markup) else Markup(str(cell), escape(str(cell)))


def _sentence(report: Report, facts: Iterable[Fact]) -> Sentence:
    return tuple(_part(report, fact) for fact in facts)


def _part(report: Report, fact: Fact) -> Part:
    if isinstance(fact, str):
        return Part(fact)
    if isinstance(fact, Implied):
        return Part(implied_range(fact))
    figure = report.recomputed(fact.claim) if fact.claim in report.claims else None
    return report.part(figure, fact.text) if figure else Part(fact.text)
