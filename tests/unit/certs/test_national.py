"""The national suite beside the international one: whom it believes, and that nothing crosses over."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certs.authority import Authority, load_authority
from certs.cover import check_cover, read_cover
from certs.envelope import open_sealed
from certs.errors import (
    AuthorityError,
    AuthorityExistsError,
    AuthorityMissingError,
    KeyUnsuitableError,
    PackageForgedError,
    RequestRefusedError,
    SignerNotTrustedError,
    TrustBundleError,
)
from certs.founding import add_suite
from certs.identity import MALFORMED, Identity, Role, SuiteName, Use, find_profile, key_usage
from certs.keys import generate_key, load_key, make_request, public_key_of, save_key, suite_of
from certs.lists import with_newer_lists
from certs.places import suite_folder
from certs.sm2.keys import SM2PrivateKey, SM2PublicKey, sm3
from certs.sm2.structures import CertificateFacts, sign_certificate, sign_request
from certs.statements import check_statement, sign_statement
from certs.templates import Template, sign_template
from certs.trust import Reason, Status, TrustStore, crl_number, is_from
from tests.pki import (
    BANK,
    NOW,
    OFFICE,
    PKI,
    TERMINAL,
    make_authority,
    make_pki,
    make_signer,
    office_certificate,
    office_signer,
)
from tests.unit.certs.packages import make_package

IDENTITY = Identity(role=Role.PACKAGE, organisation=BANK, name=TERMINAL)
NATIONAL = SuiteName.NATIONAL


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """One for the whole module: what a test issues or revokes is its own certificate."""
    return make_authority(tmp_path_factory.mktemp("national") / "authority", suite=NATIONAL)


def forge(
    authority: Authority,
    *,
    key: SM2PrivateKey | None = None,
    extensions: Callable[
        [list[tuple[x509.ExtensionType, bool]]], list[tuple[x509.ExtensionType, bool]]
    ] = list,
    by: SM2PrivateKey | None = None,
    issuer: x509.Name | None = None,
) -> x509.Certificate:
    """Sign what the authority never would: a package certificate with one thing wrong."""
    profile = find_profile(Role.PACKAGE, NATIONAL)
    assert profile is not None
    assert isinstance(authority.key, SM2PrivateKey)
    public = (key or SM2PrivateKey.generate()).public_key()
    names = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(IDENTITY.uri)])
    good: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(False, None), True),
        (key_usage(profile.use), True),
        (x509.SubjectKeyIdentifier(sm3(public.point)[:20]), False),
        (x509.AuthorityKeyIdentifier(_key_id(authority), None, None), False),
        (names, False),
        (x509.ExtendedKeyUsage(profile.purposes), False),
    ]
    facts = CertificateFacts(
        serial=x509.random_serial_number(),
        subject=IDENTITY.subject,
        issuer=issuer or authority.certificate.subject,
        starts=NOW - timedelta(minutes=5),
        ends=NOW + timedelta(days=30),
        spki=public.spki,
        extensions=extensions(good),
    )
    return sign_certificate(facts, (by or authority.key).sign)


def _key_id(authority: Authority) -> bytes:
    extensions = authority.certificate.extensions
    return extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest


def reason_of(authority: Authority, certificate: x509.Certificate) -> Reason:
    return TrustStore(authority.bundle).check(certificate, (), Role.PACKAGE, NOW).reason


# --- whom it believes


def test_a_forged_certificate_without_a_fault_would_pass(authority: Authority) -> None:
    """Otherwise the tests below would show nothing."""
    assert reason_of(authority, forge(authority)) is Reason.OK


def test_another_key_s_signature_is_not_believed(authority: Authority) -> None:
    forged = forge(authority, by=SM2PrivateKey.generate())
    assert reason_of(authority, forged) is Reason.UNTRUSTED


def test_a_terminal_s_key_issues_nothing(authority: Authority) -> None:
    signer = make_signer(authority)
    assert isinstance(signer.key, SM2PrivateKey)
    forged = forge(authority, by=signer.key, issuer=signer.certificate.subject)
    verdict = TrustStore(authority.bundle).check(forged, (signer.certificate,), Role.PACKAGE, NOW)
    assert verdict.reason is Reason.UNTRUSTED


def test_a_critical_extension_that_nobody_knows_is_refused(authority: Authority) -> None:
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\x05\x00")
    forged = forge(authority, extensions=lambda good: [*good, (unknown, True)])
    assert reason_of(authority, forged) is Reason.UNTRUSTED


@pytest.mark.parametrize("missing", range(6))
def test_a_certificate_that_lacks_an_extension_is_refused(
    authority: Authority, missing: int
) -> None:
    forged = forge(authority, extensions=lambda good: good[:missing] + good[missing + 1 :])
    # Without the holder's key identifier it is as good as with it: nothing is decided by it.
    assert (reason_of(authority, forged) is Reason.OK) == (missing == 2)


def test_another_usage_is_refused(authority: Authority) -> None:
    wrong = key_usage(Use.SIGN | Use.CERTIFY)
    forged = forge(authority, extensions=lambda good: [good[0], (wrong, True), *good[2:]])
    assert reason_of(authority, forged) is Reason.WRONG_USAGE


def test_another_office_s_root_is_not_believed(authority: Authority, tmp_path: Path) -> None:
    other = make_authority(tmp_path / "other", suite=NATIONAL)
    assert reason_of(authority, make_signer(other).certificate) is Reason.UNTRUSTED


def test_no_byte_of_a_certificate_can_be_changed(authority: Authority) -> None:
    der = make_signer(authority).certificate.public_bytes(Encoding.DER)
    trust, passed = TrustStore(authority.bundle), []
    for place in range(0, len(der), 2):
        changed = bytearray(der)
        changed[place] ^= 1
        try:
            certificate = x509.load_der_x509_certificate(bytes(changed))
        except MALFORMED:
            continue
        if trust.check(certificate, (), Role.PACKAGE, NOW).ok:
            passed.append(place)
    assert passed == []


@pytest.mark.parametrize("days", [-1, 366])
def test_outside_its_days_it_is_not_believed(authority: Authority, days: int) -> None:
    certificate = make_signer(authority).certificate
    verdict = TrustStore(authority.bundle).check(
        certificate, (), Role.PACKAGE, NOW + timedelta(days=days)
    )
    assert verdict.reason in {Reason.NOT_YET_VALID, Reason.EXPIRED}


def test_a_revoked_certificate_is_refused_from_that_moment_on(authority: Authority) -> None:
    certificate = make_signer(authority).certificate
    at = NOW + timedelta(hours=1)
    authority.revoke(certificate.serial_number, at, x509.ReasonFlags.key_compromise)
    trust = TrustStore(authority.bundle)

    assert trust.check(certificate, (), Role.PACKAGE, NOW).status is Status.GOOD
    assert trust.check(certificate, (), Role.PACKAGE, at).reason is Reason.REVOKED


def test_only_its_own_issuer_s_list_counts(authority: Authority, tmp_path: Path) -> None:
    other = make_authority(tmp_path / "other", suite=NATIONAL)
    newest = other.crl(NOW + timedelta(minutes=1))

    bundle = authority.bundle
    assert not is_from(newest, authority.certificate)
    assert with_newer_lists(bundle, [newest]) is bundle


def test_a_newer_list_of_the_issuer_is_taken(tmp_path: Path) -> None:
    authority = make_authority(tmp_path / "authority", suite=NATIONAL)
    old = authority.bundle
    newest = authority.crl(NOW + timedelta(minutes=1))

    kept = with_newer_lists(old, [newest])
    numbers = [(suite_of_list(crl), crl_number(crl)) for crl in kept.crls]
    others = {(NATIONAL, 1), (SuiteName.INTERNATIONAL, 1)}
    assert numbers.count((NATIONAL, 2)) == 1
    assert set(numbers) == {(NATIONAL, 2), *others}


def suite_of_list(crl: x509.CertificateRevocationList) -> SuiteName:
    is_national = crl.signature_algorithm_oid.dotted_string == "1.2.156.10197.1.501"
    return NATIONAL if is_national else SuiteName.INTERNATIONAL


def test_a_role_of_the_office_has_a_certificate_of_its_kind(authority: Authority) -> None:
    trust = TrustStore(authority.bundle)
    for role in set(authority.bundle.pinned) - {Role.LOG}:
        newest, older = authority.bundle.certificates(role)
        assert suite_of(public_key_of(newest)) is NATIONAL
        assert suite_of(public_key_of(older)) is SuiteName.INTERNATIONAL
        assert trust.check(newest, (), role, NOW).ok
        assert trust.check(older, (), role, NOW).ok


# --- nothing crosses over


def test_no_authority_issues_in_the_other_suite(authority: Authority) -> None:
    both = {suite: load_authority(authority.home, suite) for suite in SuiteName}
    for suite, other in zip(both, reversed(both), strict=True):
        request = make_request(generate_key(Role.PACKAGE, suite), IDENTITY)
        with pytest.raises(RequestRefusedError):
            both[other].issue(request, IDENTITY, Role.PACKAGE, NOW)


def test_no_chain_has_keys_of_two_suites(authority: Authority) -> None:
    template = Template(
        identity=IDENTITY,
        public_key=generate_key(Role.PACKAGE).public_key(),
        serial=1,
        starts=NOW,
        ends=NOW + timedelta(days=1),
    )
    with pytest.raises(AuthorityError):
        sign_template(template, authority.certificate, authority.key)


@pytest.mark.parametrize("role", [Role.SERVER, Role.TERMINAL, Role.LOG])
def test_tls_and_the_log_have_no_national_keys(authority: Authority, role: Role) -> None:
    """Python's ssl speaks neither TLCP (GB/T 38636) nor RFC 8998; notes are signed by Ed25519."""
    with pytest.raises(KeyUnsuitableError):
        generate_key(role, NATIONAL)
    identity = Identity(role=role, organisation=BANK, name=TERMINAL)
    request = make_request(generate_key(Role.PACKAGE, NATIONAL), identity)
    with pytest.raises(AuthorityError):
        authority.issue(request, identity, role, NOW)


