"""Shares of a whole."""

from __future__ import annotations

from collections.abc import Iterator

from ...measures.claims import Claim
from .. import vocabulary as words
from ..findings import Finding
from ..span import IncomparableError, UndefinedError, span_of
from .reports import Reports
from .telling import compared, meaningless


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
        yield meaningless("占比", [part, whole], whole, claim)
    except UndefinedError:
        return
    else:
        yield compared("占比", [part, whole], f"{part.describe()}除以{whole.describe()}", computed, claim)


def _share_of(report: Reports, scope: str, year: int, claim: Claim) -> Iterator[tuple[Claim | None, Claim | None]]:
    if match := words.SHARE_OF_ASSETS.fullmatch(claim.name_zh):
        yield report.get(scope, year, match[1]), report.get(scope, year, "资产总额")
    elif match := words.SHARE_OF_WHOLE.fullmatch(claim.name_zh):
        item = words.SHARE_ITEMS[match[1]]
        wholes = [words.TWO_KINDS] if match[2] == "两类合计比重" else [words.ENTERPRISES]
        for whole in wholes:
            yield report.get(scope, year, item), report.get(whole, year, item)
