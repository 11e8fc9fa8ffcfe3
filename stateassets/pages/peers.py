"""What the audit finds in other governments' reports, and the district among them.

Real, printed figures only, but for the district's own among its peers: where its report has not been
entered yet, the ledger's stands in its place and is marked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from ..audit import Examination, examine
from ..audit.cases import Judged, judge, score
from ..audit.findings import ALARMS, NOTICES, QUIET, VERDICTS, Finding
from ..measures.claims import Claim, newest_by_region
from ..measures.measures import CLAIM_KINDS
from ..measures.registry import REGISTRY
from ..measures.units import HALF_UP, ROUNDINGS, half_up, in_unit
from ..present.columns import Column, table
from ..present.display import Cell, Part, Passage, Table, code, link, state
from ..present.missing_data import if_there
from ..present.words import NOTHING
from ..report import PUBLISHED, Report
from ..tables.declared import NOT_PRINTED, NotPrintedError
from ..tables.origins import Origin, weakest

VERDICT_CSS = {
    **dict.fromkeys(ALARMS, "sa-check-bad"),
    **dict.fromkeys(NOTICES, "sa-check-none"),
    **dict.fromkeys(QUIET, "sa-check-ok"),
}
RECKONED = "本区底表"  # the source of a number of the district's that no report has printed
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PART_OF_A_YEAR = re.compile(r"\(.*\d+-\d+月\)|上半年")
# Headings over numbers that can be compared with the district's, and over those that cannot.
ALIKE, OTHER_YEARS, OTHER_SCOPES = "口径和年度都相同", "口径相同，其他年度", "口径不同，只供参考"
# Above the one capital has grown, above the other anything has.
LINES = {"preservation_rate": ("保值", 100.0), "yoy": ("不增不减", 0.0)}
CASE_WORDS = {
    "PASS": "一致",
    "ROUNDING": "尾差",
    "INCOMPLETE": "列示不全",
    "FAIL": "有误",
    "EXPLAINED": "口径可以解释",
    "INFO": "需要说明",
}


def _verdict(verdict: str) -> Cell:
    return state(verdict, VERDICT_CSS[verdict])


def _source(claim: Claim) -> Cell:
    title = claim.source if CHINESE.search(claim.source) else f"英文：{claim.source}"
    return link(title, claim.url) if claim.url else title


# --- findings ------------------------------------------------------------------------------------


def counts(report: Report) -> Table:
    """How many findings have each verdict, and what a verdict means."""
    number = Counter(f.verdict for f in report.examination.findings)
    columns = (
        Column("结论", lambda row: _verdict(row[0])),
        Column("意思", 1),
        Column("处数", lambda row: number[row[0]], decimals=0),
    )
    return table("审计结论", columns, VERDICTS.items(), origin=Origin.REAL)


def conventions(report: Report) -> Table:
    """What each way to come to a last digit leaves to be corrected or told, the assumed one first."""
    columns = (
        Column("末位怎样取得", lambda row: ROUNDINGS[row[0]]),
        Column("需要更正的处数", lambda row: sum(f.alarming for f in row[1]), decimals=0),
        Column("需要说明的处数", lambda row: sum(f.verdict in NOTICES for f in row[1]), decimals=0),
        Column("一致或尾差的处数", lambda row: sum(f.verdict in QUIET for f in row[1]), decimals=0),
    )
    rows = [(way, _examined(report, way).findings) for way in ROUNDINGS]
    return table("末位取法不同，结论差多少", columns, rows, origin=Origin.REAL)


def _examined(report: Report, way: str) -> Examination:
    if way == HALF_UP:
        return report.examination
    key = ("examination", way)
    return report.ledger.once(key, lambda: examine(replace(claim, rounding=way) for claim in report.collected))


def findings(report: Report, verdicts: Sequence[str], caption: str) -> Table | Passage:
    """The findings with some verdicts: where, the arithmetic, what would be right, the source."""
    found = [f for f in report.examination.findings if f.verdict in verdicts]
    if not found:
        return Passage(((Part(f"没有{'、'.join(verdicts)}。"),),))
    columns = (
        Column("报告", lambda f: f"{f.region}{f.year}年"),
        Column("结论", lambda f: _verdict(f.verdict)),
        Column("算式和说明", "message"),
        Column("怎样才对", lambda f: f.expected or NOTHING),
        Column("出处", lambda f: _source(f.claims[-1])),
    )
    return table(caption, columns, found, origin=Origin.REAL)


def commonest(report: Report) -> list[tuple[str, int]]:
    """What asks for a correction or a word most often: (subject, number of places)."""
    report.ledger.frames.need(PUBLISHED)
    loud = (f for f in report.examination.findings if f.verdict not in QUIET)
    return Counter(f.subject for f in loud).most_common()


def most(report: Report) -> dict[str, object]:
    """Return the first of these, for sentences; None where nothing asks for a word."""
    return dict(zip(("first", "times"), (*commonest(report), (None, None))[0], strict=True))


def checked(report: Report) -> dict[str, int]:
    """Sizes of the collection, for sentences."""
    report.ledger.frames.need(PUBLISHED)
    examined = report.examination
    loud = [f for f in examined.findings if f.verdict not in QUIET]
    return {
        "figures": len(report.collected),
        "regions": len({c.region for c in report.collected}),
        "region_years": len({(c.region, c.year) for c in report.collected}),
        "relations": len(examined.findings),
        "alarms": sum(f.alarming for f in loud),
        "notices": sum(not f.alarming for f in loud),
        "unchecked": len(examined.unchecked),
    }


def unchecked(report: Report) -> Table:
    """Why figures could not be checked, and how many of them."""
    why = Counter(_kind_of_reason(u.why) for u in report.examination.unchecked)
    columns = (Column("原因", 0), Column("个数", 1, decimals=0))
    return table("没有核对到的公布数", columns, why.most_common(), origin=Origin.REAL)


def _kind_of_reason(why: str) -> str:
    return "不认识的项目，也没有可对照的数" if why.startswith("不认识的项目") else why


def of_region(report: Report, region: str) -> tuple[Finding, ...]:
    """Return what was found in one region's reports."""
    return tuple(f for f in report.examination.findings if f.region == region)


