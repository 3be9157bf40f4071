"""The register as events, bundles of cases, and certificates that others replace

Every title and entry that stands gets the events that it came from, as far as the old form tells:
that it was brought in or entered, and that it ended. Their facts stay sealed as they are.
"""

import re
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_BEFORE = "1970-01-01 00:00:00"
_MORTGAGE = "state = '1' AND kind = 'mortgage'"
_LIVE = "('prepared', 'sealed', 'published')"
_ENDS = "('cancelled', 'replaced', 'revoked')"


def _changed(*columns: str) -> str:
    return " OR ".join(f"NEW.{c} {{differs}} OLD.{c}" for c in columns)


_EVENT = (
    "EXISTS (SELECT 1 FROM register_events e WHERE e.unit_no = NEW.unit_no"
    " AND e.seq = NEW.last_seq AND {more})"
)
_OF_ENTRY = _EVENT.format(
    more="e.entry_no = NEW.entry_no AND e.subject = NEW.kind AND e.state = NEW.state"
    " AND (e.state <> '1' OR (COALESCE(e.rank, NEW.rank, 0) = COALESCE(NEW.rank, 0)"
    " AND e.rank_part = NEW.rank_part))"
)
_OF_TITLE = _EVENT.format(more="e.subject = 'title'")

# The laws that are new or other than before, in the form of 0002.
_LAWS = (
    *(
        (f"law_register_events_{act.lower()}", "register_events", act, "1 = 1")
        for act in ("UPDATE", "DELETE")
    ),
    # A unit's events have no gap, and a case that writes one is approved and about the unit.
    (
        "law_register_events_order",
        "register_events",
        "INSERT",
        "NEW.seq <> COALESCE((SELECT MAX(e.seq) FROM register_events e"
        " WHERE e.unit_no = NEW.unit_no), 0) + 1",
    ),
    (
        "law_register_events_case",
        "register_events",
        "INSERT",
        "NEW.case_no IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cases c WHERE"
        " c.case_no = NEW.case_no AND c.unit_no = NEW.unit_no"
        " AND c.stage IN ('approved', 'registered'))",
    ),
    # What stands is what the last event says: nothing appears, changes or ends without one.
    ("law_titles_birth", "titles", "INSERT", f"NOT ({_OF_TITLE})"),
    (
        "law_titles_update",
        "titles",
        "UPDATE",
        f"NEW.last_seq <= OLD.last_seq OR NOT ({_OF_TITLE}) OR " + _changed("unit_no"),
    ),
    ("law_register_entries_birth", "register_entries", "INSERT", f"NOT ({_OF_ENTRY})"),
    (
        "law_register_entries_change",
        "register_entries",
        "UPDATE",
        f"OLD.state <> '1' OR NEW.last_seq <= OLD.last_seq OR NOT ({_OF_ENTRY}) OR "
        + _changed("entry_no", "unit_no", "kind", "case_no", "certificate_no", "recorded_at"),
    ),
    # A certificate proves what its own case wrote.
    (
        "law_certificates_entry",
        "certificates",
        "INSERT",
        "NEW.status <> 'prepared' OR NEW.successor IS NOT NULL OR NOT EXISTS"
        " (SELECT 1 FROM register_events e WHERE e.entry_no = NEW.entry_no"
        " AND e.case_no = NEW.case_no)",
    ),
    (
        "law_certificates_move",
        "certificates",
        "UPDATE",
        f"NOT ((OLD.status = 'prepared' AND NEW.status IN ('sealed', 'cancelled', 'replaced',"
        f" 'revoked')) OR (OLD.status = 'sealed' AND NEW.status IN ('published', 'cancelled',"
        f" 'replaced', 'revoked')) OR (OLD.status = 'published' AND NEW.status IN {_ENDS})"
        " OR (OLD.status = 'replaced' AND NEW.status = 'replaced' AND OLD.successor IS NULL"
        " AND NEW.successor IS NOT NULL))",
    ),
    (
        "law_certificates_successor",
        "certificates",
        "UPDATE",
        "NEW.successor {differs} OLD.successor"
        " AND NOT (OLD.status = 'replaced' AND OLD.successor IS NULL)",
    ),
    (
        "law_cases_identity",
        "cases",
        "UPDATE",
        _changed("case_no", "application_id", "terminal", "bank", "bundle_id", "bundle_place"),
    ),
)
_GONE = ("law_register_entries_case", "law_register_entries_discharge")
"""Said by the events' laws now."""
_NEVER_REPLACED = (
    (
        "uq_cases_package_sha256_bundle_place",
        "cases",
        ("package_sha256", "bundle_place"),
        "",
    ),
    (
        "uq_cases_terminal_bundle_id_bundle_place",
        "cases",
        ("terminal", "bundle_id", "bundle_place"),
        " AND NEW.bundle_id <> ''",
    ),
    ("pk_register_events", "register_events", ("unit_no", "seq"), ""),
    (
        "uq_register_entries_unit_no_rank",
        "register_entries",
        ("unit_no", "rank", "rank_part"),
        " AND t.state = '1' AND t.kind = 'mortgage' AND NEW.state = '1' AND NEW.kind = 'mortgage'",
    ),
)
_REPLACED_BEFORE = ("uq_cases_package_sha256", "uq_register_entries_unit_no_rank")
_PRINTED = re.compile(r"（([0-9]{4})）.*不动产权第([0-9]{7})号", re.ASCII)


