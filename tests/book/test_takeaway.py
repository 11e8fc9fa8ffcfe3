"""The files that a reader takes away say what the book says, look as they must, and do no harm."""

from __future__ import annotations

import ctypes
import functools
import io
import json
import re
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import docx
import openpyxl
import pdf_text
import pypdfium2
import pytest
import typst
import yaml
from docx.document import Document as WordFile
from many import every
from matplotlib.font_manager import get_font
from paths import ROOT
from pypdfium2.raw import FPDF_PAGEOBJ_TEXT, FPDFCatalog_GetLanguage
from spreadsheet import Spreadsheet

from stateassets import Report
from stateassets.alerts.page import AlertsPage
from stateassets.book import takeaway
from stateassets.book.takeaway import facts, model, pdf, sheet_formulas, word, workbook
from stateassets.cache import Store
from stateassets.domains.appraisal import page as appraisal
from stateassets.domains.appraisal.appraisal import Appraisal
from stateassets.tables.origins import COLUMN, Origin

CONTENTS = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
NAMES = [name for _, names in model.chapters(CONTENTS) for name in names]
NOTEBOOKS = {name: (ROOT / f"{name}.ipynb").read_text("utf-8") for name in (*NAMES, CONTENTS["root"])}
CHAPTERS = {name: NOTEBOOKS[name] for name in NAMES}
REPORT = Report(root=ROOT)
CLAIMS = [claim for claim in REPORT.claims if REPORT.recomputed(claim)]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MARK = "示例"
ATTACKS = ("=cmd|'/c calc'!A1", "+1", "-1+2", "@SUM(A1)", '=HYPERLINK("http://x")')


# ------------------------------------------------------------------------------------ the files


@pytest.fixture(scope="module")
def document() -> model.Document:
    package = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    return model.read(REPORT.package.title, CONTENTS, NOTEBOOKS, model.Letter.of(package))


@pytest.fixture(scope="module")
def word_file(document: model.Document) -> bytes:
    return word.write(document)


@pytest.fixture(scope="module")
def pdf_file(document: model.Document) -> bytes:
    return pdf.write(document)


@pytest.fixture(scope="module")
def workbook_file(document: model.Document) -> bytes:
    return workbook.write(document, ROOT / "data")


@functools.cache
def word_of(content: bytes) -> WordFile:
    """A Word file, opened once for all that look at it."""
    return docx.Document(io.BytesIO(content))


def words_of(content: bytes) -> str:
    """All running text of a Word file, runs joined, one paragraph a line."""
    file = word_of(content)
    return "\n".join("".join(t.text or "" for t in p.iter(f"{W}t")) for p in file.element.body.iter(f"{W}p"))


@pytest.fixture(scope="module")
def word_text(word_file: bytes) -> str:
    return words_of(word_file)


@pytest.fixture(scope="module")
def sheets(workbook_file: bytes) -> openpyxl.Workbook:
    return opened(workbook_file)


@functools.cache
def pages_of(content: bytes) -> list[str]:
    """The text of each page of a PDF without the spaces that setting it brings along."""
    return [re.sub(r"\s", "", text) for text in pdf_text.pages(content)]


def language(file: pypdfium2.PdfDocument) -> str:
    """The language that a PDF says it is in; the library has no words of its own for it."""
    length = FPDFCatalog_GetLanguage(file, None, 0)
    words = ctypes.create_string_buffer(length)
    FPDFCatalog_GetLanguage(file, ctypes.cast(words, ctypes.POINTER(ctypes.c_ushort)), length)
    return words.raw.decode("utf-16-le").rstrip("\0")


@functools.cache
def part(content: bytes, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(content)).read(name))


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def as_told(claim) -> str:
    """A printed number as sentences tell it: their words say which way, rules hold or do not."""
    if claim.kind == "rule":
        return claim.printed
    return claim.printed.removeprefix("-")


def tells(text: str, claim) -> bool:
    return bool(re.search(rf"(?<![\d.]){re.escape(as_told(claim))}", text))


# ------------------------------------------------------------------------------------ what is said


def test_there_are_printed_figures_to_look_for() -> None:
    assert len(CLAIMS) >= 59


@every("claim", CLAIMS, ids=lambda claim: claim.id)
def test_every_printed_figure_stands_in_its_section_of_the_word_file(word_text, claim) -> None:
    path, _ = model.place(f"{claim.section} 　")
    places = [model.printed_number(i, n) for i, n in enumerate(path, 1)]
    text = word_text
    for number in places:
        text = text[text.index(f"\n{number}") + 1 :]
    assert tells(text, claim), as_told(claim)


def test_every_printed_figure_stands_in_the_pdf(pdf_file) -> None:
    text = "".join(pages_of(pdf_file))
    assert [claim.id for claim in CLAIMS if not tells(text, claim)] == []


def test_every_printed_figure_stands_in_the_workbook_beside_the_recomputed_one(workbook_file) -> None:
    shown = openpyxl.load_workbook(io.BytesIO(workbook_file), read_only=True, data_only=True)
    rows = list(shown[workbook.CHECKED].iter_rows(min_row=6, values_only=True))
    for claim in CLAIMS:
        found = [r for r in rows if r[0] == claim.section and r[1] == claim.name_zh]
        assert len(found) == 1, claim.id
        _, _, printed, again, unit, state = found[0]
        assert state == "相符", claim.id
        if claim.kind == "rule":
            assert printed == again == claim.printed
        elif claim.over:
            assert f"{printed}{unit}" == claim.printed or printed == claim.printed
        else:
            assert (float(printed), unit) == (float(claim.text), claim.unit)
            assert float(again) == float(claim.text)


