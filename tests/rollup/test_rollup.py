"""Many districts in one view: what is added, what is not, how sure an order is, and what cannot be true."""

from __future__ import annotations

import json
from fractions import Fraction

import duckdb
import pytest
from many import every
from small_facts import assets, computed, document, printed, put

from stateassets.cli.main import main
from stateassets.measures.units import Interval, printed_interval
from stateassets.rollup import Rollup, pages
from stateassets.rollup.book import write
from stateassets.rollup.coverage import coverage, refusal
from stateassets.rollup.facts import District, read
from stateassets.rollup.membership import Expected, read_list, together
from stateassets.rollup.order import Place, places, spread
from stateassets.rollup.ownership import check_digit, is_code, read_register
from stateassets.rollup.rollup import files
from stateassets.rollup.rollup import read as read_back
from stateassets.rollup.sources import read_all
from stateassets.rollup.ties import disjoint
from stateassets.tables.data_errors import DataError

CODE = "91990001MA0000001R"
OTHER_CODE = "91990001MA0000002W"
REGISTER = "地区,企业编号,统一社会信用代码,企业名称,归属地区,起始年度,终止年度\n"


def districts(*documents) -> dict[str, District]:
    return together(read(json.dumps(one).encode(), f"{n}/facts.json") for n, one in enumerate(documents))


def city(parts, total=None, missing=(), **more) -> Rollup:
    """A city of districts by their assets in tenths of 亿元, with its own printed total."""
    given = [assets(name, tenths, **more.get(name, {})) for name, tenths in parts.items()]
    given += [assets("示例市", total)] if total is not None else []
    names = [*parts, *missing]
    return Rollup(districts(*given), [Expected("示例市"), *(Expected(name, "示例市") for name in names)])


# --- who is in, what is alike ---------------------------------------------------------------------


def test_who_is_expected_and_has_not_come_is_told_and_since_when():
    rollup = Rollup(districts(assets("甲区", 100)), [Expected("甲区", since=2021), Expected("乙区")])
    assert [member.region for member in rollup.missing] == ["乙区"]
    assert rollup.by["甲区"].lacks == (2021, 2022) and rollup.by["甲区"].years == (2023,)
    assert "还有1个没有来：乙区" in repr(pages.opening(rollup))


@every(
    "one, other, alike",
    [
        ("企业国有资产不含金融", "企业国有资产（不含金融企业）", True),
        ("企业国有资产不含金融", "企业国有资产（含金融企业）", False),
        ("企业国有资产（不含金融企业）", "企业国有资产（不含金融企业，含集体企业）", False),
        ("企业国有资产（不含集体企业）", "企业国有资产（含集体企业）", False),
        ("企业国有资产", "企业国有资产不含金融", False),  # what is not said is neither
        ("", "企业国有资产不含金融", False),
    ],
)
def test_with_and_without_finance_or_collective_enterprises_are_unlike(one, other, alike):
    assert (coverage(one) == coverage(other)) is alike
    assert bool(refusal({"甲区": coverage(one), "乙区": coverage(other)})) is not alike


def test_unlike_scopes_are_never_added_and_the_reason_names_who_what_and_what_to_do():
    with_finance = assets("乙区", 50)
    with_finance["sa:book"]["scope"] = "企业国有资产（含金融企业）"
    rollup = Rollup(districts(assets("甲区", 100), with_finance, assets("丙区", 30)))
    assert [(one.regions, one.interval.low) for one in rollup.sums("total_assets", 2023)] == [
        (("甲区", "丙区"), Fraction(129_000) + 0),  # 9.95 + 2.95 亿元, in 万元
        (("乙区",), Fraction(49_500)),
    ]
    said = rollup.refusal("total_assets", 2023)
    assert "口径不同，不能相加" in said and "乙区是企业（含金融企业" in said and "同一口径重新编报" in said
    assert set(rollup.places("total_assets", 2023).values()) == {Place(1, 1), Place(2, 2)}  # each among its like
    silent = assets("丁区", 10)
    del silent["sa:book"]
    alone = Rollup(districts(silent))
    assert alone.sums("total_assets", 2023) == () and "没有写明口径" in alone.refusal("total_assets", 2023)
    assert "不是可以相加的数" in alone.refusal("debt_ratio", 2023)


