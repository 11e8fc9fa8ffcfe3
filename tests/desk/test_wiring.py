"""The desk of a real book: processes beside it that may hang or die, and its wiring to all that it calls."""

from __future__ import annotations

import os
import time
from concurrent.futures.process import BrokenProcessPool
from datetime import date
from pathlib import Path

import pytest
from paths import ROOT
from waiting import wait_for

from stateassets.capture.settings import read_settings
from stateassets.desk import wiring
from stateassets.desk.desk import Names, Owed
from stateassets.desk.wiring import Obligations, Workers
from stateassets.tables.data_errors import DataError

MISSING = Path("/nowhere")


@pytest.mark.slow
def test_a_process_that_hangs_or_dies_takes_nothing_else_with_it():
    workers = Workers(1)
    assert workers.call(abs, -1) == 1
    begin = time.monotonic()
    with pytest.raises(TimeoutError):
        workers.call(time.sleep, 600, seconds=0.5)
    assert time.monotonic() - begin < 300
    with pytest.raises(BrokenProcessPool):
        workers.call(os._exit, 3)
    assert workers.call(abs, -2) == 2
    with pytest.raises(DataError) as told:
        workers.call(read_settings_of_nothing, str(MISSING))
    assert [fault.found for fault in told.value.faults] == ["少了"]
    workers.close()
    with pytest.raises(BrokenProcessPool):
        workers.call(abs, -3)


def read_settings_of_nothing(where: str) -> None:
    """Fail as the book's tables do."""
    from stateassets.tables.data_errors import Fault

    raise DataError([Fault(where, None, None, "少了", "有", "补上")])


class Here:
    """Workers that do it here, or what they are told to do."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = 0

    def call(self, function, *values, seconds=None):
        """Give the next answer."""
        self.asked += 1
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_a_file_on_which_examining_hangs_or_dies_is_told_as_a_fault():
    for answers, told in (
        ((TimeoutError(),), "检查用的时间太长"),
        ((BrokenProcessPool(), BrokenProcessPool()), "检查时程序中断了两次"),
    ):
        found = wiring._patiently(Here(*answers), MISSING, Path("甲.xlsx"), "A1", "2023-07-20")
        assert [one.fault.found for one in found.findings] == [told] and found.findings[0].fault.file == "甲.xlsx"
    once = Here(BrokenProcessPool(), "found")
    assert wiring._patiently(once, MISSING, Path("甲.xlsx"), "A1", "2023-07-20") == "found"


def test_who_owes_what_is_remembered_and_stays_while_the_tables_cannot_be_read():
    owed = [Owed("flash_reports", "A1", "2023-06", date(2023, 7, 10))]
    workers = Here(owed, DataError([]), [])
    obligations = Obligations(MISSING, workers)
    day = date(2023, 7, 1)
    assert obligations(day) == owed == obligations(day) and workers.asked == 1
    obligations._look(day)
    assert obligations(day) == owed and workers.asked == 2
    obligations._again = 0.0
    wait_for(lambda: obligations(day) == [])
    nothing = Obligations(MISSING, Here(DataError([]), DataError([])))
    assert nothing(day) == ()


def test_the_book_names_enterprises_tables_and_who_is_below_whom():
    names = Names.read(ROOT)
    assert names.enterprises["A1"] and names.tables["flash_reports"] == "财务快报"
    assert names.family("A") >= {"A", "A1"} and names.family("A1") == {"A1"} and "B" not in names.family("A")
    assert names.keys["flash_reports"] == ("year", "month", "enterprise_id")
    assert names.columns["flash_reports"]["enterprise_id"] == "企业编号"


@pytest.mark.slow
def test_the_desk_of_this_book_examines_marks_and_tells_the_effect(tmp_path, monkeypatch):
    import shutil

    monkeypatch.delenv("STATEASSETS_STORE", raising=False)
    shutil.copytree(ROOT / "data", tmp_path / "data")
    assert read_settings(tmp_path)["acceptors"] == 1
    desk = wiring.desk_of(tmp_path)
    try:
        header, *rows = (tmp_path / "data/ledger/flash_reports.csv").read_text("utf-8-sig").splitlines()
        at = header.split(",").index("cash")
        row = next(row for row in reversed(rows) if row.split(",")[2] == "A1").split(",")
        titles = [desk.names.columns["flash_reports"][name] for name in header.split(",")]
        for number, cash in enumerate(("不知道", "70000.5")):
            row[at] = cash
            text = f"{','.join(titles)}\n{','.join(row)}\n"
            desk.take(text.encode(), "财务快报.csv", "A1", str(number))
        bad, good = desk.store.returns()
        assert (bad.state, good.state) == ("sent_back", "waiting") and bad.key == good.key
        assert [one.fault.column for one in desk.store.findings(return_id=bad.id)] == [titles[at]]
        name, content = desk.marked(
            desk.store.content(desk.store.delivery(1).sha256), "财务快报.csv", desk.store.findings(delivery_id=1)
        )
        assert name == "财务快报（已标注）.xlsx" and content[:2] == b"PK"
        assert desk.effect([desk.store.return_(good.id)]) is not None
        assert any(one.enterprise_id == "A1" for one in desk.obligations(date(2023, 12, 31)))
        desk.decide(good.id, "accept", "fang", "")
        desk.settled()
        assert desk.store.return_(good.id).state == "posted" and desk.kept_back == {}
    finally:
        desk.close()
