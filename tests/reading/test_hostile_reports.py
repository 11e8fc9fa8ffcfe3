"""A file that is no report, or made to harm, ends in one message in Chinese, in bounded time and memory."""

from __future__ import annotations

import io
import os
import struct
import sys
import zipfile

import pytest
from made_reports import SENTENCES, TEXT, archive, bare_pdf, page, paragraph, pdf, repacked, table, text_run, word

from stateassets.reading.documents import bounds, child, kinds, open_document, opening, scans, web
from stateassets.reading.documents import pdf as pdf_module
from stateassets.reading.documents import word as word_module
from stateassets.reading.documents.child import answer, read
from stateassets.reading.reports import read_report
from stateassets.tables import archives
from stateassets.tables.data_errors import DataError

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def old_office(stream: str) -> bytes:
    """The envelope of an old Office file that holds one stream."""

    def entry(name: str, kind: int, start: int, size: int, below: int) -> bytes:
        said = name.encode("utf-16-le")
        head = said.ljust(64, b"\0") + struct.pack("<HBB3I", len(said) + 2, kind, 1, *[0xFFFFFFFF] * 2, below)
        return head + bytes(36) + struct.pack("<IQ", start, size)

    head = OLD + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    head += struct.pack("<8I", 1, 8, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack(
        "<109I", 9, *[0xFFFFFFFF] * 108
    )
    chain = [*range(1, 8), 0xFFFFFFFE, 0xFFFFFFFE, 0xFFFFFFFD]
    names = entry("Root Entry", 5, 0xFFFFFFFE, 0, 1) + entry(stream, 2, 0, 4096, 0xFFFFFFFF)
    return head + bytes(4096) + names.ljust(512, b"\0") + struct.pack("<10I", *chain).ljust(512, b"\xff")


def lying_about_its_size() -> bytes:
    """A Word file whose list says that a part of a million characters has a hundred."""
    content = word(paragraph("甲" * 10) + " " * 1_000_000)
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        size = file.getinfo("word/document.xml").file_size
    return content.replace(struct.pack("<I", size), struct.pack("<I", 100))


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
LOCK = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{'41' * 32}> /U <{'42' * 32}> /P -4 >> /ID [<41> <41>]"

# name: (makes the content, words of the message)
FILES = {
    "nothing": (lambda: b"", "是空文件"),
    "only a mark of order": (lambda: b"\xef\xbb\xbf", "是空文件"),
    "only blanks": (lambda: b" \r\n\t\n", "是空文件"),
    "a workbook": (lambda: archive({"xl/workbook.xml": ""}), "是Excel工作簿，不是报告的文字"),
    "a presentation": (lambda: archive({"ppt/presentation.xml": ""}), "是演示文稿，不是报告的文字"),
    "an OFD": (lambda: archive({"OFD.xml": ""}), "另存为或打印成PDF"),
    "an OpenDocument text": (lambda: archive({"content.xml": ""}), "是OpenDocument文件"),
    "a book": (lambda: archive({"META-INF/container.xml": ""}), "是电子书"),
    "an archive": (lambda: archive({"报告.docx": "x"}), "是压缩包，不是报告.*先解压缩"),
    "a gzip": (lambda: b"\x1f\x8b\x08rest", "是压缩包"),
    "a photograph": (lambda: b"\xff\xd8\xff\xe0" + bytes(100), "是图片，不是报告的文字.*把图片放进PDF"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), "是图片"),
    "a program": (lambda: b"MZ" + bytes(100), "是程序"),
    "RTF": (lambda: rb"{\rtf1 \ansi}", "是RTF文件.*另存为.docx"),
    "a page in one file": (lambda: b"MIME-Version: 1.0\r\n", "另存为“网页，仅HTML”"),
    "Word 2003 in XML": (
        lambda: b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:x/>',
        "是Word 2003的XML文件",
    ),
    "other XML": (lambda: b'<?xml version="1.0"?><ledger/>', "是XML文件，不是网页"),
    "an old Word file": (lambda: old_office("WordDocument"), "是旧版Word文件（.doc）.*用Word或WPS打开，另存为.docx"),
    "an old workbook": (lambda: old_office("Workbook"), "是旧版Excel工作簿"),
    "a Word file with a password": (lambda: old_office("EncryptedPackage"), "加了密码.*去掉密码"),
    "another old Office file": (lambda: old_office("Contents"), "旧版Office文件，里面没有文档"),
    "half an old Office file": (lambda: OLD + bytes(100), "是旧版Office文件，可能已经损坏"),
    "half a Word file": (lambda: word(paragraph(SENTENCES[0]))[:3000], "读不出，可能已经损坏或不完整"),
    "a Word file without an end": (lambda: word("<w:p>")[:-30], "读不出，可能已经损坏"),
    "a Word file of no XML": (lambda: word("<w:p>"), "读不出，可能已经损坏"),
    "a Word file without a body": (lambda: repacked(word(""), {"word/document.xml": "<a/>"}), "读不出，可能已经损坏"),
    "a Word file without text": (lambda: word(paragraph("")), "没有文字"),
    "a Word file of one picture": (lambda: word(paragraph("<w:r><w:drawing/></w:r>")), "只有图片，没有文字"),
    "a part that is larger than its list says": (lambda: lying_about_its_size(), "读不出，可能已经损坏"),
    "entities that grow": (
        lambda: repacked(word(""), {"word/document.xml": f"{ENTITIES}<x>&b;</x>"}),
        "含有Word文件里不该有的定义",
    ),
    "a table in a table, five hundred times": (
        lambda: word("<w:tbl><w:tr><w:tc>" * 500 + paragraph("甲") + "</w:tc></w:tr></w:tbl>" * 500),
        "内容嵌套太深",
    ),
    "a PDF with a password": (lambda: bare_pdf(trailer=LOCK), "加了密码.*没有密码的PDF"),
    "half a PDF": (lambda: b"%PDF-1.7\n1 0 obj\n<< /Type", "读不出，可能已经损坏或不完整.*在浏览器里打开后打印成PDF"),
    "a PDF without pages": (lambda: bare_pdf(pages=0), "一页也没有|读不出"),
    "a PDF of pictures": (lambda: pdf("#rect(width: 10pt)"), "是扫描件，只有图片，没有文字.*安装可选的文字识别"),
    "a PDF of two thousand pages": (lambda: bare_pdf(2000), f"有2000页；应为：不超过{bounds.MOST_PAGES}页"),
    "a page without text": (lambda: page("<img src=x>"), "网页里没有文字"),
    "a page of a thousand elements in one another": (lambda: page("<div>" * 1000 + TEXT), "标记嵌套太深"),
    "a page of nothing": (lambda: b"<html>", "网页里没有文字|网页读不出"),
    "no text at all": (lambda: bytes(range(1, 256)) * 10, "有读不出的字符"),
    "bytes without a meaning": (lambda: b"\x00\x01\x02" * 100, "不是文本，也不是认识的文件"),
    "text in two encodings": (lambda: "某区\n".encode() * 3 + "某区资产\n".encode("gbk"), "编码前后不同"),
}


