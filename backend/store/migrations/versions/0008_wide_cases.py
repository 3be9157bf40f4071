"""Columns as wide as the texts that an application may hold"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take every application's number and branch; SQLite minds no lengths."""
    if op.get_bind().dialect.name == "sqlite":
        return
    for name, length in (("application_id", 100), ("branch", 200)):
        op.alter_column("cases", name, type_=sa.String(length), existing_nullable=False)
