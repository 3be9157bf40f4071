"""Journal, answers, tasks, terminals and staff: dictionaries and both databases keep one law."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from backend.errors import (
    ConflictError,
    IntegrityError,
    NotFoundError,
    TokenUsedError,
)
from backend.office.case import Stage, move
from backend.office.ports import Work, Works
from backend.office.rows import FactorRow, SessionRow, StuckTask
from backend.store.chain import FIRST_PREVIOUS
from backend.store.work import StoreWorks
from registration.outcomes import Progress, Registered
from tests.fakes import MemoryWorks
from tests.rows import (
    AT,
    CASE_NO,
    TERMINAL,
    digest,
    make_staff,
    make_terminal,
    open_case,
    receive,
)

MINUTE = timedelta(minutes=1)
ANSWER = Progress(
    case_no=CASE_NO,
    application_id="A-4102-0001-20260929-000001",
    package_sha256=digest("package 1"),
    stage="in_review",
    at=AT,
)


# --- journal ---------------------------------------------------------------------------------


def test_every_record_follows_the_one_before(works: StoreWorks | MemoryWorks) -> None:
    with works() as work:
        one = work.journal.append(actor="auto", act="received", ref="p1", body=b"one", at=AT)
        two = work.journal.append(actor="staff:wang", act="taken", ref=CASE_NO, body=b"", at=AT)
        work.commit()
    with works() as work:
        three = work.journal.append(actor="auto", act="opened", ref="p1", body=b"", at=AT)
        work.commit()
    assert [r.seq for r in (one, two, three)] == [1, 2, 3]
    assert [r.previous_hash for r in (one, two, three)] == [FIRST_PREVIOUS, one.hash, two.hash]
    assert one.body_sha256 == hashlib.sha256(b"one").hexdigest()
    with works.reading() as work:
        assert work.journal.of("p1") == (one, three)
        assert work.journal.of("nothing") == ()
    verdict = works.verify_journal()
    assert (verdict.is_good, verdict.records, verdict.head) == (True, 3, three.hash)


# --- answers ---------------------------------------------------------------------------------


def test_answers_come_in_order_and_only_to_their_terminal(works: Works) -> None:
    open_case(works)
    with works() as work:
        cursors = [work.answers.add(TERMINAL, CASE_NO, ANSWER, f"s{n}", AT) for n in range(3)]
        work.answers.add("KF-LT-02", CASE_NO, ANSWER, "other", AT)
        work.commit()
    with works.reading() as work:
        after = work.answers.after
        assert [row.statement for row in after(TERMINAL, 0)] == ["s0", "s1", "s2"]
        assert [row.cursor for row in after(TERMINAL, 0)] == cursors == sorted(set(cursors))
        assert [row.statement for row in after(TERMINAL, cursors[0])] == ["s1", "s2"]
        assert [row.statement for row in after(TERMINAL, cursors[0], limit=1)] == ["s1"]
        assert after(TERMINAL, cursors[2]) == ()
        newest = work.answers.newest(cursors[1])
        assert newest == {TERMINAL: cursors[2], "KF-LT-02": max(newest.values())}
        assert work.answers.newest(newest["KF-LT-02"]) == {}


def test_how_long_cases_took_is_told_newest_first(works: Works) -> None:
    case = open_case(works)
    with works() as work:
        accepted = work.cases.save(
            replace(move(case, Stage.ACCEPTED), accepted_at=AT + MINUTE), was=case
        )
        work.cases.save(move(accepted, Stage.IN_REVIEW), was=accepted)
        registered = Registered(
            case_no=CASE_NO,
            application_id="A1",
            package_sha256="0" * 64,
            entry_no="E1",
            rank=1,
            at=AT,
        )
        work.answers.add(TERMINAL, CASE_NO, registered, "s", AT + 3 * MINUTE)
        work.tasks.add("open", "p1", at=AT)
        work.commit()
    with works.reading() as work:
        (run,) = work.past.runs(10)
        assert (run.kind, run.is_automatic) == (case.kind.value, False)
        assert (run.accepted_at, run.ended_at) == (AT + MINUTE, AT + 3 * MINUTE)
        assert work.past.runs(0) == ()
        assert work.past.openings(10) == ((case.received_at, AT + MINUTE),)
        assert (work.past.unopened(), work.past.in_review()) == (1, 1)


# --- tasks -----------------------------------------------------------------------------------


def test_a_task_exists_once_and_until_it_is_done(works: Works) -> None:
    with works() as work:
        work.tasks.add("open", "p1", at=AT)
        work.tasks.add("open", "p1", at=AT)
        work.tasks.add("issue", "p1", at=AT)
        task = work.tasks.take(kinds=["open"], at=AT, lease=MINUTE)
        assert task is not None
        assert (task.kind, task.ref, task.tries) == ("open", "p1", 0)
        assert work.tasks.take(kinds=["open"], at=AT, lease=MINUTE) is None
        work.tasks.done(task.task_id)
        work.tasks.done(task.task_id)
        assert work.tasks.take(kinds=["open"], at=AT + MINUTE, lease=MINUTE) is None
        work.tasks.add("open", "p1", at=AT)
        assert work.tasks.take(kinds=["open"], at=AT, lease=MINUTE) is not None


def test_the_oldest_due_task_comes_first(works: Works) -> None:
    with works() as work:
        work.tasks.add("open", "later", at=AT + MINUTE)
        work.tasks.add("issue", "earlier", at=AT - MINUTE)
        work.tasks.add("open", "now", at=AT)
        taken = [work.tasks.take(kinds=["open", "issue"], at=AT, lease=MINUTE) for _ in range(3)]
    assert [task and task.ref for task in taken] == ["earlier", "now", None]


def test_a_lease_that_ran_out_gives_the_task_again(works: Works) -> None:
    with works() as work:
        work.tasks.add("open", "p1", at=AT)
        first = work.tasks.take(kinds=["open"], at=AT, lease=MINUTE)
        assert work.tasks.take(kinds=["open"], at=AT + MINUTE / 2, lease=MINUTE) is None
        assert work.tasks.take(kinds=["open"], at=AT + MINUTE, lease=MINUTE) == first


def test_a_new_worker_takes_back_what_a_dead_one_had_in_its_hands(works: Works) -> None:
    with works() as work:
        work.tasks.add("open", "p1", at=AT)
        first = work.tasks.take(kinds=["open"], at=AT, lease=MINUTE)
        assert [work.tasks.take_back(), work.tasks.take_back()] == [1, 0]
        assert work.tasks.take(kinds=["open"], at=AT, lease=MINUTE) == first


def test_a_failed_try_is_counted_and_the_task_waits(works: Works) -> None:
    with works() as work:
        work.tasks.add("open", "p1", at=AT)
        task = work.tasks.take(kinds=["open"], at=AT, lease=MINUTE)
        assert task is not None
        work.tasks.put_off(task.task_id, until=AT + 5 * MINUTE, reason="busy")
        assert work.tasks.take(kinds=["open"], at=AT + 4 * MINUTE, lease=MINUTE) is None
        again = work.tasks.take(kinds=["open"], at=AT + 5 * MINUTE, lease=MINUTE)
        assert again == replace(task, tries=1)
        work.tasks.done(task.task_id)
        with pytest.raises(NotFoundError):
            work.tasks.put_off(task.task_id, until=AT, reason="busy")


def fail(work: Work, times: int, *, at: datetime = AT) -> None:
    """Let a task fail so many times in a row, a minute apart."""
    for number in range(times):
        task = work.tasks.take(kinds=["issue"], at=at + number * MINUTE, lease=MINUTE)
        assert task is not None
        work.tasks.put_off(
            task.task_id,
            until=at + (number + 1) * MINUTE,
            reason="office.integrity: facts",
            failed_at=at + number * MINUTE,
        )


def test_a_task_that_fails_again_and_again_is_told_since_its_first_failure(works: Works) -> None:
    with works() as work:
        work.tasks.add("issue", CASE_NO, at=AT)
        fail(work, 2)
        assert work.tasks.stuck(least_tries=3) == ()
        fail(work, 1, at=AT + 2 * MINUTE)
        (stuck,) = work.tasks.stuck(least_tries=3)
        work.commit()

    assert stuck == StuckTask(
        kind="issue",
        ref=CASE_NO,
        case_no=CASE_NO,
        tries=3,
        reason="office.integrity: facts",
        since=AT,
        next_try_at=AT + 3 * MINUTE,
    )
    with works.reading() as work:
        assert work.tasks.stuck(least_tries=3) == (stuck,)


def test_a_task_that_only_waits_is_not_stuck(works: Works) -> None:
    with works() as work:
        work.tasks.add("issue", CASE_NO, at=AT)
        fail(work, 3)
        task = work.tasks.take(kinds=["issue"], at=AT + 3 * MINUTE, lease=MINUTE)
        assert task is not None
        work.tasks.put_off(task.task_id, until=AT, reason="office.not-ready: waits")
        assert work.tasks.stuck(least_tries=3) == ()


def test_a_stuck_package_names_its_case_where_it_has_one(works: Works) -> None:
    open_case(works)
    with works() as work:
        package = receive(work)
        work.packages.set_case(package.sha256, CASE_NO)
        for ref in (package.sha256, "0" * 64):
            work.tasks.add("open", ref, at=AT)
            task = work.tasks.take(kinds=["open"], at=AT, lease=MINUTE)
            assert task is not None
            work.tasks.put_off(task.task_id, until=AT + MINUTE, reason="KeyError", failed_at=AT)
        assert [t.case_no for t in work.tasks.stuck(least_tries=1)] == [CASE_NO, ""]


# --- terminals -------------------------------------------------------------------------------


def test_a_terminal_comes_back_as_it_was_kept(works: Works) -> None:
    active = make_terminal(
        status="active",
        token_sha256="",
        token_expires_at=None,
        tls_fingerprint=digest("tls"),
        package_fingerprint=digest("package key"),
        package_certificate=b"\x30\x00",
        previous_tls=digest("before"),
        previous_package=digest("package key before"),
        last_seen_at=AT,
    )
    with works() as work:
        work.terminals.save(make_terminal())
        work.terminals.save(active)
        work.terminals.save(make_terminal("KF-LT-02"))
        work.commit()
    with works.reading() as work:
        assert work.terminals.get(TERMINAL) == active
        assert work.terminals.find_by_fingerprint(digest("tls")) == active
        assert work.terminals.find_by_fingerprint(digest("before")) == active
        assert work.terminals.find_by_token(digest("token KF-LT-02")) == make_terminal("KF-LT-02")
        assert [row.terminal for row in work.terminals.list()] == [TERMINAL, "KF-LT-02"]
        assert work.terminals.find_by_fingerprint("") is None
        assert work.terminals.find_by_fingerprint(digest("other")) is None
        assert work.terminals.find_by_token("") is None
        with pytest.raises(NotFoundError):
            work.terminals.get("unknown")


@pytest.mark.parametrize(
    "changes",
    [
        {"token_sha256": digest("same")},
        {"tls_fingerprint": digest("same")},
        {"package_fingerprint": digest("same")},
    ],
    ids=lambda changes: str(*changes),
)
def test_codes_and_certificates_belong_to_one_terminal(
    works: Works, changes: dict[str, Any]
) -> None:
    with works() as work:
        work.terminals.save(make_terminal(**changes))
        work.terminals.save(make_terminal(**changes))
        with pytest.raises(ConflictError):
            work.terminals.save(make_terminal("KF-LT-02", **changes))


def test_a_one_time_code_works_once_and_until_it_expires(works: Works) -> None:
    row = make_terminal()
    code = row.token_sha256
    expires = row.token_expires_at
    assert expires is not None
    with works() as work:
        work.terminals.save(row)
        for wrong, at in ((code, expires), (digest("unknown"), AT), ("", AT)):
            with pytest.raises(TokenUsedError):
                work.terminals.use_token(wrong, at)
        used = work.terminals.use_token(code, AT)
        assert used == replace(row, token_sha256="", token_expires_at=None)
        with pytest.raises(TokenUsedError):
            work.terminals.use_token(code, AT)
        assert work.terminals.get(TERMINAL) == used


# --- staff -----------------------------------------------------------------------------------


def test_staff_come_back_as_they_were_kept(works: Works) -> None:
    wang = make_staff(
        roles=("first_reviewer", "registrar"), failures=3, locked_until=AT, removed_at=AT + MINUTE
    )
    with works() as work:
        work.staff.save(make_staff())
        work.staff.save(wang)
        work.staff.save(make_staff("li"))
        work.commit()
    with works.reading() as work:
        assert work.staff.get("wang") == work.staff.find("wang") == wang
        assert [row.staff_id for row in work.staff.list()] == ["li", "wang"]
        assert work.staff.find("zhao") is None
        with pytest.raises(NotFoundError):
            work.staff.get("zhao")


def test_a_session_lives_until_it_is_ended(works: Works) -> None:
    session = SessionRow(
        token_sha256=digest("session"), staff_id="wang", csrf="c", created_at=AT, seen_at=AT
    )
    with works() as work:
        with pytest.raises(ConflictError):
            work.staff.add_session(session)
        work.staff.save(make_staff())
        work.staff.add_session(session)
        with pytest.raises(ConflictError):
            work.staff.add_session(session)
        work.staff.touch_session(session.token_sha256, AT + MINUTE)
        found = work.staff.find_session(session.token_sha256)
        assert found == replace(session, seen_at=AT + MINUTE)
        work.staff.end_session(session.token_sha256)
        work.staff.end_session(session.token_sha256)
        work.staff.touch_session(session.token_sha256, AT)
        assert work.staff.find_session(session.token_sha256) is None


def test_all_sessions_of_one_account_end_together(works: Works) -> None:
    with works() as work:
        for staff_id in ("wang", "li"):
            work.staff.save(make_staff(staff_id))
            for number in (1, 2):
                work.staff.add_session(
                    SessionRow(
                        token_sha256=digest(f"{staff_id}{number}"),
                        staff_id=staff_id,
                        csrf="c",
                        created_at=AT,
                        seen_at=AT,
                    )
                )
        work.staff.end_sessions("wang")
        work.commit()
    with works.reading() as work:
        left = [n for n in ("wang1", "wang2", "li1", "li2") if work.staff.find_session(digest(n))]
    assert left == ["li1", "li2"]


# --- blobs -----------------------------------------------------------------------------------


def test_blobs_are_found_by_their_digest(works: StoreWorks | MemoryWorks) -> None:
    data = b"sealed package" * 1000
    sha256 = hashlib.sha256(data).hexdigest()
    assert works.blobs.put(data) == sha256
    assert works.blobs.put(data) == sha256
    assert works.blobs.get(sha256) == data
    for unknown in (digest("unknown"), "", "../../etc/passwd"):
        with pytest.raises(NotFoundError):
            works.blobs.get(unknown)


def test_a_changed_blob_is_told(store: StoreWorks) -> None:
    sha256 = store.blobs.put(b"sealed package")
    path = store.blobs.folder / sha256[:2] / sha256
    assert b"sealed package" not in path.read_bytes()
    other = store.blobs.put(b"another package")
    (store.blobs.folder / other[:2] / other).replace(path)
    with pytest.raises(IntegrityError):
        store.blobs.get(sha256)


def test_a_second_factor_is_kept_replaced_and_dropped(works: Works) -> None:
    row = FactorRow(staff_id="wang", secret=b"12345678901234567890")
    with works() as work:
        work.staff.save(make_staff("wang"))
        work.staff.save_factor(row)
        work.staff.save_factor(replace(row, last_step=59_000_000, is_confirmed=True))
        work.commit()
    with works() as work:
        assert work.staff.find_factor("wang") == replace(
            row, last_step=59_000_000, is_confirmed=True
        )
        assert work.staff.find_factor("li") is None
        work.staff.drop_factor("wang")
        assert work.staff.find_factor("wang") is None


def test_a_secret_shows_in_no_trace() -> None:
    assert "1234" not in repr(FactorRow(staff_id="wang", secret=b"12345678901234567890"))
