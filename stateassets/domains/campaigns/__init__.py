"""专项行动: benchmarking and compliance, item by item."""

ORDER = 30
