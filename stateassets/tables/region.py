"""What a region calls the whole of itself, and itself: 全区 and 本区, of a county 全县 and 本县."""

from __future__ import annotations

import re

DISTRICT = "区"  # 区, 新区, 开发区; the program's own texts speak of one
KINDS = "县市旗州盟省"
ALL, OWN = "全", "本"
NOT_SAID = "(?!域|间|别|块|场|分类)"  # 全区域, 本区间, 全市场, and the table 本区分类


def kind(region: str) -> str:
    """Return the word for what a region is by the end of its name, 区 where it says no other."""
    return region[-1:] if region[-1:] in tuple(KINDS) else DISTRICT


def whole(region: str) -> str:
    """Return how all of a region is called: 全区, 全县, 全市."""
    return ALL + kind(region)


def own(region: str) -> str:
    """Return how a region speaks of itself: 本区, 本县, 本市."""
    return OWN + kind(region)


def spoken(text: str, region: str, said_of: str = DISTRICT) -> str:
    """Return a text in which another region speaks of all of itself as this one would; 区 unless ``said_of`` names it."""
    if kind(said_of) == kind(region):
        return text
    return re.sub(f"(?<![安完])([{ALL}{OWN}]){kind(said_of)}{NOT_SAID}", rf"\g<1>{kind(region)}", text)
