"""What figures are counted from: who filed a case, what corrections were about"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Older cases name no teller and older requests no rules: both lie sealed in their papers."""
    op.add_column("cases", sa.Column("teller", sa.String(200), nullable=False, server_default=""))
    op.add_column("answers", sa.Column("rules", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_answers_kind_at", "answers", ["kind", "at"])
