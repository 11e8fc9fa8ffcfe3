"""What a reader of the campaigns' chapter, and who keeps its registers, can rely on."""

from dataclasses import replace

import pandas as pd
import pytest
from data_copy import rewrite

from stateassets.domains.campaigns import page, targets
from stateassets.domains.campaigns.page import ALL, NONE, NOT_JUDGED, SOME, Evidence, evidence, standing, summary
from stateassets.domains.campaigns.targets import Gap, Target, value_of
from stateassets.measures.registry import REGISTRY
from stateassets.report import Report
from stateassets.tables.declared import NotPrintedError
from stateassets.tables.origins import Origin
from stateassets.tables.validation import check, checks, open_checked


@pytest.fixture(scope="module")
def report():
    return Report("二（一）2")


def blame(data, table, change, **where):
    """Spoil one row; return the row's number and every fault that is found then."""
    number = data.change(table, change, **where)
    return number, "\n".join(data.faults())


# --- the printed figures -------------------------------------------------------------------------


def test_every_printed_figure_of_the_section_is_recomputed(report):
    claims = [claim for claim in report.claims if claim.section == report.section]
    assert len(claims) > 1
    assert {report.check_state(claim) for claim in claims} == {"相符"}


def test_counts_can_be_had_by_group_and_add_up(report):
    for name in ("compliance_problems", "compliance_measures", "benchmarking_tasks"):
        parts = [figure.value for figure in report.figures(name, "group")]
        assert sum(parts) == report.figure(name).value
        assert all(parts)


# --- ties ----------------------------------------------------------------------------------------


def test_a_problem_without_a_measure_is_named(data):
    problem = data.rows("compliance_problems")[4]
    kept = [r for r in data.rows("compliance_measures") if r["problem_id"] != problem["id"]]
    data.write("compliance_measures", kept)
    found = data.fault(problem["title"], "没有举措")
    assert found.startswith("ledger/compliance_problems.csv第6行“问题（title）”列")
    assert problem["id"] in found and "在合规举措台账里补上" in found


def test_a_task_without_a_problem_is_named(data):
    task = data.rows("compliance_tasks")[-1]
    data.write("compliance_tasks", [*data.rows("compliance_tasks"), {**task, "id": "CT999", "title": "新任务"}])
    assert "“新任务”（CT999）没有问题" in data.fault("compliance_tasks.csv", "CT999")


def test_a_problem_of_a_lower_level_enterprise_is_named(data):
    number, said = blame(data, "compliance_problems", lambda r: r.update(enterprise_id="A1"))
    assert f"compliance_problems.csv第{number}行“一级企业（enterprise_id）”列：A1" in said


def test_a_measure_of_another_group_is_named(data):
    problem = next(r for r in data.rows("compliance_problems") if r["enterprise_id"] == "C")
    number, said = blame(data, "compliance_measures", lambda r: r.update(enterprise_id="F1"), problem_id=problem["id"])
    assert f"compliance_measures.csv第{number}行“承担企业（enterprise_id）”列：F1" in said
    assert "应为：C或同一集团的企业" in said


def test_a_measure_older_than_its_problem_is_named(data):
    number, said = blame(data, "compliance_measures", lambda r: r.update(opened_on="2023-01-09"))
    assert f"compliance_measures.csv第{number}行“制定日期（opened_on）”列：2023-01-09" in said
    assert "不早于发现日期" in said


def test_a_task_signed_off_before_its_measures_is_named(data):
    task = next(r for r in data.rows("compliance_tasks") if r["closed_on"])
    problem = next(r for r in data.rows("compliance_problems") if r["task_id"] == task["id"])
    measure = next(r for r in data.rows("compliance_measures") if r["problem_id"] == problem["id"])
    _, said = blame(data, "compliance_measures", lambda r: r.update(closed_on=""), id=measure["id"])
    assert f"任务的举措都已完成，而{measure['id']}还没有" in said
    assert "compliance_tasks.csv第" in said


def test_an_improvement_shown_by_an_unknown_measure_is_named(data):
    file = data.folder / "claims" / "benchmarking_improvements.csv"
    file.write_text(file.read_text("utf-8").replace(",revenue,", ",luck,", 1), "utf-8")
    assert "第2行“指标（indicator）”列：“luck”" in data.fault("claims/benchmarking_improvements.csv")


