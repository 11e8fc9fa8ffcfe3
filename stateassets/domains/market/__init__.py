"""市场化: heads' terms, pay and results."""

ORDER = 40
