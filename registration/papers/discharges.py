"""The list of discharges that is signed once for all its rows (批量注销登记申请清单)."""

import re
from collections.abc import Iterator
from typing import Final

from registration.application import Application
from registration.listed import LIST_CODE, ListedApplication, ListPlace
from registration.listings import rows_sha256
from registration.papers.flow import (
    WIDTH,
    Block,
    Cell,
    Ends,
    Gap,
    Row,
    Title,
    lay_out,
    row,
)
from registration.papers.forms import signature_blocks
from registration.papers.sheet import Imprint

TITLE: Final = "批量注销登记申请清单"
_STATEMENT: Final = (
    "本代理人逐行核对了以上各件。每件的申请书和材料随各自的资料包提交，内容以表中摘要为准；"
    "本签名对表中每一件与在各件申请书上分别签名有同等效力。对填写的内容及提交的材料的真实性负责，"
    "如有不实，申请人愿承担法律责任。"
)
# The mark by which a reader finds the digest of the rows without drawing the paper; never changed.
_MARK: Final = "mortgage-list/1 "
_FOUND: Final = re.compile(rb"/Keywords \(mortgage-list/1 ([0-9a-f]{64})\)")
_WIDTHS: Final = (11.0, 52.0, 43.0, 25.0, WIDTH - 131.0)
_HEADS: Final = ("序号", "不动产登记证明号", "不动产单元号", "抵押人", "申请内容摘要（SHA-256）")


def draw_list(application: Application, *, mark: str = "", is_finished: bool = False) -> bytes:
    """Draw the list that an application is signed by: the same bytes for each of its rows.

    `mark` and `is_finished`: as `draw_application_form`.

    Raises:
        ValueError: the application is in no list.
        PaperOverflowError, MissingGlyphError: as `draw_application_form`.

    Source: 民法典第三百九十三条; 不动产登记暂行条例实施细则第七十条 (the mortgagee alone applies).
    """
    listing = application.listing
    if listing is None:
        raise ValueError("the application is in no list")
    bank = application.mortgagee
    blocks: list[Block] = [
        Title(TITLE),
        Ends(f"清单编号：{listing.list_id}", f"{listing.made_on:%Y-%m-%d}"),
        row("申请人（抵押权人）", bank.name.text),
        row("统一社会信用代码", bank.credit_code.text),
        row("代理人", bank.agent.name.text),
        row(
            "登记类型",
            f"{application.kind.title_zh}（抵押权人单方申请），共 {len(listing.rows)} 件",
        ),
        Gap(3),
        _line(_HEADS, is_heads=True),
        *_rows(listing),
    ]
    blocks += signature_blocks(application, LIST_CODE, _STATEMENT, is_finished=is_finished)
    digest = rows_sha256(listing)
    imprint = Imprint(title=TITLE, day=listing.made_on, keywords=_MARK + digest)
    return lay_out(imprint, blocks, foot=f"清单 {listing.list_id}　摘要 {digest}", mark=mark)


def plain_list_words(application: Application) -> tuple[str, str] | None:
    """Return what signing a list means, in Chinese and English; None for who signs no list."""
    if application.listing is None:
        return None
    count = len(application.listing.rows)
    zh = (
        f"这份清单里有 {count} 件注销登记申请，请逐行看清。您签一次名，等于在这 {count} 件的申请书上"
        "分别签名；清单以外的不算。有一行不对，请不要签。"
    )
    en = (
        f"This list names {count} applications for discharge; read each row. Signing once is as good"
        f" as signing each of these {count} forms, and no other. If one row is wrong, do not sign."
    )
    return zh, en


def find_rows_sha256(pdf: bytes) -> str:
    """Return the digest of the rows that a list's paper was drawn from; empty where it has not one."""
    found = set(_FOUND.findall(pdf))
    return found.pop().decode() if len(found) == 1 else ""


def _rows(listing: ListPlace) -> Iterator[Block]:
    for number, one in enumerate(listing.rows, start=1):
        yield _line(_texts(number, one))


def _texts(number: int, one: ListedApplication) -> tuple[str, ...]:
    digest = one.application_sha256
    return (
        str(number),
        one.certificate_no,
        one.unit_no,
        one.mortgagors,
        f"{digest[:32]}\n{digest[32:]}",
    )


def _line(texts: tuple[str, ...], *, is_heads: bool = False) -> Row:
    sizes = (9.0, 8.5, 7.0, 9.0, 4.8)
    return Row(
        tuple(
            Cell(text, width, is_label=is_heads, size=9.0 if is_heads else size)
            for text, width, size in zip(texts, _WIDTHS, sizes, strict=True)
        )
    )
