"""财务报表: what statements, budget and headcount add up to; every other domain rests on these."""

ORDER = 10
