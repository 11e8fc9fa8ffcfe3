"""What the rollup's chapters show: passages, tables and pictures; notebooks only call these."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from html import escape
from typing import Any

from ..audit.possibility import IMPOSSIBLE, POSSIBLE
from ..measures.registry import REGISTRY
from ..measures.units import Number, in_unit, with_unit
from ..present.charts import Chart, courses, dots
from ..present.columns import Column, origin_mark, table
from ..present.display import READ, Markup, Part, Passage, Sentence, Table, state
from ..tables.origins import Origin, weakest
from .coverage import comparable_in_spite, refusal, spoken
from .facts import Fact
from .order import Spread
from .ownership import UNSEEN
from .rollup import Rollup, Sum, figure_parts, told
from .ties import added, negative
from .together import Answer, Conflict

HEADLINES = (
    "total_assets", "total_liabilities", "debt_ratio", "state_capital", "preservation_rate", "revenue",
    "total_profit", "enterprises",
)  # fmt: skip
MOST_DRAWN = 60  # rows of a picture
MOST_YEARS = 10
MOST_TOLD = 3  # things of a kind that the cover tells one by one
NONE = "—"
STATE_CSS = {POSSIBLE: "sa-check-ok", IMPOSSIBLE: "sa-check-bad"}


def _passage(*sentences: str, css: str = "", origin: Origin | None = None, names: Iterable[str] = ()) -> Passage:
    """Return sentences as a passage; a number that is part of one of the names is none."""
    known = sorted(names, key=len, reverse=True)
    cut = re.compile(f"({'|'.join(map(re.escape, known))})") if known else None

    def parts(sentence: str) -> Sentence:
        pieces = cut.split(sentence) if cut else [sentence]
        return tuple(Markup(p, escape(p)) if at % 2 else Part(p) for at, p in enumerate(pieces) if p)

    return Passage(tuple(parts(sentence) for sentence in sentences if sentence), css, origin)


def headlines(rollup: Rollup) -> tuple[str, ...]:
    """Return the headline figures that some district has."""
    kept = rollup.kept(rollup.year)
    return tuple(figure for figure in HEADLINES if figure in kept)


def origin_of(rollup: Rollup) -> Origin:
    """Return the origin that vouches for least among all districts."""
    return weakest({origin for member in rollup.members for origin in member.origins})


# --- cover ----------------------------------------------------------------------------------------


def opening(rollup: Rollup) -> Passage:
    """The findings, first thing in the book: who is in, what cannot be true, what is not added."""
    impossible = [answer for answer in rollup.answers if answer.state == IMPOSSIBLE]
    twice = rollup.transfers(rollup.year)
    return _passage(
        f"{len(rollup.parts)}个地区，{_years(rollup.years)}。"
        + (
            f"还有{len(rollup.missing)}个没有来：{spoken(m.region for m in rollup.missing)}。" if rollup.missing else ""
        ),
        *(_in_brief(answer) for answer in impossible[:MOST_TOLD]),
        f"另有{len(impossible) - MOST_TOLD}组也不能同时成立。" if len(impossible) > MOST_TOLD else "",
        "" if impossible else _all_well(rollup),
        _assets(rollup),
        refusal({member.region: member.coverage for member in rollup.parts}),
        *(one.words + "。" for one in twice[:MOST_TOLD]),
        f"另有{len(twice) - MOST_TOLD}户也按归属计一次。" if len(twice) > MOST_TOLD else "",
        _unmatched(rollup),
        css="sa-conclusion",
        origin=origin_of(rollup),
        names=rollup.by,
    )


def _unmatched(rollup: Rollup) -> str:
    """Say which lines of the register are of nothing that is there: a wrong name would count an enterprise twice."""
    lines = rollup.unmatched
    if not lines:
        return ""
    named = "、".join(f"{one.region}的{one.enterprise}" for one in lines[:MOST_TOLD])
    more = f"等{len(lines)}行" if len(lines) > MOST_TOLD else ""
    return f"产权登记里的{named}{more}，各区的数里没有，没有用上：请核对地区和企业编号。"


def _years(years: Sequence[int]) -> str:
    return f"{years[0]}年" if len(years) == 1 else f"{years[0]}年至{years[-1]}年"


def _all_well(rollup: Rollup) -> str:
    if not rollup.answers:
        alone = "" if rollup.expected else "没有名单，来的都当作互不包含的地区相加，若有谁是别人的上级，合计就重复了："
        return f"没有上级的公布总数，各区的数不能与它对照。{alone}在名单的“上级”列里写明，再给出上级的facts.json。"
    undecided = sum(answer.state != POSSIBLE for answer in rollup.answers)
    well = f"{len(rollup.answers) - undecided}组各区与上级的公布数可以同时成立"
    return well + (f"，{undecided}组未决。" if undecided else "。")


def _in_brief(answer: Answer) -> str:
    first = answer.conflicts[0]
    named = "、".join(f"{claim.region}的{claim.describe()}" for claim in first.claims[:6])
    more = f"等{len(first.claims)}个数" if len(first.claims) > 6 else ""
    words = [mend.words for mend in answer.suspects]
    mends = f"只有一个数错的话，是{'，或是'.join(words)}。" if 0 < len(words) <= MOST_TOLD else ""
    return f"{answer.year}年{answer.whole}与各区的公布数不能同时成立：{named}{more}。{mends}"


def _assets(rollup: Rollup) -> str:
    sums = rollup.sums(HEADLINES[0], rollup.year)
    said = [f"口径为{one.coverage.words}的{len(one.regions)}个地区合计{sum_words(one)}" for one in sums]
    return f"{rollup.year}年资产总额：{'；'.join(said)}。" if said else ""


def sum_words(one: Sum) -> str:
    """Return a sum as it is printed, or between what it may lie."""
    low, high = one.interval.low, one.interval.high
    assert low is not None and high is not None
    ends = told(one.figure_id, low), told(one.figure_id, high)
    return ends[0] if ends[0] == ends[1] else f"{ends[0]}至{ends[1]}之间"


def who(rollup: Rollup) -> Table:
    """Who is in and who is missing, since when, what the numbers are of, where from."""
    columns = (
        Column("地区", "region"),
        Column(
            "状态", lambda m: state("没有来", "sa-check-bad") if m.missing else state("在内", "sa-check-ok"), menu=()
        ),
        Column("上级", lambda m: m.parent or NONE, menu=()),
        Column("年度", lambda m: _years(m.years) if m.years else NONE),
        Column("应有而没有的年度", lambda m: "、".join(f"{y}年" for y in m.lacks)),
        Column("口径", lambda m: m.coverage.words, menu=()),
        Column("口径出自", "scope_from"),
        Column("来源", lambda m: origin_mark(m.origin.value) if m.origin else NONE),
        Column("从哪里读", "source"),
    )
    return table("在内和没有来的地区", columns, rollup.members, origin=origin_of(rollup))


def sums(rollup: Rollup, year: int | None = None) -> Table:
    """The sums of alike districts; unlike ones stand in rows of their own and are not added."""
    when = year or rollup.year
    rows = [one for figure in headlines(rollup) for one in rollup.sums(figure, when)]
    columns = (
        Column("数字", lambda one: rollup.figure_name(one.figure_id)),
        Column("口径", lambda one: one.coverage.words),
        Column("地区数", lambda one: len(one.regions), decimals=0),
        Column("合计", sum_words, numeric=True),
        Column("另计", lambda one: f"{len(one.moved)}户按归属" if one.moved else ""),
    )
    note = "" if rollup.register else f"合计按各区所报相加：{UNSEEN}。"
    return table(f"{when}年按口径分开的合计", columns, rows, origin=origin_of(rollup), note=note)


def moved(rollup: Rollup) -> Table | Passage:
    """Enterprises that count elsewhere than where they were reported."""
    rows = [one for year in rollup.years for one in rollup.transfers(year)]
    if not rows:
        said = "没有一户企业被两个地区都报，也没有换过归属。" if rollup.register else f"{UNSEEN}。"
        return _passage(said)
    columns = (
        Column("年度", lambda one: f"{one.year}年"),
        Column("企业", lambda one: one.name or one.code),
        Column("统一社会信用代码", "code"),
        Column("谁报了", lambda one: "、".join(one.reported)),
        Column("在哪里计", "owner"),
        Column("为什么", "words"),
    )
    return table("只计一次的企业，按产权登记的归属", columns, rows, origin=origin_of(rollup))


# --- comparison -----------------------------------------------------------------------------------


def compared(rollup: Rollup, figure_id: str) -> Passage:
    """Who stands first and last, how wide the spread is, how many places are sure."""
    facts, places = rollup.facts(figure_id, rollup.year), rollup.places(figure_id, rollup.year)
    found = rollup.spread(figure_id, rollup.year)
    if found is None:
        return _passage(f"没有一个地区有{rollup.figure_name(figure_id)}。")
    ordered = sorted(facts, key=lambda region: -facts[region].value)
    unsure = [region for region in ordered if not places[region].sure]
    said = (
        f"{rollup.figure_name(figure_id)}：中位数{told(figure_id, found.median)}，"
        f"一半的地区在{told(figure_id, found.first)}和{told(figure_id, found.third)}之间；"
        f"最高的是{ordered[0]}（{shown(facts[ordered[0]])}），最低的是{ordered[-1]}（{shown(facts[ordered[-1]])}）。"
    )
    order = (
        f"公布数是四舍五入的，{len(unsure)}个地区的名次定不下来，如{unsure[0]}在{places[unsure[0]].words}。"
        if unsure
        else "各区的名次都是确定的。"
    )
    origin = rollup.origin(facts.values())
    return _passage(said, order, _unlike(rollup, figure_id), origin=origin, names=rollup.by)


def _unlike(rollup: Rollup, figure_id: str) -> str:
    facts = rollup.facts(figure_id, rollup.year)
    said = refusal({region: rollup.by[region].coverage for region in facts})
    if not said:
        return ""
    if comparable_in_spite(figure_id):
        return "各区口径不同，比率放在一起只供参考，表里标出了口径。"
    return f"名次只在口径相同的地区之间排。{said}"


def shown(fact: Fact) -> str:
    """Return a number as it was printed, or as it would be."""
    return fact.printed or told(fact.figure_id, Fraction(fact.value))


def comparison(rollup: Rollup, figure_id: str) -> Table:
    """Each district's number with its place, what it is of and whether it was printed."""
    facts, places = rollup.facts(figure_id, rollup.year), rollup.places(figure_id, rollup.year)
    rows = sorted(facts.items(), key=lambda item: -item[1].value)
    columns = (
        Column("地区", 0),
        Column("数值", lambda row: shown(row[1]), numeric=True),
        Column("名次", lambda row: places[row[0]].words),
        Column("怎样来的", lambda row: "公布数" if row[1].stated else "底表算出"),
        Column("口径", lambda row: rollup.by[row[0]].coverage.words, menu=()),
        Column("来源", lambda row: origin_mark(row[1].origin.value)),
    )
    caption = f"{rollup.figure_name(figure_id)}：{rollup.year}年各区的数和名次"
    return table(caption, columns, rows, origin=rollup.origin(facts.values()))


