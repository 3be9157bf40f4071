"""A mailbox for signers elsewhere in the same process, and a guest who speaks as the page does."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from backend.errors import ConflictError, InvitationGoneError, NotAllowedError, NotFoundError
from backend.office.inviting import Inviting
from backend.office.inviting_ports import InvitationRow
from backend.office.ports import Clock
from backend.office.rows import TerminalRow
from certs.invitations import InvitationKeys, derive_keys
from terminal.desk.guest_mail import GuestMail
from terminal.desk.guest_papers import GuestPapers
from terminal.desk.invitations import Invitation
from terminal.desk.invite_ports import GONE, Standing
from terminal.desk.remote import Remote
from terminal.desk.signing import Signing
from terminal.desk.visit_checks import VisitReader
from terminal.errors import OfficeRefusedError, OfficeUnreachableError
from terminal.web.guard import EXTENSION
from terminal.web.plainly import say_plainly
from tests.factories import make_strokes
from tests.fakes import MemoryWorks
from tests.memory.work import MemoryBlobs
from tests.rows import make_terminal
from tests.web.terminal.world import World

PICTURE = b"\xff\xd8 a made-up page \xff\xd9"
COUNTER = make_terminal("KF-LT-01", status="active")


class Shelf(MemoryBlobs):
    def drop(self, sha256: str) -> None:
        self.held.pop(sha256, None)


@dataclass
class NearInvites:
    """An `InviteLink` that ends in the office's own room."""

    room: Inviting
    terminal: TerminalRow = COUNTER
    is_down: bool = False
    lost: list[str] = field(default_factory=list)
    """Names of acts whose next answer does not come back: they were done all the same."""

    def leave_invitation(
        self, invitation: str, proof_sha256: str, sealed: bytes, told: Callable[[int], None]
    ) -> Standing:
        told(0)
        return self._standing(
            self._ask(
                "leave",
                lambda: self.room.leave(
                    invitation, sealed, proof_sha256=proof_sha256, terminal=self.terminal
                ),
            )
        )

    def offer_invitation(self, invitation: str, hint: bytes) -> Standing:
        text = base64.b64encode(hint).decode()
        return self._standing(
            self._ask("offer", lambda: self.room.offer(invitation, text, terminal=self.terminal))
        )

    def invitations(self) -> tuple[Standing, ...]:
        rows = self._ask("list", lambda: self.room.list(self.terminal))
        return tuple(self._standing(row) for row in rows)

    def fetch_answer(self, invitation: str) -> bytes:
        data: bytes = self._ask(
            "fetch", lambda: self.room.fetch(invitation, terminal=self.terminal)
        )
        return data

    def take_answer(self, invitation: str) -> None:
        self._ask("take", lambda: self.room.take(invitation, terminal=self.terminal))

    def recall_invitation(self, invitation: str, *, unless_answered: bool = False) -> None:
        self._ask(
            "recall",
            lambda: self.room.recall(
                invitation, terminal=self.terminal, unless_answered=unless_answered
            ),
        )

    def states(self) -> list[str]:
        return [row.state for row in self.room.list(self.terminal)]

    def _standing(self, row: InvitationRow) -> Standing:
        return Standing(
            invitation=row.invitation,
            state=row.state,
            misses=row.misses,
            expires_at=row.expires_at,
            opened_at=row.opened_at,
            answered_at=row.answered_at,
            answer_sha256=row.answer_sha256,
            url=f"{self.room.public_url}/sign/",
            attended_by=row.attended_by,
        )

    def _ask(self, name: str, act: Callable[[], Any]) -> Any:
        if self.is_down:
            raise OfficeUnreachableError
        try:
            answer = act()
        except InvitationGoneError as exc:
            raise OfficeRefusedError(GONE, status=410) from exc
        except (NotAllowedError, NotFoundError, ConflictError) as exc:
            raise OfficeRefusedError(exc.code, status=403) from exc
        if name in self.lost:
            self.lost.remove(name)
            raise OfficeUnreachableError
        return answer


def make_inviting(
    clock: Clock, works: MemoryWorks | None = None, *, url: str = "https://office.example"
) -> Inviting:
    """Return a mailbox over dictionaries, at an office that knows the counter."""
    works = works or MemoryWorks()
    with works() as work:
        if all(row.terminal != COUNTER.terminal for row in work.terminals.list()):
            work.terminals.save(COUNTER)
            work.commit()
    return Inviting(works=works, bytes_=Shelf(), clock=clock, public_url=url)


def let_invite(
    world: World, link: NearInvites, pictures: Callable[[bytes], tuple[bytes, ...]] | None = None
) -> Remote:
    """Let a made-up counter invite signers over a mailbox."""
    names = iter(range(1, 1000))
    signing = world.counter.signing
    assert isinstance(signing, Signing)
    remote = Remote(
        signing=signing,
        mail=GuestMail(
            box=world.box,
            link=link,
            clock=world.clock,
            fail_point=lambda name: None,
            visits=VisitReader(signing.place, signing.attesting),
        ),
        clock=world.clock,
        papers=GuestPapers(
            signing=signing, pictures=pictures or (lambda pdf: (PICTURE,)), plain=say_plainly
        ),
        new_id=lambda: f"{next(names):032x}",
    )
    world.app.extensions[EXTENSION] = replace(world.counter, remote=remote)
    return remote


@dataclass
class Guest:
    """Who was sent a link, told a code, and knows his number; speaks as the page does."""

    room: Inviting
    invitation: str
    keys: InvitationKeys
    papers: list[dict[str, Any]] = field(default_factory=list)

    def open(self) -> dict[str, Any]:
        """Open the papers."""
        sealed = self.room.open(self.invitation, self.keys.proof)
        told: dict[str, Any] = json.loads(self.keys.open_papers(sealed))
        self.papers = told["papers"]
        return told

    def answer(self, **changes: Any) -> None:
        """Sign every paper and send the ink; `changes` are of each ink."""
        inks = [write_ink(paper) | changes for paper in self.papers]
        self.send({"schema": "remote-answer/1", "invitation": self.invitation, "inks": inks})

    def send(self, told: object) -> None:
        """Send any answer."""
        sealed = self.keys.seal_answer(json.dumps(told).encode())
        self.room.answer(self.invitation, self.keys.proof, sealed)


def write_ink(paper: dict[str, Any]) -> dict[str, Any]:
    """Return ink as the page sends it."""
    strokes = make_strokes(f"elsewhere {paper['code']} {paper['sha256']}")
    points = [[[p.t_ms, p.x, p.y, p.pressure] for p in s.points] for s in strokes]
    ink = {"code": paper["code"], "sha256": paper["sha256"], "strokes": points}
    return ink | {"width": 9000, "height": 6000, "device": "touch", "ago_ms": 0}


def invite_guest(room: Inviting, one: Invitation) -> Guest:
    """Return the guest of an invitation, as the teller sent him link and code."""
    fragment = one.link.partition("#")[2]
    name, _, key = fragment.partition(".")
    return Guest(room, name, derive_keys(name, key, one.code, one.number))
