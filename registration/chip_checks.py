"""What the checks of a chip say, in words: one sentence a verdict, for tellers and reviewers."""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final


class Weight(enum.Enum):
    """What a verdict asks of whoever reads it."""

    GOOD = "good"
    NOTE = "note"
    """Nothing was found, or nothing was asked; to be known."""
    LOOK = "look"
    """A person must compare with the document, or ask the authority."""
    BAD = "bad"
    """The chip is not what its issuer made."""


@dataclass(frozen=True, slots=True)
class ToldCheck:
    """One check in words."""

    weight: Weight
    zh: str
    en: str


# A reader writes (name, verdict) into the evidence; these words may be bettered, the names and
# verdicts never re-meant: packages in the archive hold them.
_SIGNER: Final[Mapping[str, ToldCheck]] = {
    "ok": ToldCheck(Weight.GOOD, "签发机构证书可信", "The issuer's certificate is trusted"),
    "unknown": ToldCheck(
        Weight.LOOK, "签发机构证书未知，须联网核查", "The issuer is not known here; ask online"
    ),
    "expired": ToldCheck(
        Weight.LOOK,
        "签发证书已过期，须联网核查",
        "The issuer's certificate has expired; ask online",
    ),
    "revoked": ToldCheck(
        Weight.BAD, "签发证书已被签发国吊销", "The issuing state has revoked the signer"
    ),
    "unsupported": ToldCheck(
        Weight.LOOK,
        "签发证书的算法本机查不了，须联网核查",
        "The issuer's algorithm is not known here",
    ),
    "failed": ToldCheck(
        Weight.BAD, "签发证书不是它所称的机构发的", "The signer was not certified by whom it names"
    ),
}
_WORDS: Final[Mapping[str, Mapping[str, ToldCheck]]] = {
    "number": {"ok": ToldCheck(Weight.GOOD, "号码校验位正确", "The number's check character fits")},
    "birth in number": {
        "ok": ToldCheck(Weight.GOOD, "出生日期与号码一致", "Birth date and number agree"),
        "mismatch": ToldCheck(
            Weight.LOOK, "芯片内出生日期与号码不一致", "Birth date and number differ"
        ),
    },
    "sex in number": {
        "ok": ToldCheck(Weight.GOOD, "性别与号码一致", "Sex and number agree"),
        "mismatch": ToldCheck(Weight.LOOK, "芯片内性别与号码不一致", "Sex and number differ"),
    },
    "photo": {
        "ok": ToldCheck(Weight.GOOD, "芯片照片已取得", "The chip's photo is here"),
        "decoded": ToldCheck(Weight.GOOD, "芯片照片已解码", "The chip's photo was decoded"),
        "undecoded": ToldCheck(
            Weight.NOTE, "芯片照片未解码，原始数据随件", "The photo is kept undecoded"
        ),
        "absent": ToldCheck(Weight.NOTE, "芯片内没有照片", "The chip holds no photo"),
    },
    "chip access": {
        "BAC": ToldCheck(
            Weight.GOOD, "以机读码打开芯片（BAC）", "Opened by its printed data (BAC)"
        ),
        "PACE MRZ": ToldCheck(
            Weight.GOOD, "以机读码打开芯片（PACE）", "Opened by its printed data (PACE)"
        ),
        "PACE CAN": ToldCheck(
            Weight.GOOD, "以卡访问号打开芯片（PACE）", "Opened by its access number (PACE)"
        ),
    },
    "COM list": {
        "ok": ToldCheck(Weight.GOOD, "芯片目录与签名一致", "The chip's list is the signed one"),
        "mismatch": ToldCheck(
            Weight.LOOK, "芯片目录与签名的目录不同", "The chip's list differs from the signed one"
        ),
    },
    "SOD": {
        "failed": ToldCheck(Weight.BAD, "芯片没有可读的签名", "The chip's signature is damaged")
    },
    "SOD content": {
        "ok": ToldCheck(Weight.GOOD, "签名清单完整", "The signed list is whole"),
        "failed": ToldCheck(Weight.BAD, "签名清单被改动", "The signed list was changed"),
    },
    "SOD signature": {
        "ok": ToldCheck(Weight.GOOD, "签发机构的签名有效", "The issuer's signature holds"),
        "failed": ToldCheck(
            Weight.BAD, "签发机构的签名无效", "The issuer's signature does not hold"
        ),
    },
    "document signer": _SIGNER,
    "signer revocation": {
        "ok": ToldCheck(Weight.GOOD, "签发证书未被吊销", "The signer is not revoked"),
        "revoked": _SIGNER["revoked"],
        "stale": ToldCheck(
            Weight.LOOK, "吊销名单已过期，吊销与否未知", "The revocation list is out of date"
        ),
        "unchecked": ToldCheck(
            Weight.NOTE, "没有该国吊销名单，未查吊销", "No revocation list of that state is here"
        ),
    },
    "chip copied": {
        "unchecked": ToldCheck(Weight.NOTE, "未查芯片是否复制品", "Not asked whether it is a copy")
    },
    "in force": {
        "ok": ToldCheck(Weight.GOOD, "证件在有效期内", "The document is in force"),
        "expired": ToldCheck(Weight.NOTE, "证件已过期", "The document has expired"),
    },
    "recording": {
        "simulated": ToldCheck(Weight.NOTE, "培训用录制数据", "A recording made for training")
    },
}
_GENERAL: Final[Mapping[str, tuple[Weight, str, str]]] = {
    "ok": (Weight.GOOD, "通过", "holds"),
    "failed": (Weight.BAD, "不符", "does not hold"),
    "weak": (Weight.LOOK, "通过，但只用了已不安全的 SHA-1", "holds, by SHA-1 only"),
    "mismatch": (Weight.LOOK, "不一致", "differs"),
    "unsupported": (Weight.LOOK, "本机查不了", "cannot be checked here"),
    "unknown": (Weight.LOOK, "未知", "unknown"),
    "expired": (Weight.LOOK, "已过期", "expired"),
    "unchecked": (Weight.NOTE, "未查", "not checked"),
}
_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "DG1 hash": ("机读码数据与签名比对", "Data group 1 against the signed list"),
    "DG2 hash": ("照片数据与签名比对", "Data group 2 against the signed list"),
    "DG11 hash": ("补充资料与签名比对", "Data group 11 against the signed list"),
    "SOD content": ("签名清单", "The signed list"),
    "SOD signature": ("签发机构的签名", "The issuer's signature"),
}


def tell_check(name: str, verdict: str) -> ToldCheck:
    """Return a check in words; one that is not known here is shown as it stands, to be looked at."""
    known = _WORDS.get(name, {}).get(verdict)
    if known is not None:
        return known
    zh, en = _NAMES.get(name, (name, name))
    weight, said_zh, said_en = _GENERAL.get(verdict, (Weight.LOOK, verdict, verdict))
    return ToldCheck(weight, f"{zh}：{said_zh}", f"{en}: {said_en}")


def tell_checks(checks: Iterable[tuple[str, str]]) -> tuple[ToldCheck, ...]:
    """Return checks in words, those that want a person first."""
    told = [tell_check(name, verdict) for name, verdict in checks]
    return tuple(sorted(told, key=lambda t: _URGENCY.index(t.weight)))


_URGENCY: Final = (Weight.BAD, Weight.LOOK, Weight.NOTE, Weight.GOOD)
