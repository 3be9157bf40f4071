"""The protected line to a passport's chip: every command encrypted and authenticated.

Source: ICAO Doc 9303-11 (8th edition), 9.8; keys and padding 9.7.1, 9.8.4.
"""

import hashlib
import hmac
from typing import Protocol

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

from terminal.drivers.apdu import Chip, Command, Response
from terminal.drivers.tlv import decode_tlvs, encode_tlv
from terminal.reader_errors import CardRemovedError

_CRYPTOGRAM, _LE, _STATUS, _MAC = 0x87, 0x97, 0x99, 0x8E


def sha1(data: bytes) -> bytes:
    """Return the SHA-1 digest, which the chips' standard fixes for keys of this size."""
    return hashlib.sha1(data).digest()  # noqa: S324  # fixed by ICAO 9303-11


def derive_key(seed: bytes, counter: int) -> bytes:
    """Return a 16-byte key: counter 1 encrypts, 2 authenticates, 3 opens PACE's nonce."""
    return sha1(seed + counter.to_bytes(4, "big"))[:16]


def pad(data: bytes, block: int) -> bytes:
    """Add 80 and zeros up to a whole block (ISO/IEC 9797-1, method 2)."""
    return data + b"\x80" + bytes(-(len(data) + 1) % block)


class CipherSuite(Protocol):
    """A cipher with its authentication code, as secure messaging uses them."""

    block: int
    """Bytes in a block; the send counter has as many."""

    def encrypt(self, counter: bytes, padded: bytes) -> bytes: ...

    def decrypt(self, counter: bytes, data: bytes) -> bytes: ...

    def mac(self, padded: bytes) -> bytes:
        """Return the 8-byte authentication code of padded data."""


class TripleDESSuite:
    """Two-key Triple DES with the retail MAC: all that basic access control offers."""

    block = 8

    def __init__(self, encryption_key: bytes, mac_key: bytes) -> None:
        self._cipher = _triple_des(encryption_key)
        self._first, self._second = _triple_des(mac_key[:8] * 2), _triple_des(mac_key[8:] * 2)

    def encrypt(self, counter: bytes, padded: bytes) -> bytes:
        return _run(self._cipher, modes.CBC(bytes(8)), padded)

    def decrypt(self, counter: bytes, data: bytes) -> bytes:
        return _run(self._cipher, modes.CBC(bytes(8)), data, backwards=True)

    def mac(self, padded: bytes) -> bytes:
        # ISO/IEC 9797-1 algorithm 3: single DES in a chain, the last block once more backwards
        # with the second key and forwards with the first.
        last = _run(self._first, modes.CBC(bytes(8)), padded)[-8:]
        return _run_block(self._first, _run_block(self._second, last, backwards=True))


class AESSuite:
    """AES-128 with CMAC: what PACE agrees on."""

    block = 16

    def __init__(self, encryption_key: bytes, mac_key: bytes) -> None:
        self._cipher = algorithms.AES(encryption_key)
        self._mac_key = mac_key

    def encrypt(self, counter: bytes, padded: bytes) -> bytes:
        return _run(self._cipher, self._mode(counter), padded)

    def decrypt(self, counter: bytes, data: bytes) -> bytes:
        return _run(self._cipher, self._mode(counter), data, backwards=True)

    def mac(self, padded: bytes) -> bytes:
        return aes_mac(self._mac_key, padded)

    def _mode(self, counter: bytes) -> modes.CBC:
        # The start value is the encrypted send counter, so equal files never look equal.
        return modes.CBC(_run_block(self._cipher, counter))


def aes_mac(key: bytes, data: bytes) -> bytes:
    """Return the first eight bytes of the AES CMAC."""
    mac = CMAC(algorithms.AES(key))
    mac.update(data)
    return mac.finalize()[:8]


class ProtectedChip:
    """A chip behind secure messaging; itself a `Chip`."""

    def __init__(self, chip: Chip, suite: CipherSuite, counter: int = 0) -> None:
        self._chip = chip
        self._suite = suite
        self._counter = counter

    def send(self, command: Command) -> Response:
        """Send a command protected and check the answer's protection.

        Raises:
            CardRemovedError: the answer is not protected or was changed; the session is over.
        """
        answer = self._chip.send(self._protect(command))
        if not answer.data:
            raise CardRemovedError(f"session lost sw={answer.sw:04X}")
        return self._unprotect(answer.data)

    def _protect(self, command: Command) -> Command:
        counter = self._next()
        block = self._suite.block
        cla = command.cla | 0x0C
        header = bytes([cla, command.ins, command.p1, command.p2])
        objects = b""
        if command.data:
            encrypted = self._suite.encrypt(counter, pad(command.data, block))
            objects += encode_tlv(_CRYPTOGRAM, b"\x01" + encrypted)
        if command.le is not None:
            objects += encode_tlv(_LE, bytes([command.le & 0xFF]))
        covered = pad(header, block) + objects if objects else header
        mac = self._suite.mac(pad(counter + covered, block))
        return Command(
            command.ins, command.p1, command.p2, objects + encode_tlv(_MAC, mac), 256, cla
        )

    def _unprotect(self, data: bytes) -> Response:
        counter = self._next()
        objects = dict(decode_tlvs(data))
        covered = b"".join(encode_tlv(t, v) for t, v in objects.items() if t != _MAC)
        expected = self._suite.mac(pad(counter + covered, self._suite.block))
        if _STATUS not in objects or not hmac.compare_digest(objects.get(_MAC, b""), expected):
            raise CardRemovedError("protection of an answer is broken")
        sw = int.from_bytes(objects[_STATUS], "big")
        encrypted = objects.get(_CRYPTOGRAM, b"")
        if not encrypted:
            return Response(b"", sw)
        plain = self._suite.decrypt(counter, encrypted[1:])
        return Response(plain.rstrip(b"\x00")[:-1], sw)

    def _next(self) -> bytes:
        self._counter = (self._counter + 1) % (1 << 8 * self._suite.block)
        return self._counter.to_bytes(self._suite.block, "big")


def _triple_des(key: bytes) -> TripleDES:
    # The library wants all three keys; the first is used again as the third.
    return TripleDES(key + key[:8])


def _run_block(
    cipher: TripleDES | algorithms.AES, block: bytes, *, backwards: bool = False
) -> bytes:
    # One block alone: the mode has nothing to chain.
    return _run(cipher, modes.ECB(), block, backwards=backwards)  # noqa: S305  # see above


def _run(
    cipher: TripleDES | algorithms.AES,
    mode: modes.CBC | modes.ECB,
    data: bytes,
    *,
    backwards: bool = False,
) -> bytes:
    whole = Cipher(cipher, mode)
    step = whole.decryptor() if backwards else whole.encryptor()
    return step.update(data) + step.finalize()
