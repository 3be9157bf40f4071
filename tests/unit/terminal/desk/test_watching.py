"""A counter as a witness: what continues is signed, what does not is never believed again."""

from dataclasses import replace
from pathlib import Path

import pytest

from certs.checkpoints import Growth, parse_checkpoint, parse_growth
from certs.errors import CertsError, NoteForgedError
from certs.notes import NoteKey, find_cosigners, parse_key, parse_note
from terminal.desk.watch import AlarmKind
from terminal.errors import NotReadyError, OfficeUnreachableError
from tests.logs import ORIGIN
from tests.pki import PKI, TERMINAL
from tests.witness import (
    CrashError,
    WatchStand,
    alarm_of,
    crash_at,
    fork,
    make_office,
    make_watch,
    size_of,
)


def witnesses(stand: WatchStand) -> tuple[NoteKey, ...]:
    """Return who signed the head that the office shows."""
    listed = [parse_key(one.key) for one in stand.wire.log.witnesses()]
    return find_cosigners(parse_note(stand.wire.log.checkpoint()), listed)


# --- a log that only grows


def test_before_the_first_head_there_is_nothing_to_sign(stand: WatchStand) -> None:
    assert stand.watcher.attend().note == ""
    assert stand.wire.asked == ["/log/growth"]


def test_a_head_is_kept_and_signed(stand: WatchStand) -> None:
    stand.office.grow(3)

    watch = stand.watcher.attend()

    assert size_of(watch) == 3
    assert watch.is_cosigned
    assert [key.name for key in witnesses(stand)] == [f"registration.example/witness/{TERMINAL}"]
    assert stand.box.watch() == watch


def test_growth_is_checked_and_signed_each_time(stand: WatchStand) -> None:
    stand.office.grow()
    watch = stand.watcher.attend()
    for count in (1, 1, 5, 300, 1, 70):
        stand.office.grow(count)
        watch = stand.watcher.attend()
        assert watch.alarm is None
        assert len(witnesses(stand)) == 1
    assert size_of(watch) == 1 + 1 + 378  # and that the counter became a witness
    assert stand.wire.asked.count("/api/v1/log/witness") == 1


def test_the_same_head_is_not_signed_again(stand: WatchStand) -> None:
    stand.office.grow()
    stand.watcher.attend()
    stand.wire.asked.clear()

    stand.watcher.attend()

    assert stand.wire.asked == ["/log/growth"]


def test_without_a_line_nothing_is_lost(stand: WatchStand) -> None:
    stand.office.grow()
    stand.watcher.attend()
    stand.office.grow()
    stand.wire.faults = [OfficeUnreachableError("line")]
    with pytest.raises(OfficeUnreachableError):
        stand.watcher.attend()

    assert size_of(stand.watcher.attend()) == 3


def test_a_cosignature_that_did_not_arrive_is_brought_again(stand: WatchStand) -> None:
    stand.office.grow()
    stand.watcher.attend()
    stand.office.grow()
    stand.fail_point = crash_at("watch.kept")
    with pytest.raises(CrashError):
        stand.watcher.attend()
    assert witnesses(stand) == ()
    stand.fail_point = print

    stand.watcher.attend()

    assert len(witnesses(stand)) == 1


def test_a_new_key_takes_the_old_one_s_place_at_the_office(
    stand: WatchStand, tmp_path: Path
) -> None:
    stand.office.grow()
    stand.watcher.attend()
    newly_joined = make_watch(tmp_path / "new", stand.office)
    stand.office.grow()

    newly_joined.watcher.attend()

    assert len(witnesses(newly_joined)) == 1
    newly_joined.box.close()


# --- a log that does not


def test_a_rewritten_log_is_refused_and_reported(stand: WatchStand) -> None:
    stand.office.grow(2)
    other = fork(stand.office)
    stand.office.grow(3)
    kept = stand.watcher.attend()
    other.grow(9, act="another")
    stand.wire.stand = other
    asked_before = len(stand.wire.asked)

    watch = stand.watcher.attend()

    assert alarm_of(watch) is AlarmKind.FORKED
    assert watch.alarm
    assert watch.note == kept.note == watch.alarm.seen
    assert parse_checkpoint(parse_note(watch.alarm.shown).text).size == 11
    assert watch.alarm.answer == "rewritten"
    assert stand.wire.asked[asked_before:] == ["/log/growth", "/api/v1/log/reports"]


def test_another_log_of_the_same_length_is_refused(stand: WatchStand) -> None:
    other = fork(stand.office)
    stand.office.grow(4)
    stand.watcher.attend()
    other.grow(4, act="another")
    stand.wire.stand = other

    assert alarm_of(stand.watcher.attend()) is AlarmKind.FORKED


def test_a_shorter_log_is_refused(stand: WatchStand) -> None:
    stand.office.grow(2)
    other = fork(stand.office)
    stand.office.grow(3)
    stand.watcher.attend()
    stand.wire.stand = other

    watch = stand.watcher.attend()

    assert alarm_of(watch) is AlarmKind.SHRUNK
    assert watch.alarm
    assert watch.alarm.answer == "rolled-back"


def test_another_log_s_name_is_refused(stand: WatchStand) -> None:
    stand.office.grow(2)
    stand.watcher.attend()
    note = stand.office.forge(5, origin=f"{ORIGIN}/2")
    stand.wire.growth = Growth(old_size=2, path=(), checkpoint=note).format()

    assert alarm_of(stand.watcher.attend()) is AlarmKind.RESTARTED


def test_a_log_that_is_gone_is_an_alarm(stand: WatchStand, pki: PKI) -> None:
    stand.office.grow(2)
    stand.watcher.attend()
    stand.wire.stand = make_office(pki)

    assert alarm_of(stand.watcher.attend()) is AlarmKind.GONE


