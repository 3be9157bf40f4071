"""The office's accounts, as the operator keeps them: who may sign in, as what, until when."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from backend.errors import NotAllowedError, NotFoundError
from backend.office.case import Stage, free
from backend.office.names import read_label, read_short_name
from backend.office.ports import Clock, PasswordHasher, Work, Works
from backend.office.rows import StaffRow

LONGEST_PASSWORD = 256
_SHORTEST_PASSWORD = 12
ROLES = ("first_reviewer", "second_reviewer", "chief", "registrar", "auditor", "administrator")
# Whoever runs the system or audits it takes no decisions (GB/T 22239-2019, 8.1.4.2). Who begins a
# case does not approve it as the head (不动产登记操作规范 1.7: 初审 and 核定 are two people's).
_ALONE = ("administrator", "auditor")
_APART = frozenset({"first_reviewer", "chief"})
_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRoom:
    """Adds, changes and removes accounts; each act stands in the journal with who did it."""

    works: Works
    hasher: PasswordHasher
    clock: Clock
    is_guessable: Callable[[str, Sequence[str]], bool]
    """Whether a password is easy to guess for somebody who knows some words about its owner."""

    def add(
        self,
        staff_id: str,
        *,
        name: str,
        roles: tuple[str, ...],
        password: str,
        by: str,
        person: str = "",
    ) -> StaffRow:
        """Add an account; a removed one comes back for the same person alone.

        `person` says who it is, equal for two accounts of one person; empty means the account.

        Raises:
            OddNameError: a name that cannot be typed, shown or told apart.
            NotAllowedError: the name is taken, or was another person's; a weak password; an
                unknown role, or roles that must stay apart.
        """
        row = StaffRow(
            staff_id=read_short_name(staff_id),
            person=read_label(person or staff_id),
            name=read_label(name),
            roles=_require_roles(roles),
            password_hash=self._hash(staff_id, password, staff_id, name, person),
        )
        with self.works() as work:
            self._require_free(work, row)
            _require_person(work, row)
            work.staff.save(row)
            self._note(work, "staff added", row, by)
            work.commit()
        return row

    def set_password(self, staff_id: str, password: str, *, by: str) -> None:
        """Give an account a new password; its sessions end, and it is no longer locked.

        Raises:
            NotFoundError: no such account. NotAllowedError: a weak password.
        """
        with self.works.reading() as work:
            known = _get(work, staff_id)
        hashed = self._hash(staff_id, password, staff_id, known.name, known.person)
        with self.works() as work:
            row = _get(work, staff_id)
            work.staff.save(replace(row, password_hash=hashed, failures=0, locked_until=None))
            work.staff.end_sessions(staff_id)
            work.staff.drop_waits(staff_id)
            self._note(work, "staff password changed", row, by)
            work.commit()

    def set_roles(self, staff_id: str, roles: tuple[str, ...], *, by: str) -> int:
        """Give an account other roles, with its next click; return how many cases it gave back.

        Cases in its hands go back to the queue: it may no longer be the one to decide them.

        Raises:
            NotFoundError: no such account. NotAllowedError: an unknown role, or roles apart.
        """
        with self.works() as work:
            row = replace(_get(work, staff_id), roles=_require_roles(roles))
            _require_person(work, row)
            work.staff.save(row)
            freed = self._free_cases(work, staff_id, by)
            self._note(work, "staff roles changed", row, by)
            work.commit()
        return freed

    def remove(self, staff_id: str, *, by: str) -> int:
        """End an account: no sign-in, its sessions are over, its past decisions stay.

        Cases in its hands go back to the queue; returns how many.

        Raises:
            NotFoundError: no such account, or it is removed already.
        """
        now = self.clock.now()
        with self.works() as work:
            row = replace(_get(work, staff_id), removed_at=now, password_hash="")
            work.staff.save(row)
            work.staff.end_sessions(staff_id)
            freed = self._free_cases(work, staff_id, by)
            self._note(work, "staff removed", row, by)
            work.commit()
        return freed

    def list(self) -> tuple[StaffRow, ...]:
        """Return every account, the removed ones too."""
        with self.works.reading() as work:
            return work.staff.list()

    def _hash(self, staff_id: str, password: str, *words: str) -> str:
        if len(password) < _SHORTEST_PASSWORD:
            raise NotAllowedError(
                f"the password has {len(password)} characters; {_SHORTEST_PASSWORD} are needed"
            )
        if len(password) > LONGEST_PASSWORD or not password.isprintable():
            raise NotAllowedError(
                f"the password is longer than {LONGEST_PASSWORD} characters, or holds some that"
                " cannot be typed"
            )
        if len(set(password)) < 4 or self.is_guessable(password, words):
            raise NotAllowedError("the password is easy to guess; take another")
        if staff_id.lower() in password.lower():
            raise NotAllowedError("the password holds the account's name; take another")
        return self.hasher.hash(password)

    def _require_free(self, work: Work, row: StaffRow) -> None:
        for other in work.staff.list():
            if other.staff_id.lower() != row.staff_id.lower():
                continue
            if other.removed_at is None:
                raise NotAllowedError(
                    f"there is an account {other.staff_id} already; `staff password` and"
                    " `staff roles` change it"
                )
            if (other.staff_id, other.person, other.name) != (row.staff_id, row.person, row.name):
                raise NotAllowedError(
                    f"{other.staff_id} was the account of {other.name}, whose decisions stay under"
                    " it; choose another name"
                )

    def _free_cases(self, work: Work, staff_id: str, by: str) -> int:
        count, now = 0, self.clock.now()
        while held := work.cases.search(stages=(Stage.IN_REVIEW,), holder=staff_id, limit=_PAGE)[0]:
            for case in held:
                work.cases.save(free(case), was=case)
                work.journal.append(
                    actor=by, act="released", ref=case.case_no, body=staff_id.encode(), at=now
                )
            count += len(held)
        return count

    def _note(self, work: Work, act: str, row: StaffRow, by: str) -> None:
        work.journal.append(
            actor=by,
            act=act,
            ref=row.staff_id,
            body=",".join(row.roles).encode(),
            at=self.clock.now(),
        )


def _get(work: Work, staff_id: str) -> StaffRow:
    row = work.staff.find(staff_id)
    if row is None or row.removed_at is not None:
        raise NotFoundError(f"there is no account {staff_id}")
    return row


def _require_person(work: Work, row: StaffRow) -> None:
    """Hold all accounts of one person to the law of one. Raises: NotAllowedError."""
    others = (o for o in work.staff.list() if o.person == row.person and o.removed_at is None)
    roles = {role for o in others if o.staff_id != row.staff_id for role in o.roles}
    try:
        _require_apart(roles | set(row.roles))
    except NotAllowedError as exc:
        raise NotAllowedError(f"{exc}; {row.person} has other accounts") from exc


def _require_roles(roles: tuple[str, ...]) -> tuple[str, ...]:
    unknown = sorted(set(roles) - set(ROLES))
    if not roles or unknown:
        raise NotAllowedError(
            f"unknown role: {', '.join(unknown) or 'none given'}; there are {', '.join(ROLES)}"
        )
    _require_apart(set(roles))
    return tuple(role for role in ROLES if role in roles)


def _require_apart(roles: set[str]) -> None:
    """Refuse roles that one person may not have together. Raises: NotAllowedError."""
    if len(roles) > 1 and roles & set(_ALONE):
        raise NotAllowedError("administrator and auditor take no other role")
    if roles >= _APART:
        raise NotAllowedError("first_reviewer and chief are two people's roles")