# --- order ----------------------------------------------------------------------------------------


def test_a_place_is_as_sure_as_the_printed_digits_allow():
    near = {"甲": "5.0", "乙": "4.9", "丙": "5.0", "丁": "4", "戊": "3.4"}
    values = {name: printed_interval(text, len(text.partition(".")[2])) for name, text in near.items()}
    # 丁 is [3.5, 4.5): surely after those of 4.85 and more, surely before [3.35, 3.45).
    assert places(values) == {
        "甲": Place(1, 2), "丙": Place(1, 2), "乙": Place(3, 3), "丁": Place(4, 4), "戊": Place(5, 5),
    }  # fmt: skip
    rough = {"甲": "5", "乙": "4.9", "丙": "5.2"}  # 甲 is [4.5, 5.5)
    found = places({name: printed_interval(text, len(text.partition(".")[2])) for name, text in rough.items()})
    assert found == {"甲": Place(1, 3), "乙": Place(2, 3), "丙": Place(1, 2)}
    assert Place(3, 5).words == "第3至第5之间" and Place(2, 2).words == "第2"


def test_the_spread_of_nine_values_and_of_none():
    found = spread([Fraction(n) for n in (9, 1, 8, 2, 7, 3, 6, 4, 5)])
    assert found and (found.low, found.first, found.median, found.third, found.high) == (1, 3, 5, 7, 9)
    assert spread([]) is None


# --- whose an enterprise is -----------------------------------------------------------------------


def test_a_credit_code_is_known_by_its_check_digit():
    # GB 32100-2015, annex: 91350100M000100Y4 has the check digit 3.
    assert check_digit("91350100M000100Y4") == "3" and is_code("91350100M000100Y43")
    assert not is_code("91350100M000100Y44") and not is_code("9135") and not is_code("I1350100M000100Y43")
    assert is_code(CODE)


def reported(region: str, yuan: str, group: str = "", year: int = 2023):
    facts = {"all": computed("total_assets", region, year, yuan)}
    if group:
        facts["group"] = computed("total_assets", region, year, group, "group:C")
    return document(facts)


@every(
    "rows, elsewhere, total",
    [
        ((f"甲区,C,{CODE},示例企业,甲区,,", f"乙区,C,{CODE},示例企业,甲区,,"), ("乙区",), 400),  # reported by two
        ((f"乙区,C,{CODE},示例企业,乙区,,2022", f"乙区,C,{CODE},示例企业,甲区,2023,"), ("乙区",), 500),  # moved
        ((f"乙区,C,{CODE},示例企业,乙区,,",), (), 500),  # where it belongs
    ],
)
def test_an_enterprise_counts_once_and_where_it_belongs_in_that_year(tmp_path, rows, elsewhere, total):
    file = tmp_path / "产权登记.csv"
    file.write_text(REGISTER + "\n".join(rows) + "\n", "utf-8")
    given = districts(reported("甲区", "3000000", "1000000"), reported("乙区", "2000000", "1000000"))
    rollup = Rollup(given, (), read_register(file))
    (one,) = rollup.sums("total_assets", 2023)
    assert one.interval == Interval(Fraction(total), Fraction(total), high_closed=True)
    assert tuple(region for t in rollup.transfers(2023) for region, _ in t.off) == elsewhere
    words = [t.words for t in rollup.transfers(2023)]
    assert all("归属是甲区，只在甲区计一次" in said and "乙区" in said for said in words)
    if total == 500 and elsewhere:
        assert (rollup.owned("甲区", "total_assets", 2023), rollup.owned("乙区", "total_assets", 2023)) == (400, 100)


