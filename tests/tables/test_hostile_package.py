"""A list of tables, or a file of settings, that is wrong is told by its place, and runs nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hostile import PACKAGE, bounded, cases, changed, is_clear, write
from many import every
from sphinx.errors import ConfigError

from stateassets.book.build import package
from stateassets.tables import declaration, declarations
from stateassets.tables.data_errors import DataError
from stateassets.tables.text_files import read_yaml
from stateassets.tables.validation import check

DOCUMENTS = cases("documents")


def text_of(case) -> str:
    return case["text"] * case.get("times", 1) + case.get("tail", "")


@every("case", cases("packages"), ids=lambda c: ascii(f"{'.'.join(map(str, c['at']))} {c['put']}"))
def test_a_wrong_declaration_is_named(tmp_path, case):
    told = [str(fault) for fault in check(write(tmp_path, package=changed(case["at"], case["put"])))]
    assert told and all(map(is_clear, told)), told
    assert any(case["told"] in words for words in told), told


# What schemas of the year 2020 know and the quick check does not, or where it would look at less.
NEWER = {
    "dependentRequired",
    "dependentSchemas",
    "minContains",
    "prefixItems",
    "unevaluatedItems",
    "unevaluatedProperties",
}


def overlooked(schema) -> list[str]:
    """Return what the quick check of a form (fastjsonschema, of an older draft) would pass over."""
    if isinstance(schema, list):
        return [word for part in schema for word in overlooked(part)]
    if not isinstance(schema, dict):
        return []
    own = [word for word in schema if word in NEWER or (word == "$ref" and schema.keys() - {"$ref", "description"})]
    return own + overlooked([*schema.values()])


def test_the_quick_check_of_a_declaration_passes_over_nothing():
    for form in (declaration.FORM, declarations.FORM):
        assert overlooked(json.loads(form.read_text("utf-8"))) == []
    assert overlooked({"a": [{"$ref": "#/x", "minLength": 1}, {"prefixItems": []}]}) == ["$ref", "prefixItems"]


def test_two_tables_of_one_name_or_file_are_named(tmp_path):
    twice = {**PACKAGE, "resources": PACKAGE["resources"] * 2}
    told = "".join(map(str, check(write(tmp_path, package=twice))))
    assert "这个表名出现了2次" in told and "这个文件出现了2次" in told


@every("case", [c for c in DOCUMENTS if c["kind"] == "json"], ids=lambda c: ascii(c["text"]))
def test_a_file_that_is_no_data_package_is_told_from_one_within_bounds(tmp_path, case):
    data = write(tmp_path)
    (data / "datapackage.json").write_text(text_of(case), "utf-8", "surrogatepass")
    told = bounded(lambda: [str(fault) for fault in check(data)])
    assert told and all(map(is_clear, told)), told
    assert any(case["told"] in words for words in told), told
    with pytest.raises(ConfigError, match=r"datapackage\.json"):
        package(tmp_path)


@pytest.mark.slow
@every("case", [c for c in DOCUMENTS if c["kind"] == "yaml"], ids=lambda c: ascii(c["text"]))
def test_a_yaml_file_holds_plain_values_only(tmp_path, case):
    path = tmp_path / "设置.yml"
    path.write_text(text_of(case), "utf-8")
    (told,) = bounded(lambda: faults_of(path))
    assert case["told"] in told and is_clear(told) and "设置.yml" in told


def faults_of(path: Path) -> list[str]:
    try:
        read_yaml(path)
    except DataError as error:
        return [str(fault) for fault in error.faults]
    return []


def test_a_plain_yaml_file_is_read(tmp_path):
    path = tmp_path / "设置.yml"
    path.write_text("甲: [1, 2.5, 乙]\n丙: {丁: 2023-05-08, 戊: true, 己: null}\n", "utf-8")
    assert read_yaml(path)["甲"] == [1, 2.5, "乙"]


def test_the_build_needs_no_file_of_a_table_that_the_book_leaves_out(tmp_path):
    left_out = {**PACKAGE["resources"][0], "name": "left_out", "path": "ledger/left_out.csv", "absent": True}
    data = write(tmp_path, package={**PACKAGE, "resources": [*PACKAGE["resources"], left_out]})
    for resource in PACKAGE["resources"]:
        (data / resource["path"]).parent.mkdir(parents=True, exist_ok=True)
        (data / resource["path"]).touch()
    assert [r["name"] for r in package(tmp_path)["resources"]] == [r["name"] for r in PACKAGE["resources"]]
    (data / "datapackage.json").write_text(
        (data / "datapackage.json").read_text("utf-8").replace('"absent": true', '"absent": false'), "utf-8"
    )
    with pytest.raises(ConfigError, match="left_out"):
        package(tmp_path)
