"""Made-up facts for the papers: usual ones, and the longest that a real case brings."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from registration.application import Application, Counter, InquiryAnswer
from registration.findings import Finding, Level
from registration.identifiers import format_licence_id, parse_certificate_no, parse_unit_no
from registration.mortgage import Money
from registration.outcomes import (
    AcceptanceReceipt,
    CorrectionRequest,
    Due,
    NonAcceptance,
    Receipt,
    Refusal,
    RegistrationCertificate,
)
from registration.people import Agent, CoOwnership, Guardian, parse_name
from tests.factories import (
    BUYER,
    FATHER,
    LI,
    OFFICE,
    PROOF_NO,
    SCOPE,
    TITLE_NO,
    UNIT_NO,
    ZHANG,
    make_application,
    make_authority,
    make_document,
    make_material,
    make_mortgage,
    make_mortgagee,
    make_party,
    make_unit,
)

OFFICE_NAME: Final = "示例不动产登记中心"
AT: Final = datetime(2026, 9, 29, 2, 31, 7, tzinfo=UTC)
VERIFY_URL: Final = (
    "https://verify.example.org/verify/v1.eyJsaWMiOiIxLjIuMTU2LjMwMDUuMiJ9."
    "MEUCIQDabcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMN"
)
LONG_BANK: Final = "示例农村商业银行股份有限公司克孜勒苏柯尔克孜自治州阿克陶县示例路支行营业部"
LONG_NAMES: Final = (
    "古丽巴哈尔·阿卜杜热合曼示例",
    "𠮷田示例〇",
    "欧阳示例示例",
    "迪丽努尔·买买提明示例",
)
LONG_PLACE: Final = (
    "河南省开封市祥符区示例街道示例社区示例大道与示例路交叉口东北角示例花园二期（东区）"
    "12号楼3单元地下一层及地上18层1801号"
)
_ANSWER: Final[dict[str, Any]] = {
    "case_no": "20260929-0000001",
    "application_id": "A-4102-0001-20260929-000001",
    "package_sha256": "5a" * 32,
}
_ITEMS: Final = (
    ("不动产权证书号", TITLE_NO),
    ("抵押方式", "一般抵押"),
    ("担保债权数额", "860,000.00 元（捌拾陆万元整）"),
    ("债务履行期限", "2026-09-28 起 2046-09-28 止"),
    ("担保范围", SCOPE),
    ("禁止或限制转让的约定", "无"),
    ("抵押顺位", "第 1 顺位"),
)


def make_items(**changes: str) -> tuple[tuple[str, str], ...]:
    """Return what stands under 其他 in the base case, some texts changed by their label."""
    return tuple((label, changes.get(label, text)) for label, text in _ITEMS)


def make_remarks(
    debtors: str = "张示例", principal: str = "HT-2026-000123", mortgage: str = "DY-2026-000123"
) -> str:
    """Return what stands under 附记, as the office writes it."""
    contracts = f"主债权合同：{principal}\n抵押合同：{mortgage}"
    return f"债务人：{debtors}\n{contracts}\n业务号：20260929-0000001"


def make_certificate(**changes: Any) -> RegistrationCertificate:
    """Return the certificate of the base case."""
    certificate = RegistrationCertificate(
        certificate_no=parse_certificate_no(PROOF_NO),
        licence_id=format_licence_id(office=OFFICE, serial=1),
        print_no="D41000000001",
        right="抵押权",
        holder="示例商业银行股份有限公司开封龙亭支行",
        obligors=("张示例", "李示例"),
        location="开封市龙亭区示例路1号1幢1单元12号",
        unit_no=parse_unit_no(UNIT_NO),
        other_items=_ITEMS,
        remarks="",
        office=OFFICE_NAME,
        registered_on=date(2026, 9, 29),
        verify_url=VERIFY_URL,
    )
    return replace(certificate, **changes)


def make_long_certificate(**changes: Any) -> RegistrationCertificate:
    """Return a certificate with four owners, a long place, two scopes and a remark."""
    items = tuple((k, v * 2 if k == "担保范围" else v) for k, v in _ITEMS)
    earlier = (
        "同一不动产上另有抵押权：豫（2024）开封市不动产证明第0000123号，示例银行甲股份有限公司。"
    )
    return replace(
        make_certificate(
            holder=LONG_BANK,
            obligors=LONG_NAMES,
            location=LONG_PLACE,
            other_items=(*items, ("共有情况", "按份共有：1/4、1/4、1/4、1/4")),
            remarks=earlier * 2,
            office="克孜勒苏柯尔克孜自治州阿克陶县不动产登记中心",
        ),
        **changes,
    )


def make_long_application() -> Application:
    """Return an application of four owners by shares with the longest usual texts."""
    numbers = (ZHANG, LI, FATHER, BUYER)
    owners = tuple(
        replace(make_party(name, number), address=LONG_PLACE, relation="兄弟姐妹")
        for name, number in zip(LONG_NAMES, numbers, strict=True)
    )
    return make_application(
        mortgagors=owners,
        debtors=owners[:2],
        co_ownership=CoOwnership.SHARES,
        shares=("1/4",) * 4,
        mortgagee=make_mortgagee(name=parse_name(LONG_BANK), address=LONG_PLACE),
        unit=make_unit(location=LONG_PLACE),
        mortgage=make_mortgage(security_scope=SCOPE * 3),
    )


def make_extreme(piece: str) -> Application:
    """Return an application whose texts are as long as the schema lets them be, of one piece."""

    def text(size: int) -> str:
        return (piece * size)[: size - 1] + piece[0]

    father = Guardian(
        name=parse_name(text(100)), document=make_document(FATHER), relation=text(200)
    )
    party = replace(
        make_party(),
        name=parse_name(text(100)),
        phone=text(200),
        address=text(200),
        relation=text(200),
        guardian=father,
        legal_representative=text(200),
    )
    authority = make_authority(number=text(200), matters=(text(200),) * 5)
    agent = Agent(name=parse_name(text(100)), document=make_document(BUYER), authority=authority)
    return make_application(
        application_id="W" * 100,
        counter=Counter(branch=text(200), terminal=text(200), teller=text(200)),
        mortgagee=make_mortgagee(
            name=parse_name(text(100)),
            agent=agent,
            financial_licence=text(200),
            address=text(200),
            legal_representative=text(200),
        ),
        mortgagors=(party, party),
        co_ownership=CoOwnership.SHARES,
        shares=(text(200), text(200)),
        debtors=(party,),
        unit=make_unit(location=text(200), area_m2=text(200), use=text(200)),
        mortgage=make_mortgage(
            principal_contract_no=text(200),
            mortgage_contract_no=text(200),
            amount=Money(2**53 - 1),
            amount_words=text(200),
            contract_amount=Money(2**53 - 1),
            security_scope=text(4000),
        ),
        inquiry=tuple(
            InquiryAnswer(question=code, answer=text(4000)) for code in ("true_intent", "X" * 100)
        ),
        materials=tuple(make_material(code, title=text(200)) for code in ("M01", "M06", "M07")),
        round=1000,
        corrects=text(200),
        inks=(),
    )


def make_finding(rule: str = "R01", level: Level = Level.BLOCK, **changes: Any) -> Finding:
    """Return a finding as long as they usually are."""
    finding = Finding(
        rule=rule,
        level=level,
        zh="该不动产已被示例人民法院依法查封（（2026）示例执保1号），不得办理抵押登记。",
        en="The property is under seizure.",
        basis="《民法典》第三百九十九条第五项",
    )
    return replace(finding, **changes)


def make_receipt(**changes: Any) -> Receipt:
    """Return a receipt for the seventh package of a terminal."""
    receipt = Receipt(
        receipt_no="R-20260929-000001",
        package_sha256="5a" * 32,
        terminal="KF-LT-01",
        sequence=7,
        received_at=AT,
        journal_seq=42,
        journal_hash="c3" * 32,
    )
    return replace(receipt, **changes)


def make_acceptance(**changes: Any) -> AcceptanceReceipt:
    """Return an acceptance with the three clocks, one of them provisional."""
    dues = (
        Due(name="statutory", at=AT + timedelta(days=45), is_provisional=True),
        Due(name="provincial", at=AT + timedelta(days=1)),
        Due(name="channel", at=AT + timedelta(hours=1)),
    )
    return replace(AcceptanceReceipt(**_ANSWER, accepted_at=AT, due=dues), **changes)


def make_correction_request(*findings: Finding, **changes: Any) -> CorrectionRequest:
    """Return a correction request of round 1."""
    answer = CorrectionRequest(**_ANSWER, round=1, at=AT, findings=findings)
    return replace(answer, **changes)


def make_non_acceptance(*findings: Finding, **changes: Any) -> NonAcceptance:
    """Return a notice of non-acceptance."""
    return replace(NonAcceptance(**_ANSWER, at=AT, findings=findings), **changes)


def make_refusal(*findings: Finding, **changes: Any) -> Refusal:
    """Return a notice of refusal."""
    return replace(Refusal(**_ANSWER, at=AT, findings=findings), **changes)