def picture(rollup: Rollup, figure_id: str) -> Chart | Passage:
    """Each district's number as a dot beside the median, the largest first."""
    facts, found = rollup.facts(figure_id, rollup.year), rollup.spread(figure_id, rollup.year)
    if found is None or len(facts) > MOST_DRAWN:
        return _passage(f"地区多于{MOST_DRAWN}个，不画图，见下表。" if facts else "没有可画的数。")
    measure, name = figure_parts(figure_id)

    def at(value: Number) -> Number:
        return in_unit(value, measure.unit)

    ordered = sorted(facts.items(), key=lambda item: -item[1].value)
    (highest, most), (lowest, least) = ordered[0], ordered[-1]
    apart = (
        f"{highest}最高，{shown(most)}；{lowest}最低，{shown(least)}" if len(ordered) > 1 else f"{highest}{shown(most)}"
    )
    return dots(
        [("", [(region, at(fact.value)) for region, fact in ordered])],
        unit=measure.unit,
        decimals=measure.decimals,
        line=(f"中位数{told(figure_id, found.median)}", at(found.median)),
        caption=f"{name}：{rollup.year}年{apart}",
        alt=f"{len(ordered)}个地区从高到低各一点，{apart}，中位数{told(figure_id, found.median)}",
        origin=rollup.origin(facts.values()),
    )