def test_an_enterprise_inside_anothers_consolidated_statement_is_told_and_not_taken_out(tmp_path):
    file = tmp_path / "产权登记.csv"
    file.write_text(REGISTER + f"甲区,C1,{CODE},下级,甲区,,\n乙区,C1,{CODE},下级,甲区,,\n", "utf-8")
    given = []
    for region in ("甲区", "乙区"):
        own = reported(region, "2000000")
        own["facts"]["part"] = computed("total_assets", region, 2023, "500000", "enterprise:C1")
        given.append(own)
    rollup = Rollup(districts(*given), (), read_register(file))
    (told,) = rollup.transfers(2023)
    assert told.unclear == ("乙区",) and "扣除要由其重编合并报表，本书没有扣" in told.words
    assert rollup.sums("total_assets", 2023)[0].interval.low == 400


def two_cities(tmp_path, rows: tuple[str, ...], first: int = 300, second: int = 300) -> Rollup:
    """甲 and 乙 of one city, 丙 and 丁 of another; 10.0 and 20.0 亿元 each, in which a group C of 5.0 may lie."""
    given = []
    for name, tenths in {"甲区": 100, "乙区": 200, "丙区": 100, "丁区": 200}.items():
        given.append(assets(name, tenths, group=computed("total_assets", name, 2023, "500000000", "group:C")))
    given += [assets("一市", first), assets("二市", second)]
    file = tmp_path / "产权登记.csv"
    file.write_text(REGISTER + "\n".join(rows) + "\n", "utf-8")
    listed = [Expected("一市"), Expected("二市")]
    listed += [Expected(name, "一市" if name in "甲区乙区" else "二市") for name in ("甲区", "乙区", "丙区", "丁区")]
    return Rollup(districts(*given), listed, read_register(file))


REPORTED = f"{{}},C,{CODE},示例企业,{{}},,"


@every(
    "rows, first, second, states",
    [
        # 甲 and 乙 report one group: it is once in their city, and the other city has nothing to do with it.
        ((("甲区", "甲区"), ("乙区", "甲区")), 250, 300, "可可"),
        ((("甲区", "甲区"), ("乙区", "甲区")), 300, 300, "不可"),
        ((("甲区", "甲区"), ("乙区", "甲区")), 250, 250, "可不"),
        # 乙 reports what 丙 owns: either city may or may not have counted it, and no city can be anything else.
        ((("乙区", "丙区"),), 300, 300, "可可"),
        ((("乙区", "丙区"),), 250, 350, "可可"),
        ((("乙区", "丙区"),), 240, 360, "不不"),
        # 甲 and 乙 both report what nobody here owns: once at most.
        ((("甲区", "省级"), ("乙区", "省级")), 250, 300, "可可"),
        ((("甲区", "省级"), ("乙区", "省级")), 200, 300, "可可"),
        ((("甲区", "省级"), ("乙区", "省级")), 300, 300, "不可"),
        # 甲 owns what 乙 reports: the city's total is the same.
        ((("乙区", "甲区"),), 300, 300, "可可"),
    ],
)
def test_a_city_is_held_to_what_its_own_districts_report_twice(tmp_path, rows, first, second, states):
    rollup = two_cities(tmp_path, tuple(REPORTED.format(*row) for row in rows), first, second)
    assert "".join(answer.state[0] for answer in rollup.answers) == states


def test_what_counts_nowhere_and_lines_of_nothing_are_told(tmp_path):
    rollup = two_cities(
        tmp_path, (REPORTED.format("甲区", "省级"), f"乙区,X,{OTHER_CODE},,乙区,,", f"戊区,C,{OTHER_CODE},,乙区,,")
    )
    assert [one.words.rpartition("；")[2] for one in rollup.transfers(2023)] == ["省级不在这里，所以没有加进合计"]
    assert "产权登记里的乙区的X、戊区的C，各区的数里没有，没有用上：请核对地区和企业编号" in repr(pages.opening(rollup))
    assert two_cities(tmp_path, (REPORTED.format("甲区", "甲区"),)).unmatched == ()


def test_a_group_within_another_city_does_not_keep_a_city_from_being_compared(tmp_path):
    given = two_cities(tmp_path, (REPORTED.format("丙区", "丁区"), REPORTED.format("丁区", "丁区")))
    alone = computed("total_assets", "丙区", 2023, "500000000", "enterprise:C")
    changed = {**given.districts, "丙区": read(json.dumps(assets("丙区", 100, part=alone)).encode(), "丙")}
    first, second = Rollup(changed, given.expected, given.register).answers
    assert first.ties and not first.why
    assert not second.ties and "丙区是合并报表里的下级企业" in second.why


