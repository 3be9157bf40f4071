"""What the register said before anybody signs, and how it meets what was typed."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from registration.findings import FORBIDDING, Finding, Level
from registration.mortgage import Money, MortgageForm, RegistrationKind
from registration.outcomes import PrecheckAnswer, StandingMortgage
from terminal.desk.draft import Draft, FieldSource, with_text
from terminal.desk.fields import fields_of, read_fields
from terminal.desk.shape import has_former, steps_of
from terminal.errors import NotReadyError

_FROM_REGISTER: Final = ("title_no", "location", "area_m2", "use", "co_ownership")
_NUMBERS: Final = ("unit_no", "certificate_no", "notice_no", "title_no")
_TERMS: Final = ("security_scope", "principal_contract_no", "mortgage_contract_no")
_RESTATED: Final = frozenset({RegistrationKind.CHANGE, RegistrationKind.CONVERSION})
"""Kinds that state the terms of what stands: as they shall be, or as they were noted."""


def asked_number(draft: Draft) -> str:
    """Return the number by which the register is asked: of the unit, or of a paper about it.

    Raises:
        NotReadyError: there is none that can be read.
    """
    values = read_fields(draft).values
    # Only who holds another bank's certificate is told whose it is.
    names = ("certificate_no", *_NUMBERS) if has_former(draft) else _NUMBERS
    for is_typed in (True, False):
        for name in names:
            if name in values and draft.is_brought(name) is is_typed:
                return str(values[name].text)
    raise NotReadyError("no number yet")


def register_texts(draft: Draft) -> dict[str, str]:
    """Return what the register says, by field of the form; empty texts are left out."""
    answer = draft.precheck
    if answer is None or not answer.is_found:
        return {}
    texts = {"unit_no": answer.unit_no.text}
    texts |= {name: str(getattr(answer, name)) for name in _FROM_REGISTER}
    standing = _standing(draft, answer)
    if standing is not None:
        texts |= _of_standing(standing, is_restated=not _RESTATED.isdisjoint(steps_of(draft)))
    on_form = {kind.name for kind in fields_of(draft)}
    return {name: text for name, text in texts.items() if text and name in on_form}


def _standing(draft: Draft, answer: PrecheckAnswer) -> StandingMortgage | None:
    """Return the mortgage, or notice of one, that the draft is about; None where nothing tells."""
    on_form = {kind.name for kind in fields_of(draft)}
    name = "notice_no" if "notice_no" in on_form else "certificate_no"
    if name not in on_form or RegistrationKind.MORTGAGE_NOTICE in steps_of(draft):
        return None
    found = [
        one
        for one in answer.standing
        if one.is_notice is (name == "notice_no") and bool(one.holder) is has_former(draft)
    ]
    typed = read_fields(draft).values.get(name)
    if typed is not None and draft.is_brought(name):
        found = [one for one in found if one.certificate_no == typed.text]
    return found[0] if len(found) == 1 else None


def _of_standing(one: StandingMortgage, *, is_restated: bool) -> dict[str, str]:
    texts = {
        "notice_no" if one.is_notice else "certificate_no": one.certificate_no,
        "former_name": one.holder,
        "former_code": one.holder_number,
    }
    if not is_restated or not one.form:
        return texts
    is_maximum = one.form == MortgageForm.MAXIMUM.value
    amount = "" if one.amount_fen is None else Money(one.amount_fen).yuan.replace(",", "")
    days = {name: day.isoformat() for name in ("start", "end") if (day := getattr(one, name))}
    return texts | days | {name: getattr(one, name) for name in _TERMS} | {
        "form": one.form,
        "max_claim" if is_maximum else "amount": amount,
        "is_period_open": "yes" if one.is_period_open else "",
        "is_transfer_restricted": "yes" if one.is_transfer_restricted else "no",
    }  # fmt: skip


def register_differences(draft: Draft) -> dict[str, str]:
    """Return the fields whose text is not what the register says, with the register's text.

    What a change states is meant to be other than the register.
    """
    told = register_texts(draft)
    if RegistrationKind.CONVERSION not in steps_of(draft):
        told = {name: told[name] for name in (*_NUMBERS, *_FROM_REGISTER) if name in told}
    return {n: t for n, t in told.items() if draft.text(n) and _plain(draft.text(n)) != _plain(t)}


def _plain(text: str) -> str:
    return "".join(text.split()).replace("(", "（").replace(")", "）")


def fill_from_register(draft: Draft) -> Draft:
    """Return the draft with what the register says wherever nobody typed anything."""
    for name, text in register_texts(draft).items():
        if not draft.is_brought(name):
            draft = with_text(draft, name, text, FieldSource.REGISTER)
    return draft


def without_stale_precheck(draft: Draft, changed: Iterable[str] = _NUMBERS) -> Draft:
    """Forget what the register said of another unit, once a number was changed."""
    if draft.precheck is None or set(_NUMBERS).isdisjoint(changed):
        return draft
    is_same = read_fields(draft).values.get("unit_no") == draft.precheck.unit_no
    names = {one.certificate_no for one in draft.precheck.standing}
    is_ours = draft.is_brought("unit_no") or draft.text("certificate_no") in names
    if is_same and (is_ours or not draft.is_brought("certificate_no")):
        return fill_from_register(draft)
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