SPREAD = (
    ("最低", "low"), ("下四分位", "first"), ("中位数", "median"), ("上四分位", "third"), ("最高", "high"),
)  # fmt: skip


def _spread_columns(figure_of: Any) -> Iterator[Column]:
    yield Column("地区数", lambda row: row[-1].count, decimals=0)

    def spread(part: str, row: Any) -> str:
        return told(figure_of(row), getattr(row[-1], part))

    for title, part in SPREAD:
        yield Column(title, partial(spread, part), numeric=True)


def all_figures(rollup: Rollup) -> Table:
    """The spread of every figure that at least two districts have."""
    rows = [
        (figure, found)
        for figure in rollup.kept(rollup.year)
        if (found := rollup.spread(figure, rollup.year)) and found.count > 1
    ]
    columns = (Column("数字", lambda row: rollup.figure_name(row[0])), *_spread_columns(lambda row: row[0]))
    return table(f"{rollup.year}年全部数字在各区的分布", columns, rows, origin=origin_of(rollup))


def by_class(rollup: Rollup, figure_id: str) -> Table | Passage:
    """The spread of a figure within each class of enterprises."""
    rows: list[tuple[str, Spread]] = []
    for name, facts in sorted(rollup.classes(figure_id, rollup.year).items()):
        rows += [(name, one) for one in [_spread(facts.values())] if one]
    if not rows:
        return _passage(f"没有一个地区分类给出{rollup.figure_name(figure_id)}：公开版的facts.json只有全区的数。")
    columns = (Column("企业类别", 0), *_spread_columns(lambda _: figure_id))
    return table(f"{rollup.figure_name(figure_id)}：各类企业在各区的分布", columns, rows, origin=origin_of(rollup))


