"""The public log put together: who keeps it, who shows it, and where others find it."""

from dataclasses import replace

from backend.errors import LogStoppedError, OfficeError
from backend.office.log_keeping import LogKeeper, require_running
from backend.office.public_log import PublicLog
from backend.store.log_memory import NAME, FileMemory
from backend.wall import Wall
from certs.authority import Authority
from certs.identity import Role
from certs.logkeys import LINK, open_log_signer
from certs.notes import NoteSigner


def build_log_keeper(wall: Wall) -> LogKeeper:
    """Return who lets the log grow; it holds the log key."""
    signer = wall.signer(Role.LOG)

    def open_signer(origin: str) -> NoteSigner:
        return open_log_signer(signer(), origin)

    return LogKeeper(
        works=wall.works,
        clock=wall.clock,
        signer=open_signer,
        memory=FileMemory(wall.settings.data_dir / NAME),
        name=wall.settings.log_name,
        fail_point=wall.fail_point,
    )


def build_public_log(wall: Wall) -> PublicLog:
    """Return who shows the log; it holds no key."""
    return PublicLog(works=wall.works, clock=wall.clock, trust=wall.trust)


def publish_links(wall: Wall, authority: Authority, origin: str) -> None:
    """Write into the trust bundle where the log is and what it is called for ever."""
    url = wall.settings.public_url.rstrip("/")
    links = {
        LINK: f"https://{origin}",
        "status_list": f"{url}/status",
        "checkpoint": f"{url}/log/checkpoint",
        "verify": f"{url}/verify",
    }
    authority.publish(lambda bundle: replace(bundle, links={**bundle.links, **links}))


def find_log_faults(wall: Wall) -> dict[str, str]:
    """Say under "log" what keeps it from growing; empty when nothing does."""
    try:
        with wall.works.reading() as work:
            require_running(work)
    except LogStoppedError as error:
        return {"log": str(error)}
    except OfficeError as error:
        return {"log": error.code}
    return {}
