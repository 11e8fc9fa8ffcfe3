"""A report is read as its blocks: the same text whatever the format, nothing of what stands round it."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pypdfium2
import pytest
from docx.oxml.ns import qn
from made_reports import (
    SENTENCES,
    TABLE,
    TEXT,
    TITLE,
    cell,
    main_part,
    page,
    paragraph,
    pdf,
    repacked,
    table,
    text_run,
    word,
)

from stateassets.reading.documents import open_document
from stateassets.reading.documents.child import read
from stateassets.reading.documents.scans import read_scan
from stateassets.reading.model import Block, BlockKind, Document
from stateassets.reading.sentences import sentences

CELLS = [text for row in TABLE for text in row]


@pytest.fixture
def opened(tmp_path):
    """Read content under a name, in this process."""

    def read_it(content: bytes | str, name: str = "report") -> Document:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read(path, name)

    return read_it


def texts(document: Document, *kinds: BlockKind) -> list[str]:
    return [block.text for block in document.blocks if not kinds or block.kind in kinds]


def cells(document: Document) -> dict[tuple[int, int, int], str]:
    return {(block.table, block.row, block.column): block.text for block in document.blocks if block.table}


def said(document: Document) -> list[str]:
    return [sentence.text for sentence in sentences(document)]


# --- every format ------------------------------------------------------------------------------


WHOLE = {
    "txt": lambda: TEXT.encode(),
    "md": lambda: f"# {TITLE}\n\n{''.join(SENTENCES)}\n".encode(),
    "docx": lambda: word(paragraph(TITLE, style="Title") + paragraph(*SENTENCES)),
    "html": lambda: page(f"<h1>{TITLE}</h1><p>{''.join(SENTENCES)}</p>"),
    "pdf": lambda: pdf(f"#align(center, text(18pt)[{TITLE}])\n\n{''.join(SENTENCES)}"),
}


@pytest.mark.parametrize("kind", WHOLE)
def test_the_same_report_is_read_alike_in_every_format_by_a_process_of_its_own(tmp_path, kind):
    path = tmp_path / f"某区报告.{kind}"
    path.write_bytes(WHOLE[kind]())
    document = open_document(path)
    assert (document.name, document.format, document.scanned) == (path.name, kind, False)
    assert [(block.kind, block.text) for block in document.blocks] == [
        (BlockKind.TITLE, TITLE),
        (BlockKind.PARAGRAPH, "".join(SENTENCES)),
    ]
    assert said(document) == [TITLE, *SENTENCES]


@pytest.mark.parametrize("kind", WHOLE)
@pytest.mark.parametrize("name", ["报告", "报告.txt", "报告.pdf", "报告.xlsx"])
def test_a_renamed_report_is_read_for_what_it_is(opened, kind, name):
    assert said(opened(WHOLE[kind](), name)) == [TITLE, *SENTENCES]


def test_a_module_that_lies_beside_the_report_is_not_loaded(tmp_path, monkeypatch):
    (tmp_path / "lxml.py").write_text("raise SystemExit('loaded')", "utf-8")
    (tmp_path / "a.html").write_bytes(WHOLE["html"]())
    monkeypatch.chdir(tmp_path)
    assert said(open_document(Path("a.html"))) == [TITLE, *SENTENCES]


def test_characters_are_those_of_the_document(opened):
    odd = "资产总额１２３．５亿元，增长５％①"
    for content in (odd, page(f"<p>{odd}</p>"), word(paragraph(odd))):
        assert texts(opened(content)) == [odd]


# --- text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_text_is_read_in_every_encoding_that_offices_use(opened, encoding, ending):
    assert said(opened(TEXT.replace("\n", ending).encode(encoding))) == [TITLE, *SENTENCES]


def test_lines_that_were_broken_inside_a_sentence_are_one_paragraph(opened):
    text = (
        "某区2023年度企业国有资产管理情况专项报告（节\n选）\n\n"
        "　　一、总体情况\n　　年末资产总额达到12,345.\n67万元，比上年末增长5.1%，增幅高于年初预算安排的\n"
        "目标；资产负债率57.6%，与上年末相比下降了1.4个百\n分点。其中区属一级企业六户，资产总额占全部企业的\n九成以上。\n"
        "　　（一）户数。共19户。\n"
    )
    document = opened(text)
    assert texts(document) == [
        "某区2023年度企业国有资产管理情况专项报告（节选）",
        "一、总体情况",
        "年末资产总额达到12,345.67万元，比上年末增长5.1%，增幅高于年初预算安排的目标；资产负债率57.6%，"
        "与上年末相比下降了1.4个百分点。其中区属一级企业六户，资产总额占全部企业的九成以上。",
        "（一）户数。共19户。",
    ]
    assert [block.kind for block in document.blocks][:2] == [BlockKind.TITLE, BlockKind.HEADING]


@pytest.mark.parametrize("foot", ["— 1 —", "-1-", "第1页", "第 1 页 共 9 页", "\f— 12 —"])
def test_a_sentence_goes_on_behind_a_printed_page_number(opened, foot):
    before, after = LONG[:60], LONG[60:]
    document = opened(f"{before}\n\n{foot}\n\n\n{after}\n\n　　{LONG}\n")
    assert texts(document) == [LONG, LONG]
    assert document.left_out == ("页码",)


def test_paragraphs_on_lines_of_their_own_are_not_joined(opened):
    lines = [
        TITLE,
        "一、规模",
        f"{SENTENCES[0]}{SENTENCES[1]}增幅高于上年，各项指标好于年初安排的目标。",
        "二、效益",
        SENTENCES[0],
    ]
    assert texts(opened("\n".join(lines))) == lines


def test_tables_of_tabs_and_of_bars_are_rows_of_cells(opened):
    tabs = "\n".join("\t".join(row) for row in TABLE)
    bars = "\n".join(f"| {' | '.join(row)} |" for row in (TABLE[0], ("---", ":--", "--:"), *TABLE[1:]))
    for text in (tabs, bars):
        document = opened(f"见下表。\n\n{text}\n\n合计见附件。\n")
        assert texts(document, BlockKind.CELL) == CELLS
        assert cells(document)[1, 3, 2] == "40.0"


def test_markdown_is_read_without_its_marks(opened):
    document = opened(
        "# 某区报告\n\n## 一、规模 ##\n\n> **资产总额**为`100.5`亿元。\n\n*单位：万元*\n\n---\n\n2*3*4\n", "a.md"
    )
    assert texts(document) == ["某区报告", "一、规模", "资产总额为100.5亿元。", "单位：万元", "2*3*4"]
    assert [block.level for block in document.blocks[:2]] == [0, 1]


# --- Word ----------------------------------------------------------------------------------------


def test_runs_cut_inside_a_number_are_joined(opened):
    assert texts(opened(word(paragraph("资产", "12,3", "45.6", "7万元。")))) == ["资产12,345.67万元。"]


def test_what_a_revision_inserted_is_read_and_what_it_deleted_is_told(opened):
    body = paragraph(
        "资产总额",
        "<w:del><w:r><w:delText>99.9</w:delText></w:r></w:del>",
        f"<w:ins>{text_run('100.5')}</w:ins>",
        f"<w:moveFrom>{text_run('旧的话')}</w:moveFrom>",
        "亿元。",
    )
    deleted = "<w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p/></w:tc></w:tr>"
    document = opened(word(body + table(TABLE).replace("</w:tbl>", f"{deleted}</w:tbl>")))
    assert texts(document, BlockKind.PARAGRAPH) == ["资产总额100.5亿元。"]
    assert texts(document, BlockKind.CELL) == CELLS
    assert document.left_out == ("修订中删去的文字“99.9旧的话”",)


def test_hidden_text_headers_footers_and_comments_are_told_not_read(opened):
    hidden = text_run("内部数98", "<w:vanish/>")
    shown = text_run("总额", '<w:vanish w:val="0"/>')
    aside = f'<w:x xmlns:w="{{}}"><w:p>{text_run("{}")}</w:p></w:x>'.format(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main", "{}"
    )
    parts = {
        "word/header1.xml": aside.format("机密"),
        "word/footer1.xml": aside.format("第1页"),
        "word/comments.xml": aside.format("请核"),
    }
    document = opened(word(paragraph("资产", shown, hidden, "100亿元。"), parts))
    assert texts(document) == ["资产总额100亿元。"]
    assert document.left_out == ("页眉“机密”", "页脚“第1页”", "隐藏的文字“内部数98”", "批注")


def test_fields_links_and_symbols_are_read_as_they_are_shown(opened):
    field = "".join(
        f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>{inside}'
        for kind, inside in (
            ("begin", "<w:r><w:instrText>REF x</w:instrText></w:r>"),
            ("separate", text_run("57.6")),
            ("end", ""),
        )
    )
    link = f"<w:hyperlink>{text_run('百分之一')}</w:hyperlink>"
    content = f"<w:sdt><w:sdtPr/><w:sdtContent>{text_run('5户')}</w:sdtContent></w:sdt>"
    tab = "<w:r><w:tab/></w:r>"
    assert texts(opened(word(paragraph("率", field, "%、", link, tab, content)))) == ["率57.6%、百分之一\t5户"]


def test_notes_stand_at_the_end_with_their_marks(opened):
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    notes = (
        f'<w:footnotes xmlns:w="{space}"><w:footnote w:id="2">{paragraph("不含金融企业。")}</w:footnote></w:footnotes>'
    )
    mark = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    document = opened(word(paragraph("三类资产", mark, "共100亿元。"), {"word/footnotes.xml": notes}))
    assert texts(document) == ["三类资产[1]共100亿元。", "[1]不含金融企业。"]


def test_text_boxes_are_read_once(opened):
    box = f"<w:txbxContent>{paragraph('框中的话。')}</w:txbxContent>"
    both = f"<mc:AlternateContent><mc:Choice><w:drawing>{box}</w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent>"
    assert texts(opened(word(paragraph("正文。", f"<w:r>{both}</w:r>")))) == ["正文。", "框中的话。"]


def test_headings_are_told_by_style_level_or_number(opened):
    outlined = '<w:p><w:pPr><w:outlineLvl w:val="1"/></w:pPr><w:r><w:t>基本情况</w:t></w:r></w:p>'
    body = (
        paragraph("某区报告", style="Title") + paragraph("总体", style="Heading1") + outlined + paragraph("（一）户数")
    )
    assert [(block.kind, block.level) for block in opened(word(body)).blocks] == [
        (BlockKind.TITLE, 0),
        (BlockKind.HEADING, 1),
        (BlockKind.HEADING, 2),
        (BlockKind.HEADING, 2),
    ]


def test_merged_cells_stand_once_and_nested_tables_after_theirs(opened):
    across, down, on = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = [
        [cell("项目", down), cell("金额", across)],
        [cell("", on), "年初", "年末"],
        [cell(f"{paragraph('企业')}{table([['户数', '19']])}{paragraph('')}"), "1", "2"],
    ]
    document = opened(word(paragraph("见表。") + table(rows)))
    found = {(b.table, b.row, b.column): (b.text, b.rows, b.columns) for b in document.blocks if b.table}
    assert found == {
        (1, 1, 1): ("项目", 2, 1),
        (1, 1, 2): ("金额", 1, 2),
        (1, 2, 2): ("年初", 1, 1),
        (1, 2, 3): ("年末", 1, 1),
        (1, 3, 1): ("企业", 1, 1),
        (1, 3, 2): ("1", 1, 1),
        (1, 3, 3): ("2", 1, 1),
        (2, 1, 1): ("户数", 1, 1),
        (2, 1, 2): ("19", 1, 1),
    }


def test_a_frame_round_text_is_no_table(opened):
    assert {
        block.kind
        for block in opened(word(table([[f"<w:tc>{paragraph('一句。')}{paragraph('两句。')}</w:tc>"]]))).blocks
    } == {BlockKind.PARAGRAPH}


def test_the_source_of_a_block_is_the_paragraph_in_words_own_order(opened, tmp_path):
    document = opened(word(paragraph("甲。") + table(TABLE) + paragraph("") + paragraph("乙。")), "a.docx")
    elements = list(docx.Document(str(tmp_path / "a.docx")).element.iter(qn("w:p")))
    for block in document.blocks:
        assert "".join(text.text for text in elements[block.source].iter(qn("w:t"))) == block.text


def test_a_file_with_macros_is_read_and_they_are_told(opened):
    content = word(paragraph(SENTENCES[0]), {"word/vbaProject.bin": b"macro"})
    types = "application/vnd.ms-word.document.macroEnabled.main+xml"
    content = repacked(
        content,
        {"[Content_Types].xml": f'<Types><Override PartName="/word/document.xml" ContentType="{types}"/></Types>'},
    )
    document = opened(content, "报告.docm")
    assert texts(document) == [SENTENCES[0]]
    assert document.left_out == ("宏（没有运行）",)


def test_a_main_part_with_a_number_in_its_name_is_found(opened):
    content = word("")
    assert texts(
        opened(repacked(content, {"word/document2.xml": main_part(paragraph(SENTENCES[0]))}, "word/document.xml"))
    ) == [SENTENCES[0]]


def test_a_table_of_contents_is_told_not_read(opened):
    styles = (
        '<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:style w:styleId="a1"><w:name w:val="toc 1"/></w:style></w:styles>'
    )
    body = paragraph("目　录") + paragraph("一、规模 3", style="a1") + paragraph(SENTENCES[0])
    document = opened(word(body, {"word/styles.xml": styles}))
    assert (texts(document), document.left_out) == ([SENTENCES[0]], ("目录",))


# --- web pages -----------------------------------------------------------------------------------


AROUND = (
    '<div class="nav"><a href="/">首页</a> <a href="/x">政务公开，通知；公告</a></div>'
    '<div class="header"><span>搜索</span></div>{}'
    '<div class="sidebar"><p>热点：12家企业增长30%。</p></div>'
    "<ul><li><a>甲企业增长一成</a></li><li><a>乙企业增长两成</a></li><li><a>丙企业</a></li></ul>"
    "<footer><p>地址：某路8号。电话：0000-0000000，邮编：000000。</p></footer><script>var a=0.85;</script>"
)


def test_only_the_report_of_a_web_page_is_read(opened):
    article = (
        f'<div id="zoom"><h1>{TITLE}</h1><p>发布时间：2024-01-30　来源：本站　浏览次数：2368</p>'
        f'<p>{SENTENCES[0]}</p><p style="display:none">内部数98。</p><details>来历97。</details><p>{SENTENCES[1]}</p><p>上一篇：通知</p></div>'
    )
    document = opened(page(AROUND.format(article)))
    assert texts(document) == [TITLE, *SENTENCES]
    assert document.left_out == ("网页的导航、边栏、页脚和隐藏部分",)


def test_what_a_page_calls_its_main_part_is_read_whole(opened):
    """Most of its text may stand in one place of it, such as notes."""
    notes = "".join(f"<p>注：第{n}条；见附件，下同。</p>" for n in range(20))
    article = f"<main><h1>{TITLE}<a href='#a'>#</a></h1><p>{SENTENCES[0]}</p><section>{notes}</section></main>"
    assert texts(opened(page(AROUND.format(article))))[:3] == [TITLE, SENTENCES[0], "注：第0条；见附件，下同。"]


@pytest.mark.parametrize(
    "wrapper", ['<form id="form1">{}</form>', '<div class="has-sidebar">{}</div>', "<aside>{}</aside>"]
)
def test_what_holds_the_pages_sentences_is_read_whatever_it_is_called(opened, wrapper):
    body = f'<div class="article-header"><h1>{TITLE}</h1></div><p>{SENTENCES[0]}</p><p>{SENTENCES[1]}</p>'
    assert texts(opened(page(wrapper.format(AROUND.format(body))))) == [TITLE, *SENTENCES]


def test_words_spans_are_joined_and_breaks_end_paragraphs(opened):
    body = (
        '<p><span style="x">资产总额<span lang="EN-US">100</span>.<span>5</span>\n亿元，</span>\n同比增长<b>5%</b>。<br>'
        "&nbsp;&nbsp;　　负债总额57.9亿元。<br/><br/>以上。</p>"
    )
    assert texts(opened(page(body))) == ["资产总额100.5亿元，同比增长5%。", "负债总额57.9亿元。", "以上。"]


@pytest.mark.parametrize(
    ("encoding", "head"),
    [("gb2312", '<meta charset="gb2312">'), ("gbk", ""), ("utf-16", ""), ("utf-8", '<meta charset="gb2312">')],
)
def test_a_pages_encoding_is_told_by_what_it_says_or_by_its_bytes(opened, encoding, head):
    content = page(f"<h1>{TITLE}</h1><p>{SENTENCES[0]}</p>", head).decode().encode(encoding)
    assert texts(opened(content)) == [TITLE, SENTENCES[0]]


def test_a_page_with_a_broken_character_is_read_as_a_browser_shows_it(opened):
    content = page(f"<p>{SENTENCES[0]}某</p>").replace("某".encode(), b"\xff")
    assert texts(opened(content)) == [f"{SENTENCES[0]}\ufffd"]


def test_a_pages_table_knows_its_spans_and_one_for_layout_is_none(opened):
    inner = (
        "<table><tr><th rowspan=2>项目</th><th colspan=2>金额</th></tr><tr><th>年初</th><th>年末</th></tr>"
        "<tr><td>资产</td><td>1.5</td><td>2.5</td></tr></table>"
    )
    document = opened(page(f"<p>见下表。</p><table><tr><td>{inner}</td></tr></table>"))
    found = {(b.table, b.row, b.column): (b.text, b.rows, b.columns) for b in document.blocks if b.table}
    assert found == {
        (1, 1, 1): ("项目", 2, 1),
        (1, 1, 2): ("金额", 1, 2),
        (1, 2, 2): ("年初", 1, 1),
        (1, 2, 3): ("年末", 1, 1),
        (1, 3, 1): ("资产", 1, 1),
        (1, 3, 2): ("1.5", 1, 1),
        (1, 3, 3): ("2.5", 1, 1),
    }


# --- PDF -----------------------------------------------------------------------------------------


LONG = (
    "年末全区国有企业资产总额达到12,345.67万元，比上年末增长5.1%，增幅高于年初预算安排的目标；"
    "资产负债率57.6%，与上年末相比下降了1.4个百分点。其中区属一级企业6户，资产总额占全部企业的九成以上。"
)


def test_a_sentence_broken_over_lines_and_pages_is_one_and_page_furniture_is_none(opened):
    paper = 'width: 300pt, height: 260pt, margin: 50pt, numbering: "— 1 —", header: [某区国资办文件]'
    document = opened(pdf(f"= 一、规模\n{LONG}\n\n{LONG}\n\n{LONG}", paper))
    assert texts(document) == ["一、规模", LONG, LONG, LONG]
    assert document.left_out == ("页码、页眉和页脚",)
    pages = [(block.page, block.page_at(len(block.text) - 1)) for block in document.blocks]
    assert pages[0] == (1, 1)
    assert any(first < last for first, last in pages), "no paragraph goes on overleaf"
    for block in document.blocks:
        assert block.page_at(0) == block.page
        assert all(0 < turn < len(block.text) for turn in block.turns)


def test_a_note_at_the_foot_of_a_page_does_not_cut_the_sentence_that_goes_on_overleaf(opened):
    paper = "width: 300pt, height: 260pt, margin: 50pt"
    note = "#footnote[不含金融企业。]"
    found = texts(opened(pdf(f"{LONG[:5]}{note}{LONG[5:]}\n\n{LONG}\n\n{LONG}", paper)))
    assert found[1:3] == [LONG, LONG]
    assert found[-1].endswith("不含金融企业。")


RULED = {
    "all rules": "#table(columns: 3, {cells})",
    "level rules only": (
        "#table(columns: 3, stroke: none, table.hline(), {head}, table.hline(), {body}, table.hline())"
    ),
    "no rules": "#table(columns: (90pt, 90pt, 60pt), stroke: none, {cells})",
    "open sides": "#table(columns: 3, stroke: (x, y) => (y: 0.5pt, left: if x > 0 {{ 0.5pt }}), {cells})",
}


@pytest.mark.parametrize("rules", RULED)
def test_a_table_in_a_pdf_is_rows_of_cells_however_it_is_ruled(opened, rules):
    head, body = (",".join(f"[{text}]" for text in part) for part in (CELLS[:3], CELLS[3:]))
    made = RULED[rules].format(cells=f"{head},{body}", head=head, body=body)
    document = opened(pdf(f"#set par(first-line-indent: 0em)\n{LONG}\n\n{made}\n\n{LONG}"))
    assert texts(document, BlockKind.PARAGRAPH) == [LONG, LONG]
    assert cells(document) == {(1, r, c): text for r, row in enumerate(TABLE, 1) for c, text in enumerate(row, 1)}


def test_merged_and_wrapped_cells_of_a_ruled_table_stand_once(opened):
    made = (
        "#table(columns: (60pt, 60pt, 60pt), table.cell(rowspan: 2)[项目], table.cell(colspan: 2)[金额],"
        "[年初], [年末], [国有资本经营预算收入], [1,234,\\ 567.8], [2])"
    )
    found = {(b.row, b.column): (b.text, b.rows, b.columns) for b in opened(pdf(made)).blocks if b.table}
    assert found == {
        (1, 1): ("项目", 2, 1),
        (1, 2): ("金额", 1, 2),
        (2, 2): ("年初", 1, 1),
        (2, 3): ("年末", 1, 1),
        (3, 1): ("国有资本经营预算收入", 1, 1),
        (3, 2): ("1,234,567.8", 1, 1),
        (3, 3): ("2", 1, 1),
    }


def test_a_table_goes_on_overleaf_and_its_repeated_header_stands_once(opened):
    rows = ",".join(f"[{n}号企业],[{n}.5]" for n in range(1, 31))
    document = opened(pdf(f"#table(columns: 2, table.header([企业], [资产]), {rows})"))
    assert {block.table for block in document.blocks} == {1}
    assert len({block.page for block in document.blocks}) > 1
    assert texts(document) == ["企业", "资产", *(text for n in range(1, 31) for text in (f"{n}号企业", f"{n}.5"))]
    assert [block.row for block in document.blocks[::2]] == list(range(1, 32))


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_read_as_it_is_shown(opened, turn):
    content = pdf(f"#rotate(-{turn}deg, reflow: true, block(width: 300pt)[{LONG}])", 'paper: "a4", margin: 50pt')
    file = pypdfium2.PdfDocument(content)
    file[0].set_rotation(turn)
    stream = io.BytesIO()
    file.save(stream)
    assert texts(opened(stream.getvalue())) == [LONG]


def test_a_scan_is_recognised_and_says_so(tmp_path):
    """The recogniser is a stand-in: it is given each page's picture, and says what stands where on it."""
    path = tmp_path / "scan.pdf"
    path.write_bytes(pdf("#rect(width: 10pt)#pagebreak()#rect(width: 10pt)"))
    pictures = []

    def recognise(picture):
        pictures.append(picture.shape)
        height, width = picture.shape[:2]
        text = SENTENCES[len(pictures) - 1]
        return [(text, width * 0.1, height * 0.4, width * 0.7, height * 0.43)]

    document = read_scan(path, "scan.pdf", recognise)
    assert document.scanned
    assert len(pictures) == 2
    assert said(document) == list(SENTENCES)
    (block,) = document.blocks
    assert [block.page_at(sentence.start) for sentence in sentences(document)] == [1, 2]


