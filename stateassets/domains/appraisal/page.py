"""What a chapter and the command line show of an appraisal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from statistics import median
from typing import Any

from ...measures.claims import newest_by_region
from ...measures.ledger import GROUP, Scope
from ...measures.measures import KINDS, Measure
from ...measures.registry import REGISTRY
from ...measures.units import Number, half_up, in_unit, with_unit
from ...present.blocks import Choice, choice
from ...present.charts import bands
from ...present.columns import Column, table
from ...present.display import Part, Passage, Table, Together
from ...present.words import NOTHING, number
from .appraisal import Appraisal, by_class
from .pay import Effect, effect
from .qualitative import agreement
from .result import Line, Result
from .scheme import ASSESSED, BASIC, ROLES, ScoredIndicator, Subject
from .score_parts import ScoreStep
from .scoring import BANDS, BELOW, Standard, band

SLOTS = (BELOW, *reversed(BANDS.values()))
DIRECTIONS = {"more": "越大越好", "less": "越小越好", "band": "适中最好"}
FEWEST_PLACES = 3  # so many other places make a comparison


def _number(value: Number | None) -> str:
    return number(value, 1)


def _signed(value: Number | None, decimals: int = 1) -> str:
    text = number(value, decimals)
    return f"+{text}" if value is not None and half_up(value, decimals) > 0 else text


def _measure(figure_id: str) -> Measure:
    name, _, kind = figure_id.partition(".")
    return KINDS[kind].of(REGISTRY[name])


def printed(indicator: ScoredIndicator, value: Number | None) -> str:
    """Return an indicator's value as a page prints it."""
    if value is None:
        return NOTHING
    if not indicator.measure:
        return _number(value)
    measure = _measure(indicator.measure)
    return with_unit(in_unit(value, measure.unit), measure.unit, measure.decimals)


def place(value: float, standard: Standard, direction: str, share: float, coefficients: Sequence[float]) -> float:
    """Return where a value stands among the bands, each of them one wide, the worst first."""
    at = band(value, standard, direction)
    slot = len(BANDS) - at
    if at in (0, len(BANDS)):
        return slot + 0.5
    return slot + (share - coefficients[at]) / (coefficients[at - 1] - coefficients[at])


def _place(line: Line | None, result: Result) -> float | None:
    if line is None or not line.applies or line.standard is None or line.share is None:
        return None
    assert line.reading.value is not None
    return place(line.reading.value, line.standard, line.indicator.direction, line.share, result.scheme.coefficients)


# --- everybody -----------------------------------------------------------------------------------


def headline(a: Appraisal) -> dict[str, object]:
    """Return what a conclusion says: grades, who leads each class, who rose, how sure it is."""
    grades = [r.grade.grade for r in a.results]
    moved = [r.score - b.score for r in a.results if (b := a.before(r.subject.id))]
    kinds, several = class_names(a), len(a.results) > 1  # one alone is no first
    return {
        "n": len(a.results),
        "grades": "、".join(f"{g.grade}级{grades.count(g.grade)}户" for g in a.scheme.grades if g.grade in grades),
        "first": "、".join(f"{kinds[kind]}的{results[0].subject.name}" for kind, results in by_class(a.results).items())
        if several
        else None,
        "up": sum(m > 0 for m in moved),
        "down": sum(m < 0 for m in moved),
        "order": number(a.certainty.order * 100) if several else None,
    }


def leader(a: Appraisal) -> str:
    """Return who has the highest score."""
    return max(a.results, key=lambda r: r.score).subject.id


def class_names(a: Appraisal) -> dict[str, str]:
    """Return class -> its Chinese name."""
    return dict(a.report.package.tables["evaluation_subjects"].labels["class"])


def score_table(a: Appraisal, caption: str) -> Table:
    """Everybody's score, grade and rank within the class, last year's beside it."""
    kinds, classes = class_names(a), by_class(a.results)
    columns = (
        Column("企业", lambda r: a.report.enterprise(r.subject.id)),
        Column("类别", lambda r: kinds[r.subject.kind]),
        Column("定量得分", "quantitative", decimals=1, missing=NOTHING),
        Column("定性得分", "qualitative", decimals=1, missing=NOTHING),
        Column("红线扣分", lambda r: sum(p.points for p in r.penalties), decimals=1),
        Column("总分", "score", decimals=1),
        Column("等级", lambda r: r.grade.grade + ("（否决）" if r.vetoed else "")),
        Column("类内名次", lambda r: f"{a.ranks[r.subject.id]}/{len(classes[r.subject.kind])}"),
        Column("上年总分", lambda r: _last_score(a, r), decimals=1, missing=NOTHING),
        Column("比上年", lambda r: _signed(_gained(a, r)), numeric=True),
    )
    ordered = [r for results in classes.values() for r in results]
    return table(a.report.text(caption), columns, ordered, origin=a.origin)


