"""The certificate's other file: OFD"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give each certificate room for the digest; what was issued before has no OFD."""
    op.add_column("certificates", sa.Column("ofd_sha256", sa.String(64), nullable=True))
    op.create_index("uq_certificates_ofd_sha256", "certificates", ["ofd_sha256"], unique=True)
