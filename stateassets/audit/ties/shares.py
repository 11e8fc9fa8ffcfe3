"""Shares of a whole: each against its part and its whole, and all of them against a hundred."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from ...measures.claims import Claim
from .. import vocabulary as words
from ..findings import CONFLICT, QUIET, ROUNDING, Finding
from ..scopes import TOTAL, Parts, made_up, scope_of
from ..span import IncomparableError, Span, UndefinedError, span_of
from .reports import Reports, standard
from .telling import compared, finding, listed, meaningless, of_some_only

SUBJECT = "占比"
ENOUGH = 2  # one share may fit a scope by chance, unless its words say that it is the whole


def shares(report: Reports) -> Iterator[Finding]:
    """A share against the part and the whole that its name and its scope speak of."""
    used: Counter[tuple[int, str, str]] = Counter()  # how many shares of an item have fitted a whole
    undecided: list[tuple[Claim, list[tuple[Claim, Claim]]]] = []
    for scope, year, claims in report.groups():
        for claim in claims:
            if not _is_share(claim):
                continue
            pairs = [(p, w) for p, w in _share_of(report, scope, year, claim) if not (p.misfit or w.misfit)]
            fitting = next((pair for pair in pairs if _fits(pair, claim)), None)
            if fitting:
                by_words = not scope_of(fitting[1].scope, report.region).rest
                used[year, fitting[1].item, fitting[1].scope] += ENOUGH if by_words else 1
                yield from _shared(*fitting, claim)
            elif pairs:
                undecided.append((claim, pairs))
    for claim, pairs in undecided:
        sure = [p for p in pairs if used[claim.year, p[1].item, p[1].scope] >= ENOUGH] or _said(report, claim, pairs)
        if sure:
            yield from _shared(*sure[0], claim)


def _said(report: Reports, claim: Claim, pairs: list[tuple[Claim, Claim]]) -> list[tuple[Claim, Claim]]:
    """Return the pairs whose whole the words of names and scopes leave no doubt about."""
    if claim.of and len(pairs) == 1 and pairs[0][1] is _in_another_scope(report, claim.year, claim.of):
        return pairs
    same_scope = [p for p in pairs if p[0].scope == p[1].scope]
    if len(pairs) == 1 and (":" in claim.scope or not scope_of(claim.scope, report.region).rest):
        return pairs  # of a scope of its own, a company's, it may be a share of anything
    made = made_up(report.years[claim.year], report.region)
    wholes = {parts.whole for parts in made if parts.sure and claim.scope in parts.parts}
    return same_scope or [p for p in pairs if p[1].scope in wholes]


def _is_share(claim: Claim) -> bool:
    if claim.unit != "%" or claim.base or words.OF_PLAN.fullmatch(claim.name_zh) or words.PLAN.search(claim.of):
        return False
    return claim.kind == "share" or bool(claim.kind == "level" and words.SHARE.fullmatch(claim.name_zh))


def of_plans(report: Reports) -> Iterator[Finding]:
    """How much of a plan or a budget was done, against the two."""
    for claim in report.claims:
        said = words.OF_PLAN.fullmatch(claim.name_zh)
        if claim.kind not in ("share", "level") or claim.unit != "%" or not (said or _of_plan(claim)):
            continue
        item = standard(said["item"]) if said else claim.item
        done, plan = report.get(claim.scope, claim.year, item), report.targets.get((claim.scope, claim.year, item))
        if done and plan and done is not claim and done.unit != "%" and not (done.misfit or plan.misfit):
            yield from _shared(done, plan, claim)


def _of_plan(claim: Claim) -> bool:
    return bool(words.PLAN.search(claim.base) or words.PLAN.search(claim.of))


def _fits(pair: tuple[Claim, Claim], claim: Claim) -> bool:
    try:
        return (span_of(pair[0]) / span_of(pair[1]) * 100).meets(span_of(claim))
    except UndefinedError:
        return False


def _shared(part: Claim, whole: Claim, claim: Claim) -> Iterator[Finding]:
    if of_some_only(whole, part):
        return
    try:
        computed = span_of(part) / span_of(whole) * 100
    except IncomparableError:
        yield meaningless(SUBJECT, [part, whole], whole, claim)
    except UndefinedError:
        return
    else:
        of = f"{whole.scope}的" if whole.scope != part.scope else ""
        how = f"{part.describe()}除以{of}{whole.describe()}"
        yield compared(SUBJECT, [part, whole], how, computed, claim)


def _share_of(report: Reports, scope: str, year: int, claim: Claim) -> Iterator[tuple[Claim, Claim]]:
    """Yield what a share may be a share of: (part, whole)."""
    said = words.SHARE.fullmatch(claim.name_zh)
    name, whole_name = (said["part"], said["whole"]) if said else (claim.name_zh, "")
    whole_name = claim.of or whole_name
    item = standard(words.SHORT_ITEMS.get(name, name))
    part = report.get(scope, year, item)
    if part is None or part.unit == "%":
        return
    if whole := _in_another_scope(report, year, whole_name):
        if whole is not part:
            yield part, whole
        return
    plain = re.sub("^全部(?=.)|的$", "", whole_name)
    named = report.get(scope, year, standard(words.SHORT_ITEMS.get(plain, plain)))
    if named and named is not part:
        yield part, named
        return
    anything = not claim.of or named is part or bool(words.ALL.match(claim.of))
    for other in report.years[year]:
        whole, its_own = report.get(other, year, item), report.get(other, year, claim.item, claim.kind)
        is_part = its_own is not None and its_own.size != 100  # what has a share is not the whole
        may = _may_hold(report, scope, other, whole_name) if anything else _is_called(report, other, claim.of)
        if whole and other != scope and not is_part and may:
            yield part, whole
    assets = report.get(scope, year, "资产总额")
    elsewhere = any(report.get(s, year, claim.item, claim.kind) for s in report.years[year] if s != scope)
    if assets and assets is not part and not whole_name and not elsewhere and words.OF_ASSETS.fullmatch(item):
        yield part, assets


def _in_another_scope(report: Reports, year: int, said: str) -> Claim | None:
    """Return the number that words name by its scope and its item (区属企业资产总额)."""
    for scope in sorted(filter(None, report.years[year]), key=len, reverse=True):
        item = said.removeprefix(scope).removeprefix("的").removesuffix("的")
        if said.startswith(scope) and item and (found := report.get(scope, year, words.SHORT_ITEMS.get(item, item))):
            return found
    return None


def _is_called(report: Reports, whole: str, said: str) -> bool:
    return scope_of(said, report.region) == scope_of(whole, report.region)


def _may_hold(report: Reports, part: str, whole: str, said: str) -> bool:
    """Can a scope be what a share of another is of? Its words must not say that it lies beside it."""
    p, w = scope_of(part, report.region), scope_of(whole, report.region)
    if said and scope_of(said, report.region) == w:
        return True
    holds = w.kind in (p.kind, TOTAL) and w.level in ("", p.level) and w.body in ("", p.body)
    return p != w and holds and p.period == w.period and not w.tier and not (w.rest and not p.rest)


def at_most_hundred(report: Reports) -> Iterator[Finding]:
    """Shares of one item that companies have of one whole are no more than a hundred per cent together."""
    groups: dict[tuple[str, int, str], list[Claim]] = {}
    for claim in report.claims:
        if claim.kind == "share" and _is_share(claim) and words.COMPANY.search(claim.scope):
            groups.setdefault((claim.source, claim.year, claim.item), []).append(claim)
    for claims in groups.values():
        own = list({c.scope: c for c in claims}.values())
        nested = any(a is not b and a.scope.startswith(b.scope) for a in own for b in own)
        if len(own) < ENOUGH or nested or len({c.of for c in own if c.of}) > 1 or report.explained.intersection(own):
            continue
        total = sum((span_of(c) for c in own[1:]), span_of(own[0]))
        if total.low > 100:
            added = "＋".join(f"{c.scope}{c.printed}" for c in own)
            printed = f"{float(total.middle):.{max(c.decimals for c in own)}f}%"
            said = f"{own[0].item}：{added}，得{printed}：各部分占比之和超过100%，请对照原文核对。"
            yield finding(CONFLICT, SUBJECT, own, said)


def of_a_list(report: Reports) -> Iterator[Finding]:
    """A number and then its parts, each with its share: where these are a hundred in all, each is of that number."""
    for _, _, claims in report.groups():
        for at, whole in enumerate(claims):
            pairs = []
            rest = iter(claims[at + 1 :])
            for part, share in zip(rest, rest, strict=False):
                if not _part_and_share(whole, part, share):
                    break
                pairs.append((part, share))
            if len(pairs) > ENOUGH and sum(Fraction(share.text) for _, share in pairs) == 100:
                for part, share in pairs:
                    yield from _shared(part, whole, share)


def _part_and_share(whole: Claim, part: Claim, share: Claim) -> bool:
    alike = whole.kind == part.kind == "level" and whole.unit == part.unit and whole.unit in words.ADDITIVE_UNITS
    said = words.SHARE.fullmatch(share.name_zh) if share.kind == "share" and _is_share(share) else None
    if not said or said["part"] != part.name_zh:
        return False
    return alike and part.size <= whole.size and not share.of


def hundred(report: Reports) -> Iterator[Finding]:
    """Shares of all parts of a whole add up to a hundred per cent."""
    for year, parts in report.made:
        names = dict.fromkeys(c.item for c in report.of(parts.parts[0], year) if _is_share(c))
        for name in names:
            yield from _of_hundred(report, year, parts, name)


def one_whole(report: Reports) -> Iterator[Finding]:
    """Shares of an item in several scopes whose whole nobody prints: all speak of the same one."""
    groups: dict[tuple[int, str], list[tuple[Claim, Claim, Span]]] = {}
    for claim in report.claims:
        said = words.SHARE.fullmatch(claim.name_zh) if _is_share(claim) else None
        if said and not {claim} & (report.explained | report.confirmed):
            part = report.get(claim.scope, claim.year, words.SHORT_ITEMS.get(said["part"], said["part"]))
            if part and part.unit != "%" and span_of(claim).low > 0:
                whole = 100 * span_of(part) / span_of(claim)
                groups.setdefault((claim.year, claim.name_zh), []).append((part, claim, whole))
    for found in groups.values():
        wholes = {share.of for _, share, _ in found if share.of}
        apart = [[one for one in found if one[1].of == whole] for whole in wholes]
        for alike in apart if len(wholes) > 1 else [found]:
            if len(alike) > 1:
                yield from _of_one(alike)


def _of_one(found: list[tuple[Claim, Claim, Span]]) -> Iterator[Finding]:
    used = [claim for part, share, _ in found for claim in (part, share)]
    if all(one[2].meets(other[2]) for one in found for other in found):
        yield finding(ROUNDING, SUBJECT, used, f"{listed(used)}：推出的整体相符。")
        return
    for at, (part, share, whole) in enumerate(found):
        others = [w for n, (_, _, w) in enumerate(found) if n != at]
        agree = all(a.meets(b) for a in others for b in others)
        if agree and (len(found) > 2 or part is found[0][0]) and not all(whole.meets(w) for w in others):
            rest = [c for c in used if c not in (part, share)]
            said = f"{part.describe()}、{share.describe()}推出的整体，与{listed(rest)}推出的不同，请对照原文核对。"
            yield finding(CONFLICT, SUBJECT, [*rest, part, share], said)
            return


def _of_hundred(report: Reports, year: int, parts: Parts, name: str) -> Iterator[Finding]:
    found = [
        next((c for kind in ("share", "level") if (c := report.get(scope, year, name, kind))), None)
        for scope in parts.parts
    ]
    claims = [c for c in found if c]
    same = {c.scope for c in report.claims if c.year == year and c.item == name and _is_share(c)}
    if same - {parts.whole} != set(parts.parts):
        return  # they are shares of something larger
    if len(claims) < len(parts.parts) or not report.explained.isdisjoint(claims):
        return
    if any(words.ALL.match(c.of) and not _is_called(report, parts.whole, c.of) for c in claims):
        return  # 三家银行分别占全省的…: of more than themselves
    total = sum((span_of(c) for c in claims[1:]), span_of(claims[0]))
    added = "＋".join(f"{c.scope}{c.printed}" for c in claims)
    fits = total.meets(Span(Fraction(100), Fraction(100), Fraction(100)))
    verdict = QUIET[total.middle != 100] if fits else CONFLICT
    said = "各部分占比合计100%" if fits else "各部分占比之和不是100%，请对照原文核对"
    printed = f"{float(total.middle):.{max(c.decimals for c in claims)}f}%"
    yield finding(verdict, SUBJECT, claims, f"{name}：{added}，得{printed}：{said}。")