def test_a_request_proves_its_key(authority: Authority) -> None:
    public = SM2PrivateKey.generate().public_key()
    request = sign_request(IDENTITY.subject, public.spki, SM2PrivateKey.generate().sign)
    with pytest.raises(RequestRefusedError):
        authority.issue(request, IDENTITY, Role.PACKAGE, NOW)


@pytest.mark.parametrize("closed", SuiteName)
def test_a_closed_suite_is_not_fallen_back_to(tmp_path: Path, closed: SuiteName) -> None:
    """Whoever closes a suite is not talked back into it: not in packages, not in statements."""
    pki = make_pki(tmp_path / "authority", suite=closed)
    is_open = {suite for suite in SuiteName if suite is not closed}
    trust = TrustStore(pki.authority.bundle, suites=is_open)
    text = sign_statement("receipt/1", {}, pki.office(Role.OFFICE), NOW)

    with pytest.raises(SignerNotTrustedError, match="closed-suite"):
        open_sealed(make_package(pki), opener=pki.opener, trust=trust, at=NOW, office=OFFICE)
    with pytest.raises(SignerNotTrustedError, match="closed-suite"):
        check_statement(text, "receipt/1", trust, Role.OFFICE, NOW)
    assert trust.check(pki.terminal.certificate, (), Role.TERMINAL, NOW).ok
    assert trust.check(pki.certificate(Role.SEAL), (), Role.SEAL, NOW).ok


