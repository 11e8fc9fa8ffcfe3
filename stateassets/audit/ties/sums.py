"""Parts and wholes: items of an item, scopes of a scope; their levels, their changes, their growth."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from ...measures.claims import Claim
from .. import vocabulary as words
from ..comparable import may_be_negative
from ..findings import ALARMS, CONFLICT, DOUBT, PARTIAL, QUIET, SCOPE, UNIT, Finding, digits
from ..rerounded import last_digit
from ..scopes import Parts, inside, made_up, scope_of
from ..span import Span, UndefinedError, opening_of, span_of
from .reports import Reports, standard
from .telling import as_printed, compared, finding, listed, of_some_only, only_unit_wrong

SUM_OF_SCOPES, SUM_OF_ITEMS = "各口径之和", "部分之和"
# Numbers of few digits add up to another by chance: one of so many, or several of a few.
TELLING_DIGITS, FEWEST_DIGITS, DIGITS_TOGETHER = 5, 3, 8
REST = re.compile("其他|其它|其余")
SHORTEST_KIND = 2  # characters of what parts and their whole are, behind their own names (收入)
FEWEST_PARTS, NEARLY = 3, Fraction(3, 100)  # of a list with the rest, and how near its sum is to the number before it
MUCH, LITTLE = Fraction(1, 10), Fraction(1, 200)  # by how much told parts may exceed or miss their whole by one slip
LONGEST = 6  # scopes in a row that are tried as the parts of one beside them


def parts_of_items(report: Reports) -> Iterator[Finding]:
    """Items that are parts of an item: units of a kind, levels, asset classes."""
    for scope, year, _ in report.groups():
        for composition in words.ITEMS:
            wanted = Parts(composition.whole, composition.parts, composition.closed)
            for kind in ("level", "yoy_abs"):
                whole = report.get(scope, year, composition.whole, kind)
                parts = [c for name in composition.parts if (c := report.get(scope, year, name, kind))]
                if kind == "level" and not composition.closed and whole and len(parts) > 1:
                    parts = _with_others(report, whole, parts)
                if kind == "level" or composition.closed:
                    yield from _added_up(report, SUM_OF_ITEMS, wanted, parts, whole)


def _with_others(report: Reports, whole: Claim, parts: list[Claim]) -> list[Claim]:
    """Return parts with what stands between them, or may be counted among them, unless that is too much."""
    told = report.of(whole.scope, whole.year)
    first, last = (pick(told.index(part) for part in parts) for pick in (min, max))
    known = {standard(name) for composition in words.ITEMS for name in (composition.whole, *composition.parts)}
    others = [
        c
        for at, c in enumerate(told)
        if c.kind == "level"
        and c.unit == whole.unit
        and c.source == whole.source
        and not c.misfit
        and (
            c.item in words.PERHAPS_AMONG.get(whole.item, ())
            or (first < at < last and not c.measure and c.item not in known)
        )
    ]
    together = [*parts, *others]
    fits = sum((span_of(c) for c in together[1:]), span_of(together[0])).low <= span_of(whole).high
    return together if others and fits else parts


def parts_with_the_rest(report: Reports) -> Iterator[Finding]:
    """A number and then all its parts, the last of which is the rest of it (其他资产): they add up to it.

    Nothing says that the parts are its parts but that they nearly add up to it. Parts that all print
    their shares are checked by these.
    """
    for scope, year, claims in report.groups():
        levels = [c for c in claims if c.kind == "level" and c.unit in words.ADDITIVE_UNITS and not c.misfit]
        whose: set[Claim] = set()  # the rests of lists whose whole was found: what stands inside a list has none
        for at, whole in enumerate(levels):
            lists = [_up_to_the_rest(whole, levels[at + 1 :]), _named_alike(whole, levels[at + 1 :])]
            parts = next((parts for parts in lists if _nearly(parts, whole)), [])
            if len(parts) < FEWEST_PARTS or parts[-1] in whose or not report.explained.isdisjoint([*parts, whole]):
                continue
            if all(report.get(scope, year, f"{part.item}占比", "share") for part in parts):
                continue
            whose.add(parts[-1])
            how = "＋".join(f"{p.item}{p.printed}" for p in parts)
            computed = sum((span_of(part) for part in parts[1:]), span_of(parts[0]))
            yield compared(SUM_OF_ITEMS, parts, how, computed, whole)


def _nearly(parts: Sequence[Claim], whole: Claim) -> bool:
    """Do numbers add up to another, or almost?"""
    total = sum((span_of(part).middle for part in parts), Fraction(0))
    return abs(total - span_of(whole).middle) <= NEARLY * span_of(whole).middle


def parts_told(report: Reports) -> Iterator[Finding]:
    """An amount and the parts that the report tells of it (其中): they add up to it, but for one slip of a digit.

    Such a list may tell some parts only, or a part of a part: the sum alone says nothing. What one digit mistaken,
    or two in the wrong order, puts right to the last digit is an error of the list.
    """
    for _, _, claims in report.groups():
        for at, whole in enumerate(claims):
            parts = _told_behind(whole, claims[at + 1 :])
            if len(parts) < FEWEST_PARTS or digits(whole.text) < TELLING_DIGITS or whole.misfit:
                continue
            computed = sum((span_of(part) for part in parts[1:]), span_of(parts[0]))
            over = computed.middle - span_of(whole).middle
            near = -LITTLE <= over / span_of(whole).middle <= MUCH if span_of(whole).middle > 0 else False
            if not near or not report.explained.isdisjoint([*parts, whole]):
                continue
            if computed.meets(span_of(whole)) or _one_slip(parts, whole):
                how = "＋".join(f"{p.item if p.item != whole.item else p.scope}{p.printed}" for p in parts)
                yield compared(SUM_OF_ITEMS, parts, how, computed, whole)


def _told_behind(whole: Claim, following: Sequence[Claim]) -> list[Claim]:
    """Return the parts of an amount that stand behind it, up to the next amount that is none."""
    parts: list[Claim] = []
    if whole.kind != "level" or whole.of or whole.unit not in words.ADDITIVE_UNITS:
        return parts
    for claim in following:
        if claim.kind != "level" or claim.unit != whole.unit or claim.item == whole.item:
            continue
        if claim.of != whole.name_zh or claim.misfit:
            break
        parts.append(claim)
    return parts


def _one_slip(parts: Sequence[Claim], whole: Claim) -> bool:
    """Do the parts add up to the whole once a digit of one number is another, or two neighbours change places?"""
    numbers = [*parts, whole]
    spans = [span_of(claim) for claim in numbers]
    gap = sum((span.middle for span in spans[:-1]), Fraction(0)) - spans[-1].middle
    slack = sum((last_digit(claim) for claim in numbers), Fraction(0)) / 2
    for claim, sign in zip(numbers, [*(1 for _ in parts), -1], strict=True):
        size = abs(span_of(claim).middle / Fraction(claim.text))
        for text in _slips(claim.text):
            if abs(gap + sign * size * (Fraction(text) - Fraction(claim.text))) <= min(slack, last_digit(claim)):
                return True
    return False


def _slips(text: str) -> Iterator[str]:
    """Yield a printed number with one digit mistaken, or two neighbours in the wrong order."""
    for at, digit in enumerate(text):
        if digit.isdigit():
            yield from (text[:at] + other + text[at + 1 :] for other in "0123456789" if other != digit)
            if text[at + 1 : at + 2].isdigit():
                yield text[:at] + text[at + 1] + digit + text[at + 2 :]


def _up_to_the_rest(whole: Claim, following: Sequence[Claim]) -> list[Claim]:
    """Return the numbers behind a number that may be its parts, up to one of the rest; none if there is no such."""
    parts: list[Claim] = []
    for claim in following:
        if claim.item == whole.item:
            continue  # the same in another unit
        if claim.unit != whole.unit or claim.size > whole.size:
            return []
        parts.append(claim)
        if REST.match(claim.item):
            return parts
    return []


def _named_alike(whole: Claim, following: Sequence[Claim]) -> list[Claim]:
    """Return the numbers behind a number that are named as it is, up to one of the rest (…收入, 其他收入); else none.

    Between them and it others may stand, such as the costs.
    """
    at = next((at for at, claim in enumerate(following) if REST.match(claim.item)), None)
    kind = REST.sub("", following[at].item) if at is not None else ""
    if len(kind) < SHORTEST_KIND or not whole.item.endswith(kind):
        return []
    parts = [claim for claim in following[: at + 1] if claim.item.endswith(kind)]  # type: ignore[operator]
    alike = all(claim.unit == whole.unit and claim.size <= whole.size and not claim.measure for claim in parts)
    return parts if alike else []


def parts_of_scopes(report: Reports) -> Iterator[Finding]:
    """Scopes that are parts of a scope: central and local, kinds of assets, industries."""
    for year, scopes in report.years.items():
        total = next((c for s in scopes if _is_whole(report, s) and (c := report.get(s, year, "户数"))), None)
        counted = int(Fraction(total.text)) if total and total.unit in ("户", "家") else None
        said = list(made_up(scopes, report.region, counted))
        amounts = [scope for scope in scopes if any(c.unit not in words.COUNTS for c in report.of(scope, year))]
        for parts in [*said, *_counted(report, year, scopes), *_in_a_row([scopes, amounts], said)]:
            found = _witnessed(parts, list(_of_scopes(report, year, parts)))
            if found and parts.closed:
                report.made.append((year, parts))
            yield from found


def _is_whole(report: Reports, scope: str) -> bool:
    return scope_of(scope, report.region) == scope_of("")


def _counted(report: Reports, year: int, scopes: Sequence[str]) -> Iterator[Parts]:
    """Yield companies that are told after how many of them there are (三家集团：甲集团、乙集团、丙集团)."""
    for at, whole in enumerate(scopes):
        number = report.get(whole, year, "户数")
        if words.COMPANY.search(whole) and number and number.unit in ("户", "家", "个"):
            row = scopes[at + 1 : at + 1 + int(Fraction(number.text))]
            if len(row) == number.size > 1 and all(one.endswith(whole) for one in row):
                yield Parts(whole, tuple(row))


def _in_a_row(told: Sequence[Sequence[str]], said: Sequence[Parts]) -> Iterator[Parts]:
    """Yield scopes that stand in a row behind or before another one, which they may make up.

    The rows are looked for among all scopes, and among those of which more than their number is told.
    """
    known = {(p.whole, frozenset(p.parts)) for p in said}
    for scopes in told:
        for at, whole in enumerate(scopes):
            for size in range(2, LONGEST + 1):
                for row in (scopes[at + 1 : at + 1 + size], scopes[max(at - size, 0) : at]):
                    if len(row) == size and (whole, frozenset(row)) not in known:
                        known.add((whole, frozenset(row)))
                        yield Parts(whole, tuple(row), sure=False)


def _witnessed(parts: Parts, found: list[Finding]) -> list[Finding]:
    """Return what was found of parts: all if their words say so, else only if most numbers do."""
    if parts.sure:
        return found
    fits = [digits(f.claims[-1].text) for f in found if f.verdict in QUIET and f.subject == SUM_OF_SCOPES]
    fits = [known for known in fits if known >= FEWEST_DIGITS]
    wrong = [f for f in found if f.verdict in ALARMS]
    telling = max(fits, default=0) >= TELLING_DIGITS or sum(fits) >= DIGITS_TOGETHER
    return found if telling and len(fits) >= len(wrong) else []


def _of_scopes(report: Reports, year: int, parts: Parts) -> Iterator[Finding]:
    items = dict.fromkeys(c.item for c in report.of(parts.whole, year))
    for item in items:
        for kind in ("level", "yoy_abs"):
            whole = report.get(parts.whole, year, item, kind)
            some = [c for scope in parts.parts if (c := report.get(scope, year, item, kind))]
            if whole and whole.unit in words.ADDITIVE_UNITS and (kind == "level" or parts.closed):
                yield from _added_up(report, SUM_OF_SCOPES, parts, some, whole)
        if parts.closed:
            yield from _grown(report, year, parts, item)


def _added_up(report: Reports, subject: str, made: Parts, parts: list[Claim], whole: Claim | None) -> Iterator[Finding]:
    if (
        whole is None
        or whole.misfit
        or whole.per_head
        or any(p.misfit or p.unit not in words.ADDITIVE_UNITS for p in parts)
    ):
        return
    if len(parts) < 2 or (made.closed and len(parts) < len(made.parts)):
        return
    if any(of_some_only(whole, part) for part in parts):
        return
    computed = sum((span_of(part) for part in parts[1:]), span_of(parts[0]))
    if whole.kind == "yoy_abs":  # each may be the difference of two rounded numbers
        slack = sum((last_digit(c) for c in (*parts, whole)), Fraction(0)) / 2
        computed = Span(computed.low - slack, computed.high + slack, computed.middle)
    names = [p.scope if p.scope != whole.scope else p.item for p in parts]
    what = "增减" if whole.kind == "yoy_abs" else ""
    how = "＋".join(f"{name}{what}{p.printed}" for name, p in zip(names, parts, strict=True))
    failed = CONFLICT
    if not made.closed:
        too_much = computed.low > span_of(whole).high and not may_be_negative(whole.measure)
        failed = (CONFLICT if made.apart else DOUBT) if too_much else PARTIAL
    found = compared(subject, parts, how, computed, whole, failed)
    if found.verdict not in QUIET and (misread := only_unit_wrong(parts, whole, report.units(whole))):
        was, would = misread
        message = f"{how}，与{whole.item}{what}{whole.printed}不一致；“{was.printed}”写作“{would.printed}”就一致。"
        rest = [c for c in (*parts, whole) if c is not was]
        yield finding(UNIT, "单位或写法", [*rest, was], message, f"应为{would.printed}")
        return
    if found.verdict == PARTIAL:
        gap = as_printed(span_of(whole).middle - computed.middle, whole)
        message = f"{found.message}差{gap}，应有没有列出的其他部分。"
        found = replace(found, expected=f"其他部分{gap}", message=message)
    yield found


def _grown(report: Reports, year: int, parts: Parts, item: str) -> Iterator[Finding]:
    """Growth of the parts against growth of the whole: last year's numbers add up too."""
    scopes = (*parts.parts, parts.whole)
    levels = [report.get(scope, year, item) for scope in scopes]
    growths = [report.get(scope, year, item, "yoy_pct") for scope in scopes]
    pairs = [(a, b) for a, b in zip(levels, growths, strict=True) if a and b and not (a.misfit or b.misfit)]
    used = [claim for pair in pairs for claim in pair]
    if len(pairs) < len(scopes) or not report.explained.isdisjoint(used):
        return
    try:
        opening = [before(level, growth) for level, growth in pairs]
    except UndefinedError:
        return
    added = sum(opening[1:-1], opening[0])
    whole, growth = pairs[-1]
    due = 100 * (whole.size / added.middle - 1) if added.middle > 0 else None
    if due is None:
        return
    fits = added.meets(opening[-1])
    computed = Span(due, due, due)
    if fits:
        low, high = (100 * (whole.size / end - 1) for end in (added.high, added.low)) if added.low > 0 else (due, due)
        computed = Span(min(low, span_of(growth).high), max(high, span_of(growth).low), due)
    how = f"由各部分的数额和增速（{listed([g for _, g in pairs[:-1]])}）算整体的增速"
    yield compared("各部分增速与整体增速", [c for c in used if c is not growth], how, computed, growth)


