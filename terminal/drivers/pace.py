"""PACE: opening a chip with the printed data or the card access number, over elliptic curves.

The generic mapping adds two points, for which the cryptography library has no call. Every
multiplication is the library's own ECDH; it returns only the x coordinate, so the right one of
the two points is found by a second ECDH. What is left to us is one affine addition. It is not
constant-time, but it sees only points of one session of our own, which are thrown away.

Source: ICAO Doc 9303-11 (8th edition), 4.4 and 9.5.1; worked example in appendix G.1.
"""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from terminal.drivers.apdu import OK, Chip, Command, is_wrong_key
from terminal.drivers.secure_messaging import AESSuite, ProtectedChip, aes_mac, derive_key, sha1
from terminal.drivers.tlv import decode_tlvs, encode_tlv, require_tlv
from terminal.reader_errors import CardUnreadableError, WrongChipKeyError

ECDH_GM_AES_128 = bytes.fromhex("04007F00070202040202")
"""Object identifier 0.4.0.127.0.7.2.2.4.2.2."""
MRZ_PASSWORD, CAN_PASSWORD = 1, 2


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve by its standard domain parameters (9303-11, table 6)."""

    number: int
    library: ec.EllipticCurve
    prime: int
    order: int


_P256 = Curve(
    12,
    ec.SECP256R1(),
    0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
    0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
)
_BRAINPOOL_P256 = Curve(
    13,
    ec.BrainpoolP256R1(),
    0xA9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377,
    0xA9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7,
)
CURVES = {curve.number: curve for curve in (_P256, _BRAINPOOL_P256)}
_SIZE = 32


def find_curve(card_access: bytes) -> Curve | None:
    """Return the curve of a PACE variant that we speak, from EF.CardAccess; None without one."""
    for _, info in decode_tlvs(require_tlv(card_access, 0x31)):
        fields = [value for _, value in decode_tlvs(info)]
        if len(fields) == 3 and fields[0] == ECDH_GM_AES_128:
            curve = CURVES.get(int.from_bytes(fields[2], "big"))
            if curve is not None:
                return curve
    return None


def password_key(kind: int, password: str) -> bytes:
    """Return the key that the nonce is encrypted with; the printed data are hashed first."""
    secret = password.encode("ascii")
    return derive_key(sha1(secret) if kind == MRZ_PASSWORD else secret, 3)


def open_with_pace(
    chip: Chip,
    curve: Curve,
    kind: int,
    password: str,
    *,
    draw: Callable[[int], int] = secrets.randbelow,
) -> ProtectedChip:
    """Prove the knowledge of the password and return the protected chip.

    Raises:
        WrongChipKeyError: the chip does not open with this password.
        CardUnreadableError: the chip does not follow the protocol.
    """
    choice = encode_tlv(0x80, ECDH_GM_AES_128) + encode_tlv(0x83, bytes([kind]))
    chosen = chip.send(Command(0x22, 0xC1, 0xA4, choice + encode_tlv(0x84, bytes([curve.number]))))
    # 63Cx warns that few tries are left, but goes on.
    if chosen.sw != OK and chosen.sw >> 8 != 0x63:
        raise WrongChipKeyError(chosen.sw, "PACE")
    nonce = _decrypted(password_key(kind, password), _step(chip, b"", 0x80))
    mine = _scalar(curve, draw)
    theirs = _step(chip, encode_tlv(0x81, _encode(_base_times(curve, mine))), 0x82)
    mapped = mapped_generator(curve, nonce, shared_point(curve, mine, _decode(curve, theirs)))
    return _agree(chip, curve, mapped, _scalar(curve, draw))


def shared_point(
    curve: Curve, scalar: int, point: ec.EllipticCurvePublicKey
) -> ec.EllipticCurvePublicKey:
    """Return scalar times point with both coordinates; the scalar is 2 to the order less 3."""
    x = _ecdh(curve, scalar, point)
    x_of_next = int.from_bytes(_ecdh(curve, scalar + 1, point), "big")
    for sign in (b"\x02", b"\x03"):
        candidate = _decode(curve, sign + x)
        if _sum(curve, candidate, point)[0] == x_of_next:
            return candidate
    raise CardUnreadableError("PACE point")


def mapped_generator(
    curve: Curve, nonce: bytes, shared: ec.EllipticCurvePublicKey
) -> ec.EllipticCurvePublicKey:
    """Return nonce times the generator, plus the shared point."""
    x, y = _sum(curve, _base_times(curve, int.from_bytes(nonce, "big") % curve.order), shared)
    return _decode(curve, b"\x04" + x.to_bytes(_SIZE, "big") + y.to_bytes(_SIZE, "big"))


def _agree(
    chip: Chip, curve: Curve, mapped: ec.EllipticCurvePublicKey, scalar: int
) -> ProtectedChip:
    # The point with this x and even y is ours or its mirror image; both lead to the same
    # shared x coordinate, which alone makes the keys.
    mine = _encode(_decode(curve, b"\x02" + _ecdh(curve, scalar, mapped)))
    theirs = _step(chip, encode_tlv(0x83, mine), 0x84)
    if theirs[1:33] == mine[1:33]:
        raise CardUnreadableError("PACE point")
    secret = _ecdh(curve, scalar, _decode(curve, theirs))
    encryption_key, mac_key = derive_key(secret, 1), derive_key(secret, 2)
    answer = _step(chip, encode_tlv(0x85, token(mac_key, theirs)), 0x86, is_last=True)
    if not hmac.compare_digest(answer, token(mac_key, mine)):
        raise WrongChipKeyError(OK, "PACE token")
    return ProtectedChip(chip, AESSuite(encryption_key, mac_key))


def token(mac_key: bytes, public_point: bytes) -> bytes:
    """Return the authentication token over the other side's point."""
    covered = encode_tlv(0x06, ECDH_GM_AES_128) + encode_tlv(0x86, public_point)
    return aes_mac(mac_key, encode_tlv(0x7F49, covered))


