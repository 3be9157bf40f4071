"""What joining gave this counter, in force: its identity, its keys, its line to the office."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from certs.errors import CertsError, KeyFileOpenError
from certs.keys import load_certificates, read_private
from certs.trust import TrustStore
from terminal.desk.keyring import Keyring
from terminal.enrolment import Post, renew, renew_late
from terminal.errors import (
    BadBundleError,
    LinkError,
    MisconfiguredError,
    OfficeUntrustedError,
    OpenToOthersError,
)
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

    def renew_late(self, post: Post, now: Callable[[], datetime]) -> None:
        """Get new certificates after the one for the line has ended. Raises: as `renew_late`."""
        with self._lock:
            self._take(renew_late(self._home, post=post, now=now))
        logger.info("certificates renewed late terminal=%s", self._joined.terminal)

    def refresh(self, published: bytes, at: datetime) -> None:
        """Take newer lists, and the office's renewed keys, into force. Raises: CertsError."""
        with self._lock:
            joined = refresh_trust(self._joined, published, at)
            if joined is not self._joined:
                self._take(joined)

    def _take(self, joined: Joined) -> None:
        try:
            ring = Keyring(joined.signer(), TrustStore(joined.trust, suites=joined.suites))
        except KeyFileOpenError as exc:
            raise OpenToOthersError(exc.reason) from exc
        except (BadBundleError, CertsError) as exc:
            raise MisconfiguredError(f"the keys of this counter cannot be used: {exc}") from exc
        self._joined, self._ring = joined, ring


def open_link(
    settings: Settings, membership: Membership, clock: SystemClock, *, is_known: bool = True
) -> HTTPOfficeLink:
    """Return the line to the office that this counter joined; as somebody unknown on demand."""
    return HTTPOfficeLink(
        settings.office_url or membership.joined.office_url,
        authority=lambda: membership.joined.roots,
        client=lambda: membership.joined.client if is_known else None,
        now=clock.now,
        proxy=read_proxy(settings),
    )


def renew_certificates(
    settings: Settings, membership: Membership, link: HTTPOfficeLink, clock: SystemClock
) -> None:
    """Renew, whether the certificate for the line is still good or ended while we were away.

    The new one is shown at once: with that the one before ends.

    Raises: as `Membership.renew`.
    """
    ended = load_certificates(membership.joined.client.certificate)[0].not_valid_after_utc
    is_over = clock.now() > ended
    if not is_over:
        try:
            membership.renew(link.post_json, clock.now)
        except OfficeUntrustedError:
            # It may have ended by the office's clock and not by ours.
            is_over = True
    if is_over:
        unknown = open_link(settings, membership, clock, is_known=False)
        try:
            membership.renew_late(unknown.post_json, clock.now)
        finally:
            unknown.close()
    with suppress(LinkError):
        link.probe()


def connect_unknown(url: str, roots: Path, *, proxy: str = "") -> Post:
    """Open a line to an office that does not know us yet, checked with these roots alone."""
    return HTTPOfficeLink(
        url,
        authority=lambda: roots,
        client=lambda: None,
        now=SystemClock().now,
        proxy=proxy,
    ).post_json


def read_proxy(settings: Settings) -> str:
    """Return the proxy that the settings name, with its log-in; empty for none.

    Raises:
        MisconfiguredError: the log-in cannot be read, or others may read it.
    """
    if not settings.proxy or settings.proxy_login_file is None:
        return settings.proxy
    try:
        name, _, password = read_private(settings.proxy_login_file).decode().strip().partition(":")
    except (CertsError, UnicodeDecodeError) as exc:
        raise MisconfiguredError(f"proxy_login_file cannot be used: {exc}") from exc
    host = settings.proxy.removeprefix("http://")
    return f"http://{quote(name, safe='')}:{quote(password, safe='')}@{host}"
