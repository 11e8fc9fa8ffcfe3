"""What a district's numbers are of: with or without finance, with or without collective enterprises.

Only what is alike is added. What is not said is a scope of its own: who leaves open whether finance is in
it is neither with those who have it nor with those who do not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..audit.scopes import Scope, scope_of
from ..measures.measures import Indicator
from ..measures.registry import REGISTRY
from ..measures.units import UNITS

WITH, WITHOUT, UNSAID = "含", "不含", ""
FEATURES = {"金融企业": r"金融(?:企业|业|类)?", "集体企业": r"集体(?:企业|资产|经济)?"}
RATIOS = ("ratio", "points", "times", "money per head")
NOT_SAID = "没有写明口径"
WHAT_TO_DO = "请按同一口径重新编报，或者各算各的合计"
PLAIN = Scope()
SAY_IT = "请用现在的程序重新生成书，或在名单的“口径”列里写明"


@dataclass(frozen=True)
class Coverage:
    """What words on a scope say; two are alike if all of it is."""

    finance: str = UNSAID
    collective: str = UNSAID
    rest: Scope = PLAIN
    said: bool = True

    @property
    def assets(self) -> tuple[object, ...]:
        """What it is of, whoever owns it: a city's numbers and its districts' are of one kind of assets."""
        return self.said, self.finance, self.collective, self.rest.kind, self.rest.rest

    @property
    def words(self) -> str:
        """The scope, told so that what makes it unlike another is seen."""
        if not self.said:
            return NOT_SAID
        named = zip(FEATURES, (self.finance, self.collective), strict=True)
        told = [f"{how or '没有写明含不含'}{what}" for what, how in named]
        rest = [self.rest.kind, self.rest.level, self.rest.body, self.rest.tier, self.rest.rest]
        return "".join(filter(None, rest)) + f"（{'，'.join(told)}）"


def coverage(words: str, region: str = "") -> Coverage:
    """Return what the words of a scope say; of no words, that nothing is said."""
    text = unicodedata.normalize("NFKC", re.sub(r"\s", "", words))
    if not text:
        return Coverage(said=False)
    found = []
    for pattern in FEATURES.values():
        without = re.search(rf"(?:不含|不包括|非|除)(?:[^、，,。()]*[、和及])?{pattern}(?:以?外)?", text)
        having = re.search(rf"(?<!不)(?:含|包括|及|和)(?:[^、，,。()]*[、和及])?{pattern}", text)
        found.append(WITHOUT if without else WITH if having else UNSAID)
    plain = text
    for pattern, how in zip(FEATURES.values(), found, strict=True):
        if how:
            plain = re.sub(rf"[、，,和及]?(?:不含|不包括|包括|含|非|除)?{pattern}(?:以?外)?", "", plain)
    plain = re.sub(r"\(\)|[、，,]", "", plain)
    return Coverage(found[0], found[1], scope_of(plain, region))


def alike(coverages: Mapping[str, Coverage]) -> dict[Coverage, list[str]]:
    """Return the regions by what their numbers are of, the largest group first."""
    groups: dict[Coverage, list[str]] = {}
    for region, one in coverages.items():
        groups.setdefault(one, []).append(region)
    return dict(sorted(groups.items(), key=lambda item: (not item[0].said, -len(item[1]))))


def refusal(coverages: Mapping[str, Coverage], most: int = 5) -> str:
    """Say why the regions are not added, empty if they can be: who is unlike whom in what, and what to do."""
    groups = alike(coverages)
    if not groups:
        return ""
    if len(groups) < 2 and all(one.said for one in groups):
        return ""
    told = []
    for one, regions in groups.items():
        others = f"等{len(regions)}个地区" if len(regions) > most else ""
        told.append(f"{'、'.join(regions[:most])}{others}是{one.words}")
    if len(groups) == 1:
        return f"不能相加：{told[0]}。{SAY_IT}。"
    advice = WHAT_TO_DO if all(one.said for one in groups) else SAY_IT
    return f"口径不同，不能相加：{'；'.join(told)}。{advice}。"


def comparable_in_spite(figure_id: str) -> bool:
    """Tell whether a figure of unlike scopes may stand beside another with a mark: a ratio may, an amount not."""
    name, _, suffix = figure_id.partition(".")
    return suffix == "yoy" or UNITS.get(REGISTRY[name].unit, ("",))[0] in RATIOS


def additive(figure_id: str) -> bool:
    """Tell whether a figure of a whole is the sum of its parts': what is summed or counted from rows, or adds such."""
    name, _, suffix = figure_id.partition(".")
    return not suffix and _adds(name)


def _adds(name: str) -> bool:
    from ..book.takeaway.facts import parts

    measure = REGISTRY[name]
    if isinstance(measure, Indicator):
        return bool(parts(name)) and all(map(_adds, parts(name)))
    return getattr(measure, "how", "") in ("sum", "count") and UNITS.get(measure.unit, ("",))[0] not in RATIOS


def spoken(regions: Iterable[str], most: int = 5) -> str:
    """Return names for a sentence, the first few and how many there are."""
    names = list(regions)
    return "、".join(names[:most]) + (f"等{len(names)}个地区" if len(names) > most else "")
