"""What a reader is told of items that somebody has to finish by a date."""

import csv
import json
import shutil

import pandas as pd
import pytest
from paths import ROOT

from stateassets.measures.ledger import DISTRICT, GROUP, Ledger
from stateassets.measures.measures import Quantity
from stateassets.measures.registry import REGISTRY
from stateassets.present.registers import Register
from stateassets.tables.declared import DataPackage
from stateassets.tables.periods import CLOSED, LATE, OPEN, OVERDUE, with_state, year_end
from stateassets.tables.validation import check, open_checked

DATES = {"opened": "opened_on", "due": "due_on", "closed": "closed_on"}
FIELDS = [
    {"name": "year", "title": "年度", "type": "integer"},
    {"name": "id", "title": "编号", "type": "string"},
    {"name": "enterprise_id", "title": "企业编号", "type": "string"},
    {"name": "title", "title": "任务", "type": "string"},
    {"name": "opened_on", "title": "提出日期", "type": "date"},
    {"name": "due_on", "title": "完成期限", "type": "date"},
    {"name": "closed_on", "title": "完成日期", "type": "date"},
]
ROWS = [
    # id, owner, opened, due, closed
    ("1", "A", "2023-01-10", "2023-03-31", "2023-03-31"),
    ("2", "A", "2023-01-10", "2023-03-31", "2023-04-03"),
    ("3", "B", "2023-02-01", "2023-06-30", ""),
    ("4", "B", "2023-11-01", "2024-01-31", ""),
    ("5", "C", "2023-03-01", "2023-05-31", ""),
]


@pytest.fixture
def data(tmp_path):
    """The sample's data with one register more."""
    folder = tmp_path / "data"
    shutil.copytree(ROOT / "data", folder)
    resource = {
        "name": "chores",
        "title": "任务台账",
        "path": "ledger/chores.csv",
        "description": "任务",
        "origin": "sample",
        "sources": [{"title": "测试"}],
        "grain": "item",
        "register": {"title": "title", **DATES},
        "schema": {"fields": FIELDS, "primaryKey": ["id"]},
    }
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    package["resources"].append(resource)
    (folder / "datapackage.json").write_text(json.dumps(package), "utf-8")
    write(folder, ROWS)
    return folder


