"""Is each statement answered by what there is, and is each section of the report stated?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ...measures.measures import KINDS
from ...measures.registry import REGISTRY
from ...tables.checking import CheckedTable, Frames, check, each_row
from ...tables.data_errors import Fault
from ...tables.declared import DataPackage, DeclaredTable
from ...tables.origins import COLUMN, Origin
from .statements import PRINTED, TABLE, Statement, statement

DIGITS = re.compile(r"\d+")
ROSTER, COMMITMENTS = "enterprises", "commitments"
DONE = ("number", "fact")
# Words of what is to be done, not of what was.
GOAL = re.compile(
    r"(?:^|[，；。：])(?:由此|还|都|再|也)?[要将拟](?!求|点|素)|力争|争取(?!到|了)|推动.{0,20}实现|努力|目标是"
)
MARKS = "，；。："
NUMERALS = "一二三四五六七八九十"
SECTION = re.compile(rf"([{NUMERALS}])(?:（([{NUMERALS}])）(\d{{1,2}})?)?")
ADDED = re.compile(r"（[^（）]*）$|[《》“”]")  # what a title has beside the name that the report gives
ADVICE = "示例行请标为示例；报告写了名称的，写进“报告内容逐条表”并在“底表”里写上这张表；填报的，先把企业名录换成填报的"


@check(TABLE)
def answers(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Measures are registered, registers are declared; a number is a printed one."""
    table = CheckedTable(package, frames, TABLE)
    known = {*package.tables, *package.tables.absent}
    for index, row in each_row(table.frame):
        one = statement(row)
        for name in one.measures:
            measure, _, kind = name.partition(".")
            if measure not in REGISTRY or kind not in KINDS:
                yield table.fault(index, "measures", f"“{name}”", "已登记的指标编号", "编号见“注释”一章")
        for name in one.registers:
            if name not in known:
                yield table.fault(index, "register", f"“{name}”", "声明过的表名", "表名见“数据”一章")
        if typed := _typed(one):
            found, advice = f"正文里写着{typed}", "数字写成花括号里的公布数编号；是名称的一部分的，把名称写进“报告用语”"
            yield table.fault(index, "text_zh", found, "没有写死的数字", advice)
        if one.kind == "number" and not one.claims:
            yield table.fault(index, "claims", "空白", "种类是“数字”的，至少一个公布数编号", "写上编号，或改种类")
        if one.kind in DONE and (goal := GOAL.search(one.text)):
            kind = table.table.labels["kind"][one.kind]
            found = f"种类是“{kind}”，写的是要做到的（“{goal[0].strip(MARKS)}”）"
            yield table.fault(index, "kind", found, "目标或安排", "改种类；确已做到的，照做到的写")
    for missing in skipped(statement(row).section for row in table.frame.to_dict("records")):
        yield table.fault(
            None, "section", f"没有{missing}的内容", "各节都有，不跳过", "补上这一节写了什么，或改正章节号"
        )


def skipped(sections: Iterable[str]) -> list[str]:
    """Return the sections that are passed over: 一（二） where there are 一（一） and 一（三）."""
    found = [match.groups() for match in map(SECTION.match, sections) if match]
    places = [
        (NUMERALS.index(part) + 1, *([NUMERALS.index(sub) + 1] if sub else []), *([int(point)] if point else []))
        for part, sub, point in found
    ]
    heads = {place[:depth] for place in places for depth in range(1, len(place) + 1)}
    beside = {(*head[:-1], number) for head in heads for number in range(1, head[-1])}
    return [_written(place) for place in sorted(beside - heads)]


def _written(place: Sequence[int]) -> str:
    """Return a section as the report numbers it: 二（一）2."""
    first, *rest = place
    sub = f"（{NUMERALS[rest[0] - 1]}）" if rest else ""
    return f"{NUMERALS[first - 1]}{sub}{''.join(map(str, rest[1:]))}"


