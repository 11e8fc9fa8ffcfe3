"""What was worked out once is not worked out again as long as it would come to the same."""

from __future__ import annotations

import pickle
import shutil

import pytest
from data_copy import Data

from stateassets.book.takeaway import facts
from stateassets.cache import Store
from stateassets.measures import ledger
from stateassets.measures.ledger import CLASS, DISTRICT, ENTERPRISE, GROUP
from stateassets.notebooks import memo as kept
from stateassets.notebooks import server
from stateassets.report import Report
from stateassets.tables import loading as tables
from stateassets.tables import validation
from stateassets.tables.data_errors import DataError

pytestmark = pytest.mark.slow  # everything is worked out first; test_sharing stands for it


@pytest.fixture(scope="module")
def worked_out(tmp_path_factory):
    """What is kept once everything has been worked out, and the ledger that knows it."""
    data = Data(tmp_path_factory.mktemp("book"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledger, "_SHARED", {})
        patch.chdir(data.folder.parent)
        server.work_out()()
        (known,) = ledger._SHARED.values()
    return data.folder.parent / "_build", known


@pytest.fixture
def root(data, worked_out, monkeypatch):
    """A book's folder of which everything has been worked out in an earlier run."""
    monkeypatch.setattr(ledger, "_SHARED", {})
    folder = data.folder.parent
    shutil.copytree(worked_out[0], folder / "_build")
    monkeypatch.chdir(folder)
    return folder


def recalled(root) -> ledger.Known:
    """What a new report of the book knows without having worked out anything."""
    report = Report(root=root)
    report.ledger._known.clear()
    kept.recall(report.ledger, root)
    return report.ledger._known


def test_all_that_was_worked_out_is_known_in_the_next_run(root, worked_out):
    before = worked_out[1]
    known = recalled(root)
    assert known.keys() == before._known.keys()
    assert {"audit", "examination", ("values", "total_assets", DISTRICT)} <= known.keys()
    assert known["audit"] == before._known["audit"]


def test_nothing_is_worked_out_when_all_is_known(root, monkeypatch):
    monkeypatch.setattr("stateassets.report.auditing", None)
    monkeypatch.setattr("stateassets.alerts.page.find_alerts", None)
    server.work_out()()
    (again,) = ledger._SHARED.values()
    assert {"audit", "examination"} <= again._known.keys()


def test_a_changed_row_takes_away_what_rests_on_its_table_and_nothing_else(root, data):
    all_known = recalled(root)
    data.change("headcount", lambda row: row.update(headcount=str(int(row["headcount"]) + 1)))
    known = recalled(root)
    gone = all_known.keys() - known.keys()
    assert gone == {key for key, (_, names) in all_known.items() if "headcount" in names}
    assert gone and "audit" not in gone


def test_what_is_worked_out_while_a_table_is_saved_is_not_taken_for_what_the_new_table_gives(root, data):
    before = Report(root=root)
    before.figure("person_months")
    data.change("headcount", lambda row: row.update(headcount=str(int(row["headcount"]) + 1)))
    Store(root).clear()
    kept.keep(before.ledger, root)  # a server that was at work while the row was saved
    known = recalled(root)
    assert known and not [key for key, (_, names) in known.items() if "headcount" in names]


def test_of_a_ledger_whose_tables_are_forgotten_nothing_is_kept(root, monkeypatch):
    report = Report(root=root)
    Store(root).clear()
    monkeypatch.setattr(validation, "_VALIDATED", {})
    kept.keep(report.ledger, root)
    kept.recall(report.ledger, root)
    assert not list(Store(root).every())


def test_a_change_of_what_computes_takes_away_everything(root):
    (root / "requirements.txt").write_text("pandas==0", "utf-8")
    assert not recalled(root)


def test_another_edition_takes_away_everything(root, monkeypatch):
    monkeypatch.setenv("STATEASSETS_EDITION", "public")
    report = Report(root=root)
    report.ledger._known.clear()
    kept.recall(report.ledger, root)
    assert not report.ledger._known


@pytest.mark.parametrize("other", [None, "x", ("x", {}), {"a": 1}])
def test_what_has_another_form_is_as_good_as_none(root, other, monkeypatch):
    monkeypatch.setattr(validation, "_VALIDATED", {})
    store = Store(root)
    for entry in list(store.every(kept.TABLES)):
        store.keep(entry.kind, entry.name, entry.by, entry.reads, pickle.dumps(other))
    assert not kept.recall_tables(root)


def test_what_cannot_be_kept_is_no_fault(root, monkeypatch):
    def full(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(server, "pieces_of_work", lambda _: [])
    monkeypatch.setattr(Store, "keep", full)
    Store(root).clear()
    server.work_out()()
    assert ledger._SHARED


def test_tables_that_are_still_the_same_are_not_read_and_checked_again(root, monkeypatch):
    monkeypatch.setattr(validation, "_VALIDATED", {})
    monkeypatch.setattr(validation, "load", None)
    assert kept.recall_tables(root)
    assert Report(root=root).figure("total_assets").value


def test_tables_that_are_known_already_are_not_read_out_of_the_cache_but_kept_if_they_are_not_there(root, monkeypatch):
    kept.read_tables(root)
    monkeypatch.setattr(kept, "_read", None)
    assert kept.recall_tables(root)
    Store(root).clear()
    assert not kept.recall_tables(root)


def test_only_the_table_that_changed_since_the_last_run_is_read_again(root, data, monkeypatch):
    monkeypatch.setattr(validation, "_VALIDATED", {})
    first, second, *rest = data.rows("budget")
    data.write("budget", [second, first, *rest])
    read = []
    cells = tables.read_cells
    monkeypatch.setattr(tables, "read_cells", lambda p, t: read.append(t.name) or cells(p, t))
    assert not kept.recall_tables(root)
    kept.read_tables(root)
    assert read == ["budget"]
    monkeypatch.setattr(validation, "_VALIDATED", {})
    assert kept.recall_tables(root)


def test_formulas_are_not_drawn_again(root, monkeypatch):
    monkeypatch.setattr("stateassets.report.formula", None)
    report = Report(root=root)
    kept.recall(report.ledger, root)
    assert "<mfrac>" in report.formula("debt_ratio").html


def test_changed_tables_are_read_and_checked_again(root, data, monkeypatch):
    monkeypatch.setattr(validation, "_VALIDATED", {})
    data.change("headcount", lambda row: row.update(headcount="很多"))
    assert not kept.recall_tables(root)
    with pytest.raises(DataError, match="很多"):
        Report(root=root)


def test_tables_are_checked_again_by_changed_checks(root, monkeypatch):
    monkeypatch.setattr(validation, "_VALIDATED", {})
    (root / "requirements.txt").write_text("pandas==0", "utf-8")
    assert not kept.recall_tables(root)


def values_of(known):
    """Which measures' values a ledger knows for which kind of scope."""
    return {key for key in known._known if isinstance(key, tuple) and key[0] == "values"}


def test_what_the_facts_for_programs_need_is_worked_out_once_for_all(worked_out):
    _, known = worked_out
    before = values_of(known)
    assert {by for _, _, by in before} >= {DISTRICT, GROUP, CLASS, ENTERPRISE}
    report = Report(root=known.package.root.parent)
    report.ledger._known |= known._known
    facts.report_of(report)
    assert {key for key in values_of(report.ledger) - before if key[2] != DISTRICT} == set()
