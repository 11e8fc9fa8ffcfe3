"""Pages generated from what is declared elsewhere: implied ranges, terms, indicators, tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from ..audit import Implied
from ..chapters import contents
from ..editions.edition import PUBLIC, has_chapter, untold
from ..measures.figures import AGREES, DIFFERS, NOT_RECOMPUTED
from ..measures.measures import CONFIDENCE, Indicator, Measure
from ..measures.registry import REGISTRY
from ..present.blocks import Choice, choice
from ..present.columns import Column, origin_mark, table
from ..present.display import CORRECTIONS, Cell, Markup, Part, Passage, Table, code, joined, link, named, state
from ..present.typesetting import in_line
from ..present.words import NOT_GIVEN
from ..report import STATE_CSS, Report, implied_range
from ..tables.addresses import DATA_PAGE, download_path, table_page, table_place
from ..tables.corrections import Correction
from ..tables.declared import DeclaredTable
from ..tables.origins import TITLE, Origin, weakest
from .figure_index import heading_of

NOT_PUBLIC = "不公开"
AWAITED = "待录入"
NOT_TOLD = "not-told"  # the place of the chapters that the book does not have
# A range wider than this part of its upper end tells a reader nothing.
TELLING = 0.25
STANDING = {AGREES: "{}个相符", DIFFERS: "{}个不符", NOT_RECOMPUTED: "{}个还没有底表"}


def telling(found: Implied) -> bool:
    """Tell whether an implied range is narrow enough to be worth a reader's time."""
    return found.high - found.low <= TELLING * abs(found.high)


def unaudited(report: Report) -> Passage | None:
    """Say that nothing was audited where no printed figure is entered; None where some are."""
    if report.claims:
        return None
    return report.conclusion("公布数还没有录入，没有查：录入以后，查它们能不能同时成立，还推出什么。")


def implied_ranges(report: Report) -> Table:
    """What the printed figures imply that was not printed, and which of them it rests on."""
    columns = (
        Column("没有印出的数", lambda found: found.measure.name_zh),
        Column("年度", lambda found: f"{found.year}年", numeric=True),
        Column("只可能在", implied_range, numeric=True),
        Column("由这些公布数推出", lambda found: "、".join(claim.describe() for claim in found.rests_on)),
    )
    return table("公布数推出的取值范围", columns, filter(telling, report.audit.implied), origin=Origin.REAL)


def conflict(report: Report) -> Table | Passage:
    """The smallest set of printed figures that cannot stand together, or that there is none."""
    found = report.audit.conflict
    if not found:
        return Passage(((Part("没有发现互相矛盾的公布数。"),),))
    columns = (
        Column("公布的数字", "name_zh"),
        Column("报告印出", "printed", numeric=True),
        Column("所在章节", "section"),
    )
    return table("互相矛盾的最小一组公布数", columns, found, origin=Origin.REAL)


def standing(report: Report) -> str:
    """Say how the printed figures stand; what there is none of is not mentioned."""
    counts = {words: report.count(state) for state, words in STANDING.items()}
    return "，".join(words.format(n) for words, n in counts.items() if n)


def agreement(report: Report) -> str:
    """Say what it proves that the tables give the printed figures; of a sample made to fit, nothing of the report."""
    if not report.claims:
        ledgers = (name for name, table in report.package.tables.items() if table.path.startswith("ledger/"))
        return f"本书的数字由各单位的底表算出，底表的来源标为“{report.origin_of(*ledgers).word}”。"
    if Origin.SAMPLE not in origins_of_tables(report):
        return f"由底表逐一重算：{standing(report)}。"
    return (
        f"企业一级的底表没有公开的，本书用示例代替。示例是照着公布数做的，由它重算{standing(report)}，"
        "只证明算得出来，不证明报告属实；由公布数推出的才是结论。"
    )


def origins_of_tables(report: Report) -> Counter[Origin]:
    """Return how many tables there are of each origin; a form that is still blank has none."""
    return Counter(table.origin for table in report.package.tables.values() if not table.awaited)


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


