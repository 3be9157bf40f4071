"""What a reviewer may ask to be corrected: coded reasons, each on a field or a place of a page.

One list goes out at once (《不动产登记暂行条例》第十七条第一款第三项); a code says why, a place says
where, and the words are made here, so that two reviewers ask for one thing in one way.
"""

from dataclasses import dataclass
from typing import Final

from backend.errors import NotAllowedError
from registration.application import Application
from registration.findings import Finding, Level, Place

_BASIS: Final = "《不动产登记暂行条例》第十七条第一款第三项"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something must be corrected."""

    code: str
    zh: str
    en: str


REASONS: Final = (
    Reason("ASK01", "缺少，请补交", "is missing; hand it in"),
    Reason("ASK02", "看不清，请重新扫描", "cannot be read; scan it again"),
    Reason(
        "ASK03", "与登记簿不一致，请核对更正", "differs from the register; check and correct it"
    ),
    Reason("ASK04", "与证件不一致，请核对更正", "differs from the document; check and correct it"),
    Reason("ASK05", "与合同不一致，请核对更正", "differs from the contract; check and correct it"),
    Reason("ASK06", "缺签名或者盖章，请补签", "lacks a signature or seal; have it signed"),
    Reason("ASK07", "已过有效期，请换有效的", "has expired; replace it"),
    Reason("ASK08", "不符合法定形式，请更换", "is not in the form of the law; replace it"),
    Reason(
        "ASK09", "缺页或者页序不对，请补齐", "lacks pages or has them out of order; complete it"
    ),
    Reason("ASK10", "填写有误，请更正", "is filled in wrongly; correct it"),
    Reason("ASK99", "须补正", "must be corrected"),
)
_BY_CODE: Final = {reason.code: reason for reason in REASONS}
FIELDS: Final = (
    ("/mortgagors", "抵押人", "mortgagors"),
    ("/debtors", "债务人", "debtors"),
    ("/co_ownership", "共有方式", "co-ownership"),
    ("/unit/unit_no", "不动产单元号", "unit number"),
    ("/unit/title_no", "不动产权证号", "title number"),
    ("/unit/location", "坐落", "location"),
    ("/unit/area_m2", "面积", "area"),
    ("/mortgage/amount_fen", "被担保债权数额", "secured claim"),
    ("/mortgage/start", "债务履行期限", "term of the debt"),
    ("/mortgage/security_scope", "担保范围", "scope of security"),
    ("/mortgage/is_transfer_restricted", "禁止或限制转让的约定", "agreement on transfer"),
    ("/mortgagee", "抵押权人", "mortgagee"),
    ("/inks", "签名", "signatures"),
    ("/inquiry", "询问记录", "inquiry record"),
    ("/materials", "整套材料", "the materials as a whole"),
)
"""JSON Pointer, and what the branch calls it."""
_LABELS: Final = {pointer: (zh, en) for pointer, zh, en in FIELDS}


def make_item(
    application: Application,
    *,
    code: str,
    pointer: str = "",
    place: Place | None = None,
    note: str = "",
) -> Finding:
    """Return one item of a correction request.

    With a place it is about a page of the application's papers, else about a field.

    Raises:
        NotAllowedError: no such reason, field or page; or "other" without a word of its own.
    """
    reason = _BY_CODE.get(code)
    if reason is None or (code == "ASK99" and not note):
        raise NotAllowedError("a reason")
    zh, en = _where(application, pointer, place)
    return Finding(
        rule=reason.code,
        level=Level.CORRECT,
        zh=f"{zh}{reason.zh}。{note}",
        en=f"{en} {reason.en}. {note}".rstrip(),
        basis=_BASIS,
        pointer=pointer if place is None else _pointer(application, place),
        place=place,
    )


def _where(application: Application, pointer: str, place: Place | None) -> tuple[str, str]:
    if place is None:
        if pointer not in _LABELS:
            raise NotAllowedError("a field")
        zh, en = _LABELS[pointer]
        return f"{zh}：", en
    material = next((m for m in application.materials if m.sha256 == place.sha256), None)
    if material is None or material.code != place.material or not 1 <= place.page <= material.pages:
        raise NotAllowedError("a page")
    framed_zh, framed_en = ("画框处", ", inside the box") if place.box else ("", "")
    zh = f"{material.title}（{material.code}）第 {place.page} 页{framed_zh}："
    return zh, f"{material.code} page {place.page}{framed_en}"


def _pointer(application: Application, place: Place) -> str:
    digests = [m.sha256 for m in application.materials]
    return f"/materials/{digests.index(place.sha256)}"
