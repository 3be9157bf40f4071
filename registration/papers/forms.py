"""The papers that are signed at the counter: application form and inquiry record.

They are drawn from the claim alone: neither from the ink nor from the two papers themselves
(materials M01 and M15), since a signer signs the digest of what these functions return.
"""

from collections.abc import Iterator

from registration.application import Application, Material
from registration.days import local_day, local_time
from registration.errors import BadAmountError
from registration.ink import SignerRole
from registration.inquiry import find_question
from registration.mortgage import Discharge, Money, Mortgage, MortgageForm, RegistrationKind
from registration.papers.dates import format_period
from registration.papers.flow import (
    WIDTH,
    Block,
    Cell,
    Ends,
    Gap,
    Group,
    Paragraph,
    Row,
    Signatures,
    Title,
    headed,
    lay_out,
    pair,
    row,
)
from registration.papers.sheet import Imprint
from registration.people import CoOwnership, Guardian, IdKind, IdSource, Mortgagee, Party
from registration.signatures import PAPERS, required_signatures

STATEMENT = "本申请人对填写的上述内容及提交的申请材料的真实性负责。如有不实，申请人愿承担法律责任。"
CLOSING = "以上记录已过目，无误签字。"
ID_KINDS = {
    IdKind.RESIDENT_CARD: "居民身份证",
    IdKind.HMT_PERMIT: "港澳台居民居住证",
    IdKind.PERMANENT_RESIDENT: "外国人永久居留身份证",
    IdKind.PASSPORT: "护照",
    IdKind.TRAVEL_PERMIT: "港澳台居民来往内地（大陆）通行证",
    IdKind.CREDIT_CODE: "统一社会信用代码",
    IdKind.OTHER: "其他",
}
CO_OWNERSHIPS = {
    CoOwnership.SOLE: "单独所有",
    CoOwnership.JOINT: "共同共有",
    CoOwnership.SHARES: "按份共有",
    CoOwnership.OTHER: "其他共有",
}
_SIGNERS = {
    SignerRole.MORTGAGOR: "抵押人（签章）",
    SignerRole.DEBTOR: "债务人（签章）",
    SignerRole.GUARDIAN: "监护人（签章）",
    SignerRole.AGENT: "抵押权人的代理人（签章）",
}
_TYPES = {
    "首次登记": frozenset({RegistrationKind.FIRST, RegistrationKind.CONVERSION}),
    "转移登记": frozenset({RegistrationKind.TRANSFER}),
    "变更登记": frozenset({RegistrationKind.CHANGE, RegistrationKind.CRYSTALLISATION}),
    "注销登记": frozenset({RegistrationKind.CANCELLATION}),
    "预告登记": frozenset({RegistrationKind.PURCHASE_NOTICE, RegistrationKind.MORTGAGE_NOTICE}),
}


def draw_application_form(application: Application) -> bytes:
    """Draw the application form (不动产登记申请书).

    Raises:
        PaperOverflowError: a field too long for a page.
        MissingGlyphError: a character that cannot be drawn.

    Source: 不动产登记操作规范（试行）, annex 不动产登记申请书; statement as printed there.
    """
    blocks: list[Block] = [
        Title("不动产登记申请书"),
        Ends(f"申请编号：{application.application_id}", "单位：平方米、元"),
        *headed("申请登记事由", (_reason(application),)),
        *headed("权利人（抵押权人）", tuple(_mortgagee_rows(application.mortgagee))),
        *headed("义务人（抵押人）", tuple(_mortgagor_rows(application))),
    ]
    if application.debtors:
        rows = [line for debtor in application.debtors for line in _party_rows(debtor)]
        blocks += headed("债务人", tuple(rows))
    blocks += headed("不动产情况", tuple(_unit_rows(application)))
    if application.mortgage:
        blocks += headed("抵押情况", tuple(_mortgage_rows(application.mortgage)))
    if application.discharge:
        blocks += headed("注销情况", tuple(_discharge_rows(application.discharge)))
    blocks += headed("登记原因及证明", tuple(_proof_rows(application)))
    blocks += _signature_blocks(application, "M01", STATEMENT)
    return lay_out(_imprint("不动产登记申请书", application), blocks, foot=_foot(application))