def _last_score(a: Appraisal, result: Result) -> float | None:
    before = a.before(result.subject.id)
    return before.score if before else None


def _gained(a: Appraisal, result: Result) -> float | None:
    last = _last_score(a, result)
    return None if last is None else result.score - last


def change_table(a: Appraisal, caption: str) -> Table:
    """What raised and lowered each score against last year: a line a row, an enterprise a column."""
    changes = {r.subject.id: dict(a.change(r.subject.id)) for r in a.results}
    changes = {key: own for key, own in changes.items() if own}
    names = sorted(
        dict.fromkeys(name for own in changes.values() for name in own),
        key=lambda name: -sum(abs(own.get(name, 0.0)) for own in changes.values()),
    )
    rows = [{key: own.get(name) for key, own in changes.items()} | {"": name} for name in names]
    rows.append({key: sum(own.values()) for key, own in changes.items()} | {"": "合计"})
    columns = (
        Column("影响得分的原因", ""),
        *(Column(a.scopes[key].name_zh, _signed_field(key), numeric=True) for key in changes),
    )
    note = "单位：分。各行按没有取舍过的数相加等于合计。"
    return table(a.report.text(caption), columns, rows, origin=a.origin, note=note)


def _signed_field(name: str) -> Callable[[dict[str, Any]], str]:
    return lambda row: _signed(row[name])


def certainty_table(a: Appraisal, caption: str) -> Table:
    """How often each rank holds when weights and standards are varied."""
    found, kinds = a.certainty, class_names(a)
    subjects = [r.subject for results in by_class(a.results).values() for r in results]
    columns = (
        Column("企业", lambda s: a.report.enterprise(s.id)),
        Column("类别", lambda s: kinds[s.kind]),
        Column("名次", lambda s: f"第{a.ranks[s.id]}"),
        Column("名次不变的比例", lambda s: f"{number(found.holds(s.id, a.ranks[s.id]) * 100)}%", numeric=True),
        Column("九成抽取里的名次", lambda s: _ranks(*found.likely(s.id))),
    )
    note = (
        f"每次抽取，各项权重各自上下变动不超过{found.weights_vary:g}%，五档标准值一起移动不超过一档的"
        f"{found.standards_vary:g}%，共抽取{found.draws}次；全部名次都不变的占"
        f"{number(found.order * 100)}%。"
    )
    return table(a.report.text(caption), columns, subjects, origin=a.origin, note=note)


def _ranks(low: int, high: int) -> str:
    return f"第{low}" if low == high else f"第{low}至第{high}"


def qualitative_table(a: Appraisal, caption: str) -> Table:
    """Each assessed item: everybody's trimmed mean, and how far the assessors agree."""
    columns = (
        Column("定性指标", "title"),
        *(Column(s.name, _mean(a, s), decimals=1, missing=NOTHING) for s in a.subjects),
        Column("一致性系数", lambda item: a.agreement(item.id), decimals=2, missing=NOTHING),
        Column("评委意见", lambda item: agreement(a.agreement(item.id))),
    )
    note = "得分是去掉最高分和最低分以后的平均；一致性系数即肯德尔和谐系数，越接近一，评委排的先后越一致。"
    return table(a.report.text(caption), columns, a.scheme.of(ASSESSED), origin=a.origin, note=note)


def _mean(a: Appraisal, subject: Subject) -> Callable[[ScoredIndicator], float | None]:
    return lambda item: a.readings[subject.id][item.id].value


def guard_table(a: Appraisal, caption: str) -> Table | Passage:
    """Every event that cost points or capped a grade, with its reason."""
    rows = [(r, p) for r in a.results for p in r.penalties]
    if not rows:
        return Passage(((Part("没有要扣分或者否决的事项。"),),), origin=a.origin)
    columns = (
        Column("发生在", lambda row: a.report.enterprise(row[1].enterprise_id)),
        Column("扣在", lambda row: row[0].subject.name),
        Column("方面", lambda row: row[1].kind),
        Column("事项", lambda row: row[1].title),
        Column("适用的规则", lambda row: row[1].rule),
        Column("后果", lambda row: f"等级最高为{row[1].cap}" if row[1].cap else f"扣{row[1].points:g}分"),
    )
    return table(a.report.text(caption), columns, rows, origin=a.origin)