@pytest.fixture
def made(tmp_path):
    def write(content: bytes, name: str = "某区报告"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize("what", FILES)
def test_what_is_no_report_is_told_in_one_message(made, what):
    make, words = FILES[what]
    path = made(make())
    with pytest.raises(DataError, match=words) as told:
        read(path, path.name)
    (fault,) = told.value.faults
    assert fault.file == "某区报告"
    assert all((fault.found, fault.expected, fault.advice))


@pytest.mark.parametrize("name", ["报告.docx", "报告.pdf", "报告.html", "报告.txt"])
@pytest.mark.parametrize("what", ["nothing", "a workbook", "an old Word file", "bytes without a meaning"])
def test_the_name_of_a_file_does_not_change_what_is_told_of_it(made, what, name):
    make, words = FILES[what]
    with pytest.raises(DataError, match=words):
        read(made(make(), name), name)


# --- too large -----------------------------------------------------------------------------------


def test_a_file_of_many_bytes_is_refused_unread(made, monkeypatch):
    monkeypatch.setattr(kinds, "LARGEST_FILE", 1000)
    with pytest.raises(DataError, match="压缩或删去图片"):
        read(made(b"x" * 1001), "a")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(made, monkeypatch):
    content = archive({"word/document.xml": bytes(archives.MOST_BYTES + 2**20)})
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("unpacked"))
    with pytest.raises(DataError, match="展开后有301MB"):
        read(made(content), "a")


