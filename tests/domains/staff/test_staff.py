"""人力资源: posts and people, the staff's structure, planted events, wrong tables."""

import pandas as pd
import pytest

from stateassets.alerts import BLUE, RED, RULES, YELLOW, AlertContext
from stateassets.alerts.page import AlertsPage
from stateassets.domains.staff import page as staffing
from stateassets.domains.staff.alerts import establishment, vacancies
from stateassets.tables.origins import Origin

END = pd.Timestamp("2023-12-31")


@pytest.fixture(scope="module")
def seen(report):
    return AlertsPage(report, "people")


# --- what was planted, and what is just in order -------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "enterprise", "level"),
    [
        ("post_term", "B2", RED),
        ("post_vacant", "D2", YELLOW),
        ("staff_over_posts", "E", YELLOW),
        ("posts_unfilled", "F1", YELLOW),
    ],
)
def test_a_planted_event_is_the_only_one_of_its_kind(seen, rule, enterprise, level):
    found = seen.of(rules=[rule], opened=True).alerts
    assert [(a.enterprise_id, a.level) for a in found] == [(enterprise, level)]


def test_a_post_that_was_filled_again_is_cleared(seen):
    (alert,) = [a for a in seen.of(rules=["post_vacant"]).alerts if a.enterprise_id == "C1"]
    assert alert.level == BLUE and not alert.open and alert.cleared.month == 6


def test_a_post_that_is_empty_for_weeks_is_quiet(seen, report):
    posts = staffing.key_posts(report)
    assert 0 < posts[posts["enterprise_id"] == "E1"]["vacant"].max() < 3
    assert not [a for a in seen.of(rules=["post_vacant"]).alerts if a.enterprise_id == "E1"]


# --- worked by hand ------------------------------------------------------------------------------


def test_a_vacancy_lasts_from_its_day_until_somebody_begins(report):
    posts = pd.DataFrame(
        {
            "id": ["1", "2"],
            "enterprise_id": "A",
            "post": "出纳",
            "rotated_on": pd.NaT,
            "vacant_since": pd.to_datetime(["2023-11-01", "2023-09-01"]),
            "since": pd.to_datetime([None, "2023-10-15"]),
        }
    )
    rows = vacancies(AlertContext({**report.ledger.frames, "key_posts": posts}, END))
    days = {key: own["days"].tolist() for key, own in rows.groupby("id")}
    assert days == {"1": [29, 60], "2": [29, 0]}


def test_posts_and_people_by_hand(report):
    frames = {
        "establishment": pd.DataFrame({"year": 2023, "enterprise_id": "A", "kind": ["a", "b"], "posts": [15, 5]}),
        "headcount": pd.DataFrame({"year": 2023, "month": [11, 12], "enterprise_id": "A", "headcount": [30, 21]}),
    }
    rows = establishment(AlertContext({**report.ledger.frames, **frames}, END))
    assert RULES["staff_over_posts"].values(rows).tolist() == pytest.approx([5])
    assert RULES["posts_unfilled"].values(rows).tolist() == pytest.approx([-5])
    assert rows["rows"].tolist() == [(2, 3)]


def test_a_december_that_has_not_come_is_not_looked_at(report):
    rows = establishment(AlertContext(report.ledger.frames, pd.Timestamp("2023-06-30")))
    assert set(rows["year"]) == {2022}


# --- the chapter ---------------------------------------------------------------------------------


@pytest.mark.parametrize("aspect", ["kind", "age", "education"])
def test_each_way_of_dividing_the_staff_comes_to_december(report, aspect):
    people = report.ledger.frames["headcount"].query("month == 12 and year == 2023")["headcount"].sum()
    assert staffing.structure(report, aspect).sum() == people
    assert report.figure("staff_at_year_end").value == people
    rows, parts = staffing.by_group(report, aspect)
    assert sum(sum(values) for _, values in rows) == people and len(parts) == 4


def test_the_chapters_numbers_agree_with_the_tables(report):
    told = {name: number() for name, number in staffing.numbers(report).items()}
    posts = report.ledger.frames["key_posts"]
    assert told["vacant"] == f"{int(posts['since'].isna().sum())}个"
    assert told["beyond"] == "1个" and told["crowded"] == "1户"


def test_every_table_of_the_chapter_says_that_it_is_a_sample(report):
    for table in (staffing.structure_table, staffing.key_posts_table):
        assert table(report, "x").origin is Origin.SAMPLE


# --- tables that are wrong -----------------------------------------------------------------------


def december(data, enterprise):
    """An enterprise's headcount at the year's end."""
    rows = data.rows("headcount")
    return next(
        r["headcount"] for r in rows if (r["year"], r["month"], r["enterprise_id"]) == ("2023", "12", enterprise)
    )


def test_a_structure_that_misses_somebody_is_named(data):
    row = data.change(
        "staff_structure",
        lambda r: r.update(people=str(int(r["people"]) + 1)),
        year="2023",
        enterprise_id="C1",
        aspect="age",
        band="under_36",
    )
    data.fault(
        f"ledger/staff_structure.csv第{row}行", "人数", "C1，2023年按年龄分", f"十二月职工人数{december(data, 'C1')}人"
    )


def test_a_way_of_dividing_that_is_missing_is_named(data):
    rows = [
        r
        for r in data.rows("staff_structure")
        if (r["year"], r["enterprise_id"], r["aspect"]) != ("2023", "C1", "education")
    ]
    data.write("staff_structure", rows)
    data.fault("ledger/staff_structure.csv", "C1，2023年没有按学历分的人数")


def test_a_band_of_another_division_is_named(data):
    row = data.change("staff_structure", lambda r: r.update(band="school"), aspect="age", band="over_55")
    data.fault(f"ledger/staff_structure.csv第{row}行", "分组", "高中及以下", "按年龄分的")


def test_a_post_neither_held_nor_vacant_is_named(data):
    row = data.change("key_posts", lambda r: r.update(since="", vacant_since=""), id="GW020")
    data.fault(f"ledger/key_posts.csv第{row}行", "任职起始日", "空白", "填空缺起始日")


def test_somebody_who_began_before_the_post_was_empty_is_named(data):
    row = data.change("key_posts", lambda r: r.update(vacant_since="2023-12-01"), id="GW020")
    data.fault(f"ledger/key_posts.csv第{row}行", "任职起始日", "不早于空缺起始日2023-12-01")


def test_a_rotation_before_the_beginning_is_named(data):
    row = data.change("key_posts", lambda r: r.update(rotated_on="2001-01-05"), id="GW020")
    data.fault(f"ledger/key_posts.csv第{row}行", "轮岗日期", "不早于任职起始日")
