"""What the report tells beside the statements: one module a domain, each making its registers.

A domain has one function, ``tables(context)``, which returns rows by table name. A module put
into this folder is found; one that builds on other domains' rows names them in ``AFTER``. Its random numbers come from a stream that is
named like the module, or by its ``STREAM``: another name would make another sample.
"""

from graphlib import TopologicalSorter
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

_NAMES = sorted(module.name for module in iter_modules(__path__))
_FOUND = {name: import_module(f"{__name__}.{name}") for name in _NAMES}
_AFTER = {name: getattr(module, "AFTER", ()) for name, module in _FOUND.items()}
DOMAINS: tuple[ModuleType, ...] = tuple(_FOUND[n] for n in TopologicalSorter(_AFTER).static_order())
