"""How printed numbers hang together, each tie by an example worked by hand, sound and spoilt."""

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_examine import ENTERPRISES, loud, of_two_reports, row, verdicts

from stateassets.audit import audit, examine
from stateassets.audit.findings import (
    ALARMS,
    CONFLICT,
    CONSISTENT,
    DOUBT,
    INCOMPARABLE,
    OPEN,
    PARTIAL,
    QUIET,
    ROUNDING,
    SCOPE,
    UNIT,
)
from stateassets.audit.model import overdetermined
from stateassets.audit.ties import possible
from stateassets.measures.claims import collected_claims
from stateassets.measures.units import half_up

YI, WAN, PP = "亿元", "万元", "个百分点"


def told(name, text, unit, kind, base="", **where):
    return {**row(name, text, unit, kind, **where), "base": base}


def one(*rows):
    (found,) = loud(*rows)
    return found


# --- rounding of rounded -------------------------------------------------------------------------


def ratios(points):
    """Debts 62.868 % of assets a year before, 63.634 % now: 0.766 points, of the rounded ratios 0.76."""
    return [
        row("资产总额", "100000.0", YI),
        row("资产总额", "0.0", "%", "yoy_pct"),
        row("资产总额", "100000.0", YI, year=2022),
        row("负债总额", "63634.0", YI),
        row("负债总额", "62868.0", YI, year=2022),
        row("负债总额", "766.0", YI, "yoy_abs"),
        row("资产总额", "0.0", YI, "yoy_abs"),
        row("资产负债率", "63.63", "%"),
        row("资产负债率", points, PP, "yoy_pp"),
    ]


def test_points_from_rounded_ratios_are_at_most_a_difference_of_rounding():
    assert loud(*ratios("0.77")) == [] == loud(*ratios("0.76"))
    assert ROUNDING in verdicts(*ratios("0.76"))
    assert [f.verdict for f in loud(*ratios("0.67"))][:1] == [CONFLICT]


def test_growth_from_rounded_levels_is_at_most_a_difference_of_rounding():
    # 0.084 from 0.0749 is 12.1 %, of the rounded 0.08 and 0.07 it is 14.3 %
    parts = [
        row("货币资金", "0.08", YI),
        row("货币资金", "0.01", YI, "yoy_abs"),
        row("货币资金", "14.3", "%", "yoy_pct"),
    ]
    assert loud(*parts) == []
    assert one(*parts[:2], row("货币资金", "41.3", "%", "yoy_pct")).verdict == CONFLICT


def test_growth_from_rounded_levels_that_are_not_printed_is_no_conflict_either():
    # 258.8 from 110.8 and 520.3 from 110.8 (all rounded): 133.6 %, 369.6 %, together 251.6 %, truly 251.4 %
    rows = [
        row("资产总额", "251.4", "%", "yoy_pct"),
        row("负债总额", "148.0", YI, "yoy_abs"),
        row("负债总额", "133.6", "%", "yoy_pct"),
        row("净资产", "409.5", YI, "yoy_abs"),
        row("净资产", "369.6", "%", "yoy_pct"),
    ]
    assert loud(*rows) == []
    assert loud(row("资产总额", "215.4", "%", "yoy_pct"), *rows[1:]) != []


# --- units ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["yoy_pp", "yoy_pct"])
def test_a_ratios_change_in_per_cent_should_read_points(kind):
    found = one(row("资产负债率", "76", "%"), row("资产负债率", "0.6", "%", kind))
    assert found.verdict == UNIT and found.expected == "应为0.6个百分点"
    assert "“0.6%”应写作“0.6个百分点”" in found.message


@pytest.mark.parametrize("kind", ["yoy_pp", "yoy_pct"])
def test_growth_of_an_amount_in_points_should_read_per_cent(kind):
    found = one(row("资产总额", "76.0", YI), row("资产总额", "8.76", PP, kind))
    assert found.verdict == UNIT and found.expected == "应为8.76%"


@pytest.mark.parametrize(("kind", "base"), [("share", ""), ("cagr", "2020"), ("other_base", "2020")])
def test_a_share_and_growth_since_a_year_are_no_points(kind, base):
    found = one(row("资产总额", "76.0", YI), told("资产总额", "9.97", PP, kind, base))
    assert found.verdict == UNIT and found.expected == "应为9.97%"


def test_a_unit_is_never_told_to_become_itself(report):
    for finding in report.examination.findings:
        if finding.verdict == UNIT:
            was, would = finding.claims[-1].printed, finding.expected.removeprefix("应为")
            assert was != would and f"“{was}”应写作“{was}”" not in finding.message