def as_table(found: Iterable[Finding], caption: str) -> Table:
    """Findings with their verdicts and arithmetic."""
    columns = (
        Column("结论", lambda f: _verdict(f.verdict)),
        Column("核对什么", "subject"),
        Column("算式和说明", "message"),
    )
    return table(caption, columns, found, origin=Origin.REAL)


def example(report: Report) -> str:
    """Return the place whose printed figures show how to copy a report: the district, else whoever has most."""
    places = Counter(claim.region for claim in report.collected)
    own_region = report.package.region
    return own_region if own_region in places or not places else places.most_common(1)[0][0]


# --- decided cases -------------------------------------------------------------------------------


def judged(report: Report) -> tuple[Judged, ...]:
    """Return the decided cases beside what the audit says."""
    return judge(report.ledger.frames["audit_cases"].to_dict("records"), report.examination)


def case_table(report: Report) -> Table:
    """Every decided case: what a person said, what the audit says."""
    columns = (
        Column("报告", lambda j: f"{j.case['region']}{j.case['year']}年"),
        Column("判例", lambda j: code(str(j.case["expression"]))),
        Column("人工结论", lambda j: CASE_WORDS[str(j.case["verdict"])]),
        Column("审计结论", lambda j: j.said or "没有收集到这组数"),
        Column("比较", _compared),
    )
    return table("判例与审计结论", columns, judged(report), origin=Origin.REAL)


def _compared(judged: Judged) -> Cell:
    if judged.right is None:
        return NOTHING
    return state("相同", "sa-check-ok") if judged.right else state("不同", "sa-check-bad")


def case_score(report: Report) -> dict[str, object]:
    """Return the numbers of the score, and precision and recall in words, for sentences."""
    s = score(judged(report))
    return {
        "cases": s.cases,
        "covered": s.covered,
        "right": s.right,
        "flagged": s.flagged,
        "rightly": s.rightly_flagged,
        "wanted": s.to_be_flagged,
        "precision": _share(s.rightly_flagged, s.flagged),
        "recall": _share(s.rightly_flagged, s.to_be_flagged),
    }


