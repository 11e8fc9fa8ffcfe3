"""A delivery is cut into returns; what is wrong is a fault at its cell, what is improbable a doubt; nobody sees others'."""

from __future__ import annotations

import csv
import re
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import small_deliveries as made
from hostile_files import FILES
from paths import CASES, ROOT

from stateassets.capture import examining
from stateassets.capture.arrivals import Examination, Finding
from stateassets.capture.comparing import ANNUAL, COMPARISONS, Compared, Doubt, compare
from stateassets.capture.examination import checking, owners
from stateassets.capture.examination.advice import in_the_file
from stateassets.capture.examination.owners import WRITTEN
from stateassets.capture.examining import Examiner
from stateassets.capture.schema import DOUBT, FAULT
from stateassets.domains.returns.tolerances import NAMES, TABLE, tolerances
from stateassets.importing import Sheet, plan
from stateassets.importing.files.raw import read_file
from stateassets.opening import open_checked
from stateassets.tables.data_errors import DataError, Fault
from stateassets.tables.declared import DataPackage
from stateassets.tables.origins import Origin
from stateassets.tables.validation import check

OWN, OTHER, MEMBER = "A", "B", "A1"  # two first-level enterprises of the sample, and one below the first


@pytest.fixture(scope="module")
def examiner() -> Examiner:
    """The sample's book, opened once."""
    return Examiner(ROOT)


def sent(examiner: Examiner, table: str, rows: made.Rows, **more: object) -> Examination:
    """What is found in a table's rows, sent by their own enterprise if nothing else is said."""
    declared = examiner.standing.package.tables[table]
    return examiner.examine([made.sheet(declared, rows)], **{"sender": OWN, **more})  # type: ignore[arg-type]


def own(examiner: Examiner, table: str, period: str, change: made.Change | None = None, owner: str = OWN) -> made.Rows:
    return made.own_rows(examiner.standing, table, owner, period, change)


def test_what_was_changed_in_reading_belongs_to_the_return_whose_rows_it_was(examiner: Examiner) -> None:
    rows = [{**row, "cash": f"{float(row['cash']):,.2f}"} for row in own(examiner, "flash_reports", "2023-06")]
    other = own(examiner, "flash_reports", "2023-07")
    found = sent(examiner, "flash_reports", [*rows, *other])
    assert found.notes and {key.period for key, note in found.changed if note.row == 2 and note.count == 1} <= {
        "2023-06"
    }
    assert {note for _, note in found.changed} <= set(found.notes)


# --- what is right ---------------------------------------------------------------------------------


def test_what_an_enterprise_of_the_sample_filed_is_read_whole_and_without_fault(examiner: Examiner) -> None:
    standing = examiner.standing
    for table in standing.package.tables.values():
        if (
            not table.path.startswith("ledger/")
            or OWN not in standing.places(table.name)
            or table.name in ("enterprises", *WRITTEN)
        ):
            continue
        rows = standing.old(table.name, OWN)
        found = sent(examiner, table.name, rows, known="2023")
        assert not found.faults and not found.beyond, (table.title, made.told(found.faults))
        came = {tuple(sorted(row.items())) for one in found.returns for row in one.rows}
        assert came == {tuple(sorted(row.items())) for row in rows}, table.title
        assert {one.enterprise_id for one in found.returns} == {OWN}


def test_a_file_of_several_tables_enterprises_and_periods_is_cut_into_returns(examiner: Examiner) -> None:
    tables = examiner.standing.package.tables
    flash = [
        row
        for owner in (OWN, OTHER)
        for m in ("05", "06")
        for row in own(examiner, "flash_reports", f"2023-{m}", owner=owner)
    ]
    progress = made.own_rows(examiner.standing, "investment_progress", OWN)
    sheets = [made.sheet(tables["flash_reports"], flash), made.sheet(tables["investment_progress"], progress)]
    found = examiner.examine(sheets)
    keys = {one.key for one in found.returns}
    assert {("flash_reports", who, f"2023-{m}") for who in (OWN, OTHER) for m in ("05", "06")} <= keys
    quarters = {period for table, _, period in keys if table == "investment_progress"}
    assert quarters and all(re.fullmatch(r"20\d\dQ[1-4]", period) for period in quarters)
    first = next(one for one in found.returns if one.key == ("flash_reports", OTHER, "2023-05"))
    assert first.places == (("财务快报", 4),) and first.rows[0]["enterprise_id"] == OTHER


