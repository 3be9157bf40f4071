"""A registration office in a folder: authority, register, staff, server."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from scripts.stand.processes import Server, ended_on_failure, run, wait_until

OFFICE_NAME = "示例市不动产登记中心"
BANK = "91410200MA0X00015B"
BANK_NAME = "示例商业银行股份有限公司开封龙亭支行"
BRANCH = "KF-LT"
STAFF = (
    ("chushen", "周初审", ("first_reviewer",)),
    ("fushen", "吴复审", ("second_reviewer",)),
    ("fuze", "钱负责", ("chief",)),
    ("guanli", "郑管理", ("administrator",)),
)
"""Log-in name, name, roles: made-up people."""


@dataclass(frozen=True, slots=True)
class Office:
    """An office in a folder, whether it runs or not."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"https://127.0.0.1:{self.port}"

    @property
    def config(self) -> Path:
        """Its settings file."""
        return self.folder / "backend.toml"

    @property
    def root(self) -> Path:
        """The root certificate, by which its server is known."""
        return self.folder / "authority" / "root" / "certificate.pem"

    @property
    def trust(self) -> Path:
        """The trust bundle."""
        return self.folder / "authority" / "trust.json"

    def run(self, *arguments: str | Path, given: str = "") -> str:
        """Run `mortgage-backend` for this office and return what it printed."""
        return run("backend", "--config", self.config, *arguments, given=given)

    def found(
        self, *, suite: str = "international", authority: str = "", **settings: str | int | bool
    ) -> None:
        """Make the authority, the database, the sample register and the staff, once.

        `authority` names the suite up to which there are authorities, where that is not `suite`.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.trust.exists():
            run(
                "certs",
                "init",
                self.folder / "authority",
                "--organisation",
                OFFICE_NAME,
                "--suite",
                authority or suite,
            )
        self.write_settings(suites=[suite], **settings)
        self.run("migrate")
        self.run("register", "import")

    def write_settings(self, **settings: str | int | bool | list[str]) -> None:
        """Write the settings file: what every office of these stands has, and `settings`."""
        values = {
            "data_dir": "data",
            "authority_dir": "authority",
            "port": self.port,
            "public_url": self.url,
            "office_name": OFFICE_NAME,
            "seal": "specimen",
            "second_factor": "optional",
            **settings,
        }
        # A basic string of TOML and one of JSON are written alike.
        lines = [
            f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()
        ]
        self.config.write_text("\n".join([*lines, f'banks = ["{BANK}"]', ""]), encoding="utf-8")

    def hire(self) -> dict[str, str]:
        """Give the staff accounts with fresh passwords, once; return name and password of each."""
        kept = self.folder / "log-ins.json"
        if kept.exists():
            known: dict[str, str] = json.loads(kept.read_text(encoding="utf-8"))
            return known
        passwords = {}
        for staff_id, name, roles in STAFF:
            passwords[staff_id] = secrets.token_urlsafe(12)
            chosen = [part for role in roles for part in ("--role", role)]
            self.run(
                "staff", "add", staff_id, "--name", name, *chosen, given=passwords[staff_id] + "\n"
            )
        descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(passwords, stream)
        return passwords

    def invite(self, terminal: str, bundle: Path) -> None:
        """Write the file with which one counter may join."""
        self.run(
            *("terminals", "add", BRANCH, "--terminal", terminal),
            *("--bank", BANK, "--bank-name", BANK_NAME, "--out", bundle),
        )

    def start(self, environ: Mapping[str, str] | None = None) -> Server:
        """Start server and worker, and wait until work can be taken."""
        server = Server(
            "backend",
            "--config",
            self.config,
            "serve",
            log=self.folder / "backend.log",
            environ=environ,
        )
        with ended_on_failure(server):
            wait_until(self.is_ready, what="the office's start", servers=(server,))
        return server

    def is_ready(self) -> bool:
        """Say whether the office can take work."""
        try:
            return self.get("/readyz").ok
        except requests.RequestException:
            return False

    def get(self, path: str) -> requests.Response:
        """Ask the office as anybody may."""
        with requests.Session() as session:
            session.trust_env = False
            return session.get(self.url + path, verify=str(self.root), timeout=10)

    def verify(self, certificate_no: str, check_code: str) -> dict[str, Any]:
        """Ask the public check about a certificate."""
        with requests.Session() as session:
            session.trust_env = False
            answer = session.post(
                self.url + "/api/v1/verifications",
                json={"certificate_no": certificate_no, "check_code": check_code},
                verify=str(self.root),
                timeout=10,
            )
            answer.raise_for_status()
            told: dict[str, Any] = answer.json()
            return told
