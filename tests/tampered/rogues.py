"""Seals of others: own roots with the office's names, the office's other keys, and replays."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from cryptography.x509 import Certificate

from certs.identity import Role
from certs.ports import Signer
from certs.timestamps import LocalTimestamper, Timestamper
from tests.pki import NOW, PKI, make_signer
from tests.sealed import make_paper, make_timestamper
from tests.tampered.genuine import Genuine, Variant, seal
from tests.tampered.raw import rooms
from tests.tampered.stamping import stamp_over


def make_rogues(genuine: Genuine, rogue: PKI) -> Iterator[Variant]:
    """Yield papers that somebody else sealed, with stamps of ours, of theirs, and without."""
    pki = genuine.pki
    signers: dict[str, Signer] = {
        "own root, same names": rogue.office(Role.SEAL),
        "own root, with our issuer beside": _Chained(
            rogue.office(Role.SEAL), (*rogue.authority.chain, *pki.authority.chain)
        ),
        "own root, a counter's name": make_signer(rogue.authority, Role.SEAL),
        "a seal that ours never pinned": make_signer(pki.authority, Role.SEAL),
        "the office's voice": pki.office(Role.OFFICE),
        "the time-stamper": pki.office(Role.TIMESTAMP),
        "the key of QR codes": pki.office(Role.QR),
        "a counter": make_signer(pki.authority, Role.PACKAGE),
    }
    stampers: dict[str, Timestamper | None] = {
        "our stamp": make_timestamper(pki),
        "their stamp": LocalTimestamper(rogue.office(Role.TIMESTAMP), lambda: NOW),
        "no stamp": None,
    }
    for who, signer in signers.items():
        for which, stamper in stampers.items():
            yield Variant(
                "rogue seal",
                f"{who}, {which}",
                partial(seal, make_paper("secured amount 9000000"), signer, stamper),
            )
    for which in ("their stamp", "no stamp"):
        paper, ours = make_paper("secured amount 9000000"), pki.office(Role.SEAL)
        yield Variant(
            "rogue seal", f"our seal, {which}", partial(seal, paper, ours, stampers[which])
        )
    for which, stamper in stampers.items():
        yield Variant(
            "rogue seal",
            f"own root, layered by our authority, {which}",
            partial(_layered, genuine, rogue, stamper),
        )


@dataclass(frozen=True, slots=True)
class _Chained:
    """Somebody's key with other certificates beside it."""

    inner: Signer
    chain: tuple[Certificate, ...]

    @property
    def certificate(self) -> Certificate:
        return self.inner.certificate

    def sign(self, data: bytes) -> bytes:
        return self.inner.sign(data)


def _layered(genuine: Genuine, rogue: PKI, stamper: Timestamper | None) -> bytes:
    paper = make_paper("secured amount 9000000")
    return stamp_over(genuine, seal(paper, rogue.office(Role.SEAL), stamper))


def make_replays(genuine: Genuine) -> Iterator[Variant]:
    """Yield certificates under the signature of another one."""
    mine, other = rooms(genuine.once), rooms(genuine.other)
    for name, places in (("seal", (0,)), ("layer", (1,)), ("seal and layer", (0, 1))):
        data = genuine.once
        for place in places:
            (start, end), (low, high) = mine[place], other[place]
            data = data[:start] + genuine.other[low:high] + data[end:]
        yield Variant("replay", f"{name} of another certificate", partial(bytes, data))
    (start, end), (low, high) = mine[0], other[0]
    assert end - start == high - low
    body = genuine.other[:low] + genuine.once[start:end] + genuine.other[high:]
    yield Variant("replay", "our seal on another certificate", partial(bytes, body))
    sealed = genuine.sealed
    for old, new in (
        (b"/ETSI.CAdES", b"/ETSI.CAdEX"),
        (b"/Reason", b"/Reasom"),
        (b"%PDF-1", b"%PDF-2"),
    ):
        changed = sealed.replace(old, new, 1)
        yield Variant("replay", f"{old!r} became {new!r}", partial(bytes, changed))
    page = sealed.replace(b"/MediaBox [ 0 0 595", b"/MediaBox [ 0 0 195", 1)
    yield Variant("replay", "our seal on a smaller page", partial(bytes, page))
    half = make_paper("secured amount 9000000")
    yield Variant(
        "replay", "our update behind another paper", partial(bytes, half + sealed[len(half) :])
    )