def test_rows_that_do_not_say_their_year_take_the_one_that_the_delivery_is_said_to_be_of(examiner: Examiner) -> None:
    table = examiner.standing.package.tables["control_lines"]
    rows = own(examiner, "control_lines", "2023")
    grid = [tuple(row[1:]) for row in made.grid(table, rows)]
    found = examiner.examine([Sheet("管控线.csv", table.title, grid)], sender=OWN, known="2023")
    assert [one.key for one in found.returns] == [("control_lines", OWN, "2023")]
    assert examiner.examine([Sheet("管控线.csv", table.title, grid)], sender=OWN).faults


def test_a_table_that_knows_no_time_is_of_the_year_of_its_delivery_or_refused(examiner: Examiner) -> None:
    rows = made.own_rows(examiner.standing, "bank_accounts", OWN)
    assert [one.period for one in sent(examiner, "bank_accounts", rows, known="2023-06").returns] == ["2023"]
    refused = sent(examiner, "bank_accounts", rows)
    assert not refused.returns and "没有写是哪一年的" in made.faults(refused)


def test_a_column_that_did_not_come_stays_as_it_was(examiner: Examiner) -> None:
    table = examiner.standing.package.tables["flash_reports"]
    rows = own(examiner, "flash_reports", "2023-06", lambda row: row.update(revised_on="2023-08-01"))
    grid = [row[:-1] for row in made.grid(table, rows)]
    before = own(examiner, "flash_reports", "2023-06")[0]["revised_on"]
    (one,) = examiner.examine([Sheet("快报.csv", table.title, grid)], sender=OWN).returns
    assert one.rows[0]["revised_on"] == before


# --- what is wrong ---------------------------------------------------------------------------------


def put(**cells: str) -> made.Change:
    return lambda row: row.update(cells)


# table, period, what is changed, the cell where it is told, words of what is told
WRONG = [
    ("flash_reports", "2023-06", put(total_profit="三百来万"), "E2", "数字"),
    ("flash_reports", "2023-06", put(submitted_on="2023-13-45"), "I2", "日期"),
    ("flash_reports", "2023-06", put(submitted_on="2023-06-08"), "I2", "晚于月末2023-06-30"),
    ("flash_reports", "2023-06", put(cash=""), "F2", "没有数"),
    ("headcount", "2023-06", put(headcount="-3"), "D2", "不小于0"),
    ("headcount", "2023-06", put(month="13"), "B2", "不大于12"),
    ("account_balances", "2023-06", put(account_id="ZH999"), "C2", "找不到"),
    ("balance_sheet", "2023", put(total_assets="1.00"), "M2", "各项之和"),
    ("investments", "2023", put(kind="大投资"), "E2", "“大投资”"),
    ("debts", "2023", put(due_on="2001-01-01"), "K2", "晚于借入日期"),
    ("guarantees", "2023", put(enterprise_id=""), "C2", "空白"),
    ("payroll", "2023", put(total="600.00"), "F2", "各项之和"),
]


def test_each_thing_that_is_wrong_is_a_fault_at_its_cell_with_its_return(examiner: Examiner) -> None:
    for name, period, change, cell, words in WRONG:
        found = sent(examiner, name, own(examiner, name, period, change))
        said = [one for one in found.faults if words in str(one.fault) and (not cell or one.cell == cell)]
        assert said, (name, words, made.told(found.findings))
        assert all(one.sheet == examiner.standing.package.tables[name].title for one in said)
        if found.returns and cell != "C2":
            assert said[0].key is None or said[0].key[:2] == (name, OWN)
        assert not sent(examiner, name, own(examiner, name, period)).faults, (name, "当是对的")


def test_an_amount_whose_unit_nothing_says_is_a_fault_that_says_what_to_write(examiner: Examiner) -> None:
    table = examiner.standing.package.tables["flash_reports"]
    rows = own(
        examiner,
        "flash_reports",
        "2023-06",
        lambda r: r.update(
            {
                k: str(float(r[k]) * 10_000)
                for k in ("revenue", "total_profit", "cash", "total_assets", "total_liabilities")
            }
        ),
    )
    grid = made.grid(table, rows)
    bare = [tuple(header.partition("（")[0] for header in grid[0]), *grid[1:]]
    assert "没有写明金额的单位" in made.faults(examiner.examine([Sheet("快报.csv", table.title, bare)], sender=OWN))
    found = examiner.examine([Sheet("快报.csv", table.title, bare)], sender=OWN)
    assert "标题或表头写明金额的单位，如“单位：万元”" in made.faults(found) and "--" not in made.faults(found)
    said = [("单位：元",), *bare]
    right = examiner.examine([Sheet("快报.csv", table.title, said)], sender=OWN)
    assert not right.faults and right.returns[0].rows == tuple(own(examiner, "flash_reports", "2023-06"))