def test_a_measure_closed_without_evidence_is_named(data):
    number, said = blame(data, "compliance_measures", lambda r: r.update(evidence_kind="", evidence=""), effect="held")
    assert f"compliance_measures.csv第{number}行“完成依据（evidence_kind）”列" in said
    assert "填了完成日期，没有完成依据" in said and "补上依据，或留空完成日期" in said


def test_evidence_without_its_number_is_no_evidence(data):
    number, said = blame(data, "compliance_measures", lambda r: r.update(evidence=""), effect="held")
    assert f"compliance_measures.csv第{number}行“依据编号（evidence）”列" in said


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        ({"checked_on": ""}, "复查日期（checked_on）", "有复查结果，没有复查日期"),
        ({"effect": ""}, "复查结果（effect）", "有复查日期，没有复查结果"),
        ({"checked_on": "2023-01-05"}, "复查日期（checked_on）", "应为：不早于完成日期"),
        ({"closed_on": ""}, "复查日期（checked_on）", "应为：先完成，再复查"),
    ],
)
def test_a_second_look_has_a_day_and_a_result_after_the_measure_was_done(data, change, column, words):
    number, said = blame(data, "compliance_measures", lambda r: r.update(change), effect="held")
    assert f"compliance_measures.csv第{number}行“{column}”列" in said and words in said
    assert ("两样都填，或都留空" in said) == ("没有" in words)


@pytest.mark.parametrize("table", ["compliance_teams", "benchmarking_goals", "benchmarking_tasks"])
def test_what_is_of_first_level_groups_names_no_lower_one(data, table):
    number, said = blame(data, table, lambda r: r.update(enterprise_id="A1"))
    assert f"{table}.csv第{number}行“一级企业（enterprise_id）”列：A1" in said


def test_a_group_without_a_working_group_is_named(data):
    data.write("compliance_teams", [r for r in data.rows("compliance_teams") if r["enterprise_id"] != "E"])
    data.fault("compliance_teams.csv", "没有一级企业E（E）2023年的记录")


@pytest.mark.parametrize(
    ("where", "change"),
    [
        ({"source": "published"}, {"region": "某地"}),
        ({"source": "published"}, {"source_year": "2020"}),
        ({"source": "standard"}, {"band": ""}),
        ({"source": "standard"}, {"item": "luck"}),
    ],
)
def test_a_target_that_stands_nowhere_is_named(data, where, change):
    number = rewrite(data, "benchmarking_targets", lambda r: r.update(change), **where)
    said = data.fault(f"benchmarking_targets.csv第{number}行", "的目标值在")
    assert "里找不到" in said and "改正这一行，或删去它" in said


def test_a_target_of_a_measure_that_nobody_has_registered_is_named(data):
    number = rewrite(data, "benchmarking_targets", lambda r: r.update(indicator="luck"), source="published")
    said = data.fault(f"benchmarking_targets.csv第{number}行", "“luck”")
    assert "应为：已登记的指标编号" in said and "编号见“名词与口径”，或先登记这个指标" in said


def test_a_group_without_any_problem_is_named(data):
    gone = {r["id"] for r in data.rows("compliance_problems") if r["enterprise_id"] == "E"}
    for table, key in (("compliance_problems", "id"), ("compliance_measures", "problem_id")):
        data.write(table, [r for r in data.rows(table) if r[key] not in gone])
    data.fault("compliance_problems.csv", "没有一级企业E（E）2023年的记录")


def test_the_ties_say_nothing_of_tables_that_are_not_there(data):
    package, frames = open_checked(data.folder)
    few = {name: frames[name] for name in ("enterprises", "balance_sheet")}
    own = [one for one in checks() if one.module == "stateassets.domains.campaigns.checks"]
    assert own and [fault for one in own for fault in one(package, few)] == []
    assert check(data.folder) == []


# --- what the page shows -------------------------------------------------------------------------


