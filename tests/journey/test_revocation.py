"""Being shut out at once, and renewing, over real TLS."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from terminal.desk.items import ItemState
from tests.factories import make_contents
from tests.journey.lines import (
    NEWS,
    SUSPENDED,
    VERSIONS,
    ask,
    connect,
    file,
    files_of,
    make_context,
    revoke,
)
from tests.journey.premises import Premises, make_case, work_off

pytestmark = pytest.mark.journey

# --- being shut out


@pytest.mark.parametrize("version", VERSIONS)
def test_a_revoked_counter_is_refused_on_the_line_that_it_has_open(
    house: Premises, version: ssl.TLSVersion
) -> None:
    context = make_context(house, files_of(house), version)
    with house.serving(), closing(connect(house, context)) as line:
        assert ask(line) == (200, "")
        socket = line.sock

        revoke(house)

        assert ask(line) == SUSPENDED
        assert line.sock is socket, "the very connection that was open before"


@pytest.mark.parametrize("version", VERSIONS)
def test_a_revoked_counter_is_refused_on_a_new_line(
    house: Premises, version: ssl.TLSVersion
) -> None:
    context = make_context(house, files_of(house), version)
    with house.serving():
        revoke(house)

        with closing(connect(house, context)) as line:
            assert ask(line) == SUSPENDED


@pytest.mark.parametrize("version", VERSIONS)
def test_no_session_is_ever_resumed(house: Premises, version: ssl.TLSVersion) -> None:
    """A resumed session would skip the handshake in which the certificate is shown."""
    context = make_context(house, files_of(house), version)
    with house.serving():
        with raw_line(house, context) as first:
            assert ask_raw(first) == 200
            session = first.session
        revoke(house)

        with raw_line(house, context, session) as again:
            assert not again.session_reused
            assert ask_raw(again) == 403


@contextmanager
def raw_line(
    premises: Premises, context: ssl.SSLContext, session: ssl.SSLSession | None = None
) -> Iterator[ssl.SSLSocket]:
    with (
        socket.create_connection(("127.0.0.1", premises.office_port), 20) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1", session=session) as line,
    ):
        yield line


def ask_raw(line: ssl.SSLSocket) -> int:
    line.sendall(f"GET {NEWS} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    # TLS 1.3 would bring its tickets with the first answer.
    return int(line.recv(65536).split()[1])


def test_a_counter_that_waits_for_news_learns_nothing_more(house: Premises) -> None:
    with house.serving(), closing(connect(house, make_context(house, files_of(house)))) as line:
        line.request("GET", "/api/v1/answers?after=0&wait=1")
        revoke(house)

        assert line.getresponse().status == 403


def test_a_package_of_a_revoked_counter_waits_in_its_outbox(house: Premises) -> None:
    with house.serving(), house.station() as station:
        packages = house.count("packages", "1")
        revoke(house)
        item = station.submission.file(make_case(1), make_contents(make_case(1)))

        assert station.courier.deliver() == 0

        kept = station.box.get_item(item.sequence)
        assert kept.trouble is not None
        assert (kept.state, kept.trouble.code) == (ItemState.WAITING, SUSPENDED[1])
        assert house.count("packages", "1") == packages


def test_a_revoked_counter_may_join_again_with_a_new_code(house: Premises) -> None:
    old = make_context(house, files_of(house))
    with house.serving():
        revoke(house)
        (house.counter.folder / "joined").unlink()

        assert house.counter.join(house.office)

        with closing(connect(house, make_context(house, files_of(house)))) as line:
            assert ask(line) == (200, "")
        with closing(connect(house, old)) as line:
            assert ask(line) == SUSPENDED


def test_what_was_sealed_before_a_counter_was_shut_out_is_sealed_anew(house: Premises) -> None:
    """Its key was taken back, and the same bytes would be refused for ever."""
    application = make_case(2)
    with house.serving() as wall:
        with house.station() as station:
            item = station.submission.file(application, make_contents(application))
        revoke(house)
        (house.counter.folder / "joined").unlink()
        house.counter.join(house.office)

        with house.station() as station:
            assert station.courier.deliver() == 0
            assert station.box.get_item(item.sequence).has_bad_seal

            again = file(station, application)

            assert again.sequence > item.sequence
            assert [one.sequence for one in station.box.outbox()][-1] == again.sequence
            assert item.sequence not in [one.sequence for one in station.box.outbox()]
            work_off(wall)
            assert station.courier.collect(0) == 3
    assert house.count("cases", "application_id = ?", application.application_id) == 1


# --- renewing


def test_renewal_ends_the_old_certificate_on_the_line_that_it_has_open(house: Premises) -> None:
    with house.serving(), closing(connect(house, make_context(house, files_of(house)))) as line:
        assert ask(line) == (200, "")

        house.counter.run("renew")

        assert ask(line) == SUSPENDED
        with closing(connect(house, make_context(house, files_of(house)))) as fresh:
            assert ask(fresh) == (200, "")


def test_a_counter_works_on_through_its_renewal(house: Premises) -> None:
    """What was sealed before goes out after, over the new line."""
    application = make_case(1)
    with house.serving() as wall, house.station() as station:
        item = station.submission.file(application, make_contents(application))
        station.membership.renew(station.link.post_json, station.clock.now)

        assert station.courier.deliver() == 1
        work_off(wall)
        assert station.courier.collect(0) == 3
        assert station.courier.fetch_certificates() == 1

        assert station.box.get_item(item.sequence).state is ItemState.DELIVERED


def test_an_old_certificate_renews_nothing(house: Premises) -> None:
    old = make_context(house, files_of(house))
    with house.serving():
        house.counter.run("renew")
        issued = house.count("journal", "act = 'terminal renewed'")

        with closing(connect(house, old)) as line:
            line.request("POST", "/api/v1/renewals", "{}", {"Content-Type": "application/json"})
            assert line.getresponse().status == 403

    assert (issued, house.count("journal", "act = 'terminal renewed'")) == (1, 1)
