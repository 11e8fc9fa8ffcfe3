"""Many districts in one view: who is in, how they compare, what they come to, whether all of it can be true.

A district is given by what it publishes (``facts.json``), by its book, or by files of a lake. Nothing is added
that is not alike: a figure with finance and one without are two figures.
"""

from .. import domains  # noqa: F401  (they register what facts are of)
from .rollup import Rollup

__all__ = ["Rollup"]