def write(folder, rows):
    with (folder / "ledger/chores.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(field["name"] for field in FIELDS)
        writer.writerows((2023, key, owner, f"任务{key}", *dates) for key, owner, *dates in rows)


def edit_package(folder, **properties):
    path = folder / "datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    package["resources"][-1].update(properties)
    path.write_text(json.dumps(package), "utf-8")


def said(folder):
    return "\n".join(map(str, check(folder)))


def states(rows, year):
    frame = pd.DataFrame(rows, columns=["id", "who", "opened_on", "due_on", "closed_on"])
    for column in DATES.values():
        frame[column] = pd.to_datetime(frame[column].replace("", None))
    return list(with_state(frame, DATES, year_end(year))["state"])


def test_a_state_follows_from_the_dates():
    assert states(ROWS, 2023) == [CLOSED, LATE, OVERDUE, OPEN, OVERDUE]


def test_a_report_looks_at_its_own_years_end():
    assert states([("1", "A", "2023-01-01", "2023-12-31", "2024-01-05")], 2023) == [OPEN]
    assert states([("1", "A", "2023-01-01", "2023-12-31", "2024-01-05")], 2024) == [LATE]


@pytest.fixture
def register(data):
    package, frames = open_checked(data)
    ledger = Ledger(package, frames)
    return Register(package.tables["chores"], ledger.frames["chores"], ledger.name_of, 2023)


def test_what_is_most_overdue_comes_first(register):
    assert list(register.frame["id"]) == ["5", "3", "4", "2", "1"]
    assert [row[-1].text for row in register.listing("台账").rows] == [
        "逾期未完成",
        "逾期未完成",
        "进行中",
        "逾期完成",
        "按期完成",
    ]


def test_progress_names_each_owner_and_adds_up(register):
    table = register.progress("进展")
    assert table.header == ("企业", "合计", "逾期未完成", "进行中", "逾期完成", "按期完成")
    assert set(table.rows) == {
        ("一级企业A", "2", "0", "0", "1", "1"),
        ("一级企业B", "2", "1", "1", "0", "0"),
        ("一级企业C", "1", "1", "0", "0", "0"),
    }
    assert table.rows[-1][0] == "一级企业A"


def test_burn_down_counts_what_is_planned_to_be_open_and_what_is(register):
    found = {month: counts for month, *counts in register.burn_down()}
    assert found["1月"] == [2, 2, 0]
    assert found["3月"] == [2, 3, 0]  # 3 and 5 are still to come; 2 is due that very day
    assert found["6月"] == [0, 2, 1]
    assert found["12月"] == [1, 3, 2]


def test_a_selection_is_a_register_too(register):
    assert len(register.of(OVERDUE)) == 2
    assert len(register.of(OVERDUE, enterprise_id="B")) == 1
    assert len(register.of("没有的状态")) == 0
    assert register.of("没有的状态").listing("台账").rows == ()


def test_register_quantities_count_rows_values_and_states(data, monkeypatch):
    measures = {**REGISTRY._measures}
    monkeypatch.setattr(REGISTRY, "_measures", measures)
    facts = {"table": "chores", "basis": "测试"}
    for name, more in {
        "chores": {"how": "count"},
        "chore_owners": {"how": "distinct", "column": "enterprise_id"},
        "chores_done": {"how": "count", "where": {"state": (CLOSED, LATE)}},
    }.items():
        measures[name] = Quantity(name, name, "项", 0, **facts, **more)
    ledger = Ledger(*open_checked(data))
    whole = ledger.scopes(DISTRICT)[0]
    found = {n: ledger.value(n, whole, 2023) for n in ("chores", "chore_owners", "chores_done")}
    assert found == {"chores": 5, "chore_owners": 3, "chores_done": 2}
    by_group = {s.id: ledger.value("chores", s, 2023) for s in ledger.scopes(GROUP)}
    assert by_group == {"A": 2, "B": 2, "C": 1, "D": 0, "E": 0, "F": 0}
    # the register says nothing of the year before: no zero, no growth
    assert ledger.value("chores", whole, 2022) is None


def test_dates_are_read_as_people_write_them(data):
    write(data, [("1", "A", "2023年1月10日", "2023/3/31", "2023.03.31")])
    _, frames = open_checked(data)
    assert frames["chores"]["opened_on"][0] == pd.Timestamp("2023-01-10")
    assert frames["chores"]["closed_on"][0] == pd.Timestamp("2023-03-31")


@pytest.mark.parametrize("bad", ["2023-02-30", "三月底", "20230331", "3/31"])
def test_what_is_no_date_is_named(data, bad):
    write(data, [*ROWS, ("6", "A", "2023-01-10", bad, "")])
    assert f"ledger/chores.csv第7行“完成期限（due_on）”列：“{bad}”；应为：1900至2200年的日期" in said(data)


def test_a_date_before_the_opening_is_named(data):
    write(data, [("1", "A", "2023-05-10", "2023-03-31", "2023-05-01")])
    assert "第2行“完成期限（due_on）”列：2023-03-31；应为：不早于提出日期2023-05-10" in said(data)
    assert "第2行“完成日期（closed_on）”列：2023-05-01；应为：不早于提出日期" in said(data)


def test_a_completion_in_the_future_is_named(data):
    write(data, [("1", "A", "2023-05-10", "2023-06-30", "2024-02-01")])
    assert "2024-02-01；应为：不晚于2023年年末，或空白" in said(data)


@pytest.mark.slow
def test_a_group_missing_from_a_register_that_covers_all_is_named(data):
    assert said(data) == ""
    edit_package(data, covers="group")
    assert "没有一级企业D（D）2023年的记录；应为：每户一级企业都有" in said(data)
    edit_package(data, covers="enterprise")
    assert "没有二级企业A1（A1）2023年的记录；应为：每户企业都有" in said(data)


def test_an_owner_that_is_not_under_supervision_is_named(data):
    path = data / "ledger/enterprises.csv"
    text = path.read_text("utf-8-sig")
    write(data, [*ROWS, ("6", "Z", "2023-01-10", "2023-03-31", "")])
    path.write_text(text + "Z,一级企业Z,1,,100,城乡建设发展类,已退出,2020,2021\n", "utf-8-sig")
    assert "ledger/chores.csv第7行" in said(data) and "Z，2023年不在监管范围" in said(data)


def test_a_register_without_the_reports_year_is_named(data):
    lines = (data / "ledger/chores.csv").read_text("utf-8").replace("2023,", "2021,", 99)
    (data / "ledger/chores.csv").write_text(lines, "utf-8")
    assert "没有2023年的数据；应为：有本年的数据" in said(data)


def test_grains_are_declared():
    tables = DataPackage.read(ROOT / "data").tables
    assert tables["equity_changes"].grain == "group"
    assert tables["balance_sheet"].grain == "enterprise"
