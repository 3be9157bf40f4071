"""What the teller does about each trouble with a reader, in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from registration.people import IdentityRecord
from terminal import reader_errors as errors


@dataclass(frozen=True, slots=True)
class Remedy:
    """One sentence that the teller reads, and whether the next press may help."""

    zh: str
    en: str
    may_retry: bool = True
    """Whether offering "read again" at once makes sense."""
    may_type: bool = True
    """False where the document itself is in doubt: then it is not typed by hand instead."""


REMEDIES: Final[Mapping[type[errors.ReaderError], Remedy]] = {
    errors.ReaderError: Remedy(
        "读取证件失败，请重试",
        "Reading the document failed. Try again.",
    ),
    errors.NoReaderError: Remedy(
        "未检测到读卡器，请检查连接或电源",
        "No reader found. Check its cable and power.",
    ),
    errors.NoCardServiceError: Remedy(
        "护照读卡服务（pcscd）没有运行，请打开自检并报科技部",
        "The service for passport readers (pcscd) does not run. Open the self-check.",
    ),
    errors.ReaderBusyError: Remedy(
        "读卡器正被别的程序或另一个窗口使用，请关闭后重试",
        "Another program or window is using the reader. Close it and try again.",
    ),
    errors.ReaderForbiddenError: Remedy(
        "本机账户没有使用读卡器的权限，请打开自检并报科技部",
        "This account may not use the reader. Open the self-check and call service.",
        may_retry=False,
    ),
    errors.ReaderFaultError: Remedy(
        "读卡器安全模块异常（未授权或自检失败），请更换读卡器并报修",
        "The reader's security module is out of order. Use another reader.",
        may_retry=False,
    ),
    errors.ReaderProtocolError: Remedy(
        "通讯错误，请重试；多次出现请报修",
        "The connection is disturbed. Try again; if it recurs, call service.",
    ),
    errors.MisconfiguredReaderError: Remedy(
        "读卡器设置有误，请联系管理员",
        "The reader is set up wrongly. Ask the administrator.",
        may_retry=False,
    ),
    errors.ReadCancelledError: Remedy(
        "已停止读卡；要接着读请按 F2",
        "Reading was stopped. Press F2 to go on.",
    ),
    errors.NoCardError: Remedy(
        "请将证件平放在读卡区",
        "Lay the card flat on the reader.",
    ),
    errors.CardRemovedError: Remedy(
        "证件移动过早，请拿起后重新放置并保持不动",
        "The card was moved too early. Lift it, lay it down, keep it still.",
    ),
    errors.CardUnreadableError: Remedy(
        "证件内容无法识别，请重读；仍失败请手工录入并复核",
        "The card's content makes no sense. Read again, or enter it by hand.",
    ),
    errors.ChipAlteredError: Remedy(
        "芯片里的数据与签发机构的签名不符，疑似被改过，请停止办理并上报",
        "The chip's data are not what its issuer signed. Stop and report it.",
        may_retry=False,
        may_type=False,
    ),
    errors.SignerRevokedError: Remedy(
        "签发这本证件的证书已被签发国吊销，请停止办理并上报",
        "The state that issued this document has revoked its signer. Stop and report it.",
        may_retry=False,
        may_type=False,
    ),
    errors.CardRefusedError: Remedy(
        "证件拒绝读取，请更换证件或手工录入并复核",
        "The card refused to be read. Use another document.",
    ),
    errors.WrongCardError: Remedy(
        "本读卡器读不了这种证件，请换对应的读卡器，或手工录入并复核",
        "This reader does not read this kind of document. Use the other reader, or type it.",
        may_retry=False,
    ),
    errors.CardAuthenticationError: Remedy(
        "证件与读卡器互认证失败：证件可能损坏或非真，请换读卡器复核并按流程上报",
        "Card and reader do not recognise each other: damaged or not genuine. "
        "Check on another reader and report it.",
        may_retry=False,
        may_type=False,
    ),
    errors.WrongChipKeyError: Remedy(
        "号码、出生日期或有效期有误，打不开芯片；请逐位核对机读码（注意 0 与 O、1 与 I）",
        "The number or a date does not open the chip. Compare them with the machine-readable "
        "lines: mind 0 and O, 1 and I.",
    ),
}


NOTICES: Final[Mapping[str, Remedy]] = {
    "terminal.issuer-unknown": Remedy(
        "签发机构证书未知，不能证明芯片出自签发机构；请做联网核查，可以继续办理",
        "The issuer is not known here, so the chip's origin is unproven. Ask online; you may go on.",
    ),
    "terminal.document-expired": Remedy(
        "证件已过期，不能办理；请客户换发新证后再来",
        "The document has expired. It cannot be used; the customer needs a new one.",
        may_retry=False,
    ),
    "terminal.document-not-yet-valid": Remedy(
        "证件未到生效日，不能办理；请核对证件，或使用现行有效的证件",
        "The document is not in force yet. Use the one that is.",
        may_retry=False,
    ),
    "terminal.photo-undecoded": Remedy(
        "芯片照片无法显示，请拿证件上的照片与本人核对",
        "The chip's photo cannot be shown. Compare the printed photo with the person.",
    ),
}
"""By code: what the teller must know of a document that was read all the same."""


def notices_of(record: IdentityRecord, today: date) -> tuple[str, ...]:
    """Return the codes of what is to be said of a document; `today` is the office's day."""
    checks = dict(record.evidence.checks) if record.evidence else {}
    told = (
        ("terminal.document-expired", record.valid_to is not None and record.valid_to < today),
        ("terminal.document-not-yet-valid", not record.is_valid_on(today)),
        ("terminal.issuer-unknown", checks.get("document signer", "ok") != "ok"),
        ("terminal.photo-undecoded", checks.get("photo") == "undecoded"),
    )
    codes = tuple(code for code, holds in told if holds)
    # Of the two that speak of days the first is the reason.
    return tuple(c for c in codes if c != _NOT_YET or _EXPIRED not in codes)


_EXPIRED: Final = "terminal.document-expired"
_NOT_YET: Final = "terminal.document-not-yet-valid"


def remedy_of(error: errors.ReaderError) -> Remedy:
    """Return what to do; a vendor's own error speaks with its parent's words."""
    return next(REMEDIES[kind] for kind in type(error).__mro__ if kind in REMEDIES)
