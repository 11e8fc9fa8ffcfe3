"""The quick proof that a table conforms never lets pass what the full validation refuses."""

from __future__ import annotations

import pytest
from frictionless import Resource, Schema
from hypothesis import given, settings
from hypothesis import strategies as st

from stateassets.tables import loading as tables
from stateassets.tables.fast_schema import conforms

FIELDS = [
    {"name": "id", "type": "string", "constraints": {"required": True}},
    {"name": "year", "type": "integer", "constraints": {"required": True, "minimum": 2000, "maximum": 2100}},
    {"name": "kind", "type": "string", "constraints": {"enum": ["a", "b"]}},
    {"name": "amount", "type": "number", "constraints": {"minimum": 0, "maximum": 99.5}},
    {"name": "day", "type": "date", "constraints": {}},
]
SCHEMA = {"fields": FIELDS, "primaryKey": ["id", "year"]}
HEADER = [field["name"] for field in FIELDS]
GOOD = [["x", "2023", "a", "1.5", "2023-02-28"], ["y", "2023", "", "", ""]]
CELLS = [
    "",
    "x",
    "y",
    "a",
    "b",
    "c",
    "0",
    "-1",
    "99.5",
    "99.51",
    "1e3",
    "nan",
    "٣",
    "2023",
    "1999",
    "+2023",
    "02023",
    "2101",
    "2023.0",
    "2023-02-28",
    "2023-02-29",
    "2023-2-28",
]


def refused(rows):
    resource = Resource(data=[HEADER, *rows], schema=Schema.from_descriptor(SCHEMA))
    return not resource.validate().valid


def test_a_sound_table_is_proved_without_the_full_validation():
    assert conforms(SCHEMA, HEADER, GOOD)
    assert not refused(GOOD)


@pytest.mark.parametrize("column", range(len(HEADER)))
@pytest.mark.parametrize("cell", CELLS)
def test_whatever_cell_the_full_validation_refuses_is_not_passed(column, cell):
    rows = [list(row) for row in GOOD]
    rows[0][column] = cell
    assert not (conforms(SCHEMA, HEADER, rows) and refused(rows)), (HEADER[column], cell)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from(CELLS), min_size=4, max_size=6), min_size=1, max_size=4))
def test_whatever_rows_the_full_validation_refuses_are_not_passed(rows):
    assert not (conforms(SCHEMA, HEADER, rows) and refused(rows))


@pytest.mark.parametrize(
    "rows",
    [
        [["x", "2023", "a", "1", ""], ["x", "+2023", "b", "2", ""]],  # the same key, written otherwise
        [["x", "2023", "a", "1", ""], ["", "", "", "", ""]],
        [["x", "2023", "a", "1"]],
        [["x", "2023", "c", "1", ""]],
        [["x", "2023", "a", "100", ""]],
        [["", "2023", "a", "1", ""]],
    ],
)
def test_each_kind_of_fault_is_left_to_the_full_validation(rows):
    assert not conforms(SCHEMA, HEADER, rows)
    assert refused(rows)


def test_a_rule_that_the_quick_proof_does_not_know_is_left_to_the_full_validation():
    schema = {"fields": [{"name": "id", "type": "string", "constraints": {"pattern": "x+"}}]}
    assert not conforms(schema, ["id"], [["x"]])


def test_the_tables_that_ship_are_all_proved_quickly(report, monkeypatch):
    def never(*_):
        raise AssertionError("full validation of a sound table")

    monkeypatch.setattr("frictionless.Resource.validate", never)
    tables.load(report.package)
