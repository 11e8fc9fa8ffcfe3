"""报告逐条: what the report states, one row a statement, and what in the book answers it."""

ORDER = 180
