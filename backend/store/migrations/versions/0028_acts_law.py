"""A confirmed act names who confirmed it; versions of files are neither replaced nor emptied"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_EYES = "ck_certificate_acts_four_eyes"
_WAS = "verdict <> 'confirmed' OR decider <> proposer"
_IS = "verdict <> 'confirmed' OR (decider IS NOT NULL AND decider <> proposer)"
_AGAIN = "pk_certificate_files"
_TRUNCATE = "law_certificate_files_truncate"


def upgrade() -> None:
    """With NULL for the decider the old check was neither true nor false, and so let it pass.

    An act that was confirmed by nobody stops the migration: somebody wrote past the office.
    """
    count = op.get_bind().scalar(
        sa.text("SELECT COUNT(*) FROM certificate_acts WHERE NOT COALESCE(" + _IS + ", TRUE)")
    )
    if count:
        raise ValueError(f"{count} acts on certificates were confirmed by nobody: look into them")
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_acts()
        # REPLACE takes a row away without asking the DELETE trigger.
        op.execute(
            f"CREATE TRIGGER {_AGAIN}_trigger BEFORE INSERT ON certificate_files FOR EACH ROW"
            " WHEN EXISTS (SELECT 1 FROM certificate_files t WHERE"
            " t.certificate_no = NEW.certificate_no AND t.version = NEW.version)"
            f" BEGIN SELECT RAISE(ABORT, '{_AGAIN}'); END"
        )
        return
    op.execute(f"ALTER TABLE certificate_acts DROP CONSTRAINT {_EYES}")
    op.execute(f"ALTER TABLE certificate_acts ADD CONSTRAINT {_EYES} CHECK ({_IS})")
    op.execute(
        f"CREATE FUNCTION {_TRUNCATE}() RETURNS trigger LANGUAGE plpgsql AS $law$ BEGIN"
        f" RAISE EXCEPTION USING MESSAGE = '{_TRUNCATE}', ERRCODE = 'check_violation',"
        f" CONSTRAINT = '{_TRUNCATE}'; END $law$"
    )
    op.execute(
        f"CREATE TRIGGER {_TRUNCATE} BEFORE TRUNCATE ON certificate_files"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {_TRUNCATE}()"
    )


def _rebuild_acts() -> None:
    """Make the table anew, for SQLite changes no constraint; what hangs on it comes back."""
    bind, table = op.get_bind(), "certificate_acts"
    found = bind.exec_driver_sql(
        "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL", (table,)
    ).all()
    (made,) = (sql for kind, _, sql in found if kind == "table")
    if _WAS not in made:
        raise ValueError(f"{table} is not as migration 0019 made it")
    for kind, name, _ in found:
        if kind == "trigger":
            op.execute(f"DROP TRIGGER {name}")
    new = made.replace(_WAS, _IS).replace(f"TABLE {table}", f"TABLE new_{table}", 1)
    bind.exec_driver_sql(new)
    bind.exec_driver_sql(f"INSERT INTO new_{table} SELECT * FROM {table}")
    bind.exec_driver_sql(f"DROP TABLE {table}")
    bind.exec_driver_sql(f"ALTER TABLE new_{table} RENAME TO {table}")
    for kind, _, sql in found:
        if kind != "table":
            bind.exec_driver_sql(sql)
