"""What somebody meets who does the first case at this counter: one way to go at a time."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.web.terminal.seat import require_accessible, seated


def test_an_empty_case_says_one_thing_and_leads_there(browser: Browser, tmp_path: Path) -> None:
    with seated(browser, tmp_path / "counter", "zh-CN") as seat:
        page, draft = seat.page, seat.world.draft()
        place = f"{seat.world.origin}/#/draft/{draft['draft_id']}"
        page.goto(f"{place}/1")
        page.wait_for_selector("#read")
        # A place where nobody was read yet is no missing mortgagor and no missing debtor beside.
        expect(page.locator("aside li.finding")).to_have_count(1)

        # Too early at the signatures: what comes first is said, and F4 leads there.
        page.goto(f"{place}/4")
        page.wait_for_selector("#first-gap")
        said = page.locator("aside li.finding")
        expect(said).to_have_count(2)
        expect(said.first).to_contain_text("还没有读证件")
        require_accessible(page)
        seat.press("F4")
        page.wait_for_selector("#p1:focus")

        # At the check F4 goes through all that is to be done, place by place, and round.
        seen: list[str] = []
        for _ in range(3):
            seat.press("F4")
            expect(page).not_to_have_url(seen[-1] if seen else f"{place}/1/p1")
            seen.append(page.url)
        assert len(set(seen)) > 1


def test_a_page_that_cannot_be_opened_has_a_way_out(browser: Browser, tmp_path: Path) -> None:
    with seated(browser, tmp_path / "counter", "zh-CN") as seat:
        page = seat.page
        page.goto(f"{seat.world.origin}/#/draft/none/1")
        page.wait_for_selector("#failed")
        page.click("#tongue")
        expect(page.locator("#title")).to_have_text("This page cannot be opened")
        require_accessible(page)
        page.focus("#failed")
        seat.press("Enter")
        page.wait_for_selector("#new-first")


def test_a_spouse_who_is_not_on_the_register_signs_as_a_debtor(
    browser: Browser, tmp_path: Path
) -> None:
    """Where the office's ruling asks for the spouse (R10), this is how he or she joins the form."""
    with seated(browser, tmp_path / "counter", "zh-CN") as seat:
        draft = seat.world.draft()
        seat.page.goto(f"{seat.world.origin}/#/draft/{draft['draft_id']}/1")
        seat.page.click("#add-debtor")
        relation = seat.page.locator("[id='p2.relation']")
        relation.fill("配偶")
        expect(seat.page.locator("#p2")).to_contain_text("与抵押人 1 的关系")
        seat.settle()

        assert seat.world.box.get_draft(draft["draft_id"]).slots[1].relation == "配偶"
