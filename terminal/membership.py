"""What joining gave this counter, in force: its identity, its keys, its line to the office."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from certs.errors import CertsError
from certs.trust import TrustStore
from terminal.desk.keyring import Keyring
from terminal.enrolment import Post, renew
from terminal.errors import BadBundleError, MisconfiguredError
from terminal.joined import Joined, load_joined, refresh_trust
from terminal.office_link import HTTPOfficeLink
from terminal.settings import Settings

logger = logging.getLogger(__name__)


class SystemClock:
    """The time of this machine; the office's clock decides wherever it matters."""

    def now(self) -> datetime:
        """Return the time now, aware, UTC."""
        return datetime.now(UTC)


class Membership:
    """The identity in force, and the keys that belong to it; renewal replaces both at once."""

    def __init__(self, home: Path) -> None:
        """Load the identity. Raises: NotEnrolledError."""
        self._home = home
        self._lock = threading.Lock()
        self._take(load_joined(home))

    @property
    def joined(self) -> Joined:
        """The identity in force."""
        return self._joined

    def keys(self) -> Keyring:
        """Return the ring in force."""
        return self._ring

    def renew(self, post: Post, now: Callable[[], datetime]) -> None:
        """Get new certificates and use them from now on. Raises: as `enrolment.renew`."""
        with self._lock:
            before = self._joined.suites[0]
            self._take(renew(self._home, post=post, now=now))
            if self._joined.suites[0] is not before:
                # Only now does this counter know which kind of key the office wants.
                self._take(renew(self._home, post=post, now=now))
        logger.info("certificates renewed terminal=%s", self._joined.terminal)

    def refresh(self, published: bytes, at: datetime) -> None:
        """Take newer lists, and the office's renewed keys, into force. Raises: CertsError."""
        with self._lock:
            joined = refresh_trust(self._joined, published, at)
            if joined is not self._joined:
                self._take(joined)

    def _take(self, joined: Joined) -> None:
        try:
            ring = Keyring(joined.signer(), TrustStore(joined.trust, suites=joined.suites))
        except (BadBundleError, CertsError) as exc:
            raise MisconfiguredError(f"the keys of this counter cannot be used: {exc}") from exc
        self._joined, self._ring = joined, ring


def open_link(settings: Settings, membership: Membership, clock: SystemClock) -> HTTPOfficeLink:
    """Return the line to the office that this counter joined."""
    return HTTPOfficeLink(
        settings.office_url or membership.joined.office_url,
        authority=lambda: membership.joined.roots,
        client=lambda: membership.joined.client,
        now=clock.now,
    )


def connect_unknown(url: str, roots: Path) -> Post:
    """Open a line to an office that does not know us yet, checked with these roots alone."""
    link = HTTPOfficeLink(url, authority=lambda: roots, client=lambda: None, now=SystemClock().now)
    return link.post_json