def test_where_only_facts_are_given_it_is_said_that_this_cannot_be_seen():
    assert "看不出同一户企业" in repr(pages.moved(Rollup(districts(assets("甲区", 100)))))


# --- can all of it be true ------------------------------------------------------------------------


@every(
    "total, parts, complete, cannot",
    [
        ("10.0", ("5.0", "5.0"), True, False),  # [9.95, 10.05) and [9.9, 10.1)
        ("10.1", ("5.0", "5.0"), True, False),  # 10.05 and more: reached by 10.09
        ("10.2", ("5.0", "5.0"), True, True),  # 10.15 and more: not reached
        ("9.8", ("5.0", "5.0"), True, True),  # less than 9.85
        ("20.0", ("5.0", "5.0"), False, False),  # others may be missing
        ("9.8", ("5.0", "5.0"), False, True),
    ],
)
def test_a_sum_of_intervals_meets_the_printed_total_or_does_not(total, parts, complete, cannot):
    assert disjoint(printed_interval(total, 1), [printed_interval(p, 1) for p in parts], complete) is cannot


def test_totals_that_fit_can_be_true_and_a_missing_district_leaves_a_lower_bound():
    (well,) = city({"甲区": 100, "乙区": 200}, 300).answers
    assert well.state == "可以同时成立" and [tie.complete for tie in well.ties] == [True]
    (partly,) = city({"甲区": 100, "乙区": 200}, 500, missing=("丙区",)).answers
    assert partly.state == "可以同时成立" and [tie.complete for tie in partly.ties] == [False]
    (over,) = city({"甲区": 100, "乙区": 200}, 200, missing=("丙区",)).answers
    assert over.state == "不能同时成立"


def test_one_changed_digit_is_named_with_the_smallest_set_that_cannot_be():
    # 乙区 printed 30.0 in place of 20.0: its own debt ratio (12.0 of 20.0 is 60 %) gives it away, and the city's total.
    debts = printed("total_liabilities", "乙区", 2023, "1200000000", "12.0亿元")
    ratio = printed("debt_ratio", "乙区", 2023, "0.6", "60.0%", moment=False)
    rollup = city({"甲区": 100, "乙区": 300, "丙区": 50}, 350, 乙区={"debts": debts, "ratio": ratio})
    (answer,) = rollup.answers
    own, total = answer.conflicts
    assert {claim.describe() for claim in own.claims} == {"资产总额30.0亿元", "负债总额12.0亿元", "资产负债率60.0%"}
    # 10.0 and 30.0 exceed 35.0 already: 丙区 can be spared.
    assert total.regions == ("甲区", "乙区", "示例市")
    (mend,) = answer.suspects
    assert (mend.claim.region, mend.instead) == ("乙区", ("20.0亿元",))
    assert "只有一个数错的话，是乙区的资产总额30.0亿元" in repr(pages.opening(rollup))
    assert "先查这些数" in repr(pages.suspects(rollup)) and "总数公布为35.0亿元" in repr(pages.conflicts(rollup))


def test_sums_of_equity_are_held_against_the_total_though_nothing_else_is_printed():
    given = [
        document({"equity": printed("owners_equity", name, 2023, f"{n}000000000", f"{n}0.0亿元")})
        for name, n in (("甲区", 1), ("乙区", 2), ("示例市", 4))
    ]
    listed = [Expected("示例市"), Expected("甲区", "示例市"), Expected("乙区", "示例市")]
    (answer,) = Rollup(districts(*given), listed).answers
    assert answer.state == "不能同时成立" and len(answer.suspects) == 3
    said = repr(pages.opening(Rollup(districts(*given), listed)))
    assert "是甲区的所有者权益10.0亿元（只差一位：是不是20.0亿元？），或是乙区" in said


