"""A real office in a folder of the test: authority, SQLite, estates, worker; no network."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from backend.assembly import build_office, build_rounds
from backend.office.rounds import Rounds
from backend.office.rows import AnswerRow, TerminalRow
from backend.settings import Settings
from backend.store.estates import SAMPLES, load_estates
from backend.store.upgrades import upgrade
from backend.wall import SystemClock, Wall, open_vault, open_wall
from backend.web.callers import Office
from certs.bundle import load_bundle
from certs.envelope import Part, seal
from certs.founding import init_authority
from certs.identity import Identity, Role
from certs.keys import generate_key, make_request
from certs.signers.softkey import SoftKeySigner
from certs.statements import open_statement
from certs.trust import TrustStore
from registration.application import Application
from registration.outcomes import Answer
from registration.package import pack
from registration.schema import parse_answer
from tests.factories import make_contents

BANK = "91410200MA0X00015B"
TERMINAL = "KF-LT-01"


@dataclass(frozen=True, slots=True)
class Branch:
    """An enrolled terminal's keys, as the office knows them."""

    signer: SoftKeySigner
    row: TerminalRow


class MovedClock(SystemClock):
    """This machine's time, and as much more as a test says."""

    ahead = timedelta(0)

    def now(self) -> datetime:
        """Return the time as the office is to believe it."""
        return super().now() + self.ahead


class OfficeStand:
    """The use cases of a real office, without its server."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.settings = Settings(
            data_dir=folder / "data", authority_dir=folder / "authority", banks=(BANK,), **settings
        )
        self.suite = self.settings.open_suites[0]
        now = datetime.now(UTC)
        init_authority(self.settings.authority_dir, "示例市不动产登记中心", now, suite=self.suite)
        open_vault(self.settings)
        upgrade(self.settings.database)
        self.clock = MovedClock()
        self.wall: Wall = replace(open_wall(self.settings), clock=self.clock)
        load_estates(self.wall.works, SAMPLES.read_bytes(), self.wall.clock.now())
        self.office: Office = build_office(self.wall, lambda: True)
        self.rounds: Rounds = build_rounds(self.wall)
        self._sequence = 0

    def close(self) -> None:
        """Give the database back."""
        self.wall.works.close()

    def enrol(self, terminal: str = TERMINAL) -> Branch:
        """Let a counter join with a one-time code, as it does over the network."""
        invitation = self.office.terminals.invite(
            terminal, branch="KF-LT", bank=BANK, bank_name="示例银行", by="test"
        )
        keys = {
            Role.TERMINAL: generate_key(Role.TERMINAL),
            Role.PACKAGE: generate_key(Role.PACKAGE, self.suite),
        }
        requests = {
            role: _pem(make_request(key, Identity(role=role, organisation="x", name=terminal)))
            for role, key in keys.items()
        }
        joined = self.office.terminals.enrol(
            code=invitation.code,
            tls_request=requests[Role.TERMINAL],
            package_request=requests[Role.PACKAGE],
        )
        chain = x509.load_pem_x509_certificates(joined["package_certificate"].encode())
        with self.wall.works.reading() as work:
            row = work.terminals.get(terminal)
        return Branch(SoftKeySigner(chain[0], tuple(chain[1:]), keys[Role.PACKAGE]), row)

    def seal(self, branch: Branch, *applications: Application, sequence: int = 0) -> bytes:
        """Seal one application, or those of a bundle, as the counter would."""
        self._sequence = sequence or self._sequence + 1
        parts = [
            Part(p.name, p.media_type, p.data)
            for p in pack(applications, make_contents(*applications))
        ]
        bundle = load_bundle(self.wall.trust_path)
        return seal(
            parts,
            signer=branch.signer,
            recipient=bundle.certificates(Role.ENVELOPE)[0],
            office=self.settings.office_code,
            terminal=branch.row.terminal,
            sequence=self._sequence,
            at=self.wall.clock.now(),
        )

    def receive(self, branch: Branch, package: bytes) -> str:
        """Hand a package in; return the signed receipt."""
        digest = sha256(package).hexdigest()
        received = self.office.reception.receive(package, terminal=branch.row, digest=digest)
        return received.receipt

    def work_off(self) -> int:
        """Do every task that is due; return how many there were."""
        count = 0
        while self.rounds.step():
            count += 1
        return count

    def answers(self, terminal: str = TERMINAL) -> list[Answer]:
        """Return the first page of answers to a terminal, each with a good signature."""
        return [self.read(row) for row in self.office.news.answers(terminal, 0)]

    def read(self, row: AnswerRow) -> Answer:
        """Open an answer as its terminal does: the office must have signed it."""
        trust = TrustStore(load_bundle(self.wall.trust_path))
        kind = _kind(row.statement)
        statement = open_statement(row.statement, kind, trust, Role.OFFICE, self.wall.clock.now())
        return parse_answer(kind, dict(statement.claims))

    def file(self, branch: Branch, application: Application) -> list[Answer]:
        """Seal, hand in, work off; return all answers so far."""
        self.receive(branch, self.seal(branch, application))
        self.work_off()
        return self.answers(branch.row.terminal)


def _kind(statement: str) -> str:
    head = statement.split(".", maxsplit=1)[0]
    header: Mapping[str, Any] = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    return str(header["typ"])


def _pem(der: bytes) -> str:
    return x509.load_der_x509_csr(der).public_bytes(Encoding.PEM).decode("ascii")
