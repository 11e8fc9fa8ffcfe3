"""四强四好 and the two lists: where organisations stand, and what is said of rows that cannot be."""

import pandas as pd
import pytest
from data_copy import rewrite

from stateassets.domains.party import page
from stateassets.domains.party.page import LATE, MENDED, MENDING, OVERDUE, SOUND
from stateassets.measures.registry import REGISTRY
from stateassets.report import Report


def test_four_strong_and_four_good_and_two_lists_each_say_what_they_ask_and_on_what_ground(report):
    rows = report.ledger.frames["party_requirements"]
    assert rows["part"].value_counts().to_dict() == {"strong": 4, "good": 4, "list": 2}
    assert rows["asks"].is_unique and rows["basis"].str.contains("原文待核").all()
    assert set(rows["confidence"]) == {"C"}
    assert len(page.asked(report, "表").rows) == 10


def test_every_party_organisation_is_assessed_on_every_requirement(report):
    rows, standings = page.by_requirement(report)
    organisations = report.figure("party_organisations").value
    assert len(rows) == 8 and standings == ["达到", "部分达到", "没有达到"]
    assert {sum(numbers) for _, numbers in rows} == {organisations}
    assert sum(met for _, (met, *_) in rows) == report.figure("party_requirements_met").value
    assert len(page.by_organisation(report, "表").rows) == organisations


def test_shares_by_hand():
    assert REGISTRY["party_requirements_met_rate"].formula(6, 8) == 75
    assert REGISTRY["party_list_running_rate"].formula(19, 20) == 95


@pytest.mark.parametrize(
    ("gap", "due", "closed", "state"),
    [
        ("", None, None, SOUND),
        ("缺", "2023-11-10", "2023-11-10", MENDED),
        ("缺", "2023-11-10", "2023-11-11", LATE),
        ("缺", "2023-11-10", None, OVERDUE),
        ("缺", "2023-12-31", None, MENDING),
        ("缺", "2023-11-10", "2024-01-05", OVERDUE),  # not done by the year's end
    ],
)
def test_what_looking_back_found_is_sound_mended_or_waiting(gap, due, closed, state):
    row = {"gap": gap, "due_on": pd.to_datetime(due), "closed_on": pd.to_datetime(closed)}
    assert page._state(row, pd.Timestamp(2023, 12, 31)) == state


def test_lists_looked_back_at_are_told_as_they_are_listed(report):
    rows, states = page.by_list(report)
    gaps = sum(sum(numbers) - numbers[states.index(SOUND)] for _, numbers in rows)
    assert f"{gaps}处" == page.numbers(report)["gaps"]
    assert len(page.looked_back(report, "表").rows) == gaps > 0


def test_rectification_measures_differ_by_problem_and_answer_all_problems(report):
    rows = report.ledger.frames["party_rectification"]
    told = page.wording(report)
    assert told == {"problems": f"{rows['problem'].nunique()}个", "different": f"{rows['title'].nunique()}条"}
    assert rows["title"].nunique() / len(rows) > 0.95
    listed = page.measures_of(report, "表").rows
    assert sum(int(row[3]) for row in listed) == len(rows) >= 200
    assert len({str(row[0]) for row in listed}) == report.figure("party_inspected_enterprises").value == 2


def test_enterprises_are_named_only_in_tables_that_stay_inside(report):
    for make in (page.by_organisation, page.looked_back, page.measures_of):
        assert make(report, "表").internal


def test_a_book_without_requirements_and_standing_still_opens(data):
    import json

    file = data.folder / "datapackage.json"
    package = json.loads(file.read_text("utf-8"))
    for resource in package["resources"]:
        if resource["name"] in ("party_requirements", "party_standing", "party_list_reviews"):
            resource["absent"] = True
            (data.folder / resource["path"]).unlink()
    file.write_text(json.dumps(package, ensure_ascii=False), "utf-8")
    said = str(Report(root=data.folder.parent).say("达到率{party_requirements_met_rate}。"))
    assert "本书没有“四强四好创建情况”这张表，这里从略" in said


# --- rows that cannot be -------------------------------------------------------------------------


def test_what_is_lacking_is_said_exactly_where_something_is(data):
    row = data.change("party_standing", lambda r: r.update(lacking="缺记录"), standing="met")
    data.fault(f"ledger/party_standing.csv第{row}行", "达到，填了", "达到的空着")
    row = data.change("party_standing", lambda r: r.update(lacking=""), standing="partly")
    data.fault(f"ledger/party_standing.csv第{row}行", "部分达到，空着")


def test_a_list_is_no_requirement_of_the_strong_and_good_and_the_other_way_round(data):
    row = data.change("party_standing", lambda r: r.update(requirement_id="L1"))
    data.fault(f"ledger/party_standing.csv第{row}行", "L1属于两个清单", "四强或四好的编号")
    row = data.change("party_list_reviews", lambda r: r.update(requirement_id="S1"))
    data.fault(f"ledger/party_list_reviews.csv第{row}行", "S1属于四强", "两个清单的编号")


def test_more_items_running_than_a_list_has_is_named(data):
    row = data.change("party_list_reviews", lambda r: r.update(running="99"))
    data.fault(f"ledger/party_list_reviews.csv第{row}行", "在运行的", "99项", "不多于清单事项")


def test_a_gap_without_words_or_date_is_named(data):
    row = data.change(
        "party_list_reviews", lambda r: r.update(gap="", due_on="", closed_on=""), gap="有的任务没有完成时限"
    )
    data.fault(f"ledger/party_list_reviews.csv第{row}行", "发现的问题", "空着", "没有全部运行的填")
    data.fault(f"ledger/party_list_reviews.csv第{row}行", "整改期限", "空着")


def test_a_standing_on_a_requirement_that_nobody_wrote_is_named(data):
    rewrite(data, "party_requirements", lambda r: r.update(id="S9"), id="S1")
    data.fault("ledger/party_standing.csv第2行", "S1", "找不到")
