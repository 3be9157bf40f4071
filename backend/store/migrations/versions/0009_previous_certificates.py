"""The certificates of a counter before the ones in force, until those are first used"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give each counter room for what it had before."""
    op.add_column("terminals", sa.Column("previous_tls", sa.String(64)))
    op.add_column("terminals", sa.Column("previous_package", sa.String(64)))
    op.create_index("ix_terminals_previous_tls", "terminals", ["previous_tls"])
