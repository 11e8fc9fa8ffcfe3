"""What a person at a terminal, or a program behind it, gets from the three commands."""

import csv
import json
import shutil

import pytest
from paths import ROOT

from stateassets.audit import IMPOSSIBLE, POSSIBLE
from stateassets.cli.main import main
from stateassets.measures.claims import REPORT_COLUMNS
from stateassets.measures.figures import AGREES, DIFFERS


@pytest.fixture
def root(tmp_path):
    shutil.copytree(ROOT / "data", tmp_path / "data")
    return tmp_path


def run(capsys, *words):
    code = main([str(word) for word in words])
    return code, capsys.readouterr().out


def run_json(capsys, *words):
    code, out = run(capsys, *words, "--json")
    return code, json.loads(out)


def change_claim(root, claim_id, text):
    path = root / "data/claims/report.csv"
    rows = [line.split(",") for line in path.read_text("utf-8-sig").splitlines()]
    (row,) = [row for row in rows if row[0] == claim_id]
    row[rows[0].index("value")] = text
    path.write_text("\n".join(map(",".join, rows)) + "\n", "utf-8-sig")


def test_sound_data_are_called_sound(capsys, root):
    assert run_json(capsys, "check", "--root", root) == (0, {"sound": True, "faults": []})
    code, out = run(capsys, "check", "--root", root)
    assert code == 0 and "数据检查通过" in out


def test_a_fault_is_a_record_and_a_failure(capsys, root):
    (root / "data/ledger/budget.csv").unlink()
    code, found = run_json(capsys, "check", "--root", root)
    assert code == 1 and not found["sound"]
    assert found["faults"][0]["file"] == "ledger/budget.csv"


def test_a_folder_without_data_is_said_to_be_one(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out = run(capsys, "figures")
    assert code == 1 and "data/datapackage.json" in out


def test_every_printed_figure_is_listed_once(capsys, root):
    code, rows = run_json(capsys, "figures", "--root", root)
    with (root / "data/claims/report.csv").open(encoding="utf-8-sig") as file:
        printed = len(list(csv.DictReader(file)))
    claimed = [row for row in rows if row["claim"]]
    assert code == 0 and len(claimed) == printed == len({row["id"] for row in claimed})
    assert not [row for row in claimed if row["state"] == DIFFERS]
    assert {"id", "name", "scope", "year", "value", "unit", "printed", "claim", "state"} <= set(rows[0])


def test_a_figure_that_differs_fails_the_command(capsys, root):
    change_claim(root, "assets.total", "697.9")
    code, rows = run_json(capsys, "figures", "--root", root)
    (row,) = [row for row in rows if row["id"] == "total_assets"]
    assert code == 1 and row["state"] == DIFFERS and row["claim"] == "697.9亿元"
    code, out = run(capsys, "figures", "--root", root)
    assert code == 1 and f"{DIFFERS}1项" in out and AGREES in out


def test_the_report_as_printed_is_possible_and_one_digit_off_is_not(capsys, root):
    code, answer = run_json(capsys, "audit", "--root", root)
    (verdict,) = answer["reports"]
    assert code == 0 and verdict["state"] == POSSIBLE and verdict["implied"]
    assert {f["verdict"] for f in answer["findings"]} <= {"一致", "尾差"}
    change_claim(root, "liabilities.total", "401.9")
    code, answer = run_json(capsys, "audit", "--root", root)
    (verdict,) = answer["reports"]
    assert code == 1 and verdict["state"] == IMPOSSIBLE
    assert "冲突" in {f["verdict"] for f in answer["findings"]}
    assert len(verdict["conflict"]) in (2, 3)
    assert "liabilities.total" in {claim["id"] for claim in verdict["conflict"]}
    code, out = run(capsys, "audit", "--root", root)
    assert code == 1 and "冲突" in out and "负债总额401.9亿元" in out


ROW = {
    "region": "某区",
    "year": "2023",
    "scope": "全部企业",
    "name_zh": "资产总额",
    "kind": "level",
    "value": "100.0",
    "unit": "亿元",
    "decimals": "1",
    "source_title": "报告",
    "source_url": "",
}


def collected(tmp_path, *changes):
    path = tmp_path / "别处的报告.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, REPORT_COLUMNS)
        writer.writeheader()
        writer.writerows({**ROW, **change} for change in changes)
    return path


def test_how_the_last_digit_came_about_can_be_said(capsys, tmp_path):
    # 35.56 and 64.26 rounded are 35.6 and 64.3, their sum 99.82 is 99.8; cut short it is never below 99.9
    numbers = {"资产总额": "99.8", "负债总额": "35.6", "净资产": "64.3"}
    path = collected(tmp_path, *({"name_zh": name, "value": value} for name, value in numbers.items()))
    assert run_json(capsys, "audit", path, "--quick")[0] == 0
    assert run_json(capsys, "audit", path, "--quick", "--rounding", "truncate")[0] == 1


def test_another_places_report_is_audited_by_its_own_words(capsys, tmp_path):
    path = collected(
        tmp_path,
        {},
        {"name_zh": "负债总额", "value": "60.0"},
        {"name_zh": "资产负债率", "value": "63.0", "unit": "%"},
        {"name_zh": "没有听说过的数", "value": "1.0"},
    )
    code, answer = run_json(capsys, "audit", path, "--quick")
    (conflict,) = [f for f in answer["findings"] if f["verdict"] == "冲突"]
    assert code == 1 and conflict["region"] == ROW["region"] and len(conflict["claims"]) == 3
    (unchecked,) = answer["unchecked"]
    assert "没有听说过的数" in unchecked["claim"] and "不认识的项目" in unchecked["why"]
    assert answer["reports"] == []


@pytest.mark.parametrize(
    ("column", "bad"), [("year", "去年"), ("value", "百余"), ("decimals", "两位"), ("kind", "增长")]
)
def test_a_row_of_printed_figures_that_cannot_be_read_is_named(capsys, tmp_path, column, bad):
    code, out = run(capsys, "audit", collected(tmp_path, {}, {column: bad}))
    assert code == 1 and "别处的报告.csv第3行" in out and column in out


def test_a_file_of_printed_figures_that_lacks_a_column_or_is_missing_is_named(capsys, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("region,year\n某区,2023\n", "utf-8")
    code, out = run(capsys, "audit", path)
    assert code == 1 and "印出的数（value）" in out and "没有这一列" in out
    code, out = run(capsys, "audit", tmp_path / "没有.csv")
    assert code == 1 and "没有.csv" in out
