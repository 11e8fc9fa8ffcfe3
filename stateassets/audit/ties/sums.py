"""Parts and wholes: items of an item, scopes of a scope."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from ...measures.claims import Claim
from .. import vocabulary as words
from ..comparable import may_be_negative
from ..findings import CONFLICT, DOUBT, PARTIAL, Finding
from ..span import span_of
from ..vocabulary import Composition
from .reports import Reports, standard
from .telling import as_printed, compared, finding


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
    found = compared(subject, parts, how, computed, whole, failed)
    if found.verdict == PARTIAL:
        gap = as_printed(span_of(whole).middle - computed.middle, whole)
        message = f"{found.message}差{gap}，应有没有列出的其他部分。"
        found = replace(found, expected=f"其他部分{gap}", message=message)
    yield found


def parts_within_wholes(report: Reports) -> Iterator[Finding]:
    """What lies inside a scope is not larger than the whole of it."""
    never_negative = {standard(name) for name in words.NEVER_NEGATIVE}
    for year, scopes in report.years().items():
        for part_scope in scopes:
            for whole_scope in scopes:
                if not words.inside(part_scope, whole_scope):
                    continue
                for part in report.claims:
                    if (part.scope, part.year, part.kind) != (part_scope, year, "level"):
                        continue
                    whole = report.get(whole_scope, year, part.item)
                    if not whole or part.item not in never_negative or part.misfit or whole.misfit:
                        continue
                    if span_of(part).low > span_of(whole).high:
                        yield finding(
                            DOUBT,
                            "部分大于整体",
                            [whole, part],
                            f"{part_scope}在{whole_scope}之内，但{part.item}{part.printed}大于{whole.printed}。",
                        )
