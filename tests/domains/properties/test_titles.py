"""Assets without title: how far each has come, and what its disposal still needs."""

import pandas as pd
import pytest

from stateassets.alerts import RULES, AlertContext
from stateassets.domains.properties import titles
from stateassets.domains.properties.alerts import not_ready
from stateassets.domains.properties.titles import (
    CONDITIONS,
    DECISION,
    DISPUTE,
    ENCUMBRANCE,
    FOUND,
    KEPT,
    LACKING,
    READY,
    TITLE,
    TITLING,
    UNFIT,
    VALUATION,
    missing,
    stage,
)

END = pd.Timestamp(2023, 12, 31)
DAYS = ("reviewed_on", "closed_on", "valued_on", "approved_on")


def asset(**more):
    """An asset that has everything; ``more`` says what it has otherwise."""
    row = {
        "reviewed_on": "2023-01-10",
        "finding": "direct",
        "closed_on": "2023-05-10",
        "aim": "dispose",
        "dispute": "none",
        "encumbrance": "none",
        "valued_on": "2023-06-10",
        "approved_on": "2023-07-10",
    } | more
    return row | {name: pd.to_datetime(row[name]) for name in DAYS}


@pytest.mark.parametrize(
    ("more", "step"),
    [
        ({"reviewed_on": None, "finding": "", "closed_on": None}, FOUND),
        ({"reviewed_on": "2024-01-02", "closed_on": None}, FOUND),  # not yet by the day
        ({"closed_on": None}, TITLING),
        ({"closed_on": None, "finding": "unfit"}, UNFIT),
        ({"aim": "keep", "dispute": "open"}, KEPT),
        ({"valued_on": None}, LACKING),
        ({}, READY),
        ({"approved_on": "2024-01-02"}, LACKING),
    ],
)
def test_an_asset_stands_at_one_step_of_its_way(more, step):
    assert stage(asset(**more), END) == step


@pytest.mark.parametrize(
    ("more", "condition"),
    [
        ({"closed_on": None}, TITLE),
        ({"dispute": "open"}, DISPUTE),
        ({"encumbrance": "mortgaged"}, ENCUMBRANCE),
        ({"encumbrance": "seized"}, ENCUMBRANCE),
        ({"valued_on": None}, VALUATION),
        ({"approved_on": None}, DECISION),
    ],
)
def test_each_condition_is_missing_by_itself(more, condition):
    assert missing(asset(**more), END) == [condition]
    assert missing(asset(), END) == []


def test_steps_hold_all_assets_and_their_whole_book_value(report):
    assert sum(value for _, value in titles.by_stage(report)) == pytest.approx(
        report.exact(report.figure("titleless_value"))
    )
    told = {name: int(words[:-1]) for name, words in titles.numbers(report).items()}
    assert (
        told["titled"] == told["kept"] + told["ready"] + told["lacking"] == report.figure("titleless_assets_done").value
    )
    assert told["ready"] and told["lacking"]
    rows = titles.what_is_missing(report)
    assert [name for name, _ in rows] == [name for name in CONDITIONS if name != TITLE]
    assert {have + lack for _, (have, lack) in rows} == {told["ready"] + told["lacking"]}


def test_the_register_says_of_each_asset_what_is_missing_and_stays_inside(report):
    table = titles.register(report, "表")
    assert table.internal and len(table.rows) == report.figure("titleless_assets").value
    assert {row[-1] for row in table.rows if row[-2] == READY} == {"齐全"}
    assert all("确权" in row[-1] for row in table.rows if row[-2] == TITLING and row[-3] == "拟处置")


def seen(**more):
    row = asset(**more)
    paths = pd.DataFrame([{"year": 2023, "titleless_id": "W", "enterprise_id": "A", **row}]).drop(columns="closed_on")
    assets = pd.DataFrame([{"id": "W", "title": "库房", "closed_on": row["closed_on"]}])
    found = not_ready(AlertContext({"titleless_paths": paths, "titleless_assets": assets}, END))
    return RULES["title_unready"].values(found)


def test_waiting_for_the_conditions_counts_from_the_title():
    assert seen(valued_on=None).iloc[-1] == (END - pd.Timestamp(2023, 5, 10)).days == 235
    assert seen(dispute="open").iloc[-1] == 235


@pytest.mark.parametrize("more", [{"aim": "keep", "valued_on": None}, {"closed_on": None, "valued_on": None}])
def test_what_is_kept_or_has_no_title_yet_waits_for_no_condition(more):
    assert seen(**more).empty


def test_what_has_all_conditions_waits_no_longer():
    assert seen().iloc[-1] == 0


# --- tables that are wrong -----------------------------------------------------------------------


def test_a_review_before_the_survey_is_named(data):
    row = data.change("titleless_paths", lambda r: r.update(reviewed_on="2020-01-02"), titleless_id="WZ001")
    data.fault(f"ledger/titleless_paths.csv第{row}行", "2020-01-02", "不早于清查日期")


def test_a_finding_without_a_review_is_named(data):
    row = data.change("titleless_paths", lambda r: r.update(reviewed_on=""), titleless_id="WZ001")
    data.fault(f"ledger/titleless_paths.csv第{row}行", "研判结论", "有分析研判日期的填")


def test_a_title_for_what_was_found_unfit_is_named(data):
    row = data.change("titleless_paths", lambda r: r.update(finding="unfit"), titleless_id="WZ001")
    data.fault(f"ledger/titleless_paths.csv第{row}行", "不宜确权", "WZ001已在2023-08-30办证")


@pytest.mark.parametrize(
    ("key", "expected"), [("WZ001", "不早于办结日期2023-08-30"), ("WZ011", "空着，因为还没有办证")]
)
def test_a_decision_to_dispose_of_what_has_no_title_is_named(data, key, expected):
    row = data.change("titleless_paths", lambda r: r.update(approved_on="2023-08-01"), titleless_id=key)
    data.fault(f"ledger/titleless_paths.csv第{row}行", "处置决策日期", "2023-08-01", expected)
