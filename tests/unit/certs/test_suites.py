"""Suite 1: a wrapped key opens for its recipient, its binding and its cut alone."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from certs.errors import PackageDamagedError
from certs.identity import Role
from certs.suites import INTERNATIONAL, load_suite
from certs.suites.international import ENC_SIZE, unwrap
from tests.pki import PKI, make_signer

KEY = bytes(range(32))
INFO = b"bound to this"
Wrapped = tuple[ec.EllipticCurvePrivateKey, bytes, bytes]


@pytest.fixture(scope="module")
def wrapped(pki: PKI) -> Wrapped:
    recipient = make_signer(pki.authority, Role.ENVELOPE, name="office")
    assert isinstance(recipient.key, ec.EllipticCurvePrivateKey)
    return recipient.key, *load_suite(INTERNATIONAL).wrap(KEY, recipient.certificate, INFO)


def test_another_cut_of_the_same_bytes_is_refused(wrapped: Wrapped) -> None:
    """Other people's readers would refuse it: one package must have one reading."""
    key, enc, ciphertext = wrapped
    both = enc + ciphertext
    for cut in {*range(0, len(both), 7), ENC_SIZE - 1, ENC_SIZE + 1}:
        with pytest.raises(PackageDamagedError):
            unwrap(key, both[:cut], both[cut:], INFO)


@pytest.mark.parametrize(
    "enc",
    [b"", bytes(ENC_SIZE), b"\x04" + bytes(64), b"\x04" + b"\xff" * 64, b"\x02" + bytes(64)],
    ids=["nothing", "zeros", "off the curve", "out of the field", "compressed"],
)
def test_what_is_no_point_is_refused(wrapped: Wrapped, enc: bytes) -> None:
    with pytest.raises(PackageDamagedError):
        unwrap(wrapped[0], enc, wrapped[2], INFO)


@given(st.data())
@settings(max_examples=100)
def test_no_byte_can_be_changed(wrapped: Wrapped, data: st.DataObject) -> None:
    key, enc, ciphertext = wrapped
    both = bytearray(enc + ciphertext)
    place = data.draw(st.integers(0, len(both) - 1))
    both[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(PackageDamagedError):
        unwrap(key, bytes(both[:ENC_SIZE]), bytes(both[ENC_SIZE:]), INFO)


def test_another_binding_or_recipient_opens_nothing(pki: PKI, wrapped: Wrapped) -> None:
    key, enc, ciphertext = wrapped
    other = make_signer(pki.authority, Role.ENVELOPE, name="other").key
    assert isinstance(other, ec.EllipticCurvePrivateKey)
    with pytest.raises(PackageDamagedError):
        unwrap(key, enc, ciphertext, b"bound to that")
    with pytest.raises(PackageDamagedError):
        unwrap(other, enc, ciphertext, INFO)


def test_the_key_comes_back(wrapped: Wrapped) -> None:
    key, enc, ciphertext = wrapped

    assert unwrap(key, enc, ciphertext, INFO) == KEY
    assert (len(enc), len(ciphertext)) == (65, 48)
