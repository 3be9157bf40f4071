"""Closed complaints stay as they are"""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_LAWS = (
    ("law_complaints_update", "UPDATE", "OLD.closed_at IS NOT NULL"),
    ("law_complaints_delete", "DELETE", "1 = 1"),
)


def upgrade() -> None:
    """Have the database itself refuse to change a closed complaint, or to lose any."""
    (_laws_sqlite if op.get_bind().dialect.name == "sqlite" else _laws_postgres)()


def _laws_sqlite() -> None:
    again = "EXISTS (SELECT 1 FROM complaints t WHERE t.complaint_no = NEW.complaint_no)"
    for name, act, condition in (*_LAWS, ("pk_complaints", "INSERT", again)):
        op.execute(
            f"CREATE TRIGGER {name}_trigger BEFORE {act} ON complaints FOR EACH ROW"
            f" WHEN {condition} BEGIN SELECT RAISE(ABORT, '{name}'); END"
        )


def _laws_postgres() -> None:
    for name, act, condition in _LAWS:
        row = "OLD" if act == "DELETE" else "NEW"
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $law$ BEGIN"
            f" IF {condition} THEN {_refuse(name)} END IF; RETURN {row}; END $law$"
        )
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {act} ON complaints FOR EACH ROW"
            f" EXECUTE FUNCTION {name}()"
        )
    name = "law_complaints_truncate"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $law$ BEGIN {_refuse(name)} END $law$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE TRUNCATE ON complaints"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
    )


def _refuse(name: str) -> str:
    return (
        f"RAISE EXCEPTION USING MESSAGE = '{name}', ERRCODE = 'check_violation',"
        f" CONSTRAINT = '{name}';"
    )
