"""What the size of a number, or how few digits it has, tells of it and what not."""

from test_examine import loud, row

from stateassets.audit.findings import UNIT

YI, WANYI = "亿元", "万亿元"


def test_a_total_ten_thousand_times_too_small_is_a_unit_misprinted():
    assets = [row("资产总额", "5.5", WANYI, year=2023), row("资产总额", "4.91", YI, year=2021)]
    (found,) = loud(*assets)
    assert (found.verdict, found.expected) == (UNIT, "应为4.91万亿元")


def test_the_odd_one_of_several_totals_is_the_one_that_is_named():
    years = [row("营业收入", "3120.4", YI, year=2021), row("营业收入", "0.33", WANYI, year=2022)]
    (found,) = loud(*years, row("营业收入", "0.35", YI, year=2023))
    assert (found.claims[-1].text, found.expected) == ("0.35", "应为0.35万亿元")


def test_amounts_that_grow_much_or_are_small_by_nature_are_no_misprint():
    assert loud(row("资产总额", "200.0", YI, year=2022), row("资产总额", "66666.7", YI, year=2023)) == []
    assert loud(row("利润总额", "35.2", YI, year=2022), row("利润总额", "31.8", "万元", year=2023)) == []
    assert loud(row("整治资金", "5.5", WANYI, year=2022), row("整治资金", "4.9", YI, year=2023)) == []


def test_so_many_enterprises_and_so_many_others_contradict_nothing():
    assert loud(row("物业服务站", "5", "个"), row("物业服务站", "7", "个")) == []
    parts = [row("户数", "4", "户"), row("户数", "6", "户"), row("户数", "9", "户", scope="市属企业")]
    assert loud(*parts) == []
    (found,) = loud(row("物业服务站", "1412", "个"), row("物业服务站", "1421", "个"))
    assert found.verdict == "冲突"


def test_a_count_of_some_enterprises_is_not_the_whole_of_all_their_levels():
    levels = [row("户数", "374", "户", scope="省属企业"), row("户数", "1279", "户", scope="市县企业")]
    assert loud(*levels, row("户数", "6", "户", scope="全省")) == []
    (found, *_) = loud(*levels, row("户数", "1563", "户", scope="全省"))
    assert found.verdict == "冲突"


def test_a_part_in_a_unit_that_makes_it_far_more_than_its_whole_is_a_unit_misprinted():
    income = row("国资预算总收入", "4080", "万元")
    (found,) = loud(income, row("国资预算结转", "260", YI))
    assert (found.verdict, found.expected) == (UNIT, "应为260万元")
    assert loud(income, row("国资预算结转", "260", "万元")) == []
