"""Accepted returns become rows of the ledger, once, and what was known on any day comes back."""

from __future__ import annotations

import signal
import tracemalloc

import pytest
import sqlalchemy as sa
from forked import FORKED, points, post_until
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stores import FLASH, KEY, Clock, arrive, book, row_of, rows

from stateassets.capture import posting, schema
from stateassets.capture.arrivals import ReturnKey
from stateassets.capture.known_on import known_on, write_known_on
from stateassets.capture.posting import post
from stateassets.capture.store import Store
from stateassets.tables.data_errors import DataError


def file(root, path=FLASH):
    return (root / "data" / path).read_bytes()


def accept(store, root, key=KEY, receipt="", **cells):
    store.decide(arrive(store, [row_of(root, key) | cells], key, receipt), "accept", "王")


def test_an_accepted_return_changes_its_row_and_no_other_byte(store, root):
    before = file(root)
    accept(store, root, cash="12345.67")
    done = post(store, root)
    assert [one.key for one in done.returns] == [KEY] and done.by_hand == ()
    pairs = list(zip(before.splitlines(), file(root).splitlines(), strict=True))
    ((old, new),) = [pair for pair in pairs if pair[0] != pair[1]]
    assert b"66877.82" in old and new == old.replace(b"66877.82", b"12345.67")
    assert store.returns()[0].state == "posted"


def test_what_was_not_accepted_is_not_in_the_ledger(sqlite, root):
    before = file(root)
    arrive(sqlite, [row_of(root) | {"cash": "1.00"}])
    sqlite.decide(arrive(sqlite, [row_of(root) | {"cash": "2.00"}], KEY, "2"), "send_back", "王", "不对")
    post(sqlite, root)
    assert file(root) == before


def test_a_new_month_is_added_and_one_that_is_missing_a_column_keeps_it(sqlite, root):
    row = row_of(root)
    short = {name: text for name, text in row.items() if name != "submitted_on"} | {"cash": "9.00"}
    sqlite.decide(arrive(sqlite, [short]), "accept", "王")
    post(sqlite, root)
    assert row_of(root) == row | {"cash": "9.00"}


def test_a_later_revision_replaces_an_earlier_one_and_rows_that_it_no_longer_has_go(sqlite, root):
    key = ReturnKey("headcount", "A1", "2023-11")
    mine = [r for r in rows(root, "ledger/headcount.csv") if r["enterprise_id"] == "A1" and r["year"] == "2023"]
    two = [mine[0] | {"month": "11"}, mine[0] | {"month": "12"}]
    sqlite.decide(arrive(sqlite, two, key, "1"), "accept", "王")
    post(sqlite, root)
    many = len(rows(root, "ledger/headcount.csv"))
    sqlite.decide(arrive(sqlite, two[:1], key, "2"), "accept", "王")
    done = post(sqlite, root)
    if done.kept_back:  # the book asks for every month: then the row is still there
        assert len(rows(root, "ledger/headcount.csv")) == many
    else:
        assert len(rows(root, "ledger/headcount.csv")) == many - 1


def test_a_return_with_which_the_book_would_be_wrong_is_kept_back_and_the_others_are_posted(sqlite, root):
    other = ReturnKey("flash_reports", "A", "2023-11")
    accept(sqlite, root, cash="很多")
    accept(sqlite, root, other, cash="77.00")
    done = post(sqlite, root)
    assert [one.key for one in done.returns] == [other]
    ((one, faults),) = done.kept_back
    assert one.key == KEY and "很多" in str(faults[0])
    assert row_of(root, other)["cash"] == "77.00" and sqlite.returns()[0].state == "accepted"


