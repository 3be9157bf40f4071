"""Questions to other authorities, with their answers"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for them; what was asked before left a digest in the journal alone."""
    op.create_table(
        "enquiries",
        sa.Column("request_no", sa.String(32), nullable=False),
        sa.Column("case_no", sa.String(24), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("service", sa.String(32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_answered", sa.Boolean(), nullable=False),
        sa.Column("answer_sha256", sa.String(64), nullable=False),
        sa.Column("sealed_question", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_reply", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_no"], ["cases.case_no"], name=op.f("fk_enquiries_case_no")),
        sa.PrimaryKeyConstraint("request_no", name=op.f("pk_enquiries")),
        sa.UniqueConstraint("case_no", "place", name=op.f("uq_enquiries_case_no_place")),
    )
    op.create_index(op.f("ix_enquiries_asked_at"), "enquiries", ["asked_at"])
