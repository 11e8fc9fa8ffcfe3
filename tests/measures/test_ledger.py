"""What a scope's value is: sums that add up, and sums that are refused."""

import dataclasses

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from many import every
from paths import ROOT

from stateassets.measures.figures import AGREES, DIFFERS, NOT_APPLICABLE
from stateassets.measures.ledger import CLASS, DISTRICT, ENTERPRISE, GROUP, Ledger, ScopeError
from stateassets.measures.measures import KINDS, Quantity
from stateassets.measures.registry import REGISTRY
from stateassets.report import Report
from stateassets.tables.declared import NoTableError

REPORT = Report(root=ROOT)


def additive():
    """Quantities of the enterprises' tables: what a class or a group can be asked for."""
    return [
        q.name
        for q in REGISTRY.values()
        if isinstance(q, Quantity)
        and q.how in ("sum", "count")
        and "enterprise_id" in REPORT.ledger.frames.get(q.table, ())
        # what the district itself does is no enterprise's
        and (REPORT.ledger.frames[q.table]["enterprise_id"] != "").all()
    ]


def total(ledger, name, by, year):
    return sum(ledger.value(name, scope, year) for scope in ledger.scopes(by, year))


@every("name", additive())
@every("by", [CLASS, GROUP])
def test_classes_and_groups_add_up_to_the_district(name, by):
    for year in REPORT.ledger.years:
        whole = REPORT.ledger.value(name, REPORT.whole, year)
        if whole is None:  # a register tells nothing of the year before
            assert year < REPORT.year
            continue
        assert total(REPORT.ledger, name, by, year) == pytest.approx(whole)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8), st.randoms())
def test_scopes_add_up_whatever_the_rows_say(amounts, random):
    frames = {**REPORT.ledger.frames}
    sheet = frames["income_statement"].copy()
    for amount in amounts:
        sheet.loc[random.choice(list(sheet.index)), "total_profit"] = amount
    ledger = Ledger(REPORT.package, {**frames, "income_statement": sheet})
    for year in ledger.years:
        whole = ledger.value("total_profit", REPORT.whole, year)
        for by in (CLASS, GROUP):
            assert total(ledger, "total_profit", by, year) == pytest.approx(whole, abs=0.01)


@every("by", [DISTRICT, CLASS, GROUP, ENTERPRISE])
@every("kind", KINDS.values())
def test_all_values_at_once_are_those_of_each(by, kind):
    ledger = REPORT.ledger
    every_year = [(year, scope) for year in ledger.years for scope in ledger.scopes(by, year)]
    for name in ("total_assets", "debt_ratio", "total_profit", "profit_per_capita"):
        told = ledger.values(name, by, kind)
        assert told == {(year, scope.id): ledger.value(name, scope, year, kind) for year, scope in every_year}
        assert any(value is not None for value in told.values())


def test_all_values_of_what_such_scopes_are_not_known_for_are_refused():
    with pytest.raises(ScopeError, match="没有这一口径的数"):
        REPORT.ledger.values("budget_revenue", GROUP)


def test_adding_up_individual_statements_is_refused():
    with pytest.raises(ScopeError, match="重复计算"):
        REPORT.ledger.total("total_assets", REPORT.year, basis="individual")
    assert REPORT.ledger.total("total_assets", REPORT.year) == REPORT.figure("total_assets").value


def test_individual_statements_would_count_assets_twice():
    individual = total(REPORT.ledger, "total_assets", ENTERPRISE, REPORT.year)
    assert individual > REPORT.figure("total_assets").value


def test_a_table_without_enterprises_knows_no_enterprise():
    with pytest.raises(ScopeError, match="口径"):
        REPORT.figures("budget_revenue", GROUP)


def test_a_table_that_is_not_there_is_named():
    frames = {k: v for k, v in REPORT.ledger.frames.items() if k != "headcount"}
    with pytest.raises(NoTableError, match="headcount"):
        Ledger(REPORT.package, frames).value("average_headcount", REPORT.whole, REPORT.year)


def test_numbered_texts_give_the_same_values_though_two_tables_number_theirs_differently():
    """A column whose texts are categories, of which the table that owns the rows has others."""
    frames = {name: frame for name, frame in REPORT.ledger.frames.items() if name != "roster"}
    for name in ("party_standing", "party_organisations", "hazards"):
        texts = [column for column in frames[name] if frames[name][column].dtype == "str"]
        frames[name] = frames[name].astype(dict.fromkeys(texts, "category"))
    here, there = (one.all_values(GROUP) for one in (Ledger(REPORT.package, frames), REPORT.ledger))
    pd.testing.assert_frame_equal(here, there, check_exact=True)
    organisations, standing = (frames[n] for n in ("party_organisations", "party_standing"))
    assert len(standing["organisation_id"].cat.categories) < len(organisations["id"].cat.categories)


def test_a_year_before_the_tables_gives_no_growth():
    first = min(REPORT.ledger.years)
    growth = REPORT.figure("total_assets.yoy", year=first)
    assert growth.value is None
    assert growth.printed == growth.phrase == NOT_APPLICABLE


def test_growth_from_a_loss_is_not_applicable():
    sheet = REPORT.ledger.frames["income_statement"].copy()
    sheet.loc[sheet["year"] < REPORT.year, "total_profit"] = -1.0
    ledger = Ledger(REPORT.package, {**REPORT.ledger.frames, "income_statement": sheet})
    kind = REPORT.figure("total_profit.yoy").kind
    assert ledger.value("total_profit", REPORT.whole, REPORT.year, kind) is None


def test_a_ratio_of_what_is_not_above_zero_is_not_applicable():
    sheet = REPORT.ledger.frames["income_statement"].copy()
    for profit, expected in ((-100.0, None), (0.0, None), (50.0, 4.0)):
        sheet[["net_profit", "operating_cash_flow"]] = profit, 200.0  # each statement of each year
        ledger = Ledger(REPORT.package, {**REPORT.ledger.frames, "income_statement": sheet})
        assert ledger.value("cash_cover", REPORT.whole, REPORT.year) == expected
    sheet["net_profit"] = -10.0  # what is divided may be negative
    ledger = Ledger(REPORT.package, {**REPORT.ledger.frames, "income_statement": sheet})
    assert ledger.value("return_on_equity", REPORT.whole, REPORT.year) < 0


def test_scopes_know_who_was_there_in_which_year():
    counts = {y: len(REPORT.ledger.scopes(ENTERPRISE, y)) for y in REPORT.ledger.years}
    roster = pd.Series(REPORT.ledger.frames["roster"]["year"]).value_counts().to_dict()
    assert counts == roster
    assert len(REPORT.ledger.scopes(DISTRICT)) == 1


def test_a_figure_that_prints_otherwise_than_the_report_is_said_to_differ():
    figure = REPORT.figure("total_liabilities")
    assert figure.state == AGREES
    last_digit = 10**-figure.claim.decimals
    text = f"{float(figure.claim.text) + 2 * last_digit:.{figure.claim.decimals}f}"
    moved = dataclasses.replace(figure, claim=dataclasses.replace(figure.claim, text=text))
    assert moved.state == DIFFERS


def test_every_measure_of_the_registry_is_known_for_the_district():
    for name in REGISTRY:
        assert REPORT.figure(name).value is not None, name