def test_a_key_that_stands_for_something_else_is_refused_without_saying_whose(examiner: Examiner) -> None:
    strange = examiner.standing.old("guarantees", OTHER)[0]["id"]
    rows = own(examiner, "guarantees", "2023")
    found = sent(examiner, "guarantees", [{**rows[0], "id": strange}, *rows[1:]])
    assert f"“{strange}”已经是别处的编号" in made.faults(found) and OTHER not in re.findall(
        r"[A-Z]\w*", made.faults(found)
    )
    moved = own(examiner, "plans", "2023", put(year="2022", opened_on="2022-02-01", due_on="2022-12-01", closed_on=""))
    assert "已经在2023的报送里" in made.faults(sent(examiner, "plans", moved))


def test_a_file_that_is_no_table_or_none_of_the_book_is_one_fault(examiner: Examiner, tmp_path: Path) -> None:
    unknown = examiner.examine([Sheet("说明.csv", "", [("你好", "再见"), ("一", "二")])], sender=OWN)
    assert "认不出是哪张表" in made.faults(unknown) and "工作表的名称改为表名" in made.faults(unknown)
    assert len(unknown.findings) == 1 and not unknown.returns
    assert "没有这个文件" in made.faults(examiner.examine(tmp_path / "没有.xlsx"))


