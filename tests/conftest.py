"""What most test modules begin with: the report that ships, and data that a test may spoil."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_data_checks import Data

from stateassets.report import Report

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def report() -> Report:
    """The report of this repository; each module its own, for a report notes what was asked."""
    return Report(root=ROOT)


@pytest.fixture
def data(tmp_path: Path) -> Data:
    """A copy of the data."""
    return Data(tmp_path)
