"""The rule book's rulings, its switch, examinations that can be run again, and samples"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_CHANGED = " OR ".join(f"NEW.{c} <> OLD.{c}" for c in ("case_no", "drawn_at", "seed", "draw"))
_LAWS = (
    *(
        (f"law_{table}_{act.lower()}", table, act, "1 = 1")
        for table in ("rulings", "switches", "examinations")
        for act in ("UPDATE", "DELETE")
    ),
    # A verdict is written once, and the draw stays as it was.
    ("law_samples_update", "samples", "UPDATE", f"OLD.verdict <> '' OR {_CHANGED}"),
    ("law_samples_delete", "samples", "DELETE", "1 = 1"),
)
_NEVER_REPLACED = (
    ("pk_rulings", "rulings", ("seq",)),
    ("uq_rulings_version", "rulings", ("version",)),
    ("pk_switches", "switches", ("seq",)),
    ("pk_examinations", "examinations", ("case_no", "round")),
    ("pk_samples", "samples", ("case_no",)),
)
_TABLES = ("rulings", "switches", "examinations", "samples")


def upgrade() -> None:
    """Make the tables, empty: cases of before were not kept so that they could be run again."""
    _make_books()
    _make_examinations()
    if op.get_bind().dialect.name == "sqlite":
        _laws_sqlite()
    else:
        _laws_postgres()


def _make_books() -> None:
    op.create_table(
        "rulings",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("begins_at", _MOMENT, nullable=False),
        sa.Column("adopted_at", _MOMENT, nullable=False),
        sa.Column("adopted_by", sa.String(100), nullable=False),
        sa.Column("claims", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_rulings")),
        sa.UniqueConstraint("version", name=op.f("uq_rulings_version")),
    )
    op.create_table(
        "switches",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("is_stopped", sa.Boolean(), nullable=False),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_switches")),
    )


def _make_examinations() -> None:
    op.create_table(
        "examinations",
        sa.Column("case_no", sa.String(24), nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("book", sa.String(120), nullable=False),
        sa.Column("outcome", sa.String(24), nullable=False),
        sa.Column("inputs_sha256", sa.String(64), nullable=False),
        sa.Column("result_sha256", sa.String(64), nullable=False),
        sa.Column("sealed_inputs", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_result", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_no"], ["cases.case_no"], name=op.f("fk_examinations_case_no")
        ),
        sa.PrimaryKeyConstraint("case_no", "round", name=op.f("pk_examinations")),
    )
    op.create_index("ix_examinations_at", "examinations", ["at"])
    op.create_table(
        "samples",
        sa.Column("case_no", sa.String(24), nullable=False),
        sa.Column("drawn_at", _MOMENT, nullable=False),
        sa.Column("seed", sa.String(64), nullable=False),
        sa.Column("draw", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(8), nullable=False),
        sa.Column("reviewer", sa.String(64), nullable=False),
        sa.Column("sealed_reason", sa.LargeBinary(), nullable=False),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.CheckConstraint(
            "verdict IN ('', 'agree', 'disagree')", name=op.f("ck_samples_verdict")
        ),
        sa.ForeignKeyConstraint(["case_no"], ["cases.case_no"], name=op.f("fk_samples_case_no")),
        sa.PrimaryKeyConstraint("case_no", name=op.f("pk_samples")),
    )
    op.create_index("ix_samples_verdict_drawn_at", "samples", ["verdict", "drawn_at"])


def _laws_sqlite() -> None:
    again = []
    for name, table, columns in _NEVER_REPLACED:
        equal = " AND ".join(f"t.{c} = NEW.{c}" for c in columns)
        again.append((name, table, "INSERT", f"EXISTS (SELECT 1 FROM {table} t WHERE {equal})"))
    for name, table, act, condition in (*_LAWS, *again):
        op.execute(
            f"CREATE TRIGGER {name}_trigger BEFORE {act} ON {table} FOR EACH ROW WHEN {condition}"
            f" BEGIN SELECT RAISE(ABORT, '{name}'); END"
        )


def _laws_postgres() -> None:
    for name, table, act, condition in _LAWS:
        row = "OLD" if act == "DELETE" else "NEW"
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $law$ BEGIN"
            f" IF {condition} THEN {_refuse(name)} END IF; RETURN {row}; END $law$"
        )
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
        )
    for table in _TABLES:
        name = f"law_{table}_truncate"
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $law$ BEGIN {_refuse(name)} END $law$"
        )
        op.execute(
            f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )


def _refuse(name: str) -> str:
    return (
        f"RAISE EXCEPTION USING MESSAGE = '{name}', ERRCODE = 'check_violation',"
        f" CONSTRAINT = '{name}';"
    )
