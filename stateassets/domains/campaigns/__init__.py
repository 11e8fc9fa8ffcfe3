"""专项行动: compliance, value creation and efficiency, item by item."""

ORDER = 30
