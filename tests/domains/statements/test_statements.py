"""What the report states, beside what the data show: nothing of it is left out, nothing added."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import nbformat
import pytest
from data_copy import Data
from many import each
from paths import CASES, ROOT

from stateassets.book import search
from stateassets.chapters import contents
from stateassets.domains.statements import page
from stateassets.domains.statements.checks import skipped
from stateassets.domains.statements.statements import COUNTED, SEEN, WAYS, WORDS, Statement, about, numbers, statements
from stateassets.editions import edition
from stateassets.editions.release import Release
from stateassets.present.display import Table
from stateassets.report import Report
from stateassets.tables.declared import NoTableError

# The report's own headings, read off its text.
SECTIONS = [
    *("一（一）", "一（二）", "一（三）", "一（四）"),
    *(
        "二（一）1",
        "二（一）2",
        "二（一）3",
        "二（二）1",
        "二（二）2",
        "二（三）1",
        "二（三）2",
        "二（三）3",
        "二（四）",
    ),
    *("三（一）", "三（二）", "三（三）", "附件"),
]
# What is counted from the report's words, which print no such number.
NOT_PRINTED = {"evaluation.indicators", "culture.events", "party.training_courses", "safety.hazards_closed_rate"}
CHAPTERS = [
    *("enterprises", "assets_and_debt", "preservation", "budget", "system", "campaigns", "market", "rules", "risks"),
    *("evaluation", "growth", "responsibility", "party", "points", "lines", "network"),
]


def one(id: str = "S1", kind: str = "fact", text: str = "报告写的。", **facts: tuple[str, ...]) -> Statement:
    return Statement(id, "一（一）", kind, text, **facts)


# --- all of the report -----------------------------------------------------------------------------


def test_no_section_of_the_report_is_without_its_statements_and_they_keep_its_order(report: Report) -> None:
    told = list(dict.fromkeys(s.section for s in statements(report)))
    assert [section for section in told if section in SECTIONS] == SECTIONS


def test_every_number_that_the_report_prints_stands_in_a_statement(report: Report) -> None:
    said = {name for s in statements(report) for name in s.claims}
    assert {claim.id for claim in report.claims} - said <= NOT_PRINTED


def test_every_chapter_of_the_report_opens_with_what_it_states(report: Report) -> None:
    def opened(chapter: str) -> None:
        cells = json.loads((ROOT / f"{contents(ROOT).place(chapter)}.ipynb").read_text("utf-8"))["cells"]
        sources = ["".join(cell["source"]) for cell in cells]
        (at,) = [n for n, source in enumerate(sources) if f'beside(report, "{chapter}")' in source]
        first = next(n for n, source in enumerate(sources) if source.startswith("## "))
        assert first == at - 1
        assert len(page.beside(report, chapter).rows) == sum(s.chapter == chapter for s in statements(report)) > 0

    each({chapter: chapter for chapter in CHAPTERS}, opened)


def test_every_statement_is_told_in_a_chapter_that_there_is(report: Report) -> None:
    chapters = {s.chapter for s in statements(report)}
    assert [chapter for chapter in chapters if not contents(ROOT).place(chapter)] == []


# --- one statement ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "way"),
    [
        ({"claims": ("revenue",), "registers": ("grants",)}, COUNTED),
        ({"measures": ("revenue",)}, SEEN),
        ({"registers": ("grants",)}, SEEN),
        ({}, WORDS),
    ],
)
def test_a_statement_is_checked_by_what_it_prints_else_by_our_tables_else_not_at_all(facts, way) -> None:
    assert one(**facts).way == way


def test_a_printed_number_stands_as_printed_and_the_words_say_which_way(report: Report) -> None:
    down = one(text="比上年下降{budget.revenue.yoy}，支出{budget.expenditure}，项目{projects.total}。")
    assert page.words(report, down) == "比上年下降21.9%，支出5697万元，项目逾250项。"


def test_a_goal_is_proposed_and_a_number_said(report: Report) -> None:
    assert page.states(report, "benchmarking.improvements").text.startswith("报告提出：")
    said = page.states(report, "assets.total").text
    assert said.startswith("报告说：") and "696.9亿元" in said and not said.endswith("。")


def test_what_the_report_does_not_state_is_not_said_in_its_name(report: Report) -> None:
    assert page.states(report, "nothing").text == page.NOT_ENTERED and "报告说" not in page.NOT_ENTERED


def test_a_statement_is_known_by_its_id_by_what_it_prints_and_by_what_checks_it() -> None:
    first, second = one("S1", measures=("revenue",)), one("S2", text="收入{revenue}。", claims=("revenue",))
    assert [about([first, second], what) for what in ("S1", "revenue", "grants")] == [first, second, None]
    assert about([first], "revenue") == first


def test_the_data_show_the_figures_with_their_origin_then_the_rows(report: Report) -> None:
    shown = page.answer(report, one(claims=("compliance.tasks",), registers=("compliance_tasks",)))
    assert shown.text == "【示例】合规体系建设任务 18项 相符；见合规体系建设任务台账，18行"
    assert 'href="#figure-compliance_tasks-2023"' in shown.html and "data/compliance_tasks.html" in shown.html
    assert "figure-compliance_tasks-2023" in {figure.place for figure in report._shown.values()}


def test_no_statement_is_checked_against_a_table_of_the_reports_own_words(report: Report) -> None:
    own_words = {"statements", "commitments", "campaigns", "claims"}
    assert [one.id for one in statements(report) if own_words & set(one.registers)] == []


def test_real_rows_and_sample_rows_of_a_table_are_counted_apart(report: Report) -> None:
    table = next(name for name, table in report.package.tables.items() if "origin" in table.labels)
    origins = list(report.ledger.frames[table]["origin"])
    text = page.answer(report, one(registers=(table,))).text
    for code, word in (("real", "真实"), ("sample", "示例")):
        assert (f"{word}{origins.count(code)}行" in text) == (code in origins)


def test_a_real_table_is_marked_as_real_and_words_alone_are_called_so(report: Report) -> None:
    assert page.answer(report, one(registers=("published_reports",))).text.startswith("【真实】见各地公布数，")
    assert page.answer(report, one()).text == WORDS


def test_a_name_is_found_where_it_is_first_told_and_the_reports_wording_is_kept(report: Report) -> None:
    first = next(s for s in statements(report) if "四强四好" in s.names)
    html = page._meaning(report, first, marked=True).html
    assert f'<span id="said-{first.id}">' in html and re.search(r'data-kind="报告用语"[^>]*>四强四好<', html)
    assert "data-kind" not in page._meaning(report, first, marked=False).html
    worded = one(text="下降了。", names=("大幅下降",))
    assert "（报告用语：大幅下降）" in page._meaning(report, worded, marked=False).text


# --- all of them, and how many ---------------------------------------------------------------------


def test_counts_are_by_kind_in_the_order_given_and_by_way() -> None:
    found = [one(kind="goal"), one(kind="goal", registers=("grants",)), one(kind="fact", claims=("revenue",))]
    assert numbers(found, ("fact", "plan", "goal")) == [("fact", [1, 0, 0]), ("goal", [0, 1, 1])]


def test_the_sentences_and_the_picture_count_what_the_table_has(report: Report) -> None:
    told, picture = repr(page.counted(report, linked=True)), page.picture(report, "内容")
    found = statements(report)
    assert f"分成{len(found)}条" in told
    for way, words in zip(WAYS, ("核对的{}条", "，{}条只能看", "；{}条只有文字"), strict=True):
        assert words.format(sum(s.way == way for s in found)) in told
    assert sum(int(row[-1]) for row in picture.data[1:]) == len(found)


def test_the_list_of_all_is_filtered_by_section_kind_and_way(report: Report) -> None:
    listed = page.listing(report, "{year}年度")
    assert len(listed.rows) == len(statements(report)) and listed.caption == "2023年度"
    assert [listed.header[i] for i in sorted(listed.filters)] == ["章节", "种类", "可否核对"]
    assert listed.filters[3] == WAYS and listed.filters[2][0] == "数字"


# --- other books -----------------------------------------------------------------------------------


def test_a_book_without_the_table_has_no_such_passages(data: Data) -> None:
    path = data.folder / "datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    package["resources"] = [r for r in package["resources"] if r["name"] != "statements"]
    path.write_text(json.dumps(package), "utf-8")
    bare = Report(root=data.folder.parent)
    assert page.beside(bare, "campaigns")._repr_html_() == ""
    for shown in (page.counted(bare), page.picture(bare, ""), page.listing(bare, "")):
        assert repr(shown) == page.NOTHING_ENTERED
    with pytest.raises(NoTableError):  # the chapter says once which table it lacks
        page.states(bare, "revenue")


def test_the_public_edition_has_the_statements_and_no_way_to_internal_rows(monkeypatch) -> None:
    monkeypatch.setenv(edition.VARIABLE, "public")
    report = Report(root=ROOT)
    release = Release(report)
    internal = {name for name, table in report.package.tables.items() if table.internal}
    for chapter in {s.chapter for s in statements(report)}:
        shown = release(page.beside(report, chapter))
        assert isinstance(shown, Table), chapter
        linked = set(re.findall(r"data/(\w+)\.html", shown._repr_html_()))
        assert not linked & internal
    listed = release(page.listing(report, "逐条"))
    assert len(listed.rows) == len(statements(report))
    assert "9_alerts" not in listed._repr_html_()  # a chapter about single enterprises


# --- what is wrong is said -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"claims": "nothing.printed"}, ("“nothing.printed”", "已录入的公布数编号")),
        ({"text_zh": "增长{assets.total.yoy}。"}, ("“{assets.total.yoy}”", "本行“公布数”里的一个数字")),
        ({"measures": "no_such"}, ("“no_such”", "已登记的指标编号")),
        ({"measures": "total_assets.sometimes"}, ("“total_assets.sometimes”", "已登记的指标编号")),
        ({"register": "no_table"}, ("“no_table”", "声明过的表名")),
        ({"text_zh": "{assets.total}，比上年多5亿元。"}, ("正文里写着5", "没有写死的数字", "花括号里的公布数编号")),
        ({"text_zh": "要推动区属国企把{assets.total}再做大。"}, ("写的是要做到的（“要”）", "目标或安排")),
        ({"text_zh": "{assets.total}，力争再上台阶。", "kind": "fact"}, ("种类是“事实”", "（“力争”）")),
        ({"claims": "", "text_zh": "资产不少。"}, ("空白", "种类是“数字”的，至少一个公布数编号")),
    ],
)
def test_a_statement_that_nothing_answers_is_named_with_its_row(data: Data, change, words) -> None:
    path = data.folder / "claims" / "statements.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    number = next(n for n, row in enumerate(rows, 2) if row["claims"] == "assets.total")
    rows[number - 2] |= change
    _write(path, rows)
    data.fault("claims/statements.csv", f"第{number}行", *words)


@pytest.mark.parametrize("section", ["一（三）", "二（一）2", "二（三）1", "二（四）", "三（一）", "三（三）"])
def test_a_section_that_is_passed_over_is_named(data: Data, section: str) -> None:
    path = data.folder / "claims" / "statements.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["section"] != section]
    _write(path, rows)
    data.fault(f"没有{section}的内容")


@pytest.mark.parametrize(
    ("sections", "missing"),
    [
        (["一", "三（二）"], ["二", "三（一）"]),
        (["二（二）3", "二（一）", "一"], ["二（二）1", "二（二）2"]),
        (["题首", "一（一）", "附件"], []),
    ],
)
def test_sections_are_counted_from_the_first(sections: list[str], missing: list[str]) -> None:
    assert skipped(sections) == missing


def test_of_real_rows_without_a_name_there_is_one(data: Data) -> None:
    def unnamed(row: dict[str, str]) -> None:
        row.update(title="", enterprise_id="", origin="real")

    number = data.change("renewal_areas", unnamed, id="PQ001")
    data.fault("renewal_areas.csv", f"第{number}行", "没有写名称")


def _mark(origin: str):
    def change(row: dict[str, str]) -> None:
        row["origin"] = origin

    return change


def _declare(data: Data, **origins: str) -> None:
    path = data.folder / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    for resource in package["resources"]:
        resource["origin"] = origins.get(resource["name"], resource["origin"])
    path.write_text(json.dumps(package, ensure_ascii=False), encoding="utf-8")


@pytest.mark.parametrize(
    ("table", "row", "words"),
    [
        ("rules", {"id": "SR001"}, "“国有企业资金集中管理办法”却不在报告内容逐条表里"),
        ("grants", {"id": "BZS001"}, "“城市更新市级补助”却不在报告内容逐条表里"),
        ("grant_projects", {"grant_id": "BZS001"}, "“BZS001”却是"),
        ("projects", {"id": "XM001"}, "写的却是示例企业“E”"),
        ("renewal_areas", {"id": "PQ001"}, "写的却是示例企业“C”"),
        ("responsibility_lists", {"id": "ZR002"}, "不在报告内容逐条表里"),
    ],
)
@pytest.mark.parametrize("mark", ["real", ""])
def test_a_sample_row_marked_real_is_named(data: Data, table: str, row: dict[str, str], words: str, mark: str) -> None:
    number = data.change(table, _mark(mark), **row)
    data.fault(f"{table}.csv", f"第{number}行", "标为真实", words)


def test_a_whole_table_about_sample_enterprises_is_not_declared_real(data: Data) -> None:
    _declare(data, hazards="real")
    data.fault("hazards.csv", "整张表声明为真实", "示例企业")


def test_a_real_row_needs_a_statement_that_names_it_with_its_table(data: Data) -> None:
    number = data.change("events", lambda row: row.update(title="城市灯光节"), id="WL001")
    data.fault("events.csv", f"第{number}行", "“城市灯光节”却不在报告内容逐条表里")


@pytest.mark.parametrize("origin", ["real", "sample"])
def test_rows_that_a_district_filed_are_its_own_and_a_title_may_stand_in_quotation_marks(data: Data, origin) -> None:
    _declare(data, enterprises=origin, hazards=origin)
    if origin == "real":
        data.change("rules", _mark("real"), id="SR001")
    data.change("events", lambda row: row.update(title="“重庆乐堡音乐节”（第二届）"), id="WL003")
    assert [fault for fault in data.faults() if "真实" in fault] == []


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


# --- search ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def index() -> dict[str, dict]:
    """What the book's search knows of each chapter of the report, from what its notebook has stored."""
    found = {}
    for chapter in CHAPTERS:
        place = contents(ROOT).place(chapter)
        cells = nbformat.read(ROOT / f"{place}.ipynb", 4).cells
        outputs = [
            o.data.get("text/html", "") for c in cells if c.cell_type == "code" for o in c.outputs if "data" in o
        ]
        html = f'<article class="bd-article"><section id="a"><h1>章</h1>{"".join(outputs)}</section></article>'
        found[chapter] = search.content([search.page_of(html, f"{place}.html", {})])
    return found


