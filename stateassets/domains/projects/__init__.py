"""项目: investment in projects, housing deliveries, renewal, grants."""

ORDER = 70