def by_size(rollup: Rollup, figure_id: str) -> Table:
    """The spread of a figure among small, middle and large districts."""
    rows = [
        (name, found)
        for name, regions in rollup.sizes(rollup.year).items()
        if (found := rollup.spread(figure_id, rollup.year, regions))
    ]
    columns = (Column("资产规模", 0), *_spread_columns(lambda _: figure_id))
    caption = f"{rollup.figure_name(figure_id)}：按资产总额分三组的分布"
    note = "三组是本书自定的分法：各区按资产总额排队，一样多地分成三份。"
    return table(caption, columns, rows, origin=weakest([origin_of(rollup), Origin.OWN]), note=note)


def _spread(facts: Iterable[Fact]) -> Spread | None:
    from .order import spread

    return spread([Fraction(fact.value) for fact in facts])


# --- years ----------------------------------------------------------------------------------------


def years(rollup: Rollup) -> tuple[int, ...]:
    """Return the years that are shown."""
    return rollup.years[-MOST_YEARS:]


def course(rollup: Rollup, figure_id: str) -> Chart | Passage:
    """The median and the quartiles over the years."""
    found = {year: one for year in years(rollup) if (one := rollup.spread(figure_id, year)) and one.count > 1}
    if len(found) < 2:
        return _passage("不足两年，画不出历年。")
    measure, name = figure_parts(figure_id)
    panels = [
        (title, [(f"{year}年", float(in_unit(getattr(one, part), measure.unit))) for year, one in found.items()])
        for title, part in SPREAD[3:0:-1]
    ]
    facts = [fact for year in found for fact in rollup.facts(figure_id, year).values()]
    middle = [f"{year}年{told(figure_id, found[year].median)}" for year in (min(found), max(found))]
    return courses(
        panels,
        unit=measure.unit,
        decimals=measure.decimals,
        caption=f"{name}的中位数：{'，'.join(middle)}",
        alt=f"{len(found)}年，上四分位、中位数、下四分位各一条线；中位数{'，'.join(middle)}",
        origin=rollup.origin(facts),
    )


