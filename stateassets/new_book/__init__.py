"""A new book: an empty one for another year or another district, ready to be filled in.

The same notebooks run on it; what differs is in ``data/``. ``carry`` says which rows of the old
book go over, ``workbook`` makes the Excel workbook to fill in, ``book`` puts all of it in place.
"""

from .book import Plan, begin, plan

__all__ = ["Plan", "begin", "plan"]
