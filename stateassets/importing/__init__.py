"""Ledgers as they really come, brought into the tables: read, recognised, cleaned, shown, written.

``plan`` works out everything and writes nothing; ``Plan.write`` writes all or nothing.
"""

from .planning import Plan, plan
from .raw import Sheet

__all__ = ["Plan", "Sheet", "plan"]
