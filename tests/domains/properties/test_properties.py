"""Property: vacancy on both bases, planted events and their neighbours, wrong tables named."""

import pandas as pd
import pytest

from stateassets.alerts import LEVELS, RED, RULES, AlertContext, find_alerts
from stateassets.domains.properties import page as properties
from stateassets.domains.properties.alerts import disposals, earning, expired, let, stretches, vacant
from stateassets.measures.ledger import DISTRICT, ENTERPRISE, GROUP
from stateassets.measures.registry import REGISTRY
from stateassets.report import Report
from stateassets.tables.origins import Origin
from stateassets.tables.periods import year_end

END = year_end(2023)
MODULE = [rule for rule in RULES.values() if rule.module == "assets"]
EXCLUDED = ("own", "admin_loan", "dilapidated", "social_housing")


@pytest.fixture(scope="module")
def found(report):
    return find_alerts(report.ledger.frames, END, MODULE)


def day(text):
    return pd.Timestamp(text) if text else pd.NaT


# --- vacancy -------------------------------------------------------------------------------------


def test_vacancy_by_hand_on_both_bases():
    """1,000 in all, 100 + 50 + 50 + 400 that cannot be let, 320 of the other 400 let."""
    value = REGISTRY["lettable_area"].formula(1000, 100, 50, 50, 400)
    empty = REGISTRY["vacant_area"].formula(value, 320)
    assert (value, empty) == (400, 80)
    assert REGISTRY["vacancy_rate"].formula(empty, value) == 20
    assert REGISTRY["vacancy_rate_total"].formula(empty, 1000) == 8


@pytest.mark.parametrize("by", [DISTRICT, GROUP, ENTERPRISE])
def test_vacancy_is_known_of_the_district_each_group_and_each_enterprise(report, by):
    frames = report.ledger.frames
    place, lease = frames["properties"], frames["leases"]
    running = lease[~(lease["ended_on"] <= END)]
    for figure in report.figures("vacancy_rate", by):
        own = report.ledger.within(place, figure.scope)
        can = own[~own["use"].isin(EXCLUDED)]["area"].sum()
        used = report.ledger.within(running, figure.scope)["area"].sum()
        assert figure.value == pytest.approx((can - used) / can * 100)
        assert (figure.unit, figure.decimals) == ("%", 1) and figure.origin is Origin.SAMPLE


def test_who_has_nothing_to_let_has_no_vacancy_rate(data):
    rows = data.rows("properties")
    gone = {r["id"] for r in rows if r["enterprise_id"] == "E2" and r["use"] == "rental"}
    data.write("properties", [r for r in rows if r["id"] not in gone])
    leases = data.rows("leases")
    data.write("leases", [r for r in leases if r["property_id"] not in gone])
    report = Report(root=data.folder.parent)
    scope = report.ledger.scope(ENTERPRISE, "E2")
    assert report.figure("lettable_area", scope).value == 0
    assert report.figure("vacancy_rate", scope).value is None


# --- what was planted ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "where"),
    [
        ("lease_vacancy", ["B1"]),
        ("lease_cheap", ["A2"]),
        ("lease_expired", ["A", "F"]),
        ("lease_yield", ["E"]),
        ("disposal_unlisted", ["C1"]),
    ],
)
def test_a_planted_event_is_found_and_nothing_beside_it(found, rule, where):
    own = [a for a in found if a.rule.id == rule and a.open]
    assert sorted(a.enterprise_id for a in own) == where


def test_a_third_of_the_market_and_two_years_empty_are_red(found):
    red = {(a.rule.id, a.enterprise_id) for a in found if a.level == RED and a.open}
    assert red == {("lease_cheap", "A2"), ("lease_vacancy", "B1")}, LEVELS


def test_a_sale_within_the_exchange_or_below_the_limit_is_quiet(report):
    seen = disposals(AlertContext(report.ledger.frames, END)).set_index("enterprise_id")
    assert seen["unlisted"].to_dict() == {k: k == "C1" for k in seen.index}
    assert pd.isna(seen.at["D", "listed_on"]) and seen.at["D", "price"] < 100


# --- by hand -------------------------------------------------------------------------------------


