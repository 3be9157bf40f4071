"""By when a correction must be here"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give each case the day; what was asked for before has none and waits as it did."""
    op.add_column("cases", sa.Column("correction_due", sa.DateTime(timezone=True), nullable=True))
