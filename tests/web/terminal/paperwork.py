"""Papers brought to the pages' counter, as the page brings them."""

from typing import Any
from urllib.parse import quote

from tests.web.terminal.world import World


def upload(
    world: World, draft_id: str, code: str, data: bytes, *, name: str = "合同.pdf", query: str = ""
) -> Any:
    """Send a file and return the answer."""
    return world.call(
        "POST",
        f"/ui/api/drafts/{draft_id}/materials/{code}{query}",
        data=data,
        headers={"Content-Type": "application/octet-stream", "X-File-Name": quote(name)},
    )


def add_paper(world: World, draft_id: str, code: str, data: bytes) -> dict[str, Any]:
    """Bring a file in, make its pages ready and let them stand whatever is remarked upon them."""
    draft = upload(world, draft_id, code, data).json
    while draft["volume"]["waiting"]:
        draft = world.call("POST", f"/ui/api/drafts/{draft_id}/pages/develop").json
    for page in draft["pages"]:
        if any(r["level"] == "correct" and not r["is_kept"] for r in page["remarks"]):
            path = f"/ui/api/drafts/{draft_id}/pages/{page['page_id']}/keep"
            draft = world.call("POST", path).json
    return dict(draft)
