"""What the register said before anybody signs, and how it meets what was typed."""

from dataclasses import replace
from typing import Final

from registration.findings import FORBIDDING, Finding, Level
from registration.outcomes import PrecheckAnswer
from terminal.desk.draft import Draft, FieldSource, with_text
from terminal.desk.fields import read_fields

_FROM_REGISTER: Final = ("title_no", "location", "area_m2", "use", "co_ownership")


def register_texts(answer: PrecheckAnswer) -> dict[str, str]:
    """Return what a precheck says, by field of the form; empty texts are left out."""
    texts = {name: str(getattr(answer, name)) for name in _FROM_REGISTER}
    return {name: text for name, text in texts.items() if text}


def register_differences(draft: Draft) -> dict[str, str]:
    """Return the fields whose text is not what the register says, with the register's text."""
    if draft.precheck is None:
        return {}
    told = register_texts(draft.precheck)
    return {n: t for n, t in told.items() if draft.text(n) and _plain(draft.text(n)) != _plain(t)}


def _plain(text: str) -> str:
    return "".join(text.split()).replace("(", "（").replace(")", "）")


def fill_from_register(draft: Draft) -> Draft:
    """Return the draft with what the register says wherever nobody typed anything."""
    for name, text in register_texts(draft.precheck).items() if draft.precheck else ():
        if draft.source(name) is not FieldSource.HAND:
            draft = with_text(draft, name, text, FieldSource.REGISTER)
    return draft


def without_stale_precheck(draft: Draft) -> Draft:
    """Forget what the register said of another unit."""
    reading = read_fields(draft)
    if draft.precheck is None or reading.values.get("unit_no") == draft.precheck.unit_no:
        return draft
    fields = tuple(f for f in draft.fields if f.source is not FieldSource.REGISTER)
    return replace(draft, precheck=None, fields=fields)


def register_findings(draft: Draft) -> tuple[Finding, ...]:
    """Return what the register said against a registration, as notes that stop nobody.

    The register alone cannot tell whether a paper in this application answers it: a commitment
    on a dissent, a holder's consent. Only the office decides, and the applicants may insist.
    """
    told = draft.precheck.findings if draft.precheck else ()
    return tuple(
        replace(finding, level=Level.MANUAL) if finding.level in FORBIDDING else finding
        for finding in told
    )
