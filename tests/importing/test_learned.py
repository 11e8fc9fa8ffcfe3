"""A book learns what its offices call things: confirmed, kept, used again and told."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import small_district
from many import every

from stateassets.cli.main import main
from stateassets.importing import plan
from stateassets.importing.names.learned import FILE, Learned, Same, offered, parse, read
from stateassets.importing.names.shortened import Called
from stateassets.importing.telling import lines
from stateassets.new_book import begin
from stateassets.new_book import plan as new_plan
from stateassets.tables.data_errors import DataError, Fault

PAYMENT = ["2024", "ZF1", "丙公服公司", "2024-05-08", "某建筑公司", "工程款", "120.5"]
HEADER = ["年度", "支付编号", "出账主体", "付款日期", "收款单位", "款项用途", "付款金额"]
SAME = "出账主体=企业编号"
WAN = ["万元"]  # the files state no unit


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_district.make(tmp_path_factory.mktemp("books") / "book", {"enterprises"})


@pytest.fixture
def book(whole: Path, tmp_path: Path) -> Path:
    """The tables of a small district's book."""
    shutil.copytree(whole / "data", tmp_path / "book" / "data")
    return tmp_path / "book"


def table(folder: Path, *rows: list[str]) -> Path:
    path = folder / "大额支付台账.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


def test_a_word_that_was_confirmed_once_is_known_the_next_time(book: Path, tmp_path: Path) -> None:
    path = table(tmp_path, PAYMENT)
    assert plan(book, [path], units=WAN).refused
    first = plan(book, [path], same=[SAME], units=WAN)
    assert not first.refused
    assert "本书记住2个说法，下次照用：出账主体=企业编号、丙公服公司=QY03" in "\n".join(lines(first))
    first.write()
    again = plan(book, [table(tmp_path, [PAYMENT[0], "ZF2", *PAYMENT[2:]])])
    assert not again.refused
    assert "记住的说法换成编号：1处" in "\n".join(lines(again))


def test_whatever_else_is_wrong_is_told_together_with_the_unit_that_is_asked_for(book: Path, tmp_path: Path) -> None:
    stranger = table(tmp_path, [*PAYMENT[:2], "丁运输公司", *PAYMENT[3:]])
    unit, name = plan(book, [stranger], same=[SAME]).refused
    assert "没有写明金额的单位" in str(unit)
    assert "“丁运输公司”在企业名录里找不到" in str(name)
    made = plan(book, [stranger])
    assert ["没有写明金额的单位" in str(made.refused[0]), "“企业编号”列" in str(made.refused[1])] == [True, True]
    assert not made.files and not any(change.any for change in made.changes)


def test_nothing_is_learned_before_it_is_written(book: Path, tmp_path: Path) -> None:
    plan(book, [table(tmp_path, PAYMENT)], same=[SAME])
    assert not (book / "data" / FILE).exists()


def test_a_word_for_one_table_holds_in_no_other(book: Path) -> None:
    learned = Learned((Same("单位", "债权人", "有息债务台账"), Same("甲", "乙")))
    assert [str(same) for same in learned.of("有息债务台账")] == ["甲=乙", "有息债务台账：单位=债权人"]
    assert [str(same) for same in learned.of("担保台账")] == ["甲=乙"]


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    learned = Learned((Same("借款主体", "企业编号"), Same("城建公司", "0101"), Same("单位", "债权人", "有息债务台账")))
    (tmp_path / FILE).write_bytes(learned.content())
    assert read(tmp_path, ["有息债务台账"]) == learned


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("- 借款主体", "不是说法的对照表"),
        ("没有的表:\n  单位: 债权人", "没有名叫这个的表"),
        ("城建公司: 0101", "数字也要加引号"),
        ("城建公司: ''", "是空的"),
        ("甲: 乙\n甲: 丙", "有一项写了两次"),
        ("借款主体", "不是说法的对照表"),
    ],
)
def test_a_bad_entry_is_one_clear_error(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / FILE).write_text(content, "utf-8")
    with pytest.raises(DataError) as error:
        read(tmp_path, ["有息债务台账"])
    assert len(error.value.faults) == 1
    assert told in str(error.value.faults[0])
    assert FILE in str(error.value.faults[0])


@pytest.mark.parametrize("text", ["借款主体", "借款主体=", "=企业编号", "企业编号=企业编号", "a\u200b=b"])
def test_what_says_no_two_words_is_refused(text: str) -> None:
    found, faults = parse([text], [])
    assert not found
    assert "说法=意思" in str(faults[0]) or "看不见" in str(faults[0])


