"""Ties between tables: one module a domain, each with its ``CHECKS``.

A check yields a fault for each row that disagrees with another table, and says nothing where a
district has no such table.
"""

from . import campaigns, debts, market, plans, platform, projects, reform, rules, safety

CHECKS = (
    *campaigns.CHECKS, *debts.CHECKS, *market.CHECKS, *plans.CHECKS, *platform.CHECKS, *projects.CHECKS,
    *reform.CHECKS, *rules.CHECKS, *safety.CHECKS,
)  # fmt: skip
