"""The year of a new book may be written as people say it."""

from __future__ import annotations

import argparse

import pytest

from stateassets.cli.new import _year


@pytest.mark.parametrize("said", ["2024", "2024年", "2024年度", " 2024 "])
def test_a_year_may_be_written_with_its_word(said: str) -> None:
    assert _year(said) == 2024


@pytest.mark.parametrize("said", ["去年", "24年", "2024年底", ""])
def test_what_is_no_year_is_refused_with_an_example(said: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="不是年度，如2024"):
        _year(said)
