"""Accounts that were removed stay, since decisions name them"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give each account the moment of its end; nobody's is over yet."""
    op.add_column("staff", sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
