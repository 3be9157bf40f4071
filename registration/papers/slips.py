"""What the customer takes along: the office's receipt, or a slip that says there is none yet."""

from dataclasses import dataclass
from datetime import datetime

from registration.application import Application
from registration.days import local_day
from registration.outcomes import Receipt
from registration.papers.dates import format_day, format_time
from registration.papers.faces import Face
from registration.papers.flow import (
    LEFT,
    WIDTH,
    Block,
    Ends,
    Gap,
    Group,
    Paragraph,
    Seal,
    Title,
    lay_out,
    row,
)
from registration.papers.qr import draw_qr
from registration.papers.sheet import SOFT, Align, Imprint, Pen, Sheet
from registration.papers.subject import subject_rows

_ASK = "扫码可查这件到了哪一步"
_NOT_YET = "登记中心尚未收到"


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code with what it is for, and what stands in it for whoever cannot scan."""

    text: str
    words: tuple[str, ...]

    @property
    def height(self) -> float:
        return 44.0

    def draw(self, sheet: Sheet, top: float) -> None:
        side = draw_qr(sheet, LEFT, top, self.text, least=32, most=46)
        for place, line in enumerate(self.words):
            pen = Pen(11.0) if place == 0 else Pen(9.0, colour=SOFT)
            sheet.text(LEFT + side + 4, top + 12 + place * 6.5, line, pen)


@dataclass(frozen=True, slots=True)
class Band:
    """One sentence that nobody overlooks, in a box over the whole width."""

    text: str

    @property
    def height(self) -> float:
        return 14.0

    def draw(self, sheet: Sheet, top: float) -> None:
        sheet.box(LEFT, top, WIDTH, 11, width=1.2)
        pen = Pen(15, face=Face.BOLD, align=Align.CENTRE)
        sheet.text(LEFT + WIDTH / 2, top + 7.6, self.text, pen)


def draw_receipt(
    receipt: Receipt, application: Application, *, office: str, check_url: str = ""
) -> bytes:
    """Draw the slip that says the office has the package; not yet an acceptance.

    `check_url` leads to the office's page about it; without, only the numbers are printed.
    """
    title = "收件回执"
    blocks: list[Block] = [
        Title(title),
        Ends(f"回执号：{receipt.receipt_no}", f"终端序号：{receipt.sequence}"),
        *subject_rows(application),
        row("收到时间", format_time(receipt.received_at)),
        row("收件终端", receipt.terminal),
        row("封装件摘要", f"SHA-256 {receipt.package_sha256}", size=9),
        row("日志记载", f"第 {receipt.journal_seq} 条\n{receipt.journal_hash}", size=9),
        Gap(3),
        Paragraph(
            "登记机构已收到上述电子申请材料。本回执不代表受理；受理、补正或者不予受理将另行告知。"
        ),
        *_code(receipt, check_url),
        Seal(office, format_day(local_day(receipt.received_at))),
    ]
    day = local_day(receipt.received_at)
    return lay_out(Imprint(title=title, day=day), blocks, foot=office)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What the branch knows of a package that has not reached the office."""

    number: str
    """The case's number at this counter."""
    sealed_at: datetime
    sha256: str
    bank: str
    terminal: str


def draw_waiting_slip(sealed: Sealed, application: Application, *, office: str) -> bytes:
    """Draw the slip for a package that waits for the line: no receipt, and it says so."""
    title = "待送件凭条"
    blocks: list[Block] = [
        Title(title),
        Band(f"{_NOT_YET}　不是收件回执"),
        Ends(f"本柜台编号：{sealed.number}"),
        *subject_rows(application),
        row("封装时间", format_time(sealed.sealed_at)),
        row("办理网点", sealed.bank),
        row("终端", sealed.terminal),
        row("封装件摘要", f"SHA-256 {sealed.sha256}", size=9),
        Gap(3),
        Group(
            (
                Paragraph(f"{_NOT_YET}这件。本凭条由银行网点出具，不是收件回执，不是受理凭证，"
                          f"不产生登记的效力；抵押权顺位以{office}受理的时间为准。"),
                Paragraph("申请材料已加密封存在本网点，线路恢复后自动发出，不会丢失，也不会重复。"
                          "收到登记中心的回执后，网点会通知您，并换发收件回执。"),
            )
        ),
        Gap(4),
        Ends("经办人签字：", "网点签章："),
    ]  # fmt: skip
    day = local_day(sealed.sealed_at)
    return lay_out(Imprint(title=title, day=day), blocks, foot=sealed.bank, mark=_NOT_YET)


def _code(receipt: Receipt, check_url: str) -> tuple[Block, ...]:
    words = (_ASK, f"回执号 {receipt.receipt_no}", f"查询码 {receipt.check_code}")
    if check_url:
        return (Gap(2), Code(check_url, words))
    return (row("查询码", receipt.check_code),)
