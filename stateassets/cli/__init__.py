"""The commands of ``python -m stateassets``, a module each.

A module has ``NAME``, ``HELP``, ``arguments(parser)`` and ``run(options) -> exit code``; what only
some calls need is imported inside, so that every command answers fast.
"""

from . import (
    accept,
    alerts,
    at_scale,
    audit,
    build,
    cache,
    check,
    debts,
    declare,
    desk,
    evaluate,
    figures,
    new,
    platform,
    profiles,
    read,
    returns,
    rollup,
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
    at_scale,
    debts,
    evaluate,
    profiles,
    new,
    rollup,
    bring_in,
    synonyms,
    platform,
    returns,
    build,
    serve,
    desk,
    accept,
    stale,
    cache,
    declare,
)
