"""What no enterprise sends: amounts eliminated, a group of one, and a year before that has no balance."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from ledgers import declared, empty, headers, small_report, workbook

from stateassets.importing import Plan, plan
from stateassets.importing.consolidating import ALONE, TOO_LARGE, WORKED_OUT
from stateassets.importing.telling import lines

Amounts = Mapping[str, float]
STATEMENT = "income_statement"
OWN, TOGETHER, BETWEEN = "单户", "合并", "抵销"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three enterprises: 甲 with 甲一 below it, and 乙 by itself; no statement of any."""
    root = small_report(tmp_path_factory.mktemp("书"), "enterprises", STATEMENT)
    empty(root, STATEMENT)
    path = root / "data" / declared("enterprises")["path"]
    header = path.read_text("utf-8-sig").splitlines()[0]
    rows = ["甲,甲集团有限公司,1,,100", "甲一,甲一有限公司,2,甲,100", "乙,乙有限公司,1,,100"]
    path.write_text("\n".join([header, *(f"{row},公共服务类,供水,2015," for row in rows)]) + "\n", "utf-8-sig")
    return root


def amounts(revenue: float) -> dict[str, float]:
    """A statement in which all of the revenue is profit, a quarter of it tax."""
    tax = revenue / 4
    return {"营业收入": revenue, "利润总额": revenue, "所得税费用": tax, "净利润": revenue - tax}


def sent(folder: Path, *rows: tuple[str, str, float], year: int = 2023, name: str = "利润.xlsx") -> Path:
    """A workbook of income statements: whose, on which basis, the revenue."""
    titles = headers(STATEMENT)
    table: list[Sequence[object]] = [titles]
    for owner, basis, revenue in rows:
        said = {"年度": year, "企业编号": owner, "报表口径": basis, **amounts(revenue)}
        table.append([said.get(title.partition("（")[0], 0) for title in titles])
    return workbook(folder / name, table, title=declared(STATEMENT)["title"])


def found(made: Plan) -> dict[tuple[str, str], Decimal]:
    """The revenue of each row of the table that is written, by owner and basis."""
    (content,) = [text for path, text in made.files.items() if path.endswith(f"{STATEMENT}.csv")]
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    return {(row["enterprise_id"], row["basis"]): Decimal(row["revenue"]) for row in rows}


def told(made: Plan) -> str:
    return "\n".join(lines(made))


def test_what_was_eliminated_is_what_the_members_have_more_than_the_group(book: Path, tmp_path: Path) -> None:
    made = plan(book, work_out=True, files=[sent(tmp_path, ("甲", OWN, 100), ("甲一", OWN, 60), ("甲", TOGETHER, 130))])
    assert not made.refused, told(made)
    assert found(made)["甲", "elimination"] == 30 and WORKED_OUT in told(made)


def test_a_group_of_one_is_consolidated_as_that_one_is(book: Path, tmp_path: Path) -> None:
    made = plan(book, work_out=True, files=[sent(tmp_path, ("乙", OWN, 80))])
    assert found(made) == {("乙", "individual"): 80, ("乙", "consolidated"): 80, ("乙", "elimination"): 0}
    assert ALONE in told(made)


def test_what_nobody_asked_for_is_offered_and_not_done(book: Path, tmp_path: Path) -> None:
    for rows in ([("甲", OWN, 100), ("甲一", OWN, 60), ("甲", TOGETHER, 130)], [("乙", OWN, 80)]):
        made = plan(book, [sent(tmp_path, *rows)])
        assert len(found(made)) == len(rows) and "没有合并抵销额，可以算出" in told(made), rows
        assert "加--work-out" in told(made)


def test_nothing_is_worked_out_while_a_statement_is_wanting(book: Path, tmp_path: Path) -> None:
    for rows in ([("甲", OWN, 100), ("甲", TOGETHER, 130)], [("甲", OWN, 100), ("甲一", OWN, 60)]):
        made = plan(book, work_out=True, files=[sent(tmp_path, *rows)])
        assert len(found(made)) == 2 and WORKED_OUT not in told(made) and ALONE not in told(made), rows


def test_a_group_that_has_more_than_its_members_is_said_and_not_worked_out(book: Path, tmp_path: Path) -> None:
    made = plan(book, work_out=True, files=[sent(tmp_path, ("甲", OWN, 100), ("甲一", OWN, 60), ("甲", TOGETHER, 170))])
    assert ("甲", "elimination") not in found(made) and TOO_LARGE in told(made)


