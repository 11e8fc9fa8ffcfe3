"""A district's own kinds stand in one table, and its columns hold them as they hold what is declared."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from paths import ROOT

from stateassets.importing import plan
from stateassets.importing.telling import lines
from stateassets.tables.addresses import KINDS
from stateassets.tables.data_errors import DataError
from stateassets.tables.declared import DataPackage

HEADER = "table,column,kind,basis\n"
CLASSES = "资本投融资管理类", "城乡建设发展类", "城市运营管理类"
ROSTER = "企业编号,企业名称,企业层级,上级企业编号,上级持股比例,企业类别,主要功能,纳入监管年度\n"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    return tmp_path


def registered(book: Path, *rows: str) -> DataPackage:
    (book / "data" / KINDS).write_text(HEADER + "".join(f"{row}\n" for row in rows), "utf-8")
    return DataPackage.read(book / "data")


def roster(book: Path, *rows: str) -> Path:
    path = book / "企业名录.csv"
    path.write_text(ROSTER + "".join(f"{row}\n" for row in rows), "utf-8")
    return path


def test_classes_are_those_that_the_district_lists_in_its_order() -> None:
    assert DataPackage.read(ROOT / "data").tables["enterprises"].column("class_zh").enum == CLASSES


def test_a_kind_of_the_districts_own_stands_behind_the_declared_ones_and_is_called_as_it_is(book: Path) -> None:
    table = registered(book, "安全隐患台账,类型,危险化学品,", "hazards,kind,特种设备,").tables["hazards"]
    assert table.column("kind").enum[-2:] == ("危险化学品", "特种设备")
    assert table.labels["kind"]["危险化学品"] == "危险化学品"
    assert table.labels["kind"]["fire"] == "消防"


def test_without_the_table_a_class_may_be_anything(book: Path) -> None:
    file = book / "data" / "datapackage.json"
    raw = json.loads(file.read_text("utf-8"))
    next(table for table in raw["resources"] if table["name"] == "kinds")["absent"] = True
    file.write_text(json.dumps(raw, ensure_ascii=False), "utf-8")
    assert DataPackage.read(book / "data").tables["enterprises"].column("class_zh").enum == ()


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("没有的表,类型,甲,", "没有名叫“没有的表”的表"),
        ("安全隐患台账,等级,甲,", "“等级”不能自己分类"),
        ("银行账户,账户种类,甲,", "可以自己分类的表：企业名录"),
    ],
)
def test_a_kind_of_a_column_that_is_not_the_districts_to_divide_is_refused(book: Path, row: str, told: str) -> None:
    with pytest.raises(DataError) as error:
        registered(book, row)
    assert [told in str(fault) and "第2行" in str(fault) for fault in error.value.faults] == [True]


def test_an_import_registers_a_new_class_and_says_so(book: Path) -> None:
    made = plan(book, [roster(book, "G,一级企业G,1,,100,文化旅游类,文旅,2023")])
    told = "\n".join(lines(made))
    assert "新的类别，登记在“本区分类”表：1处" in told
    assert [change.new for change in made.changes if change.name == "kinds"] == [1]
    assert not any("类别" in str(fault) for fault in made.refused)


def test_what_looks_like_a_slip_in_a_class_is_asked_about(book: Path) -> None:
    made = plan(book, [roster(book, "G,一级企业G,1,,100,城市建设发展类,建设,2023")])
    assert "“城市建设发展类”很像“城乡建设发展类”" in str(made.refused[0])
    assert "确是另一类的，先在“本区分类”表" in str(made.refused[0])
    made = plan(
        book, [roster(book, "G,一级企业G,1,,100,城市建设发展类,建设,2023")], same=["城市建设发展类=城乡建设发展类"]
    )
    assert KINDS not in made.files


def test_known_classes_register_nothing(book: Path) -> None:
    made = plan(book, [roster(book, "A,一级企业A,1,,100,资本投融资管理类,投资,2020")])
    assert KINDS not in made.files
