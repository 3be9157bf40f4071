"""One signature for a list of discharges: the list is drawn, signed once, and stands for each row.

Each draft keeps the whole list and the ink on it, so that each package is complete by itself.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from registration.application import Application, Material, MaterialSource
from registration.days import local_day
from registration.findings import Finding, Level
from registration.ink import InkRecord
from registration.listed import LIST_CODE, MOST_LISTED, ListedApplication, ListPlace
from registration.listings import make_row
from registration.papers.drawing import draw_paper
from registration.statements import paper_title
from terminal.desk.checks import check_all
from terminal.desk.draft import Draft, DraftState, PaperShown
from terminal.desk.freezing import freeze
from terminal.desk.holes import find_holes
from terminal.desk.papers import count_pages, facts_sha256
from terminal.desk.place import Place
from terminal.desk.ports import Box, Clock
from terminal.desk.quality import page_findings
from terminal.errors import BadListError, DeskError, NotReadyError

_STOPS = frozenset({Level.NOT_ACCEPTED, Level.BLOCK, Level.CORRECT})
_SIGNING = frozenset({"R33", "R48"})
"""Rules that speak of what the list is about to bring."""
_NOT_ALONE = (
    "不是抵押权人单方申请的注销，须逐件签署",
    "Not a discharge by the mortgagee alone: it is signed by itself",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A draft that the list does not take, and why, in Chinese and English."""

    draft_id: str
    number: str
    told: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnList:
    """A list that lies ready to be signed."""

    list_id: str
    draft_ids: tuple[str, ...]
    """Its rows, in order."""
    left_out: tuple[LeftOut, ...] = ()
    is_signed: bool = False


@dataclass(frozen=True, slots=True)
class ListSigning:
    """Draws a list of drafts and carries the signature on it to each of them.

    Raises (every act): NotFoundError, ConflictError (read again), BoxError.
    """

    box: Box
    place: Place
    clock: Clock

    def draw(self, draft_ids: Sequence[str]) -> DrawnList:
        """Draw the list of all drafts that are ready but for the signature; say why others are not.

        A list that was drawn before with any of them is no list any more; its ink falls away.

        Raises:
            NotReadyError: none is ready.
            BadListError: there are more than a list may hold.
        """
        if len(draft_ids) > MOST_LISTED:
            raise BadListError("to-sign")
        ready: list[tuple[Draft, Application]] = []
        left_out = []
        for draft in (self.box.get_draft(draft_id) for draft_id in dict.fromkeys(draft_ids)):
            told = tuple(self._faults(draft))
            if told:
                left_out.append(LeftOut(draft_id=draft.draft_id, number=draft.number, told=told))
            else:
                ready.append((draft, self._bare(draft)))
        if not ready:
            raise NotReadyError("no draft of the list can be signed yet")
        listing = self._new_list()
        self._keep(ready, listing)
        return DrawnList(
            list_id=listing.list_id,
            draft_ids=tuple(draft.draft_id for draft, _ in ready),
            left_out=tuple(left_out),
        )

    # --- inside

    def _faults(self, draft: Draft) -> Iterator[tuple[str, str]]:
        """Yield what keeps a draft out of a list; the signature itself does not."""
        if draft.state is not DraftState.OPEN:
            yield "已不在办理中", "It is not at work any more"
            return
        try:
            application = self._bare(draft)
        except DeskError as exc:
            yield f"内容还不完整（{exc.code}）", f"It is not complete yet ({exc.code})"
            return
        if not application.may_be_listed:
            yield _NOT_ALONE
            return
        holes = (*find_holes(draft, self.place), *page_findings(draft))
        found = check_all((application,), now=self.clock.now(), precheck=draft.precheck)
        yield from ((f.zh, f.en) for f in (*holes, *found) if _keeps_out(f))

    def _bare(self, draft: Draft) -> Application:
        """Return a draft's application as if nothing had been drawn or signed yet.

        Raises:
            NotReadyError: it makes none yet, or several.
        """
        found = freeze(replace(draft, listing=None, papers=(), inks=()), self.place)
        if len(found) != 1:
            raise NotReadyError("it makes no application of its own yet")
        return found[0]

    def _new_list(self) -> ListPlace:
        today = local_day(self.clock.now())
        number = self.box.next_number(today)
        list_id = f"L-{self.place.terminal}-{today:%Y%m%d}-{number:03d}"
        return ListPlace(list_id=list_id, made_on=today, place=1, rows=())

    def _keep(self, ready: Sequence[tuple[Draft, Application]], empty: ListPlace) -> None:
        """Draw each form with its row's number, then the list of all of them; keep both."""
        forms, listed = [], []
        for place, (_, bare) in enumerate(ready, start=1):
            application = replace(bare, listing=replace(empty, place=place))
            forms.append(draw_paper(application, "M01"))
            form = _material("M01", forms[-1])
            listed.append(replace(application, materials=(form, *application.materials)))
        rows = tuple(make_row(application) for application in listed)
        whole = [replace(a, listing=_in_list(a, rows)) for a in listed]
        paper = draw_paper(whole[0], LIST_CODE)
        now = self.clock.now()
        for (draft, _), application, form_bytes in zip(ready, whole, forms, strict=True):
            facts = facts_sha256(application)
            papers = tuple(
                PaperShown(
                    code=code,
                    sha256=hashlib.sha256(data).hexdigest(),
                    size=len(data),
                    pages=count_pages(data),
                    facts_sha256=facts,
                    made_at=now,
                )
                for code, data in (("M01", form_bytes), (LIST_CODE, paper))
            )
            kept = replace(
                draft, listing=application.listing, papers=papers, inks=(), changed_at=now
            )
            self.box.save_draft(kept, blobs=(form_bytes, paper))


