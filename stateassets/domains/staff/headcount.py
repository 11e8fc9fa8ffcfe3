"""The headcount rule 只减不增, tested at each level and month, and who came and left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from ...measures.ledger import CLASS, DISTRICT, ENTERPRISE, GROUP, WHOLE
from ...present.columns import Column, enterprise, table
from ...present.directions import Speech
from ...present.display import Part, Passage, Table

if TYPE_CHECKING:
    from ...report import Report

RULE, MEASURE = "staff_growth", "headcount_only_decrease"
DECEMBER = 12
LAST_DECEMBER = "上年12月"
LEVELS = {DISTRICT: "{whole}", CLASS: "各类企业", GROUP: "各一级企业", ENTERPRISE: "各户企业"}
POINT = ["year", "month", "headcount"]
# The kinds of movement by which somebody leaves; by the others somebody comes.
DEPARTURES = ("resignation", "retirement", "transfer", "placement")


class Rise(NamedTuple):
    """A month in which an enterprise had more people than in the month before."""

    enterprise_id: str
    year: int
    month: int
    before: int
    now: int


def rises(headcount: pd.DataFrame, year: int) -> list[Rise]:
    """Return every breach of the rule in a year, in the order of months.

    A company's first month under supervision sets it up and is no rise.
    """
    rows = headcount.sort_values(["enterprise_id", "year", "month"])
    before = rows.groupby("enterprise_id")["headcount"].shift(1)
    found = rows.assign(before=before)[(rows["headcount"] > before) & (rows["year"] == year)]
    found = found.sort_values(["month", "enterprise_id"])
    return [
        Rise(str(r["enterprise_id"]), int(r["year"]), int(r["month"]), int(r["before"]), int(r["headcount"]))
        for r in found.to_dict("records")
    ]


def breaches(report: Report) -> Table | Passage:
    """Each breach named: whose, when, from how many to how many."""
    origin = report.origin_of("headcount")
    found = rises(report.ledger.frames["headcount"], report.year)
    if not found:
        return _none(report)
    columns = (
        enterprise(report),
        Column("月份", lambda rise: f"{rise.year}年{rise.month}月"),
        Column("上月人数", "before", decimals=0),
        Column("本月人数", "now", decimals=0),
    )
    return table("职工人数增加的企业和月份", columns, found, origin=origin)


def _none(report: Report) -> Passage:
    months = int((report.ledger.frames["headcount"]["year"] == report.year).sum())
    text = f"逐户逐月核对了{months}个数，没有一户在哪个月比上个月多。"
    return Passage(((Part(text),),), origin=report.origin_of("headcount"))


def totals(report: Report, by: str) -> pd.DataFrame:
    """Return headcount by year, month and scope; ``enterprise_id`` holds the scope's id."""
    frame = report.ledger.frames["headcount"]
    whose = WHOLE if by == DISTRICT else frame["enterprise_id"].map(report.ledger.scope_of(by))
    return (
        frame.assign(enterprise_id=whose).groupby(["year", "month", "enterprise_id"], as_index=False)["headcount"].sum()
    )


def by_level(report: Report) -> list[tuple[str, int, list[tuple[str, Rise]]]]:
    """Return (level, how many scopes it has, each rise with its scope's name) from the district to the enterprises."""
    found = []
    for by, words in LEVELS.items():
        names = {scope.id: scope.name_zh for scope in report.ledger.scopes(by)}
        rose = rises(totals(report, by), report.year)
        found.append((report.text(words), len(names), [(names[r.enterprise_id], r) for r in rose]))
    return found


def in_words(rose: Sequence[tuple[str, Rise]]) -> str:
    """Name each scope once with its months: 一级企业D（1月多26人、6月多1人）."""
    months: dict[str, list[str]] = {}
    for name, rise in rose:
        months.setdefault(name, []).append(f"{rise.month}月多{rise.now - rise.before}人")
    return "；".join(f"{name}（{'、'.join(when)}）" for name, when in months.items())


def levels_table(report: Report, caption: str) -> Table:
    """For each level how many scopes it has and which rose when; of the enterprises ``breaches`` lists each."""
    columns = (
        Column("看到哪一级", 0),
        Column("个数", 1, decimals=0),
        Column("比上月多的（次）", lambda row: len(row[2]), decimals=0),
        Column("哪些、哪个月", _which),
    )
    return table(report.text(caption), columns, by_level(report), origin=report.origin_of("headcount"))


