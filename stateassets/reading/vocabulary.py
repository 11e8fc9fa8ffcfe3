"""The vocabulary as patterns: what ``vocabulary.yml`` says, ready to be looked for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from ..tables.text_files import read_yaml

PLACE = Path(__file__).with_name("vocabulary.yml")


@cache
def vocabulary() -> dict[str, Any]:
    """Return the words, by what they do."""
    found: dict[str, Any] = read_yaml(PLACE)
    return found


def any_of(words: Iterable[str]) -> str:
    """Return a pattern for any of some words, the longest first."""
    return _any_of(tuple(words))


@cache
def _any_of(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))


@cache
def item_names() -> dict[str, str]:
    """Return the names of items, each with the name that we use."""
    names: dict[str, str] = {}
    for name, others in vocabulary()["items"].items():
        names |= dict.fromkeys([name, *others], name)
    return names


def context_of(text: str) -> str:
    """Return which contexts of the vocabulary a heading or sentence speaks of."""
    return "／".join(pattern for pattern in vocabulary()["items_of_contexts"] if re.search(pattern, text))


@cache
def section_names(context: str) -> dict[str, str]:
    """Return the names of items in a context: where the budget is spoken of, 收入 is the budget's."""
    names = dict(item_names())
    for pattern in context.split("／"):
        for name, others in vocabulary()["items_of_contexts"].get(pattern, {}).items():
            names |= dict.fromkeys(others, name)
    return names


@cache
def items_pattern(context: str) -> re.Pattern[str]:
    """Return the pattern of a known item."""
    return re.compile(any_of(section_names(context)))


@cache
def work_names() -> dict[str, str]:
    """Return the names of items of work reports, each with the name that we use."""
    return {one: name for name, others in vocabulary()["works"].items() for one in (name, *others)}


@cache
def units_pattern() -> str:
    """Return the pattern of a unit behind a number, 余 or 多 inside it allowed (40余万元)."""
    units = vocabulary()["units"]
    money = any_of(unit for unit in [*units["per_head"], *units["money"], *units["ratio"]] if unit[-1] != "亿")
    counts = any_of(units["counts"])
    per = "百平方公里|平方米|立方米|平方公里|公里|公顷|千瓦时|度|标准箱|人次|[人户亩吨台辆床间升件头只年月日天时]"
    return f"(?:{money}|[万亿千百]{{0,2}}(?:余|多)?(?:{money}|{counts})(?:/(?:{per}))?|万亿|亿)"
