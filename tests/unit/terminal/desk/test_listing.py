"""Discharges by a list: what a table means, and what becomes of each of its lines."""

from dataclasses import replace
from itertools import count

import pytest

from registration.findings import Finding, Level
from registration.mortgage import DischargeCause
from registration.outcomes import StandingMortgage
from terminal.desk.draft import DraftState, SlotRole
from terminal.desk.listing import Listing
from terminal.desk.lists import RowState
from terminal.desk.table import MOST_ROWS, ListedRow, read_csv, read_rows, template
from terminal.errors import BadListError, OfficeRefusedError, OfficeUnreachableError
from tests.factories import PROOF_NO, UNIT_NO
from tests.unit.terminal.desk.counter import Counter

HEAD = ["不动产登记证明号", "抵押人", "抵押人证件号码", "注销原因", "结清金额"]
LINE = [PROOF_NO, "张示例、李示例", "41020319850615991X、41020319871102992X", "已结清", "860000"]
STANDING = StandingMortgage(
    certificate_no=PROOF_NO,
    is_notice=False,
    rank=1,
    form="1",
    amount_fen=86_000_000,
    start=None,
    end=None,
    is_period_open=False,
    security_scope="",
    is_transfer_restricted=False,
    principal_contract_no="",
    mortgage_contract_no="",
)
BARRED = Finding(rule="R01", level=Level.BLOCK, zh="已查封", en="Seized", basis="", pointer="")


def rows(*lines: list[str]) -> tuple[ListedRow, ...]:
    return read_rows([HEAD, *lines])


@pytest.fixture
def listing(counter: Counter) -> Listing:
    counter.office.register = {"standing": (STANDING,), "location": "开封市龙亭区示例路1号"}
    counter.office.unit_no = UNIT_NO
    numbers = count(1)
    return Listing(replace(counter.intake, new_id=lambda: f"A-4102-{next(numbers):06d}"))


class TestTable:
    """What a file means."""

    def test_the_template_is_a_list_of_one_line(self) -> None:
        (row,) = read_rows(read_csv(template().encode("utf-8-sig")))

        assert row.certificate_no == PROOF_NO
        assert [name for name, _ in row.people] == ["张示例", "李示例"]
        assert row.cause == DischargeCause.DEBT_CLEARED.value

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
    @pytest.mark.parametrize("mark", [",", ";", "\t"])
    def test_banks_write_it_in_many_ways(self, encoding: str, mark: str) -> None:
        text = "\r\n".join(mark.join(cells) for cells in (HEAD, LINE)) + "\r\n"

        assert read_rows(read_csv(text.encode(encoding))) == rows(LINE)

    def test_columns_may_stand_in_any_order_and_empty_lines_anywhere(self) -> None:
        mixed = read_rows([HEAD[::-1], ["", ""], LINE[::-1]])

        assert mixed == (replace(rows(LINE)[0], line=3),)

    @pytest.mark.parametrize(
        ("cells", "reason"),
        [
            ([], "columns"),
            ([["编号"], ["1"]], "columns"),
            ([HEAD], "empty"),
            ([HEAD, *[LINE] * (MOST_ROWS + 1)], "rows"),
        ],
        ids=["nothing", "other columns", "heading alone", "too many"],
    )
    def test_what_is_no_list_is_told(self, cells: list[list[str]], reason: str) -> None:
        with pytest.raises(BadListError) as caught:
            read_rows(cells)

        assert caught.value.reason.split()[0] == reason

    def test_missing_columns_are_named(self) -> None:
        with pytest.raises(BadListError) as caught:
            read_rows([HEAD[:1], LINE[:1]])

        assert caught.value.columns == ("抵押人", "抵押人证件号码")

    @pytest.mark.parametrize(
        "data", [b"\xff\xfe\x00\x00", b"PK\x03\x04\x00\x00"], ids=["binary", "zip"]
    )
    def test_what_is_no_text_is_no_list(self, data: bytes) -> None:
        with pytest.raises(BadListError):
            read_rows(read_csv(data))


