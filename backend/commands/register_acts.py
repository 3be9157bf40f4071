"""What two people did about a unit's certificates, as `register show` prints it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from backend.commands.told import write_time
from backend.office.rows import ActKind, CertificateAct
from registration.days import local_time

_WORDS: Final[Mapping[str, str]] = {
    ActKind.SUSPEND: "暂停 suspended",
    ActKind.LIFT: "恢复 lifted",
    ActKind.REVOKE: "作废 issued in error",
}


def acts_record(acts: Iterable[CertificateAct], as_of: datetime | None) -> list[dict[str, Any]]:
    """Return the confirmed acts up to a moment, oldest first; reasons may name people and stay out."""
    confirmed = [(act.decided_at, act) for act in acts if act.verdict == "confirmed"]
    return [
        {
            "certificate_no": act.certificate_no,
            "kind": act.kind,
            "basis": act.basis,
            "proposed_by": act.proposed_by,
            "confirmed_by": act.decided_by,
            "at": write_time(at),
        }
        for at, act in sorted(confirmed, key=lambda one: str(one[0]))
        if at is not None and (as_of is None or at <= as_of)
    ]


def acts_lines(acts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a line for each act."""
    for act in acts:
        at = f"{local_time(datetime.fromisoformat(act['at'])):%Y-%m-%d %H:%M:%S}"
        who = f"{act['proposed_by']} → {act['confirmed_by']}"
        yield f"  {at}  {_WORDS[act['kind']]}  {act['certificate_no']}  {act['basis']}  {who}"
