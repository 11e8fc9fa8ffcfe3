"""The benchmark of serving says what it measured, beside the builds where those were measured too."""

from __future__ import annotations

import pytest

from benchmarks import serve

PAGES = {"row": [2.0, 1.0, 4.0], "text": [1.0], "style": [0.1]}


@pytest.mark.parametrize(
    ("builds", "row"),
    [
        ({}, "| 底表改了一行 | 3.0 | 2.00 | 1.00至4.00 |"),
        ({"row": [6.0], "text": [3.0], "style": [5.0]}, "| 底表改了一行 | 3.0 | 2.00 | 1.00至4.00 | 6.0 |"),
    ],
)
def test_a_save_is_its_median_and_spread_and_a_build_stands_beside_it_only_if_there_was_one(
    builds: dict[str, list[float]], row: str
) -> None:
    lines = serve.table(PAGES, builds).splitlines()
    assert row in lines
    assert {line.count("|") for line in lines[2:]} == {row.count("|")}