def test_a_figure_that_is_missing_would_be_missed(document) -> None:
    blocks = tuple(b for b in document.blocks if "696.9亿元" not in repr(b))
    [assets] = [claim for claim in CLAIMS if claim.figure_id == "total_assets"]
    assert not tells(words_of(word.write(replace(document, blocks=blocks, summary=()))), assets)


def test_the_report_has_its_own_order_and_numbering(document) -> None:
    headings = [b for b in document.plain().blocks if isinstance(b, model.Heading)]
    assert [h.printed[:2] for h in headings if h.level == 1] == ["一、", "二、", "三、"]
    printed = [h.printed for h in headings]
    assert printed.index("（一）以国企改革为轴，展现“国资助力”") < printed.index("1.深入开展国企改革工作")
    assert "①怎样判断" in printed


def test_the_word_file_leaves_out_what_only_the_book_has(word_text, document) -> None:
    text = word_text
    assert "数字从哪里来" not in text and "本章数字的来历" not in text
    # Each chapter has such a part: if its heading is called otherwise, it would slip in.
    headings = [b.text for b in document.blocks if isinstance(b, model.Heading) and b.apparatus]
    assert headings.count("数字从哪里来") == len(NAMES)


def test_what_speaks_of_the_screen_or_leads_to_another_page_is_not_on_paper(document) -> None:
    text = "".join(b.text for b in document.blocks if isinstance(b, model.Paragraph))
    assert "点表头" not in text and "见预警中心" not in text
    assert "全区数是一级企业合并报表之和" in text  # a note stays


def test_every_picture_and_table_of_a_chapter_is_there(document) -> None:
    shown = "".join(CHAPTERS.values())
    assert len(document.pictures) == shown.count('<figure class=\\"sa-chart\\"')
    tables = [b for b in document.blocks if isinstance(b, model.Table)]
    assert len(tables) == shown.count('<figure class=\\"sa-table\\"')
    assert [t.number for t in document.tables] == list(range(1, len(document.tables) + 1))


def test_the_pdf_has_an_outline_and_names_its_language(pdf_file) -> None:
    file = pypdfium2.PdfDocument(pdf_file)
    titles = [entry.get_title() for entry in file.get_toc() if entry.level == 0]
    assert {"一、企业国有资产基本情况", "三、下一步工作安排"} <= set(titles)
    assert language(file).startswith("zh")
    assert file.get_metadata_value("Title") == REPORT.package.title


# ------------------------------------------------------------------- what only a screen has

SCREEN_WORDS = (
    "点任何",
    "点击",
    "点开",
    "点表头",
    "悬停",
    "按钮",
    "鼠标",
    "放大",
    "下载",
    "滑动",
    "在表中查找",
    "本页",
    "网页",
)


def test_paper_has_no_word_about_what_can_be_done_on_a_screen(word_text, pdf_file) -> None:
    for text in (word_text, "".join(pages_of(pdf_file))):
        assert [word for word in SCREEN_WORDS if word in text] == []


def test_words_marked_as_the_screens_and_sentences_that_only_lead_away_are_left_out() -> None:
    told = (
        '<p>甲<span class="sa-screen">（点这里）</span>乙。</p>'
        '<p>丙3项。逐条见<a href="../9_reference/6_statements.html">报告逐条</a>。丁。</p>'
        '<p>共5项，见<a href="../9_reference/6_statements.html">报告逐条</a>。</p>'
    )
    cells = [
        {"cell_type": "markdown", "source": ["# 一（一）甲"], "metadata": {}},
        {"cell_type": "code", "source": [], "metadata": {}, "outputs": [{"data": {"text/html": [told]}}]},
    ]
    contents = {"parts": [{"caption": "一、情况", "chapters": [{"file": "notebooks/a"}]}]}
    document = model.read("报告", contents, {"notebooks/a": json.dumps({"cells": cells})})
    texts = [block.text for block in document.blocks if isinstance(block, model.Paragraph)]
    assert texts == ["甲乙。", "丙3项。丁。", "共5项，见报告逐条。"]  # a number is never lost


# ---------------------------------------------------------------------------------- sample or real


def test_every_page_says_sample_while_the_data_are(word_file, pdf_file) -> None:
    file = word_of(word_file)
    [section] = file.sections
    assert file.settings.odd_and_even_pages_header_footer
    assert not section.different_first_page_header_footer
    for header in (section.header, section.even_page_header):
        assert MARK in header.paragraphs[0].text
    assert all(MARK in page for page in pages_of(pdf_file))


def test_every_sheet_says_in_the_same_cell_where_it_comes_from(sheets, document) -> None:
    file = sheets
    words = {"real": "真实", "own": "自定", "sample": "示例"}
    known = {t.title: words[t.origin] for t in (*REPORT.package.tables.values(), *document.tables) if t.origin}
    known |= {file[name]["A1"].value: MARK for name in ("核对", "重算")}
    for sheet in file.worksheets[3:]:
        word = known.get(sheet["A1"].value)
        assert "性质" not in sheet["A2"].value if word is None else sheet["A2"].value.startswith(f"性质：{word}（")
    assert set(known.values()) == set(words.values())


