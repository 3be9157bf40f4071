"""Whether the public log grows with the journal, and whether anything speaks against it."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from backend.doctor import Line, Words, fine, odd, wrong
from backend.errors import LogStoppedError, OfficeError
from backend.logbook import build_log_keeper
from backend.office.log_ports import Log
from backend.office.log_rows import LogFault, LogFaultKind
from backend.wall import Wall
from certs.errors import CertsError

LONGEST_WAIT: Final = timedelta(minutes=10)
"""How long a record may wait for its head before somebody should look."""
_RESTART: Final = "mortgage-backend restart-log --reason …"
_REMEDIES: Final[dict[str, Words]] = {
    LogFaultKind.ROLLED_BACK: (
        f"恢复最新的备份；没有更新的，查明丢了什么，再运行 {_RESTART}",
        f"Restore the newest backup; if there is none, find out what is lost, then {_RESTART}",
    ),
    LogFaultKind.REWRITTEN: (
        f"查明谁改了库、谁有日志密钥，保存证据，再运行 {_RESTART}",
        f"Find out who changed the database or has the log key; then {_RESTART}",
    ),
    LogFaultKind.DAMAGED: (
        "运行 mortgage-backend verify-log，看哪条记录坏了，恢复备份",
        "mortgage-backend verify-log names the record; restore a backup",
    ),
}
_TITLES: Final[dict[str, Words]] = {
    LogFaultKind.ROLLED_BACK: (
        "公布过的日志比库里的长：库被退回了旧版本",
        "More was published than the journal holds: an older copy was restored",
    ),
    LogFaultKind.REWRITTEN: (
        "库里的日志与本中心签过名的日志头不符",
        "The journal contradicts a head that this office's key signed",
    ),
    LogFaultKind.DAMAGED: ("日志记录前后不接", "The journal does not hang together"),
}


def check_log(wall: Wall, now: datetime) -> Iterator[Line]:
    """Say what stands against the log, whether its key is there, and whether it keeps up."""
    try:
        with suppress(LogStoppedError):
            # Notes what it finds; the faults are read below.
            build_log_keeper(wall).look()
        with wall.works.reading() as work:
            yield from ([_say(fault) for fault in work.log.faults()] or [_keeps_up(work.log, now)])
    except (OfficeError, CertsError) as error:
        yield wrong(
            "log",
            (f"公开日志不能签名：{error}", f"The public log cannot be signed: {error}"),
            ("核对日志密钥，见 key.log", "Look at the log's key, see key.log"),
        )


def _keeps_up(log: Log, now: datetime) -> Line:
    since = log.waiting_since()
    if since and now - since > LONGEST_WAIT:
        return odd(
            "log",
            (f"有记录从 {since:%H:%M} 起没有进公开日志", f"A record waits since {since:%H:%M} UTC"),
            ("看后台进程是否在运行", "See whether the worker runs"),
        )
    head, watched = log.head(), len(log.witnesses())
    size = head.size if head else 0
    return fine(
        "log",
        (
            f"公开日志 {size} 条，{watched} 台终端见证",
            f"The public log holds {size} records; {watched} counters watch it",
        ),
    )


def _say(fault: LogFault) -> Line:
    zh, en = _TITLES[fault.kind]
    return wrong("log", (f"{zh}（{fault.by}）", f"{en} ({fault.by})"), _REMEDIES[fault.kind])
