"""The wire language: values to JSON and back, version by version; canonical bytes."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema

from registration.application import Application
from registration.enquiry import SharedQuestion, SharedTold
from registration.errors import BadDocumentError, Problem
from registration.findings import Finding
from registration.outcomes import (
    AcceptanceReceipt,
    Answer,
    CertificateIssued,
    CorrectionRequest,
    NonAcceptance,
    PrecheckAnswer,
    Progress,
    Receipt,
    Refusal,
    Registered,
    RegistrationCertificate,
    Withdrawal,
)
from registration.outlook import Outlook
from registration.visits import VisitAnswer
from registration.wire import enquiry
from registration.wire import outcomes as wire
from registration.wire.application import ApplicationWire
from registration.wire.decoding import LARGEST_DOCUMENT, canonical, decode_json
from registration.wire.document import MOST_PROBLEMS, WireModel, read, write
from registration.wire.visits import VisitAnswerWire

__all__ = [
    "ANSWER_KINDS",
    "APPLICATION_SCHEMA",
    "CERTIFICATE_SCHEMA",
    "LARGEST_DOCUMENT",
    "MEDIA_TYPE",
    "application_json_schema",
    "canonical",
    "decode_json",
    "format_answer",
    "format_application",
    "format_certificate",
    "format_findings",
    "format_outlook",
    "format_precheck",
    "format_receipt",
    "format_shared",
    "format_shared_question",
    "format_visit_answer",
    "parse_answer",
    "parse_application",
    "parse_certificate",
    "parse_findings",
    "parse_outlook",
    "parse_precheck",
    "parse_receipt",
    "parse_shared",
    "parse_shared_question",
    "parse_visit_answer",
]

MEDIA_TYPE: Final = "application/json"
APPLICATION_SCHEMA: Final = "application/1"
CERTIFICATE_SCHEMA: Final = "registration-certificate/1"
VISIT_ANSWER_SCHEMA: Final = "visit-answer/1"
_MOST_FINDINGS: Final = 500

# The kinds of answers, as statements name them. A kind is never given another meaning.
_ANSWERS: Final[Mapping[str, tuple[type[Answer], type[WireModel]]]] = {
    "acceptance/1": (AcceptanceReceipt, wire.AcceptanceWire),
    "correction/1": (CorrectionRequest, wire.CorrectionWire),
    "non-acceptance/1": (NonAcceptance, wire.NonAcceptanceWire),
    "refusal/1": (Refusal, wire.RefusalWire),
    "withdrawal/1": (Withdrawal, wire.WithdrawalWire),
    "progress/1": (Progress, wire.ProgressWire),
    "registered/1": (Registered, wire.RegisteredWire),
    "certificate-issued/1": (CertificateIssued, wire.CertificateIssuedWire),
}
ANSWER_KINDS: Final = tuple(_ANSWERS)


def format_application(application: Application) -> dict[str, Any]:
    """Return an application as `application/1`.

    Raises:
        BadDocumentError: a text holds what the wire refuses; put right the fields it names.
    """
    return {"schema": APPLICATION_SCHEMA, **write(ApplicationWire, application)}


def parse_application(value: object) -> Application:
    """Read decoded `application/1`.

    Raises:
        BadDocumentError: with everything that is wrong, and never with a value.
    """
    return read(ApplicationWire, value, Application, schema=APPLICATION_SCHEMA)


def format_receipt(receipt: Receipt) -> dict[str, Any]:
    """Return the claims of a `receipt/1` statement."""
    return write(wire.ReceiptWire, receipt)


def parse_receipt(value: object) -> Receipt:
    """Read the claims of a `receipt/1` statement. Raises: BadDocumentError."""
    return read(wire.ReceiptWire, value, Receipt)


def format_answer(answer: Answer) -> tuple[str, dict[str, Any]]:
    """Return an answer's kind and the claims of its statement."""
    kind = next(kind for kind, (domain, _) in _ANSWERS.items() if type(answer) is domain)
    return kind, write(_ANSWERS[kind][1], answer)


def parse_answer(kind: str, value: object) -> Answer:
    """Read the claims of an answer's statement.

    Raises:
        BadDocumentError: no kind that we know (an answer of a later version), or not its claims.
    """
    if kind not in _ANSWERS:
        raise BadDocumentError((Problem("", "unknown-kind", "no kind of answer that is known"),))
    domain, model = _ANSWERS[kind]
    return read(model, value, domain)


