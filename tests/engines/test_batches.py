"""However a district's groups are dealt out to batches, the alerts are the same; those of a group that is cut are not."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stateassets.alerts import find_alerts
from stateassets.alerts.engine import in_order
from stateassets.alerts.rules import NUMBERED
from stateassets.engines.batches import uncollected
from stateassets.engines.lake import Store, keep
from stateassets.tables.periods import year_end

HANDS = 3  # batches that groups are dealt out to


@pytest.fixture(scope="module")
def store(report, tmp_path_factory) -> Iterator[Store]:
    """The sample's tables in files, its texts numbered as those of large tables are."""
    folder = tmp_path_factory.mktemp("tables")
    keep(report.package, report.ledger.frames.frames, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("stateassets.engines.lake.LARGE", 1)
        yield Store(folder)


@pytest.fixture(scope="module")
def whole(report) -> list[dict[str, Any]]:
    """What a book says."""
    return [a.as_dict() for a in find_alerts(report.ledger.frames, year_end(report.year))]


def found(store: Store, batches: Iterable[Sequence[str]], day: pd.Timestamp) -> list[dict[str, Any]]:
    years = store.years()
    parts = [find_alerts(store.frames(own, coded=NUMBERED), day, years=years) for own in batches]
    return [a.as_dict() for a in in_order(a for part in parts for a in part)]


@pytest.mark.slow
@settings(max_examples=3)
@given(st.data())
def test_however_groups_are_dealt_out_the_alerts_are_the_same(store, whole, report, data):
    groups = list(store.batches(1))
    hands = data.draw(st.lists(st.integers(0, HANDS - 1), min_size=len(groups), max_size=len(groups)))
    batches = [
        [key for group, own in zip(groups, hands, strict=True) if own == hand for key in group] for hand in set(hands)
    ]
    assert found(store, batches, year_end(report.year)) == whole


def test_a_group_that_is_cut_says_something_else(store, whole, report):
    """Or the comparison could not fail."""
    members = [key for group in store.batches(1) for key in group]
    assert found(store, [members[::2], members[1::2]], year_end(report.year)) != whole


def test_circles_are_looked_for_again_afterwards_whatever_happens():
    def fails() -> None:
        with uncollected():
            assert not gc.isenabled()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert gc.isenabled()
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()  # whoever does without goes on without
    finally:
        gc.enable()
