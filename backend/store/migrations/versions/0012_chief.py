"""The head's decision, cases on hold, and the thread of each case

A table of SQLite cannot change a constraint in place, so `decisions` is made anew there. Foreign
keys are off while migrations run (see `backend.store.upgrades`), and every trigger goes and comes
back.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_DECIDED = (
    "EXISTS (SELECT 1 FROM decisions d WHERE d.case_no = NEW.case_no"
    " AND d.round = NEW.review_round AND d.stage = '{stage}'{verdict})"
)


def _is(stage: str, verdict: str = "") -> str:
    return _DECIDED.format(stage=stage, verdict=verdict and f" AND d.verdict = '{verdict}'")


_TWO = f"{_is('first', 'approve')} AND {_is('second', 'approve')} AND NEW.chief_reason = ''"
_HEAD = f"{_is('first')} AND {_is('second')} AND {_is('chief', 'approve')}"
_BEFORE = (
    "NOT EXISTS (SELECT 1 FROM decisions d WHERE d.case_no = NEW.case_no"
    " AND d.round = NEW.round AND d.stage = '{stage}')"
)
_LAWS = (
    # Four eyes, and the head's where something asks for them.
    (
        "law_cases_approval",
        "cases",
        "UPDATE",
        "NEW.stage = 'approved' AND OLD.stage <> 'approved'"
        f" AND NOT ({_is('automatic', 'approve')} OR ({_TWO}) OR ({_HEAD}))",
    ),
    (
        "law_decisions_order",
        "decisions",
        "INSERT",
        f"(NEW.stage = 'second' AND {_BEFORE.format(stage='first')})"
        f" OR (NEW.stage = 'chief' AND {_BEFORE.format(stage='second')})",
    ),
    ("law_remarks_update", "remarks", "UPDATE", "1 = 1"),
    ("law_remarks_delete", "remarks", "DELETE", "1 = 1"),
)
_NAMES = frozenset(name for name, *_ in _LAWS)


def upgrade() -> None:
    """Add what a third decision needs; open cases are where their decisions say."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    kept = _drop_laws_sqlite() if is_sqlite else {}
    op.add_column("cases", sa.Column("awaiting", sa.String(8), nullable=False, server_default="first"))
    op.add_column("cases", sa.Column("chief_reason", sa.String(16), nullable=False, server_default=""))
    op.add_column("cases", sa.Column("is_on_hold", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE cases SET awaiting = 'second', version = version + 1 WHERE stage = 'in_review' AND"
        " EXISTS (SELECT 1 FROM decisions d WHERE d.case_no = cases.case_no"
        " AND d.round = cases.review_round AND d.stage = 'first')"
    )
    op.create_index("ix_cases_stage_awaiting_due_at", "cases", ["stage", "awaiting", "due_at"])
    op.create_table(
        "remarks",
        sa.Column("case_no", sa.String(24), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("staff_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_no"], ["cases.case_no"], name=op.f("fk_remarks_case_no")),
        sa.PrimaryKeyConstraint("case_no", "seq", name=op.f("pk_remarks")),
    )
    if is_sqlite:
        _rebuild_decisions()
        _restore_laws_sqlite(kept)
    else:
        _alter_postgres()


def _drop_laws_sqlite() -> dict[str, str]:
    rows = op.get_bind().exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    kept = {name: sql for name, sql in rows.all()}
    for name in kept:
        op.execute(f"DROP TRIGGER {name}")
    return kept


def _rebuild_decisions() -> None:
    bind = op.get_bind()
    made = bind.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'decisions'"
    ).scalar_one()
    was = "stage IN ('first', 'second', 'automatic')"
    assert was in made
    new = made.replace(was, "stage IN ('first', 'second', 'chief', 'automatic')")
    bind.exec_driver_sql(new.replace("TABLE decisions", "TABLE new_decisions", 1))
    bind.exec_driver_sql("INSERT INTO new_decisions SELECT * FROM decisions")
    bind.exec_driver_sql("DROP TABLE decisions")
    bind.exec_driver_sql("ALTER TABLE new_decisions RENAME TO decisions")


def _restore_laws_sqlite(kept: dict[str, str]) -> None:
    for name, sql in kept.items():
        if name.removesuffix("_trigger") not in _NAMES:
            op.execute(sql)
    again = ("pk_remarks", "remarks", "INSERT", (
        "EXISTS (SELECT 1 FROM remarks t WHERE t.case_no = NEW.case_no AND t.seq = NEW.seq)"
    ))
    for name, table, act, condition in (*_LAWS, again):
        op.execute(
            f"CREATE TRIGGER {name}_trigger BEFORE {act} ON {table} FOR EACH ROW WHEN {condition}"
            f" BEGIN SELECT RAISE(ABORT, '{name}'); END"
        )


def _alter_postgres() -> None:
    op.drop_constraint("ck_decisions_stage", "decisions")
    op.create_check_constraint(
        op.f("ck_decisions_stage"), "decisions", "stage IN ('first', 'second', 'chief', 'automatic')"
    )
    for name, table, act, condition in _LAWS:
        row = "OLD" if act == "DELETE" else "NEW"
        op.execute(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $law$ BEGIN"
            f" IF {condition} THEN {_refuse(name)} END IF; RETURN {row}; END $law$"
        )
        if table == "remarks":
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW"
                f" EXECUTE FUNCTION {name}()"
            )
    name = "law_remarks_truncate"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $law$ BEGIN {_refuse(name)} END $law$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE TRUNCATE ON remarks"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
    )


def _refuse(name: str) -> str:
    return (
        f"RAISE EXCEPTION USING MESSAGE = '{name}', ERRCODE = 'check_violation',"
        f" CONSTRAINT = '{name}';"
    )
