"""What a reader of the campaigns' chapter, and who keeps its registers, can rely on."""

import pandas as pd
import pytest

from stateassets.domains.campaigns.page import ALL, NONE, NOT_JUDGED, SOME, Evidence, evidence, standing, summary
from stateassets.measures.registry import REGISTRY
from stateassets.report import Report
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


def test_a_category_in_two_aspects_is_named(data):
    rows = data.rows("benchmarking_tasks")
    seen = [r["category"] for r in rows]
    index = next(i for i, name in enumerate(seen) if name in seen[:i])
    _, said = blame(
        data,
        "benchmarking_tasks",
        lambda r: r.update(aspect="party" if r["aspect"] != "party" else "risk"),
        id=rows[index]["id"],
    )
    assert f"benchmarking_tasks.csv第{index + 2}行“类别（category）”列：“{seen[index]}”" in said
    assert "一个类别只属于一个方面" in said


def test_an_improvement_shown_by_an_unknown_measure_is_named(data):
    number, said = blame(data, "benchmarking_improvements", lambda r: r.update(indicator="luck"))
    assert f"benchmarking_improvements.csv第{number}行“指标（indicator）”列：“luck”" in said


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


# --- improvements --------------------------------------------------------------------------------


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