def _of_region(facts: Mapping[str, Fact], region: str) -> Any:
    return shown(facts[region]) if region in facts else ""


def over_years(rollup: Rollup, figure_id: str) -> Table:
    """Each district's number of each year; the number of districts may change from year to year."""
    when = years(rollup)
    facts = {year: rollup.facts(figure_id, year) for year in when}
    regions = [m.region for m in rollup.parts if any(m.region in facts[year] for year in when)]
    columns = (
        Column("地区", str),
        *(Column(f"{year}年", partial(_of_region, facts[year]), numeric=True, missing=NONE) for year in when),
    )
    all_facts = [fact for some in facts.values() for fact in some.values()]
    caption = f"{rollup.figure_name(figure_id)}：各区历年"
    return table(caption, columns, regions, origin=rollup.origin(all_facts))


def sums_over_years(rollup: Rollup) -> Table:
    """The sums of alike districts over the years, with how many districts were in."""
    rows = [one for figure in headlines(rollup) for year in years(rollup) for one in rollup.sums(figure, year)]
    columns = (
        Column("数字", lambda one: rollup.figure_name(one.figure_id), menu=()),
        Column("年度", lambda one: f"{one.year}年"),
        Column("口径", lambda one: one.coverage.words, menu=()),
        Column("地区数", lambda one: len(one.regions), decimals=0),
        Column("合计", sum_words, numeric=True),
    )
    note = "地区数不同的两年不能直接比：多出的地区也是增加的原因。"
    return table("历年的合计", columns, rows, origin=origin_of(rollup), note=note)


# --- together -------------------------------------------------------------------------------------


def answered(rollup: Rollup) -> Table | Passage:
    """For each whole and year whether all that was printed can be true, and on what that rests."""
    if not rollup.answers:
        return _passage(_all_well(rollup))
    columns = (
        Column("上级", "whole"),
        Column("年度", lambda a: f"{a.year}年"),
        Column("结论", lambda a: state(a.state, STATE_CSS.get(a.state, "sa-check-none"))),
        Column("公布数", "claims", unit="个"),
        Column("对照的合计", _tied),
        Column("说明", lambda a: a.why),
    )
    return table("各区与上级的公布数能不能同时为真", columns, rollup.answers, origin=origin_of(rollup))


def _tied(answer: Answer) -> str:
    whole = [REGISTRY[tie.name].name_zh for tie in answer.ties if tie.complete]
    least = [REGISTRY[tie.name].name_zh for tie in answer.ties if not tie.complete]
    said = ["、".join(whole)] if whole else []
    return "；".join([*said, *([f"{'、'.join(least)}（有的区没有数，只看合计不大于总数）"] if least else [])]) or "没有"


def conflicts(rollup: Rollup) -> Table | Passage:
    """The smallest sets of printed numbers that cannot all be true."""
    rows = [(answer, conflict) for answer in rollup.answers for conflict in answer.conflicts]
    if not rows:
        return _passage("没有互相矛盾的公布数。")
    columns = (
        Column("年度", lambda row: f"{row[0].year}年"),
        Column("矛盾在哪里", lambda row: row[1].kind),
        Column("不能同时为真的最少几个数", lambda row: "；".join(_named(row[1]))),
        Column("算式", lambda row: _arithmetic(row[1])),
    )
    note = "少了其中任何一个，其余的就可以同时为真。"
    return table("互相矛盾的公布数", columns, rows, origin=origin_of(rollup), note=note)


def _named(conflict: Conflict) -> Iterator[str]:
    return (f"{claim.region}{claim.describe()}" for claim in conflict.claims)


def _arithmetic(conflict: Conflict) -> str:
    if not conflict.tie:
        return ""
    *parts, total = conflict.claims
    reached = added([*(claim.interval for claim in parts), negative(conflict.tie.off)])
    low, high = (
        with_unit(in_unit(end, total.unit), total.unit, total.decimals + 2) if end is not None else ""
        for end in (reached.low, reached.high)
    )
    if len(parts) < len(conflict.tie.parts):
        return f"单是这{len(parts)}个区就不少于{low}，总数公布为{total.printed}"
    return f"各区合计在{low}和{high}之间，总数公布为{total.printed}（{total.stands_for}）"


