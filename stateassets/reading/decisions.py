"""What somebody decided about how a report was read, kept beside the report and applied at every reading.

A decision belongs to a sentence and a number in it, not to a place: it outlives edits of everything
else. One that finds its sentence or its number no more is told, never dropped in silence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from ..importing.files.raw import folded
from ..importing.printed import HEADERS, KIND_OF, KINDS, QUALIFIER_OF, QUALIFIERS, lookup
from ..measures.claims import Claim
from ..measures.printed import PRINTED_NUMBER, decimals_of
from ..tables.data_errors import DataError, Fault, visible
from ..tables.text_files import half_width, read_yaml
from .model import Found, Place, Reading, Unplaced
from .normalise import plain
from .tokens import tokens

SUFFIX = ".读数.yml"
HEADING = "# 这份报告的读数由人核对的结果，每次读报告时照此办理。可以直接修改，也可以删去整条。\n"
SENTENCE, NUMBER, NTH, ANSWER, FIELDS = "原句", "数", "第几个", "结论", "改为"
REFUSED = "核对的人说读得不对"  # why such a number is told as unplaced
YEAR = re.compile(r"(?:19|20)\d\d", re.ASCII)


class Answer(StrEnum):
    """What was decided about a number."""

    RIGHT = "读对了"
    WRONG = "读错了"
    CORRECTED = "已改正"
    PLACED = "已补上"


# What can be corrected: the columns of a claims file, as it calls them.
CORRECTABLE = ("name_zh", "scope", "year", "kind", "value", "unit", "qualifier", "base", "of")
TITLES = {name: HEADERS[name][0] for name in CORRECTABLE}
# What has to be said of a number that the program could not place; what is left out is as in the sentence.
PLACING = ("name_zh", "scope", "year", "kind", "unit")
NAMES = {title: name for name, title in TITLES.items()}


@dataclass(frozen=True)
class Decision:
    """What was decided about the ``nth`` number of these words in a sentence."""

    sentence: str
    number: str
    answer: Answer
    fields: Mapping[str, str] = field(default_factory=dict)
    nth: int = 1

    @property
    def key(self) -> tuple[str, str, int]:
        """What it is found by: white space and widths of characters do not count."""
        return _bare(self.sentence), _bare(self.number), self.nth


@dataclass(frozen=True)
class Decided:
    """A reading after decisions: the places of confirmed numbers, and the decisions that found nothing."""

    reading: Reading
    confirmed: frozenset[Place]
    idle: tuple[Decision, ...]


def beside(report: Path) -> Path:
    """Return where the decisions about a report are kept."""
    return report.with_name(f"{report.stem}{SUFFIX}")


def decide(reading: Reading, decisions: Iterable[Decision]) -> Decided:
    """Apply decisions to a reading; the last one about a number holds."""
    by_key = {decision.key: decision for decision in decisions}
    used: set[tuple[str, str, int]] = set()
    found: list[Found] = []
    unplaced: list[Unplaced] = []
    confirmed: set[Place] = set()
    for key, one in keyed(reading):
        decision = by_key.get(key)
        placed = decision is not None and "name_zh" in decision.fields
        if decision is None or (isinstance(one, Unplaced) and not placed):
            _put(one, found, unplaced)
            continue
        used.add(key)
        if decision.answer == Answer.WRONG:
            unplaced.append(Unplaced(one.text, one.sentence, one.place, REFUSED))
            continue
        confirmed.add(one.place)
        claim = one.claim if isinstance(one, Found) else as_claim(reading, one)
        found.append(Found(corrected(claim, decision.fields), one.text, one.sentence, one.place))
    found.sort(key=lambda f: (f.place.block, f.place.start))
    unplaced.sort(key=lambda u: (u.place.block, u.place.start))
    idle = tuple(decision for key, decision in by_key.items() if key not in used)
    made = replace(reading, found=tuple(found), unplaced=tuple(unplaced))
    return Decided(made, frozenset(confirmed), idle)


def _put(one: Found | Unplaced, found: list[Found], unplaced: list[Unplaced]) -> None:
    """Keep a number where the program had it."""
    if isinstance(one, Found):
        found.append(one)
    else:
        unplaced.append(one)


def as_claim(reading: Reading, one: Unplaced) -> Claim:
    """Return an unplaced number as a level of nothing yet: value and unit as printed, scope and year as told around it."""
    amounts = [token.known for token in tokens(plain(one.text).text) if token.kind == "AMOUNT"]
    text, unit = (amounts[0].get("number", ""), amounts[0].get("unit", "")) if len(amounts) == 1 else ("", "")
    before = [f.claim for f in reading.found if (f.place.block, f.place.start) < (one.place.block, one.place.start)]
    return Claim(
        id=f"第{one.place.block}段第{one.place.start}字",
        region=reading.region,
        year=reading.year,
        scope=before[-1].scope if before else "",
        section="",
        indicator=None,
        name_zh="",
        kind="level",
        text=text,
        unit=unit,
        decimals=decimals_of(text) if text else 0,
        qualifier="rounded",
        source=reading.document.name,
    )


def keyed(reading: Reading) -> Iterator[tuple[tuple[str, str, int], Found | Unplaced]]:
    """Yield every number that was read or could not be placed with what a decision about it is found by."""
    seen: Counter[tuple[int, str, str]] = Counter()
    numbers: tuple[Found | Unplaced, ...] = (*reading.found, *reading.unplaced)
    for one in numbers:
        words = _bare(one.sentence), _bare(one.text)
        seen[one.place.sentence_no, *words] += 1
        yield (*words, seen[one.place.sentence_no, *words]), one


def corrected(claim: Claim, fields: Mapping[str, str]) -> Claim:
    """Return a claim with fields changed as somebody wrote them (``CORRECTABLE``, checked by ``wrong_with``)."""
    changed: dict[str, Any] = dict(fields)
    if "name_zh" in fields:
        measure = lookup(fields["name_zh"])
        changed["indicator"] = measure.name if measure else None
    if "year" in fields:
        changed["year"] = int(fields["year"])
    if "value" in fields:
        text = changed.pop("value")
        changed |= {"text": text, "decimals": decimals_of(text)}
    return replace(claim, **changed)


def read_field(name: str, said: str) -> tuple[str, str]:
    """Return a corrected field as a claim holds it, and what is wrong with it or nothing."""
    said = said.strip() if name in ("name_zh", "scope", "base", "of") else half_width(said).strip()
    if name == "year":
        return said, "" if YEAR.fullmatch(said) else "四位年份，如2023"
    if name == "kind":
        kind = KIND_OF.get(folded(said), "")
        return kind, "" if kind else "、".join(words[0] for name, words in KINDS.items() if name)
    if name == "qualifier":
        word = QUALIFIER_OF.get(folded(said), "")
        return word, "" if word else "、".join(words[0] for words in QUALIFIERS.values())
    if name == "value":
        said = said.replace(",", "")
        return said, "" if PRINTED_NUMBER.fullmatch(said) else "不带单位的数，如-5.1"
    return said, "" if said or name in ("base", "of") else "不空着"


def load(path: Path) -> tuple[Decision, ...]:
    """Return the decisions that a file holds; none where there is no file.

    Raises:
        DataError: it cannot be read; every fault names the entry.
    """
    if not path.is_file():
        return ()
    advice = "改正后重试；改不好就删去这个文件，重新核对"
    entries = read_yaml(path, advice) or []
    faults: list[Fault] = []
    if not isinstance(entries, list):
        raise DataError([Fault(path.name, None, None, "不是一条一条的", "每条以“- 原句：”开头", advice)])
    made = [_read(path.name, number, entry, faults) for number, entry in enumerate(entries, 1)]
    if faults:
        raise DataError(faults)
    return tuple(decision for decision in made if decision)


def _read(file: str, number: int, entry: Any, faults: list[Fault]) -> Decision | None:
    before = len(faults)

    def wrong(column: str, found: str, expected: str) -> None:
        faults.append(Fault(file, None, column, f"第{number}条{found}", expected, "改正后重试，或删去这一条"))

    if not isinstance(entry, dict):
        wrong(SENTENCE, "不是对照表", f"{SENTENCE}、{NUMBER}、{ANSWER}各一行")
        return None
    for name in entry.keys() - {SENTENCE, NUMBER, NTH, ANSWER, FIELDS}:
        wrong(str(name), "有这一项", "、".join((SENTENCE, NUMBER, NTH, ANSWER, FIELDS)))
    for name in (SENTENCE, NUMBER, ANSWER):
        if not str(entry.get(name) or "").strip():
            wrong(name, "没有这一项", "不空着")
    answer, nth, fields = str(entry.get(ANSWER)), entry.get(NTH, 1), entry.get(FIELDS) or {}
    if entry.get(ANSWER) and answer not in list(Answer):
        wrong(ANSWER, f"写作“{answer}”", "、".join(Answer))
    if type(nth) is not int or nth < 1:
        wrong(NTH, f"写作“{nth}”", "从1起的整数")
    read: dict[str, str] = {}
    if not isinstance(fields, dict):
        wrong(FIELDS, "不是对照表", "、".join(NAMES))
        fields = {}
    for title, said in fields.items():
        if title not in NAMES:
            wrong(FIELDS, f"写了“{title}”", "、".join(NAMES))
            continue
        read[NAMES[title]], expected = read_field(NAMES[title], str(said))
        if expected:
            wrong(str(title), f"写作“{said}”", expected)
    if len(faults) > before:
        return None
    return Decision(str(entry[SENTENCE]), str(entry[NUMBER]), Answer(answer), read, nth)


def written(decisions: Iterable[Decision]) -> bytes:
    """Return the file that holds decisions, for people: one entry a number, in Chinese words."""
    entries = []
    for one in decisions:
        entry: dict[str, Any] = {SENTENCE: visible(one.sentence, 10_000), NUMBER: visible(one.number)}
        if one.nth > 1:
            entry[NTH] = one.nth
        entry[ANSWER] = str(one.answer)
        if one.fields:
            entry[FIELDS] = {TITLES[name]: _told(name, said) for name, said in one.fields.items()}
        entries.append(entry)
    text = yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, width=10_000) if entries else ""
    return (HEADING + text).encode("utf-8")


def _told(name: str, said: str) -> str:
    if name == "kind":
        return KINDS[said][0]
    if name == "qualifier":
        return QUALIFIERS[said][0]
    return said


def merged(kept: Iterable[Decision], new: Iterable[Decision]) -> tuple[Decision, ...]:
    """Return decisions with newer ones in place of older ones about the same number."""
    by_key = {one.key: one for one in kept}
    for one in new:
        by_key[one.key] = one
    return tuple(by_key.values())


@lru_cache(maxsize=1_000)  # the numbers of one sentence ask for the same
def _bare(text: str) -> str:
    return re.sub(r"\s+", "", half_width(visible(text, 10_000)))
