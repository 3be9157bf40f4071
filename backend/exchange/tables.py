"""The tables of a message: each attribute with its type, length, code list, and whether it must be.

Source: 不动产登记数据库标准 (TD/T 1066-2021) and the message form of the national platform's access
specification, as two registration platforms write it; what differs between them is a looser check
here. Tables named XB_ are this office's own, for rights that have no table of their own there.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


class Kind(enum.Enum):
    """How an attribute is written."""

    TEXT = "text"
    CODE = "code"
    DATE = "date"
    """2026-09-28."""
    TIME = "time"
    """2026-09-30T09:40:00+08:00, with fractions of a second where there are any."""
    WAN = "wan"
    """Ten-thousands of yuan, at most eleven digits and four decimals, no sign."""
    AREA = "area"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Field:
    """One attribute."""

    name: str
    zh: str
    kind: Kind = Kind.TEXT
    most: int = 200
    """Characters at most."""
    is_required: bool = False
    codes: frozenset[str] = frozenset()
    is_exact: bool = False
    """Whether it has exactly `most` characters."""


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of row."""

    name: str
    fields: Mapping[str, Field]


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


QSZT: Final = _codes("0 1 2 3")
DJLX: Final = _codes("100 200 300 400 500 600 700 800 900")
GYFS: Final = _codes("0 1 2 3")
QLLX: Final = frozenset(str(code) for code in (*range(1, 24), 92, 99))
ZJZL: Final = _codes("1 2 3 4 5 6 7 8 9 10 99")
QLRLX: Final = _codes("1 2 3 4 99")
QLRTZ: Final = _codes("9 10 13 18 19 20 21 92")
_BOOL: Final = _codes("0 1")


def _table(name: str, *fields: Field) -> Table:
    return Table(name, {field.name: field for field in fields})


