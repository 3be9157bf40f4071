"""One-time codes of an authenticator app: TOTP (RFC 6238), SHA-1, six digits, thirty seconds."""

import base64
import secrets
from datetime import datetime
from typing import Final
from urllib.parse import quote

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP

_STEP_S: Final = 30
_SECRET_BYTES: Final = 20
"""As RFC 4226 (section 4, R6) recommends: 160 bits."""


class TimeCodes:
    """What authenticator apps understand, whoever made them."""

    def make_secret(self) -> bytes:
        """Return a fresh secret."""
        return secrets.token_bytes(_SECRET_BYTES)

    def find_step(self, secret: bytes, code: str, at: datetime) -> int | None:
        """Return the step of time that a code is of, now or a step to either side; else None."""
        if not (code.isascii() and code.isdigit()):
            return None
        # SHA-1 is what every app computes; as an HMAC it is not broken.
        totp = TOTP(secret, 6, SHA1(), _STEP_S)  # noqa: S303 - RFC 6238, as every app has it
        now = int(at.timestamp()) // _STEP_S
        for step in (now, now - 1, now + 1):
            try:
                totp.verify(code.encode("ascii"), step * _STEP_S)
            except InvalidToken:
                continue
            return step
        return None

    def key_text(self, secret: bytes) -> str:
        """Return a secret as people type it into an app: base32 in groups of four."""
        text = base64.b32encode(secret).decode("ascii")
        return " ".join(text[at : at + 4] for at in range(0, len(text), 4))

    def address(self, secret: bytes, *, account: str, issuer: str) -> str:
        """Return the otpauth URI that an app reads from a QR code."""
        key = base64.b32encode(secret).decode("ascii")
        label = f"{quote(issuer)}:{quote(account)}"
        return f"otpauth://totp/{label}?secret={key}&issuer={quote(issuer)}"
