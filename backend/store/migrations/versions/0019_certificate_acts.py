"""Certificates are suspended, lifted or taken back as issued in error, by two people"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_SAME = ("certificate_no", "seq", "kind", "basis", "proposed_by", "proposer", "proposed_at")
_LAWS = (
    ("law_certificate_acts_delete", "DELETE", "1 = 1"),
    # Decided once, and what was proposed stays what it was.
    (
        "law_certificate_acts_update",
        "UPDATE",
        "OLD.verdict IS NOT NULL OR "
        + " OR ".join(f"NEW.{column} <> OLD.{column}" for column in _SAME),
    ),
)
_OPEN = sa.text("verdict IS NULL")


def upgrade() -> None:
    """Keep what one proposed and another decided; one proposal of a certificate at a time."""
    op.create_table(
        "certificate_acts",
        sa.Column("certificate_no", sa.String(64), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("basis", sa.String(200), nullable=False),
        sa.Column("sealed_reason", sa.LargeBinary(), nullable=False),
        sa.Column("proposed_by", sa.String(64), nullable=False),
        sa.Column("proposer", sa.String(64), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=True),
        sa.Column("decided_by", sa.String(64), nullable=True),
        sa.Column("decider", sa.String(64), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('suspend', 'lift', 'revoke')", name=op.f("ck_certificate_acts_kind")
        ),
        sa.CheckConstraint(
            "verdict IN ('confirmed', 'declined')", name=op.f("ck_certificate_acts_verdict")
        ),
        sa.CheckConstraint(
            "verdict <> 'confirmed' OR decider <> proposer",
            name=op.f("ck_certificate_acts_four_eyes"),
        ),
        sa.ForeignKeyConstraint(
            ["certificate_no"],
            ["certificates.certificate_no"],
            name=op.f("fk_certificate_acts_certificate_no"),
        ),
        sa.PrimaryKeyConstraint("certificate_no", "seq", name=op.f("pk_certificate_acts")),
    )
    op.create_index(
        "uq_certificate_acts_certificate_no",
        "certificate_acts",
        ["certificate_no"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    if op.get_bind().dialect.name == "sqlite":
        _laws_sqlite()
    else:
        _laws_postgres()


def _laws_sqlite() -> None:
    again = (
        "EXISTS (SELECT 1 FROM certificate_acts t WHERE t.certificate_no = NEW.certificate_no"
        " AND (t.seq = NEW.seq OR t.verdict IS NULL))"
    )
    for name, act, condition in (*_LAWS, ("uq_certificate_acts_certificate_no", "INSERT", again)):
        op.execute(
            f"CREATE TRIGGER {name}_trigger BEFORE {act} ON certificate_acts FOR EACH ROW"
            f" WHEN {condition} BEGIN SELECT RAISE(ABORT, '{name}'); END"
        )


def _laws_postgres() -> None:
    for name, act, condition in _LAWS:
        gives = "OLD" if act == "DELETE" else "NEW"
        _function(name, f"IF {condition} THEN {_refuse(name)} END IF; RETURN {gives};")
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {act} ON certificate_acts FOR EACH ROW"
            f" EXECUTE FUNCTION {name}()"
        )
    name = "law_certificate_acts_truncate"
    _function(name, f"{_refuse(name)} RETURN NULL;")
    op.execute(
        f"CREATE TRIGGER {name} BEFORE TRUNCATE ON certificate_acts"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
    )


def _function(name: str, body: str) -> None:
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $law$"
        f" BEGIN {body} END $law$"
    )


def _refuse(name: str) -> str:
    return (
        f"RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation',"
        f" CONSTRAINT = '{name}';"
    )
