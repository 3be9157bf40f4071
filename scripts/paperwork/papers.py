"""The papers that customers bring, drawn: contracts with seal and signatures, forms, statements."""

import math
from collections.abc import Callable
from datetime import date
from typing import Final

import pypdfium2
from PIL import Image, ImageDraw

from registration.papers.flow import Block, Gap, Paragraph, Signatures, Title, headed, lay_out, row
from registration.papers.sheet import Imprint
from registration.papers.stamp import SEAL_SIDE, draw_seal

DAY: Final = date(2026, 9, 28)
SAMPLE_CONTRACT_NO: Final = "DY-2026-000123"
_FOOT: Final = "演示用 · 虚构材料"
_BANK: Final = "示例商业银行股份有限公司"
_INK: Final = (24, 30, 96)
_RED: Final = (205, 40, 45)
_CLAUSES: Final = (
    "甲方（抵押人）：张示例、李示例　乙方（抵押权人）：示例商业银行股份有限公司开封龙亭支行",
    "为确保编号 HT-2026-000123 的《个人购房借款合同》（以下称主合同）项下债权的实现，",
    "甲方自愿以其有权处分的不动产为乙方设定抵押。双方经平等协商，订立本合同。",
    "第一条　主债权。借款本金人民币 860,000.00 元（大写：捌拾陆万元整），",
    "借款期限自 2026 年 9 月 28 日起至 2046 年 9 月 28 日止，按月等额还本付息。",
    "第二条　抵押财产。坐落于开封市龙亭区示例路1号1幢1单元12号，建筑面积 118.56 平方米。",
    "第三条　担保范围。主债权本金、利息、罚息、复利、违约金、损害赔偿金及实现债权的费用。",
    "第四条　登记。本合同签订后，双方应当在十五日内共同申请办理抵押权首次登记。",
    "登记事项发生变更，依法需要进行变更登记的，双方应当在变更之日起及时办理。",
    "第五条　占管。抵押期间甲方应当妥善保管抵押财产，不得以可能减损其价值的方式使用。",
    "抵押财产毁损、灭失或者被征收的，乙方可以就保险金、赔偿金或者补偿金优先受偿。",
    "第六条　转让。抵押期间甲方转让抵押财产的，应当及时通知乙方。双方未约定禁止转让。",
)


def contract_pdf(*, rounds: int = 3, number: str = SAMPLE_CONTRACT_NO) -> bytes:
    """Return a mortgage contract of several pages, without seal and signatures."""
    blocks: list[Block] = [
        Title("抵押合同"),
        Paragraph(f"编号：{number}", is_indented=False),
        Gap(4),
    ]
    blocks += [Paragraph(text) for _ in range(rounds) for text in _CLAUSES]
    blocks += [Gap(6), Signatures(("甲方（签字）", "乙方（盖章）"))]
    return lay_out(Imprint(title="抵押合同", day=DAY), blocks, foot=_FOOT)


def statement_pdf() -> bytes:
    """Return a short statement: little ink on much paper."""
    text = "本人名下的不动产由本人单独所有，现未婚，无配偶。以上情况属实，如有虚假愿承担法律责任。"
    blocks: list[Block] = [Title("无配偶声明"), Paragraph(text), Gap(20)]
    blocks.append(Signatures(("声明人（签字）",)))
    return lay_out(Imprint(title="声明", day=DAY), blocks, foot=_FOOT)


def form_pdf() -> bytes:
    """Return a ruled form."""
    rows = [
        row("权利人", "张示例、李示例"),
        row("共有情况", "共同共有"),
        row("坐落", "开封市龙亭区示例路1号1幢1单元12号"),
        row("不动产单元号", "410202 001003 GB00012 F00010012"),
        row("权利类型", "国有建设用地使用权／房屋所有权"),
        row("用途", "城镇住宅用地／住宅"),
        row("面积", "房屋建筑面积 118.56 平方米"),
        row("使用期限", "2015 年 5 月 21 日起 2085 年 5 月 20 日止"),
        row("附记", "业务编号 20210518-0012345；共有人李示例"),
    ]
    blocks = [Title("不动产权证书"), *headed("登记内容", rows * 2), Gap(8)]
    return lay_out(Imprint(title="证书", day=DAY), blocks, foot=_FOOT)


def render(pdf: bytes, *, dpi: int, page: int = 1) -> Image.Image:
    """Return a page in colour."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        picture: Image.Image = document[page - 1].render(scale=dpi / 72).to_pil()
    finally:
        document.close()
    return picture.convert("RGB")


def stamped(page: Image.Image, *, dpi: int, at: tuple[float, float] = (0.68, 0.5)) -> Image.Image:
    """Return a page with the bank's red seal on it; `at` is its middle, as shares of the page."""
    seal = render(draw_seal(_BANK, is_specimen=False), dpi=dpi)
    mask = seal.convert("L").point(lambda value: (255 - value) * 0.85)
    side = round(SEAL_SIDE / 25.4 * dpi)
    corner = (round(page.width * at[0] - side / 2), round(page.height * at[1] - side / 2))
    page = page.copy()
    page.paste(_RED, (*corner, corner[0] + seal.width, corner[1] + seal.height), mask)
    return page


def signed(page: Image.Image, *, dpi: int, at: tuple[float, float] = (0.16, 0.5)) -> Image.Image:
    """Return a page with something like a signature in blue ink."""
    page = page.copy()
    pen = ImageDraw.Draw(page)
    left, top, mm = page.width * at[0], page.height * at[1], dpi / 25.4
    points = [
        (left + t * 0.5 * mm, top + 4 * mm * math.sin(t / 2.1) * math.cos(t / 5.3))
        for t in range(60)
    ]
    pen.line(points, fill=_INK, width=max(round(0.45 * mm), 1), joint="curve")
    return page


def contract_page(*, dpi: int) -> Image.Image:
    """Return a dense page of black writing."""
    return render(contract_pdf(), dpi=dpi)


def sealed_page(*, dpi: int) -> Image.Image:
    """Return the last page of a contract: half full, signed, with a red seal."""
    page = render(contract_pdf(), dpi=dpi, page=2)
    return stamped(signed(page, dpi=dpi), dpi=dpi)


def statement_page(*, dpi: int) -> Image.Image:
    """Return a page with little ink, signed in blue."""
    return signed(render(statement_pdf(), dpi=dpi), dpi=dpi, at=(0.2, 0.27))


def form_page(*, dpi: int) -> Image.Image:
    """Return a page of ruled lines with a red seal."""
    return stamped(render(form_pdf(), dpi=dpi), dpi=dpi, at=(0.7, 0.75))


PAGES: Final[dict[str, Callable[..., Image.Image]]] = {
    "contract": contract_page,
    "sealed": sealed_page,
    "statement": statement_page,
    "form": form_page,
}
