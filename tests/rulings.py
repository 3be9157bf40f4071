"""Rulings as an office's people write them."""

from typing import Any

from tests.factories import OFFICE


def write_ruling(version: str = "2026-1", **changes: Any) -> str:
    """Return a ruling in TOML; members are replaced by name, `rules` by a table."""
    told: dict[str, str] = {
        "begins_at": "2026-01-01T00:00:00+08:00",
        "enabled": "true",
        "kinds": '["mortgage.first_registration", "mortgage.cancellation"]',
        "limit_yuan": "1000000",
        "sample_percent": "5",
        "spouse_signs": "false",
        "rules": "",
        "office": OFFICE.text,
    } | changes
    return f"""
schema = "rules/1"
office = "{told["office"]}"
version = "{version}"
reason = "试行"
begins_at = {told["begins_at"]}
spouse_signs = {told["spouse_signs"]}

[straight_through]
enabled = {told["enabled"]}
kinds = {told["kinds"]}
limit_yuan = {told["limit_yuan"]}
sample_percent = {told["sample_percent"]}

[chief]
limit_yuan = 5000000
rules = ["R27"]

[rules]
{told["rules"]}
"""
