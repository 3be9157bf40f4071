"""Puts together what says later who signed and when, and what carries parcels between counters."""

from collections.abc import Callable

from backend.office.inkproof import InkProofs
from backend.office.relay import Relay
from backend.store.blobs import FolderBlobs
from backend.wall import Wall
from certs.documents.stamps import check_stamp
from certs.identity import Role
from certs.timestamps import HTTPTimestamper, LocalTimestamper


def build_ink_proofs(wall: Wall) -> InkProofs:
    """Return who says what the evidence of signatures is worth."""
    return InkProofs(trust=wall.trust_of_old, check_stamp=check_stamp, clock=wall.clock)


def build_relay(wall: Wall) -> Relay:
    """Return what carries parcels between counters; their bytes are no blobs that anybody keeps."""
    folder = FolderBlobs(wall.settings.data_dir / "relay", wall.works.vault, wall.fail_point)
    return Relay(works=wall.works, bytes_=folder, clock=wall.clock)


def build_stamps(wall: Wall) -> Callable[[bytes], bytes]:
    """Return who answers a counter's query for a time stamp: the authority of the settings, or us."""
    urls, held = wall.settings.stamp_urls, wall.signer(Role.TIMESTAMP)
    if urls:
        return HTTPTimestamper(urls[0]).answer
    return lambda query: LocalTimestamper(held(), wall.clock.now).answer(query)
