"""Ledgers as they really come, brought into the tables: read, recognised, cleaned, shown, written.

``plan`` works out everything and writes nothing; ``Plan.write`` writes all or nothing. In the
order in which a file goes through them, the rooms are:

- ``files``: a file of any kind becomes sheets of raw cells;
- ``layouts``: forms (vertical statements, months across, printed figures) become flat sheets;
- ``headers`` with ``names``: which table it is, which column is which, by the words of offices;
- ``units``, ``years``: in what money, of what year, and what is said in two ways;
- ``cells``, ``rows``: each cell in the table's own notation; ``margins``, ``totals`` and ``nothing``
  say what is beside the table, adds up or stands for nothing;
- ``sums``, ``sizes``: rows and amounts that look like others' sums, or like another unit;
- ``merging``, ``planning``, ``history``: beside the rows that there are, and before;
- ``telling``, ``page``: what somebody reads who is to decide.
"""

from .files.raw import Sheet
from .planning import Plan, plan

__all__ = ["Plan", "Sheet", "plan"]
