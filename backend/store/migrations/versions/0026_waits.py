"""Failures are counted door by door"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for the doors of an account; its own count is that of strangers from now on."""
    op.create_table(
        "staff_waits",
        sa.Column("staff_id", sa.String(64), nullable=False),
        sa.Column("door", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.staff_id"], name=op.f("fk_staff_waits_staff_id")
        ),
        sa.PrimaryKeyConstraint("staff_id", "door", name=op.f("pk_staff_waits")),
    )