def test_a_unit_that_makes_a_sum_right_is_told():
    rows = [
        row("研发投入", "37.5", YI, scope="全省国有企业"),
        row("研发投入", "20.1", WAN, scope="省属企业"),
        row("研发投入", "17.4", YI, scope="市县企业"),
        row("营业收入", "3.0", WAN, scope="省属企业"),
    ]
    found = one(*rows)
    assert found.verdict == UNIT and found.expected == "应为20.1亿元"


def test_an_amount_a_head_may_say_so_in_its_unit_or_not():
    for unit, text in ((WAN, "13.34"), ("万元/人", "13.34"), ("元", "133400")):
        (claim,) = collected_claims([row("职工平均工资", text, unit)])
        assert claim.misfit == ""
    (claim,) = collected_claims([row("资产总额", "13.34", "万元/人")])
    assert claim.misfit


# --- heads ---------------------------------------------------------------------------------------


def test_average_pay_is_pay_in_all_by_heads():
    # 5.336 亿元 over 4000 heads: 13.34 万元
    base = [row("工资总额", "5.336", YI), row("平均职工人数", "4000", "人")]
    assert loud(*base, row("职工人均工资", "13.34", WAN)) == []
    assert one(*base, row("职工人均工资", "14.33", WAN)).verdict == CONFLICT
    wrong = one(*base, row("职工人均工资", "13.34", "元"))
    assert wrong.verdict == UNIT and "算得" in wrong.expected


def test_amounts_a_head_do_not_add_up():
    pay = {"中央企业": "20.10", "地方国企": "10.20", ENTERPRISES: "12.30"}
    assert loud(*[row("职工人均工资", text, WAN, scope=scope) for scope, text in pay.items()]) == []


def test_an_average_number_of_heads_is_no_amount_a_head():
    assert loud(row("职工人数", "438", "人"), row("平均职工人数", "494.7", "人")) == []


def test_heads_at_the_years_end_explain_what_average_heads_do_not_give():
    rows = [row("工资总额", "5.336", YI), row("职工人数", "4200", "人"), row("职工人均工资", "13.34", WAN)]
    found = one(*rows)
    assert found.verdict == SCOPE and "年末人数" in found.message


# --- other bases ---------------------------------------------------------------------------------


def test_growth_since_a_year_is_held_to_that_years_level():
    # 809.92 / 692.91 - 1 = 16.9 %
    levels = [row("资产总额", "692.91", YI, year=2020), row("资产总额", "809.92", YI, year=2022)]
    assert loud(*levels, told("资产总额", "16.9", "%", "other_base", "2020", year=2022)) == []
    found = one(*levels, told("资产总额", "19.6", "%", "other_base", "2020年", year=2022))
    assert found.verdict == CONFLICT and found.expected == "应为16.9%"
    assert loud(*levels, told("资产总额", "1.1", "%", "other_base", "上月", year=2022)) == []


def test_growth_since_a_year_is_the_years_growths_multiplied():
    # 1.10 * 1.10 - 1 = 21 %
    rates = [row("营业收入", "10.0", "%", "yoy_pct", year=year) for year in (2022, 2023)]
    assert loud(*rates, told("营业收入", "21.0", "%", "other_base", "2021")) == []
    assert one(*rates, told("营业收入", "20.0", "%", "other_base", "2021")).verdict == CONFLICT


def test_average_growth_is_geometric():
    # 1.277 ** (1/2) - 1 = 13.00 %; the half of 27.70 is 13.85
    total = told("营业收入", "27.70", "%", "other_base", "2021")
    assert loud(total, told("营业收入", "13.00", "%", "cagr", "2021")) == []
    found = one(total, told("营业收入", "13.85", "%", "cagr", "2021"))
    assert found.verdict == CONFLICT and "把算术平均当成了几何平均" in found.message
    assert "算术平均" not in one(total, told("营业收入", "16.00", "%", "cagr", "2021")).message


def test_average_growth_is_held_to_the_levels_of_both_ends():
    # (1450.46 / 1191.63) ** (1/3) - 1 = 6.8 %
    levels = [row("资产总额", "1191.63", YI, year=2020), row("资产总额", "1450.46", YI)]
    assert loud(*levels, told("资产总额", "6.8", "%", "cagr", "2020")) == []
    assert one(*levels, told("资产总额", "8.6", "%", "cagr", "2020")).expected == "应为6.8%"


def test_a_ratio_is_held_to_the_one_it_is_compared_with():
    both = [row("资产负债率", "45.59", "%", scope="监管企业"), row("资产负债率", "55.68", "%", scope="全市国有企业")]
    assert loud(*both, told("资产负债率", "-10.09", PP, "other_base", "全市平均", scope="监管企业")) == []
    found = one(*both, told("资产负债率", "-10.90", PP, "other_base", "全市平均", scope="监管企业"))
    assert found.verdict == CONFLICT and "10.09" in found.expected