def upgrade() -> None:
    """Lay the events below what stands."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    kept = _drop_laws_sqlite() if is_sqlite else {}
    if not is_sqlite:
        op.execute("DROP TRIGGER law_register_entries_change ON register_entries")
    _add_columns()
    _make_events()
    _fill_events()
    _count_titles()
    if is_sqlite:
        _rebuild_sqlite("cases", _bundled_cases)
        _rebuild_sqlite("certificates", _replaced_certificates)
    else:
        _alter_postgres()
    _make_indexes()
    if is_sqlite:
        _restore_laws_sqlite(kept)
    else:
        _restore_laws_postgres()


def _add_columns() -> None:
    def add(table: str, name: str, kind: sa.types.TypeEngine[Any], default: str | None) -> None:
        column = sa.Column(name, kind, nullable=default is None, server_default=default)
        op.add_column(table, column)

    add("titles", "last_seq", sa.Integer(), "1")
    add("register_entries", "rank_part", sa.Integer(), "0")
    add("register_entries", "form", sa.String(length=16), "encumbrance")
    add("register_entries", "facts_seq", sa.Integer(), "0")
    add("register_entries", "last_seq", sa.Integer(), "0")
    add("certificates", "successor", sa.String(length=64), None)
    add("cases", "bundle_id", sa.String(length=64), "")
    add("cases", "bundle_place", sa.Integer(), "1")


def _make_events() -> None:
    op.create_table(
        "register_events",
        sa.Column("unit_no", sa.String(length=28), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry_no", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=24), nullable=False),
        sa.Column("act", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=1), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("rank_part", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=True),
        sa.Column("source", sa.String(length=128), nullable=False),
        sa.Column("registrar", sa.String(length=64), nullable=False),
        sa.Column("form", sa.String(length=16), nullable=True),
        sa.Column("sealed_facts", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_note", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_no"], ["cases.case_no"], name=op.f("fk_register_events_case_no")
        ),
        sa.PrimaryKeyConstraint("unit_no", "seq", name=op.f("pk_register_events")),
    )
    op.create_index(op.f("ix_register_events_entry_no_seq"), "register_events", ["entry_no", "seq"])
    op.create_index(op.f("ix_register_events_case_no"), "register_events", ["case_no"])


def _fill_events() -> None:
    """Write the events of what stands, unit by unit in the order of time."""
    op.execute("UPDATE register_entries SET form = 'mortgage' WHERE case_no IS NOT NULL")
    before = f"CAST('{_BEFORE}+00' AS TIMESTAMP WITH TIME ZONE)"
    if op.get_bind().dialect.name == "sqlite":
        before = f"'{_BEFORE}.000000'"
    op.execute(
        "INSERT INTO register_events (unit_no, seq, entry_no, subject, act, state, rank, rank_part,"
        " at, written_at, case_no, source, registrar, form, sealed_facts)"
        " SELECT unit_no, ROW_NUMBER() OVER (PARTITION BY unit_no ORDER BY at, step, entry_no),"
        " entry_no, subject, act, state, rank, 0, at, at, case_no, source, registrar, form, facts"
        " FROM ("
        f" SELECT unit_no, 'CQ-' || unit_no AS entry_no, 'title' AS subject, 'brought_in' AS act,"
        f" '1' AS state, NULL AS rank, {before} AS at, 0 AS step, NULL AS case_no, '' AS source,"
        " '' AS registrar, 'title' AS form, sealed_payload AS facts FROM titles"
        " UNION ALL SELECT unit_no, entry_no, kind,"
        " CASE WHEN case_no IS NULL THEN 'brought_in' ELSE 'entered' END,"
        " CASE WHEN cancelled_reason IS NULL THEN state ELSE '1' END, rank, recorded_at, 1,"
        " case_no, '', '', form, sealed_payload FROM register_entries"
        " UNION ALL SELECT unit_no, entry_no, kind,"
        " CASE WHEN kind = 'mortgage' THEN 'discharged' WHEN kind = 'seizure' THEN 'lifted'"
        " ELSE 'ended' END, state, rank, cancelled_at, 2, cancelled_by,"
        " CASE WHEN cancelled_by IS NULL THEN COALESCE(cancelled_registrar, '') ELSE '' END,"
        " COALESCE(cancelled_registrar, ''), NULL, NULL FROM register_entries"
        " WHERE cancelled_reason IS NOT NULL) AS standing"
    )
    op.execute(
        "UPDATE register_entries SET last_seq = (SELECT MAX(e.seq) FROM register_events e"
        " WHERE e.unit_no = register_entries.unit_no AND e.entry_no = register_entries.entry_no)"
    )


def _count_titles() -> None:
    """Use up the title numbers that came along: the office gives new ones now."""
    bind = op.get_bind()
    used: dict[str, int] = {}
    for (number,) in bind.execute(sa.text("SELECT title_no FROM titles")):
        if printed := _PRINTED.search(number):
            used[printed[1]] = max(used.get(printed[1], 0), int(printed[2]))
    for year, serial in used.items():
        bind.execute(
            sa.text("INSERT INTO counters (name, value) VALUES (:name, :value)"),
            {"name": f"title:{year}", "value": serial},
        )


def _make_indexes() -> None:
    for name, table, columns, where in (
        (
            "uq_register_entries_unit_no_rank",
            "register_entries",
            ["unit_no", "rank", "rank_part"],
            _MORTGAGE,
        ),
        (
            "uq_cases_terminal_bundle_id_bundle_place",
            "cases",
            ["terminal", "bundle_id", "bundle_place"],
            "bundle_id <> ''",
        ),
    ):
        op.create_index(
            name,
            table,
            columns,
            unique=True,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )


# --- SQLite -----------------------------------------------------------------------------------
# It cannot change a constraint in place, so such a table is made anew. Foreign keys are off while
# migrations run (see `backend.store.upgrades`), and every trigger goes and comes back.


def _drop_laws_sqlite() -> dict[str, str]:
    rows = op.get_bind().exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    kept = {name: sql for name, sql in rows.all()}
    for name in kept:
        op.execute(f"DROP TRIGGER {name}")
    op.drop_index("uq_register_entries_unit_no_rank", "register_entries")
    return kept


def _rebuild_sqlite(table: str, change: Callable[[str], str]) -> None:
    bind = op.get_bind()

    def find(kind: str) -> list[str]:
        query = "SELECT sql FROM sqlite_master WHERE type = ? AND tbl_name = ? AND sql IS NOT NULL"
        return list(bind.exec_driver_sql(query, (kind, table)).scalars())

    (made,), indexes = find("table"), find("index")
    columns = [row[1] for row in bind.exec_driver_sql(f"PRAGMA table_info({table})")]
    bind.exec_driver_sql(change(made).replace(f"TABLE {table}", f"TABLE new_{table}", 1))
    names = ", ".join(f'"{column}"' for column in columns)
    bind.exec_driver_sql(f"INSERT INTO new_{table} ({names}) SELECT {names} FROM {table}")
    bind.exec_driver_sql(f"DROP TABLE {table}")
    bind.exec_driver_sql(f"ALTER TABLE new_{table} RENAME TO {table}")
    for index in indexes:
        bind.exec_driver_sql(index)


def _bundled_cases(made: str) -> str:
    was = "CONSTRAINT uq_cases_package_sha256 UNIQUE (package_sha256)"
    assert was in made
    return made.replace(
        was,
        "CONSTRAINT uq_cases_package_sha256_bundle_place UNIQUE (package_sha256, bundle_place)",
    )


def _replaced_certificates(made: str) -> str:
    assert "'cancelled', 'revoked'" in made
    return made.replace("'cancelled', 'revoked'", "'cancelled', 'replaced', 'revoked'")


def _restore_laws_sqlite(kept: dict[str, str]) -> None:
    new = {name for name, *_ in (*_LAWS, *_NEVER_REPLACED)}
    gone = {f"{name}_trigger" for name in (*new, *_GONE, *_REPLACED_BEFORE)}
    for name, sql in kept.items():
        if name not in gone:
            op.execute(sql)
    for name, table, act, condition in _LAWS:
        _trigger_sqlite(name, table, act, condition.replace("{differs}", "IS NOT"))
    for name, table, columns, more in _NEVER_REPLACED:
        equal = " AND ".join(f"t.{c} = NEW.{c}" for c in columns)
        _trigger_sqlite(
            name, table, "INSERT", f"EXISTS (SELECT 1 FROM {table} t WHERE {equal}{more})"
        )


def _trigger_sqlite(name: str, table: str, act: str, condition: str) -> None:
    op.execute(
        f"CREATE TRIGGER {name}_trigger BEFORE {act} ON {table} FOR EACH ROW WHEN {condition}"
        f" BEGIN SELECT RAISE(ABORT, '{name}'); END"
    )


# --- PostgreSQL -------------------------------------------------------------------------------


def _alter_postgres() -> None:
    op.drop_index("uq_register_entries_unit_no_rank", "register_entries")
    op.drop_constraint("uq_cases_package_sha256", "cases")
    op.create_unique_constraint(
        op.f("uq_cases_package_sha256_bundle_place"), "cases", ["package_sha256", "bundle_place"]
    )
    op.drop_constraint("ck_certificates_status", "certificates")
    op.create_check_constraint(
        op.f("ck_certificates_status"),
        "certificates",
        "status IN ('prepared', 'sealed', 'published', 'cancelled', 'replaced', 'revoked')",
    )


def _restore_laws_postgres() -> None:
    for name in _GONE:
        op.execute(f"DROP TRIGGER {name} ON register_entries")
        op.execute(f"DROP FUNCTION {name}()")
    for name, table, act, condition in _LAWS:
        condition = condition.replace("{differs}", "IS DISTINCT FROM")
        row = "OLD" if act == "DELETE" else "NEW"
        op.execute(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $law$ BEGIN"
            f" IF {condition} THEN {_refuse(name)} END IF; RETURN {row}; END $law$"
        )
        op.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
        )
    name = "law_register_events_truncate"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $law$ BEGIN {_refuse(name)} END $law$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE TRUNCATE ON register_events"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
    )


def _refuse(name: str) -> str:
    return (
        f"RAISE EXCEPTION USING MESSAGE = '{name}', ERRCODE = 'check_violation',"
        f" CONSTRAINT = '{name}';"
    )
