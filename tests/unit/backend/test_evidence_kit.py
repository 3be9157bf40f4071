"""The evidence's own verifier, in plain Python: known answers, other people's arithmetic, forgeries."""

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from certs.bundle import to_json
from certs.documents import Preserver
from certs.identity import Role, SuiteName
from certs.keys import load_key
from certs.places import key_path
from certs.rootlist import publish_root_list
from certs.sm2.keys import SM2PrivateKey
from certs.sm2.keys import sm3 as openssl_sm3
from tests import sm2_examples as example
from tests.pki import NOW, PKI, make_authority, make_pki, office_certificate
from tests.sealed import make_sealed, make_timestamper
from tests.tampered.genuine import SOON, Variant, make_genuine
from tests.tampered.raw import make_ends, make_flips, make_ranges
from tests.tampered.rogues import make_replays, make_rogues
from tests.tampered.updates import make_updates

KIT = Path(__file__).parents[3] / "backend" / "evidence_kit"
NAMES = ("arithmetic", "signatures", "seal")
"""Imported as they lie on a USB stick: from their own folder."""


@pytest.fixture(scope="module")
def kit() -> Iterator[dict[str, Any]]:
    sys.path.insert(0, str(KIT))
    try:
        yield {name: import_module(name) for name in NAMES}
    finally:
        sys.path.remove(str(KIT))
        for name in NAMES:
            sys.modules.pop(name, None)


@pytest.fixture
def arithmetic(kit: dict[str, Any]) -> Any:
    return kit["arithmetic"]


def numbers_of(point: bytes) -> tuple[int, int]:
    return int.from_bytes(point[1:33], "big"), int.from_bytes(point[33:], "big")


def halves(kit: dict[str, Any], signature: bytes) -> list[int]:
    der = kit["signatures"].der
    return [int.from_bytes(one[1], "big") for one in der(der(signature)[0][1])]


# --- SM3 and SM2