def test_a_large_part_of_a_word_file_is_refused_before_it_is_unpacked(made, monkeypatch):
    monkeypatch.setattr(word_module, "LARGEST_PART", 100)
    with pytest.raises(DataError, match="正文展开后有"):
        read(made(word(paragraph(SENTENCES[0] * 10))), "a")


def test_a_large_web_page_is_refused(made, monkeypatch):
    monkeypatch.setattr(web, "LARGEST_PAGE", 100)
    with pytest.raises(DataError, match="网页有0MB；应为：不超过0MB"):
        read(made(page(TEXT)), "a")


@pytest.mark.parametrize("make", [str.encode, page, lambda text: word(paragraph(text)), pdf])
def test_a_text_of_too_many_characters_is_refused_in_every_format(made, monkeypatch, make):
    monkeypatch.setattr(bounds, "MOST_CHARACTERS", 20)
    with pytest.raises(DataError, match="文字超过0万字"):
        read(made(make(TEXT)), "a")


def test_too_many_cells_are_refused(made, monkeypatch):
    monkeypatch.setattr(bounds, "MOST_BLOCKS", 3)
    with pytest.raises(DataError, match="段落和表格单元格超过"):
        read(made(word(table([["1", "2"], ["3", "4"]]))), "a")


def test_a_scan_of_too_many_pages_is_not_recognised(made, monkeypatch):
    monkeypatch.setattr(scans, "find_spec", lambda _: True)
    pages = bounds.MOST_SCANNED_PAGES + 1
    with pytest.raises(DataError, match=f"是扫描件，有{pages}页；应为：扫描件不超过"):
        read(made(bare_pdf(pages)), "a")


def test_a_scan_that_can_be_recognised_is_asked_for_with_more_time(made, monkeypatch):
    monkeypatch.setattr(scans, "find_spec", lambda _: True)
    assert answer(made(bare_pdf(3))) == {"scanned_pages": 3}
    asked = []

    def ask(path, name, seconds, *options):
        asked.append((seconds, options))
        return {"scanned_pages": 3} if not options else {"faults": []}

    monkeypatch.setattr(opening, "_ask", ask)
    with pytest.raises(DataError):
        open_document(made(bare_pdf(3)), seconds=5)
    assert asked == [(5, ()), (5 + 3 * bounds.SECONDS_A_SCANNED_PAGE, ("--recognise",))]


def test_a_scan_without_characters_is_told(made):
    with pytest.raises(DataError, match="没有认出文字"):
        scans.read_scan(made(bare_pdf()), "a", lambda _: [])


def test_a_page_of_a_pdf_that_cannot_be_read_is_told(made, monkeypatch):
    def broken(_):
        raise pdf_module.pdfium.PdfiumError("no page")

    monkeypatch.setattr(pdf_module, "_chars", broken)
    with pytest.raises(DataError, match="第1页读不出"):
        read(made(pdf(TEXT)), "a")


@pytest.mark.parametrize("error", [MemoryError, RecursionError])
def test_what_takes_too_much_memory_is_told(made, monkeypatch, error):
    def reading(*_):
        raise error

    monkeypatch.setattr("stateassets.reading.documents.plain.read_plain", reading)
    with pytest.raises(DataError, match="内容太多或嵌套太深，读不完"):
        read(made(TEXT.encode()), "a")


# --- the process ---------------------------------------------------------------------------------


