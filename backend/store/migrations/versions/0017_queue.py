"""A queue of a hundred thousand: every case has its place, and indices hold what pages ask for"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_NEVER = "9999-01-01 00:00:00.000000"
_PLACE = ("holder", "held_until")
_INDICES = {
    "queue": ("stage", "awaiting", "is_on_hold", "due_at", "case_no", *_PLACE),
    "search": (
        "due_at", "case_no", "stage", "awaiting", "is_on_hold", *_PLACE,
        "unit_no", "location", "mortgagee",
    ),
    "holder_stage_due_at_case_no": ("holder", "stage", "due_at", "case_no"),
}  # fmt: skip


def upgrade() -> None:
    """Cases on which no clock runs come last; that was said by null, which no index orders by."""
    zone = "+00" if op.get_bind().dialect.name == "postgresql" else ""
    op.execute(
        f"UPDATE cases SET due_at = '{_NEVER}{zone}', version = version + 1 WHERE due_at IS NULL"  # noqa: S608  # constants
    )
    for name in ("stage_awaiting_due_at", "terminal_due_at", "bank_due_at", "holder"):
        op.drop_index(f"ix_cases_{name}", "cases")
    for name, columns in _INDICES.items():
        op.create_index(f"ix_cases_{name}", "cases", list(columns))
