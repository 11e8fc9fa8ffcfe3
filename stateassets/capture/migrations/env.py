"""Brings a store's tables up to date; the store hands over the connection (alembic's way in)."""

from alembic import context

from stateassets.capture.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
