"""A ruling is proposed by one person and adopted by another"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_SAME = ("seq", "version", "claims", "proposed_by", "proposer", "proposed_at")
_LAWS = (
    ("law_ruling_proposals_delete", "DELETE", "1 = 1"),
    # Decided once, and what was proposed stays what it was.
    (
        "law_ruling_proposals_update",
        "UPDATE",
        "OLD.verdict IS NOT NULL OR " + " OR ".join(f"NEW.{name} <> OLD.{name}" for name in _SAME),
    ),
)


def upgrade() -> None:
    """Keep what one proposed and another decided; nobody adopts what he proposed."""
    op.create_table(
        "ruling_proposals",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("claims", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(64), nullable=False),
        sa.Column("proposer", sa.String(64), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=True),
        sa.Column("decided_by", sa.String(64), nullable=True),
        sa.Column("decider", sa.String(64), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "verdict IN ('adopted', 'declined')", name=op.f("ck_ruling_proposals_verdict")
        ),
        sa.CheckConstraint(
            "verdict <> 'adopted' OR (decider IS NOT NULL AND decider <> proposer)",
            name=op.f("ck_ruling_proposals_four_eyes"),
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_ruling_proposals")),
    )
    (_laws_sqlite if op.get_bind().dialect.name == "sqlite" else _laws_postgres)()


def _laws_sqlite() -> None:
    again = "EXISTS (SELECT 1 FROM ruling_proposals t WHERE t.seq = NEW.seq)"
    for name, act, condition in (*_LAWS, ("pk_ruling_proposals", "INSERT", again)):
        op.execute(
            f"CREATE TRIGGER {name}_trigger BEFORE {act} ON ruling_proposals FOR EACH ROW"
            f" WHEN {condition} BEGIN SELECT RAISE(ABORT, '{name}'); END"
        )


def _laws_postgres() -> None:
    for name, act, condition in _LAWS:
        gives = "OLD" if act == "DELETE" else "NEW"
        _function(name, f"IF {condition} THEN {_refuse(name)} END IF; RETURN {gives};")
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {act} ON ruling_proposals FOR EACH ROW"
            f" EXECUTE FUNCTION {name}()"
        )
    name = "law_ruling_proposals_truncate"
    _function(name, f"{_refuse(name)} RETURN NULL;")
    op.execute(
        f"CREATE TRIGGER {name} BEFORE TRUNCATE ON ruling_proposals"
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
