"""Invitations that another counter of the bank answers"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Note who is expected, sealed, and which counter answered."""
    op.add_column(
        "invitations", sa.Column("hint", sa.String(2048), nullable=False, server_default="")
    )
    op.add_column(
        "invitations", sa.Column("attended_by", sa.String(64), nullable=False, server_default="")
    )