def format_visit_answer(answer: VisitAnswer) -> dict[str, Any]:
    """Return what goes back from another counter as `visit-answer/1`."""
    return {"schema": VISIT_ANSWER_SCHEMA, **write(VisitAnswerWire, answer)}


def parse_visit_answer(value: object) -> VisitAnswer:
    """Read decoded `visit-answer/1`. Raises: BadDocumentError."""
    return read(VisitAnswerWire, value, VisitAnswer, schema=VISIT_ANSWER_SCHEMA)


def format_precheck(answer: PrecheckAnswer) -> dict[str, Any]:
    """Return what the register says of a unit, as the precheck's body."""
    return write(wire.PrecheckWire, answer)


def parse_precheck(value: object) -> PrecheckAnswer:
    """Read the precheck's body. Raises: BadDocumentError."""
    return read(wire.PrecheckWire, value, PrecheckAnswer)


def format_shared_question(question: SharedQuestion) -> dict[str, Any]:
    """Return what a counter has asked of other authorities, as JSON has it."""
    return write(enquiry.SharedQuestionWire, question)


def parse_shared_question(value: object) -> SharedQuestion:
    """Read what a counter has asked of other authorities. Raises: BadDocumentError."""
    return read(enquiry.SharedQuestionWire, value, SharedQuestion)


def format_shared(told: SharedTold) -> dict[str, Any]:
    """Return what other authorities say before anybody signs, as JSON has it."""
    return write(enquiry.SharedToldWire, told)


def parse_shared(value: object) -> SharedTold:
    """Read what other authorities say. Raises: BadDocumentError."""
    return read(enquiry.SharedToldWire, value, SharedTold)


def format_outlook(outlook: Outlook) -> dict[str, Any]:
    """Return how long cases take now, as JSON has it."""
    return write(wire.OutlookWire, outlook)


def parse_outlook(value: object) -> Outlook:
    """Read how long cases take. Raises: BadDocumentError."""
    return read(wire.OutlookWire, value, Outlook)


def format_certificate(certificate: RegistrationCertificate) -> bytes:
    """Return a certificate's facts as canonical JSON: equal facts give equal bytes."""
    return canonical({"schema": CERTIFICATE_SCHEMA, **write(wire.CertificateWire, certificate)})


def parse_certificate(data: bytes) -> RegistrationCertificate:
    """Read a certificate's facts. Raises: BadDocumentError."""
    return read(
        wire.CertificateWire, decode_json(data), RegistrationCertificate, schema=CERTIFICATE_SCHEMA
    )


def format_findings(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return findings as a list of objects, in order."""
    return [write(wire.FindingWire, finding) for finding in findings]


def parse_findings(value: object) -> tuple[Finding, ...]:
    """Read a list of findings. Raises: BadDocumentError, with every problem of every finding."""
    if not isinstance(value, list):
        raise BadDocumentError((Problem("", "not-list", "must be a list"),))
    if len(value) > _MOST_FINDINGS:
        detail = f"must have at most {_MOST_FINDINGS} items"
        raise BadDocumentError((Problem("", "too-many", detail),))
    found, problems = [], []
    for index, item in enumerate(value):
        try:
            found.append(read(wire.FindingWire, item, Finding))
        except BadDocumentError as exc:
            problems += [Problem(f"/{index}{p.pointer}", p.code, p.detail) for p in exc.problems]
    if problems:
        raise BadDocumentError(tuple(problems[:MOST_PROBLEMS]))
    return tuple(found)


class _SchemaGenerator(GenerateJsonSchema):
    """Writes no titles that only repeat a member's name."""

    def field_title_should_be_set(self, schema: object) -> bool:
        return False


def application_json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of `application/1`."""
    found = ApplicationWire.model_json_schema(schema_generator=_SchemaGenerator)
    # The definitions bear our classes' names; other people need not read "Wire" in each.
    found = json.loads(json.dumps(found).replace('Wire"', '"'))
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        **found,
        "title": APPLICATION_SCHEMA,
        "properties": {"schema": {"const": APPLICATION_SCHEMA}, **found["properties"]},
        "required": ["schema", *found["required"]],
    }
