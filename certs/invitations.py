"""What a link, a code and a document number make together: keys that none of the three makes alone.

For papers that somebody signs elsewhere. The page that he opens speaks the same (WebCrypto), so the
algorithms are those that every browser has, in every suite.
"""

import base64
import secrets
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from certs.errors import AtRestError

# `remote-signing/1`. Nothing of it ever changes within version 1:
#   stretched = PBKDF2-HMAC-SHA-256(code LF number, "remote-signing/1 " + invitation, 600,000, 32)
#   part(name) = HKDF-SHA-256(key || stretched, salt "remote-signing/1 " + invitation, info name, 32)
#   proof = part("proof"), shown to the office, which keeps its SHA-256
#   sealed = 12 bytes nonce || AES-256-GCM(part("papers" or "answer")), associated data
#   "papers " or "answer " + invitation
ITERATIONS: Final = 600_000
KEY_BYTES: Final = 32
CODE_DIGITS: Final = 8
_NONCE_BYTES: Final = 12

# `counter-signing/1`: for another counter of the bank, one voucher stands for link and code. Nothing
# of it ever changes within version 1:
#   voucher = 20 characters of 0-9 A-Z without I, L, O, U: 100 random bits
#   part(name) = HKDF-SHA-256(voucher, salt "counter-signing/1", info name)
#   invitation = hex(part("name", 16)); link key = base64url(part("link", 32)); code = voucher
#   hint = 12 bytes nonce || AES-256-GCM(part("hint", 32)), associated data "hint " + invitation
VOUCHER_SIGNS: Final = 20
_SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD: Final = str.maketrans("ILO", "110")


@dataclass(frozen=True, slots=True)
class InvitationKeys:
    """What the counter and the guest both have."""

    invitation: str
    proof: bytes = field(repr=False)
    """32 bytes."""
    papers: bytes = field(repr=False)
    """Key from the counter to the guest."""
    answer: bytes = field(repr=False)
    """Key from the guest to the counter."""

    def seal_papers(self, data: bytes) -> bytes:
        """Encrypt what the guest is shown."""
        return _seal(self.papers, data, f"papers {self.invitation}")

    def open_papers(self, sealed: bytes) -> bytes:
        """Decrypt, as the guest's page does. Raises: AtRestError."""
        return _open(self.papers, sealed, f"papers {self.invitation}")

    def seal_answer(self, data: bytes) -> bytes:
        """Encrypt, as the guest's page does."""
        return _seal(self.answer, data, f"answer {self.invitation}")

    def open_answer(self, sealed: bytes) -> bytes:
        """Decrypt what the guest gave.

        Raises:
            AtRestError: another link, code, number or invitation, or the bytes were changed.
        """
        return _open(self.answer, sealed, f"answer {self.invitation}")


def make_link_key() -> str:
    """Return a fresh key for a link: 256 random bits in base64url, 43 characters."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii").rstrip("=")


def make_code() -> str:
    """Return a fresh code of 8 digits, to be told by another way than the link."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


@dataclass(frozen=True, slots=True)
class Voucher:
    """What the first counter gives to somebody who goes and signs at another one."""

    text: str = field(repr=False)
    """20 characters; whoever has it and the card opens the papers, at a counter of the bank."""

    @property
    def invitation(self) -> str:
        """What the office calls the invitation: it tells nothing of the voucher."""
        return self._part("name", 16).hex()

    @property
    def link_key(self) -> str:
        """As a link's own."""
        return base64.urlsafe_b64encode(self._part("link", KEY_BYTES)).decode("ascii").rstrip("=")

    def seal_hint(self, data: bytes) -> bytes:
        """Encrypt who is expected."""
        return _seal(self._part("hint", KEY_BYTES), data, f"hint {self.invitation}")

    def open_hint(self, sealed: bytes) -> bytes:
        """Decrypt who is expected. Raises: AtRestError."""
        return _open(self._part("hint", KEY_BYTES), sealed, f"hint {self.invitation}")

    def _part(self, name: str, length: int) -> bytes:
        return HKDF(SHA256(), length, b"counter-signing/1", name.encode()).derive(
            self.text.encode("ascii")
        )


def make_voucher() -> Voucher:
    """Return a fresh voucher: 100 random bits."""
    return Voucher("".join(secrets.choice(_SIGNS) for _ in range(VOUCHER_SIGNS)))


def read_voucher(text: str) -> Voucher | None:
    """Read a voucher as typed or scanned, whatever blanks and cases; None when it is none."""
    plain = _plain(text).translate(_MISREAD)
    is_one = len(plain) == VOUCHER_SIGNS and set(plain) <= set(_SIGNS)
    return Voucher(plain) if is_one else None


def derive_keys(invitation: str, link_key: str, code: str, number: str) -> InvitationKeys:
    """Make the keys of one invitation; takes some tenths of a second, as it must."""
    salt = f"remote-signing/1 {invitation}".encode()
    known = f"{_plain(code)}\n{_plain(number)}".encode()
    stretched = PBKDF2HMAC(SHA256(), KEY_BYTES, salt, ITERATIONS).derive(known)
    whole = base64.urlsafe_b64decode(link_key + "=") + stretched

    def part(name: str) -> bytes:
        return HKDF(SHA256(), KEY_BYTES, salt, name.encode()).derive(whole)

    return InvitationKeys(invitation, part("proof"), part("papers"), part("answer"))


def _plain(text: str) -> str:
    """Return a code or number as everybody writes it, whatever was typed."""
    kept = (
        c for c in unicodedata.normalize("NFKC", text) if not c.isspace() and c not in "-\u00b7"
    )
    return "".join(kept).upper()


def _seal(key: bytes, data: bytes, context: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, data, context.encode())


def _open(key: bytes, sealed: bytes, context: str) -> bytes:
    if len(sealed) <= _NONCE_BYTES:
        raise AtRestError("too short")
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context.encode())
    except InvalidTag as exc:
        raise AtRestError("does not open") from exc
