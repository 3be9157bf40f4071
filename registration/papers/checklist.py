"""The list of materials that a customer takes home, drawn from the catalogue."""

from collections.abc import Iterator, Sequence
from datetime import date

from registration.materials import CATALOGUE_VERSION, ListedMaterial
from registration.papers.flow import (
    WIDTH,
    Block,
    Cell,
    Ends,
    Gap,
    Paragraph,
    Row,
    Title,
    lay_out,
    row,
)
from registration.papers.sheet import Imprint
from registration.signatures import PAPERS

_DRAWN_HERE = "银行柜台按您说的填好、打印，当场签字，不用自己带。"
_NOTES = (
    "请携带身份证原件到银行网点，身份信息由读卡器读取；共有的，全体共有人都要到场签字。",
    "登记簿上已有的权属证书、抵押等由登记机构自行核验，不用重复提交（《不动产登记暂行条例》第二十四条）。",
    "“何时需要”一栏没有写“必须提交”的，只在所写的情形下才需要；拿不准的，请先问银行柜员。",
)


def draw_checklist(
    title: str,
    steps: Sequence[str],
    materials: Sequence[ListedMaterial],
    *,
    bank: str,
    office: str,
    day: date,
) -> bytes:
    """Draw the list of materials for a kind of registration, or for a bundle of several steps.

    Raises:
        PaperOverflowError: one line too long for a page.
        MissingGlyphError: a character that cannot be drawn.

    Source: 不动产登记暂行条例 arts 16, 24 (材料目录和示范文本 must be public, art. 16 para 2).
    """
    blocks: list[Block] = [
        Title("申请登记材料清单"),
        Ends(f"目录版本：{CATALOGUE_VERSION}", f"{day:%Y-%m-%d}"),
        row("登记类型", title),
    ]
    if len(steps) > 1:
        listed = "\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1))
        blocks.append(row("一并申请", listed))
    blocks += [row("受理网点", bank), row("登记机构", office), Gap(4), _HEAD]
    blocks += _lines(materials)
    blocks.append(Gap(4))
    blocks += [Paragraph(f"{number}. {note}") for number, note in enumerate(_NOTES, start=1)]
    return lay_out(Imprint(title="申请登记材料清单", day=day), blocks, foot=f"{bank}　{title}")


_NUMBER, _TICK, _WHEN = 14, 16, 62
_NAME = WIDTH - _NUMBER - _TICK - _WHEN
_HEAD = Row(
    (
        Cell("序号", _NUMBER, is_label=True),
        Cell("材料", _NAME, is_label=True),
        Cell("何时需要", _WHEN, is_label=True),
        Cell("已备", _TICK, is_label=True),
    )
)


def _lines(materials: Sequence[ListedMaterial]) -> Iterator[Block]:
    for number, line in enumerate(materials, start=1):
        reasons = [reason.zh for reason in line.reasons if reason.is_always or not line.is_always]
        when = _DRAWN_HERE if line.code in PAPERS else "；".join(reasons)
        yield Row(
            (
                Cell(str(number), _NUMBER, is_label=True),
                Cell(f"{line.title_zh}\n{line.title_en}（{line.code}）", _NAME),
                Cell(when, _WHEN),
                Cell("" if line.code in PAPERS else "□", _TICK),
            ),
            least=11,
        )
