"""Files as offices send them: each is read as it is meant, or refused with what to do."""

from __future__ import annotations

import argparse
import csv
import json
import re
import shlex
from pathlib import Path

import pytest
import small_district
from many import every
from paths import CASES, ROOT

from stateassets.cli.import_ import arguments, as_asked
from stateassets.importing import Plan, plan
from stateassets.importing.telling import lines
from stateassets.tables.data_errors import DataError

FOLDER = CASES / "imports"


def cases() -> list[dict[str, str]]:
    found = []
    for path in sorted(FOLDER.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            found += list(csv.DictReader(file))
    return found


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The books that a case may be imported into; ``sample`` is this repository's."""
    folder = tmp_path_factory.mktemp("books")
    district = small_district.make(folder / "district")
    fresh = small_district.unfilled(district, folder / "fresh", small_district.ROSTER)
    return {"sample": ROOT, "district": district, "fresh": fresh}


def try_out(case: dict[str, str], books: dict[str, Path]) -> None:
    """Import a file as a case has it, and see whether that comes of it which it accepts."""
    parser = argparse.ArgumentParser()
    arguments(parser)
    given = parser.parse_args([str(FOLDER / case["file"]), *shlex.split(case["options"])])
    try:
        made = plan(books[case["book"]], given.files, **as_asked(given))
    except DataError as error:
        made = Plan(Path(), refused=list(error.faults))
    said = "\n".join([*lines(made), *map(str, made.notes)])
    assert any(all(holds(word, case, made, said) for word in way.split("+")) for way in case["accept"].split("|")), said


EVERY, STEP = cases(), 12


@every("case", EVERY[::STEP], ids=lambda case: case["id"])
def test_a_file_as_it_is_sent_is_read_as_it_is_meant_or_refused(case: dict[str, str], books: dict[str, Path]) -> None:
    try_out(case, books)


@pytest.mark.slow
@every("case", [case for number, case in enumerate(EVERY) if number % STEP], ids=lambda case: case["id"])
def test_so_are_all_other_files(case: dict[str, str], books: dict[str, Path]) -> None:
    try_out(case, books)


def holds(word: str, case: dict[str, str], made: Plan, said: str) -> bool:
    match word:
        case "refused":
            return bool(made.refused)
        case "told":
            return bool(re.search(case["told"], said))
        case "values":
            return not made.refused and all(found(made, case["table"], one) for one in json.loads(case["expected"]))
    raise ValueError(word)


def found(made: Plan, table: str, expected: dict[str, object]) -> bool:
    """Does the table as it would be written hold what is expected?"""
    rows = written(made, table)
    near = [row for row in rows if all(same(row[name], text) for name, text in expected["key"].items())]
    if expected.get("absent"):
        return not near
    return len(near) == 1 and all(same(near[0][name], text) for name, text in expected["set"].items())


def written(made: Plan, table: str) -> list[dict[str, str]]:
    path = f"ledger/{table}.csv"
    content = made.files.get(path) or (made.folder / path).read_bytes()
    return list(csv.DictReader(content.decode("utf-8-sig").splitlines()))


def same(one: str, other: str) -> bool:
    try:
        return float(one) == float(other)
    except ValueError:
        return one == other
