"""From the draft to its applications: the step after which nothing changes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from registration.application import Application, Material, MaterialSource
from registration.bundle import BundleModel, BundlePlace
from registration.catalogue import find_column
from registration.changes import Change, ChangeGround, Transfer
from registration.identifiers import CertificateNo, UnitNo
from registration.ink import InkRecord
from registration.inquiry import expected_answers, order_answers, questions_for
from registration.listed import LIST_CODE, ListPlace
from registration.listings import make_row
from registration.materials import CATALOGUE
from registration.mortgage import MortgageForm, RegistrationKind
from registration.people import CoOwnership, Mortgagee, Party
from registration.sale import Sale
from registration.statements import paper_title
from terminal.desk.draft import Draft, SlotRole
from terminal.desk.facts import (
    Values,
    change_of,
    crystallisation_of,
    discharge_of,
    mortgage_of,
    sale_of,
    transfer_of,
    unit_of,
)
from terminal.desk.fields import read_fields
from terminal.desk.people import debtors_of, former_of, parties_of, shares_of
from terminal.desk.place import Place
from terminal.desk.shape import (
    application_ids,
    has_sale,
    is_of_former,
    model_of,
    owner_role,
    steps_of,
)
from terminal.desk.spares import with_spares
from terminal.desk.stating import statements_of

_NO_UNIT: Final = UnitNo("000000000000GB00000F00000000")
_K: Final = RegistrationKind
_SALES: Final = frozenset({_K.PURCHASE_NOTICE, _K.OWNERSHIP_TRANSFER})
_CO_OWNED_BY_TWO: Final = {False: CoOwnership.SOLE, True: CoOwnership.JOINT}


def freeze(draft: Draft, place: Place) -> tuple[Application, ...]:
    """Return the applications that a draft makes as it now stands, one for each of its steps.

    Values that are missing or cannot be read stay empty; `find_holes` and `check_application` say
    so. Empty while there is no unit number or no known teller.
    """
    return _freeze(draft, place, read_fields(draft).values)


def sketch(draft: Draft, place: Place) -> tuple[Application, ...]:
    """Return what a draft without a readable unit number would make, to be checked and no more.

    Its unit number is nobody's, so that everything else that is missing can be told at once.
    Empty while there is no known teller.
    """
    return _freeze(draft, place, {"unit_no": _NO_UNIT, **read_fields(draft).values})


def _freeze(draft: Draft, place: Place, values: Values) -> tuple[Application, ...]:
    mortgagee = place.mortgagee(draft.teller)
    if mortgagee is None or "unit_no" not in values:
        return ()
    freezer = _Freezer(draft, place, values, mortgagee)
    steps = tuple(freezer.step(number) for number in range(1, len(steps_of(draft)) + 1))
    return with_spares(draft, steps)


@dataclass(frozen=True, slots=True)
class _Freezer:
    """Makes the applications of one draft, step by step."""

    draft: Draft
    place: Place
    values: Values
    ours: Mortgagee

    def step(self, number: int) -> Application:
        """Return the application of a step, counted from 1."""
        draft, kind = self.draft, steps_of(self.draft)[number - 1]
        former = former_of(draft, self.values, kind)
        mortgagee = former if former and is_of_former(draft, kind) else self.ours
        mortgagors = self._mortgagors(kind)
        held, shares = self._held(kind)
        bare = Application(
            application_id=application_ids(draft)[number - 1],
            kind=kind,
            office=self.place.office,
            counter=self.place.counter(draft.teller),
            mortgagee=mortgagee,
            mortgagors=mortgagors,
            co_ownership=held,
            shares=shares,
            debtors=debtors_of(draft, kind) if self._owes(kind) else (),
            unit=unit_of(self.values, is_title_known=kind in _SALES or not has_sale(draft)),
            mortgage=mortgage_of(self.values) if self._states_terms(kind) else None,
            transfer=self._transfer(former) if kind is _K.TRANSFER else None,
            notice_no=self._notice_no(kind),
            bundle=self._bundle(number),
            round=draft.round,
            corrects=draft.cases[number - 1] if len(draft.cases) >= number else draft.corrects,
            captured_at=draft.created_at,
        )
        whole = self._with_matter(bare)
        stated = replace(whole, statements=statements_of(draft, whole))
        return self._with_papers(stated, number)

    def _with_matter(self, bare: Application) -> Application:
        """Return the application with what is particular to its kind."""
        kind, values = bare.kind, self.values
        if kind is _K.CANCELLATION:
            return replace(bare, discharge=discharge_of(values))
        if kind is _K.CRYSTALLISATION:
            return replace(bare, crystallisation=crystallisation_of(values))
        if kind is _K.CHANGE:
            return replace(bare, change=self._change(bare.mortgagee, bare.mortgagors))
        return replace(bare, sale=self._sale(kind)) if kind in _SALES else bare

    # --- who

    def _mortgagors(self, kind: RegistrationKind) -> tuple[Party, ...]:
        if kind in _SALES or kind is _K.TRANSFER:
            return ()
        return parties_of(self.draft, self._mortgaging(kind), kind)

    def _mortgaging(self, kind: RegistrationKind) -> SlotRole:
        """Return who mortgaged, or does: of the old mortgage of a sale it is the seller."""
        is_old = kind is _K.CANCELLATION and has_sale(self.draft)
        return SlotRole.SELLER if is_old else owner_role(self.draft)

    def _held(self, kind: RegistrationKind) -> tuple[CoOwnership, tuple[str, ...]]:
        """Return how a step's obligors hold the unit, and their shares."""
        if kind is _K.TRANSFER:
            return CoOwnership.SOLE, ()
        role = SlotRole.SELLER if kind in _SALES else self._mortgaging(kind)
        return self._held_by(role)

    def _held_by(self, role: SlotRole) -> tuple[CoOwnership, tuple[str, ...]]:
        shares = shares_of(self.draft, role)
        name = "buyer_co_ownership" if role is SlotRole.BUYER else "co_ownership"
        held: CoOwnership = self.values.get(name) or _CO_OWNED_BY_TWO[len(shares) > 1]
        return held, shares if held is CoOwnership.SHARES else ()

    def _owes(self, kind: RegistrationKind) -> bool:
        return kind.sets_up_mortgage or (kind is _K.CHANGE and has_sale(self.draft))

    # --- what

    def _states_terms(self, kind: RegistrationKind) -> bool:
        grounds = self._grounds()
        is_of_names = bool(grounds) and all(ground.is_name for ground in grounds)
        return kind.sets_up_mortgage or (kind is _K.CHANGE and not is_of_names)

    def _grounds(self) -> tuple[ChangeGround, ...]:
        """Return what is changed, with what a bundle changes by itself."""
        told: tuple[ChangeGround, ...] = self.values.get("grounds", ())
        implied = {
            BundleModel.CHANGED: ChangeGround.MORTGAGOR,
            BundleModel.SPLIT: ChangeGround.MAX_CLAIM,
        }
        model = model_of(self.draft)
        by_itself = implied.get(model) if model else None
        return told if by_itself is None or by_itself in told else (by_itself, *told)

    def _change(self, mortgagee: Mortgagee, mortgagors: tuple[Party, ...]) -> Change | None:
        return change_of(
            self.values, mortgagee=mortgagee, mortgagors=mortgagors, grounds=self._grounds()
        )

    def _transfer(self, former: Mortgagee | None) -> Transfer | None:
        is_split = model_of(self.draft) is BundleModel.SPLIT
        return transfer_of(self.values, former=former, is_split=is_split)

    def _sale(self, kind: RegistrationKind) -> Sale:
        held, shares = self._held_by(SlotRole.BUYER)
        return sale_of(
            self.values,
            sellers=parties_of(self.draft, SlotRole.SELLER, kind),
            buyers=parties_of(self.draft, SlotRole.BUYER, kind),
            shares=shares,
            held=held,
        )

    def _notice_no(self, kind: RegistrationKind) -> CertificateNo | None:
        is_asked = kind in {_K.MORTGAGE_NOTICE, _K.CONVERSION}
        number: CertificateNo | None = self.values.get("notice_no") if is_asked else None
        return number

    def _bundle(self, number: int) -> BundlePlace | None:
        model = model_of(self.draft)
        if model is None:
            return None
        return BundlePlace(
            bundle_id=f"B-{self.draft.draft_id}",
            model=model,
            place=number,
            count=len(steps_of(self.draft)),
        )

    # --- papers

    def _with_papers(self, bare: Application, number: int) -> Application:
        """Return a step's application with its answers, its papers and the ink on them."""
        draft = self.draft
        answers = {a.question: a.answer for a in draft.inquiry}
        if bare.bundle is not None:
            # One answer cannot fit two steps: what a step itself tells is its own.
            answers |= expected_answers(bare)
        asked = {question.code for question in questions_for(bare)}
        kept = {code: answer for code, answer in answers.items() if code in asked}
        is_alone = bare.bundle is None
        whole = replace(
            bare,
            inquiry=draft.inquiry if is_alone else order_answers(kept),
            materials=(*_generated(draft, number), *_brought(draft, bare, number)),
            inks=draft.inks if is_alone else _inks(draft, number),
        )
        return with_list(_with_visits(whole, draft), draft.listing)