def _declared_real(root: Path, but: str = "") -> tuple[model.Document, Path]:
    """A chapter of a report all of whose tables, but one, are real or the book's own; and its data."""
    shutil.copytree(ROOT / "data", root / "data")
    place = root / "data" / "datapackage.json"
    package = json.loads(place.read_text("utf-8"))
    for table in package["resources"]:
        own = table["path"].startswith("settings/")
        table["origin"] = "sample" if table["name"] == but else "own" if own else "real"
    for table in package["resources"]:
        if any(field["name"] == COLUMN for field in table["schema"]["fields"]):  # rows that say it themselves
            path = root / "data" / table["path"]
            path.write_text(path.read_text("utf-8-sig").replace(",sample", ",real"), "utf-8-sig")
    place.write_text(json.dumps(package, ensure_ascii=False), "utf-8")
    schemes = root / "data" / "settings" / "evaluation_schemes.csv"  # how sure a rank is, is of no matter here
    schemes.write_text(schemes.read_text("utf-8-sig").replace(",1000,", ",20,"), "utf-8-sig")
    report = Report("一（二）", root)
    shown = [
        report.conclusion("资产总额{total_assets}，{total_assets.yoy}。"),
        report.table("各企业资产", ["total_assets", "debt_ratio"], by="group"),
        report.checks(),
        AlertsPage(report, alerts=()).rules("预警规则"),
        appraisal.certainty_table(Appraisal.of(report), "名次稳不稳"),
    ]
    return model.read(report.package.title, *_book("# 一（二）资产负债", shown)), root / "data"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> tuple[model.Document, Path]:
    """A chapter of a report none of whose tables is sample."""
    return _declared_real(tmp_path_factory.mktemp("real"))


@pytest.mark.slow
def test_one_sample_table_that_a_chapter_rests_on_marks_every_page(tmp_path: Path) -> None:
    document, _ = _declared_real(tmp_path, but="balance_sheet")
    assert document.sample
    [section] = docx.Document(io.BytesIO(word.write(document))).sections
    assert all(MARK in h.paragraphs[0].text for h in (section.header, section.even_page_header))
    assert all(MARK in page for page in pages_of(pdf.write(document)))


def test_the_books_own_thresholds_mark_no_document_a_sample(real) -> None:
    document, _ = real
    assert {table.origin for table in document.tables} == {Origin.REAL, Origin.OWN}
    assert not document.sample


@pytest.mark.slow
def test_a_sample_that_no_chapter_shows_marks_no_document(tmp_path: Path) -> None:
    document, _ = _declared_real(tmp_path, but="debt_scenarios")
    assert not document.sample


def _book(heading: str, shown: list, **metadata):
    """The contents and notebooks of a book with one chapter."""
    outputs = [{"data": {"text/html": [thing._repr_html_()]}} for thing in shown]
    cells = [
        {"cell_type": "markdown", "source": [heading], "metadata": metadata},
        {"cell_type": "code", "source": [], "metadata": {}, "outputs": outputs},
    ]
    contents = {"parts": [{"caption": "一、基本情况", "chapters": [{"file": "notebooks/a"}]}]}
    return contents, {"notebooks/a": json.dumps({"cells": cells})}


@pytest.mark.slow
def test_nothing_says_sample_once_no_table_is(real) -> None:
    document, data = real
    assert not document.sample
    content = word.write(document)
    parts = zipfile.ZipFile(io.BytesIO(content))
    for name in filter(re.compile("word/(document|header)").match, parts.namelist()):
        assert MARK not in parts.read(name).decode(), name
    assert not any(MARK in page for page in pages_of(pdf.write(document)))
    file = opened(workbook.write(document, data))
    assert not any(MARK in str(sheet["A2"].value).partition("）")[0] for sheet in file.worksheets[3:])


# --------------------------------------------------------------------------------------- layout


def test_the_word_page_is_that_of_an_official_document(word_file) -> None:
    [section] = word_of(word_file).sections
    page = [section.page_width.mm, section.page_height.mm]
    margins = [section.top_margin.mm, section.bottom_margin.mm, section.left_margin.mm, section.right_margin.mm]
    assert page == pytest.approx([210, 297], abs=0.1)
    assert margins == pytest.approx([37, 35, 28, 26], abs=0.1)


def test_a_word_page_has_22_lines_of_28_characters(word_file) -> None:
    [section] = word_of(word_file).sections
    height = section.page_height.pt - section.top_margin.pt - section.bottom_margin.pt
    width = section.page_width.pt - section.left_margin.pt - section.right_margin.pt
    grid = part(word_file, "word/document.xml").find(f".//{W}docGrid")
    assert grid.get(f"{W}type") == "linesAndChars"
    line = int(grid.get(f"{W}linePitch")) / 20
    character = 16 + int(grid.get(f"{W}charSpace")) / 4096
    assert (int(height / line), int(width / character)) == (22, 28)
    # The body is set so by itself, whatever a program makes of the grid.
    normal = word_of(word_file).styles["Normal"]
    assert int(height / normal.paragraph_format.line_spacing.pt) == 22
    tight = int(normal.element.rPr.find(f"{W}spacing").get(f"{W}val")) / 20
    assert (normal.font.size.pt, int(width / (16 + tight))) == (16, 28)


@pytest.mark.parametrize(
    ("style", "font", "size"),
    [
        ("Title", "方正小标宋简体", 22),
        ("Normal", "仿宋_GB2312", 16),
        ("Heading 1", "黑体", 16),
        ("Heading 2", "楷体_GB2312", 16),
        ("Heading 3", "仿宋_GB2312", 16),
    ],
)
def test_fonts_are_those_of_an_official_document(word_file, style, font, size) -> None:
    found = word_of(word_file).styles[style]
    assert found.element.rPr.find(f"{W}rFonts").get(f"{W}eastAsia") == font
    assert found.font.size.pt == size


def test_fonts_are_named_and_not_embedded(word_file) -> None:
    assert not [
        n
        for n in zipfile.ZipFile(io.BytesIO(word_file)).namelist()
        if "font" in n.lower() and not n.endswith("fontTable.xml")
    ]
    named = {font.get(f"{W}name") for font in part(word_file, "word/fontTable.xml")}
    assert {"方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体"} <= named


def test_page_numbers_stand_outside_between_dashes(word_file) -> None:
    for side, name in (("right", "odd"), ("left", "even")):
        footer = part(word_file, f"word/footer-{name}.xml")
        assert footer.find(f".//{W}jc").get(f"{W}val") == side
        assert footer.find(f".//{W}instrText").text == "PAGE"
        assert "".join(t.text for t in footer.iter(f"{W}t")) == "— 1 —"


