"""Several windows on one draft: texts meet one by one, and none is written over another in silence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from registration.people import PartyKind
from terminal.desk.draft import Draft, Slot
from terminal.desk.intake import SLOT_TEXTS, Intake
from terminal.errors import ConflictError, NotFoundError

_TRIES: Final = 5
_YES_NO: Final = {True: "yes", False: "no"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """A text that was changed elsewhere while it was typed here; nothing of it was written."""

    name: str
    ours: str
    theirs: str

    def __repr__(self) -> str:
        return f"Clash({self.name!r})"


@dataclass(frozen=True, slots=True)
class Written:
    """The draft after everything was written that nobody else had changed."""

    draft: Draft
    clashes: tuple[Clash, ...] = ()


@dataclass(frozen=True, slots=True)
class Windows:
    """Writes what is typed in one of several windows.

    `base` says what each text was when its typing began; a text without a base is written whatever
    it was. Texts that others changed meanwhile are given back as clashes, the rest is written.

    Raises (every act): as `Intake`.
    """

    intake: Intake

    def write_fields(
        self, draft_id: str, texts: Mapping[str, str], base: Mapping[str, str]
    ) -> Written:
        """Write fields of the form."""

        def save(fitting: Mapping[str, str], version: int) -> Draft:
            return self.intake.set_fields(draft_id, fitting, version=version).draft

        return self._write(draft_id, texts, base, Draft.text, save)

    def write_slot(
        self, draft_id: str, slot_id: str, texts: Mapping[str, str], base: Mapping[str, str]
    ) -> Written:
        """Write what is typed about a person or organisation."""

        def read(draft: Draft, name: str) -> str:
            slot = draft.find_slot(slot_id)
            if slot is None:
                raise NotFoundError("no such person")
            return slot_text(slot, name)

        def save(fitting: Mapping[str, str], version: int) -> Draft:
            return self.intake.set_slot(draft_id, slot_id, fitting, version=version).draft

        return self._write(draft_id, texts, base, read, save)

    def write_inquiry(
        self, draft_id: str, texts: Mapping[str, str], base: Mapping[str, str]
    ) -> Written:
        """Write answers of the inquiry record."""

        def save(fitting: Mapping[str, str], version: int) -> Draft:
            return self.intake.set_inquiry(draft_id, fitting, version=version)

        return self._write(draft_id, texts, base, _answer, save)

    def _write(
        self,
        draft_id: str,
        texts: Mapping[str, str],
        base: Mapping[str, str],
        read: Callable[[Draft, str], str],
        save: Callable[[Mapping[str, str], int], Draft],
    ) -> Written:
        """Write what fits; begin again when somebody saved at that very moment."""
        for _ in range(_TRIES):
            draft = self.intake.get(draft_id)
            clashes = _clashes(draft, texts, base, read)
            met = {clash.name for clash in clashes}
            fitting = {name: text for name, text in texts.items() if name not in met}
            if texts and not fitting:
                return Written(draft, clashes)
            try:
                return Written(save(fitting, draft.version), clashes)
            except ConflictError:
                continue
        raise ConflictError("the draft is changed again and again")


def slot_text(slot: Slot, name: str) -> str:
    """Return what stands in a place under a name that may be typed; see `intake.SLOT_TEXTS`.

    Raises:
        NotFoundError: there is no such name.
    """
    if name not in SLOT_TEXTS:
        raise NotFoundError(f"no field {name}")
    value = getattr(slot, name)
    if isinstance(value, bool):
        return _YES_NO[value]
    return value.value if isinstance(value, PartyKind) else str(value)


def _answer(draft: Draft, question: str) -> str:
    return next((a.answer for a in draft.inquiry if a.question == question), "")


def _clashes(
    draft: Draft,
    texts: Mapping[str, str],
    base: Mapping[str, str],
    read: Callable[[Draft, str], str],
) -> tuple[Clash, ...]:
    """Return the texts that are neither as they were, nor as we want them."""
    found = []
    for name, ours in texts.items():
        theirs = read(draft, name)
        if theirs not in {base.get(name, theirs), ours, ours.strip()}:
            found.append(Clash(name=name, ours=ours, theirs=theirs))
    return tuple(found)