def test_an_item_is_shown_with_what_it_belongs_to(report):
    measures = report.register("compliance_measures", "problem_id", "problem_id.task_id")
    assert len(measures) == report.figure("compliance_measures").value
    frames = report.ledger.frames
    tasks, problems = (frames[f"compliance_{n}"].set_index("id") for n in ("tasks", "problems"))
    for row in measures.frame.to_dict("records"):
        problem = problems.loc[row["problem_id"]]
        assert row["problem_id.title"] == problem["title"]
        assert row["problem_id.task_id.title"] == tasks.loc[problem["task_id"], "title"]


def test_what_is_no_foreign_key_cannot_be_followed(report):
    with pytest.raises(KeyError):
        report.register("compliance_measures", "title")


def test_progress_by_group_counts_a_companys_measures_to_its_group(report):
    measures = report.register("compliance_measures", "problem_id")
    table = measures.progress("进展", by="problem_id.enterprise_id")
    shown = {getattr(row[0], "text", row[0]): int(row[1]) for row in table.rows}
    assert set(shown) == {f"一级企业{g}" for g in "ABCDEF"}
    by_group = {f.scope.name_zh: f.value for f in report.figures("compliance_measures", "group")}
    assert shown == by_group
    overdue = [int(row[2]) for row in table.rows]
    assert overdue == sorted(overdue, reverse=True)


def test_every_problem_stands_once_with_all_its_measures(report):
    table = report.register("compliance_measures", "problem_id").nested(
        "问题", "problem_id", ["problem_id.title", "problem_id.enterprise_id"], "举措"
    )
    assert len(table.rows) == report.figure("compliance_problems").value
    titles = report.ledger.frames["compliance_measures"]["title"]
    shown = "\n".join(row[-1].text for row in table.rows)
    assert all(title in shown for title in titles)
    assert sum(row[-1].html.count("<li>") for row in table.rows) == len(titles)
    assert "逾期未完成" in table.rows[0][-1].text


def test_titles_are_data_and_never_markup(report, monkeypatch):
    measures = report.register("compliance_measures", "problem_id")
    measures.frame = measures.frame.head(1).assign(title="<b>举措</b>")
    html = measures.nested("问题", "problem_id", ["problem_id.title"], "举措")._repr_html_()
    assert "<b>" not in html and "&lt;b&gt;举措" in html


# --- three campaigns, each with its own ----------------------------------------------------------


def test_there_are_three_campaigns_each_with_its_definition_of_the_annex(report):
    assert page.campaigns(report) == {"number": 3, "campaigns": "合规体系建设、价值创造行动、提效增能行动"}
    rows = page.campaign_table(report, "行动").rows
    assert [row[0] for row in rows] == ["合规体系建设", "价值创造行动", "提效增能行动"]
    assert "总经理任召集人" in rows[0][2] and not any("召集人" in row[2] for row in rows[1:])


def test_a_campaigns_definition_is_the_glossarys(report, monkeypatch):
    terms = report.ledger.frames["terms"]
    new = terms.head(1).assign(term="提效增能行动", definition="某个定义")
    monkeypatch.setitem(report.ledger.frames.frames, "terms", new)
    shown = [row[1] for row in page.campaign_table(report, "行动").rows]
    assert shown == [page.NOT_DEFINED, page.NOT_DEFINED, "某个定义"]


def test_aspects_and_tasks_are_counted_apart_as_the_report_does_not_tie_them(report):
    tasks = report.ledger.frames["benchmarking_tasks"]
    assert "aspect" not in tasks and "category" not in report.ledger.frames["benchmarking_goals"]
    counted = [report.figure(f"benchmarking_{n}").printed for n in ("aspects", "categories", "tasks")]
    assert counted == ["8个", "26类", "46项"]


def test_what_is_a_goal_is_called_a_goal(report):
    words = report.figure("benchmarking_improvements")
    assert words.name_zh == "要实现明显提升的方面"
    assert "是目标，不是结果" in words.measure.definition
    (claim,) = [c for c in report.claims if c.figure_id == "benchmarking_improvements"]
    assert claim.name_zh == "要实现明显提升的方面"


def test_a_working_group_led_otherwise_is_marked(report):
    table = page.team_table(report, "专班")
    words = {row[0].text: row[3].text for row in table.rows}
    assert words == {f"一级企业{g}": "否" if g == "E" else "是" for g in "ABCDEF"}
    assert report.figure("compliance_teams").number == 6
    assert report.figure("compliance_teams_led").number == 5
    assert page.as_asked("manager", "deputy") and not page.as_asked("chairman", "deputy")


