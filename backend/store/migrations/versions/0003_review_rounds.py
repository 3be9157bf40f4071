"""Rounds of review counted apart from the rounds of the application"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_APPROVED = (
    "EXISTS (SELECT 1 FROM decisions d WHERE d.case_no = NEW.case_no"
    " AND d.round = NEW.review_round AND d.stage = '{stage}' AND d.verdict = 'approve')"
)
_CONDITION = (
    "NEW.stage = 'approved' AND OLD.stage <> 'approved' AND NOT ({automatic} OR ({first} AND"
    " {second}))"
).format(**{stage: _APPROVED.format(stage=stage) for stage in ("automatic", "first", "second")})
_NAME = "law_cases_approval"


def upgrade() -> None:
    """Give each case its round of review, and let the four eyes count by it."""
    # With a default, SQLite adds the column in place: a table made anew would lose its triggers.
    column = sa.Column("review_round", sa.Integer(), nullable=False, server_default="1")
    op.add_column("cases", column)
    # Every change of a case counts its version up, this one too.
    op.execute("UPDATE cases SET review_round = round, version = version + 1")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {_NAME}_trigger")
        op.execute(
            f"CREATE TRIGGER {_NAME}_trigger BEFORE UPDATE ON cases FOR EACH ROW"
            f" WHEN {_CONDITION} BEGIN SELECT RAISE(ABORT, '{_NAME}'); END"
        )
    else:
        op.execute(
            f"CREATE OR REPLACE FUNCTION {_NAME}() RETURNS trigger LANGUAGE plpgsql AS $law$ BEGIN"
            f" IF {_CONDITION} THEN RAISE EXCEPTION USING MESSAGE = '{_NAME}',"
            f" ERRCODE = 'check_violation', CONSTRAINT = '{_NAME}'; END IF; RETURN NEW; END $law$"
        )