def origins_told(report: Report) -> str:
    """Say what the marks of origin mean, and how many tables have each."""
    counts = origins_of_tables(report)
    kinds = "；".join(f"“{o.word}”是{o.meaning}，{counts[o]}张表" for o in Origin if counts[o])
    return (
        f"每张表、图和每段有数的话都标着来源：{kinds}。几种来源合在一起的，有示例就标示例，没有示例而有自定的标自定。"
    )


def honesty(report: Report) -> Passage:
    """Say what of this book is real, what is its own, and what is a sample."""
    said = [origins_told(report)]
    if origins_of_tables(report)[Origin.SAMPLE]:
        said += [
            "报告印出的数字是真实的，由示例底表重算出来也还是真实的；只由公布数推出的结论也是真实的，见{audit}。",
            "{sample}由程序生成，企业名称都是代号，合计数照着公布数做成：它说明数字怎样算，不说明任何一户真实企业的情况。"
            f"真实的行和示例的行在一张表里的，“{TITLE}”一列逐行写明，真实的行里报告没有写的格子是“{NOT_GIVEN}”。",
        ]
    sample = Markup("示例底表", "<strong>示例底表</strong>")
    return report.say(*said, sample=sample, audit=report.page("勾稽审计", "audit"))


def left_out(report: Report) -> dict[str, Sequence[str]]:
    """Return the chapters that this edition would have if the book had one of the tables named."""
    listed, gone = contents(report.root).listed, untold(report.root)
    return {
        name: gone[name]
        for name, place in listed.items()
        if name in gone and has_chapter(report.root / f"{place}.ipynb", report.edition)
    }


def not_told(report: Report) -> Table | None:
    """The chapters that this book does not have, each with the tables of which one would bring it back;
    None if it has all."""
    gone = left_out(report)
    if not gone:
        return None
    columns = (
        Column("没有写的章", lambda row: heading_of(report, row[0])),
        Column("填了其中一张，就有这一章", lambda row: "、".join(row[1])),
    )
    return table(f"本书没有写的工作：{len(gone)}章，因为它们要用的表一张也没有", columns, gone.items(), place=NOT_TOLD)


def check_summary(report: Report) -> Table | Passage:
    """How many printed figures of each section agree."""
    if not report.claims:
        return report.checks("")
    sections = dict.fromkeys(claim.section for claim in report.claims)
    rows = [(s, [report.check_state(c) for c in report.claims if c.section == s]) for s in sections]
    columns = (
        Column("章节", 0),
        Column("公布数", lambda row: len(row[1]), decimals=0),
        *(Column(word, _counted(word), decimals=0) for word in STATE_CSS),
        Column("状态", lambda row: _worst(row[1])),
    )
    known = [figure.rests_on for claim in report.claims if (figure := report.recomputed(claim))]
    return table("各章节公布数的核对情况", columns, rows, origin=weakest(known))


def _counted(word: str) -> Callable[[tuple[str, list[str]]], int]:
    return lambda row: row[1].count(word)


def _worst(states: Sequence[str]) -> Cell:
    worst = next(s for s in (DIFFERS, NOT_RECOMPUTED, AGREES) if s in states)
    return state(worst, STATE_CSS[worst])


def _called(kind: str, name: str, place: str, told: str, others: Sequence[str], mark: bool) -> Cell:
    """Return a name that search finds, with its other names."""
    found = named(kind, name, place, told, others, mark=mark)
    return joined([found, f"（{'、'.join(others)}）"], "") if others else found


def terms(report: Report) -> Table:
    """The annex's terms and this book's own."""
    columns = (
        Column("名词（别称）", _term),
        Column("解释", "definition"),
        Column("依据", "basis"),
        Column("把握程度", lambda row: CONFIDENCE[row["confidence"]]),
    )
    return table("名词", columns, report.ledger.frames["terms"])


def _term(row: dict[str, str]) -> Cell:
    others = row["aliases"].split("、") if row["aliases"] else ()
    return _called("名词", row["term"], f"term-{row['term']}", row["definition"], others, mark=True)


def indicators(report: Report) -> Table:
    """Every measure of the registry."""
    columns = (
        Column("指标（别称）", _indicator),
        Column("单位", lambda m: m.unit),
        Column("公式或口径", in_line),
        Column("含义", "definition"),
        Column("依据", "basis"),
        Column("把握程度", lambda m: CONFIDENCE[m.confidence]),
        Column("编号", lambda m: code(m.name)),
    )
    return table("指标", columns, map(report.measure, REGISTRY))


