"""Security keys by WebAuthn, through python-fido2: no attestation is asked for, no key is resident."""

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from backend.errors import BadCodeError

_VERIFIED: Final = UserVerificationRequirement.REQUIRED
_BROKEN: Final = (
    *(ValueError, TypeError, AttributeError, AssertionError),
    *(LookupError, struct.error, OverflowError, RecursionError),
)
"""What the library raises for an answer that is wrong or no answer at all.

Its readers of bytes raise IndexError and struct.error where bytes are missing, its CBOR whatever
Python does: lists as keys, numbers too large, lists in lists in lists.
"""


def rp_id_of(url: str) -> str:
    """Return the name that keys are bound to: the host of the address that people open."""
    return urlsplit(url).hostname or ""


def same_origin(url: str) -> Callable[[str], bool]:
    """Return a check that an origin is exactly that of an address."""
    parts = urlsplit(url)
    wanted = f"{parts.scheme}://{parts.netloc}"
    return lambda origin: origin == wanted


@dataclass(frozen=True, slots=True)
class WebAuthnKeys:
    """What browsers and keys speak, for one office."""

    rp_id: str
    office: str
    is_ours: Callable[[str], bool]
    """Whether an origin is that of our pages."""

    def ask_new(
        self, *, account: str, name: str, known: Sequence[bytes], challenge: bytes
    ) -> dict[str, object]:
        """Return creation options as JSON."""
        user = PublicKeyCredentialUserEntity(name=account, id=account.encode(), display_name=name)
        options, _ = self._server.register_begin(
            user,
            [AttestedCredentialData(one) for one in known],
            resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
            user_verification=_VERIFIED,
            challenge=challenge,
        )
        return dict(options)

    def read_new(self, challenge: bytes, told: Mapping[str, object]) -> tuple[bytes, bytes, int]:
        """Check a new key's answer."""
        try:
            data = self._server.register_complete(_state(challenge), told)
            credential = data.credential_data
            assert credential is not None  # the library has asserted it
        except _BROKEN as exc:
            raise BadCodeError("new key") from exc
        return bytes(credential.credential_id), bytes(credential), data.counter

    def ask_use(self, *, known: Sequence[bytes], challenge: bytes) -> dict[str, object]:
        """Return request options as JSON."""
        options, _ = self._server.authenticate_begin(
            [AttestedCredentialData(one) for one in known],
            user_verification=_VERIFIED,
            challenge=challenge,
        )
        return dict(options)

    def read_use(
        self, challenge: bytes, known: Sequence[bytes], told: Mapping[str, object]
    ) -> tuple[bytes, int]:
        """Check a key's answer: whose it is, to what, from where, and that its holder was there."""
        try:
            answer = AuthenticationResponse.from_dict(told)
            used = self._server.authenticate_complete(
                _state(challenge), [AttestedCredentialData(one) for one in known], answer
            )
        except _BROKEN as exc:
            raise BadCodeError("key") from exc
        return bytes(used.credential_id), answer.response.authenticator_data.counter

    @property
    def _server(self) -> Fido2Server:
        rp = PublicKeyCredentialRpEntity(name=self.office, id=self.rp_id)
        return Fido2Server(rp, verify_origin=self.is_ours)


def _state(challenge: bytes) -> dict[str, object]:
    """Return what the library wants to have kept between asking and answer."""
    text = websafe_encode(challenge)
    return {"challenge": text, "user_verification": _VERIFIED}
