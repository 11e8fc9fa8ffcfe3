"""``python -m stateassets``."""

from .cli import main

raise SystemExit(main())