def _share(part: int, whole: int) -> str:
    return f"{float(Fraction(100 * part, whole)):.0f}%" if whole else "无法计算"


# --- the district among its peers ----------------------------------------------------------------


def own(report: Report, figure_id: str) -> Claim:
    """Return the district's own printed figure among the collected ones, or what its tables give as it would print.

    Raises:
        NotPrintedError: it printed none, and no table gives one.
    """
    for claim in _placed(report, figure_id):
        if claim.region == report.package.region:
            return claim
    raise NotPrintedError(NOT_PRINTED.format(report.figure(figure_id).name_zh))


def _placed(report: Report, figure_id: str) -> list[Claim]:
    """Return one printed figure a place, the largest first; the district's own report counts among them, or,
    where its number has not been entered, the one from its tables."""
    found = newest_by_region(report.collected, figure_id)
    if any(claim.region == report.package.region for claim in found):
        return found
    mine = [claim for claim in report.claims if claim.figure_id == figure_id] or _reckoned(report, figure_id)
    return newest_by_region([*report.collected, *mine], figure_id)


def _reckoned(report: Report, figure_id: str) -> list[Claim]:
    """Return the district's number from its tables as its report would print it, where none of the report's
    has been entered; none without a number."""
    if report.claims:
        return []
    figure = if_there(lambda: report.figure(figure_id, report.whole), None)
    if figure is None or figure.value is None or figure.turn:
        return []
    package, kind = report.package, next(name for name, kind in CLAIM_KINDS.items() if kind is figure.kind)
    printed = half_up(in_unit(figure.value, figure.unit), figure.decimals)
    claim = Claim(
        id=RECKONED,
        region=package.region,
        year=report.year,
        scope=package.scope,
        section="",
        indicator=figure.measure.name,
        name_zh=figure.measure.name_zh,
        kind=kind,
        text=str(printed),
        unit=figure.unit,
        decimals=figure.decimals,
        qualifier="rounded",
        source=RECKONED,
    )
    return [claim]


def origin(report: Report, figure_id: str) -> Origin:
    """Return the origin of the places' figures: printed ones are real, the district's own may rest on a sample."""
    mine = if_there(lambda: own(report, figure_id), None)
    reckoned = mine is not None and mine.id == RECKONED
    rests_on = [report.figure(figure_id, report.whole).rests_on] if reckoned else []
    return weakest([report.origin_of(PUBLISHED), *rests_on])


def caution(report: Report) -> Passage:
    """Say, where the district's productivity is above all that others printed, that those are of other scopes, if
    they are, and what its own printed figures imply of people and value added; nothing where they imply nothing."""
    nothing: list[Claim] = []
    found = if_there(lambda: _placed(report, "labour_productivity"), nothing)
    if not report.claims or len(found) < 2 or found[0].region != report.package.region:
        return Passage(())
    alike = any(_alike(claim, found[0]) for claim in found[1:])
    return report.conclusion(
        ("" if alike else "别处印出的劳动生产率口径或者年度不同，只供参考。")
        + "{own}的比别处印出的都高，不能只归于效率：公布数推出，平均职工人数由{before}变为{now}，"
        "增加值由{added_before}变为{added}。",
        now=report.implied("average_headcount"),
        before=report.implied("average_headcount", report.year - 1),
        added=report.implied("value_added"),
        added_before=report.implied("value_added", report.year - 1),
    )


def picture_of(report: Report, figure_id: str) -> tuple[list[tuple[str, list[tuple[str, float]]]], str]:
    """Return the places' numbers in groups that can each be compared, (heading, [(label, number)]), and the label
    of the district's own.

    Those of its scope and year stand from the largest down, other years and other scopes apart, in the order of
    time. What is not a whole year's is left out: ``comparison`` lists it.
    """
    found, mine = [c for c in _placed(report, figure_id) if not _partial(c)], own(report, figure_id)
    several = Counter((c.region, c.year) for c in found)
    by_time = sorted(found, key=lambda claim: (claim.year, -claim.size))
    groups = {
        ALIKE: [c for c in found if _alike(c, mine)],
        OTHER_YEARS: [c for c in by_time if c.scope == mine.scope and c.year != mine.year],
        OTHER_SCOPES: [c for c in by_time if c.scope != mine.scope],
    }
    labels = {c: _label(c, several[c.region, c.year] > 1 or c.scope != mine.scope) for c in found}
    return [
        (heading, [(labels[c], float(in_unit(c.size, mine.unit))) for c in claims])
        for heading, claims in groups.items()
        if claims
    ], labels[mine]


