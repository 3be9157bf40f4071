"""Whom to believe: each reason for a no, then the yes."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from certs.authority import Authority
from certs.bundle import TrustBundle
from certs.errors import SignerNotTrustedError
from certs.identity import PROFILES, Identity, Role, Use, key_usage
from certs.keys import generate_key
from certs.templates import Template, sign_template
from certs.trust import Reason, Status, TrustStore, crl_number
from tests.pki import BANK, NOW, PKI, TERMINAL, make_authority, make_signer, office_certificate

IDENTITY = Identity(role=Role.PACKAGE, organisation=BANK, name=TERMINAL)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """One for the whole module: what a test issues or revokes is its own certificate."""
    return make_authority(tmp_path_factory.mktemp("trust") / "authority")


def forge(
    authority: Authority,
    *,
    usage: x509.KeyUsage | None = None,
    purposes: list[x509.ObjectIdentifier] | None = None,
    is_authority: bool = False,
    uris: tuple[str, ...] = (IDENTITY.uri,),
    name: str = TERMINAL,
    curve: ec.EllipticCurve | None = None,
) -> x509.Certificate:
    """Sign what the authority never would: a package certificate with one thing wrong."""
    profile = PROFILES[Role.PACKAGE]
    key = ec.generate_private_key(curve or ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(
            x509.Name(
                [
                    x509.NameAttribute(NameOID.ORGANIZATION_NAME, BANK),
                    x509.NameAttribute(NameOID.COMMON_NAME, name),
                ]
            )
        )
        .issuer_name(authority.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(minutes=5))
        .not_valid_after(NOW + timedelta(days=30))
        .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        .add_extension(usage or key_usage(profile.use), critical=True)
        .add_extension(x509.ExtendedKeyUsage(purposes or profile.purposes), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(
                authority.certificate.public_key()  # type: ignore[arg-type]  # of the kind that we made
            ),
            critical=False,
        )
    )
    if uris:
        names = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(u) for u in uris])
        builder = builder.add_extension(names, critical=False)
    assert isinstance(authority.key, ec.EllipticCurvePrivateKey)
    return builder.sign(authority.key, hashes.SHA384())


def reason_of(
    authority: Authority,
    certificate: x509.Certificate,
    *,
    role: Role = Role.PACKAGE,
    at: datetime = NOW,
) -> Reason:
    return TrustStore(authority.bundle).check(certificate, authority.chain, role, at).reason


def test_the_forger_can_do_it_right(authority: Authority) -> None:
    """Each refusal below is for the one thing that is wrong."""
    assert reason_of(authority, forge(authority)) is Reason.OK


def test_one_more_purpose_is_too_many(authority: Authority) -> None:
    """A package key that may also log in as a client would open a second door."""
    purposes = [*PROFILES[Role.PACKAGE].purposes, ExtendedKeyUsageOID.CLIENT_AUTH]
    assert reason_of(authority, forge(authority, purposes=purposes)) is Reason.WRONG_USAGE


def test_another_purpose_is_wrong(authority: Authority) -> None:
    purposes = [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert reason_of(authority, forge(authority, purposes=purposes)) is Reason.WRONG_USAGE


@pytest.mark.parametrize(
    "use", [Use.COMMIT, Use.SIGN | Use.COMMIT, Use.AGREE, Use.SIGN | Use.CERTIFY, Use(0)]
)
def test_another_key_usage_is_wrong(authority: Authority, use: Use) -> None:
    assert reason_of(authority, forge(authority, usage=key_usage(use))) is Reason.WRONG_USAGE


def test_a_usage_that_no_role_has_is_wrong(authority: Authority) -> None:
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=True,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    assert reason_of(authority, forge(authority, usage=usage)) is Reason.WRONG_USAGE


def test_a_leaf_that_claims_to_be_an_authority_is_wrong(authority: Authority) -> None:
    assert reason_of(authority, forge(authority, is_authority=True)) is Reason.WRONG_USAGE


def test_another_curve_is_weak(authority: Authority) -> None:
    certificate = forge(authority, curve=ec.SECP384R1())
    assert reason_of(authority, certificate) is Reason.WEAK_KEY


@pytest.mark.parametrize(
    ("uris", "name"),
    [
        ((), TERMINAL),
        ((IDENTITY.uri, IDENTITY.uri + "2"), TERMINAL),
        ((IDENTITY.uri,), "T-0002"),
        (("urn:mortgage-registration:king:T-0001",), TERMINAL),
        (("urn:mortgage-registration:package:",), ""),
        (("urn:mortgage-registration:package:../x",), "../x"),
    ],
    ids=["none", "two", "subject differs", "no role", "no name", "no plain name"],
)
def test_who_it_is_must_be_plain(authority: Authority, uris: tuple[str, ...], name: str) -> None:
    certificate = forge(authority, uris=uris, name=name or "x")
    assert reason_of(authority, certificate) is Reason.MALFORMED


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PACKAGE])
def test_a_certificate_is_good_for_its_own_role_only(authority: Authority, role: Role) -> None:
    certificate = make_signer(authority).certificate
    assert reason_of(authority, certificate, role=role) is Reason.WRONG_ROLE


def test_it_is_good_from_its_first_second_to_its_last(authority: Authority) -> None:
    certificate = make_signer(authority).certificate
    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    second = timedelta(seconds=1)

    assert reason_of(authority, certificate, at=first - second) is Reason.NOT_YET_VALID
    assert reason_of(authority, certificate, at=first) is Reason.OK
    assert reason_of(authority, certificate, at=last) is Reason.OK
    assert reason_of(authority, certificate, at=last + second) is Reason.EXPIRED


def test_an_unknown_root_is_not_believed(authority: Authority, tmp_path: Path) -> None:
    other = make_authority(tmp_path / "other")
    store = TrustStore(authority.bundle)
    verdict = store.check(make_signer(other).certificate, other.chain, Role.PACKAGE, NOW)
    assert verdict.reason is Reason.UNTRUSTED


def test_a_root_that_comes_along_is_not_believed(authority: Authority, tmp_path: Path) -> None:
    other = make_authority(tmp_path / "other")
    chain = (*other.chain, *other.bundle.roots)
    verdict = TrustStore(authority.bundle).check(
        make_signer(other).certificate, chain, Role.PACKAGE, NOW
    )
    assert verdict.reason is Reason.UNTRUSTED


def test_a_leaf_cannot_issue(authority: Authority) -> None:
    signer = make_signer(authority)
    key = generate_key(Role.PACKAGE)
    template = Template(
        identity=Identity(role=Role.PACKAGE, organisation=BANK, name="T-0666"),
        public_key=key.public_key(),
        serial=x509.random_serial_number(),
        starts=NOW,
        ends=NOW + timedelta(days=1),
    )
    forged = sign_template(template, signer.certificate, signer.key)
    verdict = TrustStore(authority.bundle).check(
        forged, (signer.certificate, *authority.chain), Role.PACKAGE, NOW
    )
    assert verdict.reason is Reason.UNTRUSTED


def test_an_empty_bundle_believes_nobody(authority: Authority) -> None:
    empty = TrustBundle(organisation="nobody", roots=(), intermediates=())
    verdict = TrustStore(empty).check(
        make_signer(authority).certificate, authority.chain, Role.PACKAGE, NOW
    )
    assert verdict.reason is Reason.UNTRUSTED


def test_nine_intermediates_are_too_many(authority: Authority) -> None:
    certificate = make_signer(authority).certificate
    verdict = TrustStore(authority.bundle).check(
        certificate, authority.chain * 9, Role.PACKAGE, NOW
    )
    assert verdict.reason is Reason.UNTRUSTED


def test_the_bundle_s_issuers_are_enough(authority: Authority) -> None:
    store = TrustStore(authority.bundle)
    assert store.check(make_signer(authority).certificate, (), Role.PACKAGE, NOW).ok


# --- revocation


def test_revocation_counts_from_its_moment_on(authority: Authority) -> None:
    certificate = make_signer(authority).certificate
    revoked_at = NOW + timedelta(hours=5)
    authority.revoke(certificate.serial_number, revoked_at, x509.ReasonFlags.key_compromise)
    store = TrustStore(authority.bundle)

    before = store.check(certificate, (), Role.PACKAGE, revoked_at - timedelta(seconds=1))
    after = store.check(certificate, (), Role.PACKAGE, revoked_at)

    assert (before.ok, before.status) == (True, Status.GOOD)
    assert (after.reason, after.status) == (Reason.REVOKED, Status.REVOKED)
    assert after.revoked_at == revoked_at
    assert after.identity is None


def test_the_list_with_the_highest_number_decides(authority: Authority) -> None:
    certificate = make_signer(authority).certificate
    older = authority.bundle.crls
    authority.revoke(certificate.serial_number, NOW, x509.ReasonFlags.unspecified)
    newer = authority.bundle.crls
    both = replace(authority.bundle, crls=(*older, *newer))
    turned = replace(authority.bundle, crls=(*newer, *older))

    assert crl_number(newer[0]) == crl_number(older[0]) + 1
    for bundle in (both, turned):
        verdict = TrustStore(bundle).check(certificate, (), Role.PACKAGE, NOW)
        assert verdict.reason is Reason.REVOKED


def test_another_authority_s_list_says_nothing(authority: Authority, tmp_path: Path) -> None:
    """It has the same name and a higher number, and lists our certificate."""
    certificate = make_signer(authority).certificate
    other = make_authority(tmp_path / "other")
    assert isinstance(other.key, ec.EllipticCurvePrivateKey)
    forged = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(NOW)
        .next_update(NOW + timedelta(days=1))
        .add_extension(x509.CRLNumber(99), critical=False)
        .add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(certificate.serial_number)
            .revocation_date(NOW)
            .build()
        )
        .sign(other.key, hashes.SHA384())
    )
    bundle = replace(authority.bundle, crls=(forged, *authority.bundle.crls))
    assert TrustStore(bundle).check(certificate, (), Role.PACKAGE, NOW).ok


def test_an_old_list_is_told_and_taken_only_where_it_may_be(authority: Authority) -> None:
    certificate = make_signer(authority).certificate
    later = NOW + timedelta(days=2)
    easy = TrustStore(authority.bundle).check(certificate, (), Role.PACKAGE, later)
    strict = TrustStore(authority.bundle, require_status=True)

    assert (easy.ok, easy.status) == (True, Status.STALE)
    assert strict.check(certificate, (), Role.PACKAGE, later).reason is Reason.STATUS_UNKNOWN
    assert strict.check(certificate, (), Role.PACKAGE, NOW).ok


def test_no_list_is_told_and_taken_only_where_it_may_be(authority: Authority) -> None:
    certificate = make_signer(authority).certificate
    bundle = replace(authority.bundle, crls=())
    easy = TrustStore(bundle).check(certificate, (), Role.PACKAGE, NOW)
    strict = TrustStore(bundle, require_status=True).check(certificate, (), Role.PACKAGE, NOW)

    assert (easy.ok, easy.status) == (True, Status.UNKNOWN)
    assert strict.reason is Reason.STATUS_UNKNOWN


def test_require_says_why_not(authority: Authority) -> None:
    store = TrustStore(authority.bundle)
    with pytest.raises(SignerNotTrustedError) as caught:
        store.require(make_signer(authority).certificate, (), Role.SEAL, NOW)
    assert caught.value.reason == Reason.WRONG_ROLE.value


@pytest.mark.parametrize("role", [Role.SERVER, Role.SEAL, Role.TIMESTAMP, Role.ENVELOPE, Role.QR])
def test_the_office_s_own_certificates_are_good(pki: PKI, role: Role) -> None:
    certificate = office_certificate(pki.authority, role)
    verdict = pki.trust.check(certificate, pki.authority.chain, role, NOW)

    assert (verdict.ok, verdict.reason, verdict.status) == (True, Reason.OK, Status.GOOD)
    assert verdict.identity is not None
    assert verdict.identity.role is role
