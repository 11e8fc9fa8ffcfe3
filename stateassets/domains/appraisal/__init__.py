"""考核评价: the yearly appraisal, scored, graded, compared, turned into plans.

``appraisal.Appraisal.of(report, "district")`` is all that a chapter needs; ``page`` shows it.
"""

ORDER = 180