# --- sentences -----------------------------------------------------------------------------------


def prose(*paragraphs: str) -> Document:
    return Document("a", "txt", tuple(Block(BlockKind.PARAGRAPH, text, at) for at, text in enumerate(paragraphs)))


def test_sentences_end_after_their_mark_and_the_quotes_and_brackets_behind_it():
    document = prose("甲说：“增长5%。”乙（下降；见表。）丙！丁？", "戊；己")
    assert said(document) == ["甲说：“增长5%。”", "乙（下降；", "见表。）", "丙！", "丁？", "戊；", "己"]


def test_sentences_are_counted_through_and_know_their_characters():
    document = prose("　　甲。 乙；", "丙")
    found = sentences(document)
    assert [one.number for one in found] == [1, 2, 3]
    for one in found:
        assert document.blocks[one.blocks[0]].text[one.start : one.end] == one.text


def in_table(*rows: tuple[str, ...]) -> tuple[Block, ...]:
    return tuple(
        Block(BlockKind.CELL, text, 0, table=1, row=r, column=c)
        for r, row in enumerate(rows, 1)
        for c, text in enumerate(row, 1)
    )


def test_a_row_is_a_sentence_and_the_header_belongs_to_the_caption():
    above = (Block(BlockKind.PARAGRAPH, "见下表。", 0), Block(BlockKind.PARAGRAPH, "单位：亿元", 1))
    document = Document("a", "txt", above + in_table(*TABLE))
    assert said(document) == [
        "见下表。",
        "单位：亿元　项目　资产总额　同比",
        "一级企业　60.5　5.0%",
        "二级企业　40.0　5.3%",
    ]


def test_a_header_without_a_caption_belongs_to_the_first_row():
    document = Document("a", "txt", in_table(("", "2022年", "2023"), ("资产", "1", "2"), ("负债", "3", "4")))
    assert said(document) == ["　2022年　2023　资产　1　2", "负债　3　4"]


def test_every_row_of_a_table_of_words_is_a_sentence():
    assert said(Document("a", "txt", in_table(("甲", "乙"), ("丙", "丁")))) == ["甲　乙", "丙　丁"]
