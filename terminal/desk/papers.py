"""The papers that people sign: which ones a draft needs, and whether those shown still say it."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import Final

from registration.application import Application
from registration.signatures import is_signed_paper, required_signatures
from terminal.desk.draft import Draft, PaperShown, paper_key
from terminal.desk.invitations import Invitation

_COUNT: Final = re.compile(rb"/Count ([0-9]{1,4})\b")


def needed_papers(application: Application) -> tuple[str, ...]:
    """Return the codes of the papers that are drawn, in order: what people sign, and the form."""
    signed = {wanted.paper_code for wanted in required_signatures(application)}
    return tuple(sorted(signed | {"M01"}))


def count_pages(paper: bytes) -> int:
    """Count the pages of a paper that `draw_paper` made, whose page tree lies open."""
    found = _COUNT.search(paper)
    return int(found.group(1)) if found else 1


def facts_sha256(application: Application) -> str:
    """Return the digest of everything that a paper may show.

    Ink and the papers themselves are left out: they come after what is signed. So are the answers
    that spare a paper: no form shows them, and they may come when all is signed.
    """
    bare = replace(
        application,
        inks=(),
        spares=(),
        visits=(),
        materials=tuple(m for m in application.materials if not is_signed_paper(m)),
        # The form names its row alone: the others' come only after it.
        listing=replace(application.listing, rows=()) if application.listing else None,
    )
    # The plain values, since the reprs of names and numbers hide what they hold. It is compared
    # on this counter alone and never travels.
    return hashlib.sha256(repr(asdict(bare)).encode()).hexdigest()


def keyed_papers(applications: Sequence[Application]) -> Iterator[tuple[str, int, str]]:
    """Yield key, step and code of every paper that somebody has to sign, in order."""
    for step, application in enumerate(applications, start=1):
        for code in needed_papers(application):
            yield paper_key(code, step), step, code


def is_about(invitation: Invitation, papers: Sequence[PaperShown]) -> bool:
    """Say whether these papers are those that somebody was invited to sign, to the last bit."""
    return {(paper.key, paper.sha256) for paper in papers}.issuperset(invitation.papers)


def are_papers_current(draft: Draft, applications: Sequence[Application]) -> bool:
    """Say whether every paper that must be signed was drawn from the facts as they now are."""
    facts = [facts_sha256(application) for application in applications]
    papers = [
        (draft.find_paper(key), facts[step - 1]) for key, step, _ in keyed_papers(applications)
    ]
    return all(paper is not None and paper.facts_sha256 == told for paper, told in papers)
