"""Whose an enterprise is: by its credit code and its owner in a year, not by the place that reports it.

The register of ownership (产权登记) says which enterprise of which district's book has which credit code and
who owns it from which year to which. An enterprise that two districts report counts where it belongs; of one
that moved, the year decides. What facts alone cannot show is said, not guessed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from ..tables.data_errors import DataError, Fault, hidden
from ..tables.notation import is_year
from .brought import read_brought
from .facts import ALONE, WHOLE_GROUP, District, Fact

COLUMNS = ("地区", "企业编号", "统一社会信用代码", "企业名称", "归属地区", "起始年度", "终止年度")
NEEDED = COLUMNS[:3] + COLUMNS[4:5]
DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: without I, O, S, V, Z
LENGTH = 18
UNSEEN = "只有facts.json、没有产权登记表，看不出同一户企业是不是被两个地区都报了，也看不出哪户企业换了归属"


@dataclass(frozen=True)
class Owned:
    """A line of the register: an enterprise as one district's book names it, and whose it is from when to when."""

    region: str
    enterprise: str
    code: str
    name: str
    owner: str
    since: int = 0
    until: int = 9999


@dataclass(frozen=True)
class Transfer:
    """What is counted elsewhere than where it was reported, or not again: told beside every sum."""

    code: str
    name: str
    year: int
    reported: tuple[str, ...]
    owner: str
    off: tuple[tuple[str, str], ...]  # (district, scope of its facts) that do not count there
    onto: tuple[str, str] | None  # (district, scope) whose numbers count for the owner, who does not report them
    unclear: tuple[str, ...] = ()  # districts in whose consolidated numbers it stays, since nobody can take it out
    absent: bool = False  # its owner has not come

    @property
    def words(self) -> str:
        """Both named, which counts where and why."""
        who = f"{self.name or self.code}（{self.code}）"
        where = "、".join(self.reported)
        told = f"{self.year}年，{who}{where}{'都' if len(self.reported) > 1 else ''}报了"
        told += f"；产权登记的归属是{self.owner}，只在{self.owner}计一次"
        if self.onto:
            told += f"，数取自{self.onto[0]}报的"
        if self.absent:
            told += f"；{self.owner}不在这里，所以没有加进合计"
        if self.unclear:
            return told + f"；它在{'、'.join(self.unclear)}是合并报表里的下级企业，扣除要由其重编合并报表，本书没有扣"
        return told


def check_digit(code: str) -> str:
    """Return the last digit that belongs to the first 17 of a credit code (GB 32100-2015)."""
    total = sum(DIGITS.index(char) * pow(3, place, 31) for place, char in enumerate(code[: LENGTH - 1]))
    return DIGITS[-total % 31]


def is_code(code: str) -> bool:
    """Tell whether a credit code can be one: length, letters, check digit."""
    return len(code) == LENGTH and set(code) <= set(DIGITS) and check_digit(code) == code[-1]


def read_register(path: Path) -> tuple[Owned, ...]:
    """Return the register of ownership, a CSV file.

    Raises:
        DataError: a column is missing or unknown, a code cannot be one, an enterprise has two owners in one year.
    """
    faults: list[Fault] = []
    found: list[tuple[int, Owned]] = []
    for number, row in read_brought(path, COLUMNS, NEEDED, "企业的信用代码和归属"):
        blank = next((name for name in NEEDED if not row.get(name) or hidden(row[name])), None)
        years = [row.get(name, "") for name in COLUMNS[5:]]
        bad_year = next((y for y in years if y and not is_year(y)), None)
        if blank:
            faults.append(Fault(path.name, number, blank, "是空的或有看不见的字符", "写明", "请补上"))
        elif not is_code(row[COLUMNS[2]]):
            found_words, expected = f"“{row[COLUMNS[2]]}”校验不符", "18位统一社会信用代码"
            faults.append(Fault(path.name, number, COLUMNS[2], found_words, expected, "请照营业执照核对"))
        elif bad_year:
            faults.append(Fault(path.name, number, COLUMNS[5], f"“{bad_year}”不是年度", "如2021", "请改正"))
        else:
            since, until = (int(year or other) for year, other in zip(years, (0, 9999), strict=True))
            if since > until:
                told = f"{since}年晚于终止年度{until}年"
                faults.append(Fault(path.name, number, COLUMNS[5], told, "不晚于终止年度", "请改正"))
            region, enterprise, code, name, owner = (row.get(column, "") for column in COLUMNS[:5])
            found.append((number, Owned(region, enterprise, code, name, owner, since, until)))
    faults += _two_owners(found, path.name)
    if faults:
        raise DataError(faults)
    return tuple(one for _, one in found)


