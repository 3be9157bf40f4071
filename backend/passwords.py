"""Passwords: at rest by argon2id; which are easy to guess, by what broke before.

zxcvbn (Wheeler, USENIX Security 2016) knows the 30,000 commonest passwords of past breaches, names,
words and keyboards, and how people vary them; it tells how many guesses somebody who knows all that
needs. Its lists are English, so what Chinese typists choose stands here; an office may add a list.
"""

import base64
import importlib
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from backend.errors import MisconfiguredError

COMMON: Final = frozenset(
    {
        "000000000000",
        "111111111111",
        "123123123123",
        "123456123456",
        "123456789012",
        "1234567890123",
        "1q2w3e4r5t6y",
        "abc123456789",
        "administrator",
        "administrator1",
        "iloveyou1234",
        "password1234",
        "password12345",
        "password123456",
        "passw0rd1234",
        "q1w2e3r4t5y6",
        "qwer12345678",
        "qwertyuiop12",
        "qwertyuiop123",
        "qwertyuiop[]",
        "woaini123456",
        "woaini5201314",
        "zxcvbnm12345",
    }
)
"""Lower case, of the shortest length that is taken and above."""


_PINYIN: Final = (
    "woaini aini nihao mima denglu guanliyuan budongchan dengji diya yinhang zhongguo beijing"
    " shanghai henan zhengzhou kaifeng wang li zhang liu chen yang zhao huang zhou wu xu sun hu zhu"
    " gao lin he guo ma luo liang song zheng xie han tang feng yu dong xiao cheng cao yuan deng"
    " fu shen zeng peng lv su lu jiang cai jia ding wei na min jing lei qiang jun yan fang juan tao"
    " ming chao xiuying xia ping gang guiying hua hong mei ling fei bo bin jie ting yong"
)
"""Names and words as Chinese typists write them, which zxcvbn does not know."""
_SAFE: Final = 4
"""zxcvbn's best score: more than 10^10 guesses, too many for a stolen hash of this cost."""
_LONGEST_LOOKED_AT: Final = 72
"""Characters; what comes after them can only make a password better."""


def load_guesser(extra: Path | None) -> Callable[[str, Sequence[str]], bool]:
    """Return what says whether a password is easy to guess, for somebody who knows some words.

    `extra` is a file with one password a line that nobody may choose.

    Raises:
        MisconfiguredError: the file cannot be read.
    """
    try:
        lines = extra.read_text("utf-8", "replace").splitlines() if extra else []
    except OSError as exc:
        raise MisconfiguredError(f"{extra}: {exc.strerror}") from exc
    known = COMMON | {line.strip().lower() for line in lines}

    def is_guessable(password: str, words: Sequence[str]) -> bool:
        # Loaded here: its lists take a twentieth of a second, which no other command should pay.
        zxcvbn = importlib.import_module("zxcvbn").zxcvbn

        if password.lower() in known:
            return True
        told = zxcvbn(password[:_LONGEST_LOOKED_AT], user_inputs=[*words, *_PINYIN.split()])
        return int(told["score"]) < _SAFE

    return is_guessable


class ArgonHasher:
    """argon2id by RFC 9106's second recommendation: 64 MiB, three passes, four lanes."""

    def __init__(self, *, memory_kib: int = 65_536, passes: int = 3) -> None:
        self._hasher = PasswordHasher(
            time_cost=passes, memory_cost=memory_kib, parallelism=4, type=Type.ID
        )
        # What an unknown name is checked against, so that it takes as long as a known one: random
        # bytes in the place of salt and hash, which no password gives.
        salt, digest = (_base64(secrets.token_bytes(size)) for size in (16, 32))
        self._nobody = f"$argon2id$v=19$m={memory_kib},t={passes},p=4${salt}${digest}"

    def hash(self, password: str) -> str:
        """Return a salted, slow hash."""
        return self._hasher.hash(password)

    def is_same(self, password_hash: str, password: str) -> bool:
        """Say whether the hash is of the password."""
        try:
            return self._hasher.verify(password_hash or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False


def _base64(data: bytes) -> str:
    return base64.b64encode(data).rstrip(b"=").decode("ascii")
