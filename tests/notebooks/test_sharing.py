"""What is worked out once for all chapters is the same, and counts as read by each that uses it."""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest
from paths import ROOT

from stateassets.alerts.page import AlertsPage
from stateassets.measures import ledger
from stateassets.measures.ledger import DISTRICT, GROUP
from stateassets.measures.registry import REGISTRY
from stateassets.notebooks import server
from stateassets.report import Report


def rows(report: Report, measure: str) -> object:
    """The rows that the first quantity of a measure is taken from."""
    quantity = REGISTRY.quantities_of(measure)[0]
    scope = report.ledger.scopes(DISTRICT)[0]
    return report.ledger.rows_of(quantity, scope, report.year)


ASKED: dict[str, Callable[[Report], object]] = {
    "a figure": lambda r: [f.value for f in r.figures("total_assets", GROUP)],
    "an indicator": lambda r: r.figure("preservation_rate").value,
    "another after it": lambda r: (r.figure("profit_per_capita").value, r.figure("revenue").value),
    "rows": lambda r: rows(r, "revenue"),
    "alerts of a module": lambda r: [a.as_dict() for a in AlertsPage(r, "assets").alerts],
    "all alerts": lambda r: [a.as_dict() for a in AlertsPage(r).alerts],
    "alerts of a group": lambda r: [a.as_dict() for a in AlertsPage(r.at(r.ledger.scopes(GROUP)[0])).alerts],
    "the audit": lambda r: r.audit,
    "the audit after the claims": lambda r: (len(r.claims), r.audit),
    "the examination": lambda r: r.examination,
}


@pytest.fixture(scope="module")
def known() -> ledger.Ledger:
    """What the process that kernels are forked from works out."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledger, "_SHARED", {})
        patch.chdir(ROOT)
        server.work_out()()
        (found,) = ledger._SHARED.values()
        return found


@pytest.fixture
def shared(known: ledger.Ledger, monkeypatch: pytest.MonkeyPatch) -> Report:
    """A report of a process that shares it."""
    alone = Report(root=ROOT)
    monkeypatch.setattr(ledger, "_SHARED", {alone.ledger.content: known})
    return Report(root=ROOT)


@functools.cache
@functools.cache
def alone(asked: str) -> tuple[object, set[str]]:
    """What a report answers that shares nothing, and the tables that count as read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledger, "_SHARED", {})
        report = Report(root=ROOT)
        return ASKED[asked](report), set(report.ledger.frames.seen)


FEW = ("a figure", "another after it", "rows", "alerts of a module", "the examination")


@pytest.mark.parametrize("asked", [a if a in FEW else pytest.param(a, marks=pytest.mark.slow) for a in ASKED])
def test_what_is_shared_is_the_same_and_counts_as_read(asked, shared):
    answer, seen = alone(asked)
    assert ASKED[asked](shared) == answer
    assert set(shared.ledger.frames.seen) == seen


@pytest.mark.slow
@pytest.mark.parametrize("asked", ASKED)
def test_it_rests_on_no_table_but_those_that_count_as_read(asked, monkeypatch):
    answer, seen = alone(asked)
    monkeypatch.setattr(ledger, "_SHARED", {})
    again = Report(root=ROOT)
    for name in set(again.ledger.frames) - seen - {"roster"}:
        again.ledger.frames.frames[name] = again.ledger.frames.frames[name].iloc[:0]
    assert ASKED[asked](again) == answer


def test_what_is_shared_is_not_worked_out_again(shared, monkeypatch):
    def never(*_args: object, **_named: object) -> None:
        raise AssertionError("worked out again")

    monkeypatch.setattr("stateassets.alerts.page.find_alerts", never)
    monkeypatch.setattr("stateassets.report.auditing", None)
    monkeypatch.setattr(ledger.Ledger, "_sums", never)
    assert len(AlertsPage(shared)) and shared.audit and shared.examination
    assert shared.figure("total_assets").value
    monkeypatch.setattr(ledger, "_SHARED", {})
    with pytest.raises(AssertionError, match="worked out again"):
        Report(root=ROOT).figure("total_assets")


def test_changed_data_share_nothing_with_what_was_there_before(shared, data):
    before = shared.figure("total_profit", shared.ledger.scopes(GROUP)[0]).value
    data.change("enterprises", lambda row: row.update(name_zh=row["name_zh"] + "改"))
    changed = Report(root=data.folder.parent)
    assert not changed.ledger._known.keys() & {"audit", "examination"}
    assert changed.figure("total_profit", changed.ledger.scopes(GROUP)[0]).value == before
    assert changed.ledger.scopes(GROUP)[0].name_zh.endswith("改")


def test_a_process_that_shares_nothing_works_out_its_own(monkeypatch):
    """Formulas may be changed in a test, so a report never inherits unless a server shares."""
    monkeypatch.setattr(ledger, "_SHARED", {})
    Report(root=ROOT).figure("total_assets")
    assert not Report(root=ROOT).ledger._known.keys() & {("values", "total_assets", DISTRICT)}


def test_the_list_of_who_was_there_when_counts_as_read_from_the_tables_it_is_made_of(shared):
    with shared.ledger.frames.noting() as seen:
        shared.ledger.frames["roster"]
    assert set(seen) == {"enterprises", "balance_sheet"}
