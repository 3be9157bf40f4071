"""Invitations to sign elsewhere over a one-time link"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for invitations."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "invitations",
        sa.Column("invitation", sa.String(32), nullable=False),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("proof_sha256", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("left_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("opened_at", moment, nullable=True),
        sa.Column("answer_sha256", sa.String(64), nullable=False),
        sa.Column("answer_size", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", moment, nullable=True),
        sa.Column("closed_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("invitation", name=op.f("pk_invitations")),
    )
    op.create_index(op.f("ix_invitations_terminal"), "invitations", ["terminal"])
    op.create_index(op.f("ix_invitations_state_expires_at"), "invitations", ["state", "expires_at"])