def draw_inquiry_record(application: Application) -> bytes:
    """Draw the inquiry record (询问笔录) with the answers given.

    Raises:
        PaperOverflowError, MissingGlyphError: as `draw_application_form`.

    Source: 民法典第二百一十二条; 不动产登记操作规范（试行）, annex 询问笔录.
    """
    asked = "、".join(party.name.text for party in application.mortgagors)
    blocks: list[Block] = [
        Title("询问笔录"),
        Ends(f"申请编号：{application.application_id}"),
        pair(
            ("询问时间", f"{local_time(application.captured_at):%Y-%m-%d %H:%M}"),
            ("询问地点", f"银行网点 {application.counter.branch}"),
        ),
        row("询问人", f"柜员 {application.counter.teller}（终端 {application.counter.terminal}）"),
        row("被询问人", asked),
        row("申请登记类型", application.kind.title_zh),
        row("不动产权证书号", _title_no(application)),
        row("不动产坐落", application.unit.location),
        Gap(3),
        Row((Cell("序号", 14, is_label=True), Cell("询问", 104, is_label=True),
             Cell("回答", WIDTH - 118, is_label=True))),
    ]  # fmt: skip
    for number, (question, answer) in enumerate(_answers(application), start=1):
        cells = (Cell(str(number), 14, is_label=True), Cell(question, 104))
        blocks.append(Row((*cells, Cell(answer, WIDTH - 118)), least=9))
    blocks += _signature_blocks(application, "M15", CLOSING)
    return lay_out(_imprint("询问笔录", application), blocks, foot=_foot(application))


def _imprint(title: str, application: Application) -> Imprint:
    return Imprint(title=title, day=local_day(application.captured_at))


def _foot(application: Application) -> str:
    counter, local = application.counter, local_time(application.captured_at)
    place = f"网点 {counter.branch}　终端 {counter.terminal}　柜员 {counter.teller}"
    return f"{place}　采集 {local:%Y-%m-%d %H:%M:%S}　第 {application.round} 轮"


def _reason(application: Application) -> Row:
    kinds = "　".join(
        ("■" if application.kind in kinds else "□") + title for title, kinds in _TYPES.items()
    )
    corrects = f"\n补正业务号：{application.corrects}" if application.corrects else ""
    return row("登记事由", f"■抵押权　{kinds}\n{application.kind.title_zh}{corrects}")


def _mortgagee_rows(mortgagee: Mortgagee) -> Iterator[Block]:
    agent = mortgagee.agent
    yield row("名称", mortgagee.name.text)
    yield pair(("证件种类", "统一社会信用代码"), ("证件号", mortgagee.credit_code.text))
    yield pair(
        ("金融许可证编码", mortgagee.financial_licence),
        ("法定代表人或负责人", mortgagee.legal_representative),
    )
    yield row("通讯地址", mortgagee.address)
    yield pair(("代理人姓名", agent.name.text), ("代理人证件号", agent.document.number))
    if agent.authority:
        authority = agent.authority
        period = format_period(authority.valid_from, authority.valid_to)
        matters = "、".join(authority.matters)
        yield row("授权委托书", f"{authority.number}，{period}，代理事项：{matters}")


def _mortgagor_rows(application: Application) -> Iterator[Block]:
    shares = f"（{'、'.join(application.shares)}）" if application.shares else ""
    yield row("共有方式", CO_OWNERSHIPS[application.co_ownership] + shares)
    for party in application.mortgagors:
        yield from _party_rows(party)


def _party_rows(party: Party) -> Iterator[Block]:
    relation = f"（{party.relation}）" if party.relation else ""
    first = pair(("姓名（名称）", party.name.text + relation), ("联系电话", party.phone))
    kind = ID_KINDS[party.document.kind] + _how_known(party)
    yield Group((first, pair(("证件种类", kind), ("证件号", party.document.number))))
    if party.legal_representative:
        yield row("法定代表人或负责人", party.legal_representative)
    yield row("通讯地址", party.address)
    if party.guardian:
        guardian = party.guardian
        yield pair(
            (f"监护人（{guardian.relation}）", guardian.name.text),
            ("监护人证件号", guardian.document.number),
        )


def _how_known(person: Party | Guardian) -> str:
    if person.identity is None:
        return ""
    return "（芯片读取）" if person.identity.source is IdSource.CHIP else "（手工录入）"


