"""INK: what binds a handwritten signature to its paper, its signer and its moment."""

from collections.abc import Iterator
from typing import Final

from backend.office.rules.book import EVERY, Clause, Rule
from backend.office.rules.matter import Matter
from registration.findings import Finding, Level

_BASIS: Final = "《电子签名法》第五条、第八条、第十三条"
_BROKEN: Final = Clause(
    rule="INK",
    level=Level.MANUAL,
    basis=_BASIS,
    zh="{name}在{paper}上的签名所附的签署证明与签名、文件或终端不符，须人工核查。",
    en="The signing event of {name} on {paper} does not fit ink, paper or counter; a reviewer must look.",
)
_BAD_STAMP: Final = Clause(
    rule="INK",
    level=Level.MANUAL,
    basis=_BASIS,
    zh="{name}在{paper}上的签名所附的时间戳无效，须人工核查。",
    en="The time stamp on the signature of {name} on {paper} does not hold; a reviewer must look.",
)


def check_inks(matter: Matter) -> Iterator[Finding]:
    """INK: evidence that came along with a signature holds; one without any is no fault by law."""
    # There are none where the application is examined again to be recorded.
    for place, (ink, check) in enumerate(
        zip(matter.application.inks, matter.seen.inks, strict=False)
    ):
        facts = {"name": ink.signer_name, "paper": ink.paper_code}
        if check.fault:
            yield _BROKEN.finding(f"/inks/{place}", **facts)
        elif check.has_bad_stamp:
            yield _BAD_STAMP.finding(f"/inks/{place}", **facts)


RULES: Final = (
    Rule(clauses=(_BROKEN, _BAD_STAMP), check=check_inks, kinds=EVERY, is_of_people=True),
)
