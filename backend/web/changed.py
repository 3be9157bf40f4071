"""What a correction changed, in words: the reviewer reads this and not the whole case again."""

import re
from dataclasses import dataclass
from typing import Final

from backend.office.differences import Difference
from backend.web.language import say
from registration.people import IdDocument, IdKind

_GROUPS: Final = {
    "mortgagors": "抵押人",
    "debtors": "债务人",
    "mortgagee": "抵押权人",
    "unit": "不动产",
    "mortgage": "抵押",
    "discharge": "注销",
    "materials": "材料",
    "inks": "签名",
    "inquiry": "询问记录",
    "co_ownership": "共有方式",
}
_FIELDS: Final = {
    "name": "姓名或名称",
    "number": "证件号",
    "phone": "电话",
    "address": "地址",
    "location": "坐落",
    "unit_no": "单元号",
    "area_m2": "面积",
    "use": "用途",
    "title_no": "权证号",
    "amount_fen": "债权数额（分）",
    "amount_words": "大写",
    "max_claim_fen": "最高债权额（分）",
    "start": "期限起",
    "end": "期限止",
    "security_scope": "担保范围",
    "is_transfer_restricted": "转让约定",
    "sha256": "内容",
    "pages": "页数",
    "title": "名称",
    "code": "代码",
    "answer": "回答",
}
_NUMBER: Final = re.compile(r"[0-9]{6,17}[0-9X]", re.ASCII)
_LONGEST: Final = 120


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One row of what changed."""

    label: str
    before: str
    after: str


def show_changes(found: tuple[Difference, ...]) -> tuple[ShownChange, ...]:
    """Return the differences in words; numbers that name a person stay covered."""
    return tuple(
        ShownChange(_label(d.pointer), _text(d, d.before), _text(d, d.after)) for d in found
    )


def _label(pointer: str) -> str:
    group, *rest = pointer.strip("/").split("/")
    place = f" {int(rest[0]) + 1}" if rest and rest[0].isdigit() else ""
    field = rest[-1] if rest and not rest[-1].isdigit() else ""
    named = say(_FIELDS[field]) if field in _FIELDS else field
    return f"{say(_GROUPS.get(group, group))}{place} {named}".strip()


def _text(difference: Difference, text: str) -> str:
    if difference.pointer.endswith("sha256"):
        return text[:12]
    if difference.pointer.endswith(("/number", "/phone")) and _NUMBER.fullmatch(text):
        return IdDocument(IdKind.OTHER, text).masked
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
