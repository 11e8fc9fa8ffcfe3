"""What is found in a table's cells is what Frictionless finds by the Table Schema standard."""

from __future__ import annotations

import pytest
from frictionless import Dialect, Resource, Schema
from hypothesis import given, settings
from hypothesis import strategies as st
from many import every

from stateassets.tables import fast_schema
from stateassets.tables.declared import Column
from stateassets.tables.fast_schema import errors
from stateassets.tables.notation import value_of

FIELDS = [
    {"name": "id", "type": "string", "constraints": {"required": True}},
    {"name": "year", "type": "integer", "constraints": {"required": True, "minimum": 2000, "maximum": 2100}},
    {"name": "kind", "type": "string", "constraints": {"enum": ["a", "b"]}},
    {"name": "amount", "type": "number", "constraints": {"minimum": 0, "maximum": 99.5}},
    {"name": "day", "type": "date", "constraints": {"minimum": "2000-01-01"}},
    {"name": "grade", "type": "integer", "constraints": {"enum": [1, 2, 3], "maximum": 2}},
]
KEY = ["id", "year"]
HEADER = [field["name"] for field in FIELDS]
GOOD = [["x", "2023", "a", "1.5", "2023-02-28", "1"], ["y", "2023", "", "", "", ""]]
# Cells as they are once numbers and dates are brought into one notation: see ``tables.notation``.
CELLS = [
    "",
    "x",
    "y",
    "a",
    "b",
    "c",
    "0",
    "-1",
    "1",
    "2",
    "3",
    "99.5",
    "99.51",
    "2023",
    "1999",
    "+2023",
    "02023",
    "2101",
    "2023.0",
    "2023-02-28",
    "1999-12-31",
    "2023-02-29",
]
FIRST_LINE = Dialect(header_rows=[1])  # else it guesses by the rows' lengths which line is the header
# What Frictionless reads as a number or a date and this project does not.
LENIENT = ["1e3", "nan", "٣", "2023-2-28"]


def columns(fields=FIELDS):
    found = []
    for field in fields:
        limits = field["constraints"]
        bounds = {name: limits.get(name) for name in ("minimum", "maximum")}
        required, enum = limits.get("required", False), tuple(limits.get("enum", ()))
        found.append(Column(field["name"], "列", field["type"], "", "", required, enum, **bounds))
    return found


def kind_of(error):
    """What one of Frictionless's errors is called here."""
    if error.type == "constraint-error":
        return error.note.removeprefix('constraint "').partition('"')[0]
    names = {
        "type-error": fast_schema.TYPE,
        "missing-cell": fast_schema.MISSING_CELL,
        "extra-cell": fast_schema.EXTRA_CELL,
        "blank-row": fast_schema.BLANK_ROW,
        "primary-key": fast_schema.KEY,
    }
    return names[error.type]


def by_frictionless(rows, key=KEY):
    schema = Schema.from_descriptor({"fields": FIELDS, "primaryKey": key})
    report = Resource(data=[HEADER, *rows], schema=schema, dialect=FIRST_LINE).validate(limit_errors=10_000)
    return [
        (error.row_number, getattr(error, "field_name", "") or "", kind_of(error))
        for task in report.tasks
        for error in task.errors
    ]


def by_us(rows, key=KEY):
    return [(error.row, error.column, error.kind) for error in errors(columns(), key, rows)]


def test_a_sound_table_has_no_errors():
    assert by_us(GOOD) == by_frictionless(GOOD) == []


@every("column", range(len(HEADER)))
@every("cell", CELLS)
def test_each_cell_is_judged_as_frictionless_judges_it(column, cell):
    rows = [list(row) for row in GOOD]
    rows[0][column] = cell
    if HEADER[column] == "year" and cell == "2023.0":  # a whole number by its value, not as it is written
        assert by_us(rows) == [(2, "year", fast_schema.TYPE)]
    else:
        assert by_us(rows) == by_frictionless(rows), (HEADER[column], cell)


@every("column", ["year", "amount", "day", "grade"])
@every("cell", LENIENT)
def test_what_frictionless_alone_reads_is_of_the_wrong_type(column, cell):
    rows = [list(row) for row in GOOD]
    rows[0][HEADER.index(column)] = cell
    assert by_us(rows) == [(2, column, fast_schema.TYPE)]


# Mostly cells that may stand in their column, so that rows differ in one respect at a time.
LIKELY = [
    ["x", "y", ""],
    ["2023", "+2023", "1999", ""],
    ["a", "b", "c", ""],
    ["0", "99.51", ""],
    ["2023-02-28", ""],
    [""],
]
ROWS = st.lists(
    st.one_of(
        st.tuples(*map(st.sampled_from, LIKELY)).map(list),
        st.lists(st.sampled_from([cell for cell in CELLS if cell != "2023.0"]), min_size=4, max_size=8),
        st.lists(st.just(""), min_size=4, max_size=8),
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(ROWS, st.sampled_from([KEY, ["id"], ["amount"], []]))
def test_small_sheets_have_the_errors_that_frictionless_finds(rows, key):
    # Within a row Frictionless tells of the key's columns first, here all stand in their order.
    assert sorted(by_us(rows, key)) == sorted(by_frictionless(rows, key))


@pytest.mark.parametrize(
    ("rows", "kinds"),
    [
        # the same key, written otherwise
        ([["x", "2023", "a", "1", "", ""], ["x", "+2023", "b", "2", "", ""]], [fast_schema.KEY]),
        ([["x", "2023", "a", "1", "", ""], [""] * 6], [fast_schema.BLANK_ROW, fast_schema.KEY]),
        ([["x", "2023", "a", "1", ""]], [fast_schema.MISSING_CELL]),
        ([["x", "2023", "a", "1", "", "", ""]], [fast_schema.EXTRA_CELL]),
        ([["x", "2023", "c", "1", "", ""]], [fast_schema.ENUM]),
        ([["x", "2023", "a", "100", "", ""]], [fast_schema.MAXIMUM]),
        ([["", "2023", "a", "1", "", ""]], [fast_schema.REQUIRED]),
        ([["x", "2023", "a", "1", "", "4"]], [fast_schema.MAXIMUM, fast_schema.ENUM]),
    ],
)
def test_each_kind_of_error_is_found(rows, kinds):
    assert [error.kind for error in errors(columns(), KEY, rows)] == kinds
    assert by_us(rows) == by_frictionless(rows)


def test_the_tables_that_ship_are_found_sound_by_both(report):
    """And the large ones by their columns alone, which is what makes it quick."""
    from stateassets.tables.reading import read_table

    for table in report.package.tables.values():
        sheet, faults = read_table(report.package, table)
        assert not faults and list(errors(table.columns, table.key, sheet.rows)) == []
    schema = {key: value for key, value in table.raw["schema"].items() if key != "foreignKeys"}
    assert Resource(data=[sheet.header, *sheet.rows], schema=Schema.from_descriptor(schema)).validate().valid


def test_values_are_read_strictly():
    assert value_of("integer", "9" * 5000) is None and value_of("date", "2023-02-30") is None
