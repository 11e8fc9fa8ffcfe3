"""Ledgers as they really come, brought into the tables: read, recognised, cleaned, shown, written.

``plan`` works out everything and writes nothing; ``Plan.write`` writes all or nothing.
"""

from .files.raw import Sheet
from .planning import Plan, plan

__all__ = ["Plan", "Sheet", "plan"]