def test_a_working_groups_row_adds_up_to_the_printed_counts(report):
    table = page.team_table(report, "专班")
    sums = [sum(int(row[i]) for row in table.rows) for i in (8, 9, 10)]
    names = ("compliance_problems", "compliance_measures", "compliance_measures_done")
    assert sums == [report.figure(name).number for name in names]


def test_every_closed_measure_is_told_by_evidence_and_by_what_a_second_look_found(report):
    done = report.figure("compliance_measures_done").number
    assert sum(n for _, n in page.evidence_kinds(report)) == done
    found = page.effects(report)
    assert sum(one.closed for one in found) == done
    assert sum(one.held + one.recurred for one in found) == report.figure("compliance_measures_checked").number
    assert sum(one.recurred for one in found) == report.figure("compliance_measures_recurred").number > 0


def test_what_was_not_looked_at_again_is_neither_held_nor_recurred():
    assert page.Effect("A", closed=10, held=6, recurred=1).unchecked == 3


# --- targets that others printed -----------------------------------------------------------------


def goal(value=60.0, up=False, indicator="debt_ratio"):
    return Target(indicator, up, value, "某地", "某报告", False, "")


def gap(report, now, before, target):
    figure = report.figure(target.indicator)
    return Gap(target, replace(figure, value=now), replace(figure, value=before))


@pytest.mark.parametrize(
    ("now", "before", "up", "size", "verdict", "trend"),
    [
        (64.0, 66.0, False, 4.0, "未达到", "缩小"),
        (66.0, 64.0, False, 6.0, "未达到", "扩大"),
        (64.0, 64.0, False, 4.0, "未达到", "不变"),
        (60.0, 62.0, False, 0.0, "达到", "本年补上"),
        (55.0, 58.0, False, -5.0, "达到", "—"),
        (64.0, None, False, 4.0, "未达到", "上年没有数"),
        (55.0, 50.0, True, 5.0, "未达到", "缩小"),
        (65.0, 58.0, True, -5.0, "达到", "本年补上"),
        (None, 58.0, True, None, "上年没有数", "上年没有数"),
    ],
)
def test_a_gap_is_what_is_wanting_and_its_trend_is_by_the_same_target(report, now, before, up, size, verdict, trend):
    found = gap(report, now, before, goal(up=up))
    assert found.size == (None if size is None else pytest.approx(size))
    assert (found.verdict, found.trend) == (verdict, trend)


def test_gaps_are_counted_by_hand(report):
    ones = [(64.0, 66.0), (66.0, 64.0), (60.0, 62.0), (None, 58.0)]
    counts = targets.behind([gap(report, now, before, goal()) for now, before in ones])
    assert counts == {"compared": 3, "reached": 1, "behind": 2, "narrower": 1, "wider": 1}


def test_a_target_is_taken_from_the_row_that_printed_it_in_the_base_unit():
    printed = pd.DataFrame(
        [
            ["某市", 2023, "口径", "营业收入", "level", "3.5", "亿元"],
            ["某市", 2023, "口径", "营业收入", "yoy_pct", "6.1", "%"],
        ],
        columns=["region", "year", "scope", "name_zh", "kind", "value", "unit"],
    )
    row = {"source": "published", "region": "某市", "scope": "口径", "source_year": 2023, "item": "营业收入"}
    frames = {"published_reports": printed}
    assert value_of({**row, "indicator": "revenue"}, frames).value == 35_000  # 万元
    assert value_of({**row, "indicator": "revenue.yoy"}, frames).value == pytest.approx(6.1)
    assert value_of({**row, "indicator": "revenue.change"}, frames) is None
    assert value_of({**row, "indicator": "revenue"}, {}) is None


def test_a_published_target_is_real_and_says_where_it_is_printed(report):
    """鄂州市 printed 103.70 % for 2023; the standards of the book are no real ones."""
    rows = targets.target_table(report, "目标").rows
    words = [[getattr(cell, "text", cell) for cell in row] for row in rows]
    (first,) = [w for w in words if w[3].startswith("鄂州市")]
    assert first[1] == "103.7%" and first[4] == "真实" and "鄂州市2023年度" in first[5]
    assert {w[4] for w in words if "评价标准值" in w[3]} == {"自定"}


