"""What arrives by the inbox and out of databases: whole files once, rows from where the last read ended."""

from __future__ import annotations

import os
import time

import pytest
import sqlalchemy as sa
from stores import KEY, row_of

from stateassets.capture import databases, inbox
from stateassets.capture.arrivals import Examination, Finding, ReturnRows
from stateassets.capture.databases import read_database
from stateassets.capture.inbox import Inbox
from stateassets.capture.receiving import Receiver, safe_name
from stateassets.capture.settings import FILE, read_settings
from stateassets.tables.data_errors import DataError, Fault


class Examine:
    """Says that every file is one return, and keeps what it was given."""

    def __init__(self, root):
        self.row, self.seen = row_of(root), []

    def __call__(self, path, sender, day):
        self.seen.append((path.name, sender, path.read_bytes()))
        return Examination((ReturnRows(*KEY, (self.row,)),), ())


@pytest.fixture
def receiver(sqlite, root):
    """A receiver that takes every file for a flash report."""
    return Receiver(sqlite, root, Examine(root))


@pytest.fixture
def box(root, monkeypatch):
    """An inbox that waits a tenth of a second."""
    monkeypatch.setattr(inbox, "QUIET", 0.1)
    (root / "收件" / "A1").mkdir(parents=True)
    return Inbox(root / "收件")


def stopped(*_):
    """Be where the program was stopped."""
    raise KeyboardInterrupt


def looked(box, receiver):
    """Look, wait, and look again; return the names of what was taken."""
    first = box.take(receiver)
    time.sleep(0.15)
    return [delivery.file_name for delivery, _ in [*first, *box.take(receiver)]]


def put(box, name, content=b"a,b\n1,2\n"):
    path = box.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_a_file_is_taken_with_its_sender_and_moved_to_what_was_taken(box, receiver):
    put(box, "A1/快报.csv")
    put(box, "快报.csv")
    assert sorted(looked(box, receiver)) == ["快报.csv", "快报.csv"]
    assert sorted(sender for _, sender, _ in receiver.examine.seen) == ["", "A1"]
    day = receiver.store.delivery(1).received_at[:10]
    assert len(list((box.folder / ".已收" / day).iterdir())) == 2 and looked(box, receiver) == []


def test_what_is_being_copied_is_left_until_it_is_whole(box, receiver):
    put(box, "快报.csv.part")
    put(box, "~$快报.xlsx")
    put(box, "半个.xlsx", b"PK\x03\x04 half a workbook")
    put(box, "空的.csv", b"")
    growing = put(box, "长.csv", b"1")
    box.take(receiver)
    growing.write_bytes(b"12")
    time.sleep(0.15)
    assert box.take(receiver) == [], "it changed since the last look"
    time.sleep(0.15)
    assert [d.file_name for d, _ in box.take(receiver)] == ["长.csv"]
    assert receiver.examine.seen[0][2] == b"12"
    assert {path.name for path in box.folder.iterdir()} >= {"快报.csv.part", "~$快报.xlsx", "半个.xlsx", "空的.csv"}


def test_files_are_taken_in_the_order_in_which_they_were_last_changed(box, receiver):
    for name, seconds in (("快报9.csv", 10), ("快报10.csv", 20), ("快报1.csv", 30)):
        os.utime(put(box, name, name.encode()), (seconds, seconds))
    assert looked(box, receiver) == ["快报9.csv", "快报10.csv", "快报1.csv"]


def test_links_and_what_is_too_large_are_not_read(box, receiver, monkeypatch, tmp_path):
    secret = tmp_path / "别处.csv"
    secret.write_text("秘密", "utf-8")
    (box.folder / "链接.csv").symlink_to(secret)
    monkeypatch.setattr(inbox, "LARGEST_FILE", 10)
    put(box, "A1/大.csv", b"12345678901")
    assert looked(box, receiver) == [] and secret.exists()
    assert (box.folder / ".太大" / "A1" / "大.csv").exists()


