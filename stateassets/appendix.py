"""Pages generated from what is declared elsewhere: implied ranges, terms, indicators, tables."""

from __future__ import annotations

from collections.abc import Sequence

from .addresses import download_path
from .audit import Implied
from .catalogue import REGISTRY
from .display import SAMPLE, Cell, Part, Passage, Table, code, joined, link, named, state
from .figures import AGREES, DIFFERS, NOT_RECOMPUTED
from .measures import CONFIDENCE
from .report import STATE_CSS, Report, implied_range, table_place

DATA_PAGE = "notebooks/9_reference/3_data.html"  # has the columns of every table
ORIGIN = {"sample": SAMPLE, "real": "公开"}
# A range wider than this part of its upper end tells a reader nothing.
TELLING = 0.25
STANDING = {AGREES: "{}个相符", DIFFERS: "{}个不符", NOT_RECOMPUTED: "{}个还没有底表"}


def telling(found: Implied) -> bool:
    """Tell whether an implied range is narrow enough to be worth a reader's time."""
    return found.high - found.low <= TELLING * abs(found.high)


def implied_ranges(report: Report) -> Table:
    """What the printed figures imply that was not printed, and which of them it rests on."""
    rows = tuple(
        (
            found.measure.name_zh, f"{found.year}年", implied_range(found),
            "、".join(claim.describe() for claim in found.rests_on),
        )
        for found in report.audit.implied
        if telling(found)
    )  # fmt: skip
    header = ("没有印出的数", "年度", "只可能在", "由这些公布数推出")
    return Table("公布数推出的取值范围", header, rows, frozenset({1, 2}))


def conflict(report: Report) -> Table | Passage:
    """The smallest set of printed figures that cannot stand together, or that there is none."""
    rows = tuple((claim.name_zh, claim.printed, claim.section) for claim in report.audit.conflict)
    if not rows:
        return Passage(((Part("没有发现互相矛盾的公布数。"),),))
    header = ("公布的数字", "报告印出", "所在章节")
    return Table("互相矛盾的最小一组公布数", header, rows, frozenset({1}))


def standing(report: Report) -> str:
    """Say how the printed figures stand; what there is none of is not mentioned."""
    counts = {words: report.count(state) for state, words in STANDING.items()}
    return "，".join(words.format(n) for words, n in counts.items() if n)


def check_summary(report: Report) -> Table:
    """How many printed figures of each section agree."""
    sections = dict.fromkeys(claim.section for claim in report.claims)
    rows: list[tuple[Cell, ...]] = []
    for section in sections:
        states = [report.check_state(c) for c in report.claims if c.section == section]
        worst = next(s for s in (DIFFERS, NOT_RECOMPUTED, AGREES) if s in states)
        counts = [str(states.count(s)) for s in STATE_CSS]
        rows.append((section, str(len(states)), *counts, state(worst, STATE_CSS[worst])))
    header = ("章节", "公布数", *STATE_CSS, "状态")
    return Table("各章节公布数的核对情况", header, tuple(rows), frozenset({1, 2, 3, 4}))


def _called(kind: str, name: str, place: str, told: str, others: Sequence[str]) -> Cell:
    """Return a name that search finds, with its other names."""
    found = named(kind, name, place, told, others)
    return joined([found, f"（{'、'.join(others)}）"], "") if others else found


def terms(report: Report) -> Table:
    """The annex's terms and this book's own."""
    rows = tuple(
        (
            _called("名词", row["term"], f"term-{row['term']}", row["definition"],
                    row["aliases"].split("、") if row["aliases"] else ()),
            row["definition"], row["basis"], CONFIDENCE[row["confidence"]],
        )
        for row in report.ledger.frames["terms"].to_dict("records")
    )  # fmt: skip
    return Table("名词", ("名词（别称）", "解释", "依据", "把握程度"), rows)


def indicators() -> Table:
    """Every measure of the registry."""
    from .typeset import formula

    rows = tuple(
        (
            _called("指标", m.name_zh, f"measure-{m.name}", m.definition, m.aliases),
            m.unit, formula(m.name), m.definition, m.basis, CONFIDENCE[m.confidence],
            code(m.name),
        )
        for m in REGISTRY.values()
    )  # fmt: skip
    header = ("指标（别称）", "单位", "公式或口径", "含义", "依据", "把握程度", "编号")
    return Table("指标", header, rows)


def tables(report: Report, up: str) -> Table:
    """Every table, with a download; ``up`` leads from the page to the book's top."""
    rows = tuple(
        (
            named("数据表", table.title, f"name-of-{name}", table.description,
                  address=f"{up}{DATA_PAGE}#{table_place(name)}"), table.description, ORIGIN[table.origin],
            str(len(report.ledger.frames[name])),
            link("下载", up + download_path(table.path, table.origin)),
        )
        for name, table in report.package.tables.items()
    )  # fmt: skip
    header = ("表", "内容", "性质", "行数", "文件")
    return Table("本书用到的全部表", header, rows, frozenset({3}))


def columns(report: Report, name: str) -> Table:
    """The columns of one table: Chinese name, unit, meaning, field name."""
    table = report.package.tables[name]
    rows = tuple(
        (c.title, c.unit or "", c.description or "", "必填" if c.required else "可空", code(c.name))
        for c in table.columns
    )
    note = "来源：" + "；".join(source["title"] for source in table.sources)
    header = ("列", "单位", "说明", "填写", "字段名")
    return Table(f"{table.title}（{table.path}）", header, rows, note=note, place=table_place(name),
                 sample=table.origin == "sample")  # fmt: skip