def suspects(rollup: Rollup) -> Table | Passage:
    """Numbers of which one alone may be wrong."""
    rows = [(answer, mend) for answer in rollup.answers for mend in answer.suspects]
    if not rows:
        some = any(answer.conflicts for answer in rollup.answers)
        return _passage("不止一个数有错：没有哪一个数改了就能使其余的同时为真。" if some else "没有要查的数。")
    columns = (
        Column("年度", lambda row: f"{row[0].year}年"),
        Column("地区", lambda row: row[1].claim.region),
        Column("公布数", lambda row: row[1].claim.describe()),
        Column("只差一位的写法", lambda row: "、".join(row[1].instead) or "没有"),
    )
    note = "只有一个数错的话，就是其中一个：先查改一位就对得上的。"
    return table("先查这些数", columns, rows, origin=origin_of(rollup), note=note)


# --- districts ------------------------------------------------------------------------------------


def district(rollup: Rollup, region: str) -> Table:
    """A district's headline figures with their places and last year's."""
    member = rollup.by[region]
    year = member.years[-1]
    rows = [(f, rollup.facts(f, year, wholes=member.is_whole)[region]) for f in HEADLINES
            if region in rollup.facts(f, year, wholes=member.is_whole)]  # fmt: skip
    places = {figure: rollup.places(figure, year) for figure, _ in rows}
    columns = (
        Column("数字", lambda row: rollup.figure_name(row[0])),
        Column(f"{year}年", lambda row: shown(row[1]), numeric=True),
        Column(f"{year - 1}年", lambda row: _before(rollup, region, row[0], year - 1), numeric=True),
        Column("名次", lambda row: places[row[0]][region].words if region in places[row[0]] else NONE),
    )
    note = f"{member.coverage.words}；读自{member.source}。"
    return table(f"{region}", columns, rows, origin=member.origin, note=note)


def _before(rollup: Rollup, region: str, figure: str, year: int) -> str:
    fact = rollup.facts(figure, year, wholes=rollup.by[region].is_whole).get(region)
    return shown(fact) if fact else ""


def _of_level(level: str, row: tuple[str, Counter[str], Any]) -> int:
    return row[1][level]


def alerts(rollup: Rollup) -> Table | Passage:
    """How many alerts are open in each district whose ledgers were there, by level."""
    there = {region: one.alerts for region, one in rollup.districts.items() if one.alerts is not None}
    if not there:
        return _passage("预警要看企业底表：各区只给了facts.json，看不出预警。给出书的文件夹，这里就按区列出。")
    rows = [(region, Counter(alert["level"] for alert in some), some) for region, some in there.items()]
    columns = (
        Column("地区", 0),
        *(
            Column(word, partial(_of_level, level), decimals=0)
            for level, word in (("red", "红色"), ("yellow", "黄色"), ("blue", "蓝色"))
        ),
        Column("最多的一条规则", lambda row: next(iter(Counter(a["rule"] for a in row[2]).most_common(1)), ("",))[0]),
    )
    without = len(rollup.parts) - len(there)
    note = f"另有{without}个地区没有给底表，看不出预警。" if without else ""
    origins = [Origin(alert["origin"]) for some in there.values() for alert in some if alert["origin"]]
    return table("各区没有解除的预警", columns, rows, origin=weakest(origins), note=note)


# --- where from -----------------------------------------------------------------------------------


def sources(rollup: Rollup) -> Table:
    """What was read, and how many numbers of it this program did not know."""
    columns = (
        Column("地区", "region"),
        Column("书名", lambda d: d.title or "没有写明"),
        Column("读自", "source"),
        Column("数", lambda d: len(d.facts), decimals=0),
        Column("不认识的数", "unknown", decimals=0),
    )
    note = "各区的数照它自己公布的写，一位也没有改；全部的数在data/rollup/facts.csv里。"
    rows = list(rollup.districts.values())
    return table("各区的数从哪里来", columns, rows, origin=origin_of(rollup), note=note, place=READ)
