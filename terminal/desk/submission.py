"""Submission: what is wrong, all of it; or a sealed package in the outbox."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from certs.envelope import Part, seal
from certs.errors import PackageTooLargeError
from registration.application import Application
from registration.days import local_day
from registration.findings import Finding, Level
from registration.package import PackagePart, pack
from registration.schema import canonical, format_application
from terminal.desk.attesting import Attesting
from terminal.desk.checks import check_all, masked_names, without_unread, without_whole_matters
from terminal.desk.draft import Draft, DraftState
from terminal.desk.filing import filed_draft, find_misplacement
from terminal.desk.freezing import freeze, sketch
from terminal.desk.holes import find_holes
from terminal.desk.items import Event, ItemState, OutboxItem
from terminal.desk.keyring import Keys
from terminal.desk.pages import settled
from terminal.desk.papers import are_papers_current
from terminal.desk.place import Place
from terminal.desk.ports import Box, Clock, FailPoints
from terminal.desk.prechecks import register_findings
from terminal.desk.quality import page_findings
from terminal.desk.spares import shared_findings
from terminal.desk.undoing import without_past
from terminal.errors import (
    ConflictError,
    DraftClosedError,
    NotCompleteError,
    NotFoundError,
    NotReadyError,
)

FAIL_POINTS: Final = ("submit.before-seal", "submit.sealed", "submit.kept")

_STOPS: Final = frozenset({Level.NOT_ACCEPTED, Level.BLOCK, Level.CORRECT})
"""With these the office would send the package back: it does not leave the counter."""
_UNIT_NO: Final = "/unit/unit_no"
_SIGN_AGAIN: Final = Finding(
    rule="FORMAT",
    level=Level.CORRECT,
    zh="签字之后内容有改动，请各方重新阅看并签字",
    en="The content changed after the signatures; everybody must read and sign again",
    basis="",
    pointer="/inks",
)
_TOO_LARGE: Final = Finding(
    rule="MATERIAL",
    level=Level.CORRECT,
    zh="材料合计太大（上限 64 件、63 MB），请降低扫描分辨率或删去多余的页",
    en="The materials are too large together (64 files, 63 MB); scan coarser or drop pages",
    basis="",
    pointer="/materials",
)


@dataclass(frozen=True, slots=True)
class Submission:
    """Turns a draft, or a ready application, into a sealed package that will be delivered.

    Raises (every act): NotFoundError, ConflictError (read again), BoxError.
    """

    box: Box
    place: Place
    clock: Clock
    keys: Keys
    fail_point: FailPoints
    attesting: Attesting

    def check(self, draft_id: str) -> tuple[Finding, ...]:
        """Say everything that the draft alone can tell is wrong or missing."""
        return self._check(self.box.get_draft(draft_id))

    def submit(self, draft_id: str) -> OutboxItem:
        """Freeze, seal and keep the application; pressing twice gives the same item.

        When this returns, the package survives a power cut and goes out by itself. One whose
        seal the office does not take any more is sealed anew and takes the old one's place: the
        office has kept nothing of it.

        Raises:
            NotCompleteError: it cannot go as it stands; `findings` say what to put right.
            DraftClosedError: the office's last word on it is here.
        """
        draft, replacing = self.box.get_draft(draft_id), None
        if draft.state is DraftState.SUBMITTED and draft.sequence is not None:
            item = self.box.get_item(draft.sequence)
            if not item.has_bad_seal:
                return item
            if not draft.slots:
                raise NotReadyError("it was filed from a folder; file it from there again")
            replacing = item.sequence
        elif draft.state is not DraftState.OPEN:
            raise DraftClosedError(draft.state.value)
        _require_complete(self._check(draft))
        # What was signed without a line gets its time stamps now, if there is one.
        draft = replace(draft, inks=self.attesting.stamp(draft.inks))
        applications = freeze(draft, self.place)
        if not applications:
            raise NotCompleteError(find_holes(draft, self.place))
        digests = {m.sha256 for a in applications for m in a.materials}
        blobs = {sha256: self.box.get_blob(draft_id, sha256) for sha256 in digests}
        return self._keep(draft, applications, blobs, replacing=replacing)

    def take_back(self, sequence: int) -> Draft:
        """Open the draft of a package that was refused for good, to mend it or to seal it anew.

        The papers stay signed as long as nothing changes; sealing again takes the keys of today.

        Raises:
            NotReadyError: it may still go out, or has arrived, or was filed past the pages.
        """
        item = self.box.get_item(sequence)
        draft = self.box.get_draft(item.draft_id)
        if item.state is not ItemState.NEEDS_YOU or draft.sequence != sequence or not draft.slots:
            raise NotReadyError("this package cannot be taken back")
        now = self.clock.now()
        taken = replace(item, state=ItemState.TAKEN_BACK).noted(Event(at=now, code="taken-back"))
        self.box.save_item(taken, replace(draft, state=DraftState.OPEN, changed_at=now))
        return self.box.get_draft(item.draft_id)

    def check_filed(self, *applications: Application) -> tuple[Finding, ...]:
        """Say everything that is wrong with an application made outside this counter's pages.

        Several are a bundle, in its order.
        """
        found = check_all(applications, now=self.clock.now())
        return (*find_misplacement(applications, self.place), *found)

    def file(
        self, application: Application, contents: Mapping[str, bytes], *more: Application
    ) -> OutboxItem:
        """Seal and keep a ready application, or a bundle's steps, with the materials' bytes.

        `contents` are by digest. The same application in the same round gives the same item, for
        ever; only what the office refused for its seal is sealed anew.

        Raises:
            NotCompleteError: it cannot go as it stands; `findings` say what to put right.
            BadPackageError: a material is missing, or its bytes are not those the application names.
            ConflictError: the same identifier stands for another application here: what was
                changed after it was filed needs an identifier, or a round, of its own.
        """
        applications = (application, *more)
        known = self._filed(application)
        if known is not None and not known.has_bad_seal:
            if known.application_sha256 not in {"", _digest(applications)}:
                raise ConflictError(f"{known.number} was filed with this identifier and round")
            return known
        _require_complete(self.check_filed(*applications))
        if known is None:
            return self._keep(self._draft_of(application), applications, contents, replacing=None)
        draft = self.box.get_draft(application.application_id)
        return self._keep(draft, applications, contents, replacing=known.sequence)

    # --- inside

    def _found(self, draft: Draft, applications: Sequence[Application]) -> tuple[Finding, ...]:
        """Return what is wrong of applications; what the form says of an empty place is said once."""
        found = check_all(applications, now=self.clock.now(), precheck=draft.precheck)
        return without_unread(without_whole_matters(found), draft)

    def _check(self, draft: Draft) -> tuple[Finding, ...]:
        holes = (*find_holes(draft, self.place), *page_findings(draft))
        applications = freeze(draft, self.place)
        if not applications:
            return (*holes, *self._check_sketch(draft))
        is_stale = bool(draft.papers) and not are_papers_current(draft, applications)
        found = self._found(draft, applications)
        stale = (_SIGN_AGAIN,) if is_stale else ()
        shared = shared_findings(draft, applications)
        return (*holes, *stale, *found, *register_findings(draft), *shared)

    def _check_sketch(self, draft: Draft) -> tuple[Finding, ...]:
        """Say what else is missing of a draft whose unit number cannot be read yet."""
        applications = sketch(draft, self.place)
        if not applications:
            return ()
        found = self._found(draft, applications)
        return tuple(f for f in found if f.pointer != _UNIT_NO)

    def _keep(
        self,
        draft: Draft,
        applications: Sequence[Application],
        contents: Mapping[str, bytes],
        *,
        replacing: int | None,
    ) -> OutboxItem:
        parts = pack(applications, contents)
        now = self.clock.now()
        self.fail_point("submit.before-seal")

        def seal_as(sequence: int) -> tuple[OutboxItem, bytes]:
            package = self._sealed(parts, sequence, now)
            self.fail_point("submit.sealed")
            return _item(draft, applications, sequence, package, now), package

        submitted = replace(
            without_past(draft),
            state=DraftState.SUBMITTED,
            parts=len(applications),
            pages=settled(draft.pages, draft.materials),
            changed_at=now,
        )
        saved = self.box.submit(submitted, seal_as, replacing=replacing)
        self.fail_point("submit.kept")
        if saved.sequence is None:
            raise NotFoundError("the box gave no number")
        return self.box.get_item(saved.sequence)

    def _sealed(self, parts: tuple[PackagePart, ...], sequence: int, now: datetime) -> bytes:
        ring = self.keys()
        try:
            return seal(
                [Part(part.name, part.media_type, part.data) for part in parts],
                signer=ring.signer,
                recipient=ring.recipient(now),
                office=self.place.office.text,
                terminal=self.place.terminal,
                sequence=sequence,
                at=now,
            )
        except PackageTooLargeError as exc:
            raise NotCompleteError((_TOO_LARGE,)) from exc

    def _filed(self, application: Application) -> OutboxItem | None:
        for item in self.box.outbox():
            if (item.draft_id, item.round) == (application.application_id, application.round):
                return item
        return None

    def _draft_of(self, application: Application) -> Draft:
        """Return the draft that stands for a filed application; a new one in its first round."""
        now = self.clock.now()
        try:
            return filed_draft(self.box.get_draft(application.application_id), application, now)
        except NotFoundError:
            day = local_day(now)
            number = f"F{day:%m%d}-{self.box.next_number(day):03d}"
            draft = filed_draft(None, application, now, number=number)
            self.box.add_draft(draft)
            return draft


def _require_complete(findings: tuple[Finding, ...]) -> None:
    if any(finding.level in _STOPS for finding in findings):
        raise NotCompleteError(findings)


def _digest(applications: Sequence[Application]) -> str:
    written = b"".join(canonical(format_application(one)) for one in applications)
    return hashlib.sha256(written).hexdigest()


def _item(
    draft: Draft,
    applications: Sequence[Application],
    sequence: int,
    package: bytes,
    now: datetime,
) -> OutboxItem:
    secured = next((a.mortgage.secured for a in applications if a.mortgage), None)
    return OutboxItem(
        sequence=sequence,
        draft_id=draft.draft_id,
        number=draft.number,
        kind=draft.kind,
        round=draft.round,
        label="、".join(masked_names(applications)),
        amount=secured.yuan if secured else "",
        package_sha256=hashlib.sha256(package).hexdigest(),
        size=len(package),
        application_sha256=_digest(applications),
        units=(applications[0].unit.unit_no.text,),
        queued_at=now,
        events=(Event(at=now, code="sealed"),),
    )