def _title_no(application: Application) -> str:
    return str(application.unit.title_no) if application.unit.title_no else ""


def _unit_rows(application: Application) -> Iterator[Block]:
    unit = application.unit
    yield row("坐落", unit.location)
    yield row("不动产单元号", unit.unit_no.grouped)
    yield row("不动产权证书号", _title_no(application))
    yield pair(("面积", f"{unit.area_m2} 平方米" if unit.area_m2 else ""), ("用途", unit.use))


def _mortgage_rows(mortgage: Mortgage) -> Iterator[Block]:
    is_maximum = mortgage.form is MortgageForm.MAXIMUM
    yield row("抵押方式", mortgage.form.title_zh)
    if mortgage.secured:
        yield row("最高债权额" if is_maximum else "被担保主债权数额", _amount(mortgage.secured))
    if mortgage.amount_words:
        yield row("合同大写金额", mortgage.amount_words)
    if mortgage.contract_amount:
        yield row("合同记载金额", _amount(mortgage.contract_amount))
    period = format_period(mortgage.start, mortgage.end)
    if mortgage.is_period_open:
        period = " ".join(part for part in (period, "未约定") if part)
    yield row("债权确定期间" if is_maximum else "债务履行期限", period)
    yield pair(
        ("主债权合同号", mortgage.principal_contract_no),
        ("抵押合同号", mortgage.mortgage_contract_no),
    )
    yield row("担保范围", mortgage.security_scope)
    yield row("禁止或限制转让约定", _answer_text(mortgage.is_transfer_restricted))
    if mortgage.agreed_rank is not None:
        yield row("约定的抵押顺位", f"第 {mortgage.agreed_rank} 顺位")


def _answer_text(is_restricted: bool | None) -> str:
    if is_restricted is None:
        return "是否存在禁止或限制转让抵押不动产的约定：□是　□否"
    yes, no = ("■", "□") if is_restricted else ("□", "■")
    return f"是否存在禁止或限制转让抵押不动产的约定：{yes}是　{no}否"


def _amount(money: Money) -> str:
    try:
        wan = f"，{money.wan} 万元"
    except BadAmountError:
        wan = ""
    return f"{money.yuan} 元（{money.capital}）{wan}"


def _discharge_rows(discharge: Discharge) -> Iterator[Block]:
    yield row("不动产登记证明号", str(discharge.certificate_no))
    yield row("抵押权消灭原因", discharge.cause.title_zh)
    if discharge.cleared_amount:
        yield row("结清金额", _amount(discharge.cleared_amount))


def _proof_rows(application: Application) -> Iterator[Block]:
    cause = application.discharge.cause.title_zh if application.discharge else "设立抵押权"
    yield row("登记原因", cause)
    attached = [m for m in application.materials if m.code not in PAPERS]
    for number, material in enumerate(attached, start=1):
        yield row(f"证明文件 {number}", _material_text(material), size=9)
    yield pair(("申请证书版式", "■单一版　□集成版"), ("证书载体", "■电子证照　□纸质"))


def _material_text(material: Material) -> str:
    return f"{material.title}，{material.pages} 页\nSHA-256 {material.sha256}"


def _answers(application: Application) -> Iterator[tuple[str, str]]:
    """Yield each question's text with its answer's text; an unknown code stands as it is."""
    for given in application.inquiry:
        question = find_question(given.question)
        choice = question.find_choice(given.answer) if question else None
        yield question.zh if question else given.question, choice.zh if choice else given.answer


def _signature_blocks(
    application: Application, paper_code: str, statement: str
) -> tuple[Block, ...]:
    """Return the statement and a line to sign on for everybody who has to sign this paper."""
    wanted = [s for s in required_signatures(application) if s.paper_code == paper_code]
    labels = [f"{_SIGNERS[s.role]}：{s.name}" for s in wanted]
    pairs = [tuple(labels[i : i + 2]) for i in range(0, len(labels), 2)]
    signatures = [Signatures(pair_of) for pair_of in pairs]
    if not signatures:
        return (Gap(3), Paragraph(statement))
    return (Group((Gap(3), Paragraph(statement), signatures[0])), *signatures[1:])
