"""What the office does not take: each is answered, and nothing of it is half kept."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import func, select

from backend.errors import NotAllowedError, SequenceConflictError
from backend.office.case import Stage
from backend.store.tables import Base
from certs.bundle import load_bundle
from certs.cover import Cover, read_cover
from certs.envelope import Part, seal
from certs.errors import CertsError, PackageForgedError
from certs.identity import Role
from registration.application import Application
from registration.identifiers import parse_credit_code
from registration.mortgage import RegistrationKind
from registration.outcomes import Answer, NonAcceptance, Registered
from registration.package import pack
from tests.factories import make_contents
from tests.factories_kinds import make_ownership_transfer
from tests.journey.filing import Desk, make_filing, only, open_desk, rules
from tests.journey.office import TERMINAL, Branch

pytestmark = pytest.mark.journey

OTHER: Final = "91410200MA0X000236"
"""The credit code of an organisation that is neither this office nor this counter's bank."""
_SEQUENCES: Final = count(900_001)


@pytest.fixture(scope="module")
def neighbour(desk: Desk) -> Branch:
    """Another counter of the same branch."""
    return desk.stand.enrol("KF-LT-02")


def kept(desk: Desk) -> dict[str, int]:
    """Count every row of the office and every file beside its database.

    The keys that the rows are sealed under are left out: some are made for many rows.
    """
    tables = [t for t in Base.metadata.sorted_tables if t.name != "data_keys"]
    with desk.stand.wall.works.reader.connect() as connection:
        found = {t.name: connection.scalar(select(func.count()).select_from(t)) for t in tables}
    blobs = desk.stand.settings.blobs
    return {name: n or 0 for name, n in found.items()} | {
        "blobs": sum(path.is_file() for path in blobs.rglob("*"))
    }


