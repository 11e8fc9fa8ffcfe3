"""What the report commits to can be judged next year, or it is said what is missing for it."""

from __future__ import annotations

import csv
from dataclasses import replace

import pytest
from paths import ROOT

from stateassets import Report
from stateassets.chapters import contents
from stateassets.domains.plans import commitments
from stateassets.domains.plans.page import module_table
from stateassets.measures.registry import REGISTRY
from stateassets.new_book.carry import Step, carried
from stateassets.tables.declared import NoTableError

SECTIONS = {"三（一）": 11, "三（二）": 14, "三（三）": 16}
# Words by which one who has the report looks for what it commits to, in its order.
NAMES = [
    "三攻坚一盘活",
    "国企改革攻坚任务",
    "止损",
    "瘦身",
    "一级企业主体责任",
    "一企一策",
    "低效资产",
    "闲置资产",
    "资产经营模式",
    "经营效益",
    "盈利点",
    "减亏扭亏",
    "现代企业机制",
    "分级分类考核",
    "差异化激励约束",
    "主业主责",
    "实绩导向",
    "经济效益指标",
    "人才梯队",
    "市场化用工",
    "竞争上岗",
    "末等调整",
    "不胜任退出",
    "硬指标",
    "刚性兑现",
    "管资本",
    "资本布局",
    "资本运作",
    "资本回报",
    "资本安全",
    "监管职责",
    "责任约谈",
    "重大事项报告审批",
    "横向联动",
    "同向发力",
    "事前",
    "事中",
    "事后",
    "一体化",
    "信息共享",
    "闭环",
]


def text(cell):
    return cell if isinstance(cell, str) else cell.text


def edit(data, path, change, **where):
    """Change the first row that fits of a table outside the ledger; return its number in Excel."""
    file = data.folder / path
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    number = next(n for n, row in enumerate(rows, 2) if where.items() <= row.items())
    rows[number - 2].update(change)
    with file.open("w", encoding="utf-8-sig", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return number


def suggest(data, change, **where):
    return edit(data, "settings/commitment_indicators.csv", change, **where)


# --- the shipped rows --------------------------------------------------------------------------


def test_everything_that_part_three_names_is_there_in_the_reports_order(report):
    titles = list(report.ledger.frames["commitments"]["title"])
    places = [next(i for i, title in enumerate(titles) if name in title) for name in NAMES]
    assert places == sorted(places)
    assert set(range(len(titles))) - set(places) == {
        titles.index("提升国资监管效能"),
        titles.index("激发企业发展活力，提高企业运行效率"),
    }


def test_the_four_aims_of_capital_and_the_three_ways_of_the_market_belong_to_what_names_them(report):
    frame = report.ledger.frames["commitments"].set_index("id")
    wholes = frame[frame["part_of"] != ""].groupby("part_of")["title"].apply(list)
    assert {frame.at[key, "title"]: len(parts) for key, parts in wholes.items()} == {
        "树立市场化用工观念": 3,
        "聚焦管资本，国资监管机构职能转变": 4,
        "深化国资国企一体化管理": 3,
    }


def test_every_commitment_has_a_registered_indicator_or_says_what_has_to_be_recorded(report):
    for row, suggested in commitments.commitments(report):
        assert suggested, row["title"]
        for one in suggested:
            assert one["indicator"] in REGISTRY or one["lacking"], row["title"]
            assert one["due_on"].year == 2024


def test_progress_shows_in_a_table_and_a_chapter_that_there_are(report):
    chapters = contents(ROOT)
    for one in report.ledger.frames["commitment_indicators"].to_dict("records"):
        assert one["progress"] in report.package.tables
        assert chapters.place(one["chapter"]), one["chapter"]


def test_a_baseline_is_the_figure_of_today(report):
    for _, suggested in commitments.commitments(report):
        for one in suggested:
            if one["indicator"] and one["counts"] == commitments.VALUE:
                assert commitments.reading(report, one).number == report.figure(one["indicator"]).number


def test_loss_makers_are_counted_by_their_own_statements(report):
    income = report.ledger.frames["income_statement"].query("basis == 'individual'")
    profit = income.set_index(["year", "enterprise_id"])["total_profit"]
    losing = {year: set(profit[year][profit[year] < 0].index) for year in (2022, 2023)}
    both = commitments.below_zero(report, "own_profit", 2023, lasting=True)
    assert {f.scope.id for f in commitments.below_zero(report, "own_profit", 2023)} == losing[2023]
    assert {f.scope.id for f in both} == losing[2022] & losing[2023]
    first = report.ledger.years[0]
    assert commitments.below_zero(report, "own_profit", first, lasting=True) is None  # the year before is not covered


@pytest.mark.parametrize(("section", "count"), SECTIONS.items())
def test_a_section_shows_each_commitment_once_or_once_for_each_suggestion(section, count):
    chapter = Report(section)
    table = commitments.commitment_table(chapter, "安排")
    assert len({text(row[0]) for row in table.rows}) == count
    assert f"共{count}项" in repr(commitments.opening(chapter))
    assert all(text(row[8]) for row in table.rows)


def test_each_baseline_says_whether_the_report_printed_it_or_the_sample_made_it():
    rows = commitments.commitment_table(Report("三（三）"), "安排").rows
    told = {text(row[3]): (text(row[4]), text(row[5])) for row in rows}
    assert told["资产负债率"] == ("57.6%", "报告印出")
    assert told["谈话"][1] == "示例"
    assert told["没有合适的指标"] == ("", "")


def test_a_chapter_says_which_next_steps_show_their_progress_in_it():
    assert "“三攻坚一盘活”改革要求（三（一））" in repr(commitments.announced(Report("二（一）1"), "system"))
    assert repr(commitments.announced(Report("二（一）1"), "no_such")).endswith("：无。")


def test_modules_are_fed_by_tables_of_enterprises(report):
    table = module_table(report, "模块")
    assert len(table.rows) == report.figure("platform_modules").number
    assert all(0 < int(text(row[2])) <= 19 for row in table.rows)
    assert "资产负债率管控线" in text(table.rows[0][1])


# --- judged in the next year -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("direction", "before", "now", "target", "said"),
    [
        ("up", 5.3, 5.4, None, "做到"),
        ("up", 5.3, 5.3, None, "没有做到"),
        ("down", 3, 2, None, "做到"),
        ("down", 3, 3, None, "没有做到"),
        ("reach", None, 0, 0, "做到"),
        ("reach", 100, 99.9, 100, "没有做到"),
        ("up", None, 5.4, None, "没有可比的数"),
        ("reach", 0, None, 0, "没有可比的数"),
        ("watch", 25, 0, None, "看登记"),
    ],
)
def test_a_suggestion_is_judged_by_the_numbers_of_both_years(direction, before, now, target, said):
    assert commitments.verdict(direction, before, now, target) == said