def test_what_a_posting_holds_does_not_grow_with_the_number_of_returns(tmp_path):
    """Many revisions of one return, whose rows the table has once in the end."""
    size, few, many = 100_000, 10, 50

    def peak(count):
        root = book(tmp_path / str(count))
        store, key = Store.open(root, clock=Clock()), ReturnKey("talks", "A", "2023")
        row = {"year": "2023", "held_on": "2023-06-01", "enterprise_id": "A", "kind": "interview"}
        for number in range(count):
            said = [row | {"id": f"TH9{n}", "subject": f"{number:02d}" * (size // 20)} for n in range(10, 20)]
            store.decide(arrive(store, said, key, str(number)), "accept", "王")
        tracemalloc.start()
        done = post(store, root)
        held = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert len(done.returns) == count and not any(one.rows for one in done.returns)
        return held

    known, more = peak(few), peak(many)
    assert more - known < (many - few) * size / 4, (known, more)


def test_what_was_known_on_any_day_comes_back_to_the_byte(store, root, clock, tmp_path):
    clock.on(2024, 1, 5)
    post(store, root)
    states = {"2024-01-05": file(root)}
    for day, cash in ((7, "1.00"), (9, "2.00")):
        clock.on(2024, 1, day)
        accept(store, root, KEY, str(day), cash=cash)
        post(store, root)
        states[f"2024-01-0{day}"] = file(root)
    states |= {"2024-01-06": states["2024-01-05"], "2024-01-08": states["2024-01-07"], "2030-01-01": file(root)}
    assert len(set(states.values())) == 3
    for day, content in states.items():
        assert known_on(store, day)[FLASH] == content, day
    write_known_on(store, "2024-01-08", tmp_path / "当时")
    assert (tmp_path / "当时" / FLASH).read_bytes() == states["2024-01-07"]
    ours = {p.relative_to(root / "data").as_posix() for p in (root / "data").rglob("*") if p.is_file()}
    assert {p.relative_to(tmp_path / "当时").as_posix() for p in (tmp_path / "当时").rglob("*") if p.is_file()} == ours
    with pytest.raises(DataError, match="2024-01-04的数据不在库里；应为：报送库从2024-01-05记起"):
        known_on(store, "2024-01-04")
    with pytest.raises(DataError, match="已经有内容"):
        write_known_on(store, "2024-01-08", tmp_path / "当时")


def test_what_is_changed_by_hand_is_written_down_row_by_row(sqlite, root):
    post(sqlite, root)
    changed = file(root).replace(b"66877.82", b"66877.83")
    (root / "data" / FLASH).write_bytes(changed)
    (root / "data" / "ledger" / "talks.csv").unlink()
    assert set(post(sqlite, root).by_hand) == {FLASH, "ledger/talks.csv"}
    assert post(sqlite, root).by_hand == () and file(root) == changed
    with sqlite.reading() as connection:
        found = connection.execute(sa.select(schema.posted_rows)).all()
    (row,) = [row for row in found if row.table_name == "flash_reports"]
    assert {row.after for row in found if row.table_name == "talks"} == {None}
    assert '"cash":"66877.82"' in row.before and '"cash":"66877.83"' in row.after


def test_a_posting_stopped_before_its_files_were_in_place_is_finished_by_the_next(sqlite, root, monkeypatch):
    before = file(root)
    accept(sqlite, root, cash="12345.67")
    monkeypatch.setattr(posting, "place", lambda *_: None)  # as if it were killed here
    post(sqlite, root)
    assert file(root) == before and sqlite.returns()[0].state == "posted"
    monkeypatch.undo()
    assert post(sqlite, root).by_hand == ()
    assert row_of(root)["cash"] == "12345.67"


def test_what_somebody_changes_while_a_posting_lies_stopped_stays_beside_what_was_posted(sqlite, root, monkeypatch):
    other = ReturnKey("flash_reports", "A", "2023-11")
    accept(sqlite, root, cash="12345.67")
    monkeypatch.setattr(posting, "place", lambda *_: None)
    post(sqlite, root)
    monkeypatch.undo()
    theirs = row_of(root, other)["cash"]
    (root / "data" / FLASH).write_bytes(file(root).replace(theirs.encode(), b"55555.55"))
    post(sqlite, root)
    assert (row_of(root)["cash"], row_of(root, other)["cash"]) == ("12345.67", "55555.55")


def test_the_tables_that_cannot_be_written_leave_what_was_accepted_accepted(sqlite, root, monkeypatch):
    from stateassets.capture import projecting

    def full(*_, **__):
        raise DataError([])

    accept(sqlite, root, cash="12345.67")
    monkeypatch.setattr(projecting, "replace_all", full)
    with pytest.raises(DataError):
        post(sqlite, root)
    monkeypatch.undo()
    post(sqlite, root)
    assert row_of(root)["cash"] == "12345.67"


MONTHS = [ReturnKey("flash_reports", e, f"2023-{m:02d}") for e in ("A1", "B") for m in (10, 11)]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["accept", "send_back", "post", "hand", "killed"]), st.sampled_from(MONTHS), st.integers(1, 99)
    ),
    max_size=8,
)


@pytest.mark.slow
@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_rows_accepted_are_rows_in_the_ledger_whatever_happens_in_between(steps, tmp_path_factory):
    """The last one accepted or written by hand counts; nothing is lost, nothing stands twice."""
    root = book(tmp_path_factory.mktemp("book"))
    store, expected = Store.open(root, clock=Clock()), {key: row_of(root, key)["cash"] for key in MONTHS}
    many = len(rows(root))
    for number, (step, key, cash) in enumerate(steps):
        if step in ("accept", "send_back"):
            one = arrive(store, [row_of(root, key) | {"cash": f"{cash}.25"}], key, str(number))
            store.decide(one, step, "王", "不对" if step == "send_back" else "")
            if step == "accept":
                expected[key] = f"{cash}.25"
        elif step == "hand":
            post(store, root)
            row = row_of(root, key)
            old, new = ",".join(row.values()), ",".join({**row, "cash": f"{cash}.5"}.values())
            (root / "data" / FLASH).write_bytes(file(root).replace(old.encode(), new.encode()))
            expected[key] = f"{cash}.5"
        else:
            with pytest.MonkeyPatch.context() as patch:
                if step == "killed":
                    patch.setattr(posting, "place", lambda *_: None)
                post(store, root)
    post(store, root)
    assert {key: row_of(root, key)["cash"] for key in MONTHS} == expected
    assert len(rows(root)) == many
    with store.reading() as connection:
        posted = connection.scalars(
            sa.select(schema.postings.c.return_id).where(schema.postings.c.return_id.is_not(None))
        ).all()
    accepted = [one.id for one in store.returns() if one.state in ("accepted", "posted")]
    assert sorted(posted) == accepted


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_killed_at_twenty_points_of_a_posting_nothing_is_lost_and_nothing_stands_twice(kind, request, tmp_path):
    address = request.getfixturevalue("database") if kind == "postgresql" else ""
    root = book(tmp_path)
    store = Store.open(root, address, clock=Clock())
    post(store, root)

    calls = FORKED.Value("i")

    def killed(point):
        process = FORKED.Process(target=post_until, args=(root, address, point, calls))
        process.start()
        process.join(120)
        assert process.exitcode is not None, f"still posting: {point}"
        return process.exitcode

    accept(store, root, KEY, "probe", cash="1.25")
    assert killed(-1) == 0
    ends = set()
    for number, point in enumerate(points(calls.value, 20)):
        accept(store, root, KEY, f"k{number}", cash=f"{number}.75")
        ends.add(killed(point))
        post(store, root)
        assert row_of(root)["cash"] == f"{number}.75", point
        assert all(one.state == "posted" for one in store.returns())
    assert ends == {-signal.SIGKILL}, ends
    assert len(rows(root)) == len(rows(book(tmp_path / "other")))
