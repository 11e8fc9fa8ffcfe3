"""Every measure of the report, once: name, unit, printed decimals, source, formula.

One module a part of the report; the order is that of registration, so that a formula stands
after its inputs.
"""

# isort: off
from . import statements  # noqa: F401 (registered by being imported)
from . import (  # noqa: F401
    reform, campaigns, market, rules, safety, projects, party, plans, platform, modules,
    assets, funds, evaluation,
)  # fmt: skip

# isort: on
from .registry import REGISTRY
from .statements import RELATIONS

__all__ = ["REGISTRY", "RELATIONS", "aliases"]

# Words that readers use for what the report calls otherwise; search looks for both.
EVERYDAY_WORDS = {"国企": "国有企业", "国资": "国有资本"}


def aliases() -> dict[str, str]:
    """Return everyday word or alias -> the report's own word."""
    named = {alias: m.name_zh for m in REGISTRY.values() for alias in m.aliases}
    return {**named, **EVERYDAY_WORDS}
