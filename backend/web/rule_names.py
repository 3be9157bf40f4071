"""What each rule is about, in a word or two: for charts and tables, where no sentence has room."""

from typing import Final

from backend.web.language import say

_NAMES: Final = {
    "R01": "查封", "R02": "异议登记", "R03": "异议登记", "R04": "在先抵押", "R05": "抵押顺位",
    "R06": "预告登记权利人同意", "R07": "抵押权预告", "R08": "共同共有人签名", "R09": "按份共有份额",
    "R10": "夫妻共同财产", "R11": "监护材料", "R12": "未成年人不动产", "R13": "居住权",
    "R14": "公益设施", "R15": "不得抵押的权利", "R16": "权属争议", "R17": "房地一并",
    "R18": "首次登记", "R19": "划拨土地", "R20": "禁止或限制转让约定", "R21": "转让约定或担保范围未填",
    "R22": "债权数额", "R23": "申请与合同不一致", "R24": "债务期限", "R25": "最高额要素",
    "R26": "土地使用期限", "R27": "与登记簿不一致", "R28": "权属证书失效", "R29": "登记范围",
    "R30": "未开通的抵押权人", "R31": "授权委托", "R32": "身份核验", "R33": "签名缺少或过期",
    "R34": "在办业务", "R35": "重复申请", "R36": "在建建筑物", "R37": "预购商品房预告",
    "R38": "抵押权消灭材料", "R39": "其他抵押权人同意", "R40": "限制信息",
    "R41": "最高额抵押权转移", "R42": "最高额债权确定", "R43": "采集时间", "R44": "契税",
    "R45": "证明暂停", "R46": "异地签署", "R47": "代拟文件",
    "R48": "清单签署", "R49": "免交材料",
    "MATERIAL": "材料", "INK": "签署证明", "PRINT": "缮证字形", "BUNDLE": "一并申请", "FORMAT": "填写格式",
    "MANUAL": "人工要求", "KIND": "登记类型",
}  # fmt: skip


def name_rule(rule: str) -> str:
    """Return a rule's name with its number, in Chinese; a rule without a name by its number."""
    return _numbered(rule, _NAMES.get(rule, ""))


def show_rule(rule: str) -> str:
    """Return the same in the reader's language."""
    name = _NAMES.get(rule, "")
    return _numbered(rule, say(name) if name else "")


def _numbered(rule: str, name: str) -> str:
    return f"{name} {rule}".strip() if rule.startswith("R") else name or rule