def _step(chip: Chip, data: bytes, wanted: int, *, is_last: bool = False) -> bytes:
    cla = 0x00 if is_last else 0x10
    answer = chip.send(Command(0x86, 0, 0, encode_tlv(0x7C, data), le=256, cla=cla))
    if answer.sw != OK:
        refused = is_wrong_key(answer.sw) or answer.sw == 0x6A80
        raise WrongChipKeyError(answer.sw, "PACE") if refused else CardUnreadableError("access")
    return require_tlv(answer.data, 0x7C, wanted)


def _decrypted(key: bytes, data: bytes) -> bytes:
    if len(data) != 16:
        raise CardUnreadableError("PACE nonce")
    step = Cipher(algorithms.AES(key), modes.CBC(bytes(16))).decryptor()
    return step.update(data) + step.finalize()


def _scalar(curve: Curve, draw: Callable[[int], int]) -> int:
    return 2 + draw(curve.order - 4)


def _ecdh(curve: Curve, scalar: int, point: ec.EllipticCurvePublicKey) -> bytes:
    return ec.derive_private_key(scalar, curve.library).exchange(ec.ECDH(), point)


def _base_times(curve: Curve, scalar: int) -> ec.EllipticCurvePublicKey:
    return ec.derive_private_key(scalar, curve.library).public_key()


def _sum(
    curve: Curve, one: ec.EllipticCurvePublicKey, other: ec.EllipticCurvePublicKey
) -> tuple[int, int]:
    """Return the affine sum of two points whose x coordinates differ."""
    a, b = one.public_numbers(), other.public_numbers()
    if a.x == b.x:
        raise CardUnreadableError("PACE point")
    slope = (b.y - a.y) * pow(b.x - a.x, -1, curve.prime)
    x = (slope * slope - a.x - b.x) % curve.prime
    return x, (slope * (a.x - x) - a.y) % curve.prime


def _encode(point: ec.EllipticCurvePublicKey) -> bytes:
    numbers = point.public_numbers()
    return b"\x04" + numbers.x.to_bytes(_SIZE, "big") + numbers.y.to_bytes(_SIZE, "big")


def _decode(curve: Curve, encoded: bytes) -> ec.EllipticCurvePublicKey:
    try:
        # The library refuses what does not lie on the curve.
        return ec.EllipticCurvePublicKey.from_encoded_point(curve.library, encoded)
    except ValueError as exc:
        raise CardUnreadableError("PACE point") from exc