def find_drawn(drafts: Sequence[Draft]) -> DrawnList | None:
    """Return the list that lies ready among drafts, with those of it that have not gone yet."""
    open_ones = [d for d in drafts if d.state is DraftState.OPEN and d.listing]
    papers = [(d, paper) for d in open_ones if (paper := d.find_paper(LIST_CODE))]
    if not papers:
        return None
    latest, newest = max(papers, key=lambda pair: pair[1].made_at)
    rows = tuple(d for d, paper in papers if paper.sha256 == newest.sha256)
    return DrawnList(
        list_id=latest.listing.list_id if latest.listing else "",
        draft_ids=tuple(draft.draft_id for draft in rows),
        is_signed=all(_list_ink(draft) for draft in rows),
    )


def spread(box: Box, draft: Draft) -> Draft:
    """Bring the signature on a list to every draft of it; return the draft as it then is.

    Harmless to repeat: whatever broke off between two drafts is made up for.
    """
    mates = tuple(_mates(box, draft))
    ink = next((ink for mate in mates if (ink := _list_ink(mate)) is not None), None)
    if ink is None:
        return draft
    for mate in mates:
        if mate.state is DraftState.OPEN and _list_ink(mate) is None:
            saved = box.save_draft(replace(mate, inks=(*mate.inks, ink)))
            draft = saved if saved.draft_id == draft.draft_id else draft
    return draft


def withdraw(box: Box, draft: Draft) -> Draft:
    """Take the signature on a list off every draft that has not gone yet."""
    for mate in _mates(box, draft):
        if mate.state is DraftState.OPEN and _list_ink(mate) is not None:
            inks = tuple(ink for ink in mate.inks if ink.paper_code != LIST_CODE)
            saved = box.save_draft(replace(mate, inks=inks))
            draft = saved if saved.draft_id == draft.draft_id else draft
    return draft


def _mates(box: Box, draft: Draft) -> Iterator[Draft]:
    """Yield the drafts of the same list whose paper is the same, this one among them."""
    own = draft.find_paper(LIST_CODE)
    for mate in box.drafts():
        paper = mate.find_paper(LIST_CODE)
        if own is not None and paper is not None and paper.sha256 == own.sha256:
            yield mate


def _list_ink(draft: Draft) -> InkRecord | None:
    """Return the ink on a draft's list; None where there is none on the list as it is."""
    paper = draft.find_paper(LIST_CODE)
    if paper is None:
        return None
    return next((ink for ink in draft.inks if ink.paper_sha256 == paper.sha256), None)


def _keeps_out(finding: Finding) -> bool:
    is_form = finding.rule == "MATERIAL" and "M01" in finding.zh
    return finding.level in _STOPS and finding.rule not in _SIGNING and not is_form


def _in_list(application: Application, rows: tuple[ListedApplication, ...]) -> ListPlace | None:
    return replace(application.listing, rows=rows) if application.listing else None


def _material(code: str, data: bytes) -> Material:
    """Return a drawn paper as `freeze` will have it of the draft's own."""
    return Material(
        code=code,
        title=paper_title(code),
        file_name=f"{code}.pdf",
        media_type="application/pdf",
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        pages=count_pages(data),
        source=MaterialSource.GENERATED,
    )