@check(TABLE, COMMITMENTS)
def committed(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """What the report commits itself to stands in a section of which there are statements."""
    table = CheckedTable(package, frames, TABLE)
    stated = set(table.frame["section"])
    for section in filter(None, dict.fromkeys(frames[COMMITMENTS]["section"])):
        if section not in stated:
            yield table.fault(None, "section", f"没有{section}的内容", "写了要做什么的每一节都有", "补上这一节写了什么")


def _typed(one: Statement) -> str:
    """Return the first number that stands in a statement's words, neither printed nor part of a name."""
    text = PRINTED.sub("", one.text)
    for name in sorted(one.names, key=len, reverse=True):
        text = text.replace(name, "")
    found = DIGITS.search(text)
    return found[0] if found else ""


@check(TABLE, "claims")
def printed_figures(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """What a statement prints has been entered as printed, and no section with figures is passed over."""
    table, claims = CheckedTable(package, frames, TABLE), frames["claims"]
    printed = claims[claims["value"] != ""]
    known, rules = set(printed["id"]), set(printed["id"][printed["kind"] == "rule"])
    found = [statement(row) for row in table.frame.to_dict("records")]
    for index, one in zip(table.frame.index, found, strict=True):
        for name in one.claims:
            if name not in known:
                yield table.fault(index, "claims", f"“{name}”", "已录入的公布数编号", "编号见“本报告公布数”")
        for name in one.printed:
            if name not in one.claims or name in rules:
                yield table.fault(
                    index,
                    "text_zh",
                    f"“{{{name}}}”",
                    "本行“公布数”里的一个数字",
                    "在“公布数”里写上它，或改正花括号里的编号",
                )
    for section in filter(None, dict.fromkeys(printed["section"])):
        if section not in {one.section for one in found}:
            yield table.fault(None, "section", f"没有{section}的内容", "印出数字的每一节都有", "补上这一节写了什么")


@check(TABLE, ROSTER, figures=True)
def real_rows(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """While the roster is a sample nothing can have been filed, so what is marked real is what the report names."""
    if package.tables[ROSTER].origin is not Origin.SAMPLE:
        return
    stated = [statement(row) for row in frames[TABLE].to_dict("records")]
    for name, table in package.tables.items():
        if name not in frames or not table.path.startswith("ledger/"):
            continue
        checked = CheckedTable(package, frames, name)
        if table.marked:
            told = [one for one in stated if name in one.registers]
            real = checked.frame[checked.frame[COLUMN].isin(["", Origin.REAL])]
            nameless = real.index[real["title"] == ""] if "title" in real else ()
            for index in nameless[1:]:
                found, advice = "标为真实，没有写名称，与别的行分不清", "写上报告里的名称；示例行请标为示例"
                yield checked.fault(index, COLUMN, found, "没有名称的真实行最多一行", advice)
            for index, row in zip(real.index, real.to_dict("records"), strict=True):
                if found := _not_of_the_report(package, frames, table, row, told):
                    yield checked.fault(index, COLUMN, f"标为真实，{found}", "报告写了的事项", ADVICE)
        elif table.origin is Origin.REAL and len(checked.frame) and (key := _to_roster(table)):
            yield checked.fault(None, key, "整张表声明为真实，写的却是示例企业", "与企业名录来源相同", ADVICE)


def _to_roster(table: DeclaredTable) -> str:
    """Return the column by which a table's rows are of an enterprise, nothing if it has none."""
    return next((key.column for key in table.foreign_keys if key.table == ROSTER), "")


def _not_of_the_report(
    package: DataPackage, frames: Frames, table: DeclaredTable, row: dict[str, Any], told: Sequence[Statement]
) -> str:
    """Say why a row is none that the report names, nothing if it may be one."""
    for key in table.foreign_keys:
        value, other = row[key.column], package.tables.get(key.table)
        if value and key.table == ROSTER:
            return f"写的却是示例企业“{value}”"
        if value and other and other.marked and key.table in frames:
            rows = frames[key.table]
            if (rows[COLUMN][rows[key.target] == value] == Origin.SAMPLE).any():
                return f"“{value}”却是{other.title}里的示例"
    title = ADDED.sub("", row.get("title") or "")
    if told and (not title or title in {ADDED.sub("", name) for one in told for name in one.names}):
        return ""
    return f"“{row.get('title') or table.title}”却不在报告内容逐条表里"
