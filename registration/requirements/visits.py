"""R46: who signed at another counter of the bank did so as at the first, or a person looks at it.

The law asks that whoever applies be identified and sign of his own will; it names no counter
(不动产登记暂行条例 art. 16, 操作规范 1.9). A signature is as good as a hand's at the first counter
where the same things are there: a teller of the bank saw the person, that counter's reader read the
chip of his card, he was shown these bytes, wrote before the teller, and ink, paper, chip and teller
are bound by the counter's own key (电子签名法 art. 13). So no person is asked about it. Whether that
key, the terminal and its bank are what they say is the office's to find out: it has no `event`'s word
for it but its own records (backend.office.inkproof). Where anything of this is missing, it is a
signature given out of the bank's sight, and a person looks.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from registration.application import Application
from registration.days import local_time
from registration.findings import Level
from registration.ink import InkRecord, SignerRole
from registration.people import PersonName
from registration.requirements.moments import CLOCK_OFF
from registration.requirements.rule import Hit, Rule
from registration.visits import Visit, VisitTaken

_LAW: Final = "《不动产登记暂行条例》第十六条；《电子签名法》第十三条"
LONGEST: Final = timedelta(hours=2)
"""From the card to the last signature: one visit."""


def check_agent(application: Application, _today: date) -> Iterator[Hit]:
    """The mortgagee's own agent signs at the counter that files."""
    for place, ink in enumerate(application.inks):
        if ink.visit_sha256 and ink.role is SignerRole.AGENT:
            yield Hit(
                f"{ink.signer_name}是本行代理人，须在本柜台签署，请重新签署。",
                f"{ink.signer_name} acts for the bank and signs at its own counter; sign again.",
                f"/inks/{place}",
            )


def tell_doubtful(application: Application, _today: date) -> Iterator[Hit]:
    """A signature that was not given before a teller of the bank as it must be is looked at."""
    for place, ink in enumerate(application.inks):
        if ink.visit_sha256 and (doubt := _doubt(application, ink)):
            zh, en = doubt
            yield Hit(
                f"{ink.signer_name}在其他网点签署{ink.paper_code}，{zh}，请核实本人和意愿。",
                f"{ink.signer_name} signed {ink.paper_code} at another counter; {en}; look at it.",
                f"/inks/{place}",
            )


def tell_idle(application: Application, _today: date) -> Iterator[Hit]:
    """A visit in which nothing was signed proves nothing of anybody."""
    signed = {ink.visit_sha256 for ink in application.inks}
    for place, visit in enumerate(application.visits):
        if visit.sha256 not in signed:
            yield Hit(
                f"所附在网点{visit.branch}读取的证件没有对应的签名，请核实。",
                f"Nothing was signed in the visit to branch {visit.branch}; look at it.",
                f"/visits/{place}",
            )


def _doubt(application: Application, ink: InkRecord) -> tuple[str, str] | None:
    visit = application.find_visit(ink.visit_sha256)
    if visit is None:
        return "没有那次签署的记录，或记录被改过", "the visit is not there, or was changed"
    if not ink.event:
        return "没有那台终端的签署证明", "the other counter does not vouch for it"
    return _doubt_place(application, visit) or _doubt_person(ink, visit) or _doubt_time(ink, visit)


def _doubt_place(application: Application, visit: Visit) -> tuple[str, str] | None:
    if visit.terminal == application.counter.terminal:
        return "所记的网点就是本柜台", "that counter is the first one itself"
    banks = [application.mortgagee, *([t.former] if (t := application.transfer) else [])]
    if visit.bank not in [bank.credit_code for bank in banks]:
        return "那里不是本行的网点", "that counter is another bank's"
    return None


def _doubt_person(ink: InkRecord, visit: Visit) -> tuple[str, str] | None:
    if not visit.is_of_chip:
        return "那里没有读取证件芯片", "no chip was read there"
    identity = visit.identity
    is_same = identity.document.number == ink.signer_number
    if not is_same or identity.name.folded != PersonName(ink.signer_name).folded:
        return "那里读取的是另一人的证件", "the card read there is somebody else's"
    return None


def _doubt_time(ink: InkRecord, visit: Visit) -> tuple[str, str] | None:
    evidence, taken = visit.identity.evidence, visit.taken
    if evidence is None or taken is None:
        return "没有记下如何送回", "nobody says how it came back"
    if not evidence.read_at <= ink.ended_at <= evidence.read_at + LONGEST:
        return (
            f"读卡（{local_time(evidence.read_at):%m-%d %H:%M}）和签名不在同一次到场",
            "card and signature are not of one visit",
        )
    return _doubt_course(ink, taken)


def _doubt_course(ink: InkRecord, taken: VisitTaken) -> tuple[str, str] | None:
    is_opened = taken.opened_at <= ink.ended_at + CLOCK_OFF
    is_answered = ink.ended_at <= taken.answered_at + CLOCK_OFF
    if is_opened and is_answered and taken.answered_at <= taken.checked_at + CLOCK_OFF:
        return None
    return "签署时间不在打开和签回之间", "it was not signed between opening and answer"


RULES: Final = (
    Rule(id="R46", level=Level.CORRECT, basis=_LAW, look=check_agent),
    Rule(id="R46", level=Level.MANUAL, basis=_LAW, look=tell_doubtful),
    Rule(id="R46", level=Level.MANUAL, basis=_LAW, look=tell_idle),
)