def test_without_a_list_it_is_said_that_a_whole_would_be_added_to_its_parts():
    said = repr(pages.opening(Rollup(districts(assets("甲区", 100), assets("示例市", 100)))))
    assert "没有名单，来的都当作互不包含的地区相加" in said


def test_a_total_of_another_scope_is_not_held_against_the_districts():
    whole = assets("示例市", 900)
    whole["sa:book"]["scope"] = "企业国有资产（含金融企业）"
    expected = [Expected("示例市"), Expected("甲区", "示例市")]
    (answer,) = Rollup(districts(assets("甲区", 100), whole), expected).answers
    assert answer.ties == () and "口径不同，不能相加" in answer.why


# --- what is read ---------------------------------------------------------------------------------


def changed(**fact):
    one = assets("甲区", 100)
    one["facts"]["assets"] |= fact
    return json.dumps(one).encode()


def dimensioned(**more):
    one = assets("甲区", 100)
    one["facts"]["assets"]["dimensions"] |= more
    return json.dumps(one).encode()


def several(**facts):
    one = assets("甲区", 100)
    one["facts"] |= facts
    return json.dumps(one).encode()


TWICE = b'{"facts": {"a": 1, "a": 2}}'
BROKEN_SUM = {
    "a": computed("total_assets", "甲区", 2023, "100"),
    "b": computed("total_liabilities", "甲区", 2023, "60"),
    "c": computed("owners_equity", "甲区", 2023, "41"),
}


@every(
    "content, told",
    [
        (b"", "不是正确的JSON"),
        (b"\xff\xfe", "不是正确的JSON"),
        (b"[" * 100_000, "嵌套太深"),
        (b" " * (64 * 1024**2 + 1), "不大于64MB"),
        (b'{"a": 1' + b"0" * 5000 + b"}", "不是正确的JSON"),
        (TWICE, "“a”写了两次"),
        (b"[]", "不是书的facts.json"),
        (json.dumps(document({})).encode(), "里面没有数"),
        (json.dumps({**assets("甲区", 1), "sa:book": []}).encode(), "书名或范围的写法不对"),
        (several(b=3), "这一项缺内容"),
        (several(b=computed("total_assets", "乙区", 2022, "1")), "一个文件只写一个地区"),
        (several(b=printed("total_assets", "甲区", 2023, "1100000000", "11.0亿元")), "同一个数写了两次，两次不同"),
        (several(**BROKEN_SUM), "有人改过其中一个数"),
        (dimensioned(concept="us:Assets"), "不是这个程序的指标和地区"),
        (dimensioned(period="2023-06-30T00:00:00"), "时期“2023-06-30T00:00:00”不对"),
        (dimensioned(**{"sa:stated": "sa:rumour"}), "不是公布的写法"),
        (dimensioned(entity="region:<script>"), "不能用的字符"),
        (dimensioned(entity="region:" + "区" * 99), "有一个名称太长"),
        (changed(value="NaN"), "“NaN”不是这样的数；应为：写成文字的一个数"),
        (changed(value="1e999"), "“1e999”不是这样的数；应为：写成文字的一个数"),
        (changed(value=12), "“12”不是这样的数；应为：写成文字的一个数"),
        (changed(value="9" * 25), "小数点前后各不超过24位"),
        (json.dumps(document({"a": computed("moon_rocks", "甲区", 2023, "1")})).encode(), "没有一个认识的全区的数"),
        (json.dumps(document({"a": computed("total_assets", "甲区", 2023, "1", "class:x")})).encode(), "全区的数"),
        (changed(value="2000000000"), "值却不是这个数"),
        (changed(decimals=True), "位数“True”不对"),
        (changed(**{"sa:origin": "good"}), "来源“good”不认识"),
        (changed(**{"sa:printed": ""}), "没有写印出来的样子"),
        (
            several(b=printed("enterprises", "甲区", 2023, "7", "7斤")),
            "印的是“7斤”，不认识的单位：斤；应为：企业户数的单位",
        ),
    ],
    ids=lambda content: content[:20],
)
def test_a_file_that_is_not_what_a_book_publishes_ends_in_one_message(content, told):
    with pytest.raises(DataError) as failed:
        read(content, "甲/facts.json")
    (fault,) = failed.value.faults
    assert told in str(fault) and "重新生成书" in fault.advice and "甲/facts.json" in fault.file


