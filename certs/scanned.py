"""Judging the text of a QR code without any network: an address with a signed code, or a token."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from certs.codes import PATH, check_code, describe, read_code
from certs.documents import DocumentReason, DocumentVerdict
from certs.errors import (
    SignerNotTrustedError,
    StatementDamagedError,
    StatementForgedError,
    StatementKindError,
)
from certs.identity import Role
from certs.tokens import check_token, find_signer
from certs.trust import Reason, TrustStore

LARGEST_TEXT: Final = 4096
"""Bytes; no QR code holds more (ISO/IEC 18004)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStatus:
    """What the text of a QR code is worth."""

    reason: DocumentReason
    claims: dict[str, Any]
    """What the office signed; empty unless the token is genuine."""

    @property
    def verdict(self) -> DocumentVerdict:
        """The verdict that the one reason gives."""
        return self.reason.verdict


def _reason(code: str, verdict: DocumentVerdict, zh: str, en: str) -> DocumentReason:
    return DocumentReason(code=code, zh=zh, en=en, verdict=verdict)


GENUINE: Final = _reason(
    "token-genuine",
    DocumentVerdict.VALID,
    "二维码内容由登记机构签发，未被改动；权利现状以登记簿为准。",
    "The office signed these claims; whether the right still stands, only the register knows.",
)
ADDRESS: Final = _reason(
    "address",
    DocumentVerdict.INDETERMINATE,
    "二维码是查验网址，须打开该网址查验，并核对网址属于登记机构。",
    "The code is an address: only its page can tell. See that the address is the office's.",
)
REVOKED: Final = _reason(
    "token-key-revoked",
    DocumentVerdict.REVOKED,
    "签发二维码的证书已被吊销。",
    "The certificate that signed the code was taken back.",
)
AGED: Final = _reason(
    "token-key-aged",
    DocumentVerdict.INDETERMINATE,
    "签发二维码的证书已过期或状态不明，请以登记簿为准。",
    "The certificate that signed the code is past its time or unknown; ask the register.",
)
FORGED: Final = _reason(
    "token-forged",
    DocumentVerdict.INVALID,
    "二维码签名不成立。",
    "The signature of the code does not hold.",
)
FOREIGN: Final = _reason(
    "token-foreign",
    DocumentVerdict.INVALID,
    "二维码不是由信任列表中的登记机构签发。",
    "The code was not signed by the office of the trust list.",
)
NO_TEXT: Final = _reason(
    "not-a-certificate",
    DocumentVerdict.INVALID,
    "既不是登记证明文件，也不是其二维码内容。",
    "Neither a registration certificate nor the text of its QR code.",
)


def check_text(text: str, *, trust: TrustStore, at: datetime) -> TextStatus:
    """Say what the text of a QR code is worth at a moment, by the trust bundle alone."""
    text = text.strip()
    try:
        if text.lower().startswith(("https://", "http://")):
            if PATH.lower() not in text.lower():
                return TextStatus(reason=ADDRESS, claims={})
            found, signer = check_code(read_code(text), trust.bundle)
            claims = describe(found)
        else:
            claims, signer = check_token(text, trust.bundle), find_signer(text, trust.bundle)
    except StatementForgedError:
        return TextStatus(reason=FORGED, claims={})
    except (SignerNotTrustedError, StatementKindError):
        return TextStatus(reason=FOREIGN, claims={})
    except StatementDamagedError:
        return TextStatus(reason=NO_TEXT, claims={})
    verdict = trust.check(signer, (), Role.QR, at)
    if verdict.reason is Reason.REVOKED:
        return TextStatus(reason=REVOKED, claims={})
    if not verdict.ok and "registered_on" in claims:
        # A mortgage outlives the key: what was signed while the key was in force stays good, as
        # long as nobody took the key back. The end of that day in China, never later than now.
        day = date.fromisoformat(claims["registered_on"])
        signed = datetime(day.year, day.month, day.day, 15, 59, 59, tzinfo=UTC)
        verdict = trust.check(signer, (), Role.QR, min(signed, at))
    return (
        TextStatus(reason=GENUINE, claims=claims)
        if verdict.ok
        else TextStatus(reason=AGED, claims={})
    )