def test_growth_ahead_of_growth_is_their_difference():
    rates = [row("上缴税费", "15.3", "%", "yoy_pct"), row("营业收入", "12.6", "%", "yoy_pct")]
    ahead = "上缴税费增速与营业收入增速之差"
    assert loud(*rates, told(ahead, "2.7", PP, "other_base", "其他")) == []
    assert one(*rates, told(ahead, "7.2", PP, "other_base", "其他")).verdict == CONFLICT


def test_times_are_by_so_much_or_to_so_much():
    grown = row("营业收入", "83.84", "%", "yoy_pct")
    for text in ("1.84", "0.84"):
        assert loud(grown, row("营业收入", text, "倍", "yoy_pct")) == []
    assert one(grown, row("营业收入", "4.18", "倍", "yoy_pct")).verdict == CONFLICT


# --- losses --------------------------------------------------------------------------------------


def test_a_smaller_loss_and_a_turn_into_gain_are_changes_like_others():
    # -3.40 + 2.20 = -1.20; -1.20 + 2.00 = 0.80
    for before, now, change in (("-3.40", "-1.20", "2.20"), ("-1.20", "0.80", "2.00")):
        levels = [row("净利润", before, YI, year=2022), row("净利润", now, YI)]
        assert loud(*levels, row("净利润", change, YI, "yoy_abs")) == []
        assert loud(*levels, row("净利润", f"-{change}", YI, "yoy_abs")) != []
        growth = one(*levels, row("净利润", "64.7", "%", "yoy_pct"))
        assert growth.verdict == INCOMPARABLE


# --- denominators --------------------------------------------------------------------------------


def test_a_turnover_may_be_made_with_another_balance_and_should_say_so():
    # 9.0 over 110, or over the average of 100 and 110: 0.082 and 0.086
    base = [row("营业收入", "9.00", YI), row("资产总额", "110.00", YI), row("资产总额", "10.00", "%", "yoy_pct")]
    assert loud(*base, row("总资产周转率", "0.086", "次")) == []
    found = one(*base, row("总资产周转率", "0.082", "次"))
    assert found.verdict == SCOPE and "年末总资产" in found.message and found.expected == "按平均总资产算得0.086次"


def test_a_return_one_misprint_from_what_the_rule_gives_is_a_conflict():
    # 8.563 over the average of 372.20 and 402.35: 2.21 %
    base = [row("净利润", "8.563", YI), row("净资产", "402.35", YI), row("净资产", "8.1", "%", "yoy_pct")]
    assert loud(*base, row("净资产收益率", "2.21", "%")) == []
    found = one(*base, row("净资产收益率", "2.12", "%"))
    assert found.verdict == CONFLICT and found.expected == "应为2.21%"
    assert one(*base, row("净资产收益率", "5.00", "%")).verdict == SCOPE


# --- scopes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ("全省国有企业", ("省属企业", "市县企业")),
        ("全国国有企业", ("中央企业", "地方国有企业")),
        ("国有企业(1-9月)", ("中央企业(1-9月)", "地方国有企业(1-9月)")),
        ("全市国有企业", ("市属国有企业", "区县国有企业")),
        ("市级行政事业性国有资产", ("市级行政单位", "市级事业单位")),
        ("三类国有资产合计", ("企业国有资产(不含金融企业)", "金融企业国有资产", "行政事业性国有资产")),
        ("两类合计", ("国有企业", "行政事业单位")),
    ],
)
def test_scopes_make_up_one_another_by_their_words(whole, parts):
    texts = [f"{100.1 + n:.1f}" for n in range(len(parts))]
    total = sum(map(Fraction, texts))
    rows = [row("资产总额", text, YI, scope=scope) for scope, text in zip(parts, texts, strict=True)]
    sound = row("资产总额", str(half_up(total, 1)), YI, scope=whole)
    assert CONSISTENT in verdicts(*rows, sound, subject="各口径之和") and loud(*rows, sound) == []
    found = one(*rows, row("资产总额", str(half_up(total + 9, 1)), YI, scope=whole))
    assert found.verdict == CONFLICT and len(found.claims) == len(parts) + 1


def tiers(*counts, total="77"):
    names = ("一级企业", "二级企业", "三级企业", "四级企业")
    rows = [row("户数", count, "户", scope=name) for name, count in zip(names, counts, strict=False)]
    return [row("户数", total, "户", scope="区属国有企业"), *rows]


def test_tiers_may_fall_short_of_all_but_not_exceed_them():
    assert loud(*tiers("9", "19", "34", "15")) == []
    assert one(*tiers("9", "19", "36", "15")).verdict == CONFLICT
    assert one(*tiers("9", "19", "34")).verdict == PARTIAL


