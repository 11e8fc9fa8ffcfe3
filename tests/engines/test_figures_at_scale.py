"""The benchmark of all figures: its lake is sound, and floats beside the book's whole numbers would show a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import figures as benchmark
from stateassets.engines.lake import Store
from stateassets.engines.work import KINDS, counted, figures, unfit
from stateassets.measures import ledger
from stateassets.tables.declared import DataPackage

ENTERPRISES = 30  # two copies of the sample


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A lake of some enterprises over five years."""
    made = tmp_path_factory.mktemp("many")
    assert benchmark.make(ENTERPRISES, made)
    return made


def test_the_lake_has_so_many_enterprises_each_in_five_years(folder):
    package, store = DataPackage.read(folder), Store(folder)
    assert not list(unfit(package, store, set(counted(package))))
    many = benchmark.opened(folder)
    assert len(many.frames["enterprises"]) >= ENTERPRISES and len(many.years) == benchmark.YEARS
    assert sorted(many.frames["hazards"]["year"].unique()) == list(many.years)  # the sample has one


@pytest.mark.slow
def test_floats_say_the_same_and_every_figure_is_counted(folder, report):
    found = benchmark.exact(folder)
    many = benchmark.opened(folder)
    assert found["figures"] == len(figures(many)) == sum(many.all_values(by).count().sum() for by in KINDS)
    assert benchmark.usual(folder)["others"] == 0


def test_a_wrong_sum_would_be_seen(folder, monkeypatch):
    whole = ledger.AGGREGATES["sum"]
    monkeypatch.setitem(ledger.AGGREGATES, "sum", lambda counted, column: whole(counted, column) + 10**9)
    assert benchmark.usual(folder)["others"] > 0