def test_word_tables_have_three_lines_and_repeat_their_head(word_file) -> None:
    file = word_of(word_file)
    assert {table.style.name for table in file.tables} == {"三线表"}
    for table in file.tables:
        first = table.rows[0]._tr.trPr
        assert first.find(f"{W}tblHeader") is not None
        assert all(row._tr.trPr.find(f"{W}cantSplit") is not None for row in table.rows)
        widths = [int(c.get(f"{W}w")) for c in table._tbl.tblGrid]
        assert sum(widths) == word.WIDTH and min(widths) > 0


def styled(content: bytes, *styles: str) -> list[str]:
    """The texts of the paragraphs of some styles, in order."""
    paragraphs = word_of(content).paragraphs
    return ["".join(t.text or "" for t in p._p.iter(f"{W}t")) for p in paragraphs if p.style.style_id in styles]


def test_the_word_file_has_summary_contents_signature_and_annexes_in_this_order(word_file, word_text, document) -> None:
    styles = [p.style.style_id for p in word_of(word_file).paragraphs]
    order = ("Title", "FrontTitle", "ContentsTitle", "Heading1", "AnnexList", "Signature", "Date", "AnnexMark")
    assert [styles.index(name) for name in order] == sorted(styles.index(name) for name in order)
    assert styles.count("Title") == 1
    assert styled(word_file, "AnnexList") == ["附件：1．文中数字的口径和来历", "　　　2．公布数与重算数逐项核对"]
    assert styled(word_file, "AnnexMark") == ["附件1", "附件2"]
    summary = "".join(said.text for said in document.summary)
    assert "全员劳动生产率同比增长104.6%" in summary and summary in word_text.replace("\n", "")


def test_who_the_book_says_sends_it_to_whom_stands_in_the_word_file() -> None:
    package = {"addressee": "某区人大常委会", "contributors": [{"title": "某区国资委", "role": "publisher"}]}
    made = word.write(model.Document("报告", (), letter=model.Letter.of(package)))
    assert styled(made, "Addressee", "Signature", "Date") == ["某区人大常委会：", "某区国资委", word.DATE]


def test_what_the_book_does_not_say_of_sender_and_addressee_is_no_blank_in_the_word_file() -> None:
    made = word.write(model.Document("报告", ()))
    assert styled(made, "Addressee", "Signature", "Date") == [] and "〔" not in words_of(made)


def test_the_contents_are_filled_and_a_field_that_word_brings_up_to_date(word_file, document) -> None:
    headings = [h for h in document.plain().blocks if isinstance(h, model.Heading) and h.level <= word.LISTED]
    listed = [re.fullmatch(r"(.+?)(\d+)", text) for text in styled(word_file, "TOC1", "TOC2", "TOC3")]
    assert [entry[1] for entry in listed] == [*(h.printed for h in headings), word.MEASURES, word.PRINTED]
    pages = [int(entry[2]) for entry in listed]
    assert pages == sorted(pages) and pages[0] > 2 and pages[-1] > 100
    body = part(word_file, "word/document.xml")
    codes = [code.text.split() for code in body.iter(f"{W}instrText")]
    assert [code[0] for code in codes].count("TOC") == 1
    assert [code[0] for code in codes].count("PAGEREF") == len(listed)
    kinds = [mark.get(f"{W}fldCharType") for mark in body.iter(f"{W}fldChar")]
    assert kinds.count("begin") == kinds.count("separate") == kinds.count("end") == len(codes)


def test_word_brings_the_page_numbers_of_the_contents_up_to_date_when_it_opens_the_file(word_file) -> None:
    settings = [one.tag.removeprefix(W) for one in part(word_file, "word/settings.xml")]
    assert settings.count("updateFields") == 1 and settings.index("updateFields") < settings.index("compat")
    assert part(word_file, "word/settings.xml").find(f"{W}updateFields").get(f"{W}val") == "true"


def test_every_link_of_the_word_file_leads_somewhere(word_file) -> None:
    body = part(word_file, "word/document.xml")
    names = [mark.get(f"{W}name") for mark in body.iter(f"{W}bookmarkStart")]
    numbers = [mark.get(f"{W}id") for mark in body.iter(f"{W}bookmarkStart")]
    assert len(set(names)) == len(names) and len(set(numbers)) == len(numbers)
    anchors = {link.get(f"{W}anchor") for link in body.iter(f"{W}hyperlink")} - {None}
    assert anchors <= set(names) and any(name.startswith("_Measure") for name in anchors)
    links = part(word_file, "word/_rels/document.xml.rels")
    outside = {link.get("Target") for link in links if link.get("TargetMode") == "External"}
    assert any(address.startswith("http://") for address in outside)
    assert any(unquote(address).startswith(f"{takeaway.WORKBOOK}#'表") for address in outside)


def test_a_number_in_the_text_leads_to_its_definition_in_the_annex(word_file) -> None:
    body = part(word_file, "word/document.xml")
    links = (link for link in body.iter(f"{W}hyperlink") if "".join(t.text for t in link.iter(f"{W}t")) == "696.9亿元")
    [place] = {link.get(f"{W}anchor") for link in links}
    [row] = [r for r in body.iter(f"{W}tr") if place in {m.get(f"{W}name") for m in r.iter(f"{W}bookmarkStart")}]
    assert "".join(t.text for t in next(row.iter(f"{W}tc")).iter(f"{W}t")) == "资产总额"


def test_the_mark_of_a_sample_stands_once_on_a_page(word_file, document) -> None:
    [section] = word_of(word_file).sections
    assert section.header.paragraphs[0].text == section.even_page_header.paragraphs[0].text == pdf.MARK


