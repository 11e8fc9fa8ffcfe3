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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what takes minutes, unless it is asked for."""
    if "slow" not in config.getoption("markexpr"):
        late = pytest.mark.skip(reason="takes minutes: -m slow")
        for item in items:
            if item.get_closest_marker("slow"):
                item.add_marker(late)


@pytest.fixture(scope="module")
def report() -> Report:
    """The report of this repository; each module its own, for a report notes what was asked."""
    return Report(root=ROOT)


@pytest.fixture
def data(tmp_path: Path) -> Data:
    """A copy of the data."""
    return Data(tmp_path)