def test_a_head_that_no_log_key_signed_is_not_believed(stand: WatchStand) -> None:
    stand.office.grow(2)
    kept = stand.watcher.attend()
    true = parse_growth(stand.wire.log.growth(0).format())
    note = parse_note(true.checkpoint)
    spoiled = note.text.replace("\n2\n", "\n3\n") + "\n" + note.signatures[0].line
    stand.wire.growth = replace(true, checkpoint=spoiled).format()

    with pytest.raises(NoteForgedError):
        stand.watcher.attend()

    watch = stand.box.watch()
    assert watch
    assert watch.doubted_at
    assert watch.note == kept.note
    stand.wire.growth = ""
    assert stand.watcher.attend().doubted_at is None


def test_while_an_alarm_stands_nothing_is_signed_nor_reported_twice(stand: WatchStand) -> None:
    stand.office.grow(2)
    other = fork(stand.office)
    stand.office.grow(3)
    stand.watcher.attend()
    stand.wire.stand = other
    stand.watcher.attend()
    stand.wire.stand = stand.office
    stand.wire.asked.clear()
    stand.office.grow(1)

    assert alarm_of(stand.watcher.attend()) is AlarmKind.SHRUNK
    assert stand.wire.asked == []


def test_an_alarm_is_reported_when_the_line_is_back(stand: WatchStand) -> None:
    stand.office.grow(2)
    other = fork(stand.office)
    stand.office.grow(1)
    stand.watcher.attend()
    stand.wire.stand = other
    stand.fail_point = print
    stand.wire.faults = []
    watcher = stand.watcher

    def cut(_path: str, _value: object) -> object:
        raise OfficeUnreachableError("line")

    stand.wire.post_json = cut  # type: ignore[method-assign, assignment]  # the line goes between two questions
    with pytest.raises(OfficeUnreachableError):
        watcher.attend()
    watch = stand.box.watch()
    assert watch
    assert watch.alarm
    assert watch.alarm.told_at is None
    del stand.wire.post_json

    watch = stand.watcher.attend()
    assert watch.alarm
    assert watch.alarm.answer == "rolled-back"


# --- two forks for two counters


def test_two_forks_are_found_when_two_counters_compare(stand: WatchStand, tmp_path: Path) -> None:
    stand.office.grow(2)
    other = fork(stand.office)
    stand.office.grow(3)
    other.grow(7, act="another")
    neighbour = make_watch(tmp_path / "b", other)
    mine, theirs = stand.watcher.attend(), neighbour.watcher.attend()
    assert mine.alarm is None
    assert theirs.alarm is None

    assert alarm_of(stand.watcher.compare(theirs.note)) is AlarmKind.FORKED
    assert alarm_of(neighbour.watcher.compare(mine.note)) is AlarmKind.FORKED
    neighbour.box.close()


def test_heads_of_one_log_agree_whoever_is_behind(stand: WatchStand, tmp_path: Path) -> None:
    neighbour = make_watch(tmp_path / "b", stand.office)
    stand.office.grow(300)
    stand.watcher.attend()
    stand.office.grow(77)
    neighbour.watcher.attend()
    ahead, behind = neighbour.box.watch(), stand.box.watch()
    assert ahead
    assert behind

    assert stand.watcher.compare(ahead.note).alarm is None
    assert neighbour.watcher.compare(behind.note).alarm is None
    proof = stand.wire.log.proof(size_of(ahead), 12).format()
    assert stand.watcher.compare(proof).alarm is None
    neighbour.box.close()


def test_only_heads_of_our_office_are_compared(stand: WatchStand) -> None:
    with pytest.raises(NotReadyError):
        stand.watcher.compare(stand.office.forge(1))
    stand.office.grow(1)
    stand.watcher.attend()
    strange = stand.office.forge(9).replace("\n9\n", "\n8\n")
    with pytest.raises(CertsError):
        stand.watcher.compare(strange)
    with pytest.raises(CertsError):
        stand.watcher.compare("c2sp.org/tlog-proof@v1\nindex 1\n")


# --- settled by a person


def test_a_person_lets_it_believe_another_log(stand: WatchStand) -> None:
    stand.office.grow(2)
    other = fork(stand.office)
    stand.office.grow(3)
    stand.watcher.attend()
    stand.wire.stand = other
    stand.watcher.attend()

    settled = stand.watcher.settle("备份恢复，已与登记中心核对")
    watch = stand.watcher.attend()

    assert settled.note == ""
    assert size_of(watch) == 2
    assert watch.alarm is None
    assert [one.reason for one in watch.settled] == ["备份恢复，已与登记中心核对"]


def test_nobody_settles_without_an_alarm_or_a_reason(stand: WatchStand) -> None:
    with pytest.raises(NotReadyError):
        stand.watcher.settle("why not")
    stand.office.grow(2)
    stand.watcher.attend()
    stand.wire.stand = fork(stand.office)
    assert isinstance(stand.wire.stand.works, type(stand.office.works))
    stand.wire.stand = make_office(stand.office.pki)
    stand.watcher.attend()
    with pytest.raises(NotReadyError):
        stand.watcher.settle("  ")


# --- crashes


@pytest.mark.parametrize("name", ["watch.kept", "watch.signed", "watch.proven"])
def test_a_crash_anywhere_is_made_good_by_the_next_round(stand: WatchStand, name: str) -> None:
    item = stand.deliver()
    stand.office.grow(1)
    stand.fail_point = crash_at(name)
    with pytest.raises(CrashError):
        stand.watcher.attend()
    stand.fail_point = print

    watch = stand.watcher.attend()

    assert watch.is_cosigned
    assert watch.alarm is None
    assert len(witnesses(stand)) == 1
    assert stand.box.find_proof(item.sequence)
