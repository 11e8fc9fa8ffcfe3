"""The yearly appraisal of enterprises: scored, graded, compared, turned into plans.

``Appraisal.of(report, "district")`` is all that a chapter needs; ``pages`` shows it.
"""

from .appraisal import DEFAULT, Appraisal
from .result import Result, evaluate
from .scheme import Scheme, SchemeError, names, read

__all__ = ["DEFAULT", "Appraisal", "Result", "Scheme", "SchemeError", "evaluate", "names", "read"]
