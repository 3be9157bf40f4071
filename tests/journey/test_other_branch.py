"""Two owners, one here and one at another branch's counter: to the certificate, and nobody is asked.

The office, its worker and both counters are real processes, each counter with a card reader of its own.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
import requests

from backend.proving import build_ink_proofs
from registration.people import IdSource
from registration.schema import decode_json, parse_application
from scripts.stand.case import OWNERS, Filing, first_papers, open_filing
from scripts.stand.counter import JSON, TERMINAL, Reader, Teller, scribble
from scripts.stand.office import BANK, BANK_NAME
from scripts.stand.processes import StandError, wait_until
from tests.journey.counters import open_counter
from tests.journey.lives import Life
from tests.journey.premises import NearCounter, Premises, flat, quiet_port
from tests.journey.test_elsewhere import invitation

pytestmark = pytest.mark.journey

OTHER, BRANCH = "KF-JM-01", "KF-JM"
_FLAT = 41
HERE, AWAY = OWNERS[:2]


@dataclass
class Street:
    """The first counter with its draft, and the second, which falls once it has sealed what was signed."""

    house: Premises
    filing: Filing
    counter: NearCounter
    reader: Reader
    life: Life
    teller: Teller


@pytest.fixture
def street(house: Premises) -> Iterator[Street]:
    with ExitStack() as stack:
        stack.callback(house.serve(with_worker=True).end)
        counters = (house.counter, NearCounter(house.folder / "second", quiet_port()))
        readers = []
        for counter in counters:
            counter.folder.mkdir(mode=0o700, exist_ok=True)
            readers.append(Reader(counter.folder))
            stack.callback(readers[-1].server.end)
            counter.furnish(readers[-1].port)
        join(house, counters[1])
        first, teller = open_counter(counters[0])
        stack.callback(first.end)
        life, other = open_counter(counters[1], "visit.signed")
        stack.callback(life.end)
        yield Street(house, begin(teller, readers[0]), counters[1], readers[1], life, other)


def join(house: Premises, counter: NearCounter) -> None:
    """Let a counter of another branch of the bank join."""
    bundle = house.folder / "second.json"
    named = ("--bank", BANK, "--bank-name", BANK_NAME, "--out", bundle)
    house.office.run("terminals", "add", BRANCH, "--terminal", OTHER, *named)
    counter.run("enroll", bundle)
    counter.give_pin()


def begin(teller: Teller, reader: Reader) -> Filing:
    """Do all but the second owner's part, who is not here: his document is typed, as far as known."""
    filing = open_filing(teller, reader, "mortgage.first_registration")
    filing.read_cards(OWNERS[:1])
    path = f"/drafts/{filing.draft_id}"
    draft = teller.post(f"{path}/slots", {"role": "mortgagor"})
    slot = draft["slots"][1]["slot_id"]
    typed = {"kind": "resident_card", "number": AWAY[1], "name": AWAY[0], "reason": "other"}
    teller.put(f"{path}/slots/{slot}/identity", typed | {"note": "本人在外地，到当地网点签"})
    teller.put(f"{path}/slots/{slot}", {"texts": {"phone": AWAY[2], "relation": "配偶"}})
    filing.fill_first(flat(_FLAT), "2026-000941", yuan=860_000, words="捌拾陆万元整")
    filing.answer_inquiry()
    filing.scan(first_papers("2026-000941", 860_000))
    return filing


def sign_all_but(teller: Teller, path: str, away: str) -> str:
    """Let everybody sign who is here; return who is not."""
    found = ""
    for paper in teller.get(f"{path}/papers")["papers"]:
        for signer in paper["signers"]:
            if signer["name"] == away:
                found = signer["signer"]
                continue
            teller.post(f"{path}/papers/{paper['code']}/inks", ink(paper, signer))
    return found


def ink(paper: JSON, signer: JSON) -> JSON:
    given = {"sha256": paper["sha256"], "signer": signer["signer"], "device": "pen"}
    given |= {"strokes": scribble(signer["name"] + paper["code"]), "is_simulated": True}
    return given | {"width": 16000, "height": 8000}


def sign_there(street: Street, code: str) -> None:
    """Read first a wrong card and then his own, sign, and fall once all is sealed."""
    teller, reader = street.teller, street.reader
    assert teller.post("/visits/expected", {"code": code})["name"] == "李*"
    asked = {"code": code, "reader": teller.get("/readers")["readers"][0]["name"]}
    reader.say(f"put {HERE[0]}")
    with pytest.raises(StandError, match="not-expected"):
        teller.post("/visits", asked)
    reader.say(f"put {AWAY[0]}")
    visit = f"/visits/{teller.post('/visits', asked)['invitation']}"
    for paper in teller.get(f"{visit}/papers")["papers"]:
        teller.post(f"{visit}/papers/{paper['code']}/inks", ink(paper, paper["signers"][0]))
    with pytest.raises(requests.ConnectionError):
        teller.post(f"{visit}/sending")
    wait_until(lambda: street.life.is_over, what="the second counter's fall")


def answered(teller: Teller, path: str) -> JSON:
    """Wait until what was signed there is here; the first counter asks as its page does."""

    def look() -> bool:
        told = invitation(teller.post(f"{path}/invitations/look"))
        return bool(told["state"] == "answered")

    wait_until(look, what="what was signed at the other branch")
    return invitation(teller.get(f"{path}/invitations"))


def test_one_here_one_at_another_branch_and_nobody_is_asked(street: Street) -> None:
    teller, path = street.filing.teller, f"/drafts/{street.filing.draft_id}"
    signer = sign_all_but(teller, path, AWAY[0])
    asked = {"signer": signer, "is_at_counter": True}
    teller.post(f"{path}/invitations", asked)
    wait_until(
        lambda: invitation(teller.get(f"{path}/invitations"))["code"] != "", what="the slip's code"
    )
    code = invitation(teller.get(f"{path}/invitations"))["code"]
    sign_there(street, code)
    life, again = open_counter(street.counter)
    try:
        one = answered(teller, path)
        assert (one["visit"]["terminal"], one["visit"]["branch"]) == (OTHER, BRANCH)
        teller.post(f"{path}/invitations/{one['invitation']}/attendance")
        teller.post(f"{path}/submit")
        case_no = street.filing.certificate()["case_no"]
        require_kept(street.house, case_no)

        street.house.office.run("terminals", "revoke", OTHER)
        with pytest.raises(StandError, match=r"suspended|office-refused|unreachable"):
            again.post("/visits/expected", {"code": code})
    finally:
        life.end()


def require_kept(house: Premises, case_no: str) -> None:
    """The office has chip, ink and that counter's word, which fit what it saw; nobody decided."""
    with house.open_wall() as wall:
        with wall.works.reading() as work:
            case = work.cases.get(case_no)
            received = parse_application(decode_json(work.cases.application(case_no)))
        checks = build_ink_proofs(wall)(received)
    (visit,) = received.visits
    assert (case.terminal, visit.terminal, visit.teller_name) == (TERMINAL, OTHER, "赵示例")
    assert (visit.identity.source, bool(visit.identity.chip_files)) == (IdSource.CHIP, True)
    his = [at for at, one in enumerate(received.inks) if one.visit_sha256 == visit.sha256]
    assert len(his) == 2
    assert all(not check.fault and check.is_attested for check in checks)
    assert case.is_automatic
    assert house.count("decisions", "case_no = ? AND reviewer <> 'auto'", case_no) == 0
