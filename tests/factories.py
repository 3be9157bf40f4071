"""Made-up values for tests: the base case, complete and clean, and parts of it to change.

Plain functions; every `**changes` replaces fields of the frozen value. People and numbers are
made up and pass their check digits.
"""

import hashlib
import io
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from reportlab.pdfgen.canvas import Canvas

from registration.application import (
    Application,
    Counter,
    InquiryAnswer,
    Material,
    MaterialSource,
)
from registration.identifiers import parse_certificate_no, parse_credit_code, parse_unit_no
from registration.ink import InkPoint, InkRecord, SignerRole, Stroke
from registration.inquiry import expected_answers, questions_for
from registration.materials import CATALOGUE
from registration.mortgage import (
    Discharge,
    DischargeCause,
    Money,
    Mortgage,
    MortgageForm,
    RealEstateUnit,
    RegistrationKind,
)
from registration.people import (
    Agent,
    Authority,
    CoOwnership,
    IdDocument,
    IdentityRecord,
    IdKind,
    IdSource,
    Mortgagee,
    Party,
    ReadEvidence,
    parse_name,
)
from registration.signatures import PAPERS, RequiredSignature, required_signatures

CAPTURED_AT: Final = datetime(2026, 9, 29, 2, 12, tzinfo=UTC)
"""10:12 in Kaifeng."""
TODAY: Final = date(2026, 9, 29)
OFFICE: Final = parse_credit_code("114102000X0000043E")
ZHANG: Final = "41020319850615991X"
LI: Final = "41020319871102992X"
FATHER: Final = "410202198307099938"
MINOR: Final = "410202201503089942"
BUYER: Final = "410205199007059946"
TELLER: Final = "41020419930418996X"
UNIT_NO: Final = "410202001003GB00012F00010012"
TITLE_NO: Final = "豫（2021）开封市不动产权第0012345号"
PROOF_NO: Final = "豫（2026）开封市不动产证明第0012345号"
SCOPE: Final = "主债权本金、利息、罚息、复利、违约金、损害赔偿金及实现债权和抵押权的费用"
FIRST_MATERIALS: Final = ("M01", "M03", "M06", "M07", "M15")
DISCHARGE_MATERIALS: Final = ("M01", "M03", "M05", "M12")


def make_document(number: str = ZHANG, kind: IdKind = IdKind.RESIDENT_CARD) -> IdDocument:
    """Return a document of a number."""
    return IdDocument(kind=kind, number=number)


def make_evidence(**changes: Any) -> ReadEvidence:
    """Return the evidence of a chip read by a virtual device."""
    return replace(
        ReadEvidence(
            driver="sam",
            reader="05.03-20260101-0000000001-0000000001",
            raw_sha256=hashlib.sha256(b"made-up card").hexdigest(),
            read_at=CAPTURED_AT - timedelta(minutes=10),
            checks=(("SAM", "ok"),),
            is_simulated=True,
        ),
        **changes,
    )


def make_identity(name: str = "张示例", number: str = ZHANG, **changes: Any) -> IdentityRecord:
    """Return what the chip of a resident card says."""
    photo = hashlib.shake_256(number.encode()).digest(1024)
    record = IdentityRecord(
        document=make_document(number),
        name=parse_name(name),
        sex="1" if int(number[16]) % 2 else "2",
        nation="01",
        birth_date=date.fromisoformat(number[6:14]),
        address="河南省开封市龙亭区示例路1号1幢1单元12号",
        issuer="开封市公安局龙亭分局",
        valid_from=date(2019, 3, 1),
        valid_to=date(2039, 3, 1),
        photo=photo,
        photo_codec="wlt",
        source=IdSource.CHIP,
        evidence=make_evidence(raw_sha256=hashlib.sha256(photo).hexdigest()),
    )
    return replace(record, **changes)


def make_party(name: str = "张示例", number: str = ZHANG, **changes: Any) -> Party:
    """Return a person whose card was read."""
    party = Party(
        name=parse_name(name),
        document=make_document(number),
        identity=make_identity(name, number),
        phone="13800000000",
        address="河南省开封市龙亭区示例路1号1幢1单元12号",
    )
    return replace(party, **changes)


def make_authority(**changes: Any) -> Authority:
    """Return the teller's power of attorney."""
    authority = Authority(
        number="POA-2026-007",
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 12, 31),
        matters=("抵押权首次登记", "抵押权注销登记"),
    )
    return replace(authority, **changes)


