"""A security key made of software, speaking WebAuthn for tests, with faults on request."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

ORIGIN = "https://localhost"


def _cose(key: ec.EllipticCurvePrivateKey) -> ES256:
    numbers = key.public_key().public_numbers()
    x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
    return ES256({1: 2, 3: ES256.ALGORITHM, -1: 1, -2: x, -3: y})


@dataclass(kw_only=True)
class SoftKey:
    """One key; its fields may be changed to make it lie."""

    rp_id: str = "localhost"
    origin: str = ORIGIN
    counter: int = 1
    is_verified: bool = True
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    key_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def create(self, options: Mapping[str, Any]) -> str:
        """Answer `navigator.credentials.create`, as the pages send it."""
        client = self._client("webauthn.create", options)
        data = AuthenticatorData.create(
            hashlib.sha256(self.rp_id.encode()).digest(),
            self._flags | AuthenticatorData.FLAG.AT,
            self.counter,
            AttestedCredentialData.create(b"\0" * 16, self.key_id, _cose(self.key)),
        )
        return self._answer(
            clientDataJSON=client, attestationObject=AttestationObject.create("none", data, {})
        )

    def get(self, options: Mapping[str, Any]) -> str:
        """Answer `navigator.credentials.get`."""
        client = self._client("webauthn.get", options)
        data = AuthenticatorData.create(
            hashlib.sha256(self.rp_id.encode()).digest(), self._flags, self.counter
        )
        signed = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=data, signature=signed)

    @property
    def _flags(self) -> AuthenticatorData.FLAG:
        verified = AuthenticatorData.FLAG.UV if self.is_verified else 0
        return AuthenticatorData.FLAG(AuthenticatorData.FLAG.UP | verified)

    def _client(self, kind: str, options: Mapping[str, Any]) -> bytes:
        challenge = options["publicKey"]["challenge"]
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _answer(self, **response: bytes) -> str:
        told = {name: websafe_encode(data) for name, data in response.items()}
        key_id = websafe_encode(self.key_id)
        return json.dumps({"id": key_id, "rawId": key_id, "type": "public-key", "response": told})