def test_no_table_leaves_a_single_row_on_a_page(word_file) -> None:
    file = word_of(word_file)
    kept = {style.style_id for style in file.styles if style.element.find(f"{W}pPr/{W}keepNext") is not None}
    assert {"TableCaption", "TableHead", "TableTextKept"} <= kept and "TableText" not in kept
    for table in file.tables:
        stays = [row.cells[0].paragraphs[0].style.style_id in kept for row in table.rows]
        assert all(stays[:-2]) if len(stays) <= 4 else stays[0] and stays[1] and stays[-2]


def test_every_word_picture_says_what_it_shows(word_file, document) -> None:
    body = part(word_file, "word/document.xml")
    told = [e.get("descr") for e in body.iter() if e.tag.endswith("}docPr")]
    assert told == [picture.alt for picture in document.plain().pictures] and all(told)


def test_a_table_too_long_to_read_is_named_and_left_to_the_workbook(document, word_text) -> None:
    long = [t for t in document.tables if len(t.rows) > word.MOST_ROWS]
    assert long
    for table in long:
        assert f"共{len(table.rows)}行，列在随附工作簿的“表{table.number}”里" in word_text


def test_a_column_is_wide_enough_for_its_numbers() -> None:
    rows = tuple((f"很长很长的说明文字{'字' * 40}", "2023-05-08", "1234567.89") for _ in range(3))
    table = model.Table("表", ("说明", "日期", "金额"), rows, frozenset({2}))
    widths = word.column_widths(table, word.WIDTH)
    assert sum(widths) == word.WIDTH
    assert min(widths[1:]) >= 5.5 * word.CHARACTER


# ------------------------------------------------------------------------------------- the workbook


def test_the_workbook_has_every_table_once(sheets, document) -> None:
    file = sheets
    assert file.sheetnames[:5] == ["封面", "目录", "说明", "核对", "重算"]
    titles = [sheet["A1"].value for sheet in file.worksheets]
    for table in REPORT.package.tables.values():
        assert titles.count(table.title) == 1
    for table in document.tables:
        assert titles.count(table.title) == 1
    listed = [row[1] for row in file["目录"].iter_rows(min_row=6, values_only=True)]
    assert listed == titles[3:]


def test_each_sheet_holds_one_table_with_a_header_row(sheets) -> None:
    for sheet in sheets.worksheets:
        if sheet.title not in ("封面", "说明"):
            [table] = sheet.tables.values()
            assert table.headerRowCount == 1 and table.ref.startswith("A5:")


def test_numbers_are_numbers_and_units_stand_in_the_header(sheets) -> None:
    sheet = sheets["资产负债表"]
    header = [cell.value for cell in sheet[5]]
    column = next(i for i, words in enumerate(header) if words.startswith("资产总额"))
    assert header[column].endswith("（万元）")
    frame = REPORT.ledger.package.tables["balance_sheet"]
    assert frame.column("total_assets").unit == "万元"
    values = [row[column] for row in sheet.iter_rows(min_row=6, values_only=True)]
    assert values and all(isinstance(value, int | float) for value in values)


@pytest.mark.slow
def test_every_formula_of_the_workbook_comes_to_what_the_book_computed(workbook_file, sheets) -> None:
    program = Spreadsheet(sheets)
    shown = openpyxl.load_workbook(io.BytesIO(workbook_file), data_only=True)
    formulas = list(program.formulas())
    assert len(formulas) > 1000
    for sheet, cell, formula in formulas:
        said, found = shown[sheet][cell].value, program.value(sheet, cell)
        assert found == (said if isinstance(said, str) else pytest.approx(said, rel=1e-9)), (sheet, cell, formula)


def test_a_cell_that_moves_is_seen_in_every_number_above_it(sheets) -> None:
    """From the balance sheet to 资产负债率 to 不符: the printed number no longer agrees."""
    rows = {row[1].value: row for row in sheets["核对"].iter_rows(min_row=6)}
    state = rows["年末平均资产负债率"][5].coordinate
    assert Spreadsheet(sheets).value("核对", state) == "相符"
    column = next(c.column for c in sheets["资产负债表"][5] if c.value == "资产总额（万元）")
    rows = [r for r in sheets["资产负债表"].iter_rows(min_row=6) if (r[0].value, r[2].value) == (2023, "合并")]
    cell = next(r for r in rows if r[3].value == "年末")[column - 1]
    was, cell.value = cell.value, cell.value * 2
    try:
        assert Spreadsheet(sheets).value("核对", state) == "不符"
    finally:
        cell.value = was


def test_a_printed_number_is_followed_to_the_rows_it_comes_from(sheets) -> None:
    def after(sheet: str, formula: str) -> set[tuple[str, str]]:
        """The cells and ranges that a formula names."""
        found = re.findall(r"(?:'?([^'!(,+*/-]+)'?!)?(\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?)", formula)
        return {(name or sheet, cell) for name, cell in found}

    rows = [row for row in sheets["核对"].iter_rows(min_row=6) if row[3].data_type == "f"]
    assert len(rows) >= 50
    bottom, waiting = set(), {step for row in rows for step in after("核对", row[3].value)}
    seen = set()
    while waiting:
        name, cell = waiting.pop()
        if ":" in cell:
            bottom.add(name)
        elif (name, cell) not in seen and sheets[name][cell].data_type == "f":
            waiting |= after(name, sheets[name][cell].value)
        seen.add((name, cell))
    assert {"资产负债表", "利润及现金流量表", "国有资本经营预算表", "安全隐患台账"} <= bottom


