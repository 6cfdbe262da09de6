"""What Alembic runs in: the connection, and the transaction, of whoever called `upgrade`."""

from __future__ import annotations

from alembic import context

from moderation.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
