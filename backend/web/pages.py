"""The frame around the reviewers' pages: who is signed in, the menu, the notices."""

from dataclasses import dataclass

from flask import render_template, url_for

from backend.web.callers import ADMINISTRATORS, LEADERS, READERS, Caller, office
from backend.web.language import say
from backend.web.words import show_roles


@dataclass(frozen=True, slots=True)
class Notice:
    """One line over a page that says what was done or what stands in the way."""

    level: str
    text: str


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One entry of the main menu."""

    text: str
    href: str
    is_current: bool


DONE = {
    "in_review": Notice("pass", "意见已提交，送复审或核定。"),
    "approved": Notice("pass", "已核定准予登记，接着登簿。"),
    "refused": Notice("info", "已决定不予登记，告知书正在送往网点。"),
    "correction_required": Notice("info", "已要求补正，告知书正在送往网点。"),
    "asked_again": Notice("info", "已再问一次，检查结果按现在的答复更新；原答复留存，已记入日志。"),
    "new_round": Notice("warn", "答复有新情况，本件从初审重新审核。已记入日志。"),
    "released": Notice("info", "已放回，别人可以领取。"),
    "hold": Notice("info", "已挂起，列在“挂起”里；时限照走。"),
    "escalate": Notice("info", "已标明须负责人核定，放回待办。"),
    "none": Notice("info", "现在没有您能领取的件。"),
    "proposed": Notice("info", "已提出，等另一个人确认；确认以前证明照常有效。"),
    "confirmed": Notice("pass", "已确认，查验页和状态名录两秒内更新，已记入日志。"),
    "declined": Notice("info", "已撤回或不同意，证明没有变化。"),
    "assigned": Notice("info", "已改派，列在新办理人名下。"),
    "answered": Notice("pass", "投诉已办结，列在“已答复”里。"),
    "key_added": Notice("pass", "密钥已登记，下次登录可以用它。"),
    "key_removed": Notice("info", "密钥已删除，这个账号的登录已全部结束。"),
    "key_gone": Notice("info", "这把密钥已经不在了。"),
    "ruling_proposed": Notice("info", "设定已拟好，等负责人批准；批准以前一切照旧。"),
    "ruling_adopted": Notice("pass", "设定已批准并由本机构签署，到时施行。已记入日志。"),
    "ruling_declined": Notice("info", "已撤回或不批准，设定没有变化。"),
    "stopped": Notice("warn", "自动办理已停用：新收的和还没登簿的都由人审核。已记入日志。"),
    "resumed": Notice("pass", "自动办理已恢复，停用期间转给人的件仍由人办完。已记入日志。"),
    "looked": Notice("pass", "意见已记下。"),
    "revoked": Notice("info", "终端已停用，它的下一个请求就会被拒绝。"),
}
"""What a page says after a form was posted; the address carries only the key."""


def find_notice(name: str) -> Notice | None:
    """Return what was done, in the reader's language; None where the address names nothing."""
    done = DONE.get(name)
    return Notice(done.level, say(done.text)) if done else None


def render(template: str, known: Caller, *, active: str, **context: object) -> str:
    """Render one page of the desk for a signed-in member of staff."""
    return render_template(
        template,
        office_name=office().name,
        staff=known.staff,
        staff_roles=show_roles(known.staff.roles),
        csrf=known.csrf,
        factor_text=say("我的密钥") if known.has_factor else say("加动态码或密钥"),
        factor_href=url_for("keys.mine" if known.has_factor else "second_factor.ask"),
        menu=_menu(known, active),
        stopped=office().books.stopped(),
        alarm=office().alarms.look() if set(known.staff.roles) & set(READERS) else None,
        may_read_cases=bool(set(known.staff.roles) & set(READERS)),
        **context,
    )


def _menu(known: Caller, active: str) -> list[MenuEntry]:
    roles = set(known.staff.roles)
    entries = []
    if roles & set(READERS):
        queue = url_for("review_desk.queue")
        sent_back = url_for("review_desk.queue", view="correction")
        entries.append(MenuEntry(say("待办"), queue, active == "queue"))
        entries.append(MenuEntry(say("等补正@菜单"), sent_back, active == "correction"))
        certificates = url_for("certificate_desk.certificates")
        entries.append(MenuEntry(say("证明"), certificates, active == "certificates"))
        register = url_for("register_desk.ask")
        entries.append(MenuEntry(say("登记簿"), register, active == "register"))
        rules = url_for("rule_desk.rules")
        entries.append(MenuEntry(_rules_text(roles), rules, active == "rules"))
        complaints = url_for("complaint_desk.complaints")
        entries.append(MenuEntry(say("投诉"), complaints, active == "complaints"))
    if roles & set(LEADERS):
        figures = url_for("leaders_desk.statistics")
        entries.append(MenuEntry(say("统计"), figures, active == "statistics"))
    if roles & set(ADMINISTRATORS):
        terminals = url_for("terminal_desk.terminals")
        entries.append(MenuEntry(say("终端"), terminals, active == "terminals"))
        entries.append(MenuEntry(say("密钥"), url_for("keys.everybody"), active == "staff"))
    return entries


def _rules_text(roles: set[str]) -> str:
    """Tell the head of what somebody did not agree with in the last week."""
    count = office().sampling.disagreements() if "chief" in roles else 0
    return say("规则（{n} 件不同意）", n=count) if count else say("规则")