def before(level: Claim, growth: Claim) -> Span:
    """Return last year's number, which was rounded perhaps before growth was reckoned from it."""
    found, half = opening_of(level, growth), last_digit(level) / 2
    return Span(found.low - half, found.high + half, found.middle)


def parts_within_wholes(report: Reports) -> Iterator[Finding]:
    """What lies inside a scope is not larger than the whole of it."""
    never_negative = {standard(name) for name in words.NEVER_NEGATIVE}
    wholes = {year: _may_be_wholes(scopes, report.region) for year, scopes in report.years.items()}
    for scope, year, claims in report.groups():
        for whole_scope in wholes[year]:
            lies_inside = inside(scope, whole_scope, report.region)
            beside = any({scope, whole_scope} <= set(parts.parts) for made, parts in report.made if made == year)
            if beside or not (lies_inside or _sounds_like_a_part(scope, whole_scope, report.region)):
                continue
            for part in claims:
                whole = report.get(whole_scope, year, part.item)
                if part.kind != "level" or not whole or part.misfit or whole.misfit:
                    continue
                if (whole_scope, year, whole.item) in report.ambiguous:
                    continue  # of the whole several numbers were told: 4户企业…，9户企业…
                if of_some_only(whole, part):
                    continue
                if part.item in never_negative and span_of(part).low > span_of(whole).high:
                    yield _larger(part, whole, lies_inside)


def _may_be_wholes(scopes: Sequence[str], region: str) -> list[str]:
    """Return the scopes that others may lie inside of: those that say nothing of their own, or stand before a bracket."""
    opened = {scope[:at] for scope in scopes for at, character in enumerate(scope) if character == "("}
    return [scope for scope in scopes if not scope_of(scope, region).rest or scope in opened]


def _larger(part: Claim, whole: Claim, lies_inside: bool) -> Finding:
    than = f"{part.item}{part.printed}大于{whole.printed}"
    if lies_inside:
        return finding(DOUBT, "部分大于整体", [whole, part], f"{part.scope}在{whole.scope}之内，但{than}。")
    return finding(
        SCOPE,
        "部分大于整体",
        [whole, part],
        f"{part.scope}听来是{whole.scope}的一部分，但{than}：两个口径不是包含关系的，请写明。",
        "写明两个口径的关系",
    )


def _sounds_like_a_part(part: str, whole: str, region: str) -> bool:
    p, w = scope_of(part, region), scope_of(whole, region)
    watched = any(word in p.rest for word in words.WATCHED)
    return watched and w.rest == w.tier == "" and (p.kind, p.period) == (w.kind, w.period)
