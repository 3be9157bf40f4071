"""The authority: what it refuses to issue, what it takes back, and two of it at once."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from certs.authority import CRL, ISSUED, REVOKED, TRUST, Authority, load_authority
from certs.errors import (
    AuthorityError,
    AuthorityMissingError,
    KeyFileOpenError,
    RequestRefusedError,
    SerialUnknownError,
)
from certs.identity import Identity, Role
from certs.keys import fingerprint, generate_key, make_request
from certs.places import key_path
from certs.trust import TrustStore, crl_number
from tests.pki import BANK, NOW, TERMINAL, make_authority, make_signer

IDENTITY = Identity(role=Role.PACKAGE, organisation=BANK, name=TERMINAL)
REASON = x509.ReasonFlags.cessation_of_operation


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return make_authority(tmp_path / "authority")


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """One for all tests that only issue, or are refused."""
    return make_authority(tmp_path_factory.mktemp("issuing") / "authority")


def make_wild_request(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return (
        x509.CertificateSigningRequestBuilder()
        .subject_name(IDENTITY.subject)
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.DER)
    )


# --- issuing


@pytest.mark.parametrize("curve", [ec.SECP384R1(), ec.SECP521R1(), ec.SECP256K1()])
def test_another_curve_is_refused(standing: Authority, curve: ec.EllipticCurve) -> None:
    request = make_wild_request(ec.generate_private_key(curve))
    with pytest.raises(RequestRefusedError):
        standing.issue(request, IDENTITY, Role.PACKAGE, NOW)


def test_an_rsa_key_is_refused_where_a_curve_is_asked(standing: Authority) -> None:
    request = make_wild_request(rsa.generate_private_key(public_exponent=65537, key_size=3072))
    with pytest.raises(RequestRefusedError):
        standing.issue(request, IDENTITY, Role.PACKAGE, NOW)


def test_nobody_gets_a_certificate_for_a_key_of_somebody_else(standing: Authority) -> None:
    request = make_request(generate_key(Role.PACKAGE), IDENTITY)
    for place in range(len(request) - 8, len(request)):
        forged = request[:place] + bytes([request[place] ^ 1]) + request[place + 1 :]
        with pytest.raises(RequestRefusedError):
            standing.issue(forged, IDENTITY, Role.PACKAGE, NOW)


@pytest.mark.parametrize("request_", [b"", b"\x30\x80", b"x" * 100, b"\x30" * 20_000])
def test_what_is_no_request_is_refused(standing: Authority, request_: bytes) -> None:
    with pytest.raises(RequestRefusedError):
        standing.issue(request_, IDENTITY, Role.PACKAGE, NOW)


@pytest.mark.parametrize("role", [Role.ROOT, Role.ISSUING])
def test_no_authority_is_issued(standing: Authority, role: Role) -> None:
    identity = Identity(role=role, organisation=BANK, name="second")
    with pytest.raises(AuthorityError):
        standing.issue(make_request(generate_key(role), identity), identity, role, NOW)


def test_the_role_is_the_identity_s(standing: Authority) -> None:
    request = make_request(generate_key(Role.PACKAGE), IDENTITY)
    with pytest.raises(AuthorityError):
        standing.issue(request, IDENTITY, Role.OFFICE, NOW)


def test_only_servers_have_addresses(standing: Authority) -> None:
    request = make_request(generate_key(Role.PACKAGE), IDENTITY)
    with pytest.raises(AuthorityError):
        standing.issue(request, IDENTITY, Role.PACKAGE, NOW, dns_names=("office.example",))


@pytest.mark.parametrize("name", ["*.example", "a b", "-x", "UPPER.example", "x" * 64, ""])
def test_an_address_is_a_plain_name(standing: Authority, name: str) -> None:
    identity = Identity(role=Role.SERVER, organisation=BANK, name="office")
    request = make_request(generate_key(Role.SERVER), identity)
    with pytest.raises(AuthorityError):
        standing.issue(request, identity, Role.SERVER, NOW, dns_names=(name,))


def test_wishes_in_a_request_are_ignored(standing: Authority) -> None:
    """An authority with pathlen 5 is asked for, under another name; only the key is taken."""
    key = generate_key(Role.PACKAGE)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    wish = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "root")]))
        .add_extension(x509.BasicConstraints(True, 5), critical=True)
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.UniformResourceIdentifier("urn:mortgage-registration:office:evil")]
            ),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    certificate = standing.issue(wish.public_bytes(Encoding.DER), IDENTITY, Role.PACKAGE, NOW)

    assert certificate.public_key() == key.public_key()
    assert TrustStore(standing.bundle).require(certificate, (), Role.PACKAGE, NOW) == IDENTITY


def test_no_certificate_outlives_its_issuer(standing: Authority) -> None:
    late = standing.certificate.not_valid_after_utc - timedelta(days=1)
    certificate = standing.issue(
        make_request(generate_key(Role.PACKAGE), IDENTITY), IDENTITY, Role.PACKAGE, late
    )

    assert certificate.not_valid_after_utc == standing.certificate.not_valid_after_utc
    with pytest.raises(AuthorityError):
        standing.issue(
            make_request(generate_key(Role.PACKAGE), IDENTITY),
            IDENTITY,
            Role.PACKAGE,
            late + timedelta(days=2),
        )


def test_a_certificate_is_written_down_before_it_exists(standing: Authority) -> None:
    certificate = make_signer(standing, name="T-0900").certificate
    lines = [json.loads(line) for line in (standing.folder / ISSUED).read_text().splitlines()]
    last = [one for one in lines if one["serial"] == f"{certificate.serial_number:x}"]

    assert [one["event"] for one in last] == ["prepared", "issued"]
    assert standing.find_serial(fingerprint(certificate)) == certificate.serial_number
    assert standing.find_serials(Role.PACKAGE, "T-0900", NOW) == (certificate.serial_number,)
    assert standing.find_serials(Role.PACKAGE, "T-0900", NOW + timedelta(days=366)) == ()
    assert standing.find_serials(Role.TERMINAL, "T-0900", NOW) == ()


def test_every_number_is_new_long_and_positive(standing: Authority) -> None:
    numbers = {make_signer(standing).certificate.serial_number for _ in range(20)}
    assert len(numbers) == 20
    assert all(number.bit_length() == 129 for number in numbers)


# --- revoking


def test_a_number_that_was_never_given_is_not_revoked(authority: Authority) -> None:
    before = authority.current_crls()
    with pytest.raises(SerialUnknownError):
        authority.revoke(12345, NOW, REASON)
    assert authority.current_crls() == before


def test_revoking_again_is_harmless(authority: Authority) -> None:
    serial = make_signer(authority).certificate.serial_number
    authority.revoke(serial, NOW, REASON)
    authority.revoke(serial, NOW + timedelta(days=1), REASON)
    (crl,) = authority.current_crls()

    entry = crl.get_revoked_certificate_by_serial_number(serial)
    assert entry is not None
    assert (len(crl), entry.revocation_date_utc) == (1, NOW)
    assert authority.is_revoked(serial)


def test_lists_of_one_second_have_rising_numbers_and_dates(authority: Authority) -> None:
    """OpenSSL keeps the older of two lists with one date: a revoked terminal stayed in."""
    lists = [authority.crl(NOW) for _ in range(5)]
    numbers = [crl_number(one) for one in lists]
    dates = [one.last_update_utc for one in lists]

    assert numbers == list(range(numbers[0], numbers[0] + 5))
    assert dates == sorted(set(dates))
    assert all(date <= NOW for date in dates)


def test_numbers_go_on_when_the_list_is_lost(authority: Authority) -> None:
    """Everybody believes the highest number: a list that starts again would be passed over."""
    serial = make_signer(authority).certificate.serial_number
    before = crl_number(authority.crl(NOW))
    (authority.folder / CRL).unlink()
    authority.revoke(serial, NOW, REASON)

    assert [crl_number(one) for one in authority.bundle.crls] == [before + 1, 1]
    assert authority.bundle.crls[0].get_revoked_certificate_by_serial_number(serial)


def test_a_clock_that_was_ahead_does_not_stop_revocation(authority: Authority) -> None:
    serial = make_signer(authority).certificate.serial_number
    authority.crl(NOW + timedelta(days=30))
    authority.revoke(serial, NOW, REASON)
    (crl,) = authority.current_crls()

    assert crl.get_revoked_certificate_by_serial_number(serial)
    assert crl.next_update_utc is not None
    assert crl.next_update_utc > crl.last_update_utc


def test_a_damaged_list_stops_the_authority(authority: Authority) -> None:
    (authority.folder / CRL).write_text("damaged")
    with pytest.raises(AuthorityError):
        authority.crl(NOW)


def test_a_damaged_record_stops_the_authority(authority: Authority) -> None:
    with (authority.folder / REVOKED).open("a") as file:
        file.write("{not json}\n")
    with pytest.raises(AuthorityError):
        authority.crl(NOW)


def test_a_line_that_a_power_cut_left_unfinished_never_counted(authority: Authority) -> None:
    path = authority.folder / ISSUED
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"event":"prepared","serial":"ab')
    certificate = make_signer(authority).certificate

    assert authority.find_serial(fingerprint(certificate)) == certificate.serial_number
    assert path.read_bytes().startswith(whole)
    assert b'"serial":"ab' + b"\n" not in path.read_bytes()


# --- the folder


def test_there_must_be_an_authority(tmp_path: Path) -> None:
    with pytest.raises(AuthorityMissingError):
        load_authority(tmp_path)


def test_a_key_that_others_may_read_is_refused(authority: Authority) -> None:
    key_path(authority.folder, Role.ISSUING).chmod(0o640)
    with pytest.raises(KeyFileOpenError):
        load_authority(authority.folder)


def test_a_key_of_another_authority_is_refused(authority: Authority, tmp_path: Path) -> None:
    other = make_authority(tmp_path / "other")
    path = key_path(authority.folder, Role.ISSUING)
    path.unlink()
    path.write_bytes(key_path(other.folder, Role.ISSUING).read_bytes())
    path.chmod(0o600)
    with pytest.raises(AuthorityMissingError):
        load_authority(authority.folder)


def test_its_key_stays_out_of_sight(authority: Authority) -> None:
    assert "key=" not in repr(authority)
    assert "PRIVATE" not in (authority.folder / TRUST).read_text()


# --- two processes

WORKER = """
import sys
from pathlib import Path
from cryptography import x509
from certs.authority import load_authority
from certs.identity import Identity, Role
from certs.keys import generate_key, make_request
from tests.pki import NOW

authority = load_authority(Path(sys.argv[1]))
for number in range(6):
    identity = Identity(role=Role.PACKAGE, organisation="bank", name=f"{sys.argv[2]}-{number}")
    request = make_request(generate_key(Role.PACKAGE), identity)
    certificate = authority.issue(request, identity, Role.PACKAGE, NOW)
    authority.revoke(certificate.serial_number, NOW, x509.ReasonFlags.superseded)
    print(certificate.serial_number)
"""


def test_two_processes_lose_nothing_of_each_other(authority: Authority) -> None:
    first = crl_number(authority.crl(NOW))
    root = Path(__file__).parents[3]
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, str(authority.folder), name],
            cwd=root,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("A", "B")
    ]
    told = [worker.communicate(timeout=60)[0].split() for worker in workers]
    (crl,) = authority.current_crls()

    assert [worker.returncode for worker in workers] == [0, 0]
    assert {one.serial_number for one in crl} == {int(n) for lines in told for n in lines}
    assert len(crl) == 12
    assert crl_number(crl) == first + 12
    assert authority.bundle.crls[0] == crl
