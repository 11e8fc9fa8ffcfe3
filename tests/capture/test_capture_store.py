"""The store forgets nothing: rows are added, never changed, and each return has one state."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from stores import KEY, arrive, fault, row_of

from stateassets.capture import schema
from stateassets.capture.arrivals import Examination, ReturnRows
from stateassets.capture.store import ADDRESS, RefusedError, Store
from stateassets.tables.data_errors import DataError


def test_the_same_receipt_is_one_delivery_and_the_same_bytes_are_kept_once(store):
    first = store.deliver(b"abc", "甲.xlsx", "inbox", "A1", "r1")
    again = store.deliver(b"abc", "甲.xlsx", "inbox", "A1", "r1")
    other = store.deliver(b"abc", "甲.xlsx", "inbox", "A1", "r2")
    assert (again.id, again.first, other.id != first.id) == (first.id, False, True)
    assert store.content(other.sha256) == b"abc"
    assert store.same_before(other).id == first.id and store.same_before(first) is None
    with store.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(schema.contents)) == 1


def test_what_was_taken_and_not_examined_is_known(store):
    delivery = store.deliver(b"abc", "甲.xlsx", "inbox", "A1", "r1")
    assert [one.id for one in store.unexamined()] == [delivery.id]
    arrive(store, [{"year": "2023"}], KEY, "other")
    assert [one.id for one in store.unexamined()] == [delivery.id]


def test_a_return_goes_from_waiting_over_accepted_to_posted_or_is_sent_back(store, root):
    number = arrive(store, [row_of(root)])
    assert store.return_(number).state == "waiting"
    assert store.decide(number, "accept", "王").state == "accepted"
    sent_back = store.decide(arrive(store, [row_of(root)], KEY, "2"), "send_back", "王", "数不对")
    assert (sent_back.state, sent_back.reason, sent_back.revision) == ("sent_back", "数不对", 2)


def test_a_return_with_a_fault_is_sent_back_at_once_and_a_doubt_may_be_answered(store, root):
    wrong = store.return_(arrive(store, [row_of(root)], KEY, "1", fault()))
    assert (wrong.state, wrong.faults, wrong.decided_by) == ("sent_back", 1, "规则")
    doubtful = arrive(store, [row_of(root)], KEY, "2", fault(kind="doubt"))
    (doubt,) = store.findings(return_id=doubtful)
    assert (doubt.cell, doubt.fault.column, doubt.answer) == ("F3", "货币资金", "")
    store.answer(doubt.id, "年底归还了贷款", "A1")
    assert store.findings(return_id=doubtful)[0].answer == "年底归还了贷款"
    assert store.return_(doubtful).state == "waiting"


def test_what_cannot_be_decided_is_refused_with_the_reason(store, root):
    first, second = (arrive(store, [row_of(root)], KEY, name) for name in ("1", "2"))
    with pytest.raises(RefusedError, match="退回要写明原因"):
        store.decide(first, "send_back", "王", " ")
    store.decide(second, "accept", "王")
    with pytest.raises(RefusedError, match="后来的一份已经采纳"):
        store.decide(first, "accept", "王")
    with pytest.raises(RefusedError, match="不能再作决定"):
        store.decide(second, "send_back", "李", "不对")
    with pytest.raises(RefusedError, match="没有这份报送"):
        store.decide(99, "accept", "王")
    (told,) = store.findings(return_id=arrive(store, [row_of(root)], KEY, "3", fault()))
    with pytest.raises(RefusedError, match="只有疑点可以说明"):
        store.answer(told.id, "没有错", "A1")
    with pytest.raises(RefusedError, match="说明是空的"):
        store.answer(told.id, "  ", "A1")


def test_where_two_must_accept_one_person_is_not_two(root, clock):
    store = Store.open(root, acceptors=2, clock=clock)
    number = arrive(store, [row_of(root)])
    assert store.decide(number, "accept", "王").state == "waiting"
    with pytest.raises(RefusedError, match="同一个人不能采纳两次"):
        store.decide(number, "accept", "王")
    assert store.decide(number, "accept", "李").state == "accepted"


def test_the_database_itself_refuses_to_change_or_remove_a_row(store, root):
    arrive(store, [row_of(root)])
    for act in ("delete from returns", "update returns set revision = 9", "delete from contents"):
        with pytest.raises(sa.exc.DBAPIError, match="only added"), store.writing() as connection:
            connection.exec_driver_sql(act)
    assert store.returns()[0].revision == 1


def test_the_migrations_make_the_tables_that_the_program_reads(store):
    with store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []
        tables = set(sa.inspect(connection).get_table_names()) - {"alembic_version"}
    assert tables == set(schema.metadata.tables)


def test_a_clock_that_goes_back_puts_no_posting_before_another(sqlite, root, clock):
    from stateassets.capture.posting import post

    post(sqlite, root)
    for year, receipt in ((2024, "1"), (2022, "2")):
        clock.on(year, 3, 1)
        sqlite.decide(arrive(sqlite, [row_of(root) | {"cash": f"{year}.00"}], KEY, receipt), "accept", "王")
        post(sqlite, root)
    with sqlite.reading() as connection:
        times = list(connection.scalars(sa.select(schema.postings.c.at).order_by(schema.postings.c.id)))
    assert times == sorted(times) and len(times) == 2


def test_a_store_that_cannot_be_reached_is_told_without_its_password(root, monkeypatch):
    monkeypatch.setenv(ADDRESS, "postgresql://me:very-secret@127.0.0.1:1/none")
    with pytest.raises(DataError, match="报送库打不开") as told:
        Store.open(root)
    assert "very-secret" not in str(told.value)
    monkeypatch.setenv(ADDRESS, "no address")
    with pytest.raises(DataError, match="报送库的地址不对"):
        Store.open(root)


def test_what_tells_of_other_enterprises_is_for_the_staff_only(store, root):
    told = Examination((ReturnRows(*KEY, (row_of(root),)),), (fault(kind="doubt"),), beyond=(fault(),))
    delivery = store.deliver(b"1", "甲.xlsx", "desk", "A1", "1")
    (number,) = store.record(delivery.id, told)
    assert [one.kind for one in store.findings(return_id=number)] == ["doubt"]
    assert [one.kind for one in store.findings(delivery_id=delivery.id, staff=True)] == ["doubt", "beyond"]