def test_what_a_file_says_was_eliminated_is_taken_as_it_is(book: Path, tmp_path: Path) -> None:
    rows = [("甲", OWN, 100), ("甲一", OWN, 60), ("甲", TOGETHER, 130), ("甲", BETWEEN, 30)]
    made = plan(book, work_out=True, files=[sent(tmp_path, *rows)])
    assert WORKED_OUT not in told(made) and found(made)["甲", "elimination"] == 30
    wrong = plan(book, work_out=True, files=[sent(tmp_path, *rows[:-1], ("甲", BETWEEN, 31))])
    assert wrong.refused and "大于各户允许的数" in told(wrong)


def test_what_was_worked_out_follows_a_correction_and_what_was_entered_does_not(tmp_path: Path) -> None:
    root = small_report(tmp_path / "书", "enterprises", STATEMENT)
    empty(root, STATEMENT)
    path = root / "data" / declared("enterprises")["path"]
    header = path.read_text("utf-8-sig").splitlines()[0]
    path.write_text(f"{header}\n乙,乙有限公司,1,,100,公共服务类,供水,2015,\n", "utf-8-sig")
    plan(root, work_out=True, files=[sent(tmp_path, ("乙", OWN, 80))]).write()
    again = plan(root, work_out=True, files=[sent(tmp_path, ("乙", OWN, 80))])
    assert again.empty and not again.refused, told(again)
    corrected = plan(root, work_out=True, files=[sent(tmp_path, ("乙", OWN, 90))])
    assert not corrected.refused and found(corrected)["乙", "consolidated"] == 90, told(corrected)
    entered = plan(root, work_out=True, files=[sent(tmp_path, ("乙", TOGETHER, 80), ("乙", BETWEEN, 0))])
    assert entered.empty and not entered.refused, told(entered)


def test_a_group_and_its_members_may_come_one_after_the_other(tmp_path: Path, book: Path) -> None:
    root = small_report(tmp_path / "书", "enterprises", STATEMENT)
    empty(root, STATEMENT)
    path = declared("enterprises")["path"]
    (root / "data" / path).write_bytes((book / "data" / path).read_bytes())
    plan(root, work_out=True, files=[sent(tmp_path, ("甲", OWN, 100), ("甲一", OWN, 60))]).write()
    made = plan(root, work_out=True, files=[sent(tmp_path, ("甲", TOGETHER, 130))])
    assert found(made)["甲", "elimination"] == 30, told(made)


def test_the_year_before_is_left_out_where_the_book_has_no_balance_of_it(tmp_path: Path) -> None:
    """Its profits alone would have the book ask for its balances."""
    root = small_report(tmp_path / "书", "enterprises", STATEMENT, "balance_sheet")
    empty(root, STATEMENT)
    balances = root / "data" / declared("balance_sheet")["path"]
    kept = [line for line in balances.read_text("utf-8-sig").splitlines() if not line.startswith("2022")]
    balances.write_text("\n".join(kept) + "\n", "utf-8-sig")
    profit = [
        ["利润表"], ["编制单位：一级企业A", None, "2023年度", "单位：万元"], ["项目", "本期金额", "上期金额"],
        ["一、营业收入", 100, 90], ["二、营业利润", 100, 90], ["三、利润总额", 100, 90], ["减：所得税费用", 25, 20],
        ["四、净利润", 75, 70],
    ]  # fmt: skip
    cash = [*profit[:3], ["经营活动产生的现金流量净额", 10, 9]]
    files = [workbook(tmp_path / "利润表.xlsx", profit, "利润表")]
    files.append(workbook(tmp_path / "现金流量表.xlsx", [["现金流量表"], *cash[1:]], "现金流量表"))
    made = plan(root, files, this_year=True)
    assert "上期金额没有导入：书里没有那一年的资产负债表" in told(made) and "2022年" in told(made)
    assert {row for change in made.changes for row in change.added if row.startswith("2022")} == set()
    said = plan(root, files)  # without the word they come, and what the book will want is told
    assert "检查时会要：只要本年的加--this-year" in told(said) and any("2022" in f"{c.years}" for c in said.changes)
    balances.write_text("\n".join([*kept, kept[1].replace("2023", "2022", 1)]) + "\n", "utf-8-sig")
    assert "上期金额没有导入" not in told(plan(root, files, this_year=True))
