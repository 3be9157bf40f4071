"""One throw-away authority: keys and certificates are made in the test, none is committed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from certs.authority import Authority, load_authority
from certs.founding import init_authority
from certs.identity import Identity, Role, SuiteName
from certs.keys import generate_key, load_certificates, make_request
from certs.places import certificate_path, key_path
from certs.ports import KeyOpener, Signer
from certs.signers import load_opener, load_signer
from certs.signers.softkey import SoftKeySigner
from certs.trust import TrustStore

NOW = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
"""The moment at which the test authority is founded and everything is issued."""

ORGANISATION = "示例市不动产登记中心"
BANK = "示例银行"
BRANCH = "示例支行"
OFFICE = "310000"
TERMINAL = "T-0001"


def make_authority(
    folder: Path,
    now: datetime = NOW,
    *,
    office: str = OFFICE,
    suite: SuiteName = SuiteName.INTERNATIONAL,
) -> Authority:
    """Found an authority in a folder that does not exist yet, e.g. `tmp_path / "authority"`.

    Gives the one that issues in `suite`.
    """
    init_authority(folder, ORGANISATION, now, office=office, suite=suite)
    return load_authority(folder, suite)


def make_signer(
    authority: Authority,
    role: Role = Role.PACKAGE,
    *,
    name: str = TERMINAL,
    unit: str = BRANCH,
    now: datetime = NOW,
) -> SoftKeySigner:
    """Issue a fresh certificate of the given role and hold its key in memory."""
    key = generate_key(role, authority.suite)
    identity = Identity(role=role, organisation=BANK, unit=unit, name=name)
    certificate = authority.issue(make_request(key, identity), identity, role, now)
    return SoftKeySigner(certificate, authority.chain, key)


def office_signer(authority: Authority, role: Role) -> Signer:
    """Open one of the office's own keys."""
    folder = authority.folder
    return load_signer(f"softkey:{key_path(folder, role)}", certificate_path(folder, role))


def office_certificate(authority: Authority, role: Role) -> x509.Certificate:
    """Give one of the office's own certificates."""
    return load_certificates(certificate_path(authority.folder, role))[0]


def make_opener(authority: Authority) -> KeyOpener:
    """Open the office's envelope key."""
    folder = authority.folder
    spec = f"softkey:{key_path(folder, Role.ENVELOPE)}"
    return load_opener([(spec, certificate_path(folder, Role.ENVELOPE))])


@dataclass(frozen=True, slots=True)
class PKI:
    """An authority, one enrolled terminal, and the office's keys; shared, so change nothing."""

    authority: Authority
    trust: TrustStore
    package_signer: SoftKeySigner
    terminal: SoftKeySigner
    opener: KeyOpener

    def office(self, role: Role) -> Signer:
        """Open one of the office's own keys."""
        return office_signer(self.authority, role)

    def certificate(self, role: Role) -> x509.Certificate:
        """Give one of the office's own certificates."""
        return office_certificate(self.authority, role)


def make_pki(folder: Path, now: datetime = NOW, suite: SuiteName = SuiteName.INTERNATIONAL) -> PKI:
    """Found an authority and enrol one terminal."""
    authority = make_authority(folder, now, suite=suite)
    return PKI(
        authority=authority,
        trust=TrustStore(authority.bundle),
        package_signer=make_signer(authority, Role.PACKAGE, now=now),
        terminal=make_signer(load_authority(folder), Role.TERMINAL, now=now),
        opener=make_opener(authority),
    )


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> PKI:
    """One authority for the whole session; tests that revoke or issue make their own."""
    return make_pki(tmp_path_factory.mktemp("pki") / "authority")


@pytest.fixture(scope="session")
def national_pki(tmp_path_factory: pytest.TempPathFactory) -> PKI:
    """One national authority for the whole session, beside the one that TLS needs."""
    folder = tmp_path_factory.mktemp("national") / "authority"
    return make_pki(folder, suite=SuiteName.NATIONAL)


@pytest.fixture(scope="session", params=list(SuiteName))
def any_pki(request: pytest.FixtureRequest) -> PKI:
    """Each suite's authority in turn: what must hold in both."""
    is_national = request.param is SuiteName.NATIONAL
    found = request.getfixturevalue("national_pki" if is_national else "pki")
    assert isinstance(found, PKI)
    return found
