"""A case over the rule book's limit: filed by a bank's system, decided by two people on the pages.

Their browsers are plain HTTPS sessions here; the pages in a real browser are tested elsewhere.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from certs import cli as certs_cli
from registration.application import Application
from registration.mortgage import Money
from scripts.stand.processes import wait_until
from tests.factories import make_mortgage
from tests.journey.lives import Life, living
from tests.journey.premises import Premises, make_case, read_told

pytestmark = pytest.mark.journey

LIMIT = Money(1_000_000_00)


@pytest.fixture(scope="module")
def office(premises: Premises) -> Iterator[Premises]:
    with living(premises.serve()), living(premises.work()):
        yield premises


@dataclass
class Reviewer:
    """Somebody who signed in at the office's pages."""

    premises: Premises
    user: str
    session: requests.Session = field(default_factory=requests.Session)

    def sign_in(self) -> None:
        """Sign in with the password of the account."""
        self.session.trust_env = False
        self.session.verify = str(self.premises.office.root)
        page = self.get("/sign-in")
        password = self.premises.office.hire()[self.user]
        done = self.post("/sign-in", csrf=hidden(page, "csrf"), user=self.user, password=password)
        assert done.ok, done.text

    def get(self, path: str) -> str:
        """Open a page."""
        answer = self.session.get(self.premises.office.url + path, timeout=20)
        assert answer.ok, answer.text
        return answer.text

    def post(self, path: str, **form: str) -> requests.Response:
        """Send a form."""
        return self.session.post(self.premises.office.url + path, data=form, timeout=20)

    def take(self, case_no: str) -> requests.Response:
        """Take a case from its page."""
        path = f"/desk/cases/{case_no}"
        return self.post(f"{path}/take", csrf=hidden(self.get(path), "csrf"))

    def fill_in(self, case_no: str) -> dict[str, str]:
        """Return the form of the case's page with an opinion that approves."""
        page = self.get(f"/desk/cases/{case_no}")
        kept = {name: hidden(page, name) for name in ("csrf", "evidence_sha256")}
        return kept | {"opinion": "经审查，符合登记要求。", "verdict": "approve"}

    def decide(self, case_no: str, form: dict[str, str]) -> requests.Response:
        """Send the form of the case's page."""
        return self.post(f"/desk/cases/{case_no}/decision", **form)


def hidden(page: str, name: str) -> str:
    """Return what a page's form holds for the server."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return html.unescape(found.group(1))


@pytest.fixture
def first(office: Premises) -> Iterator[Reviewer]:
    yield from signed_in(Reviewer(office, "chushen"))


@pytest.fixture
def second(office: Premises) -> Iterator[Reviewer]:
    yield from signed_in(Reviewer(office, "fushen"))


def signed_in(reviewer: Reviewer) -> Iterator[Reviewer]:
    with reviewer.session:
        reviewer.sign_in()
        yield reviewer


def make_secured(number: int, money: Money) -> Application:
    return make_case(number, mortgage=make_mortgage(amount=money, amount_words=money.capital))


def case_in_review(office: Premises, application: Application) -> str:
    """Wait until a case is with the reviewers; return its number."""
    wanted = "application_id = ? AND stage = 'in_review'"
    wait_until(
        lambda: office.count("cases", wanted, application.application_id) == 1,
        what="the case in review",
    )
    with office.open_wall() as wall, wall.works.reading() as work:
        counter = application.counter.terminal
        case = work.cases.find_by_application(application.application_id, counter)
    assert case is not None
    return case.case_no


def require_certificate(office: Premises, case: Path) -> None:
    """Find the certificate beside the case, closed to others and good under the office's root."""
    paper = case / "certificate.pdf"
    assert paper.stat().st_mode & 0o777 == 0o600
    told = CliRunner().invoke(
        certs_cli.main, ["verify", str(paper), "--trust", str(office.office.trust)]
    )
    assert told.output.splitlines()[0] == "VALID", told.output


def test_a_case_at_the_limit_needs_nobody(office: Premises) -> None:
    case = office.lay_down(make_secured(1, LIMIT))

    with living(office.submit(case)) as life:
        assert life.wait(60) == 0, life.words()

    told = read_told(life)
    assert told["stage"] == "certificate-here"
    assert told["certificate"] == str(case / "certificate.pdf")
    require_certificate(office, case)


def test_a_case_above_the_limit_waits_for_two_people(
    office: Premises, first: Reviewer, second: Reviewer
) -> None:
    application = make_secured(2, replace(LIMIT, fen=LIMIT.fen + 1_00))
    case = office.lay_down(application)
    with living(office.submit(case)) as waiting:
        case_no = case_in_review(office, application)
        require_approved(first, case_no)
        assert not waiting.is_over, "one reviewer is not enough"
        require_approved(second, case_no)

        assert waiting.wait(60) == 0, waiting.words()

    require_certificate(office, case)
    assert office.count("decisions", "case_no = ?", case_no) == 2


def require_approved(reviewer: Reviewer, case_no: str) -> dict[str, str]:
    """Take a case and approve it; return the form that was sent."""
    assert reviewer.take(case_no).ok
    form = reviewer.fill_in(case_no)
    done = reviewer.decide(case_no, form)
    assert done.ok, done.text
    return form


def test_nobody_decides_twice(office: Premises, first: Reviewer) -> None:
    """The first reviewer is not let through as the second, whatever he sends."""
    application = make_secured(3, replace(LIMIT, fen=LIMIT.fen * 2))
    case = office.lay_down(application)
    with living(_file(office, case)) as life:
        assert life.wait(60) == 0, life.words()
    case_no = case_in_review(office, application)
    form = require_approved(first, case_no)

    assert first.take(case_no).status_code == 403
    assert first.decide(case_no, form).status_code in {403, 409}

    assert office.count("decisions", "case_no = ?", case_no) == 1
    assert office.count("register_entries", "case_no = ?", case_no) == 0


def _file(office: Premises, case: Path) -> Life:
    """Start `mortgage-terminal submit` without waiting for the outcome."""
    arguments = ["--config", str(office.counter.config), "submit", str(case)]
    return Life("terminal", arguments, case / "submit.log")
