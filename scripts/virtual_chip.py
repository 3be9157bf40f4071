"""The chip of a virtual passport: ISO 7816 commands, BAC, PACE and secure messaging.

Its cryptography is another library's than the reader's, on purpose: what both agree on is then
agreed on by two implementations. Source: ICAO Doc 9303-11 (8th edition).
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from Crypto.Cipher import AES, DES, DES3
from Crypto.Hash import CMAC
from Crypto.PublicKey import ECC

from scripts.virtual_documents import tlv

ATR = bytes.fromhex("3B80800101")
_AID = bytes.fromhex("A0000002471001")
_NUMBERS = {"COM": 0x1E, "SOD": 0x1D, "DG1": 0x01, "DG2": 0x02, "DG11": 0x0B}
_CARD_ACCESS = 0x011C
_PACE_OID = bytes.fromhex("04007F00070202040202")
_PACE_INFO = tlv(0x31, tlv(0x30, tlv(6, _PACE_OID) + tlv(2, b"\x02") + tlv(2, b"\x0c")))
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_NOTHING = b""
Answer = tuple[bytes, int]
Point = Any
"""A point that can be added and multiplied; the library does not export its class."""


class LiftedError(Exception):
    """The card was taken away in the middle of a conversation."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A command as it came over the line."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    le: int = 0


def parse_command(raw: bytes) -> Sent:
    """Take a command in its short form apart."""
    cla, ins, p1, p2, *rest = raw
    size = rest[0] if len(rest) > 1 else 0
    data, tail = bytes(rest[1 : 1 + size]), rest[1 + size :] if size else rest
    return Sent(cla, ins, p1, p2, data, (tail[0] or 256) if tail else 0)


def split_tlv(data: bytes) -> dict[int, bytes]:
    """Return the values of short objects side by side, by their one-byte tags."""
    found = {}
    while data:
        tag, size, at = data[0], data[1], 2
        if size & 0x80:
            at = 2 + (size & 0x7F)
            size = int.from_bytes(data[2:at], "big")
        found[tag] = data[at : at + size]
        data = data[at + size :]
    return found


def _kdf(seed: bytes, number: int) -> bytes:
    return hashlib.sha1(seed + number.to_bytes(4, "big")).digest()[:16]  # noqa: S324  # fixed by ICAO 9303-11


def _pad(data: bytes, block: int) -> bytes:
    return data + b"\x80" + b"\x00" * (block - 1 - len(data) % block)


class Line(Protocol):
    """The keys of a protected conversation."""

    block: int

    def encrypt(self, counter: int, padded: bytes) -> bytes: ...

    def decrypt(self, counter: int, data: bytes) -> bytes: ...

    def mac(self, padded: bytes) -> bytes: ...


class DESLine:
    """What BAC agrees on."""

    block = 8

    def __init__(self, seed: bytes) -> None:
        self._key, self._mac_key = _kdf(seed, 1), _kdf(seed, 2)

    def encrypt(self, counter: int, padded: bytes) -> bytes:
        return DES3.new(self._key, DES3.MODE_CBC, iv=bytes(8)).encrypt(padded)

    def decrypt(self, counter: int, data: bytes) -> bytes:
        return DES3.new(self._key, DES3.MODE_CBC, iv=bytes(8)).decrypt(data)

    def mac(self, padded: bytes) -> bytes:
        # ISO/IEC 9797-1 algorithm 3: single DES in a chain, but Triple DES for the last block.
        chain = (
            bytes(8)
            + DES.new(  # noqa: S304 - the standard leaves no choice
                self._mac_key[:8], DES.MODE_CBC, iv=bytes(8)
            ).encrypt(padded[:-8])
        )
        return DES3.new(self._mac_key, DES3.MODE_CBC, iv=chain[-8:]).encrypt(padded[-8:])


class AESLine:
    """What PACE agrees on."""

    block = 16

    def __init__(self, seed: bytes) -> None:
        self._key, self._mac_key = _kdf(seed, 1), _kdf(seed, 2)

    def encrypt(self, counter: int, padded: bytes) -> bytes:
        return AES.new(self._key, AES.MODE_CBC, iv=self._iv(counter)).encrypt(padded)

    def decrypt(self, counter: int, data: bytes) -> bytes:
        return AES.new(self._key, AES.MODE_CBC, iv=self._iv(counter)).decrypt(data)

    def mac(self, padded: bytes) -> bytes:
        return CMAC.new(self._mac_key, padded, AES).digest()[:8]

    def _iv(self, counter: int) -> bytes:
        return AES.new(self._key, AES.MODE_ECB).encrypt(counter.to_bytes(16, "big"))


