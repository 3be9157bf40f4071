"""Keys whose curve is written out, as passport authorities write them; made by OpenSSL."""

import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from terminal.drivers.public_keys import load_public_key

WRITTEN_OUT = ["brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1", "prime256v1"]


def make_certificate(folder: Path, curve: str, form: str = "explicit") -> x509.Certificate:
    run(folder, f"ecparam -name {curve} -genkey -noout -param_enc {form} -out key.pem")
    run(folder, "req -x509 -key key.pem -subj /CN=x -days 3 -outform DER -out cert.der")
    return x509.load_der_x509_certificate((folder / "cert.der").read_bytes())


def run(folder: Path, arguments: str) -> None:
    subprocess.run(["openssl", *arguments.split()], cwd=folder, check=True, capture_output=True)


def sign(folder: Path, data: bytes) -> bytes:
    (folder / "data").write_bytes(data)
    run(folder, "dgst -sha256 -sign key.pem -out signature data")
    return (folder / "signature").read_bytes()


@pytest.mark.parametrize("curve", WRITTEN_OUT)
def test_a_written_out_curve_verifies(tmp_path: Path, curve: str) -> None:
    key = load_public_key(make_certificate(tmp_path, curve))
    signature = sign(tmp_path, b"signed")

    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(signature, b"signed", ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        key.verify(signature, b"other", ec.ECDSA(hashes.SHA256()))


def test_a_named_curve_is_the_same_key(tmp_path: Path) -> None:
    key = load_public_key(make_certificate(tmp_path, "brainpoolP256r1", "named_curve"))

    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert key.curve.name == "brainpoolP256r1"


def test_a_twisted_curve_of_the_same_order_is_not_taken(tmp_path: Path) -> None:
    """Its points do not lie on the curve that the order stands for here."""
    with pytest.raises(ValueError, match="EC key"):
        load_public_key(make_certificate(tmp_path, "brainpoolP256t1"))


def test_an_unknown_curve_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedAlgorithm):
        load_public_key(make_certificate(tmp_path, "brainpoolP320r1"))
