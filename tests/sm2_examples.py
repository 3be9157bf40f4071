"""The worked examples of GB/T 32918.5-2017 (GM/T 0003.5-2012), annexes A and C, as printed there."""

from typing import Final

from asn1crypto import pem

from certs.sm2.keys import SM2PrivateKey

_D: Final = 0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8
POINT: Final = bytes.fromhex(
    "04"
    "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
MESSAGE: Final = b"message digest"
SIGNATURE: Final = bytes.fromhex(
    "3046"
    "022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
    "022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
)
PLAIN: Final = b"encryption standard"
ENCRYPTED: Final = bytes.fromhex(
    "04"
    "04ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73"
    "e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0"
    "59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766"
    "21886ca989ca9c7d58087307ca93092d651efa"
)
CIPHERTEXT: Final = bytes.fromhex(
    "307c"
    "022004ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73"
    "022100e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0"
    "042059983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766"
    "041321886ca989ca9c7d58087307ca93092d651efa"
)


def key_of(number: int) -> SM2PrivateKey:
    """Make the private key of a number; libcrypto computes the point."""
    # PKCS#8 (RFC 5958) around an ECPrivateKey (RFC 5915) without its public half.
    head = bytes.fromhex("3041020100301306072a8648ce3d020106082a811ccf5501822d042730250201010420")
    return SM2PrivateKey.load(pem.armor("PRIVATE KEY", head + number.to_bytes(32, "big")))


def example_key() -> SM2PrivateKey:
    """Give the private key of the examples."""
    return key_of(_D)
