"""The public log over the journal: salted records, blocks, heads, witnesses, faults"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_LAWS = (
    *(
        (f"law_{table}_{act.lower()}", table, act, "1 = 1")
        for table in ("logs", "log_blocks", "log_heads", "log_proofs")
        for act in ("UPDATE", "DELETE")
    ),
    ("law_log_faults_delete", "log_faults", "DELETE", "1 = 1"),
    (
        "law_log_faults_change",
        "log_faults",
        "UPDATE",
        "OLD.cleared_at IS NOT NULL OR NEW.cleared_at IS NULL OR "
        + " OR ".join(
            f"NEW.{c} {{differs}} OLD.{c}" for c in ("number", "kind", "ours", "theirs", "at")
        ),
    ),
    # A log only grows, and never beyond the journal.
    (
        "law_log_heads_growth",
        "log_heads",
        "INSERT",
        "NEW.size <= COALESCE((SELECT MAX(h.size) FROM log_heads h"
        " WHERE h.origin = NEW.origin), 0)"
        " OR NEW.size > COALESCE((SELECT MAX(j.seq) FROM journal j), 0)",
    ),
)


def upgrade() -> None:
    """Give each record its salt, and the log its tables."""
    # With a default, SQLite adds the column in place: a table made anew would lose its triggers.
    # Records that are there stay as they are: version 1, without salt.
    op.add_column("journal", sa.Column("salt", sa.String(32), nullable=False, server_default=""))
    op.add_column(
        "receipts", sa.Column("log_origin", sa.String(200), nullable=False, server_default="")
    )
    op.add_column(
        "receipts", sa.Column("log_within_s", sa.Integer(), nullable=False, server_default="0")
    )
    _make_tables()
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for law in _LAWS:
        (_trigger_sqlite if is_sqlite else _trigger_postgres)(*law)
    if not is_sqlite:
        for table in sorted({table for _, table, act, _ in _LAWS if act == "DELETE"}):
            _no_truncate(table)


def _make_tables() -> None:
    at = sa.DateTime(timezone=True)
    op.create_table(
        "logs",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("origin", sa.String(200), nullable=False),
        sa.Column("began_at", at, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_logs")),
        sa.UniqueConstraint("origin", name=op.f("uq_logs_origin")),
    )
    op.create_table(
        "log_blocks",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "number", name=op.f("pk_log_blocks")),
    )
    op.create_table(
        "log_heads",
        sa.Column("origin", sa.String(200), nullable=False),
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", at, nullable=False),
        sa.ForeignKeyConstraint(["origin"], ["logs.origin"], name=op.f("fk_log_heads_origin_logs")),
        sa.PrimaryKeyConstraint("origin", "size", name=op.f("pk_log_heads")),
    )
    op.create_index(op.f("ix_log_heads_at"), "log_heads", ["at"])
    op.create_table(
        "log_proofs",
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["journal.seq"], name=op.f("fk_log_proofs_seq_journal")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_log_proofs")),
    )
    op.create_table(
        "log_witnesses",
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("at", at, nullable=False),
        sa.ForeignKeyConstraint(
            ["terminal"], ["terminals.terminal"], name=op.f("fk_log_witnesses_terminal_terminals")
        ),
        sa.PrimaryKeyConstraint("terminal", name=op.f("pk_log_witnesses")),
    )
    op.create_table(
        "log_cosignatures",
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("origin", sa.String(200), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("at", at, nullable=False),
        sa.ForeignKeyConstraint(
            ["terminal"],
            ["log_witnesses.terminal"],
            name=op.f("fk_log_cosignatures_terminal_log_witnesses"),
        ),
        sa.PrimaryKeyConstraint("terminal", "size", name=op.f("pk_log_cosignatures")),
    )
    op.create_table(
        "log_faults",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("found_by", sa.String(100), nullable=False),
        sa.Column("ours", sa.Text(), nullable=False),
        sa.Column("theirs", sa.Text(), nullable=False),
        sa.Column("at", at, nullable=False),
        sa.Column("cleared_at", at, nullable=True),
        sa.Column("cleared_by", sa.String(100), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_log_faults")),
    )


def _trigger_sqlite(name: str, table: str, act: str, condition: str) -> None:
    op.execute(
        f"CREATE TRIGGER {name}_trigger BEFORE {act} ON {table} FOR EACH ROW"
        f" WHEN {condition.format(differs='IS NOT')} BEGIN SELECT RAISE(ABORT, '{name}'); END"
    )


def _refuse(name: str) -> str:
    return (
        f"RAISE EXCEPTION USING MESSAGE = '{name}', ERRCODE = 'check_violation',"
        f" CONSTRAINT = '{name}';"
    )


def _no_truncate(table: str) -> None:
    name = f"law_{table}_truncate"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $law$ BEGIN {_refuse(name)} END $law$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
    )


def _trigger_postgres(name: str, table: str, act: str, condition: str) -> None:
    row = "OLD" if act == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $law$ BEGIN"
        f" IF {condition.format(differs='IS DISTINCT FROM')} THEN {_refuse(name)} END IF;"
        f" RETURN {row}; END $law$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )
