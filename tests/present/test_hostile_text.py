"""A name with markup, code or a path in it shows as these characters wherever the book shows it."""

from __future__ import annotations

import copy
import io
import json
import re
import zipfile

import openpyxl
import pdf_text
import pytest
from bs4 import BeautifulSoup, Tag
from hostile import PACKAGE, cases, with_cell, write
from many import every
from markdown_it import MarkdownIt

from stateassets.book import search
from stateassets.book.downloads import rows_page
from stateassets.book.takeaway import model, pdf, word, workbook
from stateassets.cache import Store
from stateassets.pages.profile_notebooks import page
from stateassets.present import charts, display
from stateassets.present.narration import tell
from stateassets.present.style import ChartError
from stateassets.tables.origins import Origin

TEXTS = cases("texts")
PLAIN = "甲乙丙"
ON_PAGES = {
    "a sentence": lambda t: display.Passage(((display.Part(t),),), "sa-conclusion"),
    "a template": lambda t: display.Passage((tell("{who}", lambda _: None, {"who": t}),)),
    "a table": lambda t: display.Table(t, (t, t), ((t, t),), frozenset(), Origin.SAMPLE, t),
    "a menu": lambda t: display.Table("表", ("列", "列"), ((t, t),), place=t, filters={1: [t]}),
    "a card": lambda t: display.Cards(((t, display.Part(t), t),)),
    "a link": lambda t: display.Table("表", ("列",), ((display.link(t, "x.html", t),),)),
    "a name": lambda t: display.Table("表", ("列",), ((display.named("词", t, t, t, [t]),),)),
    "a code": lambda t: display.Table("表", ("列",), ((display.code(t),),)),
    "a state": lambda t: display.Table("表", ("列",), ((display.state(t, "sa-check-ok"),),)),
    "a list": lambda t: display.Table("表", ("列",), ((display.joined([t, t]),),)),
    "a chart": lambda t: charts.Chart("<svg></svg>", t, t, ((t, t), (t, t)), Origin.SAMPLE),
}


def skeleton(html: str) -> list[tuple[str, tuple[str, ...]]]:
    """Every element with the names of its attributes: what a name must not add to."""
    tags = [t for t in BeautifulSoup(html, "html.parser").find_all(True) if t.name != "wbr"]  # where a name may break
    # How long a cell is, and whether it has a number, decides on looks.
    kept = [t for t in tags if "sa-counted" not in (t.get("class") or ())]
    return [(t.name, tuple(sorted(a for a in t.attrs if a != "class"))) for t in kept]


@every("where", ON_PAGES)
@every("text", TEXTS)
def test_a_name_adds_nothing_to_a_page_but_its_characters(text, where):
    html = ON_PAGES[where](text)._repr_html_()
    assert skeleton(html) == skeleton(ON_PAGES[where](PLAIN)._repr_html_())
    assert text in BeautifulSoup(html, "html.parser").get_text()


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:x",
        "\tjavascript:x",
        "java\nscript:x",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
    ],
)
def test_an_address_that_is_none_of_the_web_leads_nowhere(address):
    assert "href" not in display.link("出处", address).html


@pytest.mark.parametrize("address", ["http://x.cn/a:b", "https://x.cn", "../a.html#x:y", "a.html"])
def test_an_address_of_the_web_or_the_book_is_a_link(address):
    assert f'href="{address}"' in display.link("出处", address).html


@pytest.fixture(scope="module")
def rows(tmp_path_factory) -> Tag:
    """The page of a table that has every text in a row, and under a title with markup."""
    from hostile import ROWS, table

    made = [(f"x{n}", text, *ROWS[0][2:]) for n, text in enumerate(TEXTS)]
    data = write(tmp_path_factory.mktemp("rows"), table(made))
    resource = copy.deepcopy(PACKAGE["resources"][0])
    resource["title"] = resource["description"] = TEXTS[0]
    html = rows_page(resource, data / "notes.csv", data / "notes.csv")
    return BeautifulSoup(html, "html.parser")


def test_the_page_of_a_tables_rows_shows_each_name(rows):
    cells = [row.find_all("td")[1] for row in rows.select("tbody tr")]
    assert [cell.get_text() for cell in cells] == TEXTS
    assert not [tag for cell in cells for tag in cell.find_all(True)]
    assert len(rows.find_all("script")) == 2 and rows.h1.get_text() == TEXTS[0]


def test_a_table_in_gbk_has_a_page_too(tmp_path):
    data = write(tmp_path, with_cell("name", "甲公司").decode().encode("gbk"))
    html = rows_page(PACKAGE["resources"][0], data / "notes.csv", data / "notes.csv")
    assert "<td>甲公司</td>" in html


