"""What the teller reads about visitors: why nobody can sign here, or nothing comes of it."""

from collections.abc import Mapping
from typing import Final

from terminal.web.problem_words import Words

VISIT_WORDS: Final[Mapping[str, Words]] = {
    "NoVoucherError": Words(
        404, "没有这个代码", "There is no such code",
        "请对照凭单再输一遍；只收本行其他网点开出的，不收本柜台自己的",
        "Type it again from the slip; it must be of another counter of this bank"),
    "NotExpectedError": Words(
        409, "这不是约好来签的人的证件", "This is not the card of the person who is expected",
        "请核对来人，换本人的证件；错五次凭单就锁定", "Use that person's own card; five wrong ones lock the code"),
    "NameDiffersError": Words(
        409, "号码相同，但卡上的姓名和文件上写的不一样", "The number fits, but the papers name somebody else",
        "请联系开单的网点改正姓名，重新开单", "Call the first counter: it puts the name right and gives a new code"),
    "UnsignedError": Words(
        409, "还没有签完，或还没有送回", "Not all is signed, or it is not sent yet",
        "请签完每一份文件再送回", "Let every paper be signed, then send it back"),
    "VisitOverError": Words(
        410, "这张凭单不能再用", "This code is over",
        "请来人向开单的网点要新的凭单", "The first counter gives a new one"),
}  # fmt: skip
"""By class name, as `terminal.web.problem_words.WORDS`."""

OVER_WORDS: Final[Mapping[str, Words]] = {
    "answered": Words(
        410, "已经签过，正在送回", "It was signed already and is on its way back",
        "不用再签；请开单的网点查看", "Nothing to do; the first counter will see it"),
    "taken": Words(
        410, "已经签过，开单的网点已收到", "It was signed already; the first counter has it",
        "不用再签", "Nothing to do"),
    "recalled": Words(
        410, "开单的网点取消了，或文件已改", "The first counter took it back, or changed the papers",
        "这里签的不作数；请来人向开单的网点要新的凭单",
        "What was signed here does not count; the first counter gives a new code"),
    "lapsed": Words(
        410, "凭单过期了", "The code has lapsed",
        "请来人向开单的网点要新的凭单", "The first counter gives a new one"),
    "restored": Words(
        410, "登记中心恢复过备份，凭单已停用", "The office was restored from a backup and ended it",
        "请来人向开单的网点要新的凭单", "The first counter gives a new one"),
    "locked": Words(
        410, "换了五张不对的证件，凭单已锁定", "Five wrong cards: the code is locked",
        "请来人向开单的网点要新的凭单", "The first counter gives a new one"),
    "wrong": Words(
        410, "登记中心说凭单与证件对不上", "The office says that code and card do not belong together",
        "这里签的不作数；请来人向开单的网点要新的凭单",
        "What was signed here does not count; the first counter gives a new code"),
}  # fmt: skip
"""By the office's state."""