def _indicator(m: Measure) -> Cell:
    # What is only counted or summed is called by everyday words, clear without help.
    mark = isinstance(m, Indicator) and bool(m.definition)
    return _called("指标", m.name_zh, f"measure-{m.name}", m.definition, m.aliases, mark=mark)


def tables(report: Report, up: str) -> Table:
    """Every table, with a download; ``up`` leads from the page to the book's top."""
    place = contents(report.root).place(DATA_PAGE)
    data = f"{up}{place}.html" if place else ""
    shown = (
        Column("表", lambda t: _table_name(t, data)),
        Column("内容", "description"),
        Column("来源", lambda t: AWAITED if t.awaited else origin_mark(t.origin), menu=[o.word for o in Origin]),
        Column("行数", lambda t: _rows(report, t), numeric=True),
        Column("文件", lambda t: _download(report, t, up)),
    )
    return table("本书用到的全部表", shown, report.package.tables.values())


def _rows(report: Report, declared: DeclaredTable) -> str:
    """Say how many rows a table has; of a form that is still blank, that none of them is filled in."""
    rows = len(report.ledger.frames[declared.name])
    return f"0/{rows}" if declared.awaited else str(rows)


def _table_name(declared: DeclaredTable, data: str) -> Cell:
    name, address = declared.name, f"{data}#{table_place(declared.name)}" if data else ""
    return named("数据表", declared.title, f"name-of-{name}", declared.description, address=address)


def _download(report: Report, declared: DeclaredTable, up: str) -> Cell:
    if declared.internal and report.edition == PUBLIC:
        return NOT_PUBLIC
    return link("下载", up + download_path(declared.path, declared.origin))


def columns(report: Report, name: str) -> Table:
    """The columns of one table: Chinese name, unit, meaning, field name."""
    declared = report.package.tables[name]
    shown = (
        Column("列", "title"),
        Column("单位", lambda c: c.unit or ""),
        Column("说明", lambda c: c.description or ""),
        Column("填写", lambda c: "必填" if c.required else "可空"),
        Column("字段名", lambda c: code(c.name)),
    )
    return table(
        f"{declared.title}（{declared.path}）",
        shown,
        declared.columns,
        origin=None if declared.awaited else report.origin_of(name),
        note=AWAITED if declared.awaited else "来源：" + "；".join(source["title"] for source in declared.sources),
        place=table_place(name),
    )


def all_columns(report: Report) -> Choice:
    """The columns of every table, of which a reader chooses one."""
    tables = report.package.tables.values()
    return choice("表", ((declared.title, columns(report, declared.name)) for declared in tables))


def corrections(report: Report) -> Table | Passage:
    """The cells that are not used as they came, or that are in doubt, and why."""
    made = report.package.corrections
    if not made:
        return Passage(((Part("没有更正：各表都按填报的原样使用。"),),))
    tables = report.package.tables
    shown = (
        Column("表", lambda m: link(tables[m.table].title, report.to_site(table_page(m.table, [m.at])))),
        Column("行", lambda m: f"{m.at}（{_which_row(tables[m.table], m)}）"),
        Column("列", lambda m: tables[m.table].column(m.column).title),
        Column("原值", lambda m: _in_words(tables[m.table], m, m.was)),
        Column("改为", lambda m: "只标记，未改" if m.now is None else _in_words(tables[m.table], m, m.now)),
        Column("理由", "reason"),
        Column("依据", "source"),
        Column("日期", "date"),
        Column("状态", "state"),
    )
    origin = report.origin_of(*(m.table for m in made))
    return table(f"更正{len(made)}处", shown, made, origin=origin, place=CORRECTIONS)


def _which_row(declared: DeclaredTable, made: Correction) -> str:
    return "、".join(
        f"{declared.column(name).title}{declared.labels.get(name, {}).get(value, value)}"
        for name, value in made.row.items()
    )


def _in_words(declared: DeclaredTable, made: Correction, text: str) -> str:
    return declared.labels.get(made.column, {}).get(text, text) or "空白"
