"""Rules on identity documents: their numbers, their days, and what their chips said."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from registration.application import Application
from registration.errors import BadCreditCodeError, BadIdNumberError
from registration.findings import Level
from registration.identifiers import parse_credit_code
from registration.parties import Person, acting_people, named_people
from registration.people import Agent, IdentityRecord
from registration.requirements.rule import Hit, Rule


def known_documents(application: Application) -> Iterator[tuple[Person, IdentityRecord]]:
    """Yield everybody who acts and whose document was read; nobody but a bank in some cases.

    A chip that was read where its holder signed goes before what the first counter knew of him.
    """
    for named in acting_people(application):
        person = named.person
        if read := application.chip_read_elsewhere(person.document.number):
            pointer, visit = read
            yield Person(person, pointer), visit.identity
        elif not isinstance(person, Agent) and person.identity is not None:
            yield named, person.identity


def check_numbers(application: Application, _today: date) -> Iterator[Hit]:
    """Every document's number keeps the rule of its kind: shape, date and check character."""
    for named in named_people(application):
        try:
            named.person.document.check()
        except (BadIdNumberError, BadCreditCodeError):
            yield Hit(
                f"身份核验未通过：{named.person.name}的证件号码有误（位数、日期或校验位不符）。",
                f"The document number of {named.person.name} is wrong (length, date or check).",
                f"{named.pointer}/document/number",
            )
    banks = {"/mortgagee": application.mortgagee}
    if application.transfer is not None:
        banks["/transfer/former"] = application.transfer.former
    for pointer, bank in banks.items():
        try:
            parse_credit_code(bank.credit_code.text)
        except BadCreditCodeError:
            yield Hit(
                "身份核验未通过：抵押权人的统一社会信用代码有误。",
                "The mortgagee's credit code is wrong.",
                f"{pointer}/credit_code",
            )


def check_validity(application: Application, today: date) -> Iterator[Hit]:
    """The documents of those who act are in force; a document is good on its last day."""
    for named, identity in known_documents(application):
        if identity.is_valid_on(today):
            continue
        pointer = f"{named.pointer}/identity"
        if identity.valid_to is not None and identity.valid_to < today:
            yield Hit(
                f"身份核验未通过：{named.person.name}的证件已于 {identity.valid_to} 到期。",
                f"The document of {named.person.name} expired on {identity.valid_to}.",
                f"{pointer}/valid_to",
            )
        else:
            yield Hit(
                f"身份核验未通过：{named.person.name}的证件自 {identity.valid_from} 起才有效。",
                f"The document of {named.person.name} is valid only from {identity.valid_from}.",
                f"{pointer}/valid_from",
            )


def check_identity(application: Application, _today: date) -> Iterator[Hit]:
    """The document that was read is the claimed one: same kind, number and name.

    Names are compared with the middle dots folded; characters that differ only by
    compatibility are a mismatch that a person must see.
    """
    for named, identity in known_documents(application):
        claimed, name = named.person.document, named.person.name
        if (identity.document.kind, identity.document.number) != (claimed.kind, claimed.number):
            yield Hit(
                f"身份核验未通过：{name}的证件号码与读取的证件不一致。",
                f"The document number of {name} is not that of the document read.",
                f"{named.pointer}/document",
            )
        if identity.name.folded != name.folded:
            yield Hit(
                f"身份核验未通过：姓名“{name}”与读取的证件“{identity.name}”不一致。",
                f"The name “{name}” is not that of the document read, “{identity.name}”.",
                f"{named.pointer}/name",
            )


def check_birth_dates(application: Application, _today: date) -> Iterator[Hit]:
    """The birth date on the chip is the one inside the number."""
    for named, identity in known_documents(application):
        try:
            told = identity.document.birth_date
        except BadIdNumberError:
            continue
        if None not in {told, identity.birth_date} and told != identity.birth_date:
            yield Hit(
                f"身份核验未通过：{named.person.name}的出生日期与证件号码不一致。",
                f"The birth date of {named.person.name} is not the one in the number.",
                f"{named.pointer}/identity/birth_date",
            )


RULES: Final = tuple(
    Rule(id="R32", level=Level.CORRECT, basis="《不动产登记暂行条例》第十六条", look=look)
    for look in (check_numbers, check_validity, check_identity, check_birth_dates)
)
