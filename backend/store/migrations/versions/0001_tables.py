"""The tables of the first version"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answers",
        sa.Column(
            "cursor",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("terminal", sa.String(length=64), nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("sealed_statement", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("cursor", name=op.f("pk_answers")),
    )
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answers_case_no"), ["case_no"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_answers_terminal_cursor"), ["terminal", "cursor"], unique=False
        )

    op.create_table(
        "cases",
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("stage", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.String(length=64), nullable=False),
        sa.Column("terminal", sa.String(length=64), nullable=False),
        sa.Column("bank", sa.String(length=18), nullable=False),
        sa.Column("branch", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("unit_no", sa.String(length=28), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("mortgagee", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("package_sha256", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed_findings", sa.LargeBinary(), nullable=False),
        sa.Column("is_automatic", sa.Boolean(), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("case_no", name=op.f("pk_cases")),
        sa.UniqueConstraint(
            "application_id", "terminal", name=op.f("uq_cases_application_id_terminal")
        ),
        sa.UniqueConstraint("package_sha256", name=op.f("uq_cases_package_sha256")),
        sa.UniqueConstraint("unit_no", "accepted_at", name=op.f("uq_cases_unit_no_accepted_at")),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cases_bank_due_at"), ["bank", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_holder"), ["holder"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_cases_stage_due_at_case_no"),
            ["stage", "due_at", "case_no"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_cases_terminal_due_at"), ["terminal", "due_at"], unique=False
        )

    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )
    op.create_table(
        "data_keys",
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_data_keys")),
    )
    op.create_table(
        "journal",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("act", sa.String(length=64), nullable=False),
        sa.Column("ref", sa.String(length=128), nullable=False),
        sa.Column("body_sha256", sa.String(length=64), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_journal")),
        sa.UniqueConstraint("hash", name=op.f("uq_journal_hash")),
    )
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journal_ref"), ["ref"], unique=False)

    op.create_table(
        "moves",
        sa.Column("from_stage", sa.String(length=24), nullable=False),
        sa.Column("to_stage", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("from_stage", "to_stage", name=op.f("pk_moves")),
    )
    op.create_table(
        "packages",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("terminal", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=True),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_packages")),
        sa.UniqueConstraint("terminal", "sequence", name=op.f("uq_packages_terminal_sequence")),
    )
    with op.batch_alter_table("packages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_packages_case_no"), ["case_no"], unique=False)

    op.create_table(
        "staff",
        sa.Column("staff_id", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_staff")),
    )
    op.create_table(
        "tasks",
        sa.Column(
            "task_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("ref", sa.String(length=128), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("kind", "ref", name=op.f("uq_tasks_kind_ref")),
    )
    op.create_table(
        "terminals",
        sa.Column("terminal", sa.String(length=64), nullable=False),
        sa.Column("branch", sa.String(length=64), nullable=False),
        sa.Column("bank", sa.String(length=18), nullable=False),
        sa.Column("bank_name", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=True),
        sa.Column("token_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tls_fingerprint", sa.String(length=64), nullable=True),
        sa.Column("package_fingerprint", sa.String(length=64), nullable=True),
        sa.Column("package_certificate", sa.LargeBinary(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("terminal", name=op.f("pk_terminals")),
        sa.UniqueConstraint("package_fingerprint", name=op.f("uq_terminals_package_fingerprint")),
        sa.UniqueConstraint("tls_fingerprint", name=op.f("uq_terminals_tls_fingerprint")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_terminals_token_sha256")),
    )
    op.create_table(
        "titles",
        sa.Column("unit_no", sa.String(length=28), nullable=False),
        sa.Column("title_no", sa.String(length=64), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("sealed_payload", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("unit_no", name=op.f("pk_titles")),
    )
    with op.batch_alter_table("titles", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_titles_title_no"), ["title_no"], unique=False)

    op.create_table(
        "applications",
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_no"], ["cases.case_no"], name=op.f("fk_applications_case_no")
        ),
        sa.PrimaryKeyConstraint("case_no", "round", name=op.f("pk_applications")),
    )
    op.create_table(
        "decisions",
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("reviewer", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("sealed_opinion", sa.LargeBinary(), nullable=False),
        sa.Column("evidence_sha256", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "stage IN ('first', 'second', 'automatic')", name=op.f("ck_decisions_stage")
        ),
        sa.CheckConstraint(
            "verdict IN ('approve', 'refuse', 'correct')", name=op.f("ck_decisions_verdict")
        ),
        sa.ForeignKeyConstraint(["case_no"], ["cases.case_no"], name=op.f("fk_decisions_case_no")),
        sa.PrimaryKeyConstraint("case_no", "round", "stage", name=op.f("pk_decisions")),
        sa.UniqueConstraint(
            "case_no", "round", "person", name=op.f("uq_decisions_case_no_round_person")
        ),
    )
    op.create_table(
        "materials",
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("media_type", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_no"], ["cases.case_no"], name=op.f("fk_materials_case_no")),
        sa.PrimaryKeyConstraint("case_no", "position", name=op.f("pk_materials")),
    )
    op.create_table(
        "receipts",
        sa.Column("receipt_no", sa.String(length=64), nullable=False),
        sa.Column("package_sha256", sa.String(length=64), nullable=False),
        sa.Column("terminal", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("journal_seq", sa.BigInteger(), nullable=False),
        sa.Column("journal_hash", sa.String(length=64), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["journal_seq"], ["journal.seq"], name=op.f("fk_receipts_journal_seq")
        ),
        sa.ForeignKeyConstraint(
            ["package_sha256"], ["packages.sha256"], name=op.f("fk_receipts_package_sha256")
        ),
        sa.PrimaryKeyConstraint("receipt_no", name=op.f("pk_receipts")),
        sa.UniqueConstraint("package_sha256", name=op.f("uq_receipts_package_sha256")),
    )
    op.create_table(
        "register_entries",
        sa.Column("entry_no", sa.String(length=64), nullable=False),
        sa.Column("unit_no", sa.String(length=28), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=1), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("case_no", sa.String(length=24), nullable=True),
        sa.Column("certificate_no", sa.String(length=64), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_payload", sa.LargeBinary(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by", sa.String(length=24), nullable=True),
        sa.Column("cancelled_reason", sa.Text(), nullable=True),
        sa.Column("cancelled_registrar", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "(state = '1') = (cancelled_at IS NULL)", name=op.f("ck_register_entries_cancelled")
        ),
        sa.CheckConstraint(
            "kind <> 'mortgage' OR rank IS NOT NULL", name=op.f("ck_register_entries_rank")
        ),
        sa.ForeignKeyConstraint(
            ["case_no"], ["cases.case_no"], name=op.f("fk_register_entries_case_no")
        ),
        sa.ForeignKeyConstraint(
            ["unit_no"], ["titles.unit_no"], name=op.f("fk_register_entries_unit_no")
        ),
        sa.PrimaryKeyConstraint("entry_no", name=op.f("pk_register_entries")),
        sa.UniqueConstraint("cancelled_by", name=op.f("uq_register_entries_cancelled_by")),
        sa.UniqueConstraint("case_no", name=op.f("uq_register_entries_case_no")),
        sa.UniqueConstraint("certificate_no", name=op.f("uq_register_entries_certificate_no")),
    )
    with op.batch_alter_table("register_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_register_entries_unit_no"), ["unit_no"], unique=False)
        batch_op.create_index(
            "uq_register_entries_unit_no_rank",
            ["unit_no", "rank"],
            unique=True,
            sqlite_where=sa.text("state = '1' AND kind = 'mortgage'"),
            postgresql_where=sa.text("state = '1' AND kind = 'mortgage'"),
        )

    op.create_table(
        "sessions",
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.String(length=64), nullable=False),
        sa.Column("csrf", sa.String(length=128), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.staff_id"], name=op.f("fk_sessions_staff_id")
        ),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "certificates",
        sa.Column("certificate_no", sa.String(length=64), nullable=False),
        sa.Column("entry_no", sa.String(length=64), nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("licence_id", sa.String(length=80), nullable=False),
        sa.Column("print_no", sa.String(length=16), nullable=False),
        sa.Column("check_code", sa.String(length=64), nullable=False),
        sa.Column("sealed_facts", sa.LargeBinary(), nullable=False),
        sa.Column("facts_sha256", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('prepared', 'sealed', 'published', 'cancelled', 'revoked')",
            name=op.f("ck_certificates_status"),
        ),
        sa.ForeignKeyConstraint(
            ["case_no"], ["cases.case_no"], name=op.f("fk_certificates_case_no")
        ),
        sa.ForeignKeyConstraint(
            ["entry_no"], ["register_entries.entry_no"], name=op.f("fk_certificates_entry_no")
        ),
        sa.PrimaryKeyConstraint("certificate_no", name=op.f("pk_certificates")),
        sa.UniqueConstraint("licence_id", name=op.f("uq_certificates_licence_id")),
        sa.UniqueConstraint("pdf_sha256", name=op.f("uq_certificates_pdf_sha256")),
        sa.UniqueConstraint("print_no", name=op.f("uq_certificates_print_no")),
    )
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificates_case_no"), ["case_no"], unique=False)
        batch_op.create_index(
            "uq_certificates_entry_no",
            ["entry_no"],
            unique=True,
            sqlite_where=sa.text("status IN ('prepared', 'sealed', 'published')"),
            postgresql_where=sa.text("status IN ('prepared', 'sealed', 'published')"),
        )