def test_sums_above_the_header_add_what_a_filter_leaves(sheets) -> None:
    sheet = sheets["国有资本经营预算表"]
    assert sheet["A4"].value == "筛选后合计"
    [amount] = [cell for cell in sheet[5] if cell.value == "金额（万元）"]
    last = sheet.max_row
    letter = amount.column_letter
    assert sheet[f"{letter}4"].value == f"=SUBTOTAL(109,{letter}6:{letter}{last})"
    values = [sheet[f"{letter}{row}"].value for row in range(6, last + 1)]
    assert Spreadsheet(sheets).value("国有资本经营预算表", f"{letter}4") == pytest.approx(sum(values))
    assert [c.value for c in sheets["资产负债表"][4] if c.value and "资产负债率" in str(c.value)] == []


def test_rates_and_years_are_not_added(sheets) -> None:
    for sheet in sheets.worksheets[4:]:
        for above, name in zip(sheet[4], sheet[5], strict=True):
            if above.data_type == "f":
                unit = re.search(r"（([^（）]*)）\d*$", name.value)[1]
                assert unit not in ("%", "个百分点", "年", "月", "倍") and "/" not in unit, (sheet.title, name.value)


def test_a_total_is_a_sum_only_where_it_is_what_its_rows_add_up_to() -> None:
    rows = (("甲", "1.1", "2"), ("乙", "1.1", "3"), ("全区", "2.3", "5"))
    table = model.Table("各企业", ("企业", "资产（亿元）", "户数（户）"), rows, frozenset({1, 2}), number=1)
    last = workbook._printed(table).rows[-1]
    assert last[1] == 2.3  # rounded rows do not add up to the rounded total
    assert (last[2].text, last[2].value) == ("SUM(C6:C7)", 5)


def test_sheets_have_telling_names_and_the_contents_lead_to_each_and_back(sheets, document) -> None:
    names = [table.sheet for table in document.tables]
    assert len(set(names)) == len(names)
    assert all(name in sheets.sheetnames for name in names)
    assert any(re.fullmatch(r"表\d+ 合规问题和举措 二（一）2", name) for name in names)
    contents = sheets["目录"]
    rows = list(contents.iter_rows(min_row=6))
    assert [row[0].value for row in rows] == sheets.sheetnames[3:]
    for row, sheet in zip(rows, sheets.worksheets[3:], strict=True):
        assert row[0].hyperlink.location == f"'{sheet.title}'!A1"
        assert row[2].value  # what it holds
        assert sheet["A3"].hyperlink.location == "'目录'!A1"


def test_every_table_of_the_workbook_can_be_filtered_and_none_lies_on_another(sheets) -> None:
    for sheet in sheets.worksheets:
        assert len(sheet.tables) == (sheet.title not in ("封面", "说明"))
        for table in sheet.tables.values():
            assert table.autoFilter.ref == table.ref
            assert sheet.freeze_panes == "B6"
        assert not sheet._images and not sheet._charts and not sheet.merged_cells.ranges


def test_numbers_with_a_unit_have_thousands_set_apart_and_years_have_not(sheets) -> None:
    sheet = sheets["资产负债表"]
    year, assets = (next(c.column for c in sheet[5] if c.value.startswith(w)) for w in ("年度", "资产总额"))
    assert sheet.cell(6, year).number_format == "0"
    assert sheet.cell(6, assets).number_format.startswith("#,##0")


def test_no_text_of_a_table_gets_into_a_formula(sheets) -> None:
    functions = {"SUM", "SUBTOTAL", "SUMPRODUCT", "SUMIFS", "COUNTIFS", "ROUND", "IF", "AND", "DATE"}
    for sheet in sheets.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    bare = re.sub(r"'[^']*'!|\"[^\"]*\"", "", cell.value)
                    assert set(re.findall(r"[A-Z]+(?=\()", bare)) <= functions, cell.value


def test_a_word_that_excel_would_read_as_a_pattern_gives_no_formula() -> None:
    for name in ("=1", ">5", "a*", "b?"):
        with pytest.raises(LookupError):
            sheet_formulas._literal(name)
    assert sheet_formulas._literal('说"是"') == '"说""是"""'


def test_text_that_looks_like_a_formula_stays_text(document, tmp_path) -> None:
    table = model.Table("攻击", ("=名称", "值"), tuple((text, text) for text in ATTACKS), frozenset({1}), number=1)
    file = opened(workbook._book(document, [workbook._printed(table)]))
    cells = [row[0] for row in file[table.sheet].iter_rows(min_row=6)]
    assert [cell.value for cell in cells] == list(ATTACKS)
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)
    # A signed number in a column of numbers is a number; what is more than that is text.
    assert [row[1].data_type for row in file[table.sheet].iter_rows(min_row=6)] == list("snsss")


def test_markup_in_a_name_does_nothing(document) -> None:
    evil = "<w:b/>&amp;#1;]]> #panic() $x$ *x*"
    blocks = (
        model.Heading(1, evil, "一、"),
        model.Paragraph((model.Run(evil),)),
        model.Table(evil, (evil,), ((evil,),), number=1),
    )
    strange = replace(document, blocks=blocks)
    # contents, heading, paragraph, caption, column, cell
    assert words_of(word.write(strange)).count(evil) == 6
    assert re.sub(r"\s", "", evil) in "".join(pages_of(pdf.write(strange)))


# ------------------------------------------------------------------------------------- the build


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with the files of the report's own notebooks, beside which what was made is kept."""
    folder = tmp_path_factory.mktemp("site")
    takeaway.write(ROOT, folder, NOTEBOOKS, Store(folder))
    return folder


@pytest.mark.slow
def test_the_same_report_gives_the_same_bytes(site, word_file, pdf_file, workbook_file) -> None:
    made = {takeaway.WORD: word_file, takeaway.PDF: pdf_file, takeaway.WORKBOOK: workbook_file}
    assert [name for name, content in made.items() if (site / takeaway.FOLDER / name).read_bytes() != content] == []


@pytest.fixture
def take_away(tmp_path):
    """Write the files of some notebooks into a site of which what is kept lies apart from the book's."""
    return lambda notebooks=NOTEBOOKS: takeaway.write(ROOT, tmp_path, notebooks, Store(tmp_path))


