"""Every version of certificates' files, and until when its time stamps are proven"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give each sealed certificate its first version; nobody has looked at its stamps yet."""
    at = sa.DateTime(timezone=True)
    op.create_table(
        "certificate_files",
        sa.Column("certificate_no", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("pdf_sha256", sa.String(64), nullable=False),
        sa.Column("ofd_sha256", sa.String(64), nullable=False),
        sa.Column("level", sa.String(8), nullable=False),
        sa.Column("proven_until", at, nullable=True),
        sa.Column("seal", sa.String(64), nullable=False),
        sa.Column("made_at", at, nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_no"],
            ["certificates.certificate_no"],
            name=op.f("fk_certificate_files_certificate_no_certificates"),
        ),
        sa.PrimaryKeyConstraint("certificate_no", "version", name=op.f("pk_certificate_files")),
    )
    for column in ("pdf_sha256", "ofd_sha256"):
        op.create_index(op.f(f"ix_certificate_files_{column}"), "certificate_files", [column])
    op.execute(
        "INSERT INTO certificate_files (certificate_no, version, act, pdf_sha256, ofd_sha256,"
        " level, seal, made_at) SELECT certificate_no, 1, 'issued', pdf_sha256,"
        " COALESCE(ofd_sha256, ''), '', '', COALESCE(issued_at, prepared_at)"
        " FROM certificates WHERE pdf_sha256 IS NOT NULL"
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for act in ("UPDATE", "DELETE"):
        (_forbid_sqlite if is_sqlite else _forbid_postgres)(act)


def _forbid_sqlite(act: str) -> None:
    name = f"law_certificate_files_{act.lower()}"
    op.execute(
        f"CREATE TRIGGER {name}_trigger BEFORE {act} ON certificate_files FOR EACH ROW"
        f" BEGIN SELECT RAISE(ABORT, '{name}'); END"
    )


def _forbid_postgres(act: str) -> None:
    name = f"law_certificate_files_{act.lower()}"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $law$ BEGIN"
        f" RAISE EXCEPTION USING MESSAGE = '{name}', ERRCODE = 'check_violation',"
        f" CONSTRAINT = '{name}'; END $law$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {act} ON certificate_files"
        f" FOR EACH ROW EXECUTE FUNCTION {name}()"
    )
