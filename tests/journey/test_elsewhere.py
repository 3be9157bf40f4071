"""Two owners, one at the counter and one by link: to the certificate, through people.

The office, its worker, the card reader and the counter are real servers; the guest speaks to the
office's public routes over TLS, without a certificate, as his page does.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import requests

from backend.proving import build_ink_proofs
from certs.invitations import InvitationKeys, derive_keys
from registration.schema import decode_json, parse_application
from scripts.stand.case import Filing
from scripts.stand.counter import JSON, TERMINAL, Reader, Teller, scribble
from scripts.stand.processes import wait_until
from tests.journey.counters import serve_counter
from tests.journey.premises import Premises
from tests.journey.test_card_to_certificate import OWNERS, bring_in_home, fill_in_unsigned
from tests.journey.test_two_reviewers import Reviewer, require_approved

pytestmark = pytest.mark.journey

HERE, AWAY = (name for name, _, _ in OWNERS)
NUMBER = OWNERS[1][1]


@pytest.fixture
def filing(premises: Premises) -> Iterator[Filing]:
    bring_in_home(premises)
    with ExitStack() as stack:
        stack.callback(premises.serve().end)
        stack.callback(premises.work().end)
        reader = Reader(premises.counter.folder)
        stack.callback(reader.server.end)
        premises.counter.furnish(reader.port)
        counter, teller = serve_counter(premises)
        stack.callback(counter.end)
        yield fill_in_unsigned(teller, reader)


class Phone:
    """Who opened a link in a browser, and typed code and number."""

    def __init__(self, premises: Premises, link: str, code: str, number: str) -> None:
        self.name, _, key = link.partition("#")[2].partition(".")
        self.keys: InvitationKeys = derive_keys(self.name, key, code, number)
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = str(premises.office.root)
        self.base = link.partition("/sign/")[0]
        self.sent: bytes | None = None

    def ask(self, method: str, act: str, data: bytes | None = None) -> requests.Response:
        """Ask with the proof."""
        headers = {"Invitation-Proof": self.keys.proof.hex()}
        if data is not None:
            headers["Content-Type"] = "application/octet-stream"
        path = f"{self.base}/api/v1/invitations/{self.name}/{act}"
        return self.session.request(method, path, data=data, headers=headers, timeout=30)

    def sign(self) -> requests.Response:
        """Open the papers, write on each, send the ink."""
        opened = self.ask("POST", "opening")
        assert opened.ok, opened.text
        papers = json.loads(self.keys.open_papers(opened.content))["papers"]
        inks = [
            {
                "code": paper["code"],
                "sha256": paper["sha256"],
                "strokes": scribble(f"elsewhere {paper['code']}"),
                "width": 9000,
                "height": 6000,
                "device": "touch",
                "ago_ms": 0,
                "is_simulated": True,
            }
            for paper in papers
        ]
        told = {"schema": "remote-answer/1", "invitation": self.name, "inks": inks}
        self.sent = self.keys.seal_answer(json.dumps(told).encode())
        return self.ask("PUT", "answer", self.sent)


def sign_here(teller: Teller, path: str) -> str:
    """Let everybody sign who is at the counter; return who is not."""
    away = ""
    for paper in teller.get(f"{path}/papers")["papers"]:
        for signer in paper["signers"]:
            if signer["name"] == AWAY:
                away = signer["signer"]
                continue
            ink = {"sha256": paper["sha256"], "signer": signer["signer"], "device": "pen"}
            ink |= {"strokes": scribble(signer["name"] + paper["code"]), "is_simulated": True}
            teller.post(
                f"{path}/papers/{paper['code']}/inks", ink | {"width": 16000, "height": 8000}
            )
    return away


def invitation(told: JSON) -> dict[str, Any]:
    (one,) = told["invitations"]
    return dict(one)


def invite(teller: Teller, path: str, signer: str) -> dict[str, Any]:
    """Invite a signer; his papers go by themselves, then there is a link."""
    teller.post(f"{path}/invitations", {"signer": signer})
    ours = f"{path}/invitations"
    wait_until(
        lambda: invitation(teller.get(ours))["state"] == "waiting",
        what="the papers at the office",
        timeout_s=120,
    )
    return invitation(teller.get(ours))


def test_one_here_one_by_link_and_people_decide(premises: Premises, filing: Filing) -> None:
    teller, path = filing.teller, f"/drafts/{filing.draft_id}"
    one = invite(teller, path, sign_here(teller, path))

    stranger = Phone(premises, one["link"], one["code"], OWNERS[0][1])
    assert stranger.ask("POST", "opening").status_code == 403, "another person's number"
    phone = Phone(premises, one["link"], one["code"], NUMBER)
    assert phone.sign().status_code == 204
    assert phone.ask("POST", "opening").status_code == 410

    one = invitation(teller.post(f"{path}/invitations/look", {}))
    assert (one["state"], one["misses"]) == ("answered", 1)
    vouched = {"look": "video", "note": "视频看清本人和身份证，人在外地"}
    teller.post(f"{path}/invitations/{one['invitation']}/confirmation", vouched)
    teller.post(f"{path}/submit")

    wanted = "application_id = ? AND stage = 'in_review'"
    wait_until(
        lambda: premises.count("cases", wanted, filing.draft_id) == 1, what="the case in review"
    )
    case_no = require_kept(premises, filing.draft_id)
    for user in ("chushen", "fushen"):
        reviewer = Reviewer(premises, user)
        with reviewer.session:
            reviewer.sign_in()
            assert "异地签署" in reviewer.get(f"/desk/cases/{case_no}")
            require_approved(reviewer, case_no)
    assert filing.certificate()["case_no"] == case_no
    assert premises.count("decisions", "case_no = ?", case_no) == 2


def require_kept(premises: Premises, application_id: str) -> str:
    """The office has the ink as it was given, bound, stamped, and fitting what it saw itself."""
    with premises.open_wall() as wall:
        with wall.works.reading() as work:
            case = work.cases.find_by_application(application_id, TERMINAL)
            assert case is not None
            received = parse_application(decode_json(work.cases.application(case.case_no)))
        checks = build_ink_proofs(wall)(received)
    remote = [ink for ink in received.inks if ink.remote]
    assert [ink.signer_name for ink in remote] == [AWAY, AWAY]
    assert all(check.stamped_at is not None and not check.fault for check in checks)
    return case.case_no
