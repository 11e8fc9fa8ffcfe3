"""What the report tells beside the statements: one module a domain, each making its registers.

A domain has one function, ``tables(context)``, which returns rows by table name.
"""

from types import ModuleType

from . import (
    campaigns,
    debts,
    market,
    party,
    plans,
    platform,
    projects,
    reform,
    rules,
    safety,
    watched,
)

DOMAINS: tuple[ModuleType, ...] = (
    campaigns, debts, market, party, plans, platform, projects, reform, rules, safety, watched,
)  # fmt: skip
