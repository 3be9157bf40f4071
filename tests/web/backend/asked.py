"""A case of whose unit the courts have said nothing, for the web rooms' and the browser's tests."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from backend.office.enquiries import Enquiry, EnquiryRow, Reply, Service
from registration.findings import Finding, Level
from tests.factories import UNIT_NO
from tests.rows import AT
from tests.web.backend.fake_office import World

REQUEST_NO: Final = "20260929410200999999"
QUESTION: Final = Enquiry(
    service=Service.SEIZURES, pointer="/unit/unit_no", subject=(("unit_no", UNIT_NO),)
)
UNANSWERED: Final = Finding(
    rule="R01",
    level=Level.UNKNOWN,
    zh=f"未取得法院查封通知的答复（请求号{REQUEST_NO}），转人工审核。",
    en=f"No answer about notices of seizure (request {REQUEST_NO}); a reviewer decides.",
    basis="《民法典》第三百九十九条第五项；《不动产登记暂行条例》第二十五条",
    pointer="/unit/unit_no",
)


def ask_in_vain(world: World, *, verdict: str = "") -> None:
    """Let the courts have been asked about the first case a minute ago, and said that."""
    fault = "" if verdict else "timeout"
    reply = Reply(request_no=REQUEST_NO, enquiry=QUESTION, verdict=verdict, at=AT, fault=fault)
    with world.works() as work:
        case = work.cases.get("20260929-0000001")
        row = EnquiryRow(
            request_no=REQUEST_NO,
            case_no=case.case_no,
            round=1,
            enquiry=QUESTION,
            at=AT - timedelta(minutes=1),
        )
        work.enquiries.note(row)
        work.enquiries.keep(reply)
        found = () if verdict else (UNANSWERED,)
        work.cases.save(replace(case, findings=(*found, *case.findings)), was=case)
        work.commit()