def test_the_number_of_the_other_suite_is_a_forgery(national_pki: PKI, pki: PKI) -> None:
    """The number is signed, and must be that of the key that signed."""
    cover = read_cover(make_package(national_pki))
    lie = replace(cover, suite=1)
    with pytest.raises(PackageForgedError):
        check_cover(lie, cover.certificates[0])
    with pytest.raises(PackageForgedError):
        check_cover(replace(read_cover(make_package(pki)), suite=2), cover.certificates[0])


# --- founding


def test_a_second_suite_leaves_the_first_as_it_was(tmp_path: Path) -> None:
    first = make_authority(tmp_path / "authority")
    before, office = first.bundle, office_certificate(first, Role.OFFICE)
    added = add_suite(first.home, NOW, office=OFFICE)

    assert added.suite is NATIONAL
    assert first.bundle.roots[:1] == before.roots
    assert first.bundle.certificates(Role.OFFICE)[1:] == (office,)
    assert office_certificate(first, Role.OFFICE) == office
    assert TrustStore(first.bundle).check(office, (), Role.OFFICE, NOW).status is Status.GOOD
    assert len({crl.issuer for crl in first.bundle.crls}) == 4, "two of each: issuer, root"


def test_a_suite_is_never_founded_twice(authority: Authority) -> None:
    before = authority.bundle
    with pytest.raises(AuthorityExistsError):
        add_suite(authority.home, NOW, office=OFFICE)
    assert authority.bundle == before


def test_a_suite_needs_an_authority_to_stand_beside(tmp_path: Path) -> None:
    with pytest.raises(TrustBundleError):
        add_suite(tmp_path / "nothing", NOW, office=OFFICE)
    assert not suite_folder(tmp_path / "nothing", NATIONAL).exists()


def test_a_suite_that_is_not_there_cannot_be_opened(tmp_path: Path) -> None:
    authority = make_authority(tmp_path / "authority")
    with pytest.raises(AuthorityMissingError):
        load_authority(authority.home, NATIONAL)


def test_two_lists_of_two_suites_stand_side_by_side(authority: Authority) -> None:
    international = load_authority(authority.home)
    for one in (international, authority, international):
        one.crl(NOW + timedelta(hours=2))
    issuers = [crl.issuer for crl in authority.bundle.crls]

    assert len(issuers) == len(set(issuers)) == 4, "two of each: issuer, root"


def test_the_keys_come_back_from_the_disk(tmp_path: Path) -> None:
    key = generate_key(Role.PACKAGE, NATIONAL)
    save_key(tmp_path / "keys" / "key.pem", key)
    again = load_key(tmp_path / "keys" / "key.pem")

    assert isinstance(again, SM2PrivateKey)
    assert again.public_key() == key.public_key()
    assert (tmp_path / "keys" / "key.pem").stat().st_mode & 0o777 == 0o600


def test_the_seal_signs_any_bytes_for_other_formats(authority: Authority) -> None:
    """What an OFD seal (GB/T 38540-2020) is made of: a DER signature and the certificate."""
    seal = office_signer(authority, Role.SEAL)
    key = public_key_of(seal.certificate)
    assert isinstance(key, SM2PublicKey)

    key.verify(seal.sign(b"any bytes"), b"any bytes")
    assert seal.chain == (authority.certificate,)
