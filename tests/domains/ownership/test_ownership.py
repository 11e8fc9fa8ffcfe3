"""产权: the tree and its shares; what cannot be is a fault, what should not be a warning."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateassets.alerts import BLUE, RED, YELLOW, AlertContext
from stateassets.alerts.page import AlertsPage
from stateassets.domains.ownership import page as ownership
from stateassets.domains.ownership.alerts import shells
from stateassets.report import Report
from stateassets.tables.hierarchy import chain, circles, parents, through
from stateassets.tables.origins import Origin


@pytest.fixture(scope="module")
def seen(report):
    return AlertsPage(report, "ownership")


def add(data, **row):
    rows = data.rows("shareholdings")
    data.write("shareholdings", [*rows, {**rows[0], **row}])
    return len(rows) + 2


# --- what was planted, and what is just in order -------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "subject", "level"),
    [
        ("legal_unregistered", "三级企业C1甲", RED),
        ("legal_unregistered", "四级企业C1乙", YELLOW),
        ("share_gap", "参股企业A2甲", YELLOW),
        ("level_over", "四级企业C1乙", YELLOW),
        ("shell_years", "三级企业B2甲", YELLOW),
    ],
)
def test_a_planted_event_is_found(seen, rule, subject, level):
    found = {a.subject.split("（")[0]: a.level for a in seen.of(rules=[rule], opened=True).alerts}
    assert found[subject] == level
    assert len(found) == 1 + (rule == "legal_unregistered")


def test_a_company_registered_in_time_though_off_the_roster_is_quiet(seen, report):
    assert "三级企业E1甲" in set(report.ledger.frames["affiliates"]["title"])
    assert not [a for a in seen.alerts if "E1甲" in a.subject]


def test_a_company_with_an_outside_holder_and_the_whole_accounted_for_is_quiet(seen, report):
    rows = ownership.persons(report).set_index("id")
    assert rows.at["E2", "share"] == 90 and rows.at["E2", "shares"] == 100
    assert not [a for a in seen.of(rules=["share_gap"]).alerts if a.enterprise_id == "E2"]


# --- worked by hand ------------------------------------------------------------------------------


def stakes(*rows):
    columns = ["held_id", "holder_kind", "holder_id", "share"]
    return pd.DataFrame(
        [(h, "enterprise" if k.isupper() else k, k if k.isupper() else "", s) for h, k, s in rows], columns=columns
    )


TREE = stakes(
    ("A", "state", 100), ("B", "A", 80), ("B", "private", 20), ("C", "B", 60), ("C", "A", 25), ("C", "person", 15)
)


def test_what_reaches_the_district_goes_through_every_holder():
    assert through(TREE) == {"A": 100, "B": 80, "C": pytest.approx(0.6 * 80 + 0.25 * 100)}


def test_the_parent_is_the_largest_supervised_holder():
    assert parents(TREE) == {"B": "A", "C": "B"}
    assert chain(parents(TREE), "C") == ["C", "B", "A"]


def test_somebody_who_holds_itself_is_told_once():
    around = stakes(("A", "C", 10), ("B", "A", 100), ("C", "B", 100))
    assert [sorted(set(path)) for path in circles(around)] == [["A", "B", "C"]]
    with pytest.raises(ValueError, match="绕成了圈"):
        through(around)


@given(st.lists(st.floats(1, 100), min_size=1, max_size=6))
def test_no_more_reaches_the_district_than_the_weakest_link_lets_through(shares):
    names = "ABCDEFG"
    rows = [("A", "state", 100.0)]
    rows += [(b, a, s) for a, b, s in zip(names, names[1:], shares, strict=False)]
    reach = through(stakes(*rows))
    assert reach[names[len(shares)]] <= min(shares) + 1e-9


def test_years_without_staff_and_revenue_are_counted_anew_after_a_year_with_some(report):
    activity = pd.DataFrame(
        {
            "year": [2020, 2021, 2022, 2023],
            "affiliate_id": "FR001",
            "staff": [0, 3, 0, 0],
            "revenue": [0.0, 0.0, 0.0, 0.0],
        }
    )
    rows = shells(AlertContext({**report.ledger.frames, "affiliate_activity": activity}, pd.Timestamp("2023-12-31")))
    assert rows[rows["id"] == "FR001"]["years"].tolist() == [1, 0, 1, 2]


def test_an_enterprise_with_staff_is_no_shell(report):
    rows = shells(AlertContext(report.ledger.frames, pd.Timestamp("2023-12-31")))
    assert set(rows[rows["years"] > 0]["id"]) == {"FR004"}


# --- the chapter ---------------------------------------------------------------------------------


def test_the_picture_shows_every_legal_person_once(report):
    shown = [name.split(" ")[0] for _, _, names in ownership.tree(report) for name in names]
    shown += [group for group, *_ in ownership.tree(report)]
    assert sorted(shown) == sorted(ownership.persons(report)["title"])
    enterprises, others = (report.figure(n).number for n in ("enterprises", "affiliates"))
    assert len(shown) == enterprises + others


def test_the_picture_marks_exactly_whoever_is_not_registered(report):
    marked = {n.split(" ")[0] for _, _, names in ownership.tree(report) for n in names if "没有登记" in n}
    assert marked == {"二级企业E2", "三级企业C1甲", "四级企业C1乙"}


def test_an_enterprise_of_which_the_register_knows_nothing_is_warned_of_and_marked(data):
    rows = [r for r in data.rows("property_registration") if (r["enterprise_id"], r["kind"]) != ("B1", "occupation")]
    data.write("property_registration", rows)
    assert data.faults() == []
    report = Report(root=data.folder.parent)
    (alert,) = [
        a
        for a in AlertsPage(report, "ownership").of(rules=["ownership_unregistered"]).alerts
        if a.enterprise_id == "B1" and a.open
    ]
    assert alert.level == RED and alert.rows == ()
    assert alert.first_seen.year == report.ledger.years[0] + 1  # a year's time to register
    assert any("B1 100%（没有登记）" in n for _, _, names in ownership.tree(report) for n in names)


def test_every_table_of_the_chapter_says_that_it_is_a_sample(report):
    for table in (
        ownership.persons_table,
        ownership.activity_table,
        ownership.changes_table,
        ownership.transfers_table,
    ):
        assert table(report, "x").origin is Origin.SAMPLE


# --- what cannot be is a fault -------------------------------------------------------------------


def test_shares_of_more_than_the_whole_are_named(data):
    row = add(data, id="GQ999", held_id="A1", holder_kind="private", holder_id="", share="0.5")
    data.fault(f"ledger/shareholdings.csv第{row}行", "持股比例", "A1", "合计100.5%", "不超过100%")


def test_shares_of_less_than_the_whole_are_a_warning_and_open(data):
    data.change("shareholdings", lambda r: r.update(share="9.5"), held_id="E2", holder_kind="private")
    assert data.faults() == []
    found = AlertsPage(Report(root=data.folder.parent), "ownership").of(rules=["share_gap"]).alerts
    assert {(a.enterprise_id, a.level) for a in found} == {("A2", YELLOW), ("E2", BLUE)}


def test_a_share_other_than_the_rosters_is_named(data):
    row = data.change("shareholdings", lambda r: r.update(share="85"), held_id="E2", holder_kind="enterprise")
    data.fault(f"ledger/shareholdings.csv第{row}行", "E2的上级企业E持股85%", "上级持股比例90%")


def test_a_circle_of_holdings_is_named(data):
    data.change("shareholdings", lambda r: r.update(share="30"), held_id="FR005", holder_kind="private")
    data.change(
        "shareholdings",
        lambda r: r.update(holder_kind="enterprise", holder_id="FR006"),
        held_id="FR005",
        holder_kind="private",
    )
    data.fault("ledger/shareholdings.csv", "持股绕成了圈", "FR006")


def test_a_holder_or_held_that_nobody_knows_is_named(data):
    row = add(data, id="GQ999", held_id="Z9", share="1")
    data.fault(f"ledger/shareholdings.csv第{row}行", "被持股法人", "“Z9”", "先登记这户法人")


def test_an_outside_holder_has_no_number(data):
    row = data.change("shareholdings", lambda r: r.update(holder_id="A"), holder_kind="private")
    data.fault(f"ledger/shareholdings.csv第{row}行", "股东编号", "“A”", "空白")


def test_a_company_that_is_controlled_is_no_participation(data):
    row = data.change("affiliates", lambda r: r.update(kind="participated"), id="FR005")
    data.fault(f"ledger/affiliates.csv第{row}行", "参股企业", "合计持股70%")


def test_a_company_without_a_holder_is_named(data):
    rows = [r for r in data.rows("shareholdings") if r["held_id"] != "FR008"]
    data.write("shareholdings", rows)
    data.fault("ledger/affiliates.csv", "参股企业D甲", "没有股东")


def test_a_registration_before_the_foundation_is_named(data):
    row = data.change("affiliates", lambda r: r.update(registered_on="2017-01-03"), id="FR001")
    data.fault(f"ledger/affiliates.csv第{row}行", "产权登记日期", "不早于成立日期")