def make_mortgagee(**changes: Any) -> Mortgagee:
    """Return the bank's branch and its agent."""
    mortgagee = Mortgagee(
        name=parse_name("示例商业银行股份有限公司开封龙亭支行"),
        credit_code=parse_credit_code("91410200MA0X00015B"),
        financial_licence="B9999S241020001",
        agent=Agent(
            name=parse_name("赵示例"), document=make_document(TELLER), authority=make_authority()
        ),
        address="河南省开封市龙亭区示例大街8号",
        legal_representative="钱示例",
    )
    return replace(mortgagee, **changes)


def make_unit(**changes: Any) -> RealEstateUnit:
    """Return the flat of the base case."""
    unit = RealEstateUnit(
        unit_no=parse_unit_no(UNIT_NO),
        title_no=parse_certificate_no(TITLE_NO),
        location="开封市龙亭区示例路1号1幢1单元12号",
        area_m2="118.56",
        use="住宅",
    )
    return replace(unit, **changes)


def make_mortgage(**changes: Any) -> Mortgage:
    """Return the ordinary mortgage of the base case: 860,000 yuan over twenty years."""
    mortgage = Mortgage(
        form=MortgageForm.ORDINARY,
        principal_contract_no="HT-2026-000123",
        mortgage_contract_no="DY-2026-000123",
        amount=Money(86_000_000),
        amount_words="捌拾陆万元整",
        start=date(2026, 9, 28),
        end=date(2046, 9, 28),
        security_scope=SCOPE,
        is_transfer_restricted=False,
    )
    return replace(mortgage, **changes)


def make_maximum_mortgage(**changes: Any) -> Mortgage:
    """Return a maximum-amount mortgage: at most 1,500,000 yuan, claims of five years."""
    return replace(
        make_mortgage(
            form=MortgageForm.MAXIMUM,
            amount=None,
            max_claim=Money(150_000_000),
            amount_words="壹佰伍拾万元整",
            end=date(2031, 9, 28),
        ),
        **changes,
    )