def test_what_a_library_cannot_read_is_said_and_not_thrown(
    examiner: Examiner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(path: Path) -> list[Sheet]:
        raise ValueError("bad")

    monkeypatch.setattr(examining, "read_file", fails)
    assert "读不出来，可能已经损坏" in made.faults(examiner.examine(tmp_path / "a.xlsx"))


def test_what_was_known_of_the_book_before_it_changed_is_not_taken_for_what_it_is_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The book is opened again, by somebody else who asks, while a delivery is examined."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    examiner = Examiner(tmp_path)
    declared, rows = examiner.standing.package.tables["flash_reports"], own(examiner, "flash_reports", "2023-06")
    file, real = tmp_path / "data" / "ledger" / "flash_reports.csv", checking.between_tables

    def between_tables(*given: Any) -> None:
        file.write_bytes(file.read_bytes().replace(b"66877.82", b"66877.83"))
        assert examiner.standing is not given[0].standing
        real(*given)

    monkeypatch.setattr(checking, "between_tables", between_tables)
    assert not examiner.examine([made.sheet(declared, rows)], sender=OWN).faults
    assert not examiner.book._before and not examiner.book._recognised


FILED = "submitted_on"


@pytest.mark.parametrize("how", ["no column", "a blank cell"])
def test_rows_that_do_not_say_when_they_were_filed_were_filed_when_they_came(examiner: Examiner, how: str) -> None:
    declared = examiner.standing.package.tables["flash_reports"]
    old = own(examiner, "flash_reports", "2023-11")[0]
    new = {**old, "year": "2024", "month": "2", FILED: "", "revised_on": ""}
    grid = made.grid(declared, [{**old, FILED: ""}, new])
    at = [column.name for column in declared.columns].index(FILED)
    cells = [row[:at] + row[at + 1 :] for row in grid] if how == "no column" else grid
    found = examiner.examine([Sheet("快报.csv", declared.title, cells)], sender=OWN, day="2024-03-05")
    assert not found.faults, made.faults(found)
    filed = {one.period: row[FILED] for one in found.returns for row in one.rows}
    assert filed == {"2023-11": old[FILED], "2024-02": "2024-03-05"}, "a row that stands keeps its own"
    ((key, note),) = [one for one in found.changed if "2024-03-05" in one[1].made]
    assert key.period == "2024-02" and str(note).endswith("第3行“报送日期”列：填“2024-03-05（收到的日期）”")
    assert note.kind == "没有写报送日期，按收到的日期填写"


def test_what_says_when_it_was_filed_and_what_need_not_say_it_stays(examiner: Examiner) -> None:
    rows = own(examiner, "flash_reports", "2023-11")
    found = sent(examiner, "flash_reports", rows, day="2024-03-05")
    assert [row[FILED] for one in found.returns for row in one.rows] == [row[FILED] for row in rows]
    without = sent(examiner, "flash_reports", [{**rows[0], "year": "2024", FILED: ""}])
    assert "报送日期" in made.faults(without), "nobody knows when it came"


def test_more_findings_than_anybody_reads_are_counted(examiner: Examiner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examining, "MOST_TOLD", 3)
    rows = made.own_rows(examiner.standing, "headcount", OWN, "", put(headcount="x"))
    found = sent(examiner, "headcount", rows)
    assert len(found.findings) == 4 and f"还有{len(rows) - 3}个问题没有列出" in made.faults(found)


def test_a_kind_that_nobody_registered_and_a_table_that_the_book_leaves_out_are_faults(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    file = tmp_path / "data" / "datapackage.json"
    text = file.read_text("utf-8")
    at = text.index('"name": "risk_reviews"')
    file.write_text(f'{text[:at]}"absent": true, {text[at:]}', "utf-8")
    (tmp_path / "data" / "ledger" / "risk_reviews.csv").unlink()
    small = Examiner(tmp_path)
    left_out = small.examine([Sheet("会议.csv", "风险研判表", [("年度",), ("2023",)])])
    assert "本区没有风险研判表这张表" in made.faults(left_out)
    kinds = [
        (t.name, c.name)
        for t in small.standing.package.tables.values()
        for c in t.columns
        if c.open and OWN in small.standing.places(t.name) and t.name != "enterprises"
    ]
    name, column = kinds[0]
    found = sent(
        small, name, made.own_rows(small.standing, name, OWN, "", lambda row: row.update({column: "闻所未闻之一类"}))
    )
    assert "“闻所未闻之一类”是没有登记过的类别" in made.faults(found)


def test_a_revision_that_lacks_rows_of_the_one_before_is_doubted(examiner: Examiner) -> None:
    rows = own(examiner, "guarantees", "2023")
    found = sent(examiner, "guarantees", rows[1:])
    assert any("比现有的少1行" in one.fault.found for one in found.doubts)
    assert not [one for one in sent(examiner, "guarantees", rows).doubts if "比现有的少" in one.fault.found]
    debts = own(examiner, "debts", "2023")
    assert f"没有了{debts[0]['id']}，到期付款进度里还有它的行" in made.faults(sent(examiner, "debts", debts[1:]))


def test_a_file_of_another_month_than_it_is_said_to_be_of_is_doubted(examiner: Examiner) -> None:
    rows = own(examiner, "flash_reports", "2023-06")
    (doubt,) = sent(examiner, "flash_reports", rows, known="2023-07").doubts
    assert doubt.fault.found == "行里写的是2023-06" and "送错了文件" in doubt.fault.advice
    assert not sent(examiner, "flash_reports", rows, known="2023-06").findings
    assert not sent(examiner, "flash_reports", rows, known="2023").findings


def test_data_that_change_are_opened_again(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    small = Examiner(tmp_path)
    rows = own(small, "account_balances", "2023-06", put(account_id="ZH9"))
    assert "找不到" in made.faults(sent(small, "account_balances", rows[:1]))
    path = tmp_path / "data" / "ledger" / "bank_accounts.csv"
    first = made.own_rows(small.standing, "bank_accounts", OWN)[0]["id"]
    path.write_text(path.read_text("utf-8-sig").replace(first, "ZH9"), "utf-8-sig")
    other = tmp_path / "data" / "ledger" / "account_balances.csv"
    other.write_text(other.read_text("utf-8-sig").replace(first, "ZH9"), "utf-8-sig")
    assert "找不到" not in made.faults(sent(small, "account_balances", rows[:1]))


# --- whose it is -----------------------------------------------------------------------------------


def test_rows_of_another_enterprise_are_a_fault_and_are_not_read(examiner: Examiner) -> None:
    rows = [*own(examiner, "flash_reports", "2023-06"), *own(examiner, "flash_reports", "2023-06", owner=OTHER)]
    found = sent(examiner, "flash_reports", rows)
    assert [one.key for one in found.returns] == [("flash_reports", OWN, "2023-06")]
    (fault,) = found.faults
    assert fault.cell == "C3" and f"“{OTHER}”不是本企业，都没有读" in fault.fault.found
    assert not sent(examiner, "flash_reports", rows, sender=None).faults
    strangers = sent(
        examiner, "account_balances", made.own_rows(examiner.standing, "account_balances", OTHER, "2023-06")
    )
    assert strangers.faults and not strangers.returns


def test_an_enterprise_sends_only_tables_of_its_own(examiner: Examiner) -> None:
    cases = {"enterprises": "由国资监管机构填写", "warning_rules": "由国资监管机构填写", "budget": "由国资监管机构填写"}
    for name, words in cases.items():
        rows = examiner.standing.loaded.sheets[name]
        texts = [dict(zip(rows.header, row, strict=True)) for row in rows.rows[:1]]
        assert words in made.faults(sent(examiner, name, texts)), name
    only = sent(examiner, "headcount", own(examiner, "headcount", "2023-06"), tables={"flash_reports"})
    assert "不在要报送的表里" in made.faults(only) and not only.returns


def test_what_the_desk_writes_itself_is_nobodys_return(examiner: Examiner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owners, "WRITTEN", frozenset({"headcount"}))
    found = sent(examiner, "headcount", own(examiner, "headcount", "2023-06"), sender=None)
    assert "由报送台自己登记" in made.faults(found)


def test_nothing_of_others_is_told_to_a_sender(examiner: Examiner) -> None:
    """A member's accounts no longer fit its group's: it is told that they do not, staff is told the amounts."""
    # both sides of the sheet by as much, so that it still adds up
    both = ("cash", "total_assets", "retained_earnings", "owners_equity")
    rows = own(
        examiner, "balance_sheet", "2023", lambda r: r.update({n: f"{float(r[n]) + 5000:.2f}" for n in both}), MEMBER
    )
    found = sent(examiner, "balance_sheet", rows, sender=MEMBER)
    assert "与其他企业已经报送的数对不上" in made.faults(found), made.told(found.findings)
    assert any("合并数" in one.fault.found for one in found.beyond)
    assert "合并数" not in made.told(found.findings)
    words = set(
        re.findall(r"[A-Za-z0-9]+", "".join(f"{one.fault.found}{one.fault.expected}" for one in found.findings))
    )
    assert not words & (examiner.standing.named.keys() - {MEMBER})
    staff = sent(examiner, "balance_sheet", rows, sender=None)
    assert "合并数" in made.faults(staff) and not staff.beyond


# --- as importing and check have it ------------------------------------------------------------------


@pytest.mark.slow
def test_what_check_finds_in_a_book_with_a_return_is_found_in_the_return(examiner: Examiner, tmp_path: Path) -> None:
    """The checks look at the rows of a group only; they find what they find in the whole."""
    for number, (name, period, change, _, words) in enumerate(WRONG):
        if words in ("数字", "日期", "没有数", "找不到", "“大投资”", "空白"):
            continue
        rows = own(examiner, name, period, change)
        folder = tmp_path / str(number)
        shutil.copytree(ROOT / "data", folder)
        sheet = examiner.standing.loaded.sheets[name]
        table = examiner.standing.package.tables[name]
        key = [sheet.header.index(c) for c in table.key if c not in ("month",) or name != "headcount"]
        before = [[row[at] for at in key] for row in (list(r.values()) for r in own(examiner, name, period))]
        kept = [row for row in sheet.rows if [row[at] for at in key] not in before or name == "headcount"]
        made.csv_file(
            folder / table.path, [sheet.header, *kept, *(tuple(row[c] for c in sheet.header) for row in rows)]
        )
        whole = {(f.found, f.expected) for f in check(folder) if words in str(f)}
        here = {(one.fault.found, one.fault.expected) for one in sent(examiner, name, rows).faults}
        told = [any(found == f and expected in e for f, e in here) for found, expected in whole]
        assert told and all(told), (name, whole, here)


@pytest.mark.slow
def test_every_import_case_is_read_as_importing_reads_it_and_asks_for_no_option(examiner: Examiner) -> None:
    """What ``--table`` tells importing, the name of the sheet tells here."""
    compared = 0
    for path in sorted((CASES / "imports").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            cases = [case for case in csv.DictReader(file) if case["book"] == "sample"]
        for case in cases:
            words = shlex.split(case["options"])
            try:
                sheets = read_file(CASES / "imports" / case["file"])
            except DataError:
                assert examiner.examine(CASES / "imports" / case["file"]).faults
                continue
            if len(sheets) == 1 and words[:1] == ["--table"]:
                sheets = [replace(sheets[0], name=words[1])]
            found = examiner.examine(sheets)
            assert "--" not in made.told(found.findings), (case["id"], made.told(found.findings))
            if words and (words[0] != "--table" or len(words) > 2 or len(sheets) > 1):
                continue
            refused = plan(ROOT, sheets=sheets).refused
            assert not refused or found.faults, (case["id"], refused)
            compared += 1
    assert compared > 20


# An advice of importing's that names an option, and what the sender reads instead.
ADVICE = {
    "核实后加--unit 元或--unit 万元等（几个文件不一样的，写成--unit a.csv=元）。最大的数5": "写明金额的单位",
    '改成其中一个，或加上--same "甲=乙"这样的选项指明': "改成其中一个",
    '是不是“甲”？是的话加上--same "甲=乙"；不是的话先在企业名录里登记，或改正这一格': "改正这一格",
    "用--table 财务快报指明，或把工作表改名为表名": "工作表改名为表名",
    "是合计，删去或加--sums skip；不是的，加--sums keep": "写明“合计”",
    "确实都是0的，加--blank 0": "没有发生的写0",
    "补上“年度”列；年度也可以用--year 2023指明，或写在表的标题里": "补上“年度”列",
    "文件是旧的就不要导入；确实要改回的，加--take-back": "文件是旧的就不要导入",
}


def test_what_importing_asks_for_by_an_option_is_asked_for_in_the_file() -> None:
    for advice, words in ADVICE.items():
        said = in_the_file(Fault("a.csv", None, None, "x", "y", advice)).advice
        assert "--" not in said and words in said, (advice, said)
    plain = Fault("a.csv", 1, "甲", "x", "y", "请改正后重试")
    assert in_the_file(plain) is plain


def test_a_file_that_is_meant_to_do_harm_ends_in_a_fault_and_never_in_rows(examiner: Examiner, tmp_path: Path) -> None:
    for name, (content, _) in FILES.items():
        if "ten million" in name or "bomb" in name:
            continue  # seconds each; importing's own tests look at them
        path = tmp_path / ("file.csv" if "workbook" not in name else "file.xlsx")
        path.write_bytes(content())
        found = examiner.examine(path, sender=OWN)
        assert found.faults and not found.returns, name
    for word in ("=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-1+1", "<script>alert(1)</script>", "\u202e甲"):
        rows = own(examiner, "debts", "2023", lambda row, word=word: row.update(title=word))  # type: ignore[misc]
        found = sent(examiner, "debts", rows)
        texts = {row["title"] for one in found.returns for row in one.rows}
        assert found.faults if word[0] in "=+@-" else texts == {word.lstrip("\u202e")}, (word, texts)


# --- doubts ------------------------------------------------------------------------------------------


@cache
def tolerated() -> tuple[DataPackage, Mapping[str, float], pd.DataFrame]:
    """The book's declarations and its tolerances, by id and as the table has them."""
    package, frames = open_checked(ROOT / "data")
    return package, tolerances(frames), frames[TABLE]


def compared(
    table: str, rows: list[dict[str, object]], came: int = 1, **others: list[dict[str, object]]
) -> list[Doubt]:
    """What is doubted in the last rows of a table, beside other tables that stand."""
    package = DataPackage.read(ROOT / "data")
    frame = pd.DataFrame(rows, index=[*range(len(rows) - came), *range(100, 100 + came)])
    new = rows[-came:]
    period = [f"{row['year']}-{row['month']:02d}" if "month" in row else str(row["year"]) for row in new]
    given = {name: pd.DataFrame(rows) for name, rows in ({TABLE: tolerated()[2].to_dict("records")} | others).items()}
    frames = {table: frame, **{name: one for name, one in given.items() if name != TABLE or len(one)}}
    return list(compare(Compared(package, OWN, frames, 100, {table: set(period)})))


def flash(month: int, **cells: float) -> dict[str, object]:
    whole = {
        "revenue": 100.0 * month,
        "total_profit": 10.0 * month,
        "cash": 500.0,
        "total_assets": 9000.0,
        "total_liabilities": 4000.0,
    }
    return {"year": 2023, "month": month, "enterprise_id": OWN, **whole, **cells}


MONTHS = [flash(month) for month in range(1, 12)]


def of(found: list[Doubt], column: str) -> str:
    return "\n".join(f"{one.found}；{one.expected}" for one in found if one.column == column)


def test_a_value_far_outside_of_its_own_past_is_doubted_with_the_values_and_how_they_were_found() -> None:
    # eleven months of 500: the usual range is 60 per cent on both sides, 200 to 800
    said = of(compared("flash_reports", [*MONTHS, flash(12, cash=800.01)]), "cash")
    assert "800.01万元" in said and "200.00万元至800.00万元" in said and "以往11期，中位数500.00万元" in said
    assert "离散度的8倍" in said
    assert not of(compared("flash_reports", [*MONTHS, flash(12, cash=800.0)]), "cash")
    # 600, 400, 500 over and over: most are 100 from the median, eight times that on both sides
    restless = [flash(m, cash=500.0 + 100 * (0, 1, -1)[m % 3]) for m in range(1, 12)]
    assert not of(compared("flash_reports", [*restless, flash(12, cash=1300.0)]), "cash")
    assert "-300.00万元至1300.00万元" in of(compared("flash_reports", [*restless, flash(12, cash=1300.01)]), "cash")


def test_what_is_added_up_from_january_is_held_against_what_each_month_added() -> None:
    assert not of(compared("flash_reports", [*MONTHS, flash(12)]), "revenue")
    said = of(compared("flash_reports", [*MONTHS, flash(12, revenue=1400.0)]), "revenue")  # adds 300, usually 100
    assert "当月增加300.00万元" in said and "40.00万元至160.00万元" in said
    january = {**flash(1), "year": 2024, "revenue": 100.0}
    assert not of(compared("flash_reports", [*MONTHS, flash(12), january]), "revenue")


def test_too_few_periods_say_nothing_of_what_is_usual() -> None:
    assert not compared("flash_reports", [*MONTHS[:3], flash(4, cash=90_000.0)])
    assert compared("flash_reports", [*MONTHS[:4], flash(5, cash=90_000.0)])


def test_an_amount_in_another_unit_is_doubted_as_such() -> None:
    for cash, words in (
        (500_000.0, "1000倍，疑似把千元当万元填写"),
        (5_000_000.0, "10000倍，疑似把元当万元填写"),
        (0.5, "的1/1000，疑似填成了大1000倍的单位"),
    ):
        said = of(compared("flash_reports", [*MONTHS, flash(12, cash=cash)]), "cash")
        assert words in said and said.count("应为") == 0 and said.count("\n") == 0, said
    assert "疑似" not in of(compared("flash_reports", [*MONTHS, flash(12, cash=500.0 * 1_700)]), "cash")  # beyond 1600


def test_a_sign_that_turned_is_doubted() -> None:
    said = of(compared("flash_reports", [*MONTHS, flash(12, total_assets=-9000.0)]), "total_assets")
    assert "以往11期都是正数" in said
    mixed = [flash(m, total_assets=9000.0 * (-1) ** m) for m in range(1, 12)]
    assert "都是" not in of(compared("flash_reports", [*mixed, flash(12, total_assets=-9000.0)]), "total_assets")


def test_accounts_that_do_not_come_to_the_cash_of_the_month_are_doubted() -> None:
    def accounts(total: float) -> list[dict[str, object]]:
        return [
            {"year": 2023, "month": 12, "account_id": one, "balance": part}
            for one, part in (("a", 100.0), ("b", total - 100.0))
        ]

    said = compared("flash_reports", [*MONTHS, flash(12, cash=5000.0)], account_balances=accounts(5050.01))
    assert "账户余额合计5050.01万元，快报的货币资金5000.00万元" in of(said, "cash")
    near = compared("flash_reports", [*MONTHS, flash(12, cash=5000.0)], account_balances=accounts(5050.0))
    assert "账户余额合计" not in of(near, "cash")  # one per cent


def test_pay_for_each_of_the_staff_that_leaps_is_doubted() -> None:
    staff = [
        {"year": year, "month": m, "enterprise_id": OWN, "headcount": 10} for year in (2022, 2023) for m in range(1, 13)
    ]

    def pay(total: float) -> list[dict[str, object]]:
        return [
            {"year": 2022, "enterprise_id": OWN, "total": 100.0},
            {"year": 2023, "enterprise_id": OWN, "total": total},
        ]

    assert "上年10.00万元，增长51%" in of(compared("payroll", pay(151.0), headcount=staff), "total")
    assert not of(compared("payroll", pay(150.0), headcount=staff), "total")


def test_december_that_is_far_from_the_annual_accounts_is_doubted_whichever_comes() -> None:
    income = [{"year": 2023, "basis": "individual", "revenue": 1000.0, "total_profit": 120.0}]
    sheet = [{"year": 2023, "basis": "individual", "moment": "closing", "cash": 500.0, "total_assets": 9000.0}]
    said = compared("flash_reports", [*MONTHS, flash(12)], income_statement=income, balance_sheet=sheet)
    assert "12月快报的累计营业收入1200.00万元" in of(said, "revenue") and "营业收入1000.00万元，相差200.00万元" in of(
        said, "revenue"
    )
    assert not any(of(said, column) for column in ANNUAL if column != "revenue")
    income[0]["revenue"] = 1095.0  # 105 apart: less than a tenth of it
    near = compared("flash_reports", [*MONTHS, flash(12)], income_statement=income, balance_sheet=sheet)
    assert not of(near, "revenue")


def test_each_comparison_has_a_name_and_each_tolerance_says_that_it_is_the_books_own() -> None:
    package, declared, frame = tolerated()
    assert all(re.search("[一-鿿]", title) for title in COMPARISONS) and len(COMPARISONS) == 6
    assert package.tables[TABLE].origin == Origin.OWN and set(frame["id"]) == NAMES == set(declared)
    assert frame["basis"].str.contains("自定").all() and all(frame["title"]) and declared["share"] == 0.6


def test_how_far_is_too_far_is_what_the_table_says() -> None:
    past = [*MONTHS, flash(12, cash=800.01)]
    assert of(compared("flash_reports", past), "cash")
    _, _, frame = tolerated()
    wider = frame.assign(value=frame["value"].where(frame["id"] != "share", 61)).to_dict("records")
    assert not of(compared("flash_reports", past, **{TABLE: wider}), "cash")
    assert not compared("flash_reports", past, **{TABLE: []}), "a book without the table doubts nothing"


def test_a_doubt_stands_at_its_cell_and_stops_nothing(examiner: Examiner) -> None:
    found = sent(
        examiner,
        "flash_reports",
        own(examiner, "flash_reports", "2023-06", lambda r: r.update(cash=f"{float(r['cash']) * 10:.2f}")),
    )
    doubts: tuple[Finding, ...] = found.doubts
    assert any(one.cell == "F2" and one.key == ("flash_reports", OWN, "2023-06") for one in doubts) and not found.faults
    assert {one.kind for one in found.findings} == {DOUBT} and FAULT != DOUBT


# --- whose it is, and of when ----------------------------------------------------------------------


def without_owner(examiner: Examiner, title: str = "", **cells: str) -> Sheet:
    """A flash report as an enterprise keeps it for itself: no column says whose it is."""
    table = examiner.standing.package.tables["flash_reports"]
    (row,) = own(examiner, "flash_reports", "2023-11", lambda r: r.update(cells))
    header, *body = made.grid(table, [row])
    at = header.index("企业编号")
    lines = [cells[:at] + cells[at + 1 :] for cells in (header, *body)]
    return Sheet("报表.xlsx", "快报", [(title,), *lines] if title else lines)


def test_a_table_that_does_not_say_whose_it_is_is_its_sender_s(examiner: Examiner) -> None:
    for title in ("", "财务快报", "一级企业A财务快报"):
        found = examiner.examine([without_owner(examiner, title)], sender=OWN)
        assert not found.faults, (title, found.faults)
        ((one,), key) = (found.returns, ("flash_reports", OWN, "2023-11"))
        assert (one.key, one.rows[0]["enterprise_id"]) == (key, OWN), title


def test_a_table_that_names_another_enterprise_or_comes_from_the_staff_is_nobody_s(examiner: Examiner) -> None:
    for title, sender in (("一级企业B财务快报", OWN), ("二级企业A1财务快报", OWN), ("财务快报", None)):
        found = examiner.examine([without_owner(examiner, title)], sender=sender)
        assert found.returns == () and any("没有企业编号" in str(one.fault) for one in found.faults), title


def test_a_month_or_a_year_that_is_none_is_a_fault_at_its_row(examiner: Examiner) -> None:
    for name, period, wrong, words in (
        ("flash_reports", "2023-11", {"month": "13"}, ("月份", "“13”", "不大于12")),
        ("flash_reports", "2023-11", {"month": "0"}, ("月份", "“0”", "不小于1")),
        ("headcount", "2023-11", {"month": "99"}, ("月份", "“99”", "不大于12")),
    ):
        found = sent(examiner, name, own(examiner, name, period, lambda r, w=wrong: r.update(w)))
        assert found.returns == () and found.faults, wrong
        assert any(all(word in str(one.fault) for word in words) for one in found.faults), (wrong, found.faults)


def test_what_the_platform_writes_itself_is_nobody_s_to_hand_in(examiner: Examiner) -> None:
    notes = [{"rule": "flash_debt_ratio", "enterprise_id": OWN, "subject": "", "kind": "settled", "noted_on": "2023-12-01", "by": "我", "text": "好了"}]  # fmt: skip
    for sender in (OWN, None):
        found = sent(examiner, "alert_notes", notes, sender=sender)
        assert found.returns == () and any("不用报送" in str(one.fault) for one in found.faults), sender