def test_what_another_program_counts_besides_is_left_out_and_counted():
    found = read(several(b=computed("moon_rocks", "甲区", 2023, "1")), "x")
    assert (len(found.facts), found.unknown) == (1, 1)


def test_a_folder_in_the_place_of_a_file_is_named_with_where_it_is(tmp_path):
    (tmp_path / "甲" / "facts.json").mkdir(parents=True)
    (tmp_path / "乙").mkdir()
    (tmp_path / "乙" / "facts.json").symlink_to(tmp_path / "没有")
    with pytest.raises(DataError, match=r"乙/facts\.json：没有这个文件(?s:.*)甲/facts\.json：是文件夹"):
        read_all([tmp_path])


def test_two_files_of_one_district_that_differ_are_refused_naming_both():
    with pytest.raises(DataError, match=r"1/facts\.json：“甲区”2023年的资产总额与0/facts\.json里的不同"):
        districts(assets("甲区", 100), assets("甲区", 101))
    other = assets("甲区", 90, year=2022)
    other["sa:book"]["scope"] = "企业国有资产"
    with pytest.raises(DataError, match="口径在各年的书里不同"):
        districts(assets("甲区", 100), other)


LISTS = [
    ("名称\n甲区\n", "没有“地区”列，有“名称”；应为：地区、上级、口径、起始年度这几列。请改表头"),
    ("地区,备注\n甲区,好\n", "有“备注”"),
    ("地区\n甲区\n甲区\n", "“甲区”写了两次"),
    ("地区,上级\n,示例市\n", "是空的或有看不见的字符"),
    ("", "没有“地区”列"),
    ("地区,地区\n甲区,乙区\n", "写了两次“地区”"),
    ("地区,上级\n", "只有表头，没有一行"),
    ("地区,口径\n甲区,不含金融,不含集体\n", "第2行：比表头多出格子；应为：2格。单元格里有逗号的，请用英文双引号括起来"),
    (
        "地区,上级\n示例市,\n甲区,示列市\n",
        "第3行“上级”列：“示列市”不在名单里；应为：名单里有一行“示列市”。是不是“示例市”",
    ),
    ("地区,上级\n甲区,甲区\n", "“甲区”成了自己的上级"),
    ("地区,上级\n甲区,乙区\n乙区,甲区\n", "“乙区”成了自己的上级"),
    ("地区,起始年度\n甲区,去年\n", "“去年”不是年度"),
]
REGISTERS = [
    (
        "地区\n甲区\n",
        "没有“企业编号、统一社会信用代码、归属地区”列；应为：地区、企业编号、统一社会信用代码、企业名称、归属地区、起始年度、终止年度这几列。请改表头",
    ),
    (REGISTER.replace("终止年度", "终止年") + f"甲区,C,{CODE},,甲区,,\n", "有“终止年”"),
    (f"{REGISTER}甲区,C,{CODE},,甲区,2023,2022\n", "2023年晚于终止年度2022年"),
    (f"{REGISTER}甲区,,{CODE},,甲区,,\n", "是空的或有看不见的字符"),
    (f"{REGISTER}甲区,C,{CODE[:-1]}A,,甲区,,\n", "校验不符；应为：18位统一社会信用代码。请照营业执照核对"),
    (f"{REGISTER}甲区,C,{CODE},,甲区,去年,\n", "“去年”不是年度"),
    (f"{REGISTER}甲区,C,{CODE},,甲区,,\n乙区,C,{CODE},,乙区,,\n", "在同一年归甲区又归乙区"),
]


@every("read_file, text, told", [(read_list, *one) for one in LISTS] + [(read_register, *one) for one in REGISTERS])
def test_a_list_or_register_that_cannot_be_used_says_which_row(tmp_path, read_file, text, told):
    (tmp_path / "表.csv").write_text(text, "utf-8")
    with pytest.raises(DataError) as failed:
        read_file(tmp_path / "表.csv")
    assert told in str(failed.value) and "表.csv" in str(failed.value)


