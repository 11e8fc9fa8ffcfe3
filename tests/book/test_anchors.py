"""Names by which others cite a part of a page: they come from the part alone and stay."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import nbformat
import pytest
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import docutils_namespace, patch_docutils

from stateassets.book.anchors import FORMER, Anchors, record
from stateassets.book.build_cache import LOOKS_FILES
from stateassets.tables.addresses import RECORD, alert_place, caption_slugs, question_place, slug

FIGURE = '<figure class="sa-{kind}"{place}><figcaption><span class="sa-origin sa-sample">示例</span>{caption}</figcaption></figure>'


def table(caption: str, kind: str = "table", place: str = "") -> str:
    """What a cell shows."""
    return FIGURE.format(kind=kind, caption=caption, place=place and f' id="{place}"')


def page(root: Path, *cells: str, former: dict[str, str] | None = None) -> nodes.document:
    """The page of a notebook whose cells are Markdown or, from ``<`` on, what is shown."""
    root.mkdir(parents=True, exist_ok=True)
    made = []
    for number, cell in enumerate(cells):
        if cell.startswith("<"):
            shown = nbformat.v4.new_output("execute_result", data={"text/html": cell}, execution_count=1)
            made.append(nbformat.v4.new_code_cell("show()", outputs=[shown], execution_count=1, id=f"c{number}"))
        else:
            made.append(nbformat.v4.new_markdown_cell(cell, id=f"c{number}"))
    nbformat.write(nbformat.v4.new_notebook(cells=made), root / "index.ipynb")
    if former:
        (root / RECORD).parent.mkdir(exist_ok=True)
        (root / RECORD).write_text(json.dumps({"index": {"names": [], FORMER: former}}), "utf-8")
    settings = {"extensions": ["myst_nb"], "nb_execution_mode": "off", "language": "zh_CN"}
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            root, None, root / "_out", root / "_trees", "dummy", settings, status=None, warning=None, freshenv=True
        )
        app.add_transform(Anchors)
        app.build()
        return app.env.get_doctree("index")


def headings(document: nodes.document) -> list[str]:
    """The names of the sections."""
    return [section["ids"][0] for section in document.findall(nodes.section)]


def shown(document: nodes.document) -> str:
    """The HTML of what cells show."""
    return "".join(raw.astext() for raw in document.findall(nodes.raw))


def has(document: nodes.document, *names: str) -> bool:
    """Whether what is shown has those names, in this order."""
    places = [shown(document).find(f' id="{name}"') for name in names]
    return places == sorted(places) and -1 not in places


CHAPTER = ("(debt)=\n# 一（二）负债", "## 怎样算", table("各企业的负债"), "## 数字从哪里来", table("来历"))


def test_a_heading_is_named_by_its_label_else_by_its_words(tmp_path: Path) -> None:
    found = page(tmp_path, "(debt)=\n# 一（二）负债", "## 有没有、够不够？", "(kept)=\n## 改过的标题", "## 2023年")
    assert headings(found) == ["debt", "有没有-够不够", "kept", "_2023年"]


@pytest.mark.parametrize("at", [1, 3, 5])
def test_a_section_more_moves_no_other_name(tmp_path: Path, at: int) -> None:
    more: Sequence[str] = ("## 新的一节", table("新的一张表"))
    before, after = page(tmp_path / "a", *CHAPTER), page(tmp_path / "b", *CHAPTER[:at], *more, *CHAPTER[at:])
    assert [name for name in headings(after) if name != "新的一节"] == headings(before)
    for name in ("表-各企业的负债", "表-来历"):
        assert has(before, name) and has(after, name)


def test_without_names_a_section_more_would_move_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Anchors, "apply", lambda *_, **__: None)
    before, after = page(tmp_path / "a", *CHAPTER), page(tmp_path / "b", *CHAPTER[:1], "## 新的一节", *CHAPTER[1:])
    assert headings(before)[1] == headings(after)[1] == "id2"


def test_headings_alike_are_told_apart_by_the_sections_above(tmp_path: Path) -> None:
    found = page(tmp_path, "(c)=\n# 章", "## 甲", "### 判断", "## 乙", "### 判断")
    assert headings(found) == ["c", "甲", "甲-判断", "乙", "乙-判断"]


def test_tables_and_pictures_alike_are_told_apart_by_their_whole_captions_then_by_their_sections(
    tmp_path: Path,
) -> None:
    cells = (table("隐患，按类型"), table("隐患，按企业"), "## 乙", table("项目"), "## 丙", table("项目"))
    found = page(tmp_path, "(c)=\n# 章", *cells)
    assert has(found, "表-隐患-按类型", "表-隐患-按企业", "表-乙-项目", "表-丙-项目")


def test_a_table_and_a_picture_of_one_caption_have_names_of_their_own(tmp_path: Path) -> None:
    assert has(page(tmp_path, "# 章", table("负债", "chart"), table("负债")), "图-负债", "表-负债")


def test_a_name_that_a_call_gives_stays(tmp_path: Path) -> None:
    assert has(page(tmp_path, "# 章", table("报告写了5条", place="beside")), "beside")


def test_what_is_shown_twice_has_its_name_once(tmp_path: Path) -> None:
    row = '<p><span id="alert-late-A-2023-01">晚报</span></p>'
    found = shown(page(tmp_path, "# 章", table("甲", place="said"), row, table("甲", place="said"), row))
    assert found.count(' id="said"') == found.count(' id="alert-late-A-2023-01"') == 1


def test_every_part_has_a_link_to_cite_it_by(tmp_path: Path) -> None:
    entries = '<ol><li id="figure-debt-2023">57.6%</li></ol><p><span id="alert-late-A">晚报</span></p>'
    found = shown(page(tmp_path, "# 章", table("甲"), table("乙", "chart"), entries))
    for name, told in {
        "表-甲": "本表",
        "图-乙": "本图",
        "figure-debt-2023": "这个数",
        "alert-late-A": "这项预警",
    }.items():
        assert f'<a class="headerlink" href="#{name}" aria-label="引用{told}">' in found


def test_a_markdown_table_has_a_name_too(tmp_path: Path) -> None:
    (found,) = page(tmp_path, "# 章\n\n|甲|乙|\n|-|-|\n|1|2|").findall(nodes.table)
    assert found["ids"] == ["表-甲-乙"]


def test_a_former_address_leads_where_it_led(tmp_path: Path) -> None:
    former = {"id2": "怎样算", "id9": "debt", "old": "表-各企业的负债", "question-1": "question-x"}
    found = page(tmp_path, *CHAPTER, '<ol><li id="question-x">为什么</li></ol>', former=former)
    by_name = {section["ids"][0]: section["ids"][1:] for section in found.findall(nodes.section)}
    assert by_name["怎样算"] == ["id2"] and by_name["debt"] == ["id9"] and by_name["数字从哪里来"] == []
    assert '<span id="old"></span><figure class="sa-table" id="表-各企业的负债">' in shown(found)
    assert '<li id="question-x"><span id="question-1"></span>' in shown(found)


def test_a_former_address_gives_way_to_a_name_of_today(tmp_path: Path) -> None:
    found = page(tmp_path, *CHAPTER, former={"怎样算": "数字从哪里来"})
    assert headings(found) == ["debt", "怎样算", "数字从哪里来"]
    assert [section["ids"][1:] for section in found.findall(nodes.section)] == [[], [], []]


def test_what_is_only_text_is_no_markup(tmp_path: Path) -> None:
    found = page(tmp_path, "# 章", table("甲&lt;b&gt;&quot;乙"), table("甲&amp;丙"))
    assert has(found, "表-甲-b-乙", "表-甲-丙")


@pytest.mark.parametrize(
    ("caption", "short"),
    [
        ("2023年末未解除的快报预警", "年末未解除的快报预警"),
        ("与公布报告逐项核对：相符4项、不符1项", "与公布报告逐项核对"),
        ("2023-12-31看各户企业此后十二个月：要付多少", "看各户企业此后十二个月"),
        ("各一级企业（含下属企业）的工资", "各一级企业的工资"),
        ("空置部分达到面积50%的资产", "空置部分达到面积的资产"),
        ("二级企业F2：还差51.6万元", "二级企业F2"),
        ("2023年的监管制度", "监管制度"),
    ],
)
def test_a_caption_gives_its_name_without_what_another_year_or_row_changes(caption: str, short: str) -> None:
    assert caption_slugs(caption)[0] == short


def test_alerts_and_questions_are_named_by_what_they_are_about() -> None:
    assert alert_place("debt_late", "B1", "厂房（FC051）", "2022-04") == "alert-debt_late-B1-厂房-FC051-2022-04"
    assert alert_place("vacancy", "B1", "", "") == "alert-vacancy-B1"
    assert question_place("red", "资金方面有3项红色预警，由谁负责？") == "question-red-资金方面有红色预警"
    assert slug("“三项同时”的情景") == "三项同时-的情景"


@pytest.mark.parametrize("text", ["{", "[]", '{"index": {"names": []}}', '{"index": {"names": 1, "former": {}}}'])
def test_a_record_that_cannot_be_read_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / RECORD).parent.mkdir()
    (tmp_path / RECORD).write_text(text, "utf-8")
    with pytest.raises(ExtensionError, match="读不懂。请从版本库里取回"):
        record(tmp_path)


def test_pages_are_made_anew_when_the_record_changes() -> None:
    assert RECORD in LOOKS_FILES


def test_a_picture_is_named_by_what_it_is_of_not_by_what_is_seen_in_it(tmp_path: Path) -> None:
    """The number in its title is another next year; its address stays."""
    subject = '<span class="sa-subject">{whole}职工人数，年初至年末</span>'.replace("{whole}", "全区")
    for year, found in enumerate(("全区职工一年减少647人：", "3户均增加；增加最多的是甲：", "")):
        document = page(tmp_path / str(year), "# 章", table(found + subject, "chart"))
        assert '<figure class="sa-chart" id="图-全区职工人数">' in shown(document)
        assert found in shown(document)
