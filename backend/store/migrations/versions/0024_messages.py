"""Messages to the superior authority, one for each event of the register"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for them; every event of before waits to be reported."""
    op.create_table(
        "messages",
        sa.Column("unit_no", sa.String(28), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(18), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_no", "seq"],
            ["register_events.unit_no", "register_events.seq"],
            name=op.f("fk_messages_unit_no_seq"),
        ),
        sa.PrimaryKeyConstraint("unit_no", "seq", name=op.f("pk_messages")),
        sa.UniqueConstraint("message_id", name=op.f("uq_messages_message_id")),
    )
