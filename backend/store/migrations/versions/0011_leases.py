"""Cases are held under a lease, and what is half written outlives a browser"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give each case the end of its lease; one that was taken before may be taken over at once."""
    op.add_column("cases", sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "drafts",
        sa.Column("case_no", sa.String(24), nullable=False),
        sa.Column("staff_id", sa.String(64), nullable=False),
        sa.Column("review_round", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_no"], ["cases.case_no"], name=op.f("fk_drafts_case_no")),
        sa.PrimaryKeyConstraint("case_no", "staff_id", name=op.f("pk_drafts")),
    )
