"""Pages generated from what is declared elsewhere: implied ranges, terms, indicators, tables."""

from __future__ import annotations

from collections.abc import Sequence

from ..audit import Implied
from ..chapters import contents
from ..editions.edition import PUBLIC
from ..measures.figures import AGREES, DIFFERS, NOT_RECOMPUTED
from ..measures.measures import CONFIDENCE, Indicator
from ..measures.registry import REGISTRY
from ..present.display import (
    CORRECTIONS,
    DATA_PAGE,
    Cell,
    Markup,
    Part,
    Passage,
    Table,
    code,
    joined,
    link,
    named,
    state,
)
from ..present.markup import REAL, SAMPLE
from ..report import STATE_CSS, Report, implied_range, table_place
from ..tables.addresses import download_path, table_page
from ..tables.corrections import Correction

NOT_PUBLIC = "不公开"
ORIGIN = {"sample": SAMPLE, "real": REAL}
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
            found.measure.name_zh,
            f"{found.year}年",
            implied_range(found),
            "、".join(claim.describe() for claim in found.rests_on),
        )
        for found in report.audit.implied
        if telling(found)
    )
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


def opening(report: Report) -> str:
    """Say how many figures the report printed, how they stand and whether they can all be true."""
    if not report.claims:
        return f"《{report.package.title}》的公布数还没有录入，录入以后逐一核对。"
    return (
        f"《{report.package.title}》印出{len(report.claims)}个数字。本书由底表逐一重算："
        f"{standing(report)}。这些公布数{report.audit.state}。"
    )


def counted(report: Report, **numbers: int) -> Passage:
    """Say how many numbers there are (``inventory.numbers``), printed or not, and how many rest on
    samples.
    """
    every = (
        "本书有{whole}的{all}个数字：报告印出的{printed}个，由底表重算，{standing}；其余报告没有印出，由底表算出。"
        if report.claims
        else "本书有{whole}的{all}个数字，由底表算出；报告印出的还没有录入，录入以后逐一核对。"
    )
    samples = "全部数字里，用到示例底表的{samples}个。" if numbers["samples"] else "没有一个用到示例底表。"
    return report.conclusion(every, samples, standing=standing(report), **numbers)


def honesty(report: Report) -> Passage:
    """Say what of this book is real and what is a sample."""
    origins = {table.origin for table in report.package.tables.values()}
    if "sample" not in origins:
        return report.say("本书的底表都是本区的数据，没有示例。")
    return report.say(
        "报告印出的数字是真的，出处是公开的报告。企业一级的底表有的没有公开，本书用{sample}代替："
        "由程序生成，企业名称都是代号，合计数落在公布数允许的范围之内。凡是用到示例底表的句子、表和图，"
        "都标着“示例”；它们说明数字怎样算出来，不说明任何一户真实企业的情况。",
        "只由公布数推出的结论是真的，见{audit}。",
        sample=Markup("示例底表", "<strong>示例底表</strong>"),
        audit=report.page("勾稽审计", "audit"),
    )


def check_summary(report: Report) -> Table | Passage:
    """How many printed figures of each section agree."""
    if not report.claims:
        return report.checks("")
    sections = dict.fromkeys(claim.section for claim in report.claims)
    rows: list[tuple[Cell, ...]] = []
    for section in sections:
        states = [report.check_state(c) for c in report.claims if c.section == section]
        worst = next(s for s in (DIFFERS, NOT_RECOMPUTED, AGREES) if s in states)
        counts = [str(states.count(s)) for s in STATE_CSS]
        rows.append((section, str(len(states)), *counts, state(worst, STATE_CSS[worst])))
    header = ("章节", "公布数", *STATE_CSS, "状态")
    return Table("各章节公布数的核对情况", header, tuple(rows), frozenset({1, 2, 3, 4}))


def _called(kind: str, name: str, place: str, told: str, others: Sequence[str], mark: bool) -> Cell:
    """Return a name that search finds, with its other names."""
    found = named(kind, name, place, told, others, mark=mark)
    return joined([found, f"（{'、'.join(others)}）"], "") if others else found


def terms(report: Report) -> Table:
    """The annex's terms and this book's own."""
    rows = tuple(
        (
            _called(
                "名词",
                row["term"],
                f"term-{row['term']}",
                row["definition"],
                row["aliases"].split("、") if row["aliases"] else (),
                mark=True,
            ),
            row["definition"],
            row["basis"],
            CONFIDENCE[row["confidence"]],
        )
        for row in report.ledger.frames["terms"].to_dict("records")
    )
    return Table("名词", ("名词（别称）", "解释", "依据", "把握程度"), rows)


def indicators(report: Report) -> Table:
    """Every measure of the registry."""
    rows = tuple(
        (
            # What is only counted or summed is called by everyday words, clear without help.
            _called(
                "指标",
                m.name_zh,
                f"measure-{m.name}",
                m.definition,
                m.aliases,
                mark=isinstance(m, Indicator) and bool(m.definition),
            ),
            m.unit,
            report.formula(m.name),
            m.definition,
            m.basis,
            CONFIDENCE[m.confidence],
            code(m.name),
        )
        for m in REGISTRY.values()
    )
    header = ("指标（别称）", "单位", "公式或口径", "含义", "依据", "把握程度", "编号")
    return Table("指标", header, rows)


def tables(report: Report, up: str) -> Table:
    """Every table, with a download; ``up`` leads from the page to the book's top."""
    place = contents(report.root).place(DATA_PAGE)
    data = f"{place}.html" if place else ""
    rows = tuple(
        (
            named(
                "数据表",
                table.title,
                f"name-of-{name}",
                table.description,
                address=f"{up}{data}#{table_place(name)}" if data else "",
            ),
            table.description,
            ORIGIN[table.origin],
            str(len(report.ledger.frames[name])),
            NOT_PUBLIC
            if table.internal and report.edition == PUBLIC
            else link("下载", up + download_path(table.path, table.origin)),
        )
        for name, table in report.package.tables.items()
    )
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
    return Table(
        f"{table.title}（{table.path}）",
        header,
        rows,
        note=note,
        place=table_place(name),
        sample=table.origin == "sample",
    )


def corrections(report: Report) -> Table | Passage:
    """The cells that are not used as they came, or that are in doubt, and why."""
    made = report.package.corrections
    if not made:
        return Passage(((Part("没有更正：各表都按填报的原样使用。"),),))
    rows = tuple(_correction(report, entry) for entry in made)
    header = ("表", "行", "列", "原值", "改为", "理由", "依据", "日期", "状态")
    tables = report.package.tables
    sample = any(tables[entry.table].origin == "sample" for entry in made)
    return Table(f"更正{len(made)}处", header, rows, sample=sample, place=CORRECTIONS)


def _correction(report: Report, made: Correction) -> tuple[Cell, ...]:
    table = report.package.tables[made.table]
    words = table.labels.get(made.column, {})
    page = report.to_site(table_page(made.table, [made.at]))
    which = "、".join(
        f"{table.column(name).title}{table.labels.get(name, {}).get(value, value)}" for name, value in made.row.items()
    )
    now = "只标记，未改" if made.now is None else words.get(made.now, made.now) or "空白"
    return (
        link(table.title, page),
        f"{made.at}（{which}）",
        table.column(made.column).title,
        words.get(made.was, made.was) or "空白",
        now,
        made.reason,
        made.source,
        made.date,
        made.state,
    )
