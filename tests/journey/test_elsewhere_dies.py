"""Office and counter die between the steps of signing elsewhere: it is signed once, and by one link.

Real processes, killed as by a power cut; its one run goes through every step.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from scripts.stand.counter import Reader, Teller
from scripts.stand.processes import wait_until
from tests.journey.counters import serve_counter
from tests.journey.premises import Premises
from tests.journey.test_card_to_certificate import bring_in_home, fill_in_unsigned
from tests.journey.test_elsewhere import AWAY, NUMBER, Phone, invitation, invite, sign_here

pytestmark = pytest.mark.journey


class House:
    """An office and a counter that can be killed, and are there again."""

    def __init__(self, premises: Premises, reader: Reader) -> None:
        self.premises, self.reader = premises, reader
        self.office = premises.serve()
        self.counter, self.teller = serve_counter(premises)

    def kill_office(self) -> None:
        """Kill the office's server, and start it again."""
        self.office.kill()
        self.office.end()
        self.office = self.premises.serve()

    def kill_counter(self) -> Teller:
        """Kill the counter, and open its pages again."""
        self.counter.kill()
        self.counter.end()
        self.counter, self.teller = serve_counter(self.premises)
        return self.teller

    def end(self) -> None:
        """Ask both to leave."""
        self.counter.end()
        self.office.end()


@contextmanager
def furnished(premises: Premises) -> Iterator[House]:
    bring_in_home(premises)
    with ExitStack() as stack:
        reader = Reader(premises.counter.folder)
        stack.callback(reader.server.end)
        premises.counter.furnish(reader.port)
        house = House(premises, reader)
        stack.callback(house.end)
        yield house


def acts(premises: Premises, name: str) -> list[str]:
    with premises.open_wall() as wall, wall.works.reading() as work:
        return [record.act for record in work.journal.of(name)]


def test_whatever_dies_between_the_steps_it_is_signed_once(premises: Premises) -> None:
    with furnished(premises) as house:
        filing = fill_in_unsigned(house.teller, house.reader)
        path = f"/drafts/{filing.draft_id}"
        signer = sign_here(house.teller, path)
        house.teller.post(f"{path}/invitations", {"signer": signer})
        house.kill_office()
        one = invite(house.teller, path, signer)

        phone = Phone(premises, one["link"], one["code"], NUMBER)
        assert phone.ask("POST", "opening").ok
        house.kill_office()
        assert phone.sign().status_code == 204
        house.kill_office()
        assert phone.sent is not None
        assert phone.ask("PUT", "answer", phone.sent).status_code == 204, "it is the same answer"
        assert phone.ask("PUT", "answer", phone.sent + b"x").status_code == 410
        assert phone.ask("POST", "opening").status_code == 410

        teller, ours = house.kill_counter(), f"{path}/invitations"
        wait_until(
            lambda: invitation(teller.get(ours))["state"] == "answered",
            what="the ink",
            timeout_s=120,
        )
        answered = invitation(teller.get(ours))
        teller = house.kill_counter()
        assert invitation(teller.get(f"{path}/invitations"))["strokes"] == answered["strokes"]
        # Killed between keeping the ink and saying so, the counter says so now.
        wait_until(
            lambda: "invitation taken" in acts(premises, one["invitation"]),
            what="the office's word that the ink is here",
            timeout_s=120,
            every_s=0.5,
        )
        vouched = {"look": "video", "note": "视频看清本人和身份证，人在外地"}
        teller.post(f"{path}/invitations/{one['invitation']}/confirmation", vouched)

        signers = [s for p in teller.get(f"{path}/papers")["papers"] for s in p["signers"]]
        assert [s["is_remote"] for s in signers if s["name"] == AWAY] == [True, True]
        assert teller.get(f"{path}/invitations")["invitations"] == []
    told = acts(premises, one["invitation"])
    assert sorted(told) == sorted(
        f"invitation {act}" for act in ("left", "opened", "answered", "taken")
    )