def test_a_process_that_takes_too_long_is_ended_and_told(made):
    with pytest.raises(DataError, match="秒还没有读完"):
        open_document(made(TEXT.encode()), seconds=0.001)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows bounds no memory")
def test_a_process_that_takes_too_much_memory_is_told(made, monkeypatch):
    """The process is given less than Python itself needs: it ends without an answer."""
    (path := made(b"", "sitecustomize.py")).write_text(
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (1, 1))", "utf-8"
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(path.parent), *sys.path]))
    with pytest.raises(DataError, match="读的时候出错，没有读完"):
        open_document(made(TEXT.encode()))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows bounds no memory")
def test_the_process_bounds_its_memory_and_its_work(monkeypatch):
    import resource

    bound = {}
    monkeypatch.setattr(resource, "getrlimit", lambda _: (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    monkeypatch.setattr(resource, "setrlimit", bound.__setitem__)
    child.bind(bounds.MEMORY, bounds.SECONDS)
    assert bound == {
        resource.RLIMIT_AS: (bounds.MEMORY, resource.RLIM_INFINITY),
        resource.RLIMIT_CPU: (bounds.SECONDS, resource.RLIM_INFINITY),
    }


@pytest.mark.skipif(sys.platform == "win32", reason="Windows bounds no work")
def test_a_text_that_would_take_hours_is_given_up(made):
    """Every mark may open an emphasis that nothing closes: each is looked for to the end of the line."""
    with pytest.raises(DataError, match="1秒还没有读完"):
        open_document(made(b"# a\n" + b"**a " * 450_000), seconds=1)


def test_a_fault_comes_back_from_the_process_whole(made):
    with pytest.raises(DataError) as alone:
        read(path := made(FILES["an old Word file"][0]()), path.name)
    with pytest.raises(DataError) as through:
        open_document(path)
    assert through.value.faults == alone.value.faults


# --- no file -------------------------------------------------------------------------------------


def test_what_is_no_file_is_told(tmp_path):
    with pytest.raises(DataError, match="没有这个文件；应为：要读的报告"):
        open_document(tmp_path / "missing.docx")
    with pytest.raises(DataError, match="是文件夹"):
        open_document(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(DataError, match="不是普通文件"):
            open_document(tmp_path / "pipe")


def test_a_file_that_may_not_be_read_is_told(made, monkeypatch):
    path = made(TEXT.encode())

    def forbidden(*_, **__):
        raise PermissionError

    monkeypatch.setattr(type(path), "open", forbidden)
    with pytest.raises(DataError, match="没有权限读这个文件"):
        open_document(path)


def test_a_word_file_whose_relations_lead_nowhere_is_read(made):
    """Other programs write such files; Word opens them."""
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="x" Target="NULL"/></Relationships>'
    )
    content = word(paragraph(text_run(SENTENCES[0])), {"word/_rels/document.xml.rels": relations})
    assert [block.text for block in read(made(content), "a").blocks] == [SENTENCES[0]]


def test_a_text_of_more_numbers_than_a_report_has_is_refused_before_it_is_read(tmp_path, monkeypatch):
    report = tmp_path / "数据.txt"
    report.write_text("某区2023年度国有资产管理情况报告\n\n" + "资产总额5.3亿元。" * 30, "utf-8")
    monkeypatch.setattr(bounds, "MOST_NUMBERS", 31)
    assert len(read_report(report).reading.found) == 30
    monkeypatch.setattr(bounds, "MOST_NUMBERS", 30)
    with pytest.raises(DataError, match=r"有31个数.*不超过30个"):
        read_report(report)


@pytest.mark.parametrize(("name", "what"), [("报告.pdf", "PDF"), ("报告.DOCX", "Word文件")])
def test_a_text_that_is_called_a_pdf_or_a_word_file_is_told_to_be_none(tmp_path, name, what):
    (tmp_path / name).write_text("hello", "utf-8")
    with pytest.raises(DataError, match=f"名字像{what}，里面不是"):
        open_document(tmp_path / name)
