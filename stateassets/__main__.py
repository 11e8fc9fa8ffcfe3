"""``python -m stateassets``."""

from .cli.main import main

raise SystemExit(main())