def _which(level: tuple[str, int, list[tuple[str, Rise]]]) -> str:
    if not level[2]:
        return "没有"
    return "逐户逐月见下表" if level[0] == LEVELS[ENTERPRISE] else in_words(level[2])


def counted(report: Report) -> Passage:
    """Say how often an enterprise had more people than in the month before, and where each time is listed."""
    found = rises(report.ledger.frames["headcount"], report.year)
    if not found:
        return _none(report)
    whose = len({rise.enterprise_id for rise in found})
    return report.say(
        "{year}年职工人数比上月多的有{whose}户企业、{times}次，逐户逐月见{page}。",
        whose=whose,
        times=len(found),
        page=report.page("国企改革一章", "system"),
        rests_on=["headcount"],
    )


def is_policy(report: Report) -> bool:
    """Tell whether the district says that headcount only falls: by a row of its warning rules, or in a
    statement of its report."""
    frames = report.ledger.frames
    if "statements" in frames and any(MEASURE in measures.split() for measures in frames["statements"]["measures"]):
        return True
    return "warning_rules" in frames and RULE in set(frames["warning_rules"]["id"])


def verdict(report: Report) -> str:
    """Return the template that tells of rises: against the policy where the district has it, else plainly."""
    rose = "人数比上月多的：{levels}。"
    return f"职工人数“只减不增”，在{{whole}}一级{{{MEASURE}}}；{rose}" if is_policy(report) else rose


def told(report: Report) -> dict[str, str]:
    """Return ``levels``: how often the number rose at each level; ``most``: the month of the largest fall."""
    counts = "，".join(f"{words}有{len(rose)}次" if rose else f"{words}没有" for words, _, rose in by_level(report))
    rows = totals(report, DISTRICT).sort_values(["year", "month"]).set_index(["year", "month"])["headcount"]
    falls = -rows.diff()[report.year]
    most = f"{falls.idxmax()}月减少{int(falls.max())}人" if falls.max() > 0 else "没有哪个月比上月少"
    return {"levels": counts, "most": most}


def series(report: Report, by: str, whole: bool = False) -> list[tuple[str, list[tuple[str, float]]]]:
    """Return each scope's headcount month by month, last year and this, for small pictures.

    ``whole`` puts the district first. A month for which a scope has no people is left out.
    """
    panels = []
    for level in (DISTRICT, by) if whole else (by,):
        frame = totals(report, level)
        frame = frame[frame["year"].isin([report.year - 1, report.year])]
        for scope in report.ledger.scopes(level):
            rows = frame[frame["enterprise_id"] == scope.id].sort_values(["year", "month"])
            if len(rows):
                panels.append((scope.name_zh, [_point(*row) for row in rows[POINT].itertuples(index=False)]))
    return panels


def _point(year: int, month: int, people: int) -> tuple[str, float]:
    return f"{year}年{month}月", float(people)


def year_of(report: Report) -> tuple[str, str, str] | None:
    """Return the report's year as the first panel shows it, from one December to the next, and what it brought;
    None where one of them has no people."""
    people = totals(report, DISTRICT).set_index(["year", "month"])["headcount"]
    ends = [(report.year - 1, DECEMBER), (report.year, DECEMBER)]
    if not all(end in people.index for end in ends):
        return None
    (begin, _), (end, _) = (_point(*at, 0) for at in ends)
    return begin, end, f"一年{Speech('人', 0).moved(*(int(people[at]) for at in ends))}"


def bridge(report: Report) -> tuple[tuple[str, float], list[tuple[str, float]], tuple[str, float]]:
    """Return last December's headcount, who came and who left by kind, and this December's.

    Steps are people, negative for who left; kinds without anybody are left out.
    """
    moved = report.ledger.frames["staff_movements"]
    people = moved[moved["year"] == report.year].groupby("kind")["people"].sum()
    labels = report.package.tables["staff_movements"].labels["kind"]
    steps = [
        (words, float(people[kind]) * (-1 if kind in DEPARTURES else 1))
        for kind, words in labels.items()
        if kind in people
    ]
    ends = totals(report, DISTRICT).set_index(["year", "month"])["headcount"]
    before, now = (float(ends[year, DECEMBER]) for year in (report.year - 1, report.year))
    return (LAST_DECEMBER, before), steps, (f"{DECEMBER}月", now)
