"""What is known to be sound is not looked at again, and everything that may not be sound is."""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from paths import ROOT
from waiting import LONGEST

from stateassets.tables import corrections, validation
from stateassets.tables import loading as tables
from stateassets.tables.checking import check as check_of
from stateassets.tables.data_errors import DataError
from stateassets.tables.declared import DataPackage
from stateassets.tables.validation import check, checks, hashes, open_checked, open_known, prove, survey

DATA = ROOT / "data"
ENTRY = """
- table: headcount
  row: {{year: {year}, month: {month}, enterprise_id: {enterprise_id}}}
  column: headcount
  was: {headcount}
  now: {now}
  reason: 数字颠倒
  source: 更正函
  date: 2024-03-01
  state: 已确认
"""


def text(column, value):
    return lambda row: row.update({column: value})


def more(column):
    return lambda row: row.update({column: f"{float(row[column] or 0) + 1000:.2f}"})


# A table that is changed, and how.
SPOILED = [
    ("headcount", text("headcount", "很多")),
    ("enterprises", text("enterprise_id", "X1")),
    ("enterprises", text("level", "2")),
    ("balance_sheet", more("total_assets")),
    ("equity_changes", more("amount")),
    ("budget", more("amount")),
    ("plans", text("indicator", "no_such")),
    ("evaluation_scores", text("item", "no_such")),
    ("headcount", text("year", "2021")),
]


def saved_while_it_is_read(data, monkeypatch, times):
    """Let somebody save the table of staff just after it was read, so often."""
    open_known(DATA)
    sound = validation.known(validation.fingerprint(DATA))
    saved = []

    def slow(_, files):
        if len(saved) < times:
            saved.append(data.change("headcount", lambda row: row.update(headcount=str(len(saved) + 7))))
        return replace(sound, files=files)  # what is in them is of no matter here

    monkeypatch.setattr(validation, "_VALIDATED", {})
    monkeypatch.setattr(validation, "prove", slow)
    return saved


def test_a_table_that_is_saved_while_it_is_read_is_read_as_it_was_saved(data, monkeypatch):
    saved = saved_while_it_is_read(data, monkeypatch, 1)
    before = validation.fingerprint(data.folder)
    *_, content = open_known(data.folder)
    assert saved and content == validation.fingerprint(data.folder) != before
    assert [*validation._VALIDATED] == [content]


def test_a_table_that_is_saved_all_the_time_is_named(data, monkeypatch):
    saved = saved_while_it_is_read(data, monkeypatch, 99)
    with pytest.raises(
        DataError, match=r"ledger/headcount\.csv：读的时候一直在改；应为：读完以前不变。等改完了再运行一次"
    ):
        open_known(data.folder)
    assert len(saved) == validation.MOST_LOOKS and not validation._VALIDATED


