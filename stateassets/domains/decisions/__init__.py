"""三重一大: matters decided, step by step."""

ORDER = 140
