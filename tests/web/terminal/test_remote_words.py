"""What a guest reads is what the second screen at the counter says, in both languages."""

from terminal.desk.remote import Remote
from tests.invites import NearInvites, invite_guest
from tests.web.terminal.dissented import fill_dissented, papers_of
from tests.web.terminal.test_remote import kept, link, remote
from tests.web.terminal.world import World

__all__ = ["link", "remote"]


def test_a_statement_is_said_plainly_to_whoever_signs_it_elsewhere(
    world: World, link: NearInvites, remote: Remote
) -> None:
    draft_id = fill_dissented(world)
    shown = papers_of(world, draft_id)
    signer = next(s for s in shown["M18"]["signers"] if s["name"] == "李示例")
    asked = {"signer": signer["signer"]}
    assert world.call("POST", f"/ui/api/drafts/{draft_id}/invitations", asked).status_code == 201
    remote.mail.settle()

    papers = {p["code"]: p for p in invite_guest(link.room, kept(world)).open()["papers"]}
    assert papers["M18"]["plain"] == [signer["plain"]]
    assert "860,000.00 yuan (捌拾陆万元整)" in papers["M01"]["plain"][0]["en"]
    assert {code: (p["title"], p["title_en"]) for code, p in papers.items()} == {
        code: (shown[code]["title"], shown[code]["title_en"]) for code in papers
    }
    assert papers["M01"]["title_en"] == "Application form"
    assert papers["M18"]["title_en"].isascii()
