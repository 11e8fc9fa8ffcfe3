"""A test of many cases tries every one and names each that fails."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from many import every
from paths import ROOT


def failed(test, **fixtures) -> str:
    with pytest.raises(AssertionError) as told:
        test(**fixtures)
    return str(told.value)


def test_each_case_that_fails_is_named_and_the_others_are_tried() -> None:
    tried = []

    @every("number", [1, 2, 3, 2], ids=lambda number: f"n{number}")
    def even(number: int) -> None:
        tried.append(number)
        assert number % 2 == 0

    told = failed(even)
    assert tried == [1, 2, 3, 2]
    assert "2 of 4 cases fail" in told and "1 n1: " in told and "3 n3: " in told and "n2" not in told


def test_one_list_of_cases_may_stand_above_another() -> None:
    tried = set()

    @every(("a", "b"), [(1, "x"), (2, "y")])
    @every("c", "pq")
    def both(a: int, b: str, c: str) -> None:
        tried.add((a, b, c))
        assert (a, c) != (2, "q")

    told = failed(both)
    assert tried == {(1, "x", "p"), (1, "x", "q"), (2, "y", "p"), (2, "y", "q")}
    assert "2, y" in told and "q" in told and "1, x" not in told


def test_each_case_has_a_folder_of_its_own(tmp_path: Path) -> None:
    @every("name", ["a", "b"])
    def alone(name: str, tmp_path: Path) -> None:
        assert not list(tmp_path.iterdir())
        (tmp_path / name).touch()

    alone(tmp_path=tmp_path)
    assert len(list(tmp_path.iterdir())) == 2


def test_no_cases_and_a_failure_that_pytest_raises_are_failures() -> None:
    @every("name", [])
    def none(name: str) -> None: ...

    @every("name", ["a"])
    def refused(name: str) -> None:
        with pytest.raises(ValueError, match="x"):
            pass

    assert "no cases" in failed(none)
    assert "DID NOT RAISE" in failed(refused)


@every("number", [1, 2])
@pytest.mark.parametrize("word", ["a", "b"])
def test_cases_may_stand_above_tests_of_their_own(number: int, word: str) -> None:
    assert word * number in ("a", "aa", "b", "bb")


def of_one_name(folder: Path) -> list[str]:
    """Return the names that several modules of tests have: pytest loads the first and refuses the others."""
    return [name for name, count in Counter(path.name for path in folder.rglob("test_*.py")).items() if count > 1]


def test_no_two_modules_of_tests_have_the_same_name(tmp_path: Path) -> None:
    assert of_one_name(ROOT / "tests") == []
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "test_store.py").touch()
    assert of_one_name(tmp_path) == ["test_store.py"]
