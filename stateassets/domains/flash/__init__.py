"""财务快报: monthly flash statements and their control lines."""

ORDER = 100
