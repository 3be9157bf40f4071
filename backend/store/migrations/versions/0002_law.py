"""The law that columns cannot say: triggers, the same on SQLite and PostgreSQL.

Each law is a name, a table, an act and the condition under which the act is refused. The name
is what `backend.store.faults.name_law` gives back. Conditions are written in the SQL that both
databases speak; `{differs}` is IS NOT on one and IS DISTINCT FROM on the other.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ZERO_HASH = "00" * 32


def _changed(*columns: str) -> str:
    return " OR ".join(f"NEW.{c} {{differs}} OLD.{c}" for c in columns)


_APPROVED = (
    "EXISTS (SELECT 1 FROM decisions d WHERE d.case_no = NEW.case_no AND d.round = NEW.round"
    " AND d.stage = '{stage}' AND d.verdict = 'approve')"
)
_AUTOMATIC = _APPROVED.format(stage="automatic")
_FIRST = _APPROVED.format(stage="first")
_SECOND = _APPROVED.format(stage="second")

_LAWS = (
    # Nothing of these is ever changed or taken away.
    *(
        (f"law_{table}_{act.lower()}", table, act, "1 = 1")
        for table in ("journal", "receipts", "decisions", "answers", "titles")
        for act in ("UPDATE", "DELETE")
    ),
    *(
        (f"law_{table}_delete", table, "DELETE", "1 = 1")
        for table in ("cases", "packages", "register_entries", "certificates")
    ),
    # The chain has no gap and no fork.
    (
        "law_journal_chain",
        "journal",
        "INSERT",
        "NEW.seq <> COALESCE((SELECT MAX(j.seq) FROM journal j), 0) + 1 OR NEW.previous_hash <>"
        " COALESCE((SELECT j.hash FROM journal j WHERE j.seq = NEW.seq - 1),"
        f" '{_ZERO_HASH}')",
    ),
    # A package keeps its case.
    (
        "law_packages_change",
        "packages",
        "UPDATE",
        _changed("sha256", "terminal", "sequence", "size", "received_at")
        + " OR (OLD.case_no IS NOT NULL AND NEW.case_no {differs} OLD.case_no)",
    ),
    # A case begins at RECEIVED, keeps who and what it is, and moves as `moves` says.
    ("law_cases_birth", "cases", "INSERT", "NEW.stage <> 'received'"),
    ("law_cases_version", "cases", "UPDATE", "NEW.version <> OLD.version + 1"),
    (
        "law_cases_identity",
        "cases",
        "UPDATE",
        _changed("case_no", "application_id", "terminal", "bank"),
    ),
    (
        "law_cases_move",
        "cases",
        "UPDATE",
        "NEW.stage <> OLD.stage AND NOT EXISTS (SELECT 1 FROM moves m"
        " WHERE m.from_stage = OLD.stage AND m.to_stage = NEW.stage)",
    ),
    # Four eyes: no approval without the rule book's decision, or two people's, in this round.
    (
        "law_cases_approval",
        "cases",
        "UPDATE",
        f"NEW.stage = 'approved' AND OLD.stage <> 'approved'"
        f" AND NOT ({_AUTOMATIC} OR ({_FIRST} AND {_SECOND}))",
    ),
    (
        "law_decisions_order",
        "decisions",
        "INSERT",
        "NEW.stage = 'second' AND NOT EXISTS (SELECT 1 FROM decisions d WHERE"
        " d.case_no = NEW.case_no AND d.round = NEW.round AND d.stage = 'first')",
    ),
    # An entry comes from an approved case about the same unit, and changes only by its one end.
    (
        "law_register_entries_case",
        "register_entries",
        "INSERT",
        "NEW.case_no IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cases c WHERE"
        " c.case_no = NEW.case_no AND c.unit_no = NEW.unit_no"
        " AND c.stage IN ('approved', 'registered'))",
    ),
    (
        "law_register_entries_change",
        "register_entries",
        "UPDATE",
        "OLD.state <> '1' OR OLD.cancelled_at IS NOT NULL OR NEW.state NOT IN ('2', '3') OR "
        + _changed(
            "entry_no",
            "unit_no",
            "kind",
            "rank",
            "case_no",
            "certificate_no",
            "recorded_at",
            "sealed_payload",
        ),
    ),
    (
        "law_register_entries_discharge",
        "register_entries",
        "UPDATE",
        "NEW.cancelled_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cases c WHERE"
        " c.case_no = NEW.cancelled_by AND c.unit_no = NEW.unit_no"
        " AND c.stage IN ('approved', 'registered'))",
    ),
    # A certificate proves the entry of its own case, keeps its facts and goes one way.
    (
        "law_certificates_entry",
        "certificates",
        "INSERT",
        "NEW.status <> 'prepared' OR NOT EXISTS (SELECT 1 FROM register_entries e WHERE"
        " e.entry_no = NEW.entry_no AND e.case_no = NEW.case_no)",
    ),
    (
        "law_certificates_facts",
        "certificates",
        "UPDATE",
        _changed(
            "certificate_no",
            "entry_no",
            "case_no",
            "licence_id",
            "print_no",
            "check_code",
            "sealed_facts",
            "facts_sha256",
            "prepared_at",
        )
        + " OR (OLD.pdf_sha256 IS NOT NULL AND NEW.pdf_sha256 {differs} OLD.pdf_sha256)"
        " OR (NEW.status IN ('sealed', 'published') AND NEW.pdf_sha256 IS NULL)",
    ),
    (
        "law_certificates_move",
        "certificates",
        "UPDATE",
        "NOT ((OLD.status = 'prepared' AND NEW.status IN ('sealed', 'cancelled', 'revoked'))"
        " OR (OLD.status = 'sealed' AND NEW.status IN ('published', 'cancelled', 'revoked'))"
        " OR (OLD.status = 'published' AND NEW.status IN ('cancelled', 'revoked')))",
    ),
)

# INSERT OR REPLACE takes a row away without asking the DELETE trigger, on a connection that
# leaves `recursive_triggers` off. The name is that of the constraint that REPLACE would get round.
_NEVER_REPLACED = (
    ("pk_cases", "cases", ("case_no",), ""),
    ("uq_cases_package_sha256", "cases", ("package_sha256",), ""),
    ("uq_cases_application_id_terminal", "cases", ("application_id", "terminal"), ""),
    ("uq_cases_unit_no_accepted_at", "cases", ("unit_no", "accepted_at"), ""),
    ("pk_packages", "packages", ("sha256",), ""),
    ("uq_packages_terminal_sequence", "packages", ("terminal", "sequence"), ""),
    ("pk_receipts", "receipts", ("receipt_no",), ""),
    ("uq_receipts_package_sha256", "receipts", ("package_sha256",), ""),
    ("pk_decisions", "decisions", ("case_no", "round", "stage"), ""),
    ("uq_decisions_case_no_round_person", "decisions", ("case_no", "round", "person"), ""),
    ("pk_answers", "answers", ("cursor",), ""),
    ("pk_titles", "titles", ("unit_no",), ""),
    ("pk_register_entries", "register_entries", ("entry_no",), ""),
    ("uq_register_entries_case_no", "register_entries", ("case_no",), ""),
    ("uq_register_entries_certificate_no", "register_entries", ("certificate_no",), ""),
    (
        "uq_register_entries_unit_no_rank",
        "register_entries",
        ("unit_no", "rank"),
        " AND t.state = '1' AND t.kind = 'mortgage' AND NEW.state = '1' AND NEW.kind = 'mortgage'",
    ),
    ("pk_certificates", "certificates", ("certificate_no",), ""),
    ("uq_certificates_licence_id", "certificates", ("licence_id",), ""),
    ("uq_certificates_print_no", "certificates", ("print_no",), ""),
    (
        "uq_certificates_entry_no",
        "certificates",
        ("entry_no",),
        " AND t.status IN ('prepared', 'sealed', 'published')",
    ),
)
_KEPT = sorted({table for _, table, act, _ in _LAWS if act == "DELETE"})


def upgrade() -> None:
    """Put the law into the database."""
    if op.get_bind().dialect.name == "sqlite":
        _upgrade_sqlite()
    else:
        _upgrade_postgres()


def _upgrade_sqlite() -> None:
    for name, table, act, condition in _LAWS:
        _trigger_sqlite(name, table, act, condition.format(differs="IS NOT"))
    for name, table, columns, more in _NEVER_REPLACED:
        equal = " AND ".join(f"t.{c} = NEW.{c}" for c in columns)
        condition = f"EXISTS (SELECT 1 FROM {table} t WHERE {equal}{more})"
        _trigger_sqlite(name, table, "INSERT", condition)


def _trigger_sqlite(name: str, table: str, act: str, condition: str) -> None:
    op.execute(
        f"CREATE TRIGGER {name}_trigger BEFORE {act} ON {table} FOR EACH ROW WHEN {condition}"
        f" BEGIN SELECT RAISE(ABORT, '{name}'); END"
    )


def _upgrade_postgres() -> None:
    for name, table, act, condition in _LAWS:
        condition = condition.format(differs="IS DISTINCT FROM")
        row = "OLD" if act == "DELETE" else "NEW"
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $law$ BEGIN"
            f" IF {condition} THEN {_refuse(name)} END IF; RETURN {row}; END $law$"
        )
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
        )
    for table in _KEPT:
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
