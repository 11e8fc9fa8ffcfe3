"""Each domain's tables are declared once, in YAML that a person reads; the data package follows from it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Container, Iterable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stateassets.alerts.rules import RULES
from stateassets.cli.main import main
from stateassets.measures.ledger import source_of
from stateassets.measures.measures import Quantity
from stateassets.measures.registry import REGISTRY
from stateassets.new_book import begin, plan
from stateassets.notebooks import fingerprint
from stateassets.tables import declarations
from stateassets.tables.data_errors import DataError
from stateassets.tables.declarations import OWN, TYPES, descriptor, differences, merge, read
from stateassets.tables.validation import checks

ROOT = Path(__file__).parents[2]
SHIPPED = json.loads((ROOT / declarations.FILE).read_text("utf-8"))
SHIPPED_NAMES = {table["name"] for table in SHIPPED["resources"]}
SOUND = {
    "title": "排污许可",
    "meaning": "每户企业的排污许可证",
    "grain": "item",
    "columns": {
        "id": "编号",
        "enterprise_id": {"title": "企业编号", "refers": "enterprises.enterprise_id"},
        "kind": {"title": "种类", "codes": {"key": "重点管理", "simple": "简化管理"}},
        "ends_on": {"title": "到期日期", "type": "date", "optional": True, "meaning": "长期的空着"},
    },
}


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A book whose data package, tables and domains a test may change."""
    package = tmp_path / "stateassets"
    for path in (declarations.PACKAGE / declarations.SHARED, *declarations.PACKAGE.glob(declarations.DOMAINS)):
        copy = package / path.relative_to(declarations.PACKAGE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    (tmp_path / "data").mkdir()
    shutil.copyfile(ROOT / declarations.FILE, tmp_path / declarations.FILE)
    monkeypatch.setattr(declarations, "PACKAGE", package)
    return tmp_path


def of(book):
    return json.loads((book / declarations.FILE).read_text("utf-8"))


def declare(capsys, book, *words):
    code = main(["declare", "--root", str(book), *words])
    return code, capsys.readouterr().out


def change(book, domain, old, new):
    path = book / "stateassets/domains" / domain / "tables.yml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def add(book, text, domain="environment"):
    path = book / "stateassets/domains" / domain / "tables.yml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text if isinstance(text, str) else json.dumps(text, ensure_ascii=False), "utf-8")


def told(book):
    with pytest.raises(DataError) as found:
        merge(of(book), read())
    return [str(fault) for fault in found.value.faults]


# --- the book that ships -----------------------------------------------------------------------


def test_the_data_package_is_what_the_domains_declare(capsys):
    code, out = declare(capsys, ROOT, "--check")
    assert code == 0, out
    assert "与各领域的tables.yml一致" in out
    text = (ROOT / declarations.FILE).read_text("utf-8")
    assert declarations.render(merge(SHIPPED, read()), text) == text


def test_every_table_is_declared_once_and_none_is_left_over():
    assert sorted(read()) == sorted(table["name"] for table in SHIPPED["resources"])


def test_the_declarations_are_short():
    files = [declarations.PACKAGE / declarations.SHARED, *declarations.PACKAGE.glob(declarations.DOMAINS)]
    lines = sum(len(path.read_text("utf-8").splitlines()) for path in files)
    assert lines < (ROOT / declarations.FILE).read_text("utf-8").count("\n") / 5
    assert [path for path in files if any(len(line) > 120 for line in path.read_text("utf-8").splitlines())] == []


def test_the_schema_knows_the_types():
    form = json.loads(declarations.FORM.read_text("utf-8"))["$defs"]
    assert form["column"]["properties"]["type"]["enum"] == list(TYPES)
    assert set(declarations.PLAIN) < set(form["table"]["properties"])


def test_a_changed_declaration_is_changed_code(book):
    before = fingerprint.of(book)
    change(book, "funds", "开户日期", "启用日期")
    assert fingerprint.of(book) != before


# --- the command -------------------------------------------------------------------------------


def test_a_changed_column_is_told_and_written(capsys, book):
    change(
        book,
        "funds",
        "opened_on: {title: 开户日期, type: date}",
        "opened_on: {title: 启用日期, type: date, optional: true}",
    )
    code, out = declare(capsys, book, "--check")
    assert code == 1 and "bank_accounts→opened_on→title" in out and '"开户日期"；应为："启用日期"' in out
    assert "bank_accounts→opened_on→constraints" in out and "是对的，就运行python -m stateassets declare" in out
    assert of(book) == SHIPPED
    code, out = declare(capsys, book, "--check", "--json")
    assert code == 1 and len(json.loads(out)["faults"]) == 2
    code, out = declare(capsys, book)
    assert code == 0 and out == f"已写好{declarations.FILE}。\n改动的表1张：银行账户。\n"
    assert declare(capsys, book, "--check")[0] == 0
    assert not [path for path in (book / "data").iterdir() if path.name != "datapackage.json"]


def test_columns_that_come_go_and_move_are_told(capsys, book):
    change(book, "flash", "      year: {title: 年度, type: year}\n", "")
    change(book, "funds", "      bank: 开户银行\n", "      branch: 开户网点\n      bank: 开户银行\n")
    change(book, "staff", "      post: 岗位\n", "")
    change(
        book,
        "staff",
        "    columns:\n      year: {title: 年度, type: year}\n      id: 编号\n      enterprise_id",
        "    columns:\n      post: 岗位\n      year: {title: 年度, type: year}\n      id: 编号\n      enterprise_id",
    )
    change(book, "flash", "    key: [year, month, enterprise_id]\n", "    key: [month, enterprise_id]\n")
    out = declare(capsys, book, "--check")[1]
    assert "bank_accounts→branch”列：没有" in out and "flash_reports→year”列" in out and "key_posts→次序" in out


def test_a_book_that_is_up_to_date_is_not_written(capsys, book):
    before = (book / declarations.FILE).stat().st_mtime_ns
    code, out = declare(capsys, book)
    assert code == 0 and "没有改动" in out
    assert json.loads(declare(capsys, book, "--json")[1]) == {
        "written": False,
        "added": [],
        "changed": [],
        "undeclared": [],
    }
    assert (book / declarations.FILE).stat().st_mtime_ns == before


def test_what_a_book_says_of_itself_stays(capsys, book):
    mine = of(book)
    mine |= {"title": "另一本", "region": "某区", "year": 2031, "synonyms": {"columns": {"bank": ["行名"]}}}
    tables = {table["name"]: table for table in mine["resources"]}
    own = {"absent": "this year", "origin": "real", "sources": [{"title": "本区填报"}]}
    tables["bank_accounts"] |= own
    other = descriptor("ledger", "trees", SOUND) | {"origin": "real", "sources": [{"title": "古树"}]}
    mine["resources"].insert(3, other)
    (book / declarations.FILE).write_text(json.dumps(mine, ensure_ascii=False, indent=2), "utf-8")
    change(book, "funds", "开户日期", "启用日期")
    code, out = declare(capsys, book)
    assert code == 0 and "没有tables.yml声明、照原样保留的表1张：排污许可。" in out
    made = of(book)
    assert [t["name"] for t in made["resources"]] == [t["name"] for t in mine["resources"]]
    assert made["resources"][3] == other and {k: made[k] for k in made if k != "resources"} == {
        k: mine[k] for k in mine if k != "resources"
    }
    (account,) = [t for t in made["resources"] if t["name"] == "bank_accounts"]
    assert {part: account[part] for part in OWN} == own
    assert (book / declarations.FILE).read_text("utf-8").startswith('{\n  "name"')  # indented as it was


@pytest.mark.slow
def test_a_new_book_is_up_to_date(capsys, tmp_path):
    begin(plan(ROOT, tmp_path / "next", year=SHIPPED["year"] + 1, without=("guarantees",)))
    code, out = declare(capsys, tmp_path / "next", "--check")
    assert code == 0, out


def test_a_new_table_is_appended_and_nothing_is_claimed_of_its_source(capsys, book):
    add(book, {"ledger": {"permits": SOUND}, "maps": {"rivers": SOUND}})
    code, out = declare(capsys, book)
    assert code == 0 and "新增的表2张：排污许可、排污许可。" in out, out
    *before, permits, rivers = of(book)["resources"]
    assert before == SHIPPED["resources"]
    assert permits["name"] == "permits" and permits["path"] == "ledger/permits.csv"
    for new in (permits, rivers):
        assert new["origin"] == "sample" and "还没有写明来源" in new["sources"][0]["title"]
    assert permits["labels"] == {"kind": {"key": "重点管理", "simple": "简化管理"}}
    assert permits["schema"]["primaryKey"] == ["id"]


def test_the_order_in_which_a_book_lists_its_references_stays(book):
    mine = of(book)
    keys = next(t["schema"]["foreignKeys"] for t in mine["resources"] if t["name"] == "guarantees")
    keys.reverse()
    assert merge(mine, read()) == mine
    keys.pop()
    assert merge(mine, read()) == SHIPPED


# --- what may stand in a file ------------------------------------------------------------------


def test_a_column_says_no_more_than_it_must():
    table = {
        "title": "表",
        "meaning": "",
        "key": [],
        "register": True,
        "identities": {"三项": "a = -b + c - d"},
        "columns": {
            "plain": "文字",
            "share": {"title": "比例", "type": "share", "max": 50},
            "kind": {"title": "种类", "values": {"A": "甲", "B": "乙"}},
            "size": {"title": "大小", "values": ["大", "小"], "optional": True},
            "above": {"title": "上级", "refers": "things.plain", "optional": True},
            "quiet": {"title": "不说", "codes": {"x": "叉"}, "meaning": ""},
        },
    }
    made = descriptor("ledger", "things", table)
    plain, share, kind, size, above, quiet = made["schema"]["fields"]
    assert plain == {"name": "plain", "title": "文字", "type": "string", "constraints": {"required": True}}
    assert share["unit"] == "%" and share["constraints"] == {"required": True, "minimum": 0, "maximum": 50}
    assert kind["description"] == "A：甲；B：乙" and kind["constraints"]["enum"] == ["A", "B"]
    assert size["constraints"] == {"enum": ["大", "小"]} and "description" not in size
    assert above == {"name": "above", "title": "上级", "type": "string"} and "description" not in quiet
    assert made["labels"] == {"quiet": {"x": "叉"}} and made["register"]["due"] == "due_on"
    assert made["identities"] == [{"title": "三项", "total": "a", "parts": ["-b", "c", "-d"]}]
    assert made["schema"]["foreignKeys"][0]["reference"] == {"resource": "", "fields": "plain"}
    assert "primaryKey" not in made["schema"]


def with_column(said):
    return {"ledger": {"permits": {**SOUND, "columns": {**SOUND["columns"], "extra": said}}}}


WRONG = [
    ("ledger:\n  permits: {title: 甲\n", "第", "写法不对"),
    ("ledger:\n  permits: {title: 甲, title: 乙}\n", "第", "有一项写了两次"),
    ("[]", "", "[]；应为：对照表"),
    ({"ledger": {"permits": None}}, "permits", "空着；应为：对照表"),
    ({"ledger": {"permits": {"title": "甲", "meaning": "乙"}}}, "permits", "缺少“columns”"),
    ({"ledger": {"permits": {**SOUND, "grian": "item"}}}, "permits", "不认识“grian”"),
    ({"ledger": {"permits": {**SOUND, "grain": "items"}}}, "permits→grain", "应为：enterprise或group或item"),
    ({"ledger": {"permits": {**SOUND, "key": ["year"]}}}, "permits→primaryKey", "“year”不是这张表的列"),
    ({"ledger": {"permits": {**SOUND, "identities": {"和": "a=b"}}}}, "permits→identities→和", "合计列 = 列 + 列"),
    ({"ledger": {"bank_accounts": SOUND}}, "bank_accounts", "里已经声明"),
    (with_column({"type": "date"}), "permits→extra", "缺少“title”"),
    (with_column({"title": "甲", "type": "text"}), "permits→extra→type", "string或number或integer"),
    (with_column({"title": "甲", "tpye": "date"}), "permits→extra", "不认识“tpye”"),
    (with_column({"title": "甲", "refers": "plants"}), "permits→extra→refers", "所指的表.所指的列"),
    (with_column({"title": "甲", "codes": {"a": "b"}, "values": ["a"]}), "permits→extra", "只写一种"),
    (with_column({"title": "甲", "type": "number", "min": "一"}), "permits→extra→minimum", "“一”"),
    (with_column(None), "permits→extra", "空着；应为：文字或对照表"),
    (
        "ledger: {permits: {title: 甲, meaning: 乙, columns: {id: 丙, extra: {title: 丁, codes: {yes: 是}}}}}",
        "extra",
        "加上英文引号",
    ),
    (
        "ledger: {permits: {title: 甲, meaning: 乙, columns: {id: 丙, extra: {title: 丁, codes: {y: off}}}}}",
        "extra",
        "加上英文引号",
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(("text", "place", "words"), WRONG, ids=[words for *_, words in WRONG])
def test_a_wrong_declaration_says_where_and_what_to_do(book, text, place, words):
    add(book, text)
    first = told(book)[0]
    assert "stateassets/domains/environment/tables.yml" in first and place in first and words in first


def test_faults_of_all_files_are_told_together_and_nothing_is_written(capsys, book):
    change(book, "funds", "type: date", "type: day")
    change(book, "debts", "type: date", "type: day")
    code, out = declare(capsys, book)
    assert code == 1 and "domains/funds/tables.yml" in out and "domains/debts/tables.yml" in out
    assert of(book) == SHIPPED


def test_a_package_that_is_none_is_told(capsys, book):
    (book / declarations.FILE).write_text('{"resources": [{}]}', "utf-8")
    code, out = declare(capsys, book)
    assert code == 1 and "缺少“" in out


# --- any table ---------------------------------------------------------------------------------

words = st.text("甲乙丙丁，（）a1 ", min_size=1, max_size=6).map(str.strip).filter(bool)
names = st.from_regex("[a-z][a-z0-9_]{0,8}", fullmatch=True)
columns = st.dictionaries(
    names,
    st.fixed_dictionaries(
        {"title": words},
        optional={"type": st.sampled_from(sorted(TYPES)), "optional": st.booleans(), "meaning": words, "unit": words},
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=10)
@given(name=names.filter(lambda n: n not in SHIPPED_NAMES), columns=columns, title=words)
def test_any_declared_table_is_in_the_package_once_however_often_it_is_made(name, columns, title):
    said = {"title": title, "meaning": title, "key": [], "columns": columns}
    declared = {name: declarations.Declaration("tables.yml", descriptor("ledger", name, said))}
    once = merge(SHIPPED, declared)
    assert merge(once, declared) == once and list(differences(SHIPPED["resources"], once["resources"][:-1])) == []
    assert [f["name"] for f in once["resources"][-1]["schema"]["fields"]] == list(columns)
    assert {f.column.split("→")[0] for f in differences(SHIPPED, once)} == {name}


def undeclared(named: Mapping[str, Iterable[str]], declared: Container[str]) -> list[str]:
    """Name what asks for a table that nobody declares: it would be silent for ever."""
    return [f"{name}：{table}" for name, tables in named.items() for table in tables if table not in declared]


def test_checks_rules_and_quantities_name_declared_tables_only():
    declared = {table["name"] for table in SHIPPED["resources"]} | {"roster"}  # made of enterprises
    named = {one.name: one.tables for one in checks()}
    named |= {rule.id: rule.tables for rule in RULES.values()}
    named |= {m.name: (source_of(m.table),) for m in REGISTRY.values() if isinstance(m, Quantity)}
    assert len(named) > 300
    assert undeclared(named, declared) == []
    assert undeclared({"account_dates": ("bnk_accounts",)}, declared) == ["account_dates：bnk_accounts"]
