"""Whatever a sound book holds, every chapter runs on it, and what it says is true."""

import re

import pytest
import sound_books
from sound_books import BASICS, GROWTH, POINTS, QUICK, STATEMENTS, TURNAROUNDS, Company, Shape, every_optional, told

from stateassets.cli.main import main
from stateassets.opening import check, open_ledger
from stateassets.present.charts import ChartError, bars
from stateassets.report import Report
from stateassets.tables.declared import NoFigureError

LOSS = Company(result=-1)
PAIR = (Company(companies=(LOSS,)), Company())  # two groups, one company that loses money


@pytest.fixture(scope="module")
def empty(unfilled):
    return unfilled


SHAPES = {
    "one enterprise": Shape((Company(),)),
    "one enterprise, which loses money": Shape((LOSS,)),
    "one group": Shape(PAIR[:1]),
    "no second level": Shape((Company(), LOSS, Company(result=0))),
    "three levels": Shape((Company(companies=(Company(companies=(LOSS,)),)),)),
    "nobody loses money": Shape((Company(), Company())),
    "everybody loses money": Shape((Company(-1, companies=(LOSS,)), LOSS)),
    "negative equity": Shape((Company(-1, -1), Company(1, -1, companies=(Company(1, -1, 60),)))),
    "this year alone": Shape(PAIR, years=1),
    "five years": Shape(PAIR, years=5),
    "founded and ended": Shape((Company(companies=(Company(start=0),)), Company(start=0), Company(end=0)), years=3),
    "small amounts": Shape(PAIR, size=1),
    "no statement but the balance sheet": Shape(PAIR, absent=dict.fromkeys(STATEMENTS, True)),
    "nothing this year": Shape(PAIR, absent={"budget": "this year", "equity_changes": "this year"}),
    "no table that may be left out": Shape(PAIR, absent=dict.fromkeys(every_optional(), True)),
}


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_a_book_of_every_shape_is_sound_and_every_chapter_runs_on_it(empty, tmp_path, shape):
    book = sound_books.district(tmp_path / "book", empty, SHAPES[shape])
    assert list(map(str, check(book / "data"))) == []
    told(book, only=())


# --- what is said is true ------------------------------------------------------------------------


@pytest.fixture
def shown(empty, tmp_path):
    """What some chapters show of a book of a shape."""

    def make(shape, only):
        return told(sound_books.district(tmp_path / "book", empty, SHAPES[shape]), only)

    return make


def test_where_nobody_loses_money_the_turnarounds_say_so(shown):
    text = shown("nobody loses money", (TURNAROUNDS, POINTS))
    assert "没有亏损的企业，不用一户一策扭亏" in text[TURNAROUNDS]
    assert "没有亏损企业；上年亏损的企业0户" in text[POINTS]


def test_the_one_loss_maker_is_no_largest_of_several(shown):
    text = shown("one enterprise, which loses money", (TURNAROUNDS,))[TURNAROUNDS]
    assert "亏损的企业1户，是示例公司Q01，利润总额-" in text and "最多" not in text.split("##")[0]


def test_a_books_first_year_says_nothing_of_growth(shown):
    text = shown("this year alone", QUICK)
    for name in BASICS:
        assert not re.search(r"与上年持平|同比|不适用", text[name].split("## 数字从哪里来")[0]), name
    assert "资产总额比上年" not in text[BASICS[1]] and "一级企业0家，减少的0家" not in text[BASICS[1]]
    assert "上年没有可比数，这里从略" in text[GROWTH]
    assert "连续两年" not in text[POINTS] and "上年亏损" not in text[POINTS]


def test_capital_kept_of_a_negative_capital_is_no_rate(empty, tmp_path):
    book = sound_books.district(tmp_path / "book", empty, Shape((Company(1, -1),)))
    ledger = open_ledger(book / "data")
    (whole,) = ledger.scopes("district")
    assert ledger.value("opening_state_capital", whole, sound_books.YEAR) < 0
    assert ledger.value("preservation_rate", whole, sound_books.YEAR) is None


def test_what_cannot_be_drawn_is_said_in_its_place(empty, tmp_path):
    report = Report(root=sound_books.district(tmp_path / "book", empty, SHAPES["one enterprise"]))
    told = report.draw(bars, [], unit="户", decimals=0, caption="{year}年的户数", alt="没有")
    assert repr(told) == "“2024年的户数”：没有可画的数据，不画图。"
    with pytest.raises(ChartError):  # a mistake of the author's is one still
        report.draw(bars, [("甲", 1)], unit="户", decimals=0, caption="户数", alt="户数", highlight="乙")


def test_a_number_that_there_is_not_is_no_nought(empty, tmp_path):
    report = Report(root=sound_books.district(tmp_path / "book", empty, SHAPES["this year alone"]))
    for ask in (
        lambda: report.exact(report.figure("total_assets.last")),
        lambda: report.need("total_assets", "total_assets.yoy"),
        lambda: report.pairs("debt_ratio", "group"),
        lambda: report.table("与上年比", ["total_assets.yoy"], by="group"),
    ):
        with pytest.raises(NoFigureError, match="上年没有可比数"):
            ask()
    assert len(report.table("各户", ["total_assets", "total_assets.yoy"], by="group").header) == 2


def test_check_says_that_there_is_one_year_alone(empty, tmp_path, capsys):
    book = sound_books.district(tmp_path / "book", empty, SHAPES["this year alone"])
    assert main(["check", "--root", str(book)]) == 0
    assert "各表只有2024年的数，没有上年的：同比和增减不算。" in capsys.readouterr().out


def test_who_came_and_who_went_are_in_the_change_of_the_total(shown):
    text = shown("founded and ended", (GROWTH,))[GROWTH]
    assert "示例公司Q02" in text and "示例公司Q03" in text  # a bridge that did not add up would stop the chapter