def test_companies_that_add_up_in_all_but_one_number_give_that_one_away():
    numbers = {
        "甲公司": ("38.26", "21.77", "412"),
        "乙公司": ("24.09", "13.95", "268"),
        "丙公司": ("67.55", "35.11", "731"),
        "四户企业": ("129.90", "70.83", "1411"),
    }
    rows = [
        row(item, text, unit, scope=scope)
        for scope, texts in numbers.items()
        for item, text, unit in zip(("总投资", "借款", "用工"), texts, (YI, YI, "人"), strict=True)
    ]
    assert loud(*rows) == []
    spoilt = [{**r, "value": "192.90"} if r["value"] == "129.90" else r for r in rows]
    found = one(*spoilt)
    assert found.verdict == CONFLICT and found.expected == "应为129.90亿元"
    assert loud(*[r for r in spoilt if r["name_zh"] == "总投资"]) == []  # nothing else says that they add up


def grown(total):
    """Parts of 110 and 60, 10 % and 20 % above 100 and 50: in all 170 above 150, 13.3 %."""
    parts = (("中央企业", "110.00", "10.0"), ("地方国企", "60.00", "20.0"), (ENTERPRISES, "170.00", total))
    return [
        r
        for scope, level, rate in parts
        for r in (row("营业收入", level, YI, scope=scope), row("营业收入", rate, "%", "yoy_pct", scope=scope))
    ]


def test_growth_of_the_whole_is_that_of_its_parts_by_weight():
    assert loud(*grown("13.3")) == []
    found = one(*grown("31.3"))
    assert found.verdict == CONFLICT and found.expected == "应为13.3%"


def test_what_only_sounds_like_a_part_may_be_larger_and_should_say_so():
    rows = [
        row("增加值", "66.97", YI, scope="市属国有企业(市县两级)"),
        row("增加值", "67.61", YI, scope="市国资委系统企业"),
    ]
    assert one(*rows).verdict == SCOPE
    lost = [{**r, "name_zh": "利润总额"} for r in rows]  # others may have made losses
    assert loud(*lost) == []


# --- shares --------------------------------------------------------------------------------------


def kinds_of_assets(share):
    return [
        row("资产总额", "1171", YI, scope="国有企业"),
        row("资产总额占比", "50.84", "%", "share", scope="国有企业"),
        row("资产总额", "1132.15", YI, scope="行政事业单位"),
        row("资产总额占比", share, "%", "share", scope="行政事业单位"),
        row("资产总额", "2303.15", YI, scope="两类合计"),
    ]


def test_a_share_of_the_whole_is_recomputed():
    assert loud(*kinds_of_assets("49.16")) == []
    found = one(*kinds_of_assets("46.19"))
    assert found.verdict == CONFLICT and "49.16%" in found.expected


def test_shares_without_their_whole_still_speak_of_one():
    # 43.59 / 47.75 = 91.29 %, 3.95 / 47.75 = 8.27 %
    def shares(first):
        return [
            row("营业收入", "43.59", YI, scope="建设"),
            row("营业收入占比", first, "%", "share", scope="建设"),
            row("营业收入", "3.95", YI, scope="其他"),
            row("营业收入占比", "8.27", "%", "share", scope="其他"),
        ]

    assert loud(*shares("91.29")) == []
    assert one(*shares("19.29")).verdict == CONFLICT


def test_a_share_of_something_else_is_no_share_of_assets():
    rows = [row("资产总额", "936.12", YI), row("营业收入", "43.59", YI), row("营业收入占比", "91.29", "%", "share")]
    assert loud(*rows) == []


def test_how_much_of_a_budget_was_done_is_held_to_both():
    # 4173 / 4260 = 98.0 %
    base = [row("国资预算收入", "4260", WAN, "target"), row("国资预算收入", "4173", WAN)]
    assert loud(*base, told("国资预算收入完成预算比例", "98.0", "%", "share", "预算")) == []
    assert one(*base, told("国资预算收入", "89.0", "%", "share", "预算数")).verdict == CONFLICT


# --- several reports, several periods ------------------------------------------------------------


def of_report(source, *rows):
    return [{**r, "source_title": source} for r in rows]


def test_last_years_number_told_anew_is_a_notice_and_growth_is_held_to_it():
    first = of_report("2022年报告", row("资产总额", "100.00", YI, year=2022))
    second = of_report(
        "2023年报告",
        row("资产总额", "104.00", YI, year=2022),
        row("资产总额", "114.40", YI),
        row("资产总额", "10.00", "%", "yoy_pct"),
    )
    found = one(*first, *second)
    assert found.verdict == SCOPE and "以后的报告印出104.00亿元" in found.message


def test_one_restated_year_is_one_finding_with_its_members():
    items = ("资产总额", "营业收入", "货币资金", "存货")
    rows = [
        r
        for n in items
        for r in (row(n, "100.00", YI, year=2022), row(n, "110.00", YI), row(n, "2.00", "%", "yoy_pct"))
    ]
    rows = [{**r, "value": f"{float(r['value']) + n / 10:.2f}"} if r["unit"] == YI else r for n, r in enumerate(rows)]
    found = one(*of_two_reports(*rows))
    assert found.verdict == SCOPE and len(found.members) == len(items)
    assert {c for m in found.members for c in m.claims} == set(found.claims)
    assert found.message.startswith(f"{len(items)}项") and found.as_dict()["members"]