def test_what_last_years_report_committed_to_is_judged_by_this_years_numbers(data):
    file = data.folder / "claims/commitments.csv"
    file.write_text(file.read_text("utf-8-sig").replace("\n2023,", "\n2022,"), "utf-8-sig")
    report = Report("三（三）", root=data.folder.parent)
    assert commitments.commitments(report) == []
    rows = {text(row[1]): [text(cell) for cell in row[2:]] for row in commitments.kept(report, "上年的安排").rows}
    # 57.6% after a printed fall of 1.4 points, both rounded: it was higher, so what was to fall has.
    assert rows["资产负债率"][0] in {"58.9%", "59.0%", "59.1%"}
    assert rows["资产负债率"][1:] == ["57.6%", "低于报告年度", "做到"]
    assert rows["谈话"][-1] == "看登记"


def test_nothing_is_judged_where_last_year_was_not_entered(report):
    assert repr(commitments.kept(report, "上年的安排")) == ""


def table(name, path, **more):
    return {"name": name, "path": path, "origin": "own", "schema": {"fields": [], "primaryKey": ["id"]}, **more}


@pytest.mark.parametrize(("same", "left"), [(True, 1), (False, 0)])
def test_what_a_report_committed_to_goes_over_to_the_same_districts_next_year_only(same, left):
    said = table("commitments", "claims/commitments.csv", grain="item")
    way = table("commitment_indicators", "settings/commitment_indicators.csv")
    way["schema"] = {
        "primaryKey": ["id"],
        "fields": [{"name": "commitment_id", "constraints": {"required": True}}],
        "foreignKeys": [{"fields": "commitment_id", "reference": {"resource": "commitments", "fields": "id"}}],
    }
    rows = {
        "commitments": [{"id": "D01", "said_in": "2023"}],
        "commitment_indicators": [{"id": "1", "commitment_id": "D01"}],
    }
    over = carried([said, way], rows, Step(2023, 2024, same, "某区"))
    assert [len(found) for found in over.values()] == [left, left]


