"""The domains of the report, a folder each, found by being there.

A domain's folder may have ``measures`` (what is counted in it), ``alerts`` (its warning rules) and
``checks`` (what must agree between its tables), which register what they define when imported, and
further modules, such as ``page``, that its chapter calls. ``ORDER`` in a domain's ``__init__`` says
where among the others its measures are listed: after those whose measures its formulas use.
"""

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from ..measures.registry import REGISTRY
from ..tables import declared_checks
from ..tables.checking import CHECKS

DOMAINS = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
for _domain in DOMAINS:
    if not isinstance(getattr(_domain, "ORDER", None), int):
        raise RuntimeError(f"{_domain.__file__}里没有ORDER：请写上一个整数，例如ORDER = 200，说明排在哪些领域后面")
DOMAINS.sort(key=lambda domain: (domain.ORDER, domain.__name__))
for _part in ("measures", "alerts", "checks"):
    for _domain in DOMAINS:
        if find_spec(f"{_domain.__name__}.{_part}"):
            import_module(f"{_domain.__name__}.{_part}")
CHECKS.seal([declared_checks.__name__, *(f"{domain.__name__}.checks" for domain in DOMAINS)])
REGISTRY.seal()
