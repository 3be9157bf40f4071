"""The office's end of joining: it issues to whoever asks, and signs configurations."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certs.bundle import to_json
from certs.identity import Identity, Role
from certs.keys import fingerprint, load_certificates
from certs.statements import sign_statement
from terminal.enrolment import Post
from terminal.errors import LinkError
from tests.pki import BANK, BRANCH, NOW, PKI

TERMINAL = "KF-LT-01"


@dataclass
class JoiningOffice:
    """The office's end of joining: issues what is asked, signs the configuration."""

    pki: PKI
    changes: dict[str, Any] = field(default_factory=dict)
    """What its next answers say instead."""
    claims: dict[str, Any] = field(default_factory=dict)
    """What its next configurations say instead."""
    asked: list[tuple[str, Mapping[str, object]]] = field(default_factory=list)
    fault: LinkError | None = None
    role: Role = Role.OFFICE
    now: datetime = NOW

    def connect(self, url: str, roots: Path) -> Post:
        assert load_certificates(roots) == self.pki.trust.bundle.roots
        return self.post

    def post(self, path: str, body: Mapping[str, object]) -> Any:
        self.asked.append((path, body))
        if self.fault:
            raise self.fault
        claims = {
            "terminal": TERMINAL,
            "branch": "KF-LT",
            "office": "114102000X0000043E",
            "office_name": "示例不动产登记中心",
            "bank": "91410200MA0X00015B",
            "bank_name": "示例商业银行",
            "trust": json.loads(to_json(self.pki.trust.bundle)),
            **self.claims,
        }
        return {
            "terminal": TERMINAL,
            "tls_certificate": self.issue(Role.TERMINAL, body["tls_request"]),
            "package_certificate": self.issue(Role.PACKAGE, body["package_request"]),
            "configuration": sign_statement(
                "configuration/1", claims, self.pki.office(self.role), self.now
            ),
            **self.changes,
        }

    def issue(self, role: Role, request: object, name: str = TERMINAL) -> str:
        der = x509.load_pem_x509_csr(str(request).encode()).public_bytes(Encoding.DER)
        identity = Identity(role=role, organisation=BANK, unit=BRANCH, name=name)
        chain = (self.pki.authority.issue(der, identity, role, self.now), *self.pki.authority.chain)
        return "".join(one.public_bytes(Encoding.PEM).decode() for one in chain)


def make_bundle(pki: PKI, **changes: Any) -> dict[str, Any]:
    return {
        "version": 1,
        "office_url": "https://office.example:8443",
        "terminal": TERMINAL,
        "code": "ABCD-EFGH",
        "root_sha256": fingerprint(pki.trust.bundle.roots[0]),
        "trust": json.loads(to_json(pki.trust.bundle)),
        **changes,
    }