def _two_owners(found: Sequence[tuple[int, Owned]], file: str) -> Iterator[Fault]:
    by: dict[str, list[Owned]] = {}
    for number, one in found:
        for other in by.setdefault(one.code, []):
            if other.owner != one.owner and one.since <= other.until and other.since <= one.until:
                told = f"“{one.code}”在同一年归{other.owner}又归{one.owner}"
                yield Fault(file, number, COLUMNS[4], told, "一户企业一年归一个地区", "请写明起始年度和终止年度")
        by[one.code].append(one)


def transfers(districts: Mapping[str, District], register: Sequence[Owned], year: int) -> tuple[Transfer, ...]:
    """Return what does not count where it was reported in a year, and where it counts."""
    there = {
        region: {fact.scope for fact in one.facts if fact.scope and fact.year == year and not fact.stated}
        for region, one in districts.items()
    }
    by: dict[str, list[Owned]] = {}
    for one in register:
        if f"{ALONE}:{one.enterprise}" in there.get(one.region, ()) or (
            f"{WHOLE_GROUP}:{one.enterprise}" in there.get(one.region, ())
        ):
            by.setdefault(one.code, []).append(one)
    owners = {one.code: one.owner for one in register if one.since <= year <= one.until}
    found = []
    for code, lines in by.items():
        owner = owners.get(code)
        reporters = {line.region: line for line in lines}
        if owner is None or tuple(reporters) == (owner,):
            continue
        off: list[tuple[str, str]] = []
        unclear: list[tuple[str, str]] = []
        for region, line in reporters.items():
            scope = f"{WHOLE_GROUP}:{line.enterprise}"
            if region != owner:
                (off if scope in there[region] else unclear).append((region, scope))
        onto = off[0] if owner not in reporters and owner in districts and off else None
        name = next((line.name for line in lines if line.name), "")
        out = tuple(region for region, _ in unclear)
        absent = owner not in districts and not out
        found.append(Transfer(code, name, year, tuple(reporters), owner, tuple(off), onto, out, absent))
    return tuple(found)


def unmatched(
    districts: Mapping[str, District], known: Collection[str], register: Sequence[Owned]
) -> tuple[Owned, ...]:
    """Return the lines that name no enterprise of a district that came with its enterprises, or no district at all.

    ``known`` are the districts that are expected or have come.
    """
    there = {(region, fact.scope) for region, one in districts.items() for fact in one.facts if fact.scope}
    return tuple(
        one
        for one in register
        if one.region not in known
        or (one.region in districts and districts[one.region].enterprises and not there & scopes_of([one]))
    )


def scopes_of(register: Iterable[Owned]) -> set[tuple[str, str]]:
    """Return under which scopes a register's enterprises may stand, each with the district that reports it."""
    return {(one.region, f"{kind}:{one.enterprise}") for one in register for kind in (WHOLE_GROUP, ALONE)}


def value_of(facts: Iterable[Fact], figure_id: str, scope: str, year: int) -> Fraction | None:
    """Return a computed number of a part of a district."""
    return next(
        (
            Fraction(fact.value)
            for fact in facts
            if (fact.figure_id, fact.scope, fact.year, fact.stated) == (figure_id, scope, year, False)
        ),
        None,
    )
