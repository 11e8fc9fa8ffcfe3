"""What somebody says of how a report was read: asked number by number, kept beside the report, applied again."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hand_made import FAULTY, reading

from stateassets.audit import examine
from stateassets.cli.main import main
from stateassets.measures.claims import Claim
from stateassets.reading import reports
from stateassets.reading.decisions import Answer, Decision, beside, corrected, decide, load, merged, written
from stateassets.reading.marks import Mark
from stateassets.reading.model import Block, BlockKind, Document, Found, Place, Reading, Unplaced
from stateassets.reading.reports import Source, confirm, mark
from stateassets.tables.data_errors import DataError

SENTENCE = "负债总额246.0亿元，所有者权益184.6亿元，在岗职工1203人，下降0.4%。"


WRONG = "184.6亿元"  # the number that somebody reads as another


def _answers(answers: Iterable[str], about: str):
    """Return what answers questions, y of a number that does not hold the words that the answers are ``about``."""
    given, said = iter(answers), []

    def ask(question: str) -> str:
        shown = next((line for line in reversed(said) if "读作" in line or "未识别" in line), "")
        said.append(question)
        if about not in shown:
            return "s" if "未识别" in shown else "y"
        try:
            return next(given)
        except StopIteration:
            raise EOFError from None

    return ask, said


def _load(content: bytes) -> tuple[Decision, ...]:
    with tempfile.TemporaryDirectory() as place:
        (path := Path(place) / "某区报告.读数.yml").write_bytes(content)
        return load(path)


def _confirm(answers: Iterable[str], source: Source | None = None, about: str = ""):
    ask, said = _answers(answers, about)
    kept: list[Source] = []
    sources, marked = confirm(
        [source or Source(Path("某区报告.txt"), reading())], examine, ask, said.append, kept.append
    )
    return sources[0], marked, said, kept


def test_a_finding_awaits_a_look_until_every_number_under_it_is_confirmed():
    _, marked, said, _ = _confirm("y")
    assert marked.pending(0)
    _, marked, said, _ = _confirm("yyy")
    assert not marked.pending(0) and any(SENTENCE in line for line in said)


def test_each_answer_is_kept_at_once():
    _, _, _, kept = _confirm("yyq")
    assert [len(source.decisions) for source in kept] == [1, 2]


def test_skipping_and_ending_decide_nothing():
    source, marked, _, kept = _confirm("sq")
    assert source.decisions == () and kept == [] and marked.pending(0)


def test_a_corrected_field_is_audited_again_and_the_finding_goes():
    source, marked, _, _ = _confirm(["c", "5", "174.6", ""], about=WRONG)
    assert sorted(d.answer for d in source.decisions) == [Answer.CORRECTED, Answer.RIGHT, Answer.RIGHT]
    assert not marked.loud
    corrected = next(n for n in marked.numbers if n.text == "184.6亿元")
    assert corrected.found.claim.text == "174.6" and corrected.confirmed


def test_a_number_that_was_read_wrongly_leaves_the_audit_and_is_told_as_unplaced():
    _, marked, _, _ = _confirm("n", about=WRONG)
    number = next(n for n in marked.numbers if n.text == "184.6亿元")
    assert number.mark == Mark.UNPLACED and "核对的人说读得不对" in number.why and not marked.loud


def test_an_answer_that_cannot_be_read_is_asked_for_again():
    _, _, said, _ = _confirm(["什么", "c", "10", "5", "很多", "年度", "去年", "种类", "翻番", "", "q"])
    for words in ("请写y、n、c、s、q中的一个", "没有“10”这一项", "不带单位的数", "四位年份", "数额、同比增速"):
        assert any(words in line for line in said)


def test_decisions_survive_the_file_and_an_edited_report(tmp_path):
    path = tmp_path / "某区报告.docx"
    source, *_ = _confirm(["c", "种类", "同比增速", "6", "％", "基期", "年初", ""], about=WRONG)
    beside(path).write_bytes(written(source.decisions))
    assert beside(path).name == "某区报告.读数.yml"
    edited = (Block(BlockKind.PARAGRAPH, "另加的一段。", 0), *(replace(b, source=b.source + 1) for b in FAULTY))
    again = decide(reading(edited), load(beside(path)))
    assert len(again.confirmed) == 3 and again.idle == ()
    claim = next(f.claim for f in again.reading.found if f.text == "184.6亿元")
    assert (claim.kind, claim.unit, claim.base) == ("yoy_pct", "%", "年初")


def test_the_file_is_written_for_people(tmp_path):
    source, *_ = _confirm(["c", "种类", "增减额", "精确程度", "约", ""], about=WRONG)
    text = written(source.decisions).decode("utf-8")
    for words in (f"原句: {SENTENCE}", "数: 246.0亿元", "结论: 读对了", "结论: 已改正", "种类: 增减额", "精确程度: 约"):
        assert words in text


def test_equal_numbers_of_one_sentence_are_told_apart():
    twice = (Block(BlockKind.PARAGRAPH, "资产总额{5.0亿元|资产总额|level}，负债总额{5.0亿元|负债总额|level}。", 0),)
    made = reading(twice)
    decided = decide(made, [Decision(made.found[0].sentence, "5.0亿元", Answer.WRONG, nth=2)])
    assert [found.claim.name_zh for found in decided.reading.found] == ["资产总额"]
    assert _load(written([Decision("甲", "5", Answer.WRONG, nth=2)])) == (Decision("甲", "5", Answer.WRONG, nth=2),)


def test_a_decision_that_finds_nothing_any_more_is_told(tmp_path, capsys, monkeypatch):
    (path := tmp_path / "某区报告.txt").write_text("某区报告", "utf-8")
    beside(path).write_bytes(written([Decision("没有这一句。", "9.9亿元", Answer.RIGHT)]))
    monkeypatch.setattr(reports, "read_report", lambda path, region, year: Source(path, reading(), load(beside(path))))
    main(["read", str(path), "--quick"])
    assert "某区报告.读数.yml里的一条对不上现在的报告：“9.9亿元”，原句：没有这一句。" in capsys.readouterr().out


def test_a_newer_decision_takes_the_place_of_an_older_one():
    old, new = (Decision("甲", "5", answer) for answer in (Answer.RIGHT, Answer.WRONG))
    assert merged([old], [new]) == (new,)


def test_white_space_and_full_width_do_not_hide_a_sentence():
    made = reading()
    spaced = Decision(SENTENCE.replace("，", "， ").replace("246.0", "２４６.０"), "246.0 亿元", Answer.WRONG)
    assert len(decide(made, [spaced]).reading.found) == len(made.found) - 1


def test_of_a_recognised_picture_every_finding_awaits_a_look_whoever_confirmed_it():
    _, marked, _, _ = _confirm("yyy", Source(Path("某区报告.pdf"), reading(scanned=True)))
    assert marked.pending(0)


def test_numbers_that_no_finding_asks_about_are_not_asked_about():
    _, _, said, _ = _confirm("yyy")
    assert not any("“3.2亿元”读作" in line for line in said)


def test_nothing_awaits_a_look_where_nothing_was_found():
    source = Source(Path("某区报告.txt"), reading((FAULTY[0],)))
    marked = mark([source], examine)
    assert marked.loud == [] and not any(map(marked.pending, range(len(marked.findings))))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("只有一句话", "不是一条一条的"),
        ("- 甲", "不是对照表"),
        ("- 原句: 甲\n  结论: 读对了", "没有这一项"),
        ("- 原句: 甲\n  数: 5\n  结论: 大概对", "读对了、读错了、已改正"),
        ("- 原句: 甲\n  数: 5\n  结论: 读对了\n  第几个: 零", "从1起的整数"),
        ("- 原句: 甲\n  数: 5\n  结论: 读对了\n  备注: 好", "有这一项"),
        ("- 原句: 甲\n  数: 5\n  结论: 已改正\n  改为: 6", "不是对照表"),
        ("- 原句: 甲\n  数: 5\n  结论: 已改正\n  改为:\n    颜色: 红", "写了“颜色”"),
        ("- 原句: 甲\n  数: 5\n  结论: 已改正\n  改为:\n    年度: 去年", "四位年份"),
        ("- 原句: 甲\n  数: 5\n  结论: 已改正\n  改为:\n    单位: ''", "不空着"),
        ("- &a [*a]", "用了锚"),
        ("- !!python/object:os.system {}", "不是正确的YAML"),
    ],
)
def test_a_spoiled_file_of_decisions_is_told_by_entry(content, told):
    with pytest.raises(DataError) as refused:
        _load(content.encode("utf-8"))
    assert told in str(refused.value) and "某区报告.读数.yml" in str(refused.value)


def test_a_claim_of_no_measure_gets_one_with_its_corrected_name():
    claim: Claim = reading().found[0].claim
    assert corrected(claim, {"name_zh": "净利润"}).indicator == "net_profit"
    assert corrected(claim, {"name_zh": "没有的项目"}).indicator is None


def _unplaced_source() -> Source:
    """A report with a number that the program cannot place, and one beside it."""
    first = "资产总额696.9亿元。"
    second = "其他方面12.5亿元。"
    block = Block(BlockKind.PARAGRAPH, first + second, 0)
    document = Document("某区.txt", "txt", (block,))
    claim = Claim(
        "第1个数",
        "某区",
        2023,
        "区属国有企业",
        "",
        None,
        "资产总额",
        "level",
        "696.9",
        "亿元",
        1,
        "rounded",
        "某区.txt",
    )
    found = Found(claim, "696.9亿元", first, Place(0, 4, 11, 1))
    unplaced = Unplaced("12.5亿元", second, Place(0, len(first) + 4, len(first) + 10, 2), "读不出是什么的数")
    return Source(Path("某区.txt"), Reading(document, "某区", 2023, (found,), (unplaced,)))


def test_a_number_that_was_not_placed_can_be_given_its_item_scope_year_and_kind():
    source, marked, _, kept = _confirm(["p", "存货", "甲公司", "2022", "", ""], _unplaced_source(), "12.5亿元")
    placed = next(n for n in marked.numbers if n.text == "12.5亿元").found.claim
    assert (placed.name_zh, placed.scope, placed.year, placed.kind) == ("存货", "甲公司", 2022, "level")
    assert (placed.text, placed.unit, placed.decimals) == ("12.5", "亿元", 1)
    assert source.decisions[0].answer == Answer.PLACED and len(kept) == 1
    assert load_again(source).reading.unplaced == ()


def load_again(source: Source):
    """Return a report after its decisions have been through their file."""
    return decide(source.reading, _load(written(source.decisions)))


def test_nothing_typed_means_what_the_sentence_before_is_of_and_what_is_printed():
    _, marked, said, _ = _confirm(["p", "存货", "", "", "", ""], _unplaced_source(), "12.5亿元")
    placed = next(n for n in marked.numbers if n.text == "12.5亿元").found.claim
    assert (placed.scope, placed.year, placed.unit) == ("区属国有企业", 2023, "亿元")
    assert any("回车即区属国有企业" in line for line in said)


def test_an_unplaced_number_that_nobody_knows_stays_as_it_is():
    for answers in (["s"], ["q"], ["什么", "s"], ["p", ""]):
        source, marked, said, _ = _confirm(answers, _unplaced_source(), "12.5亿元")
        assert source.decisions == () and any(n.mark == Mark.UNPLACED for n in marked.numbers), answers
    assert any("不能这样写，应为：不空着" in line for line in said)