_YSDM: Final = Field("YSDM", "要素代码", Kind.CODE, 10, is_exact=True)
_UNIT: Final = Field("BDCDYH", "不动产单元号", Kind.CODE, 28, is_required=True, is_exact=True)
_YWH: Final = Field("YWH", "业务号", most=50, is_required=True)
_STATE: Final = Field("QSZT", "权属状态", Kind.CODE, 1, is_required=True, codes=QSZT)
_REG_TYPE: Final = Field("DJLX", "登记类型", Kind.CODE, 3, is_required=True, codes=DJLX)
_END: Final = (
    _REG_TYPE,
    Field("DJYY", "登记原因", most=200),
    Field("QXDM", "区县代码", Kind.CODE, 6, is_required=True, is_exact=True),
    Field("DJJG", "登记机构", is_required=True),
    Field("DBR", "登簿人", most=50),
    Field("DJSJ", "登记时间", Kind.TIME, 40),
    Field("FJ", "附记", most=4000),
    _STATE,
)
_CERTIFICATE: Final = Field("BDCDJZMH", "不动产登记证明号", most=100)
_MORTGAGE: Final = (
    Field("JEDW", "金额单位", Kind.CODE, 1),
    Field("DBFW", "担保范围", most=1000),
    Field("SFCZJZHXZ", "是否存在禁止或者限制转让抵押不动产的约定", Kind.CODE, 1, codes=_BOOL),
)
TABLES: Final[Mapping[str, Table]] = {
    table.name: table
    for table in (
        _table(
            "ZTT_GY_QLR",
            _YSDM,
            _UNIT,
            _YWH,
            Field("SXH", "顺序号", Kind.COUNT, 4, is_required=True),
            Field("QLRMC", "权利人名称", most=200, is_required=True),
            Field("BDCQZH", "不动产权证号", most=100),
            Field("ZJZL", "证件种类", Kind.CODE, 2, codes=ZJZL),
            Field("ZJH", "证件号", most=50),
            Field("QLRLX", "权利人类型", Kind.CODE, 2, codes=QLRLX),
            Field("QLBL", "权利比例", most=30),
            Field("GYFS", "共有方式", Kind.CODE, 1, codes=GYFS),
            Field("QLRTZ", "权利人特征", Kind.CODE, 2, is_required=True, codes=QLRTZ),
            Field("BZ", "备注", most=200),
        ),
        _table(
            "QLF_FW_FDCQ_YZ",
            _UNIT,
            _YWH,
            Field("QLLX", "权利类型", Kind.CODE, 2, is_required=True, codes=QLLX),
            Field("FDZL", "房地坐落", is_required=True),
            Field("JZMJ", "建筑面积", Kind.AREA, 15, is_required=True),
            Field("YTMC", "用途名称", most=100, is_required=True),
            Field("QLXZ", "权利性质", Kind.CODE, 3, is_required=True, is_exact=True),
            Field("TDSYJSSJ", "土地使用结束时间", Kind.DATE, 10),
            Field("BDCQZH", "不动产权证号", most=100, is_required=True),
            *_END,
        ),
        _table(
            "QLF_QL_DYAQ",
            _YSDM,
            _UNIT,
            _YWH,
            Field("DYBDCLX", "抵押不动产类型", Kind.CODE, 1, True, _codes("1 2 3 4 5 6 7")),
            Field("DYR", "抵押人", most=1000, is_required=True),
            Field("DYFS", "抵押方式", Kind.CODE, 1, is_required=True, codes=_codes("1 2")),
            Field("BDBZZQSE", "被担保主债权数额", Kind.WAN, 16),
            Field("ZGZQSE", "最高债权数额", Kind.WAN, 16),
            Field("ZGZQQDSS", "最高债权确定事实", most=500),
            Field("ZWLXQSSJ", "债务履行起始时间", Kind.DATE, 10),
            Field("ZWLXJSSJ", "债务履行结束时间", Kind.DATE, 10),
            Field("DYQX", "债务履行期限（债权确定期间）", most=100),
            Field("DYQSW", "抵押权顺位", Kind.COUNT, 4, is_required=True),
            Field("SFYGDJ", "是否预告登记", Kind.CODE, 1, codes=_BOOL),
            Field("ZWR", "债务人", most=1000),
            Field("ZL", "坐落", is_required=True),
            _CERTIFICATE,
            Field("ZXDYYWH", "注销抵押业务号", most=50),
            Field("ZXSJ", "注销时间", Kind.TIME, 40),
            *_MORTGAGE,
            *_END,
        ),
        _table(
            "QLF_QL_YGDJ",
            _YSDM,
            _UNIT,
            _YWH,
            Field(
                "YGDJZL", "预告登记种类", Kind.CODE, 1, is_required=True, codes=_codes("1 2 3 4")
            ),
            Field("BDCZL", "不动产坐落", is_required=True),
            Field("YWR", "义务人", most=1000),
            Field("QDJG", "取得价格/被担保主债权数额", Kind.WAN, 16),
            _CERTIFICATE,
            Field("ZXYGYWH", "注销预告业务号", most=50),
            Field("ZXSJ", "注销时间", Kind.TIME, 40),
            *_MORTGAGE,
            *_END,
        ),
        _table(
            "QLF_QL_CFDJ",
            _YSDM,
            _UNIT,
            _YWH,
            Field("CFJG", "查封机关", is_required=True),
            Field("CFLX", "查封类型", Kind.CODE, 1, is_required=True, codes=_codes("1 2 3 4")),
            Field("CFWH", "查封文号", most=100),
            Field("CFJSSJ", "查封结束时间", Kind.DATE, 10),
            *_END,
        ),
        _table(
            "QLF_QL_YYDJ",
            _YSDM,
            _UNIT,
            _YWH,
            Field("YYSX", "异议事项", most=500),
            _CERTIFICATE,
            *_END,
        ),
        _table(
            "XB_QL_JZQ",
            _UNIT,
            _YWH,
            Field("JZQJSSJ", "居住权结束时间", Kind.DATE, 10),
            Field("WH", "依据文号", most=100),
            _CERTIFICATE,
            *_END,
        ),
        _table(
            "XB_QL_XZ",
            _UNIT,
            _YWH,
            Field("XZJG", "限制机关", is_required=True),
            Field("XZSX", "限制事项", most=500),
            Field("WH", "依据文号", most=100),
            Field("XZJSSJ", "限制结束时间", Kind.DATE, 10),
            *_END,
        ),
        _table(
            "DJT_DJ_SL",
            _YSDM,
            _YWH,
            _REG_TYPE,
            Field("SLSJ", "受理时间", Kind.TIME, 40, is_required=True),
            Field("ZL", "坐落"),
            Field("QXDM", "区县代码", Kind.CODE, 6, is_required=True, is_exact=True),
        ),
        _table(
            "DJF_DJ_DB",
            _YWH,
            Field("DBRYXM", "登簿人员姓名", most=50, is_required=True),
            Field("DBSJ", "登簿时间", Kind.TIME, 40, is_required=True),
            Field("CZJG", "操作结果", Kind.CODE, 1),
            Field("QXDM", "区县代码", Kind.CODE, 6, is_required=True, is_exact=True),
        ),
    )
}
SKIPPED: Final = frozenset(
    {"DJF_DJ_SQ", "DJF_DJ_SJ", "DJF_DJ_SH", "DJF_DJ_SZ", "DJF_DJ_FZ", "DJF_DJ_GD"}
    | {"QLF_QL_ZXDJ", "QLF_QL_DYAQ_DYWQD", "KTT_FW_H"}
)
"""Rows of the way to the entry, which the register itself does not hold; they are passed over."""
HEAD: Final[Mapping[str, Field]] = {
    field.name: field
    for field in (
        Field("BizMsgID", "报文编号", Kind.COUNT, 18, is_required=True, is_exact=True),
        Field("ASID", "接入标准", most=10, is_required=True, codes=frozenset({"AS100"})),
        Field("AreaCode", "区县代码", Kind.COUNT, 6, is_required=True, is_exact=True),
        Field("RecType", "业务类型", Kind.COUNT, 7, is_required=True, is_exact=True),
        Field("RightType", "权利类型", Kind.CODE, 2, is_required=True),
        Field("RegType", "登记类型", Kind.CODE, 3, is_required=True, codes=DJLX),
        Field("CreateDate", "创建时间", Kind.TIME, 40, is_required=True),
        Field("RecFlowID", "业务流水号", most=50, is_required=True),
        Field("RegOrgID", "登记机构", most=30, is_required=True),
        Field("ParcelID", "宗地代码", Kind.CODE, 19, is_required=True, is_exact=True),
        Field("EstateNum", "不动产单元号", Kind.CODE, 28, is_required=True, is_exact=True),
        Field("PreEstateNum", "上手单元号", most=28),
        Field("PreCertID", "上手证号", most=100),
        Field("CertCount", "证书个数", Kind.COUNT, 4),
        Field("ProofCount", "证明个数", Kind.COUNT, 4),
        Field("DigitalSign", "数字签名", most=4000),
    )
}