class TestListing:
    """What becomes of each line."""

    def test_a_good_line_is_a_draft_filled_in(self, listing: Listing) -> None:
        (result,) = listing.begin(rows(LINE), teller="T0007")
        draft = listing.intake.get(result.draft_id)

        assert (result.state, result.told) == (RowState.READY, ())
        assert draft.text("unit_no") == UNIT_NO
        assert draft.text("cause") == "debt_cleared"
        names = [(s.name, s.number) for s in draft.in_role(SlotRole.MORTGAGOR)]
        assert names == [("张示例", "41020319850615991X"), ("李示例", "41020319871102992X")]

    def test_one_that_is_wrong_stops_no_other(self, listing: Listing) -> None:
        wrong = [*LINE[:2], "410203198506159911、41020319871102992X", *LINE[3:]]
        other = [PROOF_NO.replace("0012345", "0012399"), *LINE[1:]]
        results = listing.begin(rows(wrong, LINE, other), teller="T0007")

        assert [r.state for r in results] == [RowState.LOOK, RowState.REFUSED, RowState.LOOK]
        assert "已有同一证明号" in results[1].told[0][0]
        assert "没有本行的这一抵押权" in results[2].told[0][0]
        assert len(listing.intake.drafts()) == 2

    def test_the_same_list_twice_makes_no_draft_twice(self, listing: Listing) -> None:
        (first,) = listing.begin(rows(LINE), teller="T0007")
        (again,) = listing.begin(rows(LINE), teller="T0007")

        assert (again.state, again.number) == (RowState.REFUSED, first.number)
        assert len(listing.intake.drafts()) == 1

    def test_what_stands_in_the_way_is_told(self, listing: Listing, counter: Counter) -> None:
        counter.office.register["findings"] = (BARRED,)
        (result,) = listing.begin(rows(LINE), teller="T0007")

        assert (result.state, result.told) == (RowState.LOOK, (("已查封", "Seized"),))

    def test_a_broken_line_leaves_the_draft(self, listing: Listing, counter: Counter) -> None:
        counter.office.faults.append(OfficeUnreachableError())
        (result,) = listing.begin(rows(LINE), teller="T0007")

        assert result.state is RowState.UNASKED
        assert listing.intake.get(result.draft_id).text("certificate_no") == PROOF_NO

    def test_a_number_that_the_office_does_not_know_makes_no_draft(
        self, listing: Listing, counter: Counter
    ) -> None:
        counter.office.faults.append(OfficeRefusedError("office.not-found", status=404))
        (result,) = listing.begin(rows(LINE), teller="T0007")

        assert result.state is RowState.REFUSED
        assert listing.intake.drafts() == ()


class TestAgain:
    """What stands there when a teller comes back to a list."""

    def test_the_lines_come_back_as_their_drafts_stand_now(self, listing: Listing) -> None:
        other = [PROOF_NO.replace("0012345", "0012399"), *LINE[1:]]
        ready, look, twice = listing.begin(rows(LINE, other, LINE), teller="T0007")
        listing.intake.discard(look.draft_id)
        box = listing.intake.box
        sent = replace(listing.intake.get(ready.draft_id), state=DraftState.SUBMITTED)
        box.save_draft(sent)

        again = listing.last("T0007")

        assert again is not None
        assert [r.state for r in again] == [RowState.SENT, RowState.GONE, RowState.REFUSED]
        assert again[2] == twice
        assert listing.last("T0009") is None

    def test_a_line_that_was_put_right_is_ready(self, listing: Listing) -> None:
        wrong = [*LINE[:2], "410203198506159911、41020319871102992X", *LINE[3:]]
        (before,) = listing.begin(rows(wrong), teller="T0007")
        slot = listing.intake.get(before.draft_id).in_role(SlotRole.MORTGAGOR)[0]
        listing.intake.set_slot(before.draft_id, slot.slot_id, {"number": "41020319850615991X"})

        (now,) = listing.last("T0007") or ()

        assert (before.state, now.state, now.told) == (RowState.LOOK, RowState.READY, ())

    def test_a_line_that_the_register_was_not_asked_about_stays_so(
        self, listing: Listing, counter: Counter
    ) -> None:
        counter.office.faults.append(OfficeUnreachableError())
        begun = listing.begin(rows(LINE), teller="T0007")

        assert listing.last("T0007") == begun
        assert begun[0].state is RowState.UNASKED
