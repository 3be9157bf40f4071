"""The counter put together: where it stands, its readers, when it renews."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from certs.authority import load_authority
from certs.bundle import to_json
from certs.documents import DocumentReason, DocumentStatus, DocumentVerdict
from certs.trust import TrustStore
from terminal import assembly
from terminal.assembly import Station, build_counter, make_place
from terminal.desk.draft import DraftState
from terminal.enrolment import enrol, read_bundle
from terminal.errors import (
    LinkError,
    MisconfiguredError,
    NotEnrolledError,
    OpenToOthersError,
)
from terminal.joined import load_joined
from terminal.membership import SystemClock
from terminal.settings import BankSettings, Settings, TellerSettings
from tests.boxes import make_draft
from tests.clock import FrozenClock
from tests.factories import TELLER
from tests.pki import make_pki
from tests.unit.terminal.joining import JoiningOffice, make_bundle

CLAIMS = {
    "terminal": "KF-LT-01",
    "branch": "KF-LT",
    "office": "114102000X0000043E",
    "office_name": "示例不动产登记中心",
    "bank": "91410200MA0X00015B",
    "bank_name": "示例商业银行",
}


def make_teller(**changes: Any) -> TellerSettings:
    return replace(TellerSettings(staff_no="T0007", name="赵示例", id_number=TELLER), **changes)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A counter that joined an office which cannot be reached."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    office = JoiningOffice(make_pki(tmp_path / "authority", datetime.now(UTC)))
    office.now = datetime.now(UTC)
    bundle = read_bundle(make_bundle(office.pki, office_url="https://127.0.0.1:9"))
    enrol(bundle, home, connect=office.connect, now=lambda: office.now)
    return Settings(home=home, tellers=(make_teller(),))


@pytest.fixture
def station(settings: Settings) -> Iterator[Station]:
    built = build_counter(settings)
    yield built
    built.close()


def later(station: Station, **span: float) -> Station:
    """Return the station at a later time."""
    clock = FrozenClock(datetime.now(UTC) + timedelta(**span))
    return replace(station, clock=cast(SystemClock, clock))


def test_the_place_is_what_the_office_confirmed_and_the_branch_added() -> None:
    bank = BankSettings(financial_licence="B9999S241020001", legal_representative="钱示例")
    teller = make_teller(
        authority_number="POA-1", authority_from=date(2026, 1, 1), authority_to=date(2026, 12, 31)
    )

    place = make_place(CLAIMS, Settings(home=Path(), bank=bank, tellers=(teller,)))

    mortgagee = place.mortgagee("T0007")
    assert mortgagee is not None
    assert (place.terminal, place.office.text) == ("KF-LT-01", "114102000X0000043E")
    assert (mortgagee.name.text, mortgagee.financial_licence) == ("示例商业银行", "B9999S241020001")
    assert mortgagee.agent.authority is not None


@pytest.mark.parametrize(
    "teller",
    [
        make_teller(id_number="410204199304189960"),
        make_teller(name=""),
        make_teller(authority_number="POA-1"),
    ],
    ids=["number", "name", "authority without days"],
)
def test_a_teller_that_cannot_be_is_named(teller: TellerSettings) -> None:
    with pytest.raises(MisconfiguredError, match="teller T0007"):
        make_place(CLAIMS, Settings(home=Path(), tellers=(teller,)))


def test_a_configuration_that_cannot_be_used_is_told() -> None:
    with pytest.raises(MisconfiguredError, match="enrol again"):
        make_place({**CLAIMS, "bank": "x"}, Settings(home=Path()))


def test_nothing_starts_before_joining(home: Path) -> None:
    with pytest.raises(NotEnrolledError):
        build_counter(Settings(home=home))


def test_nothing_starts_in_an_open_folder(settings: Settings) -> None:
    (settings.home / "box.key").touch(mode=0o644)

    with pytest.raises(OpenToOthersError):
        build_counter(settings)


def test_fresh_certificates_are_not_renewed(station: Station) -> None:
    assert not station.renew_if_due()


def test_certificates_are_renewed_after_two_thirds_of_their_life(station: Station) -> None:
    with pytest.raises(LinkError):
        later(station, hours=49).renew_if_due()


def test_renewal_is_used_at_once(station: Station, tmp_path: Path) -> None:
    before = station.membership.joined, station.membership.keys()
    office = JoiningOffice(make_pki(tmp_path / "other", datetime.now(UTC)))

    with pytest.raises(Exception, match="not the office's"):
        station.membership.renew(office.post, SystemClock().now)
    assert (station.membership.joined, station.membership.keys()) == before


def test_old_applications_are_forgotten(station: Station) -> None:
    station.box.add_draft(make_draft(state=DraftState.CLOSED))

    assert station.purge() == 0
    assert later(station, days=1000).purge() == 1


def test_every_check_of_the_doctor_has_a_name(station: Station) -> None:
    lines = station.counter.health()

    assert [line.level for line in lines] == sorted(
        (line.level for line in lines), key=("bad", "warn", "ok").index
    )
    assert {line.name for line in lines} >= {
        "permissions",
        "disk",
        "line",
        "outbox",
        "reader",
        "photo",
    }


@pytest.mark.parametrize("verdict", list(DocumentVerdict))
def test_the_seal_is_judged_by_the_common_checker(
    verdict: DocumentVerdict, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Patched here alone: a sealed PDF for each verdict is made in the checker's own tests."""
    reason = DocumentReason(code="why", zh="因", en="why", verdict=verdict)
    status = DocumentStatus(verdict=verdict, reasons=(reason,), sha256="0" * 64)
    monkeypatch.setattr(assembly, "check_document", lambda *_a, **_k: status)

    found = assembly.check_seal(b"", trust=cast(TrustStore, None), at=datetime.now(UTC))

    assert found.word == verdict.value
    assert bool(found.code) is (verdict is not DocumentVerdict.VALID)


def test_a_fresh_revocation_list_is_taken_and_kept(settings: Settings, tmp_path: Path) -> None:
    station = build_counter(settings)
    authority = load_authority(tmp_path / "authority")
    newer = authority.crl(datetime.now(UTC))

    station.membership.refresh(to_json(authority.bundle), station.clock.now())
    station.close()

    assert station.membership.keys().trust.bundle.crls == authority.bundle.crls
    assert load_joined(settings.home).trust.crls[0] == newer
