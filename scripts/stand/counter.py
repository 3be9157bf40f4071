"""A bank's counter in a folder: a virtual card reader, an enrolled terminal, its teller."""

import atexit
import re
import shutil
import socket
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests

from scripts.stand.office import Office
from scripts.stand.processes import Server, StandError, ended_on_failure, run, wait_until
from terminal.folder import open_vault
from terminal.membership import SystemClock
from terminal.pins import PinBook

TERMINAL = "KF-LT-01"
TELLER = "T0007"
PIN = "314159"
"""Of the made-up teller."""
_LAUNCH = re.compile(r"http://127\.0\.0\.1:(\d+)/#(\S+)")

JSON = dict[str, Any]


class Reader:
    """A virtual ID card reader in a process of its own, on a pseudo-terminal."""

    def __init__(self, folder: Path) -> None:
        self.port = folder / "card-reader"
        # A unix socket's path may have 108 bytes; a folder of tests is often deeper.
        place = tempfile.mkdtemp(prefix="mrk-")
        atexit.register(shutil.rmtree, place, ignore_errors=True)
        self._control = Path(place) / "control"
        self.server = Server(
            "scripts.virtual_sam",
            "--link",
            self.port,
            "--control",
            self._control,
            log=folder / "card-reader.log",
        )
        with ended_on_failure(self.server):
            wait_until(
                lambda: self.port.exists() and self._control.exists(),
                what="the card reader",
                servers=(self.server,),
            )

    def say(self, words: str) -> str:
        """Give one order, such as `put 张示例`, and return the answer."""
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self._control))
            line.sendall(words.encode() + b"\n")
            line.shutdown(socket.SHUT_WR)
            return line.makefile(encoding="utf-8").readline().strip()


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter in a folder, whether it runs or not."""

    folder: Path
    port: int

    @property
    def config(self) -> Path:
        """Its settings file."""
        return self.folder / "terminal.toml"

    def run(self, *arguments: str | Path) -> str:
        """Run `mortgage-terminal` for this counter and return what it printed."""
        return run("terminal", "--config", self.config, *arguments)

    def furnish(self, reader: Path) -> None:
        """Write the settings: reader, bank and teller."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.config.write_text(
            _SETTINGS.format(port=self.port, reader=reader, teller=TELLER), encoding="utf-8"
        )
        tomllib.loads(self.config.read_text(encoding="utf-8"))

    def join(self, office: Office) -> bool:
        """Enrol at an office with a one-time code; say whether that was needed."""
        if (self.folder / "joined").exists():
            self.give_pin()  # A folder that an older release made has none.
            return False
        bundle = self.folder / "invitation.json"
        office.invite(TERMINAL, bundle)
        self.run("enroll", bundle)
        bundle.unlink()
        self.give_pin()
        (self.folder / "joined").touch()
        return True

    def give_pin(self) -> None:
        """Let the teller in by a PIN."""
        home = self.folder / "home"
        PinBook(home, open_vault(home), SystemClock().now).set(TELLER, PIN)

    def start(self, environ: Mapping[str, str] | None = None) -> tuple[Server, str]:
        """Start the terminal; return it with the address that opens its pages once."""
        log = self.folder / "terminal.log"
        log.unlink(missing_ok=True)
        server = Server("terminal", "--config", self.config, "serve", log=log, environ=environ)
        with ended_on_failure(server):
            wait_until(
                lambda: _LAUNCH.search(log.read_text(encoding="utf-8")) is not None,
                what="the terminal's start",
                servers=(server,),
            )
        found = _LAUNCH.search(log.read_text(encoding="utf-8"))
        assert found is not None
        return server, found.group(0)


_SETTINGS = """\
home = "home"
port = {port}
readers = ["sam:{reader}"]

[bank]
financial_licence = "B9999S241020001"
address = "河南省开封市龙亭区示例大街8号"
legal_representative = "钱示例"

[[tellers]]
staff_no = "{teller}"
name = "赵示例"
id_number = "41020419930418996X"
authority_number = "POA-2026-007"
authority_from = 2026-01-01
authority_to = 2030-12-31
matters = ["抵押权首次登记", "抵押权注销登记"]
"""


class Teller:
    """Somebody at the counter: speaks to the terminal exactly as its pages do."""

    def __init__(self, launch_url: str) -> None:
        found = _LAUNCH.search(launch_url)
        if found is None:
            raise StandError("no launch address")
        self._base = f"http://127.0.0.1:{found.group(1)}"
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Origin"] = self._base
        token = self.post("/launch", {"code": found.group(2)})["token"]
        self._session.headers["X-UI-Token"] = token
        # A hand that never rests: what these scripts wait for may take longer than a tea break.
        self._session.headers["X-Idle-S"] = "0"
        self.post("/attendance", {"staff_no": TELLER, "pin": PIN})

    @property
    def token(self) -> str:
        """The token of its window."""
        return str(self._session.headers["X-UI-Token"])

    def open_window(self) -> str:
        """Return an address that opens the pages once more."""
        return f"{self._base}/#{self.post('/launch/next')['code']}"

    def get(self, path: str) -> JSON:
        """Read something."""
        return self._json("GET", path)

    def post(self, path: str, body: JSON | None = None) -> JSON:
        """Do something."""
        return self._json("POST", path, json=body if body is not None else {})

    def put(self, path: str, body: JSON) -> JSON:
        """Write something."""
        return self._json("PUT", path, json=body)

    def discard(self, draft_id: str) -> None:
        """Forget a draft."""
        self._ask("DELETE", f"/drafts/{draft_id}")

    def upload(self, path: str, name: str, data: bytes) -> JSON:
        """Hand a scanned file over."""
        headers = {"Content-Type": "application/octet-stream", "X-File-Name": quote(name)}
        return self._json("POST", path, data=data, headers=headers)

    def download(self, path: str) -> bytes:
        """Fetch a file."""
        return self._ask("GET", path).content

    def _json(self, method: str, path: str, **options: Any) -> JSON:
        told: JSON = self._ask(method, path, **options).json()
        return told

    def _ask(self, method: str, path: str, **options: Any) -> requests.Response:
        answer = self._session.request(method, f"{self._base}/ui/api{path}", timeout=60, **options)
        if not answer.ok:
            raise StandError(f"{method} {path}: {answer.status_code} {answer.text[:400]}")
        return answer


def scribble(name: str) -> list[list[Sequence[int]]]:
    """Return simulated handwriting: a few strokes for each character of a name."""
    strokes: list[list[Sequence[int]]] = []
    at_ms = 0
    for place, character in enumerate(name):
        left = 800 + place * 1800
        for bar in range(3):
            points = []
            y = 1200 + bar * 600 + ord(character) % 200
            for step in range(16):
                lift = (ord(character) * (step + bar + 1)) % 90
                points.append((at_ms, left + step * 90, y + lift, 420 + lift * 4))
                at_ms += 9
            strokes.append(list(points))
            at_ms += 120
    return strokes
