"""A new book: what goes over, what stays behind, and what an unfilled one tells its analyst."""

import csv
import json
import os
import shlex
import shutil
import subprocess
import sys

import openpyxl
import pytest
import sound_books
from data_copy import empty_tables
from paths import ROOT
from waiting import LONGEST

from stateassets.book.build import package as package_of_build
from stateassets.cli.main import main
from stateassets.measures.ledger import source_of
from stateassets.measures.measures import Quantity
from stateassets.measures.registry import REGISTRY
from stateassets.new_book import begin, plan, registers
from stateassets.new_book.book import WORKBOOK
from stateassets.new_book.carry import Step, carried, with_own
from stateassets.opening import check
from stateassets.tables.addresses import RECORD
from stateassets.tables.declared import DataPackage

NEXT, ELSEWHERE = "下一年", "另一个区"


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    """Next year's book and another district's."""
    folder = tmp_path_factory.mktemp("books")
    common = ["new", "--root", str(ROOT)]
    assert main([*common, str(folder / NEXT)]) == 0
    assert main([*common, str(folder / ELSEWHERE), "--region", "某省某市某区", "--without", "文旅活动"]) == 0
    return folder


def rows(book, path):
    with (book / "data" / path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_last_years_closing_balances_open_the_new_year(books):
    old = [r for r in rows(ROOT, "ledger/balance_sheet.csv") if (r["year"], r["moment"]) == ("2023", "closing")]
    new = [r for r in rows(books / NEXT, "ledger/balance_sheet.csv") if r["year"] == "2024"]
    assert [r["moment"] for r in new] == ["opening"] * len(old)
    keys = ("enterprise_id", "basis", "total_assets", "total_liabilities", "cash")
    assert [[r[k] for k in keys] for r in new] == [[r[k] for k in keys] for r in old]


def test_all_years_of_statements_go_over_so_that_trends_go_on(books):
    for name in ("balance_sheet", "income_statement", "headcount", "budget"):
        old = [r for r in rows(ROOT, f"ledger/{name}.csv") if r["year"] == "2022"]
        new = [r for r in rows(books / NEXT, f"ledger/{name}.csv") if r["year"] == "2022"]
        assert old and new == old, name


def resource(name, key=(), **facts):
    keys = [{"fields": column, "reference": {"resource": to, "fields": field}} for column, to, field in key]
    fields = [{"name": column, "constraints": {"required": True}} for column, *_ in key]
    schema = {"fields": fields, "foreignKeys": keys, "primaryKey": ["year"]}
    return {"name": name, "path": f"ledger/{name}.csv", "schema": schema, **facts}


WHOSE = [("enterprise_id", "enterprises", "enterprise_id")]


def test_who_has_ended_stays_for_the_years_before_and_opens_no_new_one():
    tables = [
        resource("enterprises", grain="enterprise"),
        resource("balance_sheet", WHOSE),
        resource("debts", WHOSE, grain="item", carry={}),
    ]
    roster = [{"enterprise_id": key, "end_year": end} for key, end in (("A", ""), ("B", "2024"), ("C", "2020"))]
    closing = [{"year": "2023", "enterprise_id": key, "moment": "closing", "x": key} for key in "AB"]
    owed = [{"year": "2023", "enterprise_id": key} for key in "AB"]
    found = carried(
        tables, {"enterprises": roster, "balance_sheet": closing, "debts": owed}, Step(2023, 2024, True, "甲区")
    )
    assert [r["enterprise_id"] for r in found["enterprises"]] == ["A", "B"]  # C is in no statement
    assert [(r["year"], r["enterprise_id"]) for r in found["balance_sheet"]] == [
        ("2023", "A"),
        ("2023", "B"),
        ("2024", "A"),
    ]
    assert [r["enterprise_id"] for r in found["debts"]] == ["A"]


def test_what_the_last_report_printed_stands_beside_what_others_did(tmp_path):
    package = DataPackage.read(ROOT / "data")
    claims = [
        {"indicator": "total_assets", "kind": "level", "value": "5.0", "unit": "亿元", "decimals": "1", "qualifier": q}
        for q in ("rounded", "over")  # 逾5亿元 is no 5.0
    ]
    (own,) = with_own([], [*claims, {**claims[0], "value": ""}], package)
    assert (own["region"], own["year"], own["name_zh"], own["value"]) == (package.region, "2023", "资产总额", "5.0")
    assert with_own([own], claims, package) == [own]  # once


@pytest.mark.slow
def test_what_a_correction_mended_goes_over_mended(tmp_path):
    old = tmp_path / "old"
    shutil.copytree(ROOT, old, ignore=shutil.ignore_patterns(".*", "_build", "tests", "docs", "baseline"))
    row = next(r for r in rows(old, "ledger/headcount.csv"))
    entry = {
        "表": "职工人数月报",
        "行": {"年度": int(row["year"]), "月份": int(row["month"]), "企业编号": row["enterprise_id"]},
        "列": "月平均职工人数",
        "原值": int(row["headcount"]),
        "改为": 4321,
        "理由": "多数了人",
        "依据": "核对记录",
        "日期": "2024-01-05",
        "状态": "已告知填报单位",
    }
    (old / "data" / "corrections.yml").write_text(json.dumps([entry], ensure_ascii=False), "utf-8")
    assert main(["new", "--root", str(old), str(tmp_path / NEXT)]) == 0
    assert rows(tmp_path / NEXT, "ledger/headcount.csv")[0]["headcount"] == "4321"


@pytest.fixture(scope="module")
def three_years(unfilled, tmp_path_factory):
    """A district's first book, the second from the first, the third from the second, each filled in alike."""
    folder = tmp_path_factory.mktemp("years")
    shape = sound_books.Shape((sound_books.Company(companies=(sound_books.Company(-1),)), sound_books.Company()), 5)
    sound_books.district(folder / "all", unfilled, shape)  # 2020 to 2024
    every = {name: rows(folder / "all", f"ledger/{name}.csv") for name in ("balance_sheet", *sound_books.STATEMENTS)}
    first, second, third = (folder / str(year) for year in (2022, 2023, 2024))
    begin(plan(unfilled, first, region="示例市某区", year=2022))
    _fill(first, {"enterprises": rows(folder / "all", "ledger/enterprises.csv")}, every, [2022])
    begin(plan(first, second))
    _fill(second, {}, every, [2023])
    begin(plan(second, third))
    _fill(third, {}, every, [2024])
    return first, second, third


def _fill(book, more, every, years):
    """Type a year in as a person does, behind what stands there; the opening balances do."""
    file = book / "data" / "datapackage.json"
    package = json.loads(file.read_text("utf-8"))
    for table in package["resources"]:
        name, path = table["name"], book / "data" / table["path"]
        if table["path"].startswith("ledger/") and name not in {"enterprises", *every}:
            table["absent"] = True
            path.unlink(missing_ok=True)  # as a hand that clears up does
        elif name in every or name in more:
            there = rows(book, table["path"])
            known = {tuple(r.get(key) for key in table["schema"]["primaryKey"]) for r in there}
            typed = more.get(name) or [r for r in every[name] if int(r["year"]) in years]
            typed = [r for r in typed if tuple(r.get(key) for key in table["schema"]["primaryKey"]) not in known]
            with path.open("w", encoding="utf-8-sig", newline="") as out:
                writer = csv.DictWriter(out, [c["name"] for c in table["schema"]["fields"]], lineterminator="\n")
                writer.writeheader()
                writer.writerows([*there, *typed])
    file.write_text(json.dumps(package, ensure_ascii=False), "utf-8")


def test_the_third_years_book_from_the_second_holds_three_years_and_is_sound(three_years):
    for book, years in zip(three_years, ([2022], [2022, 2023], [2022, 2023, 2024]), strict=True):
        assert list(map(str, check(book / "data"))) == []
        assert sorted({int(r["year"]) for r in rows(book, "ledger/income_statement.csv")}) == years


@pytest.mark.slow
def test_a_book_whose_tables_were_left_out_begins_a_next_one_that_is_built(three_years, tmp_path):
    for book in three_years:
        assert "debts" in DataPackage.read(book / "data").tables.absent
        assert "debts" not in {table["name"] for table in package_of_build(book)["resources"]}
    assert main(["new", "--root", str(ROOT), str(tmp_path / ELSEWHERE), "--without", "文旅活动"]) == 0
    built = {table["name"] for table in package_of_build(tmp_path / ELSEWHERE)["resources"]}
    assert "events" not in built and "enterprises" in built


def test_a_register_starts_empty_and_names_what_was_not_finished(books):
    assert rows(books / NEXT, "ledger/hazards.csv") == []
    left = (books / NEXT / "上年未完成事项.csv").read_text("utf-8-sig")
    assert "合规体系建设任务台账" in left


def test_debts_that_have_ended_do_not_go_over(books):
    new = rows(books / NEXT, "ledger/debts.csv")
    assert new and all(r["year"] == "2024" and r["due_on"] > "2023-12-31" for r in new)


def test_an_investment_opens_with_what_was_invested():
    rule = {"opens": {"before": "now"}}
    table = {"name": "i", "path": "ledger/i.csv", "grain": "item", "carry": rule, "schema": {"fields": []}}
    row = {"year": "2023", "before": "1", "now": "5"}
    assert carried([table], {"i": [row]}, Step(2023, 2024, True, "甲区"))["i"][0]["before"] == "5"
    assert carried([table], {"i": [row]}, Step(2023, 2025, True, "甲区"))["i"] == []


def test_nothing_of_the_old_ledger_goes_to_another_district(books):
    folder = books / ELSEWHERE / "data" / "ledger"
    assert all(len(path.read_text("utf-8-sig").splitlines()) == 1 for path in folder.glob("*.csv"))
    weights = rows(books / ELSEWHERE, "settings/evaluation_weights.csv")
    assert weights and not any(r["enterprise_id"] for r in weights)


def test_a_term_of_one_place_goes_to_that_place_only(books):
    near, far = (
        {row["term"]: row["where"] for row in rows(books / name, "reference/terms.csv")} for name in (NEXT, ELSEWHERE)
    )
    assert far and set(far) == {term for term, where in near.items() if not where} < set(near)


def test_the_new_book_says_whose_it_is_and_holds_no_old_result(books):
    package = DataPackage.read(books / ELSEWHERE / "data")
    assert (package.region, package.year) == ("某省某市某区", 2024)
    assert package.title.startswith("某区2024年度") and "大渡口" not in package.title
    raw = json.loads((books / ELSEWHERE / "data" / "datapackage.json").read_text("utf-8"))
    assert "大渡口" in raw.pop("grounds")  # on whose report the program's own words rest: not on this district's
    assert "大渡口" not in json.dumps(raw, ensure_ascii=False)
    for path in (books / ELSEWHERE / "notebooks").rglob("*.ipynb"):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        assert not any(cell.get("outputs") or cell.get("execution_count") for cell in cells)
    assert not list((books / ELSEWHERE / "notebooks").glob("8_profiles/*"))


def test_printed_figures_are_named_and_left_to_fill_in(books):
    claims = rows(books / NEXT, "claims/report.csv")
    assert claims and not any(r["value"] for r in claims)
    assert all(r["name_zh"] and r["indicator"] for r in claims)


@pytest.mark.slow
def test_printed_figures_to_fill_in_are_those_that_the_books_own_tables_can_recompute(tmp_path):
    without = "有息债务台账、安全检查表、安全隐患台账"
    assert main(["new", "--root", str(ROOT), str(tmp_path / "a"), "--region", "甲区", "--without", without]) == 0
    package = DataPackage.read(tmp_path / "a" / "data")
    named = {row["indicator"] for row in rows(tmp_path / "a", "claims/report.csv")}
    for measure in REGISTRY.values():
        tables = {source_of(quantity.table) for quantity in REGISTRY.quantities_of(measure.name)}
        here = all(table in package.tables for table in tables)
        opening = isinstance(measure, Quantity) and measure.opening_of
        assert (measure.name in named) == (here and not opening), measure.name
    assert {"total_assets", "owners_equity", "cash_cover"} < named and not {"safety_hazards", "debt_items"} & named


def test_printed_figures_to_fill_in_are_called_by_their_own_names_and_keep_those_of_the_same_district(books):
    old = {row["id"]: row["name_zh"] for row in rows(ROOT, "claims/report.csv")}
    same, other = ({r["id"]: r for r in rows(books / name, "claims/report.csv")} for name in (NEXT, ELSEWHERE))
    assert {key: row["name_zh"] for key, row in same.items() if key in old} == old
    assert all(row["name_zh"].startswith(REGISTRY[row["indicator"]].name_zh) for row in other.values())
    assert (other["total_assets.yoy"]["unit"], other["debt_ratio.change"]["unit"]) == ("%", "个百分点")
    assert (other["enterprises.change"]["kind"], other["enterprises.change"]["qualifier"]) == ("yoy_abs", "exact")
    assert other["revenue"]["section"] == "二（三）2" and "safety_hazards.yoy" not in other


def test_only_tables_that_hold_sample_rows_stay_a_sample(books):
    for name in (NEXT, ELSEWHERE):
        for table in DataPackage.read(books / name / "data").tables.values():
            if table.path.startswith("ledger/"):
                assert (table.origin == "sample") == bool(rows(books / name, table.path))


def test_what_is_still_to_fill_in_is_said_in_one_sentence(books, capsys):
    assert main(["check", "--root", str(books / ELSEWHERE)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    unfilled = empty_tables(books / ELSEWHERE / "data")
    assert lines[0].startswith(f"还没有填的表{unfilled}张：企业名录、资产负债表、") and "文旅活动" not in lines[0]


def test_what_is_wrong_in_the_tables_that_are_filled_is_said_while_others_are_empty(books, tmp_path, capsys):
    shutil.copytree(books / ELSEWHERE / "data", tmp_path / "data")
    header = "enterprise_id,name_zh,level,parent_id,ownership,class_zh,function_zh,start_year,end_year"
    file = tmp_path / "data" / "ledger" / "enterprises.csv"
    assert file.read_text("utf-8-sig").strip() == header
    file.write_text(f"{header}\n01,甲公司,2,,100,资本投融资管理类,投资,2020,\n", "utf-8")
    assert main(["check", "--root", str(tmp_path)]) == 1
    told = capsys.readouterr().out
    assert f"还没有填的表{empty_tables(tmp_path / 'data')}张：资产负债表、" in told
    assert "企业名录（ledger/enterprises.csv）第2行“上级企业编号（parent_id）”列：空白" in told


def test_the_steps_that_are_told_can_be_typed_as_they_stand(tmp_path, capsys):
    folder = tmp_path / "新 书"
    assert main(["new", "--root", str(ROOT), str(folder), "--without", "文旅活动、产权转让台账"]) == 0
    told = capsys.readouterr().out
    assert f"cd {shlex.quote(str(folder))}" in told
    assert f"{shlex.quote(sys.executable)} -m stateassets import {WORKBOOK}" in told
    assert "本区没有的表2张，书里会说明：文旅活动、产权转让台账。" in told
    overview = openpyxl.load_workbook(folder / WORKBOOK)["表目录"]
    said = {row[0].value: row[1].value for row in overview.iter_rows(min_row=2)}
    # What the new report states is yet to be read, and what the old one does is not carried over.
    assert [title for title, word in said.items() if word != "有"] == ["文旅活动", "产权转让台账", "报告内容逐条表"]


# What it says, and into which kinds it divides, is no other district's.
OF_ONE_REPORT = {
    "statements",
    "commitments",
    "commitment_indicators",
    "campaigns",
    "benchmarking_improvements",
    "debt_watch",
    "kinds",
}


@pytest.mark.slow
def test_a_register_without_entries_this_year_is_asked_for_again_the_next(tmp_path):
    old = tmp_path / "old"
    shutil.copytree(ROOT, old, ignore=shutil.ignore_patterns(".*", "_build", "tests", "docs"))
    file = old / "data" / "datapackage.json"
    package = json.loads(file.read_text("utf-8"))
    for resource in package["resources"]:
        resource |= {
            "events": {"absent": True},
            "grants": {"absent": "this year"},
            "grant_projects": {"absent": "this year"},
        }.get(resource["name"], {})
    file.write_text(json.dumps(package, ensure_ascii=False), "utf-8")
    for name, absent in ((NEXT, {"events", "statements"}), (ELSEWHERE, OF_ONE_REPORT)):
        region = ["--region", "某省某市某区"] if name == ELSEWHERE else []
        assert main(["new", "--root", str(old), str(tmp_path / name), *region]) == 0
        assert set(DataPackage.read(tmp_path / name / "data").tables.absent) == absent


def test_a_folder_with_something_in_it_is_refused_and_left_alone(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("keep")
    assert main(["new", "--root", str(ROOT), str(tmp_path)]) == 1
    assert "已经有内容；应为：空的或还没有的文件夹" in capsys.readouterr().out
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_a_table_to_leave_out_must_be_one_of_the_book(tmp_path, capsys):
    assert main(["new", "--root", str(ROOT), str(tmp_path / "b"), "--without", "没听过"]) == 1
    assert "没有“没听过”这张表" in capsys.readouterr().out
    assert not (tmp_path / "b").exists()


def test_what_fails_half_way_leaves_nothing(tmp_path, monkeypatch):
    def full(*_):
        raise OSError("disk full")

    monkeypatch.setattr("stateassets.new_book.workbook.write", full)
    assert main(["new", "--root", str(ROOT), str(tmp_path / "b")]) == 1
    assert list(tmp_path.iterdir()) == []


def test_the_new_book_brings_the_program_that_makes_it(books):
    """In its own folder, with its own package, the command answers about its own data."""
    book = books / ELSEWHERE
    done = subprocess.run(
        [sys.executable, "-m", "stateassets", "check"],
        cwd=book,
        text=True,
        capture_output=True,
        env={**os.environ, "PYTHONUTF8": "1"},
        check=False,
        timeout=LONGEST,
    )
    assert done.returncode == 1 and done.stdout.startswith("还没有填的表")
    makefile = (book / "Makefile").read_text("utf-8")
    assert "sample" not in makefile and "bench" not in makefile and "\nbook: ready" in makefile


# --- the workbook --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def workbook(books):
    return openpyxl.load_workbook(books / NEXT / "填报.xlsx")


def test_each_table_is_a_sheet_with_units_in_its_header(books, workbook):
    tables = DataPackage.read(books / NEXT / "data").tables
    visible = [s.title for s in workbook if s.sheet_state == "visible"]
    every = {**tables, **tables.absent}  # what the report states is asked for, too
    assert visible[:2] == ["填写说明", "表目录"] and sorted(visible[2:]) == sorted(t.title for t in every.values())
    for table in tables.values():
        header = [cell.value for cell in workbook[table.title][1]]
        assert header == [c.title + (f"（{c.unit}）" if c.unit else "") for c in table.columns]


def test_codes_and_references_are_chosen_from_a_list(workbook):
    def source(sheet, column):
        return next(
            v.formula1
            for v in workbook[sheet].data_validations.dataValidation
            if v.type == "list" and str(v.sqref).startswith(f"{column}2:")
        )

    assert source("资产负债表", "B") == "'企业名录'!$A$2:$A$5001"
    where = source("资产负债表", "C").split("!")[1].replace("$", "")
    assert [cell.value for (cell,) in workbook["选项"][where]] == ["单户", "合并", "抵销"]


def test_ids_and_printed_figures_stay_text(workbook):
    for sheet, column in (("企业名录", 1), ("本报告公布数", 6)):
        columns = workbook[sheet].column_dimensions.values()
        formats = [c.number_format for c in columns if c.min <= column <= c.max]
        assert formats == ["@"]


def test_every_column_is_explained(books, workbook):
    explained = {(r[0], r[1]) for r in workbook["填写说明"].iter_rows(values_only=True)}
    for table in DataPackage.read(books / NEXT / "data").tables.values():
        assert {(table.title, c.title) for c in table.columns} <= explained


# --- which registers there are -------------------------------------------------------------------


@pytest.mark.slow
def test_a_district_names_the_few_registers_that_it_keeps(tmp_path, capsys):
    folder = tmp_path / "b"
    common = ["new", "--root", str(ROOT), str(folder), "--region", "某省某市某区", "--keeps", "财务报表，职工人数月报"]
    assert main(common) == 0
    kept = [t.title for t in DataPackage.read(folder / "data").tables.values() if t.path.startswith("ledger/")]
    assert sorted(kept) == sorted(
        [
            "企业名录",
            "资产负债表",
            "年初数调整表",
            "利润及现金流量表",
            "国有资本变动表",
            "增加值构成表",
            "国有资本经营预算表",
            "职工人数月报",
        ]
    )
    sheets = openpyxl.load_workbook(folder / WORKBOOK)
    assert "债务（7张）、" in capsys.readouterr().out
    assert sheets["资产负债表"].sheet_state == "visible" and sheets["有息债务台账"].sheet_state == "hidden"


def test_each_ledger_that_may_be_left_out_is_of_one_kind_and_every_kind_has_a_name():
    package = DataPackage.read(ROOT / "data")
    found = [table.name for kind in registers.kinds(package) for table in kind.tables]
    ledgers = {name for name, table in package.tables.items() if table.path.startswith("ledger/")}
    assert sorted(found) == sorted(ledgers - {"enterprises", "balance_sheet"})
    assert registers.OTHERS not in [kind.title for kind in registers.kinds(package)]


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        ("2、4-5", ["考核", "安全", "项目"]),
        ("安全，1", ["安全", "债务"]),
        ("3 至 3", None),
        ("3至3", ["资金"]),
        ("0", []),
        ("", []),
        ("5-4", None),
        ("6", None),
        ("水利", None),
    ],
)
def test_kinds_are_chosen_by_number_or_name(answer, meant):
    kinds = [registers.Kind(title, ()) for title in ("债务", "考核", "资金", "安全", "项目")]
    assert registers.chosen(answer, kinds) == meant


@pytest.mark.slow
def test_on_a_terminal_the_command_asks_for_what_it_was_not_told(tmp_path, monkeypatch, capsys):
    said = iter(["某省某市某区", "去年", "2024", "某区国资监管机构", "", "99", "财务报表"])
    asked = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or next(said))
    assert main(["new", "--root", str(ROOT), str(tmp_path / "b")]) == 0
    package = DataPackage.read(tmp_path / "b" / "data")
    assert (package.region, package.year) == ("某省某市某区", 2024)
    assert (package.imprint.publisher, package.imprint.contact) == ("某区国资监管机构", "")
    kept = {t.title for t in package.tables.values() if t.path.startswith("ledger/")}
    assert "国有资本经营预算表" in kept and "职工人数月报" not in kept
    told = capsys.readouterr().out
    assert "“去年”不是年度，如2024，请再写一次。" in told and "“99”不是上面的编号或名称，请再写一次。" in told
    assert "有息债务台账" in asked[-1]
    (line,) = [line for line in told.splitlines() if "还空着" in line]
    assert all(name in line for name in ("联系方式", "制作日期", "与上一版相比的变化")) and "编制单位" not in line


def test_a_new_book_has_no_former_addresses(unfilled):
    assert (unfilled / "notebooks" / "index.ipynb").is_file() and not (unfilled / RECORD).exists()
