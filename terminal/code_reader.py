"""Reads the signed codes on certificates with the keys that this counter believes; no network."""

from collections.abc import Callable
from datetime import datetime

from certs.scanned import check_text
from terminal.desk.keyring import Keys


def make_code_reader(keys: Keys, now: Callable[[], datetime]) -> Callable[[str], str]:
    """Return what gives the number that a genuine code names; empty for any other text."""

    def number_of(text: str) -> str:
        status = check_text(text, trust=keys().trust, at=now())
        return str(status.claims.get("certificate_no", ""))

    return number_of