def with_list(application: Application, listing: ListPlace | None) -> Application:
    """Return an application in its list, or without it where its row says something else by now."""
    listed = replace(application, listing=listing)
    row = listing.row if listing else None
    if row is not None and listed.may_be_listed and row == make_row(listed):
        return listed
    return replace(
        application, materials=tuple(m for m in application.materials if m.code != LIST_CODE)
    )


def _with_visits(application: Application, draft: Draft) -> Application:
    """Return an application with the visits to other counters in which its ink was given."""
    named = {ink.visit_sha256 for ink in application.inks}
    return replace(application, visits=tuple(v for v in draft.visits if v.sha256 in named))


def _inks(draft: Draft, number: int) -> tuple[InkRecord, ...]:
    """Return the ink on the papers of one step."""
    papers = {paper.sha256 for paper in draft.papers if paper.step == number}
    return tuple(ink for ink in draft.inks if ink.paper_sha256 in papers)


def _brought(draft: Draft, application: Application, number: int) -> Iterator[Material]:
    """Yield the papers that were brought for one step; what no step asks goes with the first."""
    columns = [find_column(kind, _form(application)) for kind in steps_of(draft)]
    for material in draft.materials:
        line = CATALOGUE.get(material.code)
        askers = [n for n, c in enumerate(columns, 1) if line and c and c in line.needs] or [1]
        if number in askers:
            yield material


def _form(application: Application) -> MortgageForm:
    return application.mortgage.form if application.mortgage else MortgageForm.ORDINARY


def _generated(draft: Draft, number: int) -> Iterator[Material]:
    """Yield the papers of a step that were made for signing as materials."""
    for paper in sorted(draft.papers, key=lambda paper: paper.code):
        if paper.step != number:
            continue
        yield Material(
            code=paper.code,
            title=paper_title(paper.code),
            file_name=f"{paper.key}.pdf",
            media_type="application/pdf",
            sha256=paper.sha256,
            size=paper.size,
            pages=paper.pages,
            source=MaterialSource.GENERATED,
        )
