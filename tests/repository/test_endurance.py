"""All notebooks, run again and again in fresh kernels, show the same and leave no process behind."""

import pytest

from benchmarks import endurance


@pytest.mark.slow  # in the quick run, nbval compares one run with the stored outputs
def test_every_notebook_shows_the_same_each_time():
    """Twice is what a difference needs. Many more times: python -m benchmarks.endurance."""
    assert endurance.main(2) == 0