def scheme_table(a: Appraisal, caption: str) -> Table:
    """The scheme itself: indicators, directions, weights by class, what is unsure."""
    kinds, own = class_names(a), {s.id: a.scheme.weights(s) for s in a.subjects}
    sets: dict[str, dict[str, float]] = {}
    for s in a.subjects:
        if own[s.id] in sets.values():
            continue
        single = any(r["enterprise_id"] == s.id for r in a.scheme.rows["weights"])
        sets[s.name if single else kinds[s.kind]] = own[s.id]
    weights = sets if len(sets) > 1 else dict(zip(["各类"], sets.values(), strict=False))
    columns = (
        Column("指标", "title"),
        Column("部分", "part"),
        Column("性质", lambda i: ROLES[i.role]),
        Column("方向", lambda i: DIRECTIONS[i.direction]),
        *(Column(f"{name}权重", _weight(own), numeric=True) for name, own in weights.items()),
        Column("依据和口径", lambda i: i.grounds + ("（待核）" if _unsure(i) else "")),
    )
    doubt = "" if a.scheme.confidence == "A" else "（待核）"
    origin = a.report.origin_of("evaluation_schemes", "evaluation_indicators", "evaluation_weights")
    return table(a.report.text(caption), columns, a.scheme.indicators, origin=origin, note=f"{a.scheme.basis}{doubt}。")


def _weight(weights: Mapping[str, float]) -> Callable[[ScoredIndicator], str]:
    return lambda i: f"{weights[i.id]:g}" if i.id in weights else NOTHING


def _unsure(i: ScoredIndicator) -> bool:
    """Is the scheme's row or the measure's own definition less than seen in the original?"""
    return i.confidence != "A" or (bool(i.measure) and _measure(i.measure).confidence != "A")


def peer_table(a: Appraisal, caption: str) -> Table:
    """The district's own figures beside what other places printed, where enough of them did."""
    rows = []
    for i in a.scheme.of(BASIC):
        others = [c for c in newest_by_region(a.report.collected, i.measure) if c.region != a.report.package.region]
        numbers = sorted(Decimal(c.text) for c in others if c.unit == _measure(i.measure).unit)
        if len(numbers) < FEWEST_PLACES:
            continue
        mine = a.report.figure(i.measure, a.report.whole, a.year)
        decimals = _measure(i.measure).decimals
        low, middle, high = (number(n, decimals) for n in (numbers[0], median(numbers), numbers[-1]))
        own = a.report.part(mine, mine.exact)
        rows.append({"title": i.title, "own": own, "places": len(numbers), "low": low, "middle": middle, "high": high})
    columns = (
        Column("指标", "title"),
        Column(a.report.package.own, "own", numeric=True),
        Column("有几个地方的数", "places", decimals=0),
        Column("最低", "low", numeric=True),
        Column("中位数", "middle", numeric=True),
        Column("最高", "high", numeric=True),
    )
    note = "其他地方是各地报告印出的最近一年的数，口径和年度不尽相同；没有几个地方公布的指标不比较。"
    return table(a.report.text(caption), columns, rows, origin=a.origin, note=note)


# --- one enterprise ------------------------------------------------------------------------------


def _others(a: Appraisal, key: str, indicator: str) -> float | None:
    values = [own[indicator].value for other, own in a.readings.items() if other != key]
    known = [v for v in values if v is not None]
    return median(known) if known else None


def detail_table(a: Appraisal, key: str) -> Table:
    """An enterprise's indicators: against the standard, itself last year, its target, the others;
    and what one step up would bring."""
    result, before = a.result(key), a.before(key)
    steps = {s.indicator: s for s in a.steps(key)}
    columns = (
        Column("指标", lambda line: line.indicator.title),
        Column(f"{a.year}年", _line_value, numeric=True),
        Column("档次", lambda line: line.band or line.why),
        Column("上年", lambda line: printed(line.indicator, _last_value(before, line)), numeric=True),
        Column(
            "目标", lambda line: printed(line.indicator, a.targets.get((key, line.indicator.measure))), numeric=True
        ),
        Column(
            "其他企业中位数", lambda line: printed(line.indicator, _others(a, key, line.indicator.id)), numeric=True
        ),
        Column("得分/权重", _earned, numeric=True),
        Column("升一档到", lambda line: _next_band(line, steps.get(line.indicator.id))),
        Column("总分增加", lambda line: _gain(steps.get(line.indicator.id)), numeric=True),
    )
    caption = f"{result.subject.name}的指标：与标准、上年、目标和其他企业比"
    return table(caption, columns, (x for x in result.lines if x.indicator.role != ASSESSED), origin=a.origin)