def test_a_file_whose_move_was_stopped_and_the_same_file_put_in_again_arrive_once(box, receiver, monkeypatch):
    put(box, "快报.csv")
    with monkeypatch.context() as patch:
        patch.setattr(Inbox, "_move", stopped)
        with pytest.raises(KeyboardInterrupt):
            looked(box, receiver)
    looked(box, receiver)
    put(box, "快报.csv")
    looked(box, receiver)
    assert len(receiver.store.returns()) == 1 and not list(box.folder.glob("*.csv"))


def test_what_was_taken_and_not_examined_is_examined_by_the_next_look(receiver, root):
    receiver.store.deliver(b"1", "快报.csv", "inbox", "A1", "r")
    assert [one.key for one in receiver.catch_up()] == [KEY] and receiver.catch_up() == []


def test_the_same_bytes_under_another_receipt_are_told_and_not_read_again(receiver):
    receiver.receive(b"1", "快报.csv", "desk", "A1", "1")
    delivery, returns = receiver.receive(b"1", "快报(2).csv", "desk", "A1", "2")
    (told,) = receiver.store.findings(delivery_id=delivery.id)
    assert returns == [] and "完全相同" in str(told.fault) and len(receiver.examine.seen) == 1


def test_the_same_bytes_are_read_again_where_they_were_sent_back(receiver):
    """The book may have what they lacked by now; once they wait or are accepted they are not taken twice."""
    store, states = receiver.store, []
    for number in range(3):
        delivery, returns = receiver.receive(b"1", "快报.csv", "desk", "A1", str(number))
        if number == 0:
            store.decide(returns[0].id, "send_back", "王", "先报年度表")
        states.append([one.revision for one in store.returns(delivery_id=delivery.id)])
    assert states == [[1], [2], []]


def test_a_clean_return_is_accepted_by_rule_where_that_is_set_and_one_with_a_doubt_is_not(receiver, root):
    receiver.accept_clean = True
    _, (clean,) = receiver.receive(b"1", "快报.csv", "desk", "A1", "1")
    assert (clean.state, clean.decided_by) == ("accepted", "规则")
    doubt = Finding("doubt", KEY, Fault("快报.csv", 2, "现金", "比以往高", "与以往相近", "说明"))
    receiver.examine = lambda *_: Examination((ReturnRows(*KEY, (row_of(root),)),), (doubt,))
    _, (doubtful,) = receiver.receive(b"2", "快报.csv", "desk", "A1", "2")
    assert doubtful.state == "waiting"


def test_a_file_that_cannot_be_read_is_a_delivery_with_a_fault(receiver):
    def unreadable(path, *_):
        raise DataError([Fault(path.name, None, None, "打不开", "工作簿", "另存后再报")])

    receiver.examine = unreadable
    delivery, returns = receiver.receive(b"1", "坏.xlsx", "desk", "A1", "1")
    assert returns == [] and "打不开" in str(receiver.store.findings(delivery_id=delivery.id)[0].fault)


def test_no_file_name_leads_out_of_its_folder():
    names = {
        "../../etc/passwd": "passwd",
        "..\\..\\甲.xlsx": "甲.xlsx",
        "/home/a/.ssh": "ssh",
        "": "文件",
        "..": "文件",
    }
    assert {name: safe_name(name) for name in names} == names
    assert len(safe_name("长" * 500 + ".xlsx").encode()) <= 180 and safe_name("a\0b.csv") == "ab.csv"


# --- databases -----------------------------------------------------------------------------------

QUERY = {
    "table": "flash_reports",
    "select": "select nd as 年度, yf as 月份, qy as 企业编号, xj as 货币资金, gx from kb where gx > :since order by gx",
    "watermark": "gx",
    "begin": 0,
    "unit": "元",
}
SOURCE = {"name": "erp", "url_env": "ERP", "enterprise": "A1", "queries": [QUERY]}


