"""The commands of ``python -m stateassets``, a module each.

A module has ``NAME``, ``HELP``, ``arguments(parser)`` and ``run(options) -> exit code``; what only
some calls need is imported inside, so that every command answers fast.
"""

from . import (
    accept,
    alerts,
    audit,
    build,
    cache,
    check,
    debts,
    declare,
    evaluate,
    figures,
    new,
    profiles,
    read,
    serve,
    stale,
    synonyms,
)
from . import import_ as bring_in

COMMANDS = (
    check,
    figures,
    audit,
    read,
    alerts,
    debts,
    evaluate,
    profiles,
    new,
    bring_in,
    synonyms,
    build,
    serve,
    accept,
    stale,
    cache,
    declare,
)