def times(folder) -> dict[str, int]:
    """When each file was written."""
    return {path.name: path.stat().st_mtime_ns for path in (folder / takeaway.FOLDER).iterdir()}


@pytest.mark.slow
def test_files_are_made_where_the_cover_leads_and_only_when_something_changed(site, take_away, tmp_path) -> None:
    shutil.copytree(site, tmp_path, dirs_exist_ok=True)
    cover = (ROOT / "notebooks" / "index.ipynb").read_text("utf-8")
    links = re.findall(r'href=\\"\.\./downloads/([^\\]+)\\"', cover)
    before = times(tmp_path)
    assert len(links) == len(set(links)) and set(links) == set(before)
    take_away()
    assert times(tmp_path) == before
    take_away(NOTEBOOKS | {NAMES[0]: NOTEBOOKS[NAMES[0]].replace("企业结构", "企业的结构")})
    newer = {name for name, then in times(tmp_path).items() if then > before[name]}
    assert newer == {takeaway.WORD, takeaway.PDF}  # the workbook comes out as it did


@pytest.mark.slow
def test_word_and_pdf_stay_where_only_what_is_not_in_them_changed(take_away, monkeypatch) -> None:
    made: list[str] = []
    monkeypatch.setattr(takeaway.forks, "available", lambda: False)  # so that it is seen here what is made
    for kind in (word, pdf, workbook):
        monkeypatch.setattr(kind, "write", lambda *_, kind=kind: made.append(kind) or b"")
    monkeypatch.setattr(facts, "report_of", lambda *_: b"made")
    take_away()
    made.clear()
    take_away(NOTEBOOKS | {"notebooks/10_platform/1_flash": "{}"})
    assert made == [workbook]


def test_what_fails_in_a_process_beside_is_told_in_this_one_and_nothing_is_written(
    take_away, tmp_path, monkeypatch
) -> None:
    def broken(*_):
        raise ValueError("这张表写不出来")

    for kind in (word, pdf):
        monkeypatch.setattr(kind, "write", lambda *_: b"made")
    monkeypatch.setattr(workbook, "write", broken)
    monkeypatch.setattr(facts, "report_of", lambda *_: b"made")
    with pytest.raises(takeaway.TakeawayError, match="没有做成可以带走的文件（Word、PDF、工作簿）：这张表写不出来"):
        take_away()
    assert not (tmp_path / takeaway.FOLDER).exists()


def test_what_was_made_while_a_table_was_saved_is_not_taken_for_what_the_old_one_gives(
    take_away, tmp_path, monkeypatch
) -> None:
    for kind in (word, pdf, workbook):
        monkeypatch.setattr(kind, "write", lambda *_: b"made")
    monkeypatch.setattr(facts, "report_of", lambda *_: b"made")
    sources = takeaway._sources
    table = "data/ledger/headcount.csv"
    monkeypatch.setattr(takeaway, "_sources", lambda *given: sources(*given) | {table: "as it was"})
    with pytest.raises(takeaway.TakeawayError, match=f"做可以带走的文件时底表有改动（{table}），请再运行一次"):
        take_away()
    assert not (tmp_path / takeaway.FOLDER).exists()


@pytest.mark.slow
def test_files_that_are_gone_from_the_site_are_put_back_without_being_made(take_away, tmp_path, monkeypatch) -> None:
    for kind in (word, pdf, workbook):  # what stands in the files is of no matter here
        monkeypatch.setattr(kind, "write", lambda *_: b"made")
    monkeypatch.setattr(facts, "report_of", lambda *_: b"made")
    take_away()
    made = {path.name: path.read_bytes() for path in (tmp_path / takeaway.FOLDER).iterdir()}
    shutil.rmtree(tmp_path / takeaway.FOLDER)
    for kind in (word, pdf, workbook):
        monkeypatch.setattr(kind, "write", None)
    monkeypatch.setattr(facts, "report_of", None)
    take_away()
    assert {path.name: path.read_bytes() for path in (tmp_path / takeaway.FOLDER).iterdir()} == made != {}


@pytest.mark.slow
def test_only_pictures_that_changed_are_drawn_again(document, site, word_file, monkeypatch) -> None:
    store = Store(site)  # beside which they were drawn for the Word file
    drawn = []
    draw = word._drawn
    monkeypatch.setattr(word, "_drawn", lambda ps: drawn.append(len(ps)) or draw(ps))
    assert word.write(document, store) == word_file
    first = document.pictures[0]
    other = replace(first, svg=first.svg.replace("</svg>", "<rect width='99' height='99'/></svg>"))
    blocks = tuple(other if block is first else block for block in document.blocks)
    assert word.write(replace(document, blocks=blocks), store) != word_file
    assert drawn == [0, 1]


def test_a_chapter_that_was_not_run_is_named(tmp_path) -> None:
    some = {name: text for name, text in NOTEBOOKS.items() if name != NAMES[0]}
    with pytest.raises(takeaway.TakeawayError, match=f"没有做成.*还没有运行：{NAMES[0]}"):
        takeaway.write(ROOT, tmp_path, some, Store(tmp_path))
    assert not (tmp_path / takeaway.FOLDER).exists()


def test_a_book_without_a_report_makes_no_files(tmp_path) -> None:
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\n", "utf-8")
    takeaway.write(tmp_path, tmp_path, {}, Store(tmp_path))
    assert not (tmp_path / takeaway.FOLDER).exists()


def test_a_small_table_of_the_pdf_stays_on_one_page(pdf_file, document) -> None:
    pages = pages_of(pdf_file)
    [table] = [t for t in document.tables if t.caption == "2023年末各类企业户数"]
    [page] = [text for text in pages if f"表{table.number}2023年末各类企业户数" in text]
    assert "".join(table.rows[-1]) in page.partition(f"表{table.number}2023")[2]


