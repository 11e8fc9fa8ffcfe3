"""Are printed figures numbers, with the decimals that are stated?"""

from __future__ import annotations

from collections.abc import Iterator

from ...measures.printed import PRINTED_NUMBER, misstated
from ...tables.checking import CheckedTable, Frames, check
from ...tables.data_errors import Fault
from ...tables.declared import DataPackage

RULES = ("true", "false")


@check()
def printed_numbers(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """What was printed is a number with the decimals that are stated, or a rule holds or not.

    What is blank is not printed yet.
    """
    for name in ("claims", "published_reports"):
        if name not in frames:
            continue
        claims = CheckedTable(package, frames, name)
        for index, text, kind, decimals in claims.frame[["value", "kind", "decimals"]].itertuples(name=None):
            if not text:
                continue
            if kind == "rule":
                if text not in RULES:
                    yield claims.fault(index, "value", f"“{text}”", "true（成立）或false（不成立）")
            elif not PRINTED_NUMBER.fullmatch(text):
                yield claims.fault(
                    index, "value", f"“{text}”", "不带单位的数字，照原文的小数位数", "数字和单位分两列填写"
                )
            elif found := misstated(text, decimals):
                yield claims.fault(index, "decimals", found, f"与“{text}”的小数位数一致")