def places(*rows):
    columns = ["id", "area", "lettable_since", "idle_id"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(
        enterprise_id="A",
        title="楼",
        use="rental",
        book_value=100.0,
        market_rent=20.0,
        lettable_since=pd.to_datetime(frame["lettable_since"]),
        year=2023,
    )


def tenancies(*rows):
    columns = ["id", "property_id", "area", "starts_on", "ends_on", "ended_on", "yearly_rent"]
    frame = pd.DataFrame(rows, columns=columns)
    dates = {c: pd.to_datetime(frame[c]) for c in ("starts_on", "ends_on", "ended_on")}
    return frame.assign(enterprise_id="A", **dates)


LIMITS = pd.DataFrame({"id": ["vacant_share", "listing_amount"], "value": [50.0, 100.0]})


def test_a_property_stands_empty_from_the_day_half_of_it_is_not_let_until_it_is_again():
    leases = tenancies(
        ("1", "P", 60, "2022-01-01", "2023-12-31", "2022-05-10", 1),
        ("2", "P", 40, "2022-01-01", "2025-12-31", None, 1),
        ("3", "P", 20, "2022-09-01", "2025-12-31", None, 1),
    )
    rows = stretches(places(("P", 100, "2021-12-01", "")), leases, 50, END)
    told = list(zip(rows["since"], rows["until"], strict=True))
    assert told == [
        (day("2021-12-01"), day("2022-01-01")),  # before anybody rented it
        (day("2022-05-10"), day("2022-09-01")),  # 60 empty, then only 40
    ]


def test_less_than_the_share_empty_is_not_empty_and_the_share_is():
    leases = tenancies(
        ("1", "P", 51, "2022-01-01", "2025-12-31", None, 1), ("2", "Q", 50, "2022-01-01", "2025-12-31", None, 1)
    )
    rows = stretches(places(("P", 100, "2022-01-01", ""), ("Q", 100, "2022-01-01", "")), leases, 50, END)
    assert rows["id"].tolist() == ["Q"]


def test_what_comes_later_is_not_known_earlier():
    leases = tenancies(("1", "P", 100, "2022-01-01", "2023-06-30", "2023-07-05", 1))
    at = places(("P", 100, "2022-01-01", ""))
    assert stretches(at, leases, 50, day("2023-06-30")).empty
    assert len(stretches(at, leases, 50, day("2023-07-05"))) == 1


def seen(listed, as_of=END):
    frames = {
        "properties": places(("P", 100, "2022-01-01", "X"), ("Q", 100, "2022-01-01", "")),
        "leases": tenancies(("1", "R", 1, "2022-01-01", "2025-12-31", None, 1)),
        "platform_limits": LIMITS,
    }
    if listed:
        frames["idle_assets"] = pd.DataFrame(
            {"id": ["X"], "opened_on": [day("2023-02-01")], "closed_on": [day(listed.strip("-"))]}
        )
    return set(vacant(AlertContext(frames, as_of))["id"])


def test_what_is_on_the_list_to_be_put_to_use_is_watched_by_that_list():
    assert seen("-") == {"Q"}
    assert seen("2023-08-01") == {"Q"}  # its emptiness began before it was done
    assert seen("-", day("2023-01-31")) == {"P", "Q"}  # not listed yet
    assert seen("") == {"P", "Q"}  # a district without such a list


def test_rent_by_hand_is_yuan_for_a_square_metre_and_month():
    frames = {
        "properties": places(("P", 1000, "2022-01-01", "")),
        "leases": tenancies(("1", "P", 1000, "2022-01-01", "2025-12-31", None, 18.0)),
    }
    rows = let(AlertContext(frames, END))
    assert rows["rent"].tolist() == pytest.approx([15.0])  # 180,000 yuan / 1,000 / 12
    assert RULES["lease_cheap"].values(rows).tolist() == pytest.approx([-25.0])
    assert RULES["lease_yield"].values(earning(AlertContext(frames, END))).tolist() == [18.0]


def test_an_ended_or_future_lease_is_no_lease():
    frames = {
        "properties": places(("P", 1000, "2022-01-01", "")),
        "leases": tenancies(
            ("1", "P", 9, "2022-01-01", "2023-12-31", "2023-12-31", 1),
            ("2", "P", 9, "2024-01-01", "2025-12-31", None, 1),
        ),
    }
    assert let(AlertContext(frames, END)).empty
    assert earning(AlertContext(frames, END)).empty


def test_a_lease_has_expired_the_day_after_and_not_once_the_tenant_left():
    frames = {
        "properties": places(("P", 10, "2022-01-01", "")),
        "leases": tenancies(
            ("1", "P", 9, "2022-01-01", "2023-12-30", None, 1),
            ("2", "P", 1, "2022-01-01", "2023-11-30", "2023-11-30", 1),
        ),
    }
    rows = expired(AlertContext(frames, END)).query("period == @END and days > 0")
    assert rows[["id", "days"]].to_numpy().tolist() == [["1", 1]]


def test_a_listing_after_the_sale_is_none():
    sold = pd.DataFrame(
        {
            "id": ["1", "2"],
            "title": "房",
            "enterprise_id": "A",
            "price": [100.0, 99.99],
            "disposed_on": day("2023-05-05"),
            "listed_on": [day("2023-05-06"), day("")],
            "appraised_on": [day("2023-05-05"), day("")],
        }
    )
    rows = disposals(AlertContext({"asset_disposals": sold, "platform_limits": LIMITS}, END))
    assert rows["unlisted"].tolist() == [True, False]
    assert rows["unappraised"].tolist() == [False, False]


# --- pages ---------------------------------------------------------------------------------------


def test_the_way_from_all_area_ends_at_what_stands_empty(report):
    (_, start), steps, (_, end) = properties.from_total_to_vacant(report)
    assert start + sum(step for _, step in steps) == pytest.approx(end)
    rows, _ = properties.by_kind(report)
    assert sum(empty for _, (_, empty) in rows) == pytest.approx(end)


def test_expiring_rents_come_to_all_rents_in_force(report):
    whole = sum(amount for _, amount in properties.expiries(report))
    assert whole == pytest.approx(report.figure("rent_in_force").value)
    assert properties.expiries(report)[0][0] == "已到期没有续签"


def test_the_planted_lease_is_the_furthest_below_the_market(report):
    _, market, agreed = properties.against_market(report)[0]
    assert agreed / market == pytest.approx(0.33, abs=0.01)


def test_every_page_part_says_that_it_is_a_sample(report):
    for make in (properties.empty, properties.yields, properties.without_title):
        assert make(report, "表").origin is Origin.SAMPLE and make(report, "表").rows


# --- tables that are wrong -----------------------------------------------------------------------


def first(data, table, **where):
    return next(r["id"] for r in data.rows(table) if where.items() <= r.items())


def test_more_let_than_there_is_is_named(data):
    key = next(r["id"] for r in data.rows("leases") if not r["ended_on"])
    row = data.change("leases", lambda r: r.update(area="9000000"), id=key)
    data.fault(f"ledger/leases.csv第{row}行", "出租面积", "共出租9000000平方米", "不大于资产面积")


def test_a_lease_of_what_is_not_there_to_be_let_is_named(data):
    key = first(data, "properties", use="own")
    row = data.change("leases", lambda r: r.update(property_id=key), id="ZL001")
    data.fault(f"ledger/leases.csv第{row}行", "资产编号", f"{key}的用途是自用", "经营出租")


@pytest.mark.parametrize("start", ["1999-01-01", "2024-02-01"])
def test_a_lease_before_its_property_or_after_the_year_is_named(data, start):
    row = data.change("leases", lambda r: r.update(starts_on=start, ends_on="2030-01-01", ended_on=""), id="ZL001")
    data.fault(f"ledger/leases.csv第{row}行", "起租日", start, "可出租起始日")


def test_a_rental_property_without_market_rent_and_another_with_one_are_named(data):
    key = first(data, "properties", use="rental")
    row = data.change("properties", lambda r: r.update(market_rent=""), id=key)
    data.fault(f"ledger/properties.csv第{row}行", "市场月租金单价", "用途是经营出租，空着")
    key = first(data, "properties", use="own")
    row = data.change("properties", lambda r: r.update(market_rent="9"), id=key)
    data.fault(f"ledger/properties.csv第{row}行", "市场月租金单价", "用途是自用，填了")


def test_what_another_register_lists_must_be_the_owners_and_fit_in(data):
    listed = next(r for r in data.rows("properties") if r["titleless_id"])
    row = data.change("properties", lambda r: r.update(area="1"), id=listed["id"])
    data.fault(f"ledger/properties.csv第{row}行", "面积", f"{listed['titleless_id']}所在的资产共1平方米")
    other = next(r for r in data.rows("titleless_assets") if r["enterprise_id"] == "F")
    row = data.change("properties", lambda r: r.update(titleless_id=other["id"]), id=listed["id"])
    data.fault(f"ledger/properties.csv第{row}行", "企业编号", f"F（{other['id']}的企业）")


def test_an_idle_asset_that_is_let_is_named(data):
    idle = {r["id"] for r in data.rows("idle_assets") if r["status"] == "idle" and not r["closed_on"]}
    place = next(r for r in data.rows("properties") if r["idle_id"] in idle)
    row = data.change(
        "leases",
        lambda r: r.update(
            property_id=place["id"], area=place["area"], starts_on="2023-05-05", ends_on="2025-05-05", ended_on=""
        ),
        id="ZL001",
    )
    data.fault(f"ledger/leases.csv第{row}行", f"盘活清单{place['idle_id']}是闲置而在出租")


def test_more_property_than_the_balance_sheet_holds_is_named(data):
    key = first(data, "properties", enterprise_id="F")
    data.change("properties", lambda r: r.update(book_value="900000.00"), id=key)
    data.fault("ledger/properties.csv第", "账面价值", "F的房产和场地合计", "不大于资产负债表")


def test_half_an_appraisal_is_named(data):
    row = data.change("asset_disposals", lambda r: r.update(appraised_on=""), id="CZ001")
    data.fault(f"ledger/asset_disposals.csv第{row}行", "评估备案日期", "空白")


def test_a_lease_that_ends_before_it_starts_is_named(data):
    row = data.change("leases", lambda r: r.update(ends_on="2001-01-01"), id="ZL001")
    data.fault(f"ledger/leases.csv第{row}行", "租约到期日", "不早于起租日")
