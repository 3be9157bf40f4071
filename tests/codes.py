"""Codes of certificates as tests make and read them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Protocol

from flask import Flask

from backend.office.ports import Clock, Works
from backend.office.verification import Verification
from certs.codes import sign_code, write_code
from certs.documents import DocumentVerdict
from certs.identity import Role
from certs.ports import Signer
from certs.scanned import FORGED, GENUINE, TextStatus
from tests.factories import PROOF_NO
from tests.pki import PKI

CLAIMS: Final[Mapping[int, Any]] = {
    1: ["豫开封市", 2026, 12345],
    2: 1,
    3: ["张*", "李*"],
    4: 20725,
    5: 86_000_000,
    6: 1,
}
PUBLIC_URL: Final = "https://registration.example.gov.cn:8443"
GOOD_DIGITS: Final = "2" * 320
"""A code that `read_made_up` takes as genuine."""


def make_code(pki: PKI, signer: Signer | None = None, **changes: Any) -> str:
    """Return the text of a QR code; `changes` go to claims by their number: `_5=…`."""
    claims = dict(CLAIMS) | {int(name.strip("_")): value for name, value in changes.items()}
    return write_code(sign_code(claims, signer or pki.office(Role.QR)), PUBLIC_URL)


class _World(Protocol):
    @property
    def app(self) -> Flask: ...

    @property
    def works(self) -> Works: ...


def read_made_up(text: str, _at: datetime) -> TextStatus:
    """Take one made-up code for that of the base case's certificate."""
    if text.endswith(GOOD_DIGITS):
        return TextStatus(reason=GENUINE, claims={"certificate_no": PROOF_NO})
    return TextStatus(reason=FORGED, claims={})


def make_verification(
    works: Works, clock: Clock, sealed: bytes, *, is_specimen: bool
) -> Verification:
    """Return the check of an office that sealed one file and signed one code."""
    return Verification(
        works=works,
        clock=clock,
        judge_seal=lambda data, _: (
            DocumentVerdict.VALID if data == sealed else DocumentVerdict.INVALID
        ),
        read_text=read_made_up,
        is_specimen=is_specimen,
    )


def propose_suspension(world: _World) -> None:
    """Let the first reviewer propose to suspend the base case's certificate."""
    suspending = world.app.extensions["office"].suspending
    with world.works.reading() as work:
        qian = work.staff.get("qian")
    suspending.propose(
        PROOF_NO, "suspend", basis="更正〔2026〕1号", reason="抵押物面积正在核查", staff=qian
    )
