"""Is each statement answered by what there is, and is each section of the report stated?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...measures.measures import KINDS
from ...measures.registry import REGISTRY
from ...tables.checking import CheckedTable, Frames, check
from ...tables.data_errors import Fault
from ...tables.declared import DataPackage
from .statements import PRINTED, TABLE, Statement, statement

DIGITS = re.compile(r"\d+")


@check(TABLE)
def answers(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Measures are registered, registers are declared; a number is a printed one."""
    table = CheckedTable(package, frames, TABLE)
    known = {*package.tables, *package.tables.absent}
    for index, row in table.frame.iterrows():
        one = statement(row.to_dict())
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
