"""What changes between being read and what is concluded from it being kept: nothing is lost, nothing told of the wrong rows."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa
from data_copy import Data
from stores import FLASH, KEY, Clock, arrive, book, row_of, rows

from stateassets.capture import inbox, looking, posting, projecting, receiving, schema
from stateassets.capture import platform as running
from stateassets.capture.arrivals import Examination, ReturnKey, ReturnRows
from stateassets.capture.inbox import Inbox
from stateassets.capture.looking import look
from stateassets.capture.posting import post
from stateassets.capture.receiving import Receiver
from stateassets.capture.settings import DEFAULTS
from stateassets.capture.store import RefusedError, Store
from stateassets.tables.data_errors import DataError

TALKS = "ledger/talks.csv"
OTHER = ReturnKey("flash_reports", "B", "2023-11")
FOUR = 4


def talk(number, enterprise_id="A", subject="约谈"):
    """A row of a table in which a return may have any rows."""
    said = {"year": "2023", "id": number, "held_on": "2023-06-01", "enterprise_id": enterprise_id}
    return said | {"kind": "interview", "subject": subject}


def talks(enterprise_id="A"):
    return ReturnKey("talks", enterprise_id, "2023")


def accepted(store, key, changed, receipt):
    number = arrive(store, changed, key, receipt)
    store.decide(number, "accept", "王")
    return number


def by_hand(root, old, new, path=FLASH):
    """Let somebody change a cell in the file."""
    file = root / "data" / path
    content = file.read_bytes()
    assert old.encode() in content
    file.write_bytes(content.replace(old.encode(), new.encode()))


# --- posting ---------------------------------------------------------------------------------------


def test_of_two_revisions_posted_together_the_rows_of_the_first_that_the_second_has_not_are_gone(store, root):
    accepted(store, talks(), [talk("TH901"), talk("TH902")], "1")
    accepted(store, talks(), [talk("TH901")], "2")
    assert len(post(store, root).returns) == 2
    assert [row["id"] for row in rows(root, TALKS) if row["id"] > "TH9"] == ["TH901"]


def test_what_was_kept_back_is_not_posted_over_a_later_revision(store, root):
    accepted(store, talks("B"), [talk("TH901", "B")], "other")
    post(store, root)
    first = accepted(store, talks(), [talk("TH901")], "1")
    assert [one.id for one, _ in post(store, root).kept_back] == [first]
    second = accepted(store, talks(), [talk("TH902")], "2")
    done = post(store, root)
    assert [one.id for one in done.returns] == [second] and [one.id for one, _ in done.kept_back] == [first]
    done = post(store, root)
    assert [one.id for one in done.overtaken] == [first] and not done.kept_back and not done.returns
    one = store.return_(first)
    assert (one.state, one.reason) == ("sent_back", "后来的一份已经入账")
    assert [row["enterprise_id"] for row in rows(root, TALKS) if row["id"] > "TH9"] == ["B", "A"]


def test_of_two_returns_with_the_same_new_number_the_second_does_not_replace_the_first(sqlite, root):
    accepted(sqlite, talks(), [talk("TH901", subject="甲")], "1")
    second = accepted(sqlite, talks("B"), [talk("TH901", "B", "乙")], "2")
    done = post(sqlite, root)
    ((one, (fault,)),) = done.kept_back
    assert one.id == second and "“TH901”已经在别的报送里" in str(fault)
    assert [row["subject"] for row in rows(root, TALKS) if row["id"] == "TH901"] == ["甲"]


def test_a_return_with_which_the_book_would_be_wrong_keeps_none_of_many_back(sqlite, root):
    months = [ReturnKey("flash_reports", "B", f"2023-{month:02d}") for month in range(1, 8)]
    for number, key in enumerate(months):
        accepted(sqlite, key, [row_of(root, key) | {"cash": "很多" if number == FOUR else f"{number}.50"}], str(number))
    done = post(sqlite, root)
    assert [one.key for one, _ in done.kept_back] == [months[FOUR]]
    assert [row_of(root, key)["cash"] for key in months if key != months[FOUR]] == [
        f"{number}.50" for number in range(len(months)) if number != FOUR
    ]
    with sqlite.reading() as connection:
        ids = connection.scalars(sa.select(schema.postings.c.return_id)).all()
        assert len(ids) == len(months) - 1 and connection.scalar(sa.select(sa.func.count(schema.posted_rows.c.id))) == 6


def test_what_somebody_changes_between_two_looks_of_a_posting_is_written_down_as_theirs(sqlite, root, monkeypatch):
    post(sqlite, root)
    accepted(sqlite, KEY, [row_of(root) | {"cash": "12345.67"}], "1")
    theirs, found, real = row_of(root, OTHER)["cash"], [], posting.finish

    def finish(*given):
        found.append(real(*given))
        if len(found) == 1:
            by_hand(root, theirs, "55555.55")
        return found[-1]

    monkeypatch.setattr(posting, "finish", finish)
    done = post(sqlite, root)
    assert done.by_hand == (FLASH,) and len(done.returns) == 1
    assert (row_of(root)["cash"], row_of(root, OTHER)["cash"]) == ("12345.67", "55555.55")
    p, r = schema.postings.c, schema.posted_rows.c
    with sqlite.reading() as connection:
        query = sa.select(r.after).join(schema.postings, p.id == r.posting_id).where(p.return_id.is_(None))
        assert '"cash":"55555.55"' in connection.scalar(query)


def test_where_somebody_changes_the_tables_all_the_time_posting_waits_and_says_so(sqlite, root, monkeypatch):
    post(sqlite, root)
    accepted(sqlite, KEY, [row_of(root) | {"cash": "12345.67"}], "1")
    real, times = posting.finish, []

    def finish(*given):
        found = real(*given)
        times.append(row_of(root, OTHER)["cash"])
        by_hand(root, times[-1], f"{len(times)}1111.11")
        return found

    monkeypatch.setattr(posting, "finish", finish)
    with pytest.raises(DataError, match="读的时候一直在改"):
        post(sqlite, root)
    monkeypatch.undo()
    assert sqlite.returns()[0].state == "accepted" and row_of(root)["cash"] != "12345.67"
    assert len(post(sqlite, root).returns) == 1 and row_of(root)["cash"] == "12345.67"


def test_what_somebody_changes_while_files_are_put_in_place_stays(sqlite, root, monkeypatch):
    post(sqlite, root)
    accepted(sqlite, KEY, [row_of(root) | {"cash": "12345.67"}], "1")
    theirs, real, times = row_of(root, OTHER)["cash"], projecting.replace_all, []

    def replace_all(*given):
        times.append(1)
        if len(times) == 1:
            by_hand(root, theirs, "55555.55")
        real(*given)

    monkeypatch.setattr(projecting, "replace_all", replace_all)
    post(sqlite, root)
    assert (row_of(root)["cash"], row_of(root, OTHER)["cash"]) == ("12345.67", "55555.55")
    assert post(sqlite, root).by_hand == (FLASH,)


def test_the_platform_says_what_is_no_longer_posted(tmp_path, monkeypatch):
    root, said = book(tmp_path), []
    store = Store.open(root, clock=Clock(2024, 3, 1))
    one = running.Platform(root, store, dict(DEFAULTS), lambda *_: Examination(), said.append, send={"mail": print})
    monkeypatch.setattr(running, "look", lambda *_: [])
    accepted(store, talks("B"), [talk("TH901", "B")], "other")
    accepted(store, talks(), [talk("TH901")], "1")
    one.round()
    accepted(store, talks(), [talk("TH902")], "2")
    one.round()
    one.next.clear()
    one.round()
    assert [line for line in said if "不再入账" in line] == ["不再入账：A，2023年，talks，第1次，后来的一份已经入账"]


# --- looking at alerts -----------------------------------------------------------------------------


@pytest.fixture
def warned(tmp_path):
    """A whole book whose alerts were looked at once, and a return that brings one."""
    Data(tmp_path)
    store, key = Store.open(tmp_path, clock=Clock(2024, 1, 8)), ReturnKey("flash_reports", "A1", "2023-12")
    post(store, tmp_path)
    look(store, tmp_path)
    row = row_of(tmp_path, key)
    accepted(store, key, [row | {"total_liabilities": f"{0.97 * float(row['total_assets']):.2f}"}], "high")
    return store, tmp_path


@pytest.mark.slow
def test_alerts_of_what_is_posted_while_the_tables_are_opened_are_told(warned, monkeypatch):
    store, root = warned
    real, posted = looking.open_ledger, []

    def open_ledger(folder):
        found = real(folder)
        posted.extend([] if posted else [post(store, root)])
        return found

    monkeypatch.setattr(looking, "open_ledger", open_ledger)
    monkeypatch.setattr(looking, "_due", lambda _: True)
    assert [event for event in look(store, root) if event.event == "new" and "资产负债率" in event.told]


@pytest.mark.slow
def test_alerts_of_what_is_not_in_the_files_yet_are_looked_at_when_it_is(warned, monkeypatch):
    store, root = warned
    with monkeypatch.context() as patch:
        patch.setattr(posting, "place", lambda *_: None)
        post(store, root)
    assert look(store, root) == []
    post(store, root)
    assert [event for event in look(store, root) if event.event == "new" and "资产负债率" in event.told]


# --- examining and deciding ------------------------------------------------------------------------


class Examine:
    """Says that a file is a clean return, while something else happens the first times."""

    def __init__(self, root, happens, times):
        self.row, self.happens, self.times, self.seen = row_of(root), happens, times, 0

    def __call__(self, path, sender, day):
        self.seen += 1
        if self.seen <= self.times:
            self.happens(self.seen)
        return Examination((ReturnRows(*KEY, (self.row,)),), ())


@pytest.mark.slow
@pytest.mark.parametrize(("times", "state", "looks"), [(0, "accepted", 1), (1, "accepted", 2), (99, "waiting", 4)])
def test_a_rule_accepts_what_was_held_against_the_rows_that_stand(store, root, times, state, looks):
    """Rows of the same enterprise that are posted meanwhile were not there to be compared with."""
    december = ReturnKey("flash_reports", "A1", "2023-12")
    post(store, root)

    def happens(number):
        accepted(store, december, [row_of(root, december) | {"cash": f"{number}.00"}], f"other {number}")
        post(store, root)

    examine = Examine(root, happens, times)
    _, (one,) = Receiver(store, root, examine, accept_clean=True).receive(b"1", "快报.xlsx", "desk", "A1", "r")
    assert (one.state, examine.seen) == (state, looks)
    assert looks == receiving.MOST_LOOKS + 1 or looks == times + 1


def test_rows_of_others_that_are_posted_meanwhile_have_nothing_examined_again(sqlite, root):
    def happens(_):
        accepted(sqlite, OTHER, [row_of(root, OTHER) | {"cash": "1.00"}], "other")
        post(sqlite, root)

    post(sqlite, root)
    examine = Examine(root, happens, 1)
    Receiver(sqlite, root, examine, accept_clean=True).receive(b"1", "快报.xlsx", "desk", "A1", "r")
    assert examine.seen == 1


def test_what_the_desk_is_examining_is_not_examined_beside_it_unless_it_lies_for_long(sqlite, root, clock):
    examine = Examine(root, lambda _: None, 0)
    receiver = Receiver(sqlite, root, examine)
    sqlite.deliver(b"1", "快报.xlsx", "desk", "A1", "r")
    assert receiver.catch_up() == [] and examine.seen == 0
    clock.now += receiving.AT_WORK
    assert len(receiver.catch_up()) == 1 and sqlite.unexamined() == []


def test_who_looked_at_a_return_beside_another_than_the_newest_looks_again(store, root):
    first, second = (arrive(store, [row_of(root) | {"cash": f"{n}.00"}], KEY, str(n)) for n in (1, 2))
    third = arrive(store, [row_of(root) | {"cash": "3.00"}], KEY, "3")
    store.decide(second, "accept", "王", "", 0)
    post(store, root)
    with pytest.raises(RefusedError, match="看过以后，同一期又有一份入账"):
        store.decide(third, "accept", "李", "", 0)
    assert store.decide(third, "accept", "李", "", second).state == "accepted"
    assert store.decide(first, "send_back", "李", "旧的", 0).state == "sent_back"


def test_a_look_at_the_store_is_of_one_moment(store, root):
    arrive(store, [row_of(root)], KEY, "1")
    query = sa.select(sa.func.count(schema.returns.c.id))
    with store.reading() as connection:
        assert connection.scalar(query) == 1
        arrive(store, [row_of(root)], KEY, "2")
        assert connection.scalar(query) == 1
    with store.reading() as connection:
        assert connection.scalar(query) == 2


# --- the inbox -------------------------------------------------------------------------------------


@pytest.fixture
def box(root, monkeypatch):
    """An inbox whose files count at once."""
    monkeypatch.setattr(inbox, "QUIET", 0.0)
    (root / "收件").mkdir()
    return Inbox(root / "收件")


@pytest.fixture
def receiver(sqlite, root):
    """A receiver that takes every file for a flash report."""
    return Receiver(sqlite, root, Examine(root, lambda _: None, 0))


def test_a_file_that_is_put_over_another_while_that_is_taken_is_taken_too(box, receiver, monkeypatch):
    path, real = box.folder / "快报.csv", receiver.store.deliver
    path.write_bytes(b"first")

    def deliver(*given):
        if given[0] == b"first":
            path.write_bytes(b"second, corrected")
        return real(*given)

    monkeypatch.setattr(receiver.store, "deliver", deliver)
    taken = [delivery for _ in range(2) for delivery, _ in box.take(receiver)]
    assert [receiver.store.content(one.sha256) for one in taken] == [b"first", b"second, corrected"]
    assert not path.exists()


def test_a_file_that_is_changed_after_it_was_seen_is_left_until_the_next_look(box, receiver, monkeypatch):
    path, real = box.folder / "快报.csv", Inbox._since
    path.write_bytes(b"first")
    with monkeypatch.context() as patch:
        patch.setattr(Inbox, "_since", lambda self, one: (path.write_bytes(b"more than first"), real(self, one))[1])
        assert box.take(receiver) == []
    ((delivery, _),) = box.take(receiver)
    assert receiver.store.content(delivery.sha256) == b"more than first"


def test_a_file_that_is_gone_or_cannot_be_read_keeps_no_other_one_waiting(box, receiver, monkeypatch):
    for name in ("坏.csv", "走.csv", "好.csv"):
        (box.folder / name).write_bytes(name.encode())
    real = Inbox._taken

    def taken(self, path, to):
        if path.name == "坏.csv":
            raise PermissionError(13, "Permission denied")
        if path.name == "走.csv":
            path.unlink(missing_ok=True)
        return real(self, path, to)

    monkeypatch.setattr(Inbox, "_taken", taken)
    assert [delivery.file_name for delivery, _ in box.take(receiver)] == ["好.csv"]
    with pytest.raises(PermissionError):
        box.take(receiver)


def test_a_workbook_that_lies_there_whole_is_taken_by_the_first_look(box, receiver, monkeypatch):
    from openpyxl import Workbook

    monkeypatch.setattr(inbox, "QUIET", 0.3)
    Workbook().save(box.folder / "快报.xlsx")
    (box.folder / "快报.csv").write_bytes(b"a,b")
    time.sleep(0.4)
    assert [delivery.file_name for delivery, _ in box.take(receiver)] == ["快报.xlsx"]


def test_what_is_accepted_or_whole_by_now_does_not_wait_for_the_next_round(tmp_path, monkeypatch):
    root = book(tmp_path)
    store = Store.open(root, clock=Clock(2024, 3, 1))
    one = running.Platform(root, store, dict(DEFAULTS), lambda *_: Examination(), lambda _: None, send={"mail": print})
    monkeypatch.setattr(running, "look", lambda *_: [])
    monkeypatch.setattr(inbox, "QUIET", 0.1)
    one.round()
    assert not one.pressing()
    accepted(store, KEY, [row_of(root) | {"cash": "1.25"}], "1")
    assert one.pressing()
    one.told["入账"] = "没有完成"
    assert not one.pressing(), "what failed is tried again later"
    one.told.clear()
    one.round()
    assert not one.pressing() and row_of(root)["cash"] == "1.25"
    (root / "收件" / "快报.csv").write_bytes(b"a,b")
    one.round()
    assert not one.pressing()
    time.sleep(0.15)
    assert one.pressing()
    begun = time.monotonic()
    running._wait(60, [], one.pressing)
    assert time.monotonic() - begun < 30


def test_the_book_is_not_made_again_for_what_came_and_is_decided_at_once(tmp_path, monkeypatch):
    """What waits is written into the tables later: they would change twice, and the page with the alert come later."""
    root, posted = book(tmp_path), []
    store = Store.open(root, clock=Clock(2024, 3, 1))
    settings, examine = dict(DEFAULTS), Examine(root, lambda _: None, 0)
    one = running.Platform(root, store, settings, examine, lambda _: None, send={"mail": print})
    monkeypatch.setattr(running, "look", lambda *_: [])
    monkeypatch.setattr(running, "post", lambda *given: posted.append(1) or post(*given))
    monkeypatch.setattr(inbox, "QUIET", 0.0)
    one.round()
    (root / "收件" / "快报.csv").write_bytes(b"a,b")
    one.next.clear()
    one.round()
    assert len(posted) == 1 and [r.state for r in store.returns()] == ["waiting"]
    store.decide(1, "accept", "王")
    one.round()
    assert len(posted) == 2 and [r.state for r in store.returns()] == ["posted"]
    one.round()
    assert len(posted) == 2, "it was posted just now"
    one.posted = time.monotonic() - 2 * running.TRY_AGAIN
    (root / "收件" / "快报.csv").write_bytes(b"a,b,c")
    one.next.clear()
    one.round()
    assert len(posted) == 3, "however much comes in, it is not put off for ever"
