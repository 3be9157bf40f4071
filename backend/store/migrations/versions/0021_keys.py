"""Security keys (WebAuthn) beside one-time codes"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for keys, and for what they are asked to sign."""
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "staff_keys",
        sa.Column("credential_id", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.String(64), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("added_at", instant, nullable=False),
        sa.Column("used_at", instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.staff_id"], name=op.f("fk_staff_keys_staff_id")
        ),
        sa.PrimaryKeyConstraint("credential_id", name=op.f("pk_staff_keys")),
    )
    op.add_column(
        "sessions", sa.Column("confirmed_by", sa.String(8), nullable=False, server_default="")
    )
    op.create_index("ix_staff_keys_staff_id", "staff_keys", ["staff_id"])
    op.create_table(
        "key_challenges",
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(8), nullable=False),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["token_sha256"],
            ["sessions.token_sha256"],
            name=op.f("fk_key_challenges_token_sha256"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_key_challenges")),
    )