def test_a_list_that_contradicts_a_book_on_its_scope_is_refused():
    with pytest.raises(DataError, match="名单写的是“企业国有资产（含金融企业）”"):
        Rollup(districts(assets("甲区", 1)), [Expected("甲区", scope="企业国有资产（含金融企业）")])


def test_a_lake_gives_what_the_published_facts_give_and_says_what_it_lacks(tmp_path):
    place = tmp_path / "湖" / "region=甲区" / "year=2023"
    place.mkdir(parents=True)
    row = (
        "'total_assets' AS figure, '' AS scope, '2024-01-01T00:00:00' AS period, '1000000000' AS value, -7 AS decimals"
    )
    rest = "'sample' AS origin, 'report' AS stated, '10.0亿元' AS printed, '企业国有资产不含金融' AS book_scope"
    duckdb.sql(f"COPY (SELECT {row}, {rest}) TO '{place}/facts.parquet' (FORMAT parquet)")
    (found,) = read_all([tmp_path / "湖"])
    (same,) = districts(assets("甲区", 100)).values()
    assert (found.facts, found.scope) == (same.facts, same.scope)
    duckdb.sql(f"COPY (SELECT {row}) TO '{place}/facts.parquet' (FORMAT parquet)")
    with pytest.raises(DataError, match="没有origin、stated、printed列"):
        read_all([tmp_path / "湖"])
    (place / "facts.parquet").write_bytes(b"PAR1")
    with pytest.raises(DataError, match="Parquet文件读不出来"):
        read_all([tmp_path / "湖"])
    (place / "facts.parquet").unlink()
    with pytest.raises(DataError, match="没有年度的数据"):
        read_all([tmp_path / "湖"])
    (tmp_path / "空").mkdir()
    (tmp_path / "空" / "._facts.json").write_bytes(b"\0")  # what some computers put beside each file
    with pytest.raises(DataError, match="里面没有可以读的"):
        read_all([tmp_path / "空"])
    with pytest.raises(DataError, match="没有一个地区"):
        read_all([])
    with pytest.raises(DataError, match="没有这个文件"):
        read_all([tmp_path / "没有.json"])
    with pytest.raises(DataError, match=r"名单\.csv：没有这个文件；应为：应在内的地区，CSV文件"):
        read_list(tmp_path / "名单.csv")


# --- the book -------------------------------------------------------------------------------------


def test_what_is_written_into_the_book_is_read_back_to_the_digit(tmp_path):
    rollup = city({"甲区": 100, "乙区": 200}, 300)
    for name, content in files(rollup).items():
        (tmp_path / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "data" / name).write_bytes(content)
    back = read_back(tmp_path)
    assert back.sums("total_assets", 2023) == rollup.sums("total_assets", 2023)
    assert back.answers == rollup.answers and back.expected == rollup.expected
    (tmp_path / "data" / "rollup" / "facts.csv").write_text("region\n甲区\n", "utf-8")
    with pytest.raises(DataError, match="不是汇总时写下的样子"):
        read_back(tmp_path)


def test_nothing_is_kept_of_single_enterprises_that_the_register_does_not_name(tmp_path):
    whole = two_cities(tmp_path, (REPORTED.format("甲区", "甲区"), f"乙区,X,{OTHER_CODE},,乙区,,"))
    for name in ("甲区", "乙区"):
        group = computed("total_assets", name, 2023, "500000000", "group:C")
        put(tmp_path / "各区", **{name: assets(name, 100, group=group)})
    rollup = Rollup(together(read_all([tmp_path / "各区"], whole.register)), whole.expected, whole.register)
    assert {region: len(one.facts) for region, one in rollup.districts.items()} == {"甲区": 2, "乙区": 1}
    for name, content in files(rollup).items():
        (tmp_path / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "data" / name).write_bytes(content)
    for one in (whole, rollup, read_back(tmp_path)):
        assert [line.enterprise for line in one.unmatched] == ["X"]
    assert [len(one.facts) for one in read_all([tmp_path / "各区"])] == [2, 2]