def _line_value(line: Line) -> str:
    return printed(line.indicator, line.reading.value) if line.applies else "不适用"


def _last_value(before: Result | None, line: Line) -> float | None:
    return before.line(line.indicator.id).reading.value if before else None


def _earned(line: Line) -> str:
    return f"{_number(line.points)}/{_number(line.effective)}" if line.indicator.role == BASIC else NOTHING


def _next_band(line: Line, step: ScoreStep | None) -> str:
    return f"{step.band}（{printed(line.indicator, step.wanted)}）" if step else NOTHING


def _gain(step: ScoreStep | None) -> str:
    return _signed(step.gain, 2) if step else NOTHING


def picture(a: Appraisal, key: str) -> Any:
    """An enterprise's basic indicators among the five bands, last year's beside this year's."""
    result, before = a.result(key), a.before(key)
    rows = [
        (
            line.indicator.title,
            _place(before.line(line.indicator.id), before) if before else None,
            _place(line, result),
            _line_value(line),
        )
        for line in result.of(BASIC)
    ]
    best = [r[0] for r in rows if r[2] is not None and r[2] >= len(BANDS) - 1]
    found = f"总分{_number(result.score)}，等级{result.grade.grade}，{len(rows)}项指标中{len(best)}项达到良好以上"
    drawn = bands(
        rows,
        SLOTS,
        f"{a.year - 1}年",
        f"{a.year}年",
        origin=a.origin,
        caption=f"{result.subject.name}：各指标在标准值的哪一档",
        alt=f"{result.subject.name}{found}" + (f"：{'、'.join(best)}" if best else ""),
    )
    return replace(drawn, finding=found)


def sheet(a: Appraisal, key: str) -> Together:
    """One picture and one table of an enterprise."""
    return Together((picture(a, key), detail_table(a, key)))


def sheets(a: Appraisal) -> Choice:
    """Everybody's picture and table, by class and rank, of which a reader chooses one."""
    ordered = [r for results in by_class(a.results).values() for r in results]
    return choice("企业", ((r.subject.name, sheet(a, r.subject.id)) for r in ordered))


def raised_and_lowered(a: Appraisal, key: str) -> str:
    """Return what raised and what lowered an enterprise's score most, in words."""
    moved = a.change(key)
    up, down = max(moved, key=lambda m: m[1]), min(moved, key=lambda m: m[1])
    said = [f"拉高最多的是{up[0]}（{_signed(up[1])}分）"] if up[1] > 0 else []
    said += [f"拉低最多的是{down[0]}（{_signed(down[1])}分）"] if down[1] < 0 else []
    return "，".join(said) or "没有变动"


def stories(a: Appraisal) -> Passage:
    """A sentence on each enterprise: score against last year's, what moved it, the best step."""
    said = []
    for results in by_class(a.results).values():
        for r in results:
            key, before = r.subject.id, a.before(r.subject.id)
            text = f"{r.subject.name}总分{_number(r.score)}，等级{r.grade.grade}"
            if before:
                gain = r.score - before.score
                text += f"，比上年{'提高' if gain >= 0 else '下降'}{_number(abs(gain))}分"
                text += f"；{raised_and_lowered(a, key)}"
            steps = a.steps(key)
            if steps and steps[0].gain > 0:
                s = steps[0]
                wanted = printed(r.line(s.indicator).indicator, s.wanted)
                text += f"；再升一档得益最多的是{s.title}，达到{wanted}可以增加{_number(s.gain)}分"
            said.append((Part(text + "。"),))
    return Passage(tuple(said), "", a.origin)


# --- pay -----------------------------------------------------------------------------------------