def test_every_name_of_the_reports_is_found_and_leads_to_its_chapter(index: dict[str, dict]) -> None:
    with (CASES / "names.csv").open(encoding="utf-8-sig", newline="") as file:
        names = {row["name"]: row["chapter"] for row in csv.DictReader(file)}
    assert len(names) >= 80

    def found(name: str) -> None:
        there = index[names[name]]
        assert any(name in section["x"] for one in there["pages"] for section in one["s"]), names[name]

    each({name: name for name in names}, found)


def test_most_names_are_offered_as_names_at_the_very_statement(index: dict[str, dict]) -> None:
    offered = {entry["n"]: entry["u"] for one in index.values() for entry in one["names"] if entry["k"] == page.NAME}
    wanted = {
        "一岗一薪": "market",
        "两个清单": "party",
        "管资本": "network",
        "信息共享": "network",
        "三攻坚一盘活": "points",
    }
    for name, chapter in wanted.items():
        assert offered[name].startswith(f"{contents(ROOT).place(chapter)}.html#said-"), name


def test_a_chapter_of_which_the_report_states_nothing_has_no_section_for_it(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert page.beside(report, "nowhere")._repr_html_() == ""  # and so its heading falls away (book/standing.py)
    assert page.beside(report, "market")._repr_html_()
