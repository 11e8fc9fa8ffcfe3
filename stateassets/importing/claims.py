"""Files of printed figures for the audit: Excel or CSV, of any number of regions and years."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from ..audit.vocabulary import ENTERPRISES
from ..measures.claims import Claim, collected_claim
from ..tables.data_errors import DataError, Fault
from .files.raw import Sheet, read_file, shown_name
from .printed import HEADERS, Listed, find, read, telling
from .rows import Note

YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=\s*年)")
HERE = "本报告"  # a region that a file without one is of
UNSAID = "未写明"  # how a cell says that a report does not say whose a number is


@dataclass(frozen=True)
class Whose:
    """What holds of all rows of a file that does not say it itself."""

    region: str = HERE
    year: int | None = None
    scope: str = ENTERPRISES


@dataclass
class Collected:
    """Printed figures, and what is to be told of how they were read."""

    claims: tuple[Claim, ...] = ()
    notes: list[Note] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)  # sheets without printed figures


def read_claims(path: Path, whose: Whose | None = None) -> Collected:
    """Read a file of printed figures, in any order of columns, under English or Chinese headers.

    ``whose`` holds for what the file does not say.

    Raises:
        DataError: the file cannot be read or has no printed figures, or a row cannot be read;
            every fault names file, row and column.
    """
    whose = whose or Whose()
    whole = read_file(path)
    sheets = [sheet for sheet in whole if not sheet.hidden and any(map(any, sheet.rows))]
    found = [(sheet, find(sheet)) for sheet in sheets]
    if any(one and telling(one) for _, one in found):  # then what only resembles a list is none
        found = [(sheet, one if one and telling(one) else None) for sheet, one in found]
    lists = [one for _, one in found if one]
    made = Collected(ignored=[f"{sheet.place}（隐藏的工作表）" for sheet in whole if sheet.hidden])
    faults: list[Fault] = []
    if not lists:
        faults += _no_list(shown_name(path), sheets)
    else:
        made.ignored += [sheet.place for sheet, one in found if not one]
    for one in lists:
        claims, wrong = _claims(one, whose, made, prefix=one.sheet.name if len(lists) > 1 else "")
        made.claims += claims
        faults += wrong
        made.notes += one.notes
        made.unused += [f"{one.sheet.place}“{word}”列" for word in one.unused.values()]
    if not faults and not made.claims:
        faults.append(Fault(shown_name(path), None, None, "表中没有数据", "至少一行公布数", "补上数据"))
    if faults:
        raise DataError(faults)
    return made


def _no_list(name: str, sheets: list[Sheet]) -> list[Fault]:
    advice = "照“五分钟审自己的报告”一页的样表补上表头和数据"
    if not sheets:
        return [Fault(name, 1, None, "表中没有数据", "公布数一行一个", advice)]
    first = {str(cell).strip() for row in sheets[0].rows[:1] for cell in row}
    lacking = [n for n in ("name_zh", "value") if not first & {n, *HEADERS[n]}]
    return [
        Fault(name, 1, f"{HEADERS[n][0]}（{n}）", "没有这一列", "公布数文件须有这一列", advice)
        for n in lacking or ("name_zh", "value")
    ]


def _claims(one: Listed, whose: Whose, made: Collected, prefix: str) -> tuple[tuple[Claim, ...], list[Fault]]:
    defaults = {"region": whose.region, "scope": whose.scope, "year": str(_year(one, whose) or "")}
    missing = [name for name in defaults if name not in one.columns]
    read(one, known=False)
    if "year" in missing and not defaults["year"]:
        one.fault(one.first + 1, "year", "没有这一列", "每个数是哪一年的", "加上年度列，或用--year 2023指明")
    claims = []
    for line in one.lines:
        row = {"source_title": "", "source_url": "", **line.texts, "name_zh": line.item}
        for name in defaults:
            row[name] = row.get(name) or (defaults[name] if name in missing else "")
            if not row[name] and name not in missing:
                one.fault(line.number, name, "空白", HEADERS[name][0], "补上这一格")
            elif row[name] == UNSAID and name != "year":
                row[name] = ""
        if not one.faults:
            claims.append(collected_claim(f"{prefix}第{line.number}行", row))
    made.notes += [
        Note("没有这一列，各行照此", one.sheet.place, one.first + 1, HEADERS[name][0], "", defaults[name])
        for name in missing
        if defaults[name]
    ]
    return tuple(claims), one.faults


def _year(one: Listed, whose: Whose) -> int | None:
    """Return the year that the titles above a list or its file's name state, else the one given."""
    above = " ".join(str(c) for row in one.sheet.rows[: one.first] for c in row if isinstance(c, str))
    for text in (f"{one.sheet.name} {above}", one.sheet.file):
        years = {match[1] for match in YEAR.finditer(text)}
        if len(years) == 1 and whose.year is None:
            return int(years.pop())
    return whose.year
