"""Packages for the tests of the key ring."""

from certs.envelope import Part, seal
from certs.identity import Role
from tests.pki import NOW, OFFICE, PKI, TERMINAL

SMALL = (Part("a", "text/plain", b"one"), Part("b", "text/plain", b"two"))


def make_package(pki: PKI, parts: tuple[Part, ...] = SMALL, *, sequence: int = 7) -> bytes:
    """Seal parts from the enrolled terminal to the office."""
    return seal(
        parts,
        signer=pki.package_signer,
        recipient=pki.certificate(Role.ENVELOPE),
        office=OFFICE,
        terminal=TERMINAL,
        sequence=sequence,
        at=NOW,
    )
