"""What accepting a return would change is what the report says when it is in: figures as printed, alerts as found."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import small_deliveries as made
from paths import ROOT

from stateassets.alerts import find_alerts
from stateassets.capture.arrivals import ReturnRows
from stateassets.capture.effect import (
    APPEARED,
    CLEARED,
    LOWERED,
    RAISED,
    Effect,
    changes,
    concerned,
    effect,
    touched_alerts,
)
from stateassets.capture.examining import Examiner
from stateassets.measures.ledger import ENTERPRISE
from stateassets.report import Report
from stateassets.tables.data_errors import DataError
from stateassets.tables.hierarchy import above, groups

DAY = pd.Timestamp(2023, 12, 31)


@pytest.fixture(scope="module")
def examiner() -> Examiner:
    """The sample's book, opened once."""
    return Examiner(ROOT)


def a_return(examiner: Examiner, table: str, owner: str, period: str, change: made.Change | None = None) -> ReturnRows:
    rows = made.own_rows(examiner.standing, table, owner, period, change)
    return ReturnRows(table, owner, period, tuple(map(dict, rows)), tuple(("", at) for at in range(2, 2 + len(rows))))


def times(column: str, factor: float) -> made.Change:
    return lambda row: row.update({column: f"{float(row[column]) * factor:.2f}"})


def test_the_same_rows_again_change_nothing(examiner: Examiner, report: Report) -> None:
    for table, owner, period in (
        ("flash_reports", "A", "2023-12"),
        ("headcount", "B", "2023-05"),
        ("debts", "A", "2023"),
    ):
        found = effect(report, [a_return(examiner, table, owner, period)])
        assert not found.any, (table, [*map(str, found.figures), *map(str, found.alerts)])


def test_figures_are_told_before_and_after_as_printed_of_the_district_and_the_enterprise(
    examiner: Examiner, report: Report
) -> None:
    one = a_return(
        examiner, "headcount", "A", "2023-12", lambda row: row.update(headcount=str(int(row["headcount"]) + 120))
    )
    found = effect(report, [one])
    said = {(c.after.id, c.after.scope.name_zh): c for c in found.figures if c.after.year == 2023}
    whole = said["average_headcount", "全区"]
    assert whole.after.value - whole.before.value == pytest.approx(120 / 12)
    own = said["average_headcount", "一级企业A"]
    assert own.after.value - own.before.value == pytest.approx(120 / 12)
    assert whole.before.printed != whole.after.printed and str(whole).startswith("全区2023年平均职工人数：")
    assert not [c for c in found.figures if c.after.scope.by == ENTERPRISE and c.after.scope.id != "A"]


def test_alerts_that_appear_are_raised_lowered_and_cleared_are_told(examiner: Examiner, report: Report) -> None:
    high = a_return(examiner, "flash_reports", "A", "2023-12", times("total_liabilities", 1.6))
    found = effect(report, [high])
    debt = [c for c in found.alerts if "资产负债率79" in c.alert.sentence]
    assert debt and debt[0].kind == APPEARED and debt[0].before is None
    assert all(c.kind in (APPEARED, RAISED) for c in debt)
    (one, other, *_) = [alert for alert in touched_alerts(report.ledger, ["A"], DAY) if alert.open and alert.level < 3]
    raised = replace(one, level=one.level + 1)
    gone = replace(other, cleared=DAY)
    for before, after, kind in (
        ([one], [raised], RAISED),
        ([raised], [one], LOWERED),
        ([other], [gone], CLEARED),
        ([other], [], CLEARED),
        ([gone], [other], APPEARED),
        ([one], [replace(one, value=one.value + 1)], None),
    ):
        assert [change.kind for change in changes(before, after)] == ([kind] if kind else []), kind


@pytest.mark.slow
def test_the_alerts_of_a_part_are_those_of_the_whole(report: Report) -> None:
    frames = report.ledger.frames.frames
    whole = find_alerts(frames, DAY)
    for root, members in groups(above(frames)).items():
        part = touched_alerts(report.ledger, [members[-1]], DAY)
        assert [a.as_dict() for a in part] == [a.as_dict() for a in whole if a.enterprise_id in members], root
    assert len(whole) > 50


def test_only_rules_that_look_at_a_table_that_changed_are_asked() -> None:
    rules = {rule.id for rule in concerned(["flash_reports"])}
    assert rules and all("flash_reports" in rule.tables for rule in concerned(["flash_reports"]))
    assert len(concerned(["warning_rules"])) > len(rules) > len(concerned(["training_courses"])) == 0


@pytest.mark.slow
def test_what_is_told_is_what_the_book_says_with_the_return_in_it(examiner: Examiner, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    one = a_return(examiner, "flash_reports", "F", "2023-12", times("cash", 0.2))
    found = effect(ROOT, [one])
    assert found.any
    table = examiner.standing.package.tables["flash_reports"]
    sheet = examiner.standing.loaded.sheets["flash_reports"]
    kept = [row for row in sheet.rows if (row[0], row[1], row[2]) != ("2023", "12", "F")]
    made.csv_file(
        tmp_path / "data" / table.path,
        [sheet.header, *kept, *(tuple(row[c] for c in sheet.header) for row in one.rows)],
    )
    after, before = Report(root=tmp_path), Report(root=ROOT)
    for change in found.figures:
        assert after.figure(change.after.id, change.after.scope, change.after.year).printed == change.after.printed
        assert before.figure(change.after.id, change.after.scope, change.after.year).printed == change.before.printed

    def opened(report: Report) -> dict[object, int]:
        return {a.key: a.level for a in find_alerts(report.ledger.frames.frames, DAY) if a.open}

    was, now = opened(before), opened(after)
    differing = {key for key in was | now if was.get(key) != now.get(key)}
    assert differing == {change.alert.key for change in found.alerts}


def test_a_return_with_faults_has_no_effect_to_be_told(examiner: Examiner, report: Report) -> None:
    one = a_return(examiner, "headcount", "A", "2023-12", lambda row: row.update(headcount="很多"))
    with pytest.raises(DataError, match="这次报送还有错误"):
        effect(report, [one])


def test_the_report_that_is_asked_stays_as_it_was(examiner: Examiner, report: Report) -> None:
    before = report.figure("average_headcount").value
    one = a_return(examiner, "headcount", "A", "2023-12", lambda row: row.update(headcount="999"))
    first = effect(report, [one])
    assert report.figure("average_headcount").value == before
    assert isinstance(first, Effect) and effect(report, [replace(one)]).figures[0].after == first.figures[0].after


def test_one_return_is_weighed_within_a_second_of_processor_time(examiner: Examiner, report: Report) -> None:
    one = a_return(examiner, "flash_reports", "A", "2023-12", times("cash", 0.5))
    effect(report, [one])
    begun = time.process_time()
    effect(report, [one])
    assert time.process_time() - begun < 1