@pytest.fixture(params=["sqlite", "postgresql"])
def erp(request, tmp_path, monkeypatch):
    """An enterprise's own database, with two rows."""
    address = f"sqlite:///{tmp_path / 'erp.sqlite'}"
    if request.param == "postgresql":
        address = request.getfixturevalue("database")
    monkeypatch.setenv("ERP", address)
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.exec_driver_sql("create table kb (nd integer, yf integer, qy text, xj numeric(20, 2), gx integer)")
    more(engine, (10, 1), (11, 2))
    yield engine
    engine.dispose()


def more(engine, *rows):
    with engine.begin() as connection:
        for month, mark in rows:
            connection.exec_driver_sql(f"insert into kb values (2023, {month}, 'A1', {month}0000.00, {mark})")


def read(receiver):
    """Read the database; return what each delivery held, without its first lines."""
    read_database(receiver, SOURCE)
    found = [content.decode("utf-8-sig").replace(".00", "").splitlines() for _, _, content in receiver.examine.seen]
    receiver.examine.seen.clear()
    return found


def test_a_database_is_read_from_where_the_last_read_ended(erp, receiver):
    assert read(receiver) == [["单位：元", "年度,月份,企业编号,货币资金", "2023,10,A1,100000", "2023,11,A1,110000"]]
    assert read(receiver) == []
    more(erp, (12, 3))
    assert read(receiver) == [["单位：元", "年度,月份,企业编号,货币资金", "2023,12,A1,120000"]]


def test_a_read_that_was_stopped_goes_on_and_takes_nothing_twice(erp, receiver, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(Receiver, "look_through", stopped)
        with pytest.raises(KeyboardInterrupt):
            read(receiver)
    more(erp, (12, 3))
    receiver.catch_up()
    assert len(read(receiver)) == 2 and read(receiver) == []
    assert len(receiver.store.returns()) == 2


def test_many_rows_come_in_deliveries_that_split_no_moment(erp, receiver, monkeypatch):
    monkeypatch.setattr(databases, "ROWS", 3)
    more(erp, (1, 3), (2, 3), (3, 4), (4, 5))
    assert [len(lines) - 2 for lines in read(receiver)] == [2, 3, 1]
    monkeypatch.setattr(databases, "ROWS", 1)
    more(erp, (5, 6), (6, 6))
    with pytest.raises(DataError, match="同一个watermark的行超过1"):
        read(receiver)


def test_a_query_that_is_wrong_is_told_and_nothing_is_taken(erp, receiver):
    wrong = {
        "没有名为kuaibao的表": {"table": "kuaibao"},
        "查询里没有:since": {"select": "select gx from kb"},
        "含有delete": {"select": "with x as (delete from kb returning gx) select gx from x where gx > :since"},
        "查询的结果里没有列none": {"watermark": "none"},
        "没有按watermark从小到大排": {"select": "select gx from kb where gx > :since order by gx desc"},
        "数据库没有给出数据": {"select": "select nothing from nowhere where 1 > :since"},
    }
    for told, change in wrong.items():
        with pytest.raises(DataError, match=told):
            read_database(receiver, {**SOURCE, "queries": [QUERY | change]})
    assert receiver.store.unexamined() == [] and receiver.store.returns() == []


# --- settings ------------------------------------------------------------------------------------


def test_settings_say_what_is_usual_where_there_is_no_file_and_what_is_wrong_in_one(root):
    assert read_settings(root)["inbox"] == "收件"
    (root / FILE).write_text("inbox: 报送\naccept_clean: true\n", "utf-8")
    assert read_settings(root)["accept_clean"] is True
    wrong = {
        "inbx: 报送": ["有不认识的项", "inbox"],
        "acceptors: 3": ["acceptors", "1、2"],
        "databases: [{name: erp}]": ["少了一项", "databases/0"],
        "accept_clean: 是": ["值的种类不对", "boolean"],
    }
    for text, words in wrong.items():
        (root / FILE).write_text(text, "utf-8")
        with pytest.raises(DataError) as told:
            read_settings(root)
        assert all(word in str(told.value) for word in words), (text, str(told.value))
