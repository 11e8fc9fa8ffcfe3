"""A Word file with what was found as comments: at the very numbers, with nothing of the report changed."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import RGBColor
from hand_made import FAULTY, SOUND, reading

from stateassets.audit import examine
from stateassets.reading.comments import AUTHOR, said, with_comments
from stateassets.reading.marks import TOLD, Marked, examined
from stateassets.reading.model import Block, BlockKind, Reading


def _marked(*readings: Reading) -> Marked:
    return examined(readings or [reading(name="某区报告.docx")], examine)


def _word(made: Reading, pieces: int) -> bytes:
    """A Word file of a reading's paragraphs, each cut into runs of ``pieces`` characters, every second one bold."""
    file = docx.Document()
    for block in made.document.blocks:
        paragraph = file.add_paragraph()
        for at in range(0, len(block.text), pieces):
            run = paragraph.add_run(block.text[at : at + pieces])
            run.bold = bool(at // pieces % 2)
            run.font.color.rgb = RGBColor(at % 256, 0, 0)
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def _commented(content: bytes) -> dict[str, str]:
    """What each comment stands at, by the comment's text."""
    file = docx.Document(io.BytesIO(content))
    found = {}
    for comment in file.comments:
        inside, words = False, ""
        for element in file.element.body.iter():
            if element.tag == qn("w:commentRangeStart") and element.get(qn("w:id")) == str(comment.comment_id):
                inside = True
            elif element.tag == qn("w:commentRangeEnd") and element.get(qn("w:id")) == str(comment.comment_id):
                inside = False
            elif element.tag == qn("w:t") and inside:
                words += element.text
        assert comment.author == AUTHOR
        found[comment.text] = words
    return found


def _looks(content: bytes) -> list[tuple[str, bool | None, str]]:
    """Every character of a Word file with how it looks."""
    file = docx.Document(io.BytesIO(content))
    return [
        (character, run.bold, str(run.font.color.rgb))
        for paragraph in file.paragraphs
        for run in paragraph.runs
        for character in run.text
    ]


@pytest.mark.parametrize("pieces", [1, 2, 3, 7, 1000])
def test_comments_stand_at_the_numbers_and_no_character_changes_its_look(pieces):
    marked = _marked()
    original = _word(marked.readings[0], pieces)
    content, own = with_comments(marked, [original])
    assert own and _looks(content) == _looks(original)
    told = [n for n in marked.numbers if n.mark in TOLD]
    assert _commented(content) == {said(marked, number): number.text for number in told} and len(told) == 4


def test_a_comment_says_the_mark_what_was_read_the_finding_and_that_it_awaits_a_look():
    comments = list(_commented(with_comments(_marked())[0]))
    wrong = next(text for text in comments if text.startswith("【有误】") or "冲突（待核）" in text)
    for words in ("读作：2023年", "不小于", "冲突（待核）", "不能同时成立"):
        assert words in wrong
    assert "【未识别】12次\n没有认出项目。" in comments


def test_of_equal_words_the_right_one_is_commented():
    made = reading(
        (
            Block(
                BlockKind.PARAGRAPH,
                "前面的5.0亿元不算，{5.0亿元|资产总额|level}也不算，{?5.0亿元|没有认出项目}才算。",
                0,
            ),
        ),
        name="某区报告.docx",
    )
    content, _ = with_comments(_marked(made), [_word(made, 4)])
    file = docx.Document(io.BytesIO(content))
    before = "".join(t.text for t in file.paragraphs[0]._p.xpath("w:commentRangeStart/preceding-sibling::w:r/w:t"))
    assert before.endswith("也不算，")


def test_numbers_in_tables_links_and_insertions_are_commented():
    file = docx.Document()
    table = file.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "次数", "甲\n12次"
    paragraph = file.add_paragraph("开展")
    inserted = docx.oxml.OxmlElement("w:ins")
    run = paragraph.add_run("13次")._r
    paragraph._p.append(inserted)
    inserted.append(run)
    out = io.BytesIO()
    file.save(out)
    made = reading(
        (
            Block(BlockKind.CELL, "次数", 0, table=1, row=1, column=1),
            Block(BlockKind.CELL, "甲\n{?12次|没有认出项目}", 1, table=1, row=1, column=2),
            Block(BlockKind.PARAGRAPH, "开展{?13次|没有认出项目}", 2),
        ),
        name="某区报告.docx",
    )
    content, own = with_comments(_marked(made), [out.getvalue()])
    assert own and sorted(_commented(content).values()) == ["12次", "13次"]


def test_a_number_that_word_holds_otherwise_is_commented_at_its_paragraph():
    made = reading((Block(BlockKind.PARAGRAPH, "开展{?12次|没有认出项目}", 0),), name="某区报告.docx")
    file = docx.Document()
    file.add_paragraph("开展 1 2 次")
    out = io.BytesIO()
    file.save(out)
    content, _ = with_comments(_marked(made), [out.getvalue()])
    assert list(_commented(content).values()) == ["开展 1 2 次"]


def test_other_formats_and_several_reports_become_a_new_file_with_all_their_text():
    table = (
        *FAULTY,
        Block(BlockKind.CELL, "项目", 5, table=1, row=1, column=1, columns=2),
        Block(BlockKind.CELL, "户数", 6, table=1, row=2, column=1),
        Block(BlockKind.CELL, "{?31|没有单位}\n\x0b另一行", 7, table=1, row=2, column=2),
    )
    marked = _marked(reading(SOUND, 2022, "2022.txt"), reading(table, 2023, "2023.pdf"))
    content, own = with_comments(marked, [None, None])
    assert not own
    file = docx.Document(io.BytesIO(content))
    assert file.paragraphs[0].style.name == "Title" and file.tables[0].cell(1, 0).text == "户数"
    text = "".join(p.text for p in file.paragraphs)
    assert all(b.text in text for r in marked.readings for b in r.document.blocks if b.kind != BlockKind.CELL)
    told = [n for n in marked.numbers if n.mark in TOLD]
    assert sorted(_commented(content).values()) == sorted(n.text for n in told)


def test_a_file_with_macros_is_not_written_again_but_its_text_is():
    marked = _marked()
    original = _word(marked.readings[0], 5)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(original)) as read, zipfile.ZipFile(out, "w") as write:
        for name in read.namelist():
            content = read.read(name)
            if name == "[Content_Types].xml":
                content = content.replace(
                    b"openxmlformats-officedocument.wordprocessingml.document.main",
                    b"ms-word.document.macroEnabled.main",
                ).replace(b"application/vnd.ms-word", b"application/vnd.ms-word")
            write.writestr(name, content)
    content, own = with_comments(marked, [out.getvalue()])
    assert not own and len(_commented(content)) == 4