@pytest.fixture(scope="module")
def shipped():
    """What is known of the data that ship."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(validation, "_VALIDATED", {})
        return prove(ROOT / "data", hashes(ROOT / "data"))


@pytest.fixture
def sound(data, shipped, monkeypatch):
    """The data that ship, known to be sound; nothing else is known."""
    monkeypatch.setattr(validation, "_VALIDATED", {shipped.content: shipped})
    return data


@pytest.fixture
def read(monkeypatch):
    """The tables that are read from now on."""
    found: list[str] = []
    cells = tables.read_cells

    def noted(package, table):
        found.append(table.name)
        return cells(package, table)

    monkeypatch.setattr(tables, "read_cells", noted)
    return found


@pytest.fixture
def checked(monkeypatch):
    """The checks that are made from now on."""
    found: list[str] = []

    def noted(one):
        @functools.wraps(one.run)
        def run(package, frames):
            found.append(run.__name__)
            return one.run(package, frames)

        return replace(one, run=run)

    noting = tuple(map(noted, checks()))
    monkeypatch.setattr(validation, "checks", lambda: noting)
    return found


def swap(data, name):
    """Change the order of two rows: another file, in which nothing is wrong."""
    first, second, *rest = data.rows(name)
    data.write(name, [second, first, *rest])


def test_only_the_table_that_changed_is_read_again(sound, read):
    swap(sound, "budget")
    assert sound.faults() == [] and read == ["budget"]


def test_only_checks_that_looked_at_the_table_are_made_again(sound, checked):
    swap(sound, "budget")
    assert sound.faults() == []
    assert "budget_balances" in checked and len(checked) < len(checks()) / 4


def test_plans_are_judged_again_only_where_their_measures_may_have_moved(sound, checked):
    judged = {"plans_can_be_judged", "commitments_can_be_judged"}
    swap(sound, "decisions")
    assert sound.faults() == [] and not judged & set(checked)
    swap(sound, "balance_sheet")
    assert sound.faults() == [] and judged <= set(checked)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "change"), SPOILED, ids=lambda value: str(value)[:30])
def test_the_same_is_found_as_where_nothing_is_known(sound, monkeypatch, name, change):
    sound.change(name, change)
    found = check(sound.folder)
    monkeypatch.setattr(validation, "_VALIDATED", {})
    assert found == check(sound.folder) != []


@pytest.mark.slow
@pytest.mark.parametrize(("name", "change"), SPOILED[:4], ids=lambda value: str(value)[:30])
def test_an_import_finds_the_same_as_where_nothing_is_known(sound, monkeypatch, name, change):
    sound.change(name, change)
    found = survey(sound.folder)
    monkeypatch.setattr(validation, "_VALIDATED", {})
    monkeypatch.setattr(validation, "_FAULTY", {})
    assert found == survey(sound.folder) != []


def test_a_folder_that_is_not_filled_is_looked_through_once_and_again_when_it_changes(sound, read):
    sound.write("headcount", [], list(sound.rows("headcount")[0]))
    first = survey(sound.folder)
    read.clear()
    assert survey(sound.folder) == first != [] and read == []
    sound.change("enterprises", text("enterprise_id", "X1"))
    assert len(survey(sound.folder)) > len(first) and "enterprises" in read


def test_a_table_that_others_refer_to_is_looked_up_again(sound, read):
    sound.change("enterprises", text("enterprise_id", "X1"))
    faults = sound.faults()
    assert read == ["enterprises"]
    assert any("ledger/headcount.csv" in fault and "找不到" in fault for fault in faults)


def test_what_was_faulty_is_not_taken_for_sound(sound):
    sound.change("headcount", text("headcount", "很多"))
    assert sound.faults() == sound.faults() != []


def test_a_changed_declaration_makes_everything_be_read_and_checked(sound, read, checked):
    declared = sound.folder / "datapackage.json"
    declared.write_text(declared.read_text("utf-8") + "\n", "utf-8")
    assert sound.faults() == []
    assert set(read) == set(DataPackage.read(sound.folder).tables) and len(checked) == len(checks())


def test_a_corrected_table_is_read_again_with_and_without_its_correction(sound, read):
    row = sound.rows("headcount")[0]
    entry = ENTRY.format(**row, now=int(row["headcount"]) + 1)
    (sound.folder / corrections.FILE).write_text(entry, "utf-8")
    package, frames = open_checked(sound.folder)
    assert frames["headcount"]["headcount"][0] == int(row["headcount"]) + 1
    assert len(package.corrections) == 1 and read == ["headcount"]
    (sound.folder / corrections.FILE).unlink()
    package, frames = open_checked(sound.folder)
    assert frames["headcount"]["headcount"][0] == int(row["headcount"])
    assert package.corrections == ()


def test_a_correction_that_goes_wrong_is_told_where_the_table_is_known(sound):
    row = sound.rows("headcount")[0]
    entry = ENTRY.format(**{**row, "headcount": "7654321"}, now=1)
    (sound.folder / corrections.FILE).write_text(entry, "utf-8")
    assert "对不上" in sound.fault(corrections.FILE)


def test_a_frame_that_somebody_changed_does_not_come_back(sound):
    _, frames = open_checked(sound.folder)
    frames["headcount"]["headcount"] = 0
    swap(sound, "budget")
    assert open_checked(sound.folder)[1]["headcount"]["headcount"].sum() > 0


def test_another_folder_with_the_same_tables_is_known_too(sound, tmp_path, read):
    shutil.copytree(sound.folder, tmp_path / "elsewhere")
    package, _, content = open_known(tmp_path / "elsewhere")
    assert package.root == tmp_path / "elsewhere" and read == []
    assert content == open_known(sound.folder)[2]


@pytest.mark.slow
def test_checks_look_at_nothing_but_the_declaration_and_the_tables(sound):
    package, frames = open_checked(sound.folder)
    nowhere = replace(package, root=Path("/nowhere"))
    assert [fault for one in checks() for fault in one(nowhere, frames)] == []


def test_a_table_is_noted_however_a_check_gets_at_it():
    ways = {
        "item": lambda frames: frames["budget"],
        "get": lambda frames: frames.get("budget"),
        "items": lambda frames: dict(frames.items()),
        "values": lambda frames: list(frames.values()),
        "copy": lambda frames: dict(frames),
    }
    for way in ways.values():
        frames = validation.RecordingTables({"budget": pd.DataFrame(), "plans": pd.DataFrame()})
        way(frames)
        assert "budget" in frames.seen
    frames = validation.RecordingTables({"budget": pd.DataFrame()})
    assert "budget" in frames and list(frames) == ["budget"] and len(frames) == 1
    assert not frames.seen


def test_a_check_whose_table_was_not_there_is_made_once_it_comes(shipped):
    """What a check looked at holds every table that it needs, also if it was not made."""
    for one in checks():
        assert one.tables <= shipped.looked_at[one.name]
    package = replace(shipped.package, tables={})
    found = [one for one in checks() if one.tables and list(one(package, {})) == []]
    assert len(found) == sum(bool(one.tables) for one in checks())


def test_checks_are_told_of_in_the_order_of_the_domains():
    from stateassets.domains import DOMAINS

    modules = list(dict.fromkeys(one.module for one in checks()))
    order = ["stateassets.tables.declared_checks", *(f"{domain.__name__}.checks" for domain in DOMAINS)]
    assert modules == [module for module in order if module in modules] and len(modules) > 15
    assert len({one.name for one in checks()}) == len(checks()) > 70


def test_to_validate_without_the_domains_is_an_error():
    program = f"from pathlib import Path; from stateassets.tables.validation import check; check(Path({str(DATA)!r}))"
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, encoding="utf-8", check=False, timeout=LONGEST
    )
    assert ended.returncode and "RuntimeError" in ended.stderr and "请先导入stateassets.domains" in ended.stderr


def test_a_check_that_is_registered_too_late_is_an_error():
    with pytest.raises(RuntimeError, match="登记得太晚"):
        check_of("budget")(lambda package, frames: iter(()))


def test_an_unreadable_file_is_never_the_same(sound):
    now = dict(hashes(sound.folder))
    before = prove(sound.folder, now)
    now["ledger/budget.csv"] = ""
    assert "budget" not in before.unchanged(now).frames
    assert "headcount" in before.unchanged(now).frames