def added(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {name: after[name] - n for name, n in before.items() if after[name] != n}


TURNED_AWAY: Final = {"packages": 1, "receipts": 1, "blobs": 1, "journal": 2, "answers": 1}
"""A package that makes no case: it is kept with its receipt, and answered once."""


def parts_of(*applications: Application) -> list[Part]:
    contents = make_contents(*applications)
    return [Part(p.name, p.media_type, p.data) for p in pack(applications, contents)]


def sealed(desk: Desk, parts: Sequence[Part], **changes: Any) -> bytes:
    """Seal parts as the counter does, with something else about the envelope."""
    facts: dict[str, Any] = {
        "signer": desk.branch.signer,
        "recipient": load_bundle(desk.stand.wall.trust_path).certificates(Role.ENVELOPE)[0],
        "office": desk.stand.settings.office_code,
        "terminal": TERMINAL,
        "sequence": next(_SEQUENCES),
        "at": desk.stand.wall.clock.now(),
    }
    return seal(parts, **(facts | changes))


def fresh(desk: Desk) -> Application:
    return desk.ready(make_filing(desk.new_flat()))


def body_start(package: bytes) -> int:
    cover: Cover = read_cover(package)
    return package.index(cover.text.encode()) + len(cover.text)


DAMAGE: Final[dict[str, Callable[[bytes], bytes]]] = {
    "nothing at all": lambda p: b"",
    "another file": lambda p: b"%PDF-1.7 " + p[9:],
    "the first byte": lambda p: bytes([p[0] ^ 1]) + p[1:],
    "a byte of the cover": lambda p: p[:200] + bytes([p[200] ^ 1]) + p[201:],
    "the first byte of the body": lambda p: flipped(p, body_start(p)),
    "a byte in the middle": lambda p: flipped(p, len(p) // 2),
    "the last byte": lambda p: flipped(p, len(p) - 1),
    "the end is cut": lambda p: p[:-1],
    "half is cut": lambda p: p[: len(p) // 2],
    "something follows": lambda p: p + b"\0",
    "it stands twice": lambda p: p + p,
}


def flipped(package: bytes, place: int) -> bytes:
    return package[:place] + bytes([package[place] ^ 0x80]) + package[place + 1 :]


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_package_is_refused_at_the_door(
    desk: Desk, damage: Callable[[bytes], bytes]
) -> None:
    package = sealed(desk, parts_of(fresh(desk)))
    before = kept(desk)

    with pytest.raises(CertsError):
        desk.stand.receive(desk.branch, damage(package))

    assert added(before, kept(desk)) == {}
    assert isinstance(desk.hand_in(package)[-1], Answer)


def test_a_package_for_another_office_is_refused_at_the_door(desk: Desk) -> None:
    package = sealed(desk, parts_of(fresh(desk)), office=OTHER)
    before = kept(desk)

    with pytest.raises(NotAllowedError, match="another office"):
        desk.stand.receive(desk.branch, package)
    assert added(before, kept(desk)) == {}


def test_a_package_in_another_counters_name_is_refused_at_the_door(
    desk: Desk, neighbour: Branch
) -> None:
    forged = sealed(desk, parts_of(fresh(desk)), terminal=neighbour.row.terminal)
    before = kept(desk)

    for branch in (desk.branch, neighbour):
        with pytest.raises(PackageForgedError, match="another terminal"):
            desk.stand.receive(branch, forged)
    assert added(before, kept(desk)) == {}


def test_a_counter_does_not_hand_in_anothers_package(desk: Desk, neighbour: Branch) -> None:
    package = sealed(desk, parts_of(fresh(desk)))
    desk.hand_in(package)
    before = kept(desk)

    with pytest.raises(NotAllowedError, match="another terminal"):
        desk.stand.receive(neighbour, package)
    assert added(before, kept(desk)) == {}


def test_a_number_is_used_for_one_package(desk: Desk) -> None:
    desk.hand_in(sealed(desk, parts_of(fresh(desk)), sequence=800_001))
    again = sealed(desk, parts_of(fresh(desk)), sequence=800_001)
    before = kept(desk)

    with pytest.raises(SequenceConflictError):
        desk.stand.receive(desk.branch, again)
    assert added(before, kept(desk)) | {"blobs": 1} == {"blobs": 1}


def require_turned_away(desk: Desk, package: bytes, words: str) -> None:
    """The package is answered once, in both languages, and makes no case."""
    before = kept(desk)

    (answer,) = desk.hand_in(package)

    assert isinstance(answer, NonAcceptance)
    assert answer.package_sha256 == sha256(package).hexdigest()
    assert (answer.case_no, answer.application_id) == ("", "")
    (finding,) = answer.findings
    assert words in finding.zh
    assert finding.en
    assert finding.basis
    assert added(before, kept(desk)) == TURNED_AWAY
    assert desk.hand_in(package) == (answer,)
    assert added(before, kept(desk)) == TURNED_AWAY


def test_an_application_in_another_counters_name_is_turned_away(desk: Desk) -> None:
    application = fresh(desk)
    other = replace(application, counter=replace(application.counter, terminal="KF-LT-02"))

    require_turned_away(desk, sealed(desk, parts_of(other)), "终端")


def test_an_application_of_another_bank_is_turned_away(desk: Desk) -> None:
    application = fresh(desk)
    bank = replace(application.mortgagee, credit_code=parse_credit_code(OTHER))

    package = sealed(desk, parts_of(replace(application, mortgagee=bank)))

    require_turned_away(desk, package, "不是本终端所属的银行")


def test_an_application_to_another_office_is_turned_away(desk: Desk) -> None:
    elsewhere = replace(fresh(desk), office=parse_credit_code(OTHER))

    require_turned_away(desk, sealed(desk, parts_of(elsewhere)), "本登记机构")


def test_two_applications_in_one_package_are_turned_away(desk: Desk) -> None:
    package = sealed(desk, parts_of(fresh(desk), fresh(desk)))

    require_turned_away(desk, package, "须为同一“一并申请”的各个事项")


def without_last(parts: list[Part]) -> list[Part]:
    return parts[:-1]


def with_one_more(parts: list[Part]) -> list[Part]:
    return [*parts, Part("materials/" + "0" * 64, "application/pdf", b"%PDF-1.7")]


def with_other_bytes(parts: list[Part]) -> list[Part]:
    last = parts[-1]
    return [*parts[:-1], Part(last.name, last.media_type, last.data + b"\n")]


def with_other_text(old: str, new: str) -> Callable[[list[Part]], list[Part]]:
    def changed(parts: list[Part]) -> list[Part]:
        data = parts[1].data
        assert old.encode() in data
        written = data.replace(old.encode(), new.encode(), 1)
        return [parts[0], Part(parts[1].name, parts[1].media_type, written), *parts[2:]]

    return changed


ODD: Final[dict[str, Callable[[list[Part]], list[Part]]]] = {
    "a paper is missing": without_last,
    "a paper too many": with_one_more,
    "a paper was changed": with_other_bytes,
    "a member that nobody knows": with_other_text('{"application_id"', '{"a":1,"application_id"'),
    "a member twice": with_other_text('{"application_id"', '{"round":1,"application_id"'),
    "a fraction of a fen": with_other_text('"amount_fen":86000000', '"amount_fen":86000000.5'),
    "text for a number": with_other_text('"amount_fen":86000000', '"amount_fen":"86000000"'),
    "another version": with_other_text('"application/1"', '"application/2"'),
    "no list": lambda parts: parts[1:],
    "nothing but a list": lambda parts: parts[:1],
}


@pytest.mark.parametrize("make_odd", ODD.values(), ids=ODD.keys())
def test_a_package_that_does_not_fit_together_is_turned_away(
    desk: Desk, make_odd: Callable[[list[Part]], list[Part]]
) -> None:
    package = sealed(desk, make_odd(parts_of(fresh(desk))))

    require_turned_away(desk, package, "打不开")


def test_the_same_application_from_another_package_is_turned_away(desk: Desk) -> None:
    application = fresh(desk)
    desk.file(application)

    require_turned_away(desk, sealed(desk, parts_of(application)), "已立案")


def test_two_counters_may_use_one_application_number(desk: Desk, neighbour: Branch) -> None:
    """Numbers are made at the counters, and no counter knows another's."""
    mine = fresh(desk)
    theirs = replace(
        fresh(desk),
        application_id=mine.application_id,
        counter=replace(mine.counter, terminal=neighbour.row.terminal),
    )
    desk.file(mine)

    desk.stand.receive(neighbour, desk.stand.seal(neighbour, theirs))
    desk.stand.work_off()

    answers = tuple(desk.stand.answers(neighbour.row.terminal))
    assert only(answers, Registered).application_id == mine.application_id


def test_a_kind_that_the_office_closed_is_sent_to_the_window(tmp_path: Path) -> None:
    kind = RegistrationKind.CHANGE
    with open_desk(tmp_path, closed_kinds=(kind.value,)) as desk:
        (turned_away,) = desk.file(desk.ready(make_filing(desk.new_flat(), kind=kind)))

        assert isinstance(turned_away, NonAcceptance)
        assert rules(turned_away.findings) == ["KIND"]
        assert kind.title_zh in turned_away.findings[0].zh
        assert "窗口" in turned_away.findings[0].zh
        assert kind.title_en in turned_away.findings[0].en
        assert desk.case(turned_away.case_no).stage is Stage.NOT_ACCEPTED


def test_ownership_does_not_pass_alone_in_this_channel(desk: Desk) -> None:
    (turned_away,) = desk.file(desk.ready(make_ownership_transfer()))

    assert isinstance(turned_away, NonAcceptance)
    assert rules(turned_away.findings) == ["KIND"]
    assert "一并申请" in turned_away.findings[0].zh
