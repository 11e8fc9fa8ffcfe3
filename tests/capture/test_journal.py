"""What the desk notes about alerts stands in the book's own table, for its chapters to read."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from ledgers import rows_of, small_report
from stores import TABLES, Clock

from stateassets.capture import schema
from stateassets.capture.posting import post
from stateassets.capture.store import RULE, Store
from stateassets.cli.main import main
from stateassets.tables.validation import check

KEY = {"rule": "flash_debt_ratio", "enterprise_id": "A1", "subject": ""}
NAMES = ("kind", "noted_on", "by", "text")


@pytest.fixture
def noted(tmp_path):
    """A store of a book that has the table of notes, and what writes one down."""
    root = small_report(tmp_path, *TABLES, "returns", "platform_returns", "warning_rules", "alert_notes")
    store = Store.open(root, clock=Clock(2024, 1, 8))

    def note(kind, text, by=RULE, **key):
        values = KEY | key | {"kind": kind, "text": text, "by": by, "at": store.time()}
        with store.writing() as connection:
            connection.execute(sa.insert(schema.alert_notes).values(**values))

    return store, root, note


def told(root):
    """The rows about the alert, without what it is about."""
    return [tuple(r[n] for n in NAMES) for r in rows_of(root, "alert_notes") if KEY.items() <= r.items()]


def test_what_was_done_about_an_alert_stands_in_the_book_in_the_words_of_whoever_did_it(noted):
    store, root, note = noted
    before, others = told(root), len(rows_of(root, "alert_notes"))
    with store.writing() as connection:
        account = {"login": "zhang", "role": "staff", "name": "张三", "password_hash": "", "by": "", "at": store.time()}
        connection.execute(sa.insert(schema.accounts).values(**account))
    note("assigned", "王某")
    note("reminded", "王某")
    note("answered", "=已约谈，两个月内还款", by="zhang")
    store.clock.on(2024, 2, 1)
    note("settled", "款已还清", by="zhang")
    post(store, root)
    assert before == [] and told(root) == [
        ("assigned", "2024-01-08", RULE, "王某"),
        ("reminded", "2024-01-08", RULE, "王某"),
        ("answered", "2024-01-08", "张三", "=已约谈，两个月内还款"),
        ("settled", "2024-02-01", "张三", "款已还清"),
    ]
    assert len(rows_of(root, "alert_notes")) == others + 4, "the rows that were there stay"


def test_what_was_noted_is_written_once_however_often_it_is_said_and_posted(noted):
    store, root, note = noted
    note("answered", "已约谈", by="zhang")
    note("answered", "已约谈", by="li")
    post(store, root)
    content = (root / "data/ledger/alert_notes.csv").read_bytes()
    assert told(root) == [("answered", "2024-01-08", "zhang", "已约谈")]
    with store.reading() as connection:
        projections = connection.scalar(sa.select(sa.func.count()).select_from(schema.projections))
    post(store, root)
    with store.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(schema.projections)) == projections
    assert (root / "data/ledger/alert_notes.csv").read_bytes() == content


def test_notes_about_rules_and_enterprises_that_the_book_no_longer_has_stay_in_the_store(noted):
    store, root, note = noted
    note("assigned", "王某", rule="gone")
    note("assigned", "王某", enterprise_id="ZZ")
    before = (root / "data/ledger/alert_notes.csv").read_bytes()
    post(store, root)
    assert (root / "data/ledger/alert_notes.csv").read_bytes() == before
    assert not [f for f in check(root / "data") if "alert_notes" in str(f)]


def test_a_day_that_is_none_is_refused_by_the_command(noted, capsys, tmp_path):
    _, root, _ = noted
    for day in ("2026-13-45", "2023-02-30", "20230630", "昨天"):
        assert main(["returns", "--root", str(root), "--known-on", day, "--out", str(tmp_path / "then")]) == 2, day
        assert "写成：returns --known-on 2023-06-30" in capsys.readouterr().err
    assert not (tmp_path / "then").exists()
