"""Complaints"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for complaints; a closed one is never changed."""
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "complaints",
        sa.Column("complaint_no", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("received_at", instant, nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("case_no", sa.String(24), nullable=False),
        sa.Column("branch", sa.Text(), nullable=False),
        sa.Column("taken_by", sa.String(64), nullable=False),
        sa.Column("handler", sa.String(64), nullable=False),
        sa.Column("due_at", instant, nullable=False),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("closed_at", instant, nullable=True),
        sa.Column("closed_by", sa.String(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("complaint_no", name=op.f("pk_complaints")),
    )
    op.create_index("ix_complaints_closed_at_due_at", "complaints", ["closed_at", "due_at"])
    op.create_index("ix_complaints_received_at", "complaints", ["received_at"])