def test_a_book_begins_from_one_that_has_not_entered_what_the_report_commits_to():
    way = table("commitment_indicators", "settings/commitment_indicators.csv")
    way["schema"]["foreignKeys"] = [
        {"fields": "commitment_id", "reference": {"resource": "commitments", "fields": "id"}}
    ]
    rows = {"commitment_indicators": [{"id": "1", "commitment_id": "D01"}]}
    assert carried([way], rows, Step(2023, 2024, True, "某区")) == rows


# --- what cannot be judged is named ------------------------------------------------------------


def test_an_unknown_measure_is_named(data):
    row = suggest(data, {"indicator": "happiness"}, indicator="talks")
    assert "没有“happiness”这个指标；应为：登记过的指标编号" in data.fault("commitment_indicators.csv", f"第{row}行")


def test_neither_a_measure_nor_a_lack_is_named(data):
    row = suggest(data, {"lacking": ""}, indicator="")
    said = data.fault(f"第{row}行“还要登记什么（lacking）”列")
    assert "没有判断指标，也没有写还要登记什么；应为：两项里至少写一项" in said


def test_companies_cannot_be_counted_by_a_measure_that_they_do_not_have(data):
    row = suggest(data, {"indicator": "talents", "counts": "negative"}, indicator="talents")
    assert "没有这一口径的数" in data.fault(f"第{row}行“取什么数（counts）”列")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"target": ""}, "方向和目标值不相配"),
        ({"direction": "up"}, "方向和目标值不相配"),
        ({"direction": ""}, "有判断指标的要写"),
        ({"counts": ""}, "有判断指标的要写"),
        ({"due_on": "2023-12-31"}, "2023-12-31；应为：2024年或以后的日期。报告以后才能判断"),
    ],
)
def test_a_suggestion_that_nobody_could_follow_is_named(data, change, said):
    row = suggest(data, change, indicator="rule_gaps")
    assert said in data.fault("commitment_indicators.csv", f"第{row}行", said)


def test_a_part_of_another_sections_commitment_is_named(data):
    row = edit(data, "claims/commitments.csv", {"part_of": "D01"}, id="X09")
    assert "D01在三（一）；应为：三（二）里的安排" in data.fault("commitments.csv", f"第{row}行")


# --- books that have less ----------------------------------------------------------------------


def test_a_book_without_suggestions_shows_what_the_report_commits_to():
    chapter = Report("三（一）")
    del chapter.ledger.frames.frames["commitment_indicators"]
    rows = commitments.commitment_table(chapter, "安排").rows
    assert len(rows) == SECTIONS["三（一）"] and {text(row[3]) for row in rows} == {"还没有建议"}


def test_a_book_without_the_register_of_a_measure_says_that_it_has_no_number():
    chapter = Report("三（三）")
    del chapter.ledger.frames.frames["talks"]
    told = {text(row[3]): text(row[4]) for row in commitments.commitment_table(chapter, "安排").rows}
    assert told["谈话"] == "—"


def test_a_book_without_the_table_in_which_progress_shows_says_so(data):
    suggest(data, {"progress": "no_such"}, indicator="talks")
    rows = commitments.commitment_table(Report("三（三）", root=data.folder.parent), "安排").rows
    assert next(text(row[8]) for row in rows if text(row[3]) == "谈话") == "本书没有“no_such”这张表"


def test_a_book_that_has_not_entered_what_the_report_commits_to_says_nothing_of_it():
    chapter = Report("三（一）")
    del chapter.ledger.frames.frames["commitments"]
    assert repr(commitments.opening(chapter)) == ""
    with pytest.raises(NoTableError, match="本书没有“"):
        commitments.commitment_table(chapter, "安排")


def test_the_checks_say_nothing_without_the_tables(report):
    from stateassets.tables.validation import checks

    own = [c for c in checks() if c.module == "stateassets.domains.plans.checks" and "commitment" in c.name]
    assert len(own) == 2
    tables = replace(report.package)
    assert [fault for one in own for fault in one(tables, {})] == []