def test_a_month_beside_the_months_since_january_contradicts_nothing():
    rows = [
        row("营业收入", "3218.5", YI),
        row("营业收入", "5.8", "%", "yoy_pct"),
        row("营业收入", "702.3", YI),
        row("营业收入", "3.1", "%", "yoy_pct"),
    ]
    assert loud(*rows) == []
    left = {u.claim.text: u.why for u in examine(collected_claims(rows)).unchecked}
    assert "分不清" in left["702.3"] and "分不清" in left["3.1"]
    assert one(rows[0], row("营业收入", "3281.5", YI)).verdict == CONFLICT  # two digits swapped are a misprint
    assert one(rows[0], row("营业收入", "32815000", WAN)).verdict == CONFLICT


def test_ten_months_beside_the_whole_year_before_contradict_nothing():
    months = [row("营业收入", "5120", YI), row("营业收入", "9.1", "%", "yoy_pct")]
    whole_year = row("营业收入", "6030", YI, year=2022)
    assert [found.verdict for found in loud(*months, whole_year)] == [CONFLICT]
    assert loud(*months, whole_year | {"scope": f"{whole_year['scope']}（全年）"}) == []


# --- what can be checked at all ------------------------------------------------------------------


def test_users_that_outnumber_what_they_use_are_found_and_no_others():
    assert overdetermined({1: {"a"}, 2: {"a", "b"}}) == set()
    assert overdetermined({1: {"a"}, 2: {"a"}, 3: {"b"}}) == {1, 2}
    assert overdetermined({1: {"a"}, 2: {"b"}, 3: {"a", "b"}, 4: {"b", "c"}}) == {1, 2, 3}


def test_a_level_and_its_growth_alone_have_nothing_to_be_checked_against():
    rows = [row("营业收入", "19.8", YI), row("营业收入", "7.3", "%", "yoy_pct")]
    examined = examine(collected_claims(rows))
    assert examined.findings == () and len(examined.unchecked) == 2


def test_what_cannot_be_below_nought_is_not():
    assert one(row("资产总额", "-3.00", YI)).verdict == CONFLICT
    assert loud(row("利润总额", "-3.00", YI)) == []


def test_a_part_that_words_put_inside_and_is_larger_is_doubtful():
    rows = [row("资产总额", "100.0", YI, scope="全市国有企业"), row("资产总额", "120.0", YI, scope="市属国有企业")]
    assert one(*rows).verdict == DOUBT


# --- laws ----------------------------------------------------------------------------------------

amount = st.integers(10**4, 10**8).map(lambda n: Fraction(n, 100))


@st.composite
def reckoned_from_rounded(draw):
    """What a careful clerk prints who reckons every change from numbers that were rounded before."""
    decimals = draw(st.integers(1, 2))

    def rounded(value):
        return Fraction(half_up(value, decimals))

    def level(name, value, **where):
        return row(name, str(half_up(value, decimals)), YI, **where)

    rows, years = [], {}
    for year in (2022, 2023):
        debts, equity = draw(amount), draw(amount)
        years[year] = {"资产总额": debts + equity, "负债总额": debts, "净资产": equity}
        rows += [level(name, value, year=year) for name, value in years[year].items()]
    was, now = years[2022], years[2023]
    ratios = {year: rounded(100 * v["负债总额"] / v["资产总额"]) for year, v in years.items()}
    rows += [row("资产负债率", str(half_up(ratio, decimals)), "%", year=year) for year, ratio in ratios.items()]
    rows.append(row("资产负债率", str(half_up(ratios[2023] - ratios[2022], decimals)), PP, "yoy_pp"))
    for name in now:
        before, after = rounded(was[name]), rounded(now[name])
        rows.append(row(name, str(half_up(after - before, decimals)), YI, "yoy_abs"))
        rows.append(row(name, str(half_up(100 * (after - before) / before, decimals)), "%", "yoy_pct"))
    keep = draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    return [r for r, kept in zip(rows, keep, strict=True) if kept]


