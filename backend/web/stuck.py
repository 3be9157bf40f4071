"""What the worker tries in vain, in words: staff see it on their pages, nobody has to read a log."""

from dataclasses import dataclass
from typing import Final

from backend.office.rows import StuckTask
from backend.web.language import say
from backend.web.words import local

_STEPS: Final = {
    "open": "拆包受理",
    "record": "登簿@步骤",
    "issue": "缮证",
    "preserve": "补盖长期时间戳",
    "lapse": "补正到期",
    "evidence": "制作证据包",
    "forget evidence": "删除证据包",
}
_REASONS: Final = {
    "registration.missing-glyph": "有印不出的字",
    "registration.paper-overflow": "内容排不下",
    "registration.bad-document": "内容超出格式规定",
    "office.integrity": "存档内容与摘要不符",
    "office.store-busy": "数据库没有应答",
    "office.misconfigured": "设置有误",
    "certs.timestamp": "时间戳服务没有应答，证书已照常签发",
    "certs.material": "取不到时间戳机构的吊销信息，证书已照常签发",
}
_UNKNOWN: Final = "程序出错"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTask:
    """One line of the list."""

    case_no: str
    """Empty for a package that made no case."""
    package: str
    """The first characters of the package's digest, where there is no case."""
    step: str
    reason: str
    detail: str
    """What to read out to whoever looks after the program."""
    since: str
    tries: int

    @property
    def line(self) -> str:
        """The whole in one sentence, for the page of the case itself."""
        return say(
            "{step}没有成功（{reason}），自 {since} 起试了 {tries} 次",
            step=self.step,
            reason=self.reason,
            since=self.since,
            tries=self.tries,
        )


def show_stuck(tasks: tuple[StuckTask, ...]) -> tuple[ShownTask, ...]:
    """Return stuck tasks in words, longest first."""
    return tuple(
        ShownTask(
            case_no=task.case_no,
            package="" if task.case_no else task.ref[:12],
            step=say(_STEPS.get(task.kind, task.kind)),
            reason=say(_REASONS.get(task.reason.partition(":")[0], _UNKNOWN)),
            detail=task.reason,
            since=local(task.since, "%m-%d %H:%M"),
            tries=task.tries,
        )
        for task in tasks
    )
