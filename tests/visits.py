"""Two counters of one bank in one process, the office's own mailbox between them, real package keys."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from backend.errors import ConflictError, InvitationGoneError, NotFoundError, WrongProofError
from backend.office.inviting import Inviting
from backend.office.rows import TerminalRow
from registration.people import IdentityRecord
from terminal.desk.attesting import Attesting
from terminal.desk.contact import Contact
from terminal.desk.keyring import Keyring
from terminal.desk.ports import FailPoints
from terminal.desk.signing import Signing
from terminal.desk.visit_ports import WRONG, VisitStanding
from terminal.desk.visiting import Visiting
from terminal.errors import OfficeRefusedError, OfficeUnreachableError
from terminal.web.guard import EXTENSION
from tests.clock import FrozenClock
from tests.factories import LI, make_evidence, make_identity
from tests.fakes import MemoryWorks
from tests.invites import NearInvites, let_invite, make_inviting
from tests.pki import PKI, make_signer
from tests.rows import make_terminal
from tests.web.terminal.world import World, make_world

BANK = "91410200MA0X00015B"
FIRST, SECOND = "KF-LT-02", "KF-JM-01"


@dataclass
class NearVisits:
    """A `VisitLink` that ends in the office's own room, and answers as its pages do."""

    room: Inviting
    terminal: TerminalRow
    is_down: bool = False
    lost: list[str] = field(default_factory=list)
    """Names of acts whose next answer does not come back: they were done all the same."""

    def find_visit(self, invitation: str) -> VisitStanding:
        row = self._ask("find", lambda: self.room.expected(invitation, counter=self.terminal))
        hint = base64.b64decode(row.hint)
        return VisitStanding(
            state=row.state, misses=row.misses, expires_at=row.expires_at, hint=hint
        )

    def open_visit(self, invitation: str, proof: bytes) -> bytes:
        data: bytes = self._ask("open", lambda: self.room.open(invitation, proof, self.terminal))
        return data

    def answer_visit(self, invitation: str, proof: bytes, sealed: bytes) -> None:
        self._ask("answer", lambda: self.room.answer(invitation, proof, sealed, self.terminal))

    def _ask(self, name: str, act: Callable[[], Any]) -> Any:
        if self.is_down:
            raise OfficeUnreachableError
        try:
            answer = act()
        except InvitationGoneError as exc:
            raise OfficeRefusedError(f"invitation.{exc.state}", status=410) from exc
        except WrongProofError as exc:
            raise OfficeRefusedError(WRONG, status=403) from exc
        except NotFoundError as exc:
            raise OfficeRefusedError(exc.code, status=404) from exc
        except ConflictError as exc:
            raise OfficeRefusedError(exc.code, status=409) from exc
        if name in self.lost:
            self.lost.remove(name)
            raise OfficeUnreachableError
        return answer


@dataclass
class Two:
    """The counter that files, and the one that somebody goes to."""

    here: World
    there: World
    invites: NearInvites
    visits: NearVisits
    room: Inviting
    pki: PKI

    @property
    def visiting(self) -> Visiting:
        found = self.there.app.extensions[EXTENSION].visiting
        assert isinstance(found, Visiting)
        return found

    def lay(self, *cards: IdentityRecord) -> None:
        """Lay cards on the second counter's reader."""
        self.there.reader.cards[:] = cards


def card(name: str = "李示例", number: str = LI, **changes: Any) -> IdentityRecord:
    """Return a card as the second counter's own reader reads it."""
    photo = make_identity(name, number).evidence
    assert photo is not None
    evidence = make_evidence(raw_sha256=photo.raw_sha256, reader="SAM-OF-THE-SECOND", **changes)
    return make_identity(name, number, evidence=evidence)


def make_two(folder: Path, pki: PKI, *, bank: str = BANK) -> Two:
    """Return two counters; `bank` is the second's, as the office knows it."""
    return join(
        make_world(folder / "here"), make_world(folder / "there", port=18_701), pki, bank=bank
    )


def join(here: World, there: World, pki: PKI, *, bank: str = BANK) -> Two:
    """Let two counters be known to one office, each with a package key of its own."""
    works = MemoryWorks()
    rows = (
        make_terminal(FIRST, status="active", bank=BANK),
        make_terminal(SECOND, status="active", bank=bank, branch="KF-JM"),
    )
    with works() as work:
        for row in rows:
            work.terminals.save(row)
        work.commit()
    room = make_inviting(here.clock, works)
    there.clock = here.clock
    _give_keys(here, pki, FIRST, "KF-LT")
    _give_keys(there, pki, SECOND, "KF-JM")
    invites, visits = NearInvites(room, rows[0]), NearVisits(room, rows[1])
    let_invite(here, invites)
    let_host(there, visits)
    return Two(here, there, invites, visits, room, pki)


def let_host(world: World, link: NearVisits, fail_point: FailPoints = lambda _: None) -> None:
    """Let a made-up counter take visitors' ink over a mailbox."""
    signing = world.app.extensions[EXTENSION].signing
    assert isinstance(signing, Signing)
    visiting = Visiting(
        place=signing.place,
        clock=signing.clock,
        attesting=signing.attesting,
        link=link,
        shelf=world.box,
        fail_point=fail_point,
    )
    counter = replace(world.app.extensions[EXTENSION], visiting=visiting)
    world.app.extensions[EXTENSION] = world.counter = counter


def _give_keys(world: World, pki: PKI, terminal: str, branch: str) -> None:
    """Put a counter of the bank where the office knows it, with a package key of its own."""
    clock: FrozenClock = world.clock
    ring = Keyring(make_signer(pki.authority, name=terminal, unit=branch), pki.trust)
    contacts = [Contact(clock, lambda: 0.5) for _ in range(2)]
    attesting = Attesting(lambda: ring, world.link, clock, *contacts)
    place = replace(world.counter.place, terminal=terminal, branch=branch)
    signing = Signing(world.box, place, clock, attesting)
    world.counter = replace(world.counter, signing=signing, place=place, clock=clock)
    world.app.extensions[EXTENSION] = world.counter
