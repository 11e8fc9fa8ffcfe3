"""Questions that the numbers raise: what a deputy may ask, each with its evidence.

``rules`` turn what is known (printed numbers, what the audit implies of them, warnings, results)
into questions; ``page`` collects what is known and shows the questions. No question is written
down: another district's data raise other ones, or none.
"""

from .page import ask, found, lead, listing, material, numbers, picture, rule_table
from .rules import RULES, Material, Question, YearTarget

__all__ = [
    "RULES",
    "Material",
    "Question",
    "YearTarget",
    "ask",
    "found",
    "lead",
    "listing",
    "material",
    "numbers",
    "picture",
    "rule_table",
]