@st.composite
def groups_of_companies(draw):
    """The printed truth of companies and of all of them together: shares, heads, growth by weight, averages."""
    decimals = draw(st.integers(1, 2))
    names = ("甲集团", "乙集团", "丙集团")
    was = {name: draw(amount) for name in names}
    now = {name: value * (1 + draw(st.integers(-300, 900)) / Fraction(1000)) for name, value in was.items()}
    heads = {name: draw(st.integers(50, 5000)) for name in names}
    for each in (was, now, heads):
        each["三户企业"] = sum(each.values())

    def said(name, value, unit, kind="level", digits=decimals, base="", **where):
        return {**row(name, str(half_up(value, digits)), unit, kind, **where), "base": base}

    rows = []
    for scope, value in now.items():
        at, total = {"scope": scope}, now["三户企业"]
        rows.append(said("工资总额", value, WAN, **at))
        rows.append(said("工资总额", was[scope], WAN, **at, year=2020))
        rows.append(said("平均职工人数", heads[scope], "人", digits=0, **at))
        rows.append(said("职工人均工资", value / heads[scope], WAN, **at))
        rows.append(said("工资总额", 100 * (value / was[scope] - 1), "%", "other_base", base="2020", **at))
        each = Fraction(float(value / was[scope]) ** (1 / 3)) - 1
        rows.append(said("工资总额", 100 * each, "%", "cagr", base="2020", **at))
        if scope != "三户企业":
            rows.append(said("工资总额占比", 100 * value / total, "%", "share", **at))
        rows.append(said("存货", value, WAN, **at))
        rows.append(said("存货", 100 * (value / was[scope] - 1), "%", "yoy_pct", **at))
    keep = draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    return [r for r, kept in zip(rows, keep, strict=True) if kept]


LAWS = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


@LAWS
@given(groups_of_companies())
def test_companies_rounded_one_by_one_raise_no_alarm(rows):
    found = examine(collected_claims(rows)).findings
    assert [f.message for f in found if f.verdict not in QUIET and f.subject != "相邻两项相同"] == []


@LAWS
@given(reckoned_from_rounded())
def test_changes_reckoned_from_rounded_numbers_raise_no_alarm(rows):
    found = examine(collected_claims(rows)).findings
    assert [f.message for f in found if f.verdict not in QUIET and f.subject != "相邻两项相同"] == []
    assert not any(f.verdict in ALARMS for f in found if f.subject != "相邻两项相同")


def test_more_numbers_of_one_scope_than_can_be_searched_are_told_as_not_decided(monkeypatch):
    rows = [row("资产总额", "100.0", YI), row("负债总额", "60.0", YI), row("净资产", "30.0", YI)]
    monkeypatch.setitem(possible.__globals__, "MOST_TOGETHER", 3)
    assert CONFLICT in verdicts(*rows)
    monkeypatch.setitem(possible.__globals__, "MOST_TOGETHER", 2)
    (told,) = [f for f in loud(*rows) if f.verdict == OPEN]
    assert "超过2个" in told.message


# --- shares and lists that words alone tell -----------------------------------------------------------


def of(whole, **told_row):
    return {**told_row, "of": whole}


def test_a_share_of_what_words_name_by_scope_and_item_is_checked_against_it():
    # 600 / 1234.5 = 48.6 %
    rows = [row("资产总额", "1234.5", YI, scope="区属企业"), row("资产总额", "600.0", YI, scope="甲集团")]

    def share(text, whole="区属企业资产总额"):
        return of(whole, **row("资产总额占比", text, "%", "share", scope="甲集团"))

    assert loud(*rows, share("48.6")) == [] == loud(*rows, share("48.6", "区属企业的资产总额"))
    found = one(*rows, share("45.6"))
    assert found.verdict == CONFLICT and found.expected == "应为48.6%"
    assert loud(*rows, share("45.6", "全市国有企业资产总额")) == []  # nobody printed that


def test_companies_shares_of_one_whole_are_no_more_than_a_hundred_together():
    def shares(*texts):
        named = zip(("甲集团", "乙集团", "丙公司"), texts, strict=True)
        return [row("资产总额占比", text, "%", "share", scope=scope) for scope, text in named]

    assert loud(*shares("60", "35", "5")) == [] == loud(*shares("33.4", "33.4", "33.4")[:2])
    found = one(*shares("60", "35", "15"))
    assert found.verdict == CONFLICT and "110%" in found.message
    assert loud(*shares("33.3", "33.3", "33.4")) == []
    of_two_wholes = shares("60", "35", "15")
    assert loud(of("全区", **of_two_wholes[0]), of_two_wholes[1], of("全市", **of_two_wholes[2])) == []


def test_parts_whose_shares_are_a_hundred_are_each_a_share_of_the_number_before_them():
    # of 70.1: 50.2 is 71.6 %, 13.1 is 18.7 %, 6.8 is 9.7 %
    def listed(first):
        rows = [row("固定资产", "70.1", YI)]
        for name, amount, share in (("房屋", first, "71.6"), ("通用设备", "13.1", "18.7"), ("其他", "6.8", "9.7")):
            rows += [row(name, amount, YI), row(f"{name}占比", share, "%", "share")]
        return rows

    assert loud(*listed("50.2")) == []
    found = one(*listed("52.0"))
    assert found.verdict == CONFLICT and "房屋52.0亿元除以固定资产70.1亿元" in found.message
    assert loud(*listed("52.0")[:5]) == []  # two parts of a list that goes on


