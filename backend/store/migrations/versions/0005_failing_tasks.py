"""Since when a task fails, so that nobody has to find it in a log"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give each task the time of its first failure in a row; the next try sets it."""
    op.add_column("tasks", sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True))