@pytest.mark.parametrize(
    ("message", "digest"),
    [
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_sm3_gives_the_digests_of_its_standard(
    arithmetic: Any, message: bytes, digest: str
) -> None:
    """GB/T 32905-2016, A.1 and A.2."""
    assert arithmetic.plain_sm3(message).hex() == digest


def test_sm3_is_openssls_at_every_length_around_a_block(arithmetic: Any) -> None:
    data = bytes(range(200))
    wrong = [n for n in range(200) if arithmetic.plain_sm3(data[:n]) != openssl_sm3(data[:n])]
    assert wrong == []


def test_the_sm2_signature_of_the_standard_holds_and_no_other(
    kit: dict[str, Any], arithmetic: Any
) -> None:
    """GB/T 32918.5-2017, A.2."""
    key, (r, s) = numbers_of(example.POINT), halves(kit, example.SIGNATURE)
    assert arithmetic.sm2(key, r, s, example.MESSAGE)
    n = arithmetic.SM2.n
    others = [(r + 1, s), (r, s + 1), (r, n - s), (s, r), (0, s), (r, 0), (r, n - r), (r + n, s)]
    assert [pair for pair in others if arithmetic.sm2(key, *pair, example.MESSAGE)] == []
    assert not arithmetic.sm2(key, r, s, example.MESSAGE + b" ")
    assert not arithmetic.sm2((key[0], key[1] + 1), r, s, example.MESSAGE)


def test_openssls_sm2_signatures_hold(kit: dict[str, Any], arithmetic: Any) -> None:
    for number in range(5):
        key, message = SM2PrivateKey.generate(), bytes([number]) * 40
        r, s = halves(kit, key.sign(message))
        assert arithmetic.sm2(numbers_of(key.public_key().point), r, s, message)


# --- ECDSA


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1()], ids=lambda curve: curve.name)
def test_openssls_ecdsa_signatures_hold(
    kit: dict[str, Any], arithmetic: Any, curve: ec.EllipticCurve
) -> None:
    """The keys 1 and n - 1 make the sum meet the generator and its opposite."""
    own = {32: arithmetic.P256, 48: arithmetic.P384}[curve.key_size // 8]
    keys = [ec.derive_private_key(number, curve) for number in (1, own.n - 1, 0xC0FFEE)]
    digest = arithmetic.hashlib.sha256(b"paper").digest()
    for key in keys:
        r, s = halves(kit, key.sign(b"paper", ec.ECDSA(hashes.SHA256())))
        numbers = key.public_key().public_numbers()
        point = numbers.x, numbers.y
        assert arithmetic.ecdsa(own, point, r, s, digest)
        assert not arithmetic.ecdsa(own, point, r, s, digest[::-1])


# --- RSA


def test_openssls_rsa_signatures_hold_and_bent_paddings_do_not(arithmetic: Any) -> None:
    """A verifier that skips the padding instead of comparing it takes the last two (RFC 8017, 9.2)."""
    key = rsa.generate_private_key(65537, 2048)
    public, secret = key.public_key().public_numbers(), key.private_numbers().d
    signature = key.sign(b"paper", padding.PKCS1v15(), hashes.SHA256())
    digest = arithmetic.hashlib.sha256(b"paper").digest()

    def holds(block: bytes) -> bool:
        forged = pow(int.from_bytes(block, "big"), secret, public.n).to_bytes(256, "big")
        return bool(arithmetic.rsa(public.n, public.e, forged, "sha256", digest))

    assert arithmetic.rsa(public.n, public.e, signature, "sha256", digest)
    end = b"\0" + arithmetic.DIGEST_INFO["sha256"] + digest
    assert holds(b"\0\1" + b"\xff" * (254 - len(end)) + end)
    assert not holds(b"\0\1" + b"\xff" * (253 - len(end)) + end + b"\0")
    assert not holds(b"\0\1" + b"\xff" * 8 + end + b"\xaa" * (246 - len(end)))


# --- the seal on the PDF


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> PKI:
    return make_pki(tmp_path_factory.mktemp("kit") / "authority")


Look = Callable[[bytes], tuple[int, str]]


@pytest.fixture
def look(kit: dict[str, Any], own: PKI) -> Look:
    trust = kit["signatures"].Trust(to_json(own.authority.bundle))

    def judge(pdf: bytes) -> tuple[int, str]:
        try:
            return 0, kit["seal"].check_seal({"certificate.pdf": pdf}, trust)
        except kit["arithmetic"].OpenError as error:
            return 2, str(error)
        except Exception as error:  # noqa: BLE001  # as the verifier: whatever it is, it does not hold
            return 1, str(error)

    return judge


def test_a_sealed_and_a_preserved_file_hold(own: PKI, look: Look) -> None:
    sealed = make_sealed(own)
    preserver = Preserver(make_timestamper(own, SOON))
    once = preserver.preserve(sealed, bundle=own.authority.bundle, at=SOON)
    assert [look(pdf)[0] for pdf in (sealed, once)] == [0, 0]
    assert look(once)[1].startswith(f"sealed on {NOW}, 2 time stamps, the newest of {SOON}")


def test_without_a_stamp_the_time_stays_open(own: PKI, look: Look) -> None:
    assert look(make_sealed(own, is_stamped=False))[0] == 2


@pytest.fixture(scope="module")
def forgeries(own: PKI, tmp_path_factory: pytest.TempPathFactory) -> list[Variant]:
    """Every tenth of what needs no stamp of the office's own authority."""
    national = make_pki(tmp_path_factory.mktemp("n") / "authority", suite=SuiteName.NATIONAL)
    rogue = make_pki(tmp_path_factory.mktemp("r") / "authority")
    genuine = make_genuine(own, national)
    made = [
        *make_flips(genuine),
        *make_ends(genuine),
        *make_ranges(genuine),
        *make_updates(genuine),
        *make_rogues(genuine, rogue),
        *make_replays(genuine),
    ]
    return [one for one in made if "stamped" not in one.kind][::10]


def test_no_forgery_holds(forgeries: list[Variant], look: Look) -> None:
    """What was stamped anew behind the seal holds here, and is found by its digest: see the journey."""
    assert len(forgeries) > 30
    assert [f"{one.kind}: {one.name}" for one in forgeries if look(one.make())[0] != 1] == []


def test_a_seal_that_was_taken_back_proves_nothing_more(
    kit: dict[str, Any], tmp_path: Path
) -> None:
    pki = make_pki(tmp_path / "authority")
    sealed = make_sealed(pki)
    serial = pki.certificate(Role.SEAL).serial_number
    pki.authority.revoke(serial, SOON, x509.ReasonFlags.key_compromise)
    trust = kit["signatures"].Trust(to_json(pki.authority.bundle))
    with pytest.raises(kit["arithmetic"].FalseError, match="revoked since"):
        kit["seal"].check_seal({"certificate.pdf": sealed}, trust)


@pytest.mark.parametrize("suite", SuiteName)
def test_whom_the_root_took_back_nothing_holds_below(
    kit: dict[str, Any], tmp_path: Path, suite: SuiteName
) -> None:
    authority = make_authority(tmp_path / "authority", suite=suite)
    one = kit["signatures"].Certificate(
        office_certificate(authority, Role.OFFICE).public_bytes(Encoding.DER)
    )
    kit["signatures"].Trust(to_json(authority.bundle)).require_good(one, "office", SOON)
    key = load_key(key_path(authority.folder, Role.ROOT))
    publish_root_list(authority, key, SOON, revoked=[authority.certificate])
    trust = kit["signatures"].Trust(to_json(authority.bundle))
    with pytest.raises(kit["arithmetic"].FalseError, match="issuing certificate was revoked"):
        trust.require_good(one, "office", SOON)