def test_companies_told_after_how_many_they_are_add_up_to_what_is_said_of_them_together():
    def rows(whole, many="3"):
        head = [row("户数", many, "家", scope="集团"), row("资产总额", whole, YI, scope="集团")]
        parts = zip(("甲集团", "乙集团", "丙集团"), ("600", "300", "210"), strict=True)
        return [*head, *(row("资产总额", text, YI, scope=scope) for scope, text in parts)]

    assert loud(*rows("1110")) == []
    found = one(*rows("1100"))
    assert found.verdict == CONFLICT and found.expected == "应为1110亿元"
    assert CONFLICT not in verdicts(*rows("1100", many="4"))  # one of them is not told


@pytest.mark.parametrize("third", ["公共基础设施", "保障性住房", "政府储备物资"])
def test_assets_of_the_public_are_parts_of_all_assets_where_they_fit(third):
    rows = [row("资产总额", "100.0", YI), row("固定资产", "60.0", YI), row("无形资产", "20.0", YI)]
    assert loud(*rows, row(third, "20.0", YI)) == []
    assert one(*rows, row(third, "10.0", YI)).expected == "其他部分10.0亿元"
    assert PARTIAL in [f.verdict for f in loud(*rows, row(third, "50.0", YI))]  # it stands beside them


def test_what_stands_between_known_parts_is_one_of_them():
    rows = [row("资产总额", "100.0", YI), row("固定资产", "60.0", YI), row("某某资产", "15.0", YI)]
    assert loud(*rows, row("无形资产", "25.0", YI)) == []
    assert one(*rows, row("无形资产", "20.0", YI)).expected == "其他部分5.0亿元"


def test_an_amount_a_head_finds_what_it_is_of_whether_or_not_that_is_called_a_total():
    # 3 亿元 of 2,500 people are 12 万元 each
    rows = [row("职工人数", "2500", "人"), row("职工薪酬总额", "3.00", YI)]
    assert loud(*rows, row("人均职工薪酬总额", "12.0", WAN)) == []
    assert one(*rows, row("人均职工薪酬总额", "21.0", WAN)).verdict == SCOPE
    assert one(*rows, row("人均职工薪酬总额", "31.0", WAN)).verdict == CONFLICT


def test_a_ratio_of_which_nothing_is_known_is_not_told_as_a_range():
    rows = [row("净资产", "852.8", YI), row("净资产", "5.2", "%", "yoy_pct"), row("国有资本及权益总额", "830.1", YI)]
    implied = [i for verdict in audit(collected_claims(rows)) for i in verdict.implied]
    assert implied and not [i for i in implied if i.measure.name_zh == "资产负债率"]


def test_a_list_that_ends_in_the_rest_adds_up_to_the_number_before_it():
    def listed(second, last="其他支出", whole="5.00"):
        named = zip(("支出总量", "资本性支出", "费用性支出", last), (whole, "3.10", second, "0.40"), strict=True)
        return [row(name, amount, YI) for name, amount in named]

    assert loud(*listed("1.50")) == []
    found = one(*listed("1.60"))
    assert found.verdict == CONFLICT and "得5.10亿元" in found.message
    assert loud(*listed("1.60", last="转移性支出")) == []  # a list that may go on
    assert loud(*listed("1.60", whole="9.00")) == []  # a number that they are no parts of


def test_a_list_of_one_kind_that_ends_in_the_rest_adds_up_though_costs_stand_between():
    def listed(first, cost="9.00", fees="费用收入"):
        rows = [("营业收入", "10.00"), ("营业成本", cost), ("工程收入", first), (fees, "3.20"), ("其他收入", "1.40")]
        return [row(name, amount, YI) for name, amount in rows]

    assert loud(*listed("5.40")) == []
    found = one(*listed("5.60"))
    assert found.verdict == CONFLICT and "得10.20亿元" in found.message
    assert loud(*listed("8.60")) == []  # not nearly: parts of something else
    assert loud(*listed("5.60", fees="费用")) == []  # too few of that kind


def test_a_return_of_a_profit_without_other_shareholders_on_all_equity_is_told():
    def of(rate):
        rows = [row("归母净利润", "10.0", YI), row("所有者权益", "400.0", YI), row("所有者权益", "10", "%", "yoy_pct")]
        return [*rows, row("净资产收益率", rate, "%")]

    # 10.0 / 400.0 = 2.50 %, of the average 381.8: 2.62 %
    found = one(*of("2.50"))
    assert found.verdict == SCOPE and "分子不含少数股东而分母含" in found.message and "2.62%" in found.message
    assert loud(*of("2.62")) == [] and loud(*of("9.99")) == []
    net = row("净利润", "10.5", YI)  # 10.5 / 381.8 = 2.75 %: the usual way can be tried
    assert "分子不含少数股东" not in "".join(f.message for f in loud(net, *of("2.75")))


