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

__all__ = ["REGISTRY", "RELATIONS"]
