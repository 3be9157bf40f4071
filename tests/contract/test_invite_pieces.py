"""Papers for a guest over a line that breaks: they go on from there, and a cut costs little."""

import secrets

import pytest

from scripts.benching.slow_line import Meter
from scripts.stand.line import BadLine
from terminal.desk.pace import MOST
from terminal.errors import OfficeRefusedError, OfficeUnreachableError
from terminal.invite_link import HTTPInviteLink
from terminal.office_link import HTTPOfficeLink
from tests.contract.test_relay_links import premises, today_pki
from tests.contract.test_relay_pieces import CUTS, SEALED, line, link, stubborn

__all__ = ["line", "link", "premises", "today_pki"]

PROOF = "ab" * 32


def test_a_cut_sends_no_more_than_a_piece_again(link: HTTPOfficeLink, line: BadLine) -> None:
    line.cuts += CUTS
    meter, name, kept = Meter(link), secrets.token_hex(16), list[int]()
    ours = HTTPInviteLink(link)

    stubborn(lambda: ours.leave_invitation(name, PROOF, SEALED, kept.append))

    (standing,) = ours.invitations()
    assert (standing.invitation, standing.state) == (name, "waiting")
    assert line.broken == len(CUTS)
    assert meter.sent - len(SEALED) <= line.broken * MOST
    assert kept[-1] == len(SEALED)
    sent = meter.sent
    assert ours.leave_invitation(name, PROOF, SEALED).url == standing.url
    assert meter.sent == sent, "what is there is not sent again"


def test_what_was_recalled_while_it_went_never_comes_in(
    link: HTTPOfficeLink, line: BadLine
) -> None:
    line.cuts.append(200_000)
    name, ours = secrets.token_hex(16), HTTPInviteLink(link)
    with pytest.raises(OfficeUnreachableError):
        ours.leave_invitation(name, PROOF, SEALED)

    stubborn(lambda: ours.recall_invitation(name))

    assert stubborn(lambda: ours.leave_invitation(name, PROOF, SEALED)) == ours.invitations()[0]
    assert ours.invitations()[0].state == "recalled"


def test_more_than_a_guest_is_ever_sent_is_refused_at_once(link: HTTPOfficeLink) -> None:
    meter = Meter(link)
    with pytest.raises(OfficeRefusedError) as caught:
        HTTPInviteLink(link).leave_invitation("e" * 32, PROOF, bytes(16 * 1024 * 1024 + 1))
    assert (caught.value.status, meter.sent) == (413, 0)