def test_a_loss_grows_and_falls_by_its_size():
    # from 1.6 to 1.2: it fell by a quarter
    def loss(growth):
        rows = [row("亏损额", "-1.20", YI), row("亏损额", "0.40", YI, "yoy_abs")]
        return [*rows, row("亏损额", growth, "%", "yoy_pct")]

    assert loud(*loss("-25.0")) == [] == loud(loss("-25.0")[0], loss("-25.0")[2])
    assert one(*loss("-52.0")).verdict == CONFLICT


def test_two_names_of_one_scope_are_one_unless_their_numbers_differ():
    def balance(equity):
        rows = [("全区国有企业", "资产总额", "100.0"), ("企业国有资产(不含金融企业)", "负债总额", "60.0")]
        rows += [("全区国有企业", "所有者权益", equity)]
        return [row(item, text, YI, scope=scope) for scope, item, text in rows]

    assert loud(*balance("40.0")) == []
    assert one(*balance("44.0")).verdict == CONFLICT
    others = [*balance("44.0"), row("资产总额", "107.0", YI, scope="企业国有资产(不含金融企业)")]
    assert loud(*others) == []  # the same item, another number: two scopes


def test_heads_that_fell_over_the_year_explain_an_amount_a_head():
    # 8.28 million for 43 heads is 193 thousand each; 9.3 needs 89 heads, between 43 and the 670 of last year
    pay = [row("工资总额", "828", WAN), row("职工人数", "43", "人"), row("职工人均工资", "9.3", WAN)]
    assert one(*pay).verdict == CONFLICT
    fell = one(row("职工人数", "670", "人", year="2022"), *pay)
    assert fell.verdict == SCOPE and "年末人数" in fell.message


def test_parts_told_of_an_amount_add_up_to_it_but_for_one_slip():
    def listed(*parts, whole="3919.63"):
        named = zip(("房屋", "车辆", "设备", "软件"), parts, strict=False)
        return [row("少计资产", whole, WAN), *(of("少计资产", **row(name, text, WAN)) for name, text in named)]

    assert loud(*listed("2318.60", "1047.25", "389.40", "164.38")) == []
    found = one(*listed("2318.60", "1047.25", "398.40", "164.38"))  # two digits in the wrong order
    assert found.verdict == CONFLICT and "得3928.63万元" in found.message
    assert one(*listed("2318.60", "1047.25", "389.40", "164.39", whole="3819.64")).verdict == CONFLICT  # 9 read as 8
    assert loud(*listed("2318.60", "1047.25", "389.40", "175.75")) == []  # 11.37 too much: a part of a part
    assert loud(*listed("2318.60", "1047.25", "300.40")) == []  # some parts only
    spoilt = listed("2318.60", "1047.25", "398.40", "164.38")
    assert loud(*({**told_row, "of": ""} for told_row in spoilt)) == []  # nobody says that they are its parts


def test_what_does_not_say_of_what_it_is_may_be_told_twice():
    assert loud(row("收缴率", "98", "%"), row("收缴率", "94", "%")) == []
    assert loud(row("项目", "3", "个"), row("项目", "1", "个")) == []
    assert CONFLICT in verdicts(row("物业费收缴率", "98", "%"), row("物业费收缴率", "94", "%"))


# --- shares of more than what they make up together ----------------------------------------------


def banks(*shares, of="全省"):
    """Three banks' assets, their sum, and shares that are of more than the three."""
    levels = {"甲银行": "310.25", "乙银行": "250.35", "丙银行": "240.45", "三家银行": "801.05"}
    assets = [row("资产总额", text, YI, scope=scope) for scope, text in levels.items()]
    parts = [
        {**row("资产总额占比", text, "%", "share", scope=scope), "of": of}
        for scope, text in zip(levels, shares, strict=False)
    ]
    return [*assets[:3], *parts, assets[3]]


def test_shares_of_a_larger_whole_need_not_make_a_hundred():
    assert loud(*banks("31.0", "25.0", "24.0")) == []
    assert [f.verdict for f in loud(*banks("31.0", "25.0", "29.0"))] == [CONFLICT]


def test_shares_of_two_wholes_are_not_held_against_each_other():
    def share(of, text, scope):
        return {**row("资产总额占比", text, "%", "share", scope=scope), "of": of}

    own = [row("资产总额", "300.0", YI, scope="担保机构"), share("全省", "30.0", "担保机构")]
    other = [row("资产总额", "500.0", YI, scope="市属企业"), share("全市", "80.0", "市属企业")]
    assert loud(*own, *other) == []
    (found,) = loud(*own, other[0], share("全省", "80.0", "市属企业"))
    assert found.verdict == CONFLICT