def test_the_search_index_is_a_script_that_holds_text_only(tmp_path):
    cells = display.Table("表", ("列",), tuple((display.named("词", text, f"p{n}"),) for n, text in enumerate(TEXTS)))
    strange = "行\u2028分\u2029段</script>"
    (tmp_path / "a.html").write_text(
        f'<article class="bd-article"><section id="s"><h1>题</h1>{cells._repr_html_()}'
        f"<p>{display.Part(strange).html()}</p></section></article>",
        "utf-8",
    )
    search.write(tmp_path, [tmp_path / "a.html"], Store(tmp_path))
    script = (tmp_path / search.INDEX).read_text("utf-8")
    assert not re.search("</|\u2028|\u2029", script) and script.count("\n") == 1
    found = json.loads(script.removeprefix(search.BEFORE).removesuffix(search.AFTER))
    assert [n["n"] for n in found["names"] if n["k"] == "词"] == list(dict.fromkeys(TEXTS))


@every("text", [*TEXTS, "甲\n# 乙", "甲\n\n```{code-cell}\n1\n```", "甲\u2028乙"])
def test_a_name_over_a_profile_is_a_heading_and_nothing_else(text):
    source = "".join(page("X", text)["cells"][0]["source"])
    label, _, heading = source.partition("\n")
    assert label == "[//]: # (profile-X)"
    opened, inline, closed = MarkdownIt().enable("table").parse(heading)
    assert (opened.type, closed.type) == ("heading_open", "heading_close")
    assert {token.type for token in inline.children} <= {"text", "text_special"}
    assert "".join(t.content for t in inline.children) == " ".join(text.split())


def test_a_name_that_cannot_be_escaped_into_a_profiles_code_is_no_part_of_it():
    cells = page("X", '"); import os; os.system("id") #')["cells"][1:]
    assert "os.system" not in json.dumps(cells)


@pytest.mark.slow
@every("text", TEXTS)
def test_a_name_in_a_picture_is_drawn_or_refused_in_words_and_not_read(text):
    def drawn(name: str) -> str:
        return charts.bars(
            [(name, 1.0), ("丁", 2.0)], unit="亿元", decimals=1, caption=name, alt=name, origin=Origin.SAMPLE
        )._repr_html_()

    try:
        html, refused = drawn(text), ""
    except ChartError as error:
        html, refused = "", str(error)
    assert html or refused.startswith("图中")
    tags = set(BeautifulSoup(html, "html.parser").find_all(True))
    assert {t.name for t in tags} <= {t.name for t in BeautifulSoup(drawn(PLAIN), "html.parser").find_all(True)}
    assert not [name for tag in tags for name in tag.attrs if name.startswith("on")]


# --- what a reader takes away ------------------------------------------------------------------


@pytest.fixture(scope="module")
def document() -> model.Document:
    blocks = [model.Heading(1, TEXTS[0], "一、")]
    blocks += [model.Paragraph((model.Run(text),)) for text in TEXTS]
    blocks.append(model.Table("表", ("名称",), tuple((text,) for text in TEXTS), number=1))
    return model.Document(TEXTS[0], tuple(blocks))


def test_the_word_file_shows_each_name(document):
    import docx

    content = word.write(document)
    file = docx.Document(io.BytesIO(content))
    texts = [p.text for p in file.element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p")]
    for text in TEXTS:
        assert text in texts
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert not [n for n in parts.namelist() if "vba" in n.lower() or "embed" in n.lower()]
        body = parts.read("word/document.xml")
    assert b"fldSimple" not in body and b'TargetMode="External"' not in body


def test_the_pdf_is_made_and_reads_no_file(document):
    text = re.sub(r"\s", "", "".join(pdf_text.pages(pdf.write(document))))
    assert "root:x:0" not in text and "〓" in text  # a character that no font has
    for one in ('#read("/etc/passwd")', "$$\\frac{1}{0}$$", "<script>alert(1)</script>"):
        assert re.sub(r"\s", "", one) in text


def test_the_workbook_holds_each_name_as_text(document):
    content = workbook._book(document, [workbook._printed(document.tables[0])])
    sheet = openpyxl.load_workbook(io.BytesIO(content))[document.tables[0].sheet]
    cells = [row[0] for row in sheet.iter_rows(min_row=workbook.FIRST + 2)]
    assert [cell.value for cell in cells] == TEXTS
    assert {cell.data_type for cell in cells} == {"s"} and not any(c.hyperlink for c in cells)
