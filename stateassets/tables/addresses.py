"""Where tables are found: in the built site, to which chapters link, and what lies beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import PurePosixPath

from .origins import Origin

FOLDER = "data"  # below the site, and below the project
CORRECTIONS = "corrections.yml"  # beside the tables
KINDS = "settings/kinds.csv"  # among the tables: a district's own kinds
RECORD = "notebooks/addresses.json"  # of all that pages have names for, and of what these were before
DATA_PAGE = "data"  # the chapter that has the columns of every table
FIGURE, ALERT, QUESTION = "figure", "alert", "question"  # with these the places of such things begin
# A number, with what it counts or the time that it dates; of a year's end or beginning the year alone.
COUNTED = re.compile(
    r"(?<![A-Za-z\d])[-+−]?\d[\d,.\-]*(?:(?=年[末初度])|年的|个百分点|[%‰年月日户家人项个倍次条处笔件天期岁米元]|[万亿]元?(?:/人)?)?",
    re.ASCII,
)


def download_path(table_path: str, origin: str) -> str:
    """Where in the built site a table of the data package is found.

    `table_path` is the resource's path inside ``data/`` and `origin` one of ``Origin``. What is not
    real says so in its file name, because a downloaded file loses the page around it.
    Raises ValueError for another origin, or for a path that leaves ``data/``.
    """
    path = PurePosixPath(table_path)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"数据表路径必须在data目录之内：{table_path}")
    if origin not in list(Origin):
        raise ValueError(f"数据表{table_path}的来源只能是{'或'.join(Origin)}，现为：{origin}")
    name = path.name if origin == Origin.REAL else f"{Origin(origin).word}-{path.name}"
    return str(PurePosixPath(FOLDER) / path.with_name(name))


def table_page(name: str, rows: Sequence[int] = (), column: str = "", how: str = "sum") -> str:
    """Where in the built site a table's rows are read; ``rows``, as Excel counts, stand out.

    In them stand out the cells of a ``column`` of which a quantity was taken, by adding them up unless
    ``how`` says otherwise (``measures.ledger.AGGREGATES``).
    """
    path = f"{FOLDER}/{name}.html"
    taken = f"&columns={column}" if column else ""
    as_ = f"&as={how}" if column and how != "sum" else ""
    return f"{path}?rows={in_runs(rows)}{taken}{as_}#row-{rows[0]}" if rows else path


def in_runs(rows: Sequence[int]) -> str:
    """Write rows as an address has them: three or more that follow each other by the first and the last."""
    runs = ((a, b, range(a, b + 1)) for a, b in ranges(rows))
    return ",".join(f"{a}-{b}" if len(run) > 2 else ",".join(map(str, run)) for a, b, run in runs)


def ranges(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Return runs of numbers that follow each other as (first, last)."""
    if not rows:
        return []
    breaks = [(a, b) for a, b in pairwise(rows) if b != a + 1]
    starts = [rows[0], *(b for _, b in breaks)]
    ends = [*(a for a, _ in breaks), rows[-1]]
    return list(zip(starts, ends, strict=True))


def of_runs(text: str) -> list[int]:
    """Return the rows that stand in an address."""
    ends = [run.partition("-") for run in text.split(",") if run]
    return [row for first, _, last in ends for row in range(int(first), int(last or first) + 1)]


def table_place(table: str) -> str:
    """Return what a link to a table's entry on the page of all tables names after ``#``."""
    return f"table-{table}"


def row_place(table: str, number: int) -> str:
    """Return what a link to a row, as Excel counts, names after ``#``."""
    return f"row-{table}-{number}"


def slug(text: str) -> str:
    """Return words as they stand in an address: Chinese stays, marks and spaces become hyphens."""
    return re.sub(r"\W+", "-", text).strip("-_")


def caption_slugs(caption: str) -> tuple[str, str]:
    """Return a caption as it stands in an address, short and whole: what it says first, without what
    stands in brackets, and all of it; neither with the numbers in it, which another row makes others.
    """
    first = re.split("[：，；]", re.sub("（[^）]*）", "", caption).strip())[0]
    return slug(COUNTED.sub("", first)), slug(COUNTED.sub("", caption))


def alert_place(rule: str, enterprise: str, subject: str, since: str) -> str:
    """Return what a link to an alert names after ``#``; ``since`` may be empty where it is not known."""
    return "-".join(filter(None, (ALERT, rule, enterprise, slug(subject), since)))


def question_place(rule: str, asks: str) -> str:
    """Return what a link to a question names after ``#``: its rule and how it begins."""
    return f"{QUESTION}-{rule}-{slug(COUNTED.sub('', re.split('[，。？]', asks)[0]))}"