def test_a_target_whose_table_a_district_leaves_out_is_left_out_and_no_fault(report, data, monkeypatch):
    rest = {name: rows for name, rows in report.ledger.frames.frames.items() if name != "evaluation_standards"}
    monkeypatch.setattr(report.ledger.frames, "frames", rest)
    assert Origin.SAMPLE not in {one.origin for one in targets.targets(report)}
    package, frames = open_checked(data.folder)
    few = {name: rows for name, rows in frames.items() if name not in ("evaluation_standards", "published_reports")}
    assert [fault for one in checks() if one.name.endswith("checks.targets") for fault in one(package, few)] == []


def test_a_year_of_which_nothing_was_entered_is_said_to_lack_it(report, monkeypatch):
    rows = report.ledger.frames["campaigns"]
    monkeypatch.setitem(report.ledger.frames.frames, "campaigns", rows.assign(year=report.year - 1))
    with pytest.raises(NotPrintedError, match=f"“专项行动”里还没有录入{report.year}年的"):
        page.campaigns(report)


def test_every_indicator_has_one_picture_of_all_groups(report):
    indicators = dict.fromkeys(one.indicator for one in targets.targets(report))
    pictures = targets.pictures(report).parts
    assert len(pictures) == len(indicators)
    assert all("一级企业" in repr(picture) and "【示例】" in repr(picture) for picture in pictures)


def test_every_group_stands_beside_every_target(report):
    table = targets.gap_table(report, "差距")
    assert len(table.rows) == 6 * len(targets.targets(report)) and table.origin is Origin.SAMPLE


def test_a_sentence_on_gaps_says_that_it_rests_on_a_sample(report):
    told = targets.say(report, "共{compared}次，达到{reached}次，没有达到{behind}次。")
    assert repr(told).startswith(f"【示例】共{6 * len(targets.targets(report))}次")


# --- goals and what shows them --------------------------------------------------------------------------------


def claimed(report, figure_id, direction, title="甲"):
    now, before, change = (report.figure(figure_id + kind) for kind in ("", ".last", ".change"))
    return Evidence(title, direction, now, before, change)


@pytest.mark.parametrize(
    ("figure_id", "direction", "verdict"),
    [
        ("revenue", "up", "是"),
        ("revenue", "down", "否"),
        ("debt_ratio", "down", "是"),
        ("value_added", "up", "否"),  # printed figures alone imply that it fell
        ("second_level_enterprises", "down", "否"),
        ("compliance_measures_rate", "up", "上年没有数"),
    ],
)
def test_whether_an_indicator_moved_as_claimed_is_computed(report, figure_id, direction, verdict):
    assert claimed(report, figure_id, direction).verdict == verdict


def test_what_did_not_move_does_not_show_an_improvement(report):
    same = claimed(report, "first_level_enterprises", "up")
    assert same.change.sign == 0 and same.verdict == "否"


def test_an_improvement_is_said_to_be_shown_as_far_as_it_is(report):
    up, down, unknown = ("revenue", "up"), ("value_added", "up"), ("compliance_measures_rate", "up")
    sets = {ALL: [up, unknown], SOME: [up, down], NONE: [down], NOT_JUDGED: [unknown]}
    found = [claimed(report, *one, title=words) for words, ones in sets.items() for one in ones]
    assert standing(found) == {words: words for words in sets}
    assert summary(found) == "；".join(words * 2 for words in (ALL, SOME, NONE, NOT_JUDGED))


def test_every_claimed_improvement_has_evidence_of_this_year(report):
    found = evidence(report)
    assert len({one.title for one in found}) == report.figure("benchmarking_improvements").value
    assert all(one.now.value is not None for one in found)
    assert all(one.now.measure.name in REGISTRY for one in found)


def test_items_overdue_at_the_end_are_those_still_open_after_their_date(report):
    frame = report.register("benchmarking_tasks").frame
    late = frame[frame["closed_on"].isna() & (frame["due_on"] < pd.Timestamp("2023-12-31"))]
    assert len(late) == report.figure("benchmarking_tasks_overdue").value > 0
