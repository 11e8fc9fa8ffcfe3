"""What most test modules begin with: the report that ships, and data that a test may spoil."""

from __future__ import annotations

from pathlib import Path

import hypothesis
import pytest
from data_copy import Data
from paths import ROOT

from stateassets.report import Report

hypothesis.settings.register_profile("untimed", deadline=None)  # a busy machine is no fault
hypothesis.settings.load_profile("untimed")


@pytest.fixture(scope="module")
def report() -> Report:
    """The report of this repository; each module its own, for a report notes what was asked."""
    return Report(root=ROOT)


@pytest.fixture
def data(tmp_path: Path) -> Data:
    """A copy of the data."""
    return Data(tmp_path)
