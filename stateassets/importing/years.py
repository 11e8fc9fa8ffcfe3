"""Which year a title or a file's name is of; where it names two, none."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from .files.raw import Sheet

DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_FULL = r"(?:19|20)\d\d"
_TO = r"\s*(?:[-–—―~/、,，&至到和及与暨]|\s)\s*"
# 2023年, and each of 2023-2024年, 2023年和2024年, 2023—24年度
FULL = re.compile(rf"(?<!\d)({_FULL})(?=\s*年|(?:{_TO}(?:{_FULL}|\d\d)(?!\d))+\s*年)")
SHORT = re.compile(rf"(?<!\d){_FULL}\s*(?:年度?)?{_TO}(\d\d)(?=\s*年)")  # the 24 of 2023-24年
PAIR = re.compile(rf"(?<!\d)([123]\d)\s*(?:年度?)?{_TO}([123]\d)(?=\s*年)(?!\s*年(?:期|以|内))")  # 23-24年
ALONE = re.compile(r"(?<!\d)(\d\d)(?=\s*年度|\s*年\s*(?:1[0-2]|0?[1-9])\s*月)")  # 24年度, 24年12月
DATED = re.compile(rf"(?<!\d)({_FULL})(?=[-./](?:1[0-2]|0?[1-9])[-./](?:3[01]|[12]\d|0?[1-9])(?!\d))")  # 2024-12-31
CHINESE = re.compile(r"[〇○零一二三四五六七八九]{4}(?=\s*年|\s*[-—–~至到和、及])")
# What names a year but not that of the rows: when a form was made, issued or filled in, the year before.
ASIDE = re.compile(
    r"(?:制表|填表|填报|编报|编制|报送|上报|报出|打印|导出|印发|发布|审核|签发|签字)(?:日期|时间)?\s*[:：于]?\s*"
    rf"(?:{_FULL}|\d\d)\s*[-./年]\s*\d{{1,2}}\s*[-./月](?:\s*\d{{1,2}}\s*日?)?"
    r"|(?:上年度?|上期|去年|上年同期|上年末|基期)\s*[:：(（为即]?\s*"
    rf"{_FULL}\s*年(?:度|末|底)?"
    rf"|{_FULL}\s*年(?:\d+月)?(?:第?[\d一二三四五六七八九十]*次?)?(?:版|修订|修正|印发|发布|制定|颁布|报送|上报|同口径|同期)"
)
DAY = re.compile(rf"(?<!\d){_FULL}\s*年\s*\d{{1,2}}\s*月(?:\s*\d{{1,2}}\s*日)?")


def how_to_say(year: int) -> str:
    """Say how a year can be stated that no column holds, in words to be put behind an advice."""
    return f"；年度也可以用--year {year}指明，或写在表的标题里"


def named(text: str) -> list[str]:
    """Return the years that a text is of, in order."""
    plain = CHINESE.sub(lambda match: match[0].translate(DIGITS), unicodedata.normalize("NFKC", text))
    plain = ASIDE.sub(" ", plain)
    found = {match[1] for pattern in (FULL, DATED) for match in pattern.finditer(plain)}
    short = (two for pattern in (SHORT, PAIR, ALONE) for match in pattern.finditer(plain) for two in match.groups())
    found |= {f"20{two}" for two in short}
    return sorted(found)


def doubt(sheet: Sheet, first: int) -> str:
    """Return in words why a sheet's year cannot be told, or nothing."""
    why = which(sheet, first)[2]
    return f"说不清是哪一年：{why}" if why else ""


def of_titles(sheet: Sheet, first: int) -> list[str]:
    """Return the years of the sheet's name and of what stands above its header."""
    words = [sheet.name]
    for row in sheet.rows[:first]:
        for cell in row:
            if isinstance(cell, date):  # a day of Excel's, which may stand behind 制表日期：
                words.append(f"{cell.year}年{cell.month}月{cell.day}日")
            elif isinstance(cell, str):
                words.append(cell)
        words.append("\n")
    return named(" ".join(words))


def of_file(sheet: Sheet, beside: bool) -> list[str]:
    """Return the years of a file's name, or of the folder where it lies if it has none.

    ``beside`` a title a day in it says when it was sent.
    """
    for part in reversed(re.sub(r"\.\w+$", "", sheet.file).split("/")):
        plain = unicodedata.normalize("NFKC", part)
        if found := named(DAY.sub(" ", plain) if beside else plain):
            return found
    return []


def which(sheet: Sheet, first: int) -> tuple[str, str, str]:
    """Return (year, where it is said, why it cannot be told); either the year or the reason is empty."""
    title = of_titles(sheet, first)
    file = of_file(sheet, beside=bool(title))
    if len(title) > 1:
        return "", "", f"标题里有{_said(title)}"
    if title and file and not file[0] <= title[0] <= file[-1]:
        return "", "", f"标题写{_said(title)}，文件名写{_said(file)}"
    if title:
        return title[0], "标题", ""
    if len(file) > 1:
        return "", "", f"文件名里有{_said(file)}"
    return (file[0], "文件名", "") if file else ("", "", "")


def _said(years: list[str]) -> str:
    return "、".join(f"{year}年" for year in years)
