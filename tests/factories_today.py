"""Applications of this very day: an office judges signatures and readings by when they came."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from registration.application import Application
from registration.people import IdentityRecord, Party


def captured_now(application: Application, at: datetime | None = None) -> Application:
    """Return an application written, read and signed some minutes ago, or before another moment."""
    at = at or datetime.now(UTC)
    written, signed = at - timedelta(minutes=5), at - timedelta(minutes=4)
    facts: dict[str, Any] = {
        "captured_at": written,
        "inks": tuple(
            replace(ink, started_at=signed, ended_at=signed + (ink.ended_at - ink.started_at))
            for ink in application.inks
        ),
        "mortgagors": tuple(_read_at(party, written) for party in application.mortgagors),
        "debtors": tuple(_read_at(party, written) for party in application.debtors),
    }
    if (sale := application.sale) is not None:
        facts["sale"] = replace(
            sale,
            sellers=tuple(_read_at(party, written) for party in sale.sellers),
            buyers=tuple(_read_at(party, written) for party in sale.buyers),
        )
    return replace(application, **facts)


def _read_at(party: Party, at: datetime) -> Party:
    guardian = party.guardian
    if guardian is not None:
        guardian = replace(guardian, identity=_identity(guardian.identity, at))
    return replace(party, identity=_identity(party.identity, at), guardian=guardian)


def _identity(identity: IdentityRecord | None, at: datetime) -> IdentityRecord | None:
    if identity is None or identity.evidence is None:
        return identity
    return replace(identity, evidence=replace(identity.evidence, read_at=at))