@pytest.mark.parametrize(
    ("same", "told"),
    [
        ("出账主体=没有的列", "不是列名、代码的说法，也不是企业的编号或名称"),
        ("QY02=QY01", "是企业QY02自己的编号或名称"),
        ("乙资本运营有限公司=QY01", "自己的编号或名称"),
        ("有息债务台账：本金=年利率", "“本金”本来就是列名"),
    ],
)
def test_a_word_that_has_its_own_meaning_gets_no_other(book: Path, same: str, told: str) -> None:
    code = main(["synonyms", "--root", str(book), "--same", same])
    assert code == 1
    assert not (book / "data" / FILE).exists()


def test_the_command_keeps_lists_and_forgets(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = ["--same", "借款体=企业编号", "--same", "信托受益权=非标融资", "--same", "有息债务台账：单位=债权人"]
    assert main(["synonyms", "--root", str(book), *said]) == 0
    told = capsys.readouterr().out
    assert "本书记住的说法3个" in told
    assert "信托受益权=非标融资：有息债务台账“债务种类”列的“非标融资”" in told
    assert main(["synonyms", "--root", str(book), "--forget", "借款体"]) == 0
    capsys.readouterr()
    assert main(["synonyms", "--root", str(book), "--json"]) == 0
    assert [one["word"] for one in json.loads(capsys.readouterr().out)["learned"]] == ["信托受益权", "单位"]
    assert main(["synonyms", "--root", str(book), "--forget", "借款体"]) == 1


def test_the_command_says_what_a_table_understands(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["synonyms", "--root", str(book), "--table", "债务台账"]) == 0
    told = capsys.readouterr().out
    assert "企业编号：借款单位、" in told
    assert "有两种意思，导入时要指明：还款日期（到期日期、提前还清日期）" in told


def test_words_are_asked_about_on_a_terminal(book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["是", "是"])
    asked = []
    monkeypatch.setattr(
        "stateassets.cli.import_.asked", lambda question: asked.append(question) or next(answers) == "是"
    )
    path = tmp_path / "有息债务台账.csv"
    path.write_text("年度,编号,企业编号,债务种类\n2024,ZW1,QY01,银行的贷款\n", "utf-8")
    main(["import", "--root", str(book), str(path)])
    assert asked[0] == "“银行的贷款=银行贷款”对吗？输入“是”记住："


def test_what_faults_offer_is_found_once() -> None:
    fault = Fault(
        "台账.xlsx",
        2,
        "债务种类",
        "“银行的贷款”",
        "银行贷款、债券",
        '改成其中一个，或加上--same "银行的贷款=银行贷款"这样的选项指明',
    )
    assert offered([fault, fault]) == ["银行的贷款=银行贷款"]


NAMES = {
    "1": "某区城市建设有限公司",
    "2": "某区城建置业有限公司",
    "3": "某区城市管理集团有限公司",
    "4": "重庆市某区水务有限责任公司",
}
CALLED = Called(NAMES, region="重庆市某区")


@every(
    ("text", "ids"),
    [
        ("城市建设公司", ["1"]),
        ("城建置业", ["2"]),
        ("城管集团", ["3"]),
        ("水务公司", ["4"]),
        ("某区水务有限公司", ["4"]),  # 有限公司 and 有限责任公司 are one
        ("城市建设有限公司", ["1"]),  # its region is left out
        ("城建公司", ["1", "2"]),
        ("城市公司", ["1", "3"]),
        ("城市管理有限公司", []),  # a full legal name, and not that of the group
        ("公交公司", []),
        ("城公司", []),  # one character says nothing
        ("水", []),
        ("建城公司", []),  # in no name in that order
        ("CJ", []),
    ],
)
def test_a_short_name_is_the_enterprise_in_whose_name_alone_its_characters_stand_in_order(
    text: str, ids: list[str]
) -> None:
    assert CALLED.short(text) == ids


def enterprises(book: Path, *rows: str) -> None:
    path = book / "data" / "ledger" / "enterprises.csv"
    path.write_text(path.read_text("utf-8-sig") + "".join(f"{row}\n" for row in rows), "utf-8-sig")


def test_a_short_name_of_two_enterprises_is_refused_naming_both(book: Path, tmp_path: Path) -> None:
    enterprises(book, "QY0102,甲城建设备有限公司,2,QY01,100,城乡建设发展类,租赁,2020,")
    found = plan(book, [table(tmp_path, [*PAYMENT[:2], "甲城建", *PAYMENT[3:]])], same=[SAME], units=WAN)
    assert "“甲城建”可能是甲城市建设集团有限公司，也可能是甲城建设备有限公司" in str(found.refused[0])


def test_an_enterprise_named_like_anothers_id_is_neither_without_the_header(book: Path, tmp_path: Path) -> None:
    enterprises(book, "QY0102,QY03,2,QY01,100,城乡建设发展类,租赁,2020,")
    row = [*PAYMENT[:2], "QY03", *PAYMENT[3:]]
    assert "有2个" in str(plan(book, [table(tmp_path, row)], same=[SAME], units=WAN).refused[0])
    by_name = table(tmp_path, row)
    by_name.write_text(by_name.read_text("utf-8").replace("出账主体", "付款单位名称"), "utf-8")
    made = plan(book, [by_name], units=WAN)
    assert "QY0102" in made.files["ledger/large_payments.csv"].decode()
    by_name.write_text(by_name.read_text("utf-8").replace("付款单位名称", "企业编码"), "utf-8")
    assert "QY0102" not in plan(book, [by_name], units=WAN).files["ledger/large_payments.csv"].decode()


def test_a_number_that_may_be_a_longer_id_is_refused(book: Path, tmp_path: Path) -> None:
    import openpyxl

    enterprises(
        book, "0101,己公司,2,QY01,100,城乡建设发展类,租赁,2020,", "101,庚公司,2,QY01,100,城乡建设发展类,租赁,2020,"
    )
    workbook = openpyxl.Workbook()
    workbook.active.title = "大额支付台账"
    workbook.active.append(["年度", "编号", "企业编号", "支付日期", "收款方", "用途", "金额"])
    workbook.active.append([2024, "ZF1", 101, "2024-05-08", "某公司", "工程款", 12])
    path = tmp_path / "大额.xlsx"
    workbook.save(path)
    assert "数字101可能是编号0101去掉了前面的0" in str(plan(book, [path], units=WAN).refused[0])
    workbook.active["C2"] = "101"
    workbook.save(path)
    assert not plan(book, [path], units=WAN).refused  # as text it is what it is


@pytest.fixture
def passing_on(whole: Path) -> Iterator[Path]:
    """The whole book, of which more books are made."""
    path = whole / "data" / "ledger" / "enterprises.csv"
    before = path.read_bytes()
    yield whole
    path.write_bytes(before)


def test_the_next_book_of_the_district_knows_what_this_one_learned(passing_on: Path, tmp_path: Path) -> None:
    book = passing_on
    (book / "data" / FILE).write_bytes(Learned((Same("出账主体", "企业编号"), Same("城建", "QY01"))).content())
    begin(new_plan(book, tmp_path / "next"))
    begin(new_plan(book, tmp_path / "other", region="另一区"))
    assert [s.word for s in read(tmp_path / "next" / "data", []).words] == ["出账主体", "城建"]
    assert not (tmp_path / "other" / "data" / FILE).exists()


def test_what_is_known_of_an_enterprise_that_is_gone_is_not_passed_on(passing_on: Path, tmp_path: Path) -> None:
    book = passing_on
    (book / "data" / FILE).write_bytes(Learned((Same("城建", "QY01"), Same("基金", "QY0201"))).content())
    path = book / "data" / "ledger" / "enterprises.csv"
    path.write_text(path.read_text("utf-8-sig").replace("基金管理,2018,", "基金管理,2018,2024"), "utf-8-sig")
    begin(new_plan(book, tmp_path / "next"))
    assert [s.word for s in read(tmp_path / "next" / "data", []).words] == ["城建"]


def test_a_guarantee_for_somebody_outside_the_register_goes_where_such_names_stand(book: Path, tmp_path: Path) -> None:
    path = tmp_path / "担保台账.csv"
    header = "年度,编号,担保单位,被担保单位,担保事项,担保方式,担保金额,担保起始日,担保到期日\n"
    path.write_text(header + "2024,D1,QY02,某农业发展集团,贷款,保证担保,100,2024-01-01,2025-01-01\n", "utf-8")
    made = plan(book, [path], units=WAN)
    assert "不在名录里，写到“系统外被担保方”：1处" in "\n".join(lines(made))
    row = made.files["ledger/guarantees.csv"].decode("utf-8-sig").splitlines()[1]
    assert row == "2024,D1,QY02,贷款,,某农业发展集团,credit,100.00,2024-01-01,2025-01-01,"
    path.write_text(path.read_text("utf-8").replace("某农业发展集团", "丙公共服务有现公司"), "utf-8")
    assert "是不是“丙公共服务有限公司”" in str(plan(book, [path], units=WAN).refused[0])  # a slip is no stranger


def test_messages_say_words_of_the_table_and_no_codes(book: Path, tmp_path: Path) -> None:
    path = tmp_path / "担保台账.csv"
    header = "年度,编号,担保单位,被担保单位,担保事项,担保方式,担保金额,担保起始日,担保到期日\n"
    path.write_text(header + "2024,D1,QY02,QY0201,贷款,一般保证,100,2024-01-01,2025-01-01\n", "utf-8")
    told = "\n".join(lines(plan(book, [path], units=WAN)))
    assert "“担保方式”列：“一般保证”→“保证”" in told
    assert "credit" not in told
