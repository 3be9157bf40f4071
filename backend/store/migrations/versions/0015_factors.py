"""Second factors, and decisions that are signed"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give each account room for a factor; nobody has one yet."""
    op.add_column("sessions", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("decisions", sa.Column("statement", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "factors",
        sa.Column("staff_id", sa.String(64), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.staff_id"], name=op.f("fk_factors_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_factors")),
    )
