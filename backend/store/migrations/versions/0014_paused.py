"""Since when a case's clocks stand"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Clocks that stand already go on as they were: nobody wrote down since when."""
    op.add_column("cases", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
