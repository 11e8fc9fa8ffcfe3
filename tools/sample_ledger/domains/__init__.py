"""What the report tells beside the statements: one module a domain, each making its registers.

A domain has one function, ``tables(context)``, which returns rows by table name. A module put
into this folder is found.
"""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

_NAMES = sorted(module.name for module in iter_modules(__path__))
DOMAINS: tuple[ModuleType, ...] = tuple(import_module(f"{__name__}.{name}") for name in _NAMES)