def effects(a: Appraisal) -> dict[str, Effect]:
    """Return what each result does to the wage total and to the head's pay."""
    found = {}
    for r in a.results:
        value = partial(_value, a, a.scopes[r.subject.id])
        wage, people = value("average_wage.last"), value("average_headcount")
        base = None if wage is None or people is None else wage * people
        head = (value("heads_basic_pay"), value("heads_performance_pay")) if a.by == GROUP else ()
        found[r.subject.id] = effect(
            r.score,
            r.grade,
            a.scheme.grades,
            (value("total_profit.last"), value("total_profit")),
            (base, value("wage_total")),
            head or (None, None),
        )
    return found


def _value(a: Appraisal, scope: Scope, figure_id: str) -> float | None:
    return a.report.figure(figure_id, scope, a.year).value


def pay_table(a: Appraisal, caption: str) -> Table:
    """What the results allow, beside what was paid."""
    found = effects(a)

    def allowed(title: str, field: str, decimals: int, unit: str = "") -> Column:
        return Column(title, lambda r: getattr(found[r.subject.id], field), unit, decimals, NOTHING)

    columns = (
        Column("企业", lambda r: a.report.enterprise(r.subject.id)),
        Column("总分", "score", decimals=1),
        Column("等级", lambda r: r.grade.grade),
        Column("工资总额可变动", lambda r: f"{_signed(found[r.subject.id].wage_growth)}%", numeric=True),
        allowed("可发工资总额", "wage_due", 0, "万元"),
        allowed("实发工资总额", "wage_total", 0, "万元"),
        allowed("绩效年薪倍数", "multiple", 2),
        allowed("应得绩效年薪", "pay_due", 2, "万元"),
        allowed("已发绩效年薪", "performance_pay", 2, "万元"),
    )
    ordered = sorted(a.results, key=lambda r: -r.score)
    return table(a.report.text(caption), columns, ordered, origin=a.origin)


# --- the command line ----------------------------------------------------------------------------


def lines(a: Appraisal) -> list[str]:
    """Return the appraisal as lines of text, by class and rank."""
    kinds, mark = class_names(a), f"｜{a.origin.word}"
    found = [f"{a.scheme.title}｜{a.year}年"]
    for kind, results in by_class(a.results).items():
        for r in results:
            key = r.subject.id
            before = a.before(key)
            rank = f"{kinds[kind]}第{a.ranks[key]}（共{len(results)}户）"
            since = f"比上年{_signed(r.score - before.score)}" if before else "没有上年数"
            found.append(
                f"{r.subject.name}｜{_number(r.score)}分｜{r.grade.grade}｜{rank}｜{since}｜"
                f"名次不变{number(a.certainty.holds(key, a.ranks[key]) * 100)}%{mark}"
            )
            found += [f"  不适用：{x.indicator.title}，{x.why}" for x in r.lines if not x.applies]
            found += [f"  {p.reason}" for p in r.penalties]
    return [*found, f"共评价{len(a.results)}户"]


def as_dict(a: Appraisal) -> dict[str, Any]:
    """Return the appraisal for programs; values are in base units (money: 万元)."""
    return {
        "scheme": a.scheme.name,
        "title": a.scheme.title,
        "year": a.year,
        "by": a.by,
        "origin": a.origin,
        "certainty": {"draws": a.certainty.draws, "order_holds": a.certainty.order},
        "results": [_result_dict(a, r) for r in a.results],
    }


def _result_dict(a: Appraisal, r: Result) -> dict[str, Any]:
    key = r.subject.id
    before = a.before(key)
    return {
        "enterprise": key,
        "name": r.subject.name,
        "class": r.subject.kind,
        "score": r.score,
        "grade": r.grade.grade,
        "rank": a.ranks[key],
        "vetoed": r.vetoed,
        "rank_holds": a.certainty.holds(key, a.ranks[key]),
        "quantitative": r.quantitative,
        "qualitative": r.qualitative,
        "last_score": before.score if before else None,
        "indicators": [
            {
                "id": x.indicator.id,
                "title": x.indicator.title,
                "value": x.reading.value,
                "band": x.band,
                "share": x.share,
                "weight": x.weight,
                "effective": x.effective,
                "points": x.points,
                "not_applicable": x.why,
            }
            for x in r.lines
        ],
        "penalties": [p.reason for p in r.penalties],
        "change": [{"title": title, "points": points} for title, points in a.change(key)],
        "steps": [{"id": s.indicator, "to": s.wanted, "gain": s.gain} for s in a.steps(key)],
    }
