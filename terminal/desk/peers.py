"""The other counters of the branch: which there are, and the key that each of them vouched for."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography import x509

from certs.errors import CertsError
from certs.identity import Identity, read_identity
from certs.relays import RelayKey, read_relay_key
from terminal.desk.keyring import Keys
from terminal.desk.place import Place
from terminal.desk.ports import Clock
from terminal.desk.relay_ports import RelayLink
from terminal.errors import NotFoundError

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Told:
    """What the office was told of our own key."""

    mark: str = ""
    """Serial number of the certificate that the published key was vouched for with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peers:
    """Knows the counters of the branch by what their own certificates say, not by the office's word.

    Raises (every act): LinkError.
    """

    place: Place
    clock: Clock
    keys: Keys
    relay: RelayLink
    relay_key: Callable[[], RelayKey]
    told: Told = field(default_factory=Told)

    def publish(self) -> None:
        """Tell the office once which key parcels to this counter are sealed to."""
        signer = self.keys().signer
        if self.told.mark == (mark := str(signer.certificate.serial_number)):
            return
        self.relay.put_relay_key(self.relay_key().vouch(signer, self.clock.now()))
        self.told.mark = mark

    def names(self) -> tuple[str, ...]:
        """Return which other counters can take a draft, in order."""
        return tuple(sorted(self._found()))

    def key_of(self, name: str) -> x509.Certificate:
        """Return what a parcel to a counter is sealed to. Raises: NotFoundError."""
        found = self._found()
        if name not in found:
            raise NotFoundError("no such counter")
        return found[name]

    def is_of_branch(self, who: Identity) -> bool:
        """Say whether a counter stands in this branch of this bank."""
        ours = read_identity(self.keys().signer.certificate)
        return (who.organisation, who.unit) == (ours.organisation, ours.unit)

    def _found(self) -> dict[str, x509.Certificate]:
        ring, found = self.keys(), {}
        for name, statement in self.relay.relay_counters():
            try:
                who, key = read_relay_key(statement, trust=ring.trust, at=self.clock.now())
            except CertsError:
                logger.warning("a counter's relay key was not believed terminal=%s", name)
                continue
            if who.name == name != self.place.terminal and self.is_of_branch(who):
                found[name] = key
        return found
