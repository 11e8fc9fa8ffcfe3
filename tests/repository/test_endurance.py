"""Notebooks, run again and again in fresh kernels, show the same and leave no process behind."""

import pytest

from benchmarks import endurance


@pytest.mark.slow  # in the quick run, nbval compares one run with the stored outputs
def test_notebooks_show_the_same_each_time_and_leave_no_process():
    """Twice is what a difference needs. All of them, many more times: python -m benchmarks.endurance."""
    assert endurance.main(2, step=5) == 0