def make_pdf(text: str, pages: int = 1) -> bytes:
    """Return a small real PDF; equal text gives equal bytes. Latin text only."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595.28, 841.89), invariant=1)
    canvas.setTitle(text)
    for number in range(1, pages + 1):
        canvas.drawString(72, 770, f"{text} {number}/{pages}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def make_material(code: str = "M06", **changes: Any) -> Material:
    """Return a material whose bytes are `make_pdf(code)`."""
    data = make_pdf(code)
    material = Material(
        code=code,
        title=CATALOGUE[code].title_zh,
        file_name=f"{code}.pdf",
        media_type="application/pdf",
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        pages=1,
        source=MaterialSource.GENERATED if code in PAPERS else MaterialSource.SCAN,
    )
    return replace(material, **changes)


def make_contents(*applications: Application) -> Mapping[str, bytes]:
    """Return the bytes of all materials that `make_material` made, by digest."""
    contents = {}
    for material in (m for application in applications for m in application.materials):
        data = make_pdf(material.code)
        if hashlib.sha256(data).hexdigest() == material.sha256:
            contents[material.sha256] = data
    return contents


def make_strokes(seed: str = "ink", strokes: int = 6, points: int = 14) -> tuple[Stroke, ...]:
    """Return a scribble across the pad; another seed gives another scribble."""
    chance = random.Random(seed)
    written, at_ms = [], 0
    for number in range(strokes):
        x, y = 1000 + number * 900, 1500 + chance.randrange(600)
        samples = []
        for _ in range(points):
            samples.append(InkPoint(t_ms=at_ms, x=x, y=y, pressure=chance.randrange(300, 900)))
            at_ms, x, y = at_ms + 8, x + chance.randrange(60), y + chance.randrange(-40, 60)
        written.append(Stroke(points=tuple(samples)))
        at_ms += 90
    return tuple(written)


def make_ink(
    paper_code: str = "M01",
    *,
    role: SignerRole = SignerRole.MORTGAGOR,
    name: str = "张示例",
    number: str = ZHANG,
    **changes: Any,
) -> InkRecord:
    """Return plausible ink of one signer on one paper that `make_material` made."""
    strokes = make_strokes(f"{paper_code}/{role.value}/{number}")
    lasted = timedelta(milliseconds=strokes[-1].points[-1].t_ms)
    ink = InkRecord(
        paper_code=paper_code,
        paper_sha256=hashlib.sha256(make_pdf(paper_code)).hexdigest(),
        role=role,
        signer_name=name,
        signer_number=number,
        strokes=strokes,
        width=12_000,
        height=6_000,
        device="pen",
        started_at=CAPTURED_AT - timedelta(minutes=2),
        ended_at=CAPTURED_AT - timedelta(minutes=2) + lasted,
        is_simulated=True,
    )
    return replace(ink, **changes)


def make_inks(application: Application) -> tuple[InkRecord, ...]:
    """Return ink for every signature that an application needs, on the papers it holds."""
    return tuple(_ink_for(application, wanted) for wanted in required_signatures(application))


def _ink_for(application: Application, wanted: RequiredSignature) -> InkRecord:
    ink = make_ink(wanted.paper_code, role=wanted.role, name=wanted.name, number=wanted.number)
    paper = application.find_paper(wanted.paper_code)
    return ink if paper is None else replace(ink, paper_sha256=paper.sha256)


def make_inquiry(application: Application) -> tuple[InquiryAnswer, ...]:
    """Return an answer to every question an application must answer, without contradiction."""
    told = {"true_intent": "yes", "co_owner_consent": "yes", "enforcement_risk": "yes"}
    told |= {"leased": "no", "habitation_right": "no", "mortgagor_is_debtor": "yes"}
    told |= {"co_owner_consent_to_sale": "yes", "debtor_notified": "yes"}
    told |= {"buyer_ownership": "sole"}
    told |= {"transfer_restriction": "no", "shares": "、".join(application.shares) or "1"}
    told |= expected_answers(application)
    return tuple(
        InquiryAnswer(question=question.code, answer=told[question.code])
        for question in questions_for(application)
        if question.is_required
    )


def make_application(**changes: Any) -> Application:
    """Return the base case: two joint owners, one flat, an ordinary mortgage, all signed.

    The inquiry and the ink follow the changes unless they are changed themselves.
    """
    base = Application(
        application_id="A-4102-0001-20260929-000001",
        kind=RegistrationKind.FIRST,
        office=OFFICE,
        counter=Counter(branch="KF-LT", terminal="KF-LT-01", teller="T0007"),
        mortgagee=make_mortgagee(),
        mortgagors=(make_party(), make_party("李示例", LI, phone="13900000000", relation="配偶")),
        co_ownership=CoOwnership.JOINT,
        debtors=(make_party(),),
        unit=make_unit(),
        mortgage=make_mortgage(),
        materials=tuple(make_material(code) for code in FIRST_MATERIALS),
        captured_at=CAPTURED_AT,
    )
    return complete(base, changes)


def make_discharge(**changes: Any) -> Application:
    """Return a discharge by the bank alone: the debt of the base case is cleared."""
    base = Application(
        application_id="A-4102-0001-20260929-000002",
        kind=RegistrationKind.CANCELLATION,
        office=OFFICE,
        counter=Counter(branch="KF-LT", terminal="KF-LT-01", teller="T0007"),
        mortgagee=make_mortgagee(),
        mortgagors=(
            make_party(identity=None),
            make_party("李示例", LI, identity=None, phone="13900000000", relation="配偶"),
        ),
        co_ownership=CoOwnership.JOINT,
        unit=make_unit(),
        discharge=Discharge(
            certificate_no=parse_certificate_no(PROOF_NO),
            cause=DischargeCause.DEBT_CLEARED,
            cleared_amount=Money(86_000_000),
        ),
        materials=tuple(make_material(code) for code in DISCHARGE_MATERIALS),
        captured_at=CAPTURED_AT,
    )
    return complete(base, changes)


def complete(base: Application, changes: Mapping[str, Any]) -> Application:
    """Return an application changed; inquiry and ink follow unless they are changed themselves."""
    application = replace(base, **changes)
    if "inquiry" not in changes:
        application = replace(application, inquiry=make_inquiry(application))
    if "inks" not in changes:
        application = replace(application, inks=make_inks(application))
    return application


def without_ink_of(application: Application, number: str, *papers: str) -> Application:
    """Return the application without somebody's ink, on some papers or on all."""
    kept = tuple(
        ink
        for ink in application.inks
        if ink.signer_number != number or (papers and ink.paper_code not in papers)
    )
    return replace(application, inks=kept)
