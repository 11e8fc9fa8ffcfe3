"""A small district's book says what was not entered and not looked at, and claims no policy of another's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from importing.small_district import make

from stateassets import Report
from stateassets.alerts import RULES
from stateassets.alerts.page import NO_DATA, AlertsPage
from stateassets.cli.main import main
from stateassets.domains.staff import headcount
from stateassets.measures.registry import REGISTRY
from stateassets.pages import figure_index, reference
from stateassets.pages.questions import found, material, rule_table


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The report of a district with seven ledgers, none of them of the supervision platform."""
    root: Path = make(tmp_path_factory.mktemp("small") / "book")
    return Report(root=root)


def test_numbers_say_not_entered_and_not_that_the_report_lacks_them(small: Report) -> None:
    entries = figure_index.entries(small)
    told = repr(figure_index.table(small, entries, "全部数字"))
    assert "尚未录入" in told and "没有印出" not in told
    assert "尚未录入" in repr(figure_index.growths(small, entries))


def test_a_form_with_no_printed_figure_is_no_real_source(small: Report) -> None:
    row = next(line for line in repr(reference.tables(small, "")).splitlines() if line.startswith("本报告公布数"))
    assert "待录入" in row and "｜0/" in row and "真实" not in row
    assert small.package.tables["claims"].awaited
    assert not small.package.tables["published_reports"].awaited


def test_rules_without_tables_are_told_as_not_looked_at(small: Report) -> None:
    watch = AlertsPage(small)
    assert watch.watched() == [] and NO_DATA in watch.coverage()
    assert {row[-1] for row in watch.rules("规则").rows} == {NO_DATA}


def test_another_districts_policy_is_no_rule_and_no_sentence(small: Report) -> None:
    policies = {name for name, rule in RULES.items() if rule.policy}
    assert "staff_growth" in policies
    assert not policies & set(small.ledger.frames["warning_rules"]["id"])
    assert "只减不增" not in headcount.verdict(small)


def test_measures_rest_on_no_report_of_another_district(small: Report) -> None:
    assert small.package.borrowed
    assert not [m for m in map(small.measure, REGISTRY) if "专项报告" in m.basis + m.definition]


@pytest.mark.slow
def test_questions_on_printed_figures_say_that_nobody_looked(small: Report) -> None:
    rows = rule_table(found(small), material(small.aside())).rows
    assert rows[0][-1] == "公布数未录入，没有查"


@pytest.mark.slow
def test_the_districts_own_report_keeps_its_policy_and_its_grounds() -> None:
    own = Report()
    assert not own.package.borrowed and "只减不增" in headcount.verdict(own)
    assert own.measure("headcount_only_decrease").basis == "专项报告"
    assert len(AlertsPage(own).watched()) == len(RULES)


def test_the_command_says_as_the_page_does_that_there_was_nothing_to_look_at(
    small: Report, capsys: pytest.CaptureFixture[str]
) -> None:
    root = str(small.package.root.parent)
    assert main(["alerts", "--root", root]) == 0
    told = capsys.readouterr().out
    assert f"预警规则都{NO_DATA}。" in told and "共0项" not in told
    assert main(["alerts", "--root", root, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rules_watched"] == 0
