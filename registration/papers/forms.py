"""The papers that are signed at the counter: application form and inquiry record.

They are drawn from the claim alone: neither from the ink nor from the two papers themselves
(materials M01 and M15), since a signer signs the digest of what these functions return.
"""

from collections.abc import Iterator

from registration.application import Application, Material
from registration.days import local_day, local_time
from registration.ink import SignerRole
from registration.inquiry import find_question
from registration.mortgage import RegistrationKind
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
from registration.papers.handwriting import Given
from registration.papers.matters import (
    cause_text,
    change_rows,
    crystallisation_rows,
    discharge_rows,
    mortgage_rows,
    sale_rows,
    transfer_rows,
)
from registration.papers.parties import mortgagee_rows, owner_rows, party_rows
from registration.papers.sheet import Imprint
from registration.parties import acting_parties
from registration.signatures import (
    RequiredSignature,
    find_ink,
    is_signed_paper,
    required_signatures,
)
from registration.statements import STATEMENTS

STATEMENT = "本申请人对填写的上述内容及提交的申请材料的真实性负责。如有不实，申请人愿承担法律责任。"
CLOSING = "以上记录已过目，无误签字。"
_SIGNERS = {
    SignerRole.MORTGAGOR: "抵押人（签章）",
    SignerRole.DEBTOR: "债务人（签章）",
    SignerRole.GUARDIAN: "监护人（签章）",
    SignerRole.AGENT: "抵押权人的代理人（签章）",
    SignerRole.FORMER_AGENT: "原抵押权人的代理人（签章）",
    SignerRole.SELLER: "出卖人（签章）",
    SignerRole.BUYER: "买受人（签章）",
    SignerRole.PARTY_AGENT: "代理人（签章）",
}
_TYPES = {
    "首次登记": frozenset({RegistrationKind.FIRST, RegistrationKind.CONVERSION}),
    "转移登记": frozenset({RegistrationKind.TRANSFER, RegistrationKind.OWNERSHIP_TRANSFER}),
    "变更登记": frozenset({RegistrationKind.CHANGE, RegistrationKind.CRYSTALLISATION}),
    "注销登记": frozenset({RegistrationKind.CANCELLATION}),
    "预告登记": frozenset({RegistrationKind.PURCHASE_NOTICE, RegistrationKind.MORTGAGE_NOTICE}),
}


def draw_application_form(
    application: Application, *, mark: str = "", is_finished: bool = False
) -> bytes:
    """Draw the application form (不动产登记申请书); `mark` stands in the corner of each page.

    `is_finished` draws it with the ink on its lines, for people to look at: what was signed is
    the form without.

    Raises:
        PaperOverflowError: a field too long for a page.
        MissingGlyphError: a character that cannot be drawn.

    Source: 不动产登记操作规范（试行）, annex 不动产登记申请书; statement as printed there.
    """
    blocks: list[Block] = [
        Title("不动产登记申请书"),
        Ends(f"申请编号：{application.application_id}", "单位：平方米、元"),
        *headed("申请登记事由", tuple(_reason_rows(application))),
    ]
    for heading, rows in (*_party_groups(application), *_matter_groups(application)):
        blocks += headed(heading, rows) if rows else ()
    blocks += headed("登记原因及证明", tuple(_proof_rows(application)))
    blocks += signature_blocks(application, "M01", STATEMENT, is_finished=is_finished)
    return lay_out(
        imprint("不动产登记申请书", application), blocks, foot=foot(application), mark=mark
    )


def _party_groups(application: Application) -> Iterator[tuple[str, tuple[Block, ...]]]:
    """Yield those who get a right and those whose right is burdened or passes on."""
    sale, transfer = application.sale, application.transfer
    if sale is not None:
        buyers = owner_rows(sale.buyers, sale.buyer_co_ownership, sale.buyer_shares)
        sellers = owner_rows(sale.sellers, application.co_ownership, application.shares)
        yield "权利人（买受人）", tuple(buyers)
        yield "义务人（出卖人）", tuple(sellers)
    else:
        yield "权利人（抵押权人）", tuple(mortgagee_rows(application.mortgagee))
        if transfer is not None:
            yield "义务人（原抵押权人）", tuple(mortgagee_rows(transfer.former))
        if application.mortgagors:
            owners = owner_rows(
                application.mortgagors, application.co_ownership, application.shares
            )
            yield "义务人（抵押人）", tuple(owners)
    yield "债务人", tuple(line for debtor in application.debtors for line in party_rows(debtor))


def _matter_groups(application: Application) -> Iterator[tuple[str, tuple[Block, ...]]]:
    yield "不动产情况", tuple(unit_rows(application))
    if application.sale:
        yield "买卖情况", tuple(sale_rows(application.sale))
    if application.change:
        yield "变更情况", tuple(change_rows(application.change))
    if application.crystallisation:
        yield "最高债权确定情况", tuple(crystallisation_rows(application.crystallisation))
    if application.transfer:
        yield "抵押权转移情况", tuple(transfer_rows(application.transfer))
    if application.mortgage:
        heading = "变更后的抵押情况" if application.change else "抵押情况"
        yield heading, tuple(mortgage_rows(application.mortgage))
    if application.discharge:
        yield "注销情况", tuple(discharge_rows(application.discharge))


