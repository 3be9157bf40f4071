"""What a status list of a million certificates costs: to make, to carry, to ask."""

import random
import time
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from certs.bundle import load_bundle
from certs.founding import init_authority
from certs.identity import Role
from certs.places import certificate_path, key_path
from certs.signers.softkey import load_softkey
from certs.statuslist import BLOCK, Mark, open_status_list, pack, sign_status_list
from certs.trust import TrustStore
from scripts.benching.figures import Figure, make_figure

_URI: Final = "https://registration.example/status/2026/0"
_ENDED: Final = 0.1
"""Share of certificates that ended, spread by chance: the worst to compress."""


def measure_standing(folder: Path, rounds: int) -> list[Figure]:
    """Make, carry and ask a full list, a tenth of it ended."""
    now = datetime.now(UTC)
    init_authority(folder, "示例市不动产登记中心", now)
    signer = load_softkey(key_path(folder, Role.OFFICE), certificate_path(folder, Role.OFFICE))
    trust = TrustStore(load_bundle(folder / "trust.json"))
    marks = _make_marks()
    index, array = next(iter(marks)), pack(marks, BLOCK)
    made, asked, packed = [], [], []
    text = ""
    for _ in range(rounds):
        started = time.perf_counter()
        text = sign_status_list(_URI, marks, size=BLOCK, signer=signer, at=now)
        made.append(1000 * (time.perf_counter() - started))
        started = time.perf_counter()
        assert open_status_list(text, trust, now).find(index) == marks[index]
        asked.append(1000 * (time.perf_counter() - started))
        started = time.perf_counter()
        zlib.compress(array)
        packed.append(1000 * (time.perf_counter() - started))
    name = "status list of 1,048,576 certificates"
    detail = {"ended": len(marks)}
    return [
        make_figure(
            f"{name}, made and signed", "ms", made, floors=packed, floor_is="zlib alone",
            detail=detail,
        ),
        make_figure(f"{name}, checked and asked", "ms", asked),
        make_figure(
            f"{name}, carried", "bytes", [len(text)], floors=[len(zlib.compress(array))],
            floor_is="its array compressed, unsigned",
        ),
    ]  # fmt: skip


def _make_marks() -> dict[int, int]:
    chance = random.Random(1)  # noqa: S311  # the same list in every run
    ended = (Mark.CANCELLED,) * 16 + (Mark.REPLACED,) * 3 + (Mark.INVALID,)
    indexes = chance.sample(range(BLOCK), int(BLOCK * _ENDED))
    return {index: chance.choice(ended) for index in indexes}