def rows_on_pages(before: int, rows: int = 12) -> list[int]:
    """How many rows of a table stand on each page of the PDF that has any, behind some lines of text."""
    lines = (model.Paragraph((model.Run("前言"),)) for _ in range(before))
    table = model.Table("台账", ("名称", "事项"), tuple((f"甲{n}行", "某" * (n * 7 % 90)) for n in range(rows)))
    pages = pages_of(pdf.write(model.Document("题", (model.Heading(1, "章"), *lines, table))))
    return [found for page in pages if (found := len(re.findall(r"甲\d+行", page)))]


def test_no_page_of_the_pdf_has_a_single_row_of_a_table_wherever_it_begins(monkeypatch, tmp_path) -> None:
    # Where the table would leave its last row to the next page, and where its first alone at the page's foot.
    places = (25, 36)
    assert all(1 not in rows_on_pages(before) for before in places)
    loose = tmp_path / "report.typ"
    loose.write_text(
        pdf.TEMPLATE.read_text("utf-8").replace("breakable: false, inset", "breakable: true, inset"), "utf-8"
    )
    monkeypatch.setattr(pdf, "TEMPLATE", loose)
    assert all(1 in rows_on_pages(before) for before in places)


def test_the_fonts_of_the_pdf_have_what_the_charts_font_has_and_come_with_their_licence() -> None:
    own, charts = pdf.FONTS
    [font] = charts.glob("*.otf")
    wanted = set(get_font(font).get_charmap())
    fonts = sorted(own.glob("*.otf"))
    assert [font.name.split("-")[1] for font in fonts] == ["Bold", "Regular"]
    for font in fonts:
        assert wanted <= set(get_font(font).get_charmap())
    licence = (own / "LICENSE").read_text("utf-8")
    assert all(font.name in licence for font in fonts) and "SIL OPEN FONT LICENSE Version 1.1" in licence


def test_the_pdf_is_set_in_serif_and_bold_on_a_computer_without_fonts(document, monkeypatch) -> None:
    bare = typst.Fonts(include_system_fonts=False, font_paths=list(map(str, pdf.FONTS)))
    monkeypatch.setattr(pdf, "_fonts", lambda: bare)
    heading = next(b for b in document.blocks if isinstance(b, model.Heading))
    said = next(b for b in document.blocks if isinstance(b, model.Paragraph))
    content = pdf.write(replace(document, blocks=(heading, said)))
    assert re.sub(r"\s", "", said.text) in "".join(pages_of(content))
    texts = (o for page in pypdfium2.PdfDocument(content) for o in page.get_objects([FPDF_PAGEOBJ_TEXT]))
    fonts = {text.get_font().get_base_name() for text in texts}
    assert any("Serif" in name and "Bold" in name for name in fonts)
    assert any("Serif" in name and "Regular" in name for name in fonts)


@pytest.mark.parametrize("odd", ["\x00", "\x0b", "\ufffe", "\uffff", "\ud800"])
def test_a_character_that_no_word_file_can_hold_is_left_out(odd: str) -> None:
    made = word.write(model.Document(f"报{odd}告" * 200, (model.Paragraph((model.Run(f"甲{odd}乙"),)),)))
    assert "甲乙" in words_of(made)


def test_the_template_opens_as_a_word_file_with_every_style_that_is_used(word_file) -> None:
    has = {style.style_id for style in docx.Document(str(word.TEMPLATE)).styles}
    file = word_of(word_file)
    used = {p.style.style_id for p in file.paragraphs} | {t.style.style_id for t in file.tables}
    assert {"Title", "Normal", "Heading1", "ThreeLines"} <= used <= has


def _two_chapters(first: str, second: str) -> model.Document:
    """A report whose last chapters have these headings."""

    def chapter(heading: str, *below: str) -> str:
        said = [{"cell_type": "code", "metadata": {}, "outputs": [{"data": {"text/html": f"<p>{heading}</p>"}}]}]
        cells = [{"cell_type": "markdown", "metadata": {}, "source": f"# {heading}"}, *said]
        for words in below:
            cells += [{"cell_type": "markdown", "metadata": {}, "source": f"## {words}"}, *said]
        return json.dumps({"cells": cells})

    contents = {"parts": [{"caption": "三、安排", "chapters": [{"file": "a"}, {"file": "b"}]}]}
    books = {"a": chapter(first, "甲", "乙", "与公布报告核对"), "b": chapter(second, "丙")}
    return model.read("报告", contents, books)


def _headings(document: model.Document) -> list[tuple[int, str]]:
    return [(block.level, block.printed) for block in document.blocks if isinstance(block, model.Heading)]


def test_a_further_chapter_of_a_section_has_its_heading_and_goes_on_counting() -> None:
    found = _two_chapters("三（一）改革", "三（一）一企一策")
    assert _headings(found) == [
        (1, "一、安排"),
        (2, "（一）改革"),
        (3, "1.甲"),
        (3, "2.乙"),
        (3, "与公布报告核对"),
        (3, "3.一企一策"),
        (4, "（1）丙"),
    ]
    texts = [block.text for block in found.plain().blocks if isinstance(block, model.Paragraph)]
    assert "三（一）一企一策" in texts  # what its cells say is not lost with the book's own section before it


def test_numbers_on_paper_have_no_gap_where_a_chapter_is_left_out() -> None:
    assert (2, "（一）线") in _headings(_two_chapters("三（二）线", "三（三）网"))
    assert (2, "（二）网") in _headings(_two_chapters("三（二）线", "三（三）网"))


def test_paper_says_no_word_of_clicking(document) -> None:
    assert not [b.text for b in document.blocks if isinstance(b, model.Paragraph) and "虚线" in b.text]