def line(figure_id: str) -> tuple[str, float] | None:
    """Return the number on whose sides a figure means different things, with what it is called."""
    return LINES.get(figure_id, LINES.get(figure_id.partition(".")[2]))


def _partial(claim: Claim) -> bool:
    return bool(PART_OF_A_YEAR.search(claim.scope))


def _alike(claim: Claim, mine: Claim) -> bool:
    """Whether a number can be compared with the district's: of the same scope and year."""
    return (claim.scope, claim.year) == (mine.scope, mine.year)


def _label(claim: Claim, with_scope: bool) -> str:
    scope = claim.scope.replace("企业国有资产不含金融", "") if with_scope else ""
    return f"{claim.region}{scope}{claim.year}年"


def standing(report: Report, figure_id: str) -> dict[str, str]:
    """Return how the district's figure stands among those of its scope and year, for sentences."""
    found = _placed(report, figure_id)
    mine = own(report, figure_id)
    if all(c.region == mine.region for c in found):
        raise NotPrintedError(f"没有其他地方的{REGISTRY[figure_id.partition('.')[0]].name_zh}可以比较")
    return {
        "mine": mine.printed + ("（由底表算出）" if mine.id == RECKONED else ""),
        "alike": _among(mine, [c for c in found if _alike(c, mine)]),
        "left_out": f"不满一年的{n}个数没有画" if (n := sum(map(_partial, found))) else "没有不满一年的数",
        "by": "，由底表算出" if mine.id == RECKONED else "",
    }


def _among(mine: Claim, alike: Sequence[Claim]) -> str:
    """Return the district's place among numbers of its scope and year, which are given from the largest down."""
    if len(alike) < 2:
        return "没有口径和年度都相同的数可比"
    rank = sum(claim.size > mine.size for claim in alike) + 1
    high, low = alike[0], alike[-1]
    ends = f"由{low.region}的{low.printed}到{high.region}的{high.printed}"
    return f"在口径和年度都相同的{len(alike)}个数里从高到低排第{rank}，{ends}"


def standings(report: Report, **figures: str) -> dict[str, Callable[[], str]]:
    """Return for sentences the district's number of each figure, by its name here, and ``…_where`` it stands among
    those that can be compared with it.

    Each is looked up when it is said, so that what nothing can be compared with takes no other away.
    """
    said = {"": "mine", "_where": "alike"}
    return {
        f"{name}{end}": lambda figure_id=figure_id, key=key: standing(report, figure_id)[key]  # type: ignore[misc]
        for name, figure_id in figures.items()
        for end, key in said.items()
    }


def comparison(report: Report, figure_id: str, caption: str) -> Table:
    """Each point with its year, scope, source, and what hinders the comparison."""
    mine = if_there(lambda: own(report, figure_id), None)
    columns = (
        Column("地区", "region"),
        Column("年度", lambda claim: f"{claim.year}年"),
        Column("数值" if mine and mine.id == RECKONED else "公布数", "printed", numeric=True),
        Column("可比性", lambda claim: _hindrance(report, claim, mine)),
        Column("出处", _source),
    )
    return table(caption, columns, _placed(report, figure_id), origin=origin(report, figure_id))


def _hindrance(report: Report, claim: Claim, mine: Claim | None) -> str:
    """Say what hinders comparing with the district's figure, or with what it would print of this year."""
    if claim == mine:
        mine_is = report.package.own
        return f"{mine_is}，底表算出的数，公布数还没有录入" if claim.id == RECKONED else mine_is
    scope, year = (mine.scope, mine.year) if mine else (report.package.scope, report.year)
    notes = []
    if claim.scope != scope:
        notes.append(f"口径是{claim.scope}")
    if claim.year != year:
        notes.append("不是同一年")
    if _partial(claim):
        notes.append("不满一年")
    return "，".join(notes) or "口径和年度相同"
