"""Parcels that the office carries between the counters of a branch"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for parcels and for the keys that they are sealed to."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "relay_parcels",
        sa.Column("parcel", sa.String(32), nullable=False),
        sa.Column("sender", sa.String(64), nullable=False),
        sa.Column("recipient", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("left_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("closed_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("parcel", name=op.f("pk_relay_parcels")),
    )
    op.create_index(op.f("ix_relay_parcels_sender"), "relay_parcels", ["sender"])
    op.create_index(op.f("ix_relay_parcels_recipient"), "relay_parcels", ["recipient"])
    op.create_table(
        "relay_keys",
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("terminal", name=op.f("pk_relay_keys")),
    )