@dataclass(slots=True)
class _Pace:
    key: bytes
    nonce: bytes = b""
    generator: Point | None = None
    theirs: bytes = b""
    mine: bytes = b""
    line: AESLine | None = None


@dataclass(slots=True)
class VirtualChip:
    """A chip with its files and the secrets printed on its document."""

    files: Mapping[str, bytes]
    """By name: COM, SOD, DG1."""
    key_text: str
    """Number, birth and expiry with their check digits."""
    can: str = ""
    has_pace: bool = True
    has_bac: bool = True
    is_foreign: bool = False
    """A card of another kind: it has no passport application."""
    lift_after: int = 0
    """So many commands are answered, then the card is lifted; 0 for never."""
    commands: int = 0
    _line: Line | None = None
    _counter: int = 0
    _file: bytes | None = None
    _challenge: bytes = b""
    _pace: _Pace | None = field(default=None, repr=False)

    def reset(self) -> None:
        """Forget everything that was agreed on."""
        self._line, self._file, self._challenge, self._pace = None, None, b"", None

    def answer(self, raw: bytes) -> bytes:
        """Answer one command.

        Raises:
            LiftedError: the card is taken away now.
        """
        self.commands += 1
        if self.lift_after and self.commands > self.lift_after:
            raise LiftedError
        command = parse_command(raw)
        if command.cla & 0x0C == 0x0C:
            return self._answer_protected(command)
        data, sw = self._carry_out(command)
        return data + sw.to_bytes(2, "big")

    def _answer_protected(self, command: Sent) -> bytes:
        line = self._line
        if line is None:
            return b"\x69\x82"
        self._counter += 1
        objects = split_tlv(command.data)
        head = _pad(bytes([command.cla, command.ins, command.p1, command.p2]), line.block)
        body = b"".join(tlv(tag, objects[tag]) for tag in objects if tag != 0x8E)
        covered = _pad(self._count(line) + head + body, line.block)
        if line.mac(covered) != objects[0x8E]:
            self.reset()
            return b"\x69\x88"
        data = objects.get(0x87, b"")
        if data:
            padded = line.decrypt(self._counter, data[1:])
            data = padded.rstrip(b"\x00")[:-1]
        le = objects.get(0x97, b"")
        plain = Sent(0, command.ins, command.p1, command.p2, data, (le[0] or 256) if le else 0)
        return self._protect(line, *self._carry_out(plain))

    def _protect(self, line: Line, data: bytes, sw: int) -> bytes:
        self._counter += 1
        body = b""
        if data:
            encrypted = line.encrypt(self._counter, _pad(data, line.block))
            body = tlv(0x87, b"\x01" + encrypted)
        body += tlv(0x99, sw.to_bytes(2, "big"))
        mac = line.mac(_pad(self._count(line) + body, line.block))
        return body + tlv(0x8E, mac) + sw.to_bytes(2, "big")

    def _count(self, line: Line) -> bytes:
        return self._counter.to_bytes(line.block, "big")

    def _carry_out(self, command: Sent) -> Answer:
        match command.ins:
            case 0xA4:
                return self._select(command)
            case 0xB0 | 0xB1:
                return self._read(command)
            case 0x84 if self.has_bac and not self.is_foreign:
                self._challenge = secrets.token_bytes(8)
                return self._challenge, 0x9000
            case 0x82 if self._challenge:
                return self._authenticate(command.data)
            case 0x22 if self.has_pace:
                return self._choose_pace(command.data)
            case 0x86 if self._pace is not None:
                return self._step(self._pace, command.data)
        return _NOTHING, 0x6D00

    def _select(self, command: Sent) -> Answer:
        if command.p1 == 4:
            is_ours = command.data == _AID and not self.is_foreign
            return _NOTHING, 0x9000 if is_ours else 0x6A82
        number = int.from_bytes(command.data, "big")
        if number == _CARD_ACCESS and self.has_pace:
            self._file = _PACE_INFO
            return _NOTHING, 0x9000
        found = [
            self.files[n]
            for n, low in _NUMBERS.items()
            if 0x100 + low == number and n in self.files
        ]
        if not found:
            return _NOTHING, 0x6A82
        if self._line is None:
            return _NOTHING, 0x6982
        self._file = found[0]
        return _NOTHING, 0x9000

    def _read(self, command: Sent) -> Answer:
        if self._file is None:
            return _NOTHING, 0x6986
        if command.ins == 0xB0:
            offset = command.p1 << 8 | command.p2
            return self._file[offset : offset + command.le], 0x9000
        offset = int.from_bytes(split_tlv(command.data)[0x54], "big")
        return tlv(0x53, self._file[offset : offset + command.le - 4]), 0x9000

    def _authenticate(self, data: bytes) -> Answer:
        line = DESLine(hashlib.sha1(self.key_text.encode()).digest()[:16])  # noqa: S324  # fixed by ICAO 9303-11
        encrypted, mac = data[:32], data[32:]
        opened = line.decrypt(0, encrypted)
        challenge, self._challenge = self._challenge, b""
        if line.mac(_pad(encrypted, 8)) != mac or opened[8:16] != challenge:
            return _NOTHING, 0x6300
        mine = secrets.token_bytes(16)
        answer = line.encrypt(0, challenge + opened[:8] + mine)
        self._line = DESLine(bytes(a ^ b for a, b in zip(mine, opened[16:], strict=True)))
        self._counter = int.from_bytes(challenge[4:] + opened[4:8], "big")
        return answer + line.mac(_pad(answer, 8)), 0x9000

    def _choose_pace(self, data: bytes) -> Answer:
        kind = split_tlv(data).get(0x83)
        if kind == b"\x02" and self.can:
            self._pace = _Pace(_kdf(self.can.encode(), 3))
        elif kind == b"\x01":
            self._pace = _Pace(_kdf(hashlib.sha1(self.key_text.encode()).digest(), 3))  # noqa: S324  # fixed by ICAO 9303-11
        else:
            return _NOTHING, 0x6A80
        return _NOTHING, 0x9000

    def _step(self, pace: _Pace, data: bytes) -> Answer:
        sent = split_tlv(split_tlv(data)[0x7C])
        if not sent:
            pace.nonce = secrets.token_bytes(16)
            encrypted = AES.new(pace.key, AES.MODE_CBC, iv=bytes(16)).encrypt(pace.nonce)
            return tlv(0x7C, tlv(0x80, encrypted)), 0x9000
        if 0x81 in sent:
            return tlv(0x7C, tlv(0x82, _map(pace, sent[0x81]))), 0x9000
        if 0x83 in sent:
            return tlv(0x7C, tlv(0x84, _agree(pace, sent[0x83]))), 0x9000
        return self._finish(pace, sent.get(0x85, b""))

    def _finish(self, pace: _Pace, token: bytes) -> Answer:
        self._pace = None
        if pace.line is None or token != _token(pace.line, pace.mine):
            return _NOTHING, 0x6300
        self._line, self._counter = pace.line, 0
        return tlv(0x7C, tlv(0x86, _token(pace.line, pace.theirs))), 0x9000


