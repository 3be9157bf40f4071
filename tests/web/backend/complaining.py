"""Two complaints for the pages' tests: one open, one answered."""

from tests.rows import make_staff
from tests.web.backend.fake_office import World


def complain(world: World) -> None:
    """Take both down."""
    rooms, taker = world.office.complaints, make_staff("qian", roles=("first_reviewer",))
    rooms.take(
        staff=taker,
        channel="phone",
        text="办理抵押登记等了三个小时，窗口没有人说明原因。",
        who="张示例 13900000000",
        case_no="20260929-0000002",
        handler="sun",
    )
    closed = rooms.take(staff=taker, channel="hotline", text="电话打不通", branch="KF-LT")
    rooms.answer(closed.complaint_no, staff=taker, outcome="justified", answer="已加派人手")
