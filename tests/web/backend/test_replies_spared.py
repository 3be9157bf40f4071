"""The case page shows an answer in the place of the paper that it spares."""

from dataclasses import replace

from backend.office.enquiries import Enquiry, EnquiryRow, Service
from backend.web.replies import show_replies
from registration.sparing import Spare
from tests.factories_kinds import make_ownership_transfer
from tests.rows import AT
from tests.spared import make_answers
from tests.web.backend.fake_office import World


def test_beside_an_answer_stands_the_paper_in_whose_place_it_is(world: World) -> None:
    contract = Enquiry(service=Service.SALE_CONTRACT, pointer="/sale/contract_no", subject=())
    row = EnquiryRow(request_no="1", case_no="1", round=1, enquiry=contract, at=AT)
    passing = replace(
        make_ownership_transfer(), spares=(Spare(code="M14", answers=make_answers("M14")),)
    )

    with world.app.test_request_context("/"):
        (shown,) = show_replies((row,), application=passing)

    assert shown.spares == "M14 买卖合同及完税凭证"
