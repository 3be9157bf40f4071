"""The words behind a record's digest, where people wrote them: sealed, never changed"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; of acts before it there are digests alone, for nobody kept the words."""
    op.create_table(
        "journal_words",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["seq"], ["journal.seq"], name=op.f("fk_journal_words_seq_journal")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_journal_words")),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for act in ("UPDATE", "DELETE"):
        (_forbid_sqlite if is_sqlite else _forbid_postgres)(act)
    if is_sqlite:
        # REPLACE takes a row away without asking the DELETE trigger.
        op.execute(
            "CREATE TRIGGER pk_journal_words_trigger BEFORE INSERT ON journal_words FOR EACH ROW"
            " WHEN EXISTS (SELECT 1 FROM journal_words t WHERE t.seq = NEW.seq)"
            " BEGIN SELECT RAISE(ABORT, 'pk_journal_words'); END"
        )
    else:
        _forbid_postgres("TRUNCATE", each="STATEMENT")


def _forbid_sqlite(act: str) -> None:
    name = f"law_journal_words_{act.lower()}"
    op.execute(
        f"CREATE TRIGGER {name}_trigger BEFORE {act} ON journal_words FOR EACH ROW"
        f" BEGIN SELECT RAISE(ABORT, '{name}'); END"
    )


def _forbid_postgres(act: str, *, each: str = "ROW") -> None:
    name = f"law_journal_words_{act.lower()}"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $law$ BEGIN"
        f" RAISE EXCEPTION USING MESSAGE = '{name}', ERRCODE = 'check_violation',"
        f" CONSTRAINT = '{name}'; END $law$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {act} ON journal_words"
        f" FOR EACH {each} EXECUTE FUNCTION {name}()"
    )