def test_the_command_makes_a_book_or_leaves_nothing(tmp_path, capsys):
    source = put(tmp_path / "各区", 甲=assets("甲区", 100), 乙=assets("乙区", 200), 市=assets("示例市", 400))
    listed = tmp_path / "名单.csv"
    listed.write_text("地区,上级\n示例市,\n甲区,示例市\n乙区,示例市\n", "utf-8")
    program = tmp_path / "程序"
    program.mkdir()
    (program / "_config.yml").write_text("", "utf-8")
    words = ["rollup", str(source), "--expected", str(listed), "--root", str(program)]
    assert main([*words, "--out", str(tmp_path / "书")]) == 1  # 10.0 and 20.0 are no 40.0
    said = capsys.readouterr().out
    assert "不能同时成立" in said and "书已放好" in said and "示例" in said
    contents = (tmp_path / "书" / "_toc.yml").read_text("utf-8")
    assert contents.count("- file:") == 4 and (tmp_path / "书" / "notebooks" / "index.ipynb").is_file()
    assert main([*words, "--out", str(tmp_path / "书")]) == 1 and "已经有内容" in capsys.readouterr().out
    assert main([*words, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["answers"][0]["state"] == "不能同时成立" and told["sums"][0]["districts"] == 2
    (source / "乙" / "facts.json").write_text("{", "utf-8")
    before = sorted(path.name for path in tmp_path.iterdir())
    assert main([*words, "--out", str(tmp_path / "另一本")]) == 1
    assert "乙/facts.json：不是正确的JSON" in capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@every(
    "place, title, told",
    [
        ("占", "", "已经有内容"),
        ("占/书", "", "写不进去；应为：可以写的新文件夹。请换一个文件夹。"),
        ("长" * 100, "", "请换一个短的名字"),
        ("书", "一\n二", "书名：太长，或有换行和尖括号这样的字符"),
        ("书", "<b>", "请改--title"),
    ],
)
def test_where_no_book_can_be_is_said_before_anything_is_read(tmp_path, capsys, place, title, told):
    (tmp_path / "占").write_text("", "utf-8")
    (tmp_path / "_config.yml").write_text("", "utf-8")
    before = sorted(tmp_path.iterdir())
    words = ["rollup", str(tmp_path / "没有"), "--root", str(tmp_path), "--title", title]
    assert main([*words, "--out", str(tmp_path / place)]) == 1
    said = capsys.readouterr().out
    assert told in said and "没有这个文件" not in said and sorted(tmp_path.iterdir()) == before


def test_a_book_without_its_program_is_not_made_and_links_are_followed(tmp_path):
    rollup = city({"甲区": 100, "乙区": 200}, 300)
    with pytest.raises(DataError, match=r"没有_config\.yml；应为：这个程序的文件夹"):
        write(rollup, tmp_path, tmp_path / "书")
    (tmp_path / "_config.yml").write_text("", "utf-8")
    (tmp_path / "空的").mkdir()
    (tmp_path / "书").symlink_to(tmp_path / "空的")
    assert write(rollup, tmp_path, tmp_path / "书") and (tmp_path / "空的" / "_toc.yml").is_file()


def test_every_page_says_that_a_sample_is_one(tmp_path):
    rollup = city({"甲区": 100, "乙区": 200}, 300)
    shown = [pages.opening(rollup), pages.sums(rollup), pages.who(rollup), pages.answered(rollup)]
    shown += [
        page(rollup, "total_assets") for page in (pages.compared, pages.comparison, pages.by_size, pages.over_years)
    ]
    shown += [
        pages.all_figures(rollup),
        pages.district(rollup, "甲区"),
        pages.sources(rollup),
        pages.sums_over_years(rollup),
    ]
    assert [repr(one)[:20] for one in shown if "示例" not in repr(one)] == []
    assert "各区只给了facts.json，看不出预警" in repr(pages.alerts(rollup))
    (tmp_path / "_config.yml").write_text("", "utf-8")
    assert write(rollup, tmp_path, tmp_path / "书").endswith("（示例）")
