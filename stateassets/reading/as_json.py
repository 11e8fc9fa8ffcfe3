"""Everything that is known of reports that were read, for programs; ``docs/commands.md`` describes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..measures.claims import Claim
from .marks import Marked, Number
from .model import Place


def payload(marked: Marked) -> dict[str, Any]:
    """Return reports, numbers in the order of the texts, and findings, which name numbers by ``n``."""
    return {
        "verdict": str(marked.verdict) if marked.verdict else None,
        "reports": [
            {
                "name": reading.document.name,
                "format": reading.document.format,
                "scanned": reading.document.scanned,
                "region": reading.region,
                "year": reading.year,
                "found": len(reading.found),
                "unplaced": len(reading.unplaced),
                "no_claims": len(reading.no_claims),
                "left_out": list(reading.document.left_out),
            }
            for reading in marked.readings
        ],
        "numbers": [_number(number) for number in marked.numbers],
        "findings": [
            finding.as_dict()
            | {
                "pending": marked.pending(at) if at in marked.loud else False,
                "rests_on": [number.order for number in marked.under(at)],
            }
            for at, finding in enumerate(marked.findings)
        ],
    }


def _number(number: Number) -> dict[str, Any]:
    made: dict[str, Any] = {
        "n": number.order,
        "report": number.report,
        "text": number.text,
        "mark": str(number.mark),
        "sentence": number.sentence,
        "place": _place(number.place),
        "why": number.why,
        "findings": list(number.findings),
        "confirmed": number.confirmed,
    }
    if number.found:
        made["claim"] = dict(_claim(number.found.claim))
    return made


def _place(place: Place) -> dict[str, Any]:
    return {
        "block": place.block,
        "start": place.start,
        "end": place.end,
        "sentence_no": place.sentence_no,
        "page": place.page,
    }


def _claim(claim: Claim) -> Iterator[tuple[str, Any]]:
    for name in ("region", "year", "scope", "name_zh", "indicator", "kind"):
        yield name, getattr(claim, name)
    yield "value", claim.text
    for name in ("unit", "decimals", "qualifier", "base", "of"):
        yield name, getattr(claim, name)
    yield "stands_for", claim.stands_for
