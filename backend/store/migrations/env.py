"""Alembic's way in; the connection comes from `backend.store.upgrades`, never from a file."""

from alembic import context

from backend.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    # SQLite can roll back DDL too; the one transaction around it all is begun by the caller.
    transactional_ddl=True,
)
context.run_migrations()
