"""Ties between tables: one module a domain, each with its ``CHECKS``.

A check yields a fault for each row that disagrees with another table, and says nothing where a
district has no such table. A module put into this folder is found.
"""

from importlib import import_module
from pkgutil import iter_modules

_DOMAINS = sorted(module.name for module in iter_modules(__path__) if module.name != "common")
CHECKS = tuple(check for name in _DOMAINS for check in import_module(f"{__name__}.{name}").CHECKS)
