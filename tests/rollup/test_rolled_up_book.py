"""The book over a small sample city, built strictly; and one district's digit changed, found from the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from paths import ROOT

from stateassets.cli.main import main
from tools.sample_districts import write

WRONG = "示例区04"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    write(folder, districts=4, years=2, first=2022)
    return folder


def words(sample: Path) -> list[str]:
    return ["rollup", str(sample), "--expected", str(sample / "名单.csv"), "--register", str(sample / "产权登记.csv")]


def test_a_sample_city_agrees_with_itself_and_counts_what_two_report_once(sample, capsys):
    assert main([*words(sample), "--json", "--root", str(ROOT)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {answer["state"] for answer in told["answers"]} == {"可以同时成立"}
    assert {one["origin"] for one in told["sums"]} == {"sample"}
    assert any("示例区01、示例区02都报了" in one for one in told["counted_once"])
    city = json.loads((sample / "示例市" / "2023" / "facts.json").read_text("utf-8"))["facts"]
    own = next(f["value"] for name, f in city.items() if name == "figure-total_assets-2023")
    total = next(one for one in told["sums"] if one["figure"] == "total_assets")
    assert total["low"] == total["high"] and Decimal(own) == 10_000 * (
        Decimal(total["low"].partition("/")[0]) / Decimal(total["low"].partition("/")[2] or 1)
    )


def test_one_changed_digit_in_a_sample_city_is_named(sample, capsys):
    file = sample / WRONG / "2023" / "facts.json"
    right = file.read_text("utf-8")
    content = json.loads(right)
    fact = content["facts"]["stated-total_assets-2023"]
    old = fact["sa:printed"]
    new = old[0] + str((int(old[1]) + 3) % 10) + old[2:]
    fact |= {"sa:printed": new, "value": f"{Decimal(new.removesuffix('亿元')) * 10**8:.0f}"}
    file.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    try:
        assert main([*words(sample), "--json", "--root", str(ROOT)]) == 1
    finally:
        file.write_text(right, "utf-8")
    (answer,) = (one for one in json.loads(capsys.readouterr().out)["answers"] if one["conflicts"])
    assert answer["year"] == 2023
    assert answer["suspects"] == [f"{WRONG}的资产总额{new}（只差一位：是不是{old}？）"]


@pytest.mark.slow
def test_the_book_builds_strictly_and_its_search_knows_every_district(sample, tmp_path):
    book = tmp_path / "city"
    assert main([*words(sample), "--out", str(book), "--root", str(ROOT)]) == 0
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [Path(sys.executable).with_name("jupyter-book"), "build", ".", "-W", "-n", "--keep-going"]
    done = subprocess.run(command, cwd=book, env=plain, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    pages = {path.stem: path.read_text("utf-8") for path in (book / "_build/html/notebooks").glob("*.html")}
    assert set(pages) == {"index", "1_possible", "2_comparison", "3_years", "4_districts"}
    assert all("示例" in page for page in pages.values())
    assert WRONG in (book / "_build/html/search-index.js").read_text("utf-8")