def draw_inquiry_record(
    application: Application, *, mark: str = "", is_finished: bool = False
) -> bytes:
    """Draw the inquiry record (询问笔录) with the answers given.

    `mark` and `is_finished`: as `draw_application_form`.

    Raises:
        PaperOverflowError, MissingGlyphError: as `draw_application_form`.

    Source: 民法典第二百一十二条; 不动产登记操作规范（试行）, annex 询问笔录.
    """
    asked = "、".join(_asked(application))
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
    blocks += signature_blocks(application, "M15", CLOSING, is_finished=is_finished)
    return lay_out(imprint("询问笔录", application), blocks, foot=foot(application), mark=mark)


def _asked(application: Application) -> Iterator[str]:
    """Yield who answers: the parties that apply, or the banks' agents where only banks do."""
    parties = acting_parties(application)
    yield from (acting.party.name.text for acting in parties)
    if not parties:
        signers = (s for s in required_signatures(application) if s.paper_code == "M15")
        yield from (signer.name for signer in signers)


def imprint(title: str, application: Application) -> Imprint:
    """Return what a viewer shows of a paper of an application."""
    return Imprint(title=title, day=local_day(application.captured_at))


def foot(application: Application) -> str:
    """Return the small print of an application's papers: where, who, when, which round."""
    counter, local = application.counter, local_time(application.captured_at)
    place = f"网点 {counter.branch}　终端 {counter.terminal}　柜员 {counter.teller}"
    return f"{place}　采集 {local:%Y-%m-%d %H:%M:%S}　第 {application.round} 轮"


def _reason_rows(application: Application) -> Iterator[Row]:
    right = "所有权" if application.sale else "抵押权"
    kinds = "　".join(
        ("■" if application.kind in kinds else "□") + title for title, kinds in _TYPES.items()
    )
    corrects = f"\n补正业务号：{application.corrects}" if application.corrects else ""
    yield row("登记事由", f"■{right}　{kinds}\n{application.kind.title_zh}{corrects}")
    listing = application.listing
    if listing is not None:
        yield row("清单签署", f"清单 {listing.list_id} 第 {listing.place} 行，代理人的签名见该清单")
    bundle = application.bundle
    if bundle is not None:
        place = f"第 {bundle.place} 项，共 {bundle.count} 项"
        yield row("一并申请", f"{bundle.model.title_zh}，{place}\n编号 {bundle.bundle_id}")


def _title_no(application: Application) -> str:
    return str(application.unit.title_no) if application.unit.title_no else ""


def unit_rows(application: Application) -> Iterator[Block]:
    """Yield the rows that say which unit it is about."""
    unit = application.unit
    yield row("坐落", unit.location)
    yield row("不动产单元号", unit.unit_no.grouped)
    yield row("不动产权证书号", _title_no(application))
    if application.notice_no:
        yield row("预告登记证明号", str(application.notice_no))
    yield pair(("面积", f"{unit.area_m2} 平方米" if unit.area_m2 else ""), ("用途", unit.use))


def _proof_rows(application: Application) -> Iterator[Block]:
    yield row("登记原因", cause_text(application))
    attached = [m for m in application.materials if not is_signed_paper(m)]
    for number, material in enumerate(attached, start=1):
        yield row(f"证明文件 {number}", _material_text(material), size=9)
    if application.statements:
        yield row("同时签署的文件", "\n".join(_statement_titles(application)), size=9)
    yield pair(("申请证书版式", "■单一版　□集成版"), ("证书载体", "■电子证照　□纸质"))


def _statement_titles(application: Application) -> Iterator[str]:
    for code in application.statements:
        statement = STATEMENTS.by_code.get(code)
        yield f"{code} {statement.zh}" if statement else code


def _material_text(material: Material) -> str:
    return f"{material.title}，{material.pages} 页\nSHA-256 {material.sha256}"


def _answers(application: Application) -> Iterator[tuple[str, str]]:
    """Yield each question's text with its answer's text; an unknown code stands as it is."""
    for given in application.inquiry:
        question = find_question(given.question)
        choice = question.find_choice(given.answer) if question else None
        yield question.zh if question else given.question, choice.zh if choice else given.answer


def signature_blocks(
    application: Application, paper_code: str, statement: str, *, is_finished: bool = False
) -> tuple[Block, ...]:
    """Return the statement and a line to sign on for everybody who has to sign this paper."""
    wanted = [s for s in required_signatures(application) if s.paper_code == paper_code]
    labels = [f"{_SIGNERS[s.role]}：{s.name}" for s in wanted]
    given = [_given(application, s) if is_finished else None for s in wanted]
    signatures = [
        Signatures(tuple(labels[i : i + 2]), tuple(given[i : i + 2]))
        for i in range(0, len(labels), 2)
    ]
    if not signatures:
        return (Gap(3), Paragraph(statement))
    return (Group((Gap(3), Paragraph(statement), signatures[0])), *signatures[1:])


def _given(application: Application, wanted: RequiredSignature) -> Given | None:
    """Return the ink that was given on the very paper; other ink is no signature of it."""
    ink, paper = find_ink(application, wanted), application.find_paper(wanted.paper_code)
    if ink is None or paper is None or ink.paper_sha256 != paper.sha256:
        return None
    where = "　异地签署" if ink.remote else "　在本行其他网点签署" if ink.visit_sha256 else ""
    return Given(ink.strokes, f"{local_time(ink.ended_at):%Y-%m-%d %H:%M:%S}{where}")
