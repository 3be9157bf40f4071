"""What a case must cost at least: each step as one bare operation on the same bytes."""

import hashlib
import os
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from scripts.benching.cases import Passage
from scripts.benching.packages import Sender, send_all
from scripts.benching.sealing import SealTimes
from scripts.benching.site import Site, running_bare

COMMITS = 10
"""Durable commits without which a case cannot be exactly once: kept and receipted at the counter;
received, filed, decided, recorded, numbered, sealed and published at the office; collected."""


def case_floor(
    site: Site, passages: Sequence[Passage], sender: Sender, seal: SealTimes, commit_s: float
) -> dict[str, float]:
    """Return the bare operations of one case and their seconds."""
    with running_bare(site) as url:
        # Sent twice: the second has no handshake's and no file system's first time in it.
        sent = [send_all(url, [(sender, [one.package, one.package])]) / 2 for one in passages]
    return {
        "seal": statistics.median(_time(partial(_seal, one.package)) for one in passages),
        "bare POST": statistics.median(sent),
        f"{COMMITS} commits": COMMITS * commit_s,
        "drawing": seal.draw,
        # Whichever is faster: a floor is the least that it can cost.
        "signing": min(seal.bare, seal.sign + seal.stamp),
    }


def _seal(package: bytes) -> None:
    """Encrypt and sign once, and undo both, with nothing around it."""
    key = ec.generate_private_key(ec.SECP256R1())
    cipher, nonce = AESGCM(AESGCM.generate_key(256)), os.urandom(12)
    sealed = cipher.encrypt(nonce, package, None)
    digest = hashlib.sha256(sealed).digest()
    signature = key.sign(digest, ec.ECDSA(hashes.SHA256()))
    key.public_key().verify(signature, digest, ec.ECDSA(hashes.SHA256()))
    cipher.decrypt(nonce, sealed, None)


def _time(act: Callable[[], None]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def fsync_seconds(folder: Path, rounds: int = 20) -> float:
    """Return how long this disk takes to make four kilobytes durable."""
    taken = []
    with (folder / "durable").open("wb", buffering=0) as file:
        for _ in range(rounds):
            file.write(b"x" * 4096)
            taken.append(_time(lambda: os.fsync(file.fileno())))
    return statistics.median(taken)
