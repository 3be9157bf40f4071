"""Puts together what says later who signed and when, and what carries parcels between counters."""

from collections.abc import Callable
from contextlib import suppress
from typing import Final

from backend.office.inkproof import InkProofs
from backend.office.inviting import Inviting
from backend.office.inviting_ports import InvitationRow
from backend.office.parcel_pieces import InvitationPieces, ParcelPieces
from backend.office.relay import Relay
from backend.sealing import build_stampers
from backend.store.backups import INVITATIONS
from backend.store.blobs import FolderBlobs
from backend.store.uploads import FolderUploads
from backend.wall import Wall, shelves_of
from certs.documents.stamps import check_stamp
from certs.errors import TimestampError
from certs.identity import Role
from certs.timestamps import LocalTimestamper

_WITHIN_S: Final = 4.0
"""A counter waits five seconds for the office's answer."""


def build_ink_proofs(wall: Wall) -> InkProofs:
    """Return who says what the evidence of signatures is worth."""

    def find_invitation(name: str) -> InvitationRow | None:
        with wall.works.reading() as work:
            return work.invitations.find(name)

    return InkProofs(
        trust=wall.trust_of_old,
        check_stamp=check_stamp,
        clock=wall.clock,
        find_invitation=find_invitation,
    )


def build_relay(wall: Wall) -> Relay:
    """Return what carries parcels between counters; their bytes are no blobs that anybody keeps."""
    folder = FolderBlobs(wall.settings.data_dir / "relay", wall.works.vault, wall.fail_point)
    return Relay(works=wall.works, bytes_=folder, clock=wall.clock)


def build_evidence_shelf(wall: Wall) -> FolderBlobs:
    """Return where evidence lies for a day, encrypted, beside what is backed up."""
    return FolderBlobs(wall.settings.data_dir / "evidence", wall.works.vault, wall.fail_point)


def build_inviting(wall: Wall) -> Inviting:
    """Return what carries papers to whoever signs elsewhere; they lie beside the parcels."""
    shelf = shelves_of(wall.settings)[INVITATIONS]
    return Inviting(
        works=wall.works,
        bytes_=FolderBlobs(shelf, wall.works.vault, wall.fail_point),
        clock=wall.clock,
        public_url=wall.settings.public_url.rstrip("/"),
    )


def build_invitation_pieces(wall: Wall, inviting: Inviting) -> InvitationPieces:
    """Return what takes the papers of invitations in pieces."""
    return InvitationPieces(
        inviting=inviting,
        uploads=FolderUploads(wall.settings.data_dir / "invitation-uploads", wall.fail_point),
        clock=wall.clock,
        fail_point=wall.fail_point,
    )


def build_parcel_pieces(wall: Wall, relay: Relay) -> ParcelPieces:
    """Return what takes parcels in pieces; their uploads are none of the packages'."""
    folder = FolderUploads(wall.settings.data_dir / "relay-uploads", wall.fail_point)
    return ParcelPieces(relay=relay, uploads=folder, clock=wall.clock, fail_point=wall.fail_point)


def build_stamps(wall: Wall) -> Callable[[bytes], bytes]:
    """Return who answers a counter's query for a time stamp: the first authority that does, or us.

    A signer stands at the counter: an authority's silence costs the office's own stamp in its
    place, and holds nobody up.
    """
    authorities, held = build_stampers(wall, within_s=_WITHIN_S), wall.signer(Role.TIMESTAMP)

    def answer(query: bytes) -> bytes:
        if authorities is not None:
            with suppress(TimestampError):
                return authorities.answer(query)
        return LocalTimestamper(held(), wall.clock.now).answer(query)

    return answer