def _map(pace: _Pace, theirs: bytes) -> bytes:
    key = ECC.generate(curve="P-256")
    base = ECC.construct(curve="P-256", d=1).pointQ
    shared = _point(theirs) * int(key.d)
    pace.generator = base * (int.from_bytes(pace.nonce, "big") % _ORDER) + shared
    return _encoded(key.pointQ)


def _agree(pace: _Pace, theirs: bytes) -> bytes:
    if pace.generator is None:
        return b""
    scalar = 2 + secrets.randbelow(_ORDER - 4)
    pace.theirs, pace.mine = theirs, _encoded(pace.generator * scalar)
    secret = int((_point(theirs) * scalar).x).to_bytes(32, "big")
    pace.line = AESLine(secret)
    return pace.mine


def _token(line: AESLine, point: bytes) -> bytes:
    return line.mac(tlv(0x7F49, tlv(0x06, _PACE_OID) + tlv(0x86, point)))


def _point(raw: bytes) -> Point:
    x, y = int.from_bytes(raw[1:33], "big"), int.from_bytes(raw[33:], "big")
    return ECC.construct(curve="P-256", point_x=x, point_y=y).pointQ


def _encoded(point: Point) -> bytes:
    return b"\x04" + int(point.x).to_bytes(32, "big") + int(point.y).to_bytes(32, "big")
