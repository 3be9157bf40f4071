"""Scanning: runs of a scanner and files of its folder become pages of a draft, one by one."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from registration.application import Capture
from terminal.desk.binder import Arriving, Binder
from terminal.desk.draft import Draft
from terminal.desk.ports import Box
from terminal.desk.scanners import Arrival, ScanFolder, Scanner, ScanRun, ScanSettings
from terminal.errors import BadMaterialError, NotFoundError
from terminal.scanner_errors import ScannerBusyError, ScannerError

_MOST_RUNS: Final = 8


class Shelf(Protocol):
    """The scanners of this counter."""

    def known(self) -> Mapping[str, Scanner]:
        """Return every scanner by its name here."""

    def look_around(self) -> None:
        """Look for more on the network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Into:
    """Where scanned pages go."""

    draft_id: str
    code: str
    after: str = ""
    """The page behind which they go; empty for the end."""
    replaces: str = ""
    """The page in whose place the first one goes."""


@dataclass(slots=True)
class _Running:
    """A run and where its next page goes."""

    run: ScanRun
    scanner: str
    into: Into
    is_simulated: bool
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True, slots=True)
class Scanning:
    """Takes pages in; each is kept before the next is asked for.

    Raises (every act): as `Binder.add`; ScannerError, after which the pages so far are good.
    """

    binder: Binder
    box: Box
    shelf: Shelf
    folder: ScanFolder | None
    new_id: Callable[[], str]
    _runs: dict[str, _Running] = field(default_factory=dict)

    def start(self, scanner: str, settings: ScanSettings, into: Into) -> str:
        """Begin a run and return what it is called.

        Raises:
            NotFoundError: no such scanner.
            ScannerBusyError: it is running for another window.
        """
        device = self.shelf.known().get(scanner)
        if device is None:
            raise NotFoundError("no such scanner")
        if any(running.scanner == scanner for running in self._runs.values()):
            raise ScannerBusyError("another window")
        if len(self._runs) >= _MOST_RUNS:
            raise ScannerBusyError("too many runs")
        info = device.info()
        run_id = self.new_id()
        self._runs[run_id] = _Running(device.start(settings), scanner, into, info.is_simulated)
        return run_id

    def next(self, run_id: str) -> Draft | None:
        """Keep the next page and return the draft; None when the run is over."""
        running = self._runs.get(run_id)
        if running is None:
            raise NotFoundError("no such run")
        with running.lock:
            try:
                file = running.run.next_file()
                if file is None:
                    self._runs.pop(run_id, None)
                    return None
                return self._keep(running, file.name, file.data)
            except (ScannerError, BadMaterialError):
                self.cancel(run_id)
                raise

    def cancel(self, run_id: str) -> None:
        """End a run; the pages so far stay."""
        running = self._runs.pop(run_id, None)
        if running is not None:
            running.run.cancel()

    def arrivals(self) -> Sequence[Arrival]:
        """Return the files in the scanner's folder that are still to be taken in.

        One that was taken in already, and was left there by a crash, is removed now.
        """
        if self.folder is None:
            return ()
        waiting = []
        for arrival in self.folder.arrivals():
            if arrival.is_whole and self.box.has_arrived(arrival.key):
                self.folder.take_away(arrival.key)
            else:
                waiting.append(arrival)
        return waiting

    def take(self, key: str, into: Into) -> Draft:
        """Take a file of the scanner's folder in; it is removed once its pages are kept.

        Raises:
            NotFoundError: no such file, or it was taken in before.
            BadMaterialError: it is no paper; it is moved aside.
        """
        if self.folder is None or self.box.has_arrived(key):
            raise NotFoundError("no such file in the scanner's folder")
        name = next((a.name for a in self.folder.arrivals() if a.key == key), "")
        file = Arriving(
            code=into.code,
            name=name,
            data=self.folder.read(key),
            capture=Capture.FOLDER,
            after=into.after,
            replaces=into.replaces,
            arrival=key,
        )
        try:
            draft = self.binder.add(into.draft_id, file)
        except BadMaterialError as exc:
            if exc.reason not in {"many", "bound"}:
                self.folder.set_aside(key)
            raise
        self.folder.take_away(key)
        return draft

    def _keep(self, running: _Running, name: str, data: bytes) -> Draft:
        into = running.into
        draft = self.binder.add(
            into.draft_id,
            Arriving(
                code=into.code,
                name=name,
                data=data,
                capture=Capture.SCANNER,
                is_simulated=running.is_simulated,
                after=into.after,
                replaces=into.replaces,
            ),
        )
        if into.after or into.replaces:
            # The next page goes behind the one that has just come in.
            newest = max(draft.pages, key=lambda page: int(page.page_id[1:]))
            running.into = replace(into, after=newest.page_id, replaces="")
        return draft
