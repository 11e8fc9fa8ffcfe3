"""The mutation run changes everything once, names who notices, and cannot be fooled by its list."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from benchmarks import mutations
from benchmarks.mutations import CHAPTER, CHECK, IGNORED, MISSED, ROW, Mutation, Outcome
from stateassets.measures import ledger
from stateassets.measures.measures import Indicator
from stateassets.measures.registry import REGISTRY
from stateassets.present.charts.base import Canvas

CHAPTERS = [mutations.NOTEBOOKS / "1_basics" / "4_budget.ipynb"]


@pytest.fixture(scope="module", autouse=True)
def alone():
    """Such a run draws no picture and shares what it works out: no test after it inherits that."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Canvas, "chart", Canvas.chart)
        patch.setattr(ledger, "_SHARED", {})
        yield


@pytest.fixture(scope="module")
def world():
    return mutations.prepare(CHAPTERS)


@pytest.fixture(scope="module")
def tried(world):
    """A few changes that differ in who notices them."""
    sheet, this_year = world.sheets["budget"], str(world.package.year)
    at = [sheet.header.index(name) for name in ("year", "category")]
    profit = next(n for n, row in enumerate(sheet.rows) if [row[i] for i in at] == [this_year, "profit"])
    chosen = [m for m in mutations.changes(world, 0) if m.name in {"budget.amount", "budget.line"}]
    chosen.append(Mutation("budget.category", "column", profit, "profit", "dividend"))  # of its own side, too
    chosen.append(Mutation("budget_revenue?side", "condition"))
    return {outcome.mutation.name: outcome for outcome in mutations.run(chosen, {})}


def test_every_column_of_every_table_is_changed_once(world):
    names = [m.name for m in mutations.changes(world, 0)]
    columns = [f"{t.name}.{c.name}" for t in world.package.tables.values() for c in t.columns]
    assert names == columns
    assert all(m.cell != m.old for m in mutations.changes(world, 0))


def test_another_seed_changes_other_rows(world):
    first, second = ([m.row for m in mutations.changes(world, seed)] for seed in (0, 1))
    assert first != second


def test_every_formula_condition_and_rule_is_changed_once():
    made = list(mutations.formulas())
    assert len({m.name for m in made}) == len(made)
    formulas = {m.name for m in made if m.kind == "formula"}
    assert formulas == {n for n, m in REGISTRY.items() if isinstance(m, Indicator)}
    assert {m.kind for m in made} == {"formula", "condition", "aggregate", "rule"}


def test_a_spoiled_formula_gives_something_else_to_every_reader():
    measure = REGISTRY["debt_ratio"]
    assert isinstance(measure, Indicator)
    other = replace(measure, formula=mutations.spoiled(measure.formula))
    assert other.inputs == measure.inputs
    assert other.formula(50, 100) == pytest.approx(50.05)


@pytest.mark.parametrize("zero", [0, np.int64(0), np.zeros(1)])
def test_a_spoiled_rule_says_the_opposite_whatever_it_is_given(zero):
    rule = REGISTRY["headcount_only_decrease"]
    assert isinstance(rule, Indicator)
    assert not mutations.spoiled(rule.formula)(zero)


def test_each_change_is_noticed_by_the_cheapest_guard(tried):
    assert tried["budget.amount"].kind == CHECK and "收支相差" in tried["budget.amount"].by
    assert tried["budget.category"].kind == CHAPTER
    assert tried["budget.category"].by.startswith("1_basics/4_budget第")


def test_what_no_chapter_shows_is_noticed_as_a_row_that_was_not_accepted(tried):
    row = tried["budget.line"]
    assert row.kind == ROW and row.by.startswith("国有资本经营预算") and "（改）" in row.by


def unnoticed(mutation):
    return Outcome(mutation, MISSED)


def test_what_nobody_notices_is_missed_unless_there_is_a_reason(world, tried, monkeypatch):
    monkeypatch.setattr(mutations, "_try", unnoticed)
    line = tried["budget.line"].mutation
    (missed,) = mutations.run([line], {})
    (excused,) = mutations.run([line], {"budget.line": "why"})
    assert missed.kind == MISSED
    assert (excused.kind, excused.by) == (IGNORED, "why")


def test_trying_changes_nothing(world, tried):
    again = mutations.World.read(mutations.ROOT / "data")
    assert all(again.sheets[name].rows == sheet.rows for name, sheet in world.sheets.items())


def test_a_reason_that_is_no_longer_needed_is_named():
    noticed = Outcome(Mutation("a.b", "column"), CHECK)
    listed = {"a.b": "why", "a.c": "why", "gone.d": "why"}
    assert mutations.needless([noticed], listed, {"a.b", "a.c"}) == ["a.b", "gone.d"]


def test_every_harmless_change_is_of_something_and_has_its_reason(world):
    names = {m.name for m in (*mutations.changes(world, 0), *mutations.formulas())}
    listed = mutations.read_harmless()
    assert set(listed) <= names and all(len(why) > 20 for why in listed.values())


def test_the_share_is_of_what_matters():
    column = Mutation("a.b", "column")
    outcomes = [Outcome(column, kind) for kind in (CHECK, CHAPTER, IGNORED, MISSED)]
    assert "caught: 2 of 3 that matter (66.7 %)" in mutations.summary(outcomes)


ROOMS = ("1_basics/2_assets_and_debt", "3_supervision/2_risks", "6_plans/2_lines", "10_platform/2_funds")


def sample(world):
    """Some columns of the tables that chapters look at, and of what they compute one change of each kind."""
    tables = {name for chapter in world.chapters for name in chapter.tables}
    measures = {name for chapter in world.chapters for name in chapter.measures}
    chance = random.Random(0)
    yield from chance.sample([m for m in mutations.changes(world, 0) if m.name.partition(".")[0] in tables], 4)
    for kind in ("formula", "condition", "aggregate"):
        yield chance.choice([m for m in mutations.formulas() if m.kind == kind and mutations.touched(m) & measures])
    yield Mutation("warning:flash_debt_ratio", "rule")  # which its case notices


@pytest.mark.slow
def test_a_change_of_every_kind_is_noticed_or_harmless_in_several_rooms():
    """All changes, by all chapters: python -m benchmarks.mutations."""
    some = mutations.prepare([mutations.NOTEBOOKS / f"{name}.ipynb" for name in ROOMS])
    outcomes = mutations.run(list(sample(some)), mutations.read_harmless())
    assert {o.mutation.kind for o in outcomes} == {"column", "formula", "condition", "aggregate", "rule"}
    assert [o.mutation.name for o in outcomes if o.kind == MISSED] == []
    assert all("fires_at_its_line" in o.by for o in outcomes if o.mutation.kind == "rule")
