"""The platform as a process of its own: from a file in the inbox to a row, killed at any moment."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys

import pytest
from data_copy import Data
from forked import FORKED, platform_until, points
from ledgers import small_report, typed, workbook
from stores import KEY, TABLES, Clock, arrive, book, fault, row_of, rows
from waiting import LONGEST, line_of, wait_for

from stateassets.capture import posting
from stateassets.capture.arrivals import Examination, ReturnKey, ReturnRows
from stateassets.capture.posting import post
from stateassets.capture.settings import FILE
from stateassets.capture.store import Store


@pytest.fixture
def small_inbox(tmp_path):
    """A book of a few tables with a platform that accepts what is clean."""
    root = small_report(tmp_path, *TABLES, *SETTINGS)
    (root / FILE).write_text("accept_clean: true\nlook_every: 0.2\n", "utf-8")
    (root / "收件" / "A1").mkdir(parents=True)
    return root


def started(root, *words):
    """Start the platform."""
    command = [sys.executable, "-m", "stateassets", "platform", "--no-book", "--root", str(root), *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def put(root, debts, name="快报.xlsx"):
    """Put a flash report with these liabilities into the inbox, as a person would have it in Excel."""
    row = row_of(root) | {"total_liabilities": debts}
    aside = workbook(root / "aside.xlsx", [HEADER, typed("flash_reports", row)], "财务快报")
    os.replace(aside, root / "收件" / "A1" / name)


# What the alerts that are looked at after a posting rest on, beside the statements.
SETTINGS = ("balance_sheet", "warning_rules", "platform_modules", "platform_limits", "holidays")
HEADER = [
    "年度",
    "月份",
    "企业编号",
    "营业收入（万元）",
    "利润总额（万元）",
    "货币资金（万元）",
    "资产总额（万元）",
    "负债总额（万元）",
    "报送日期",
    "修订日期",
]


def test_a_file_in_the_inbox_becomes_a_row_and_the_process_ends_when_told(small_inbox):
    root = small_inbox
    process = started(root)
    try:
        put(root, "154930.25")
        wait_for(lambda: row_of(root)["total_liabilities"] == "154930.25" or process.poll() is not None)
        again = started(root)
        told = again.communicate(timeout=LONGEST)[0]
        process.send_signal(signal.SIGTERM)
        out = process.communicate(timeout=LONGEST)[0]
    finally:
        process.kill()
    assert process.returncode == 0 and "已入账" in out, out
    assert again.returncode == 1 and "已经在另一个进程里运行" in told


def test_what_arrived_stands_in_the_tables_of_the_book_and_the_book_stays_sound(tmp_path):
    """A revision is told with what it changed, one that was sent back with why."""
    data, root, clock = Data(tmp_path), tmp_path, Clock(2024, 3, 1)
    store = Store.open(root, clock=clock)
    before = len(data.rows("returns"))
    last = max(int(r["revision"]) for r in data.rows("returns") if (r["table"], r["enterprise_id"], r["period"]) == KEY)
    known = {KEY: last}
    rows = row_of(root) | {"total_liabilities": "154930.25"}
    wrong, right = (
        store.record(
            store.deliver(name, "快报.xlsx", "desk", "A1", str(name)).id,
            Examination((ReturnRows(*KEY, (rows,)),), found),
            known,
        )[0]
        for name, found in ((b"1", (fault(),)), (b"2", ()))
    )
    store.decide(right, "accept", "王")
    waiting = arrive(store, [row_of(root)], ReturnKey("flash_reports", "B", "2023-12"))
    assert [one.id for one in post(store, root).returns] == [right] and store.return_(waiting).open
    told = data.rows("returns")[before:]
    assert [(row["revision"], row["state"], row["timing"]) for row in told[:2]] == [
        (str(last + 1), "sent_back", ""),
        (str(last + 2), "accepted", "correction"),
    ]
    assert told[0]["reason"] == "有错误：见问题清单" and store.return_(wrong).revision == last + 1
    (change,) = [
        r
        for r in data.rows("return_changes")
        if r["revision"] == str(last + 2) and r["enterprise_id"] == "A1" and r["period"] == "2023-11"
    ]
    assert (change["column"], change["before"], change["after"]) == ("负债总额", "154928.87", "154930.25")
    assert any(r["found"] == "是负数" and r["column"] == "货币资金" for r in data.rows("return_findings"))
    assert data.faults() == []


@pytest.mark.slow
def test_killed_at_twenty_points_between_arrival_and_ledger_nothing_is_lost_and_nothing_is_there_twice(small_inbox):
    root, calls = small_inbox, FORKED.Value("i")
    many = len(rows(root))

    def arrived(number, point):
        put(root, f"1549{number:02d}.25", f"快报{number}.xlsx")
        process = FORKED.Process(target=platform_until, args=(root, point, calls))
        process.start()
        process.join(LONGEST)
        return process.exitcode

    assert [arrived(number, -1) for number in (0, 1)] == [0, 0]  # the second finds a store, as the others do
    assert {arrived(*one) for one in enumerate(points(calls.value, 20), 2)} == {-signal.SIGKILL}
    out = started(root, "--once").communicate(timeout=LONGEST)[0]
    assert row_of(root)["total_liabilities"] == "154921.25", out
    store = Store.open(root)
    first = store.returns()[0].revision
    assert [one.revision for one in store.returns()] == list(range(first, first + 22))
    assert all(one.state in ("posted", "accepted") for one in store.returns())
    assert len(rows(root)) == many and not list((root / "收件").rglob("A1/*.xlsx"))
    assert store.returns()[0].key == KEY


def test_a_full_disk_and_a_lost_database_are_told_once_and_what_arrived_comes_in_later(tmp_path, monkeypatch):
    """The folder is full while a file is posted, then the store is away; the platform goes on, and nothing is lost."""
    from sqlalchemy.exc import OperationalError

    from stateassets.capture import platform as running
    from stateassets.capture.inbox import Inbox
    from stateassets.capture.settings import DEFAULTS

    root, clock, said = book(tmp_path), Clock(2024, 3, 1), []
    store = Store.open(root, clock=clock)
    one = running.Platform(root, store, dict(DEFAULTS), lambda *_: Examination(), said.append, send={"mail": print})
    monkeypatch.setattr(running, "look", lambda *_: [])
    one.round()
    store.decide(arrive(store, [row_of(root) | {"cash": "1.25"}]), "accept", "王")

    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def away(*_, **__):
        raise OperationalError("select rows of somebody", {}, Exception("postgresql://user:secret@host"))

    for trouble, where in ((full, (posting, "place")), (away, (Inbox, "take"))):
        said.clear()
        with monkeypatch.context() as patch:
            patch.setattr(*where, trouble)
            one.round()
            one.round()
        (told,) = [line for line in said if "没有完成，稍后再试" in line]
        assert "secret" not in told and "somebody" not in told
    one.next.clear()
    one.round()
    assert row_of(root)["cash"] == "1.25" and [r.state for r in store.returns()] == ["posted"]


def test_a_return_that_is_kept_back_keeps_no_other_one_waiting_and_is_not_tried_at_every_look(tmp_path, monkeypatch):
    from stateassets.capture import platform as running
    from stateassets.capture.settings import DEFAULTS

    root, said, tries = book(tmp_path), [], []
    store = Store.open(root, clock=Clock(2024, 3, 1))
    one = running.Platform(root, store, dict(DEFAULTS), lambda *_: Examination(), said.append, send={"mail": print})
    monkeypatch.setattr(running, "look", lambda *_: [])
    monkeypatch.setattr(running, "post", lambda *given: tries.append(post(*given)) or tries[-1])
    one.round()
    store.decide(arrive(store, [row_of(root) | {"cash": "bad"}], receipt="bad"), "accept", "王")
    one.round()
    one.round()
    assert len(tries) == 2 and len([line for line in said if "没有入账" in line]) == 1
    other = ReturnKey("flash_reports", "B", "2023-11")
    store.decide(arrive(store, [row_of(root, other) | {"cash": "2.50"}], other), "accept", "王")
    one.round()
    assert row_of(root, other)["cash"] == "2.50" and row_of(root)["cash"] != "bad"


def test_a_file_on_which_the_program_fails_keeps_no_other_one_waiting(tmp_path):
    """It is sent back with what to do; what the disk does is no file's fault, such a file is looked at again."""
    from stateassets.capture.receiving import Receiver

    store, failing = Store.open(book(tmp_path), clock=Clock(2024, 3, 1)), [ValueError("a row of somebody")]

    def examine(*_):
        if failing:
            raise failing[0]
        return Examination()

    receiver = Receiver(store, tmp_path, examine)
    delivery, returns = receiver.receive(b"1", "快报.xlsx", "inbox", "A1", "1")
    (found,) = store.findings(delivery_id=delivery.id)
    assert returns == [] and store.unexamined() == [] and "没有看完" in str(found.fault) and "联系" in str(found.fault)
    assert "somebody" not in str(found.fault)
    failing[0] = OSError("full")
    with pytest.raises(OSError, match="full"):
        receiver.receive(b"2", "快报.xlsx", "inbox", "A1", "2")
    failing.clear()
    assert len(store.unexamined()) == 1 and receiver.catch_up() == [] and store.unexamined() == []


def test_what_shows_the_book_beside_the_platform_is_killed_if_it_does_not_end_when_told(tmp_path, monkeypatch):
    from stateassets.cli import platform as command

    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    )
    begun = subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE)
    monkeypatch.setattr(subprocess, "Popen", lambda _: begun)
    monkeypatch.setattr(command, "ENDING", 0.1)
    with command._book(tmp_path, 0):
        assert line_of(begun) == b"deaf\n"
    assert begun.returncode == -signal.SIGKILL
