"""What a signer elsewhere is sent: the papers that lack his ink, sealed under what only he can know."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from certs.invitations import InvitationKeys, Voucher, derive_keys
from registration.ink import SignerRole
from registration.people import PersonName
from terminal.desk.answers import PaperSent, write_papers
from terminal.desk.draft import Draft
from terminal.desk.invitations import Invitation
from terminal.desk.invite_ports import Pictures
from terminal.desk.signing import PaperToSign, SignerState, Signing
from terminal.desk.visit_papers import write_hint
from terminal.errors import PaperChangedError, WrongPersonError

LIVES: Final = timedelta(hours=24)
"""How long the office keeps an invitation open."""

Wanted = Sequence[tuple[PaperToSign, SignerState]]
Plain = Callable[[Draft, PaperToSign], Sequence[tuple[str, str]]]
"""Says in plain words, Chinese and English, what a paper is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestPapers:
    """Writes and seals what a guest is shown."""

    signing: Signing
    pictures: Pictures
    plain: Plain

    def sealed(
        self,
        draft: Draft,
        made: Invitation,
        papers: Wanted,
    ) -> bytes:
        """Return the papers sealed to a guest. Raises: PaperChangedError."""
        place = self.signing.place
        teller = place.tellers.get(draft.teller)
        facts = {
            "signer": {"name": papers[0][1].name, "role": papers[0][1].role.value},
            "bank": place.bank.name.text,
            "teller": teller.name.text if teller else "",
            "expires_at": (made.made_at + LIVES).isoformat(timespec="seconds"),
        }
        # Another counter draws the pages itself, from the bytes that are signed.
        draws = (lambda _pdf: ()) if made.is_at_counter else self.pictures
        sent = [self._paper(draft, paper, signer, draws) for paper, signer in papers]
        return keys_of(made).seal_papers(write_papers(made.invitation, sent, facts))

    def hint(self, draft: Draft, voucher: Voucher, papers: Wanted) -> bytes:
        """Return what another counter is told before it has read a card, sealed to the voucher."""
        signer, place = papers[0][1], self.signing.place
        slot = next(s for s in draft.slots if s.document_number == signer.number)
        document = slot.identity.document if slot.identity else None
        return voucher.seal_hint(
            write_hint(
                {
                    "name": PersonName(signer.name).masked,
                    "number": document.masked if document else "",
                    "branch": place.branch,
                    "terminal": place.terminal,
                    "papers": [paper.title for paper, _ in papers],
                }
            )
        )

    def _paper(
        self, draft: Draft, paper: PaperToSign, signer: SignerState, pictures: Pictures
    ) -> PaperSent:
        pdf = self.signing.paper_bytes(draft.draft_id, paper.code)
        if hashlib.sha256(pdf).hexdigest() != paper.sha256:
            raise PaperChangedError(paper.code)
        return PaperSent(
            key=paper.code,
            title=paper.title,
            title_en=paper.title_en,
            sha256=paper.sha256,
            pdf=pdf,
            pictures=pictures(pdf),
            plain=[signer.plain] if signer.plain else self.plain(draft, paper),
            material=paper.code.partition("-")[0],
            role=signer.role.value,
        )


def to_sign(papers: Sequence[PaperToSign], number: str) -> Wanted:
    """Return what a signer has yet to sign. Raises: WrongPersonError."""
    found = [
        (paper, signer)
        for paper in papers
        for signer in paper.signers
        if signer.number == number and not signer.is_signed
    ]
    if not found or found[0][1].role is SignerRole.AGENT:
        raise WrongPersonError("signs nothing elsewhere")
    return found


def keys_of(one: Invitation) -> InvitationKeys:
    """Return the keys of an open invitation; takes some tenths of a second, as it must."""
    return derive_keys(one.invitation, one.link_key, one.code, one.number)
