"""Whether what the office keeps can be read, written and is worked off."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from backend.doctor import Line, fine, odd, wrong
from backend.errors import OfficeError
from backend.office.accounts import AccountRoom
from backend.office.rounds import find_stuck
from backend.office.rows import StuckTask
from backend.store.condition import Condition, read_condition
from backend.supervision import is_worker_here
from backend.wall import VAULT, Wall, build_account_room
from registration.days import local_time

_BACK: Final = timedelta(seconds=5)
_MOST_NAMED: Final = 5
_OLDEST: Final = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
"""No office runs this program before it was written."""


def check_store(wall: Wall, now: datetime) -> Iterator[Line]:
    """Look at database, blobs, clock, tasks, worker and staff."""
    try:
        found, stuck = read_condition(wall.works, now), find_stuck(wall.works)
        with wall.works() as work:
            # A writer that cannot begin finds it out here, and not with the first package.
            work.terminals.list()
    except OfficeError as error:
        yield broken_store(error)
        return
    yield fine("database", ("数据库可用，版本相符", "The database answers, in this version's form"))
    yield _check_opening(found, wall)
    yield _check_blobs(wall.settings.blobs)
    yield _check_clock(found, now)
    yield from _check_tasks(found, stuck, now)
    yield _check_worker(wall, found)
    yield _check_staff(build_account_room(wall))


def broken_store(error: Exception) -> Line:
    """Say that the database, or the key to it, cannot be used."""
    return wrong(
        "database",
        (f"数据库或存储密钥不能用：{error}", f"The database or its key cannot be used: {error}"),
        (
            "核对 database_url 和 data_dir；新库或旧版本先运行 mortgage-backend migrate",
            "Check database_url and data_dir; a new or older one needs mortgage-backend migrate",
        ),
    )


def _check_opening(found: Condition, wall: Wall) -> Line:
    key = wall.settings.data_dir / VAULT
    if found.is_opened:
        return fine("key.at-rest", ("存储密钥打得开数据", "The key at rest opens what is kept"))
    return wrong(
        "key.at-rest",
        (f"{key} 打不开库里的数据，不是这个库的密钥", f"{key} is not the key of this database"),
        ("把原来的 at-rest.key 放回来", "Put the at-rest.key back that belongs to it"),
    )


def _check_blobs(folder: Path) -> Line:
    name = folder / f".doctor-{secrets.token_hex(8)}"
    data = secrets.token_bytes(64)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        is_same = hashlib.sha256(name.read_bytes()).digest() == hashlib.sha256(data).digest()
        name.unlink()
    except OSError as exc:
        return wrong(
            "blobs",
            (f"件的文件夹 {folder} 写不进：{exc.strerror}", f"{folder}: {exc.strerror}"),
            ("检查磁盘空间、挂载和权限", "Check room, mount and permissions"),
        )
    if not is_same:
        words = f"{folder} 写入与读出不一致", f"{folder} gives back other bytes than it got"
        return wrong("blobs", words, ("停机检查磁盘", "Stop, and check the disk"))
    return fine("blobs", ("件的文件夹可写", "The blobs' folder can be written to"))


def _check_clock(found: Condition, now: datetime) -> Line:
    remedy = ("打开本机的自动对时（NTP）", "Turn on time synchronisation (NTP)")
    last = found.last_act_at
    if last and now < last - _BACK:
        behind = f"{(last - now).total_seconds():.0f}"
        words = (
            f"本机时间比日志最后一条早 {behind} 秒",
            f"This clock is {behind} s behind the journal's last record",
        )
        return wrong("clock", words, remedy)
    if now < _OLDEST:
        words = f"本机时间不对：{now:%Y-%m-%d}", f"This clock says {now:%Y-%m-%d}"
        return wrong("clock", words, remedy)
    return fine("clock", (f"本机时间 {now.astimezone():%H:%M:%S}", f"{now:%Y-%m-%d %H:%M:%S} UTC"))


def _check_tasks(found: Condition, stuck: tuple[StuckTask, ...], now: datetime) -> Iterator[Line]:
    if stuck:
        yield _tell_stuck(stuck)
    if found.overdue_since:
        minutes = int((now - found.overdue_since).total_seconds() // 60)
        yield wrong(
            "tasks.waiting",
            (
                f"有工作等了 {minutes} 分钟没人做（共 {found.tasks} 项）",
                f"A task has waited for {minutes} minutes (of {found.tasks})",
            ),
            (
                "启动 mortgage-backend serve，或重启后台进程",
                "Start mortgage-backend serve, or start its worker again",
            ),
        )
    if not (stuck or found.overdue_since):
        yield fine("tasks", (f"待办 {found.tasks} 项", f"{found.tasks} tasks, none is stuck"))


def _tell_stuck(stuck: tuple[StuckTask, ...]) -> Line:
    told = "; ".join(_line(task) for task in stuck[:_MOST_NAMED])
    return wrong(
        "tasks.failing",
        (
            f"{len(stuck)} 项工作多次失败：{told}",
            f"{len(stuck)} tasks failed again and again: {told}",
        ),
        (
            "看运行日志里 task failed 的记录；工作不会丢，修好后自动续办",
            "Look for “task failed” in the log; nothing is lost, work goes on once it is mended",
        ),
    )


def _line(task: StuckTask) -> str:
    what = task.case_no or f"package {task.ref}"
    since = local_time(task.since).isoformat(timespec="minutes")
    return f"{what} {task.kind} since {since}, {task.tries} tries ({task.reason})"


def _check_worker(wall: Wall, found: Condition) -> Line:
    if is_worker_here(wall.settings.data_dir):
        return fine("worker", ("后台进程在运行", "A worker is running"))
    words = "本机没有后台进程在运行", "No worker is running on this machine"
    remedy = (
        "启动 mortgage-backend serve；分机运行时不用管",
        "Start mortgage-backend serve; unless the worker has a machine of its own",
    )
    return wrong("worker", words, remedy) if found.tasks else odd("worker", words, remedy)


def _check_staff(room: AccountRoom) -> Line:
    present = [row for row in room.list() if row.removed_at is None]
    first = {row.person for row in present if "first_reviewer" in row.roles}
    second = {row.person for row in present if {"second_reviewer", "chief"} & set(row.roles)}
    if first and second and len(first | second) > 1:
        return fine("staff", (f"{len(present)} 个账号", f"{len(present)} accounts"))
    return odd(
        "staff",
        (
            "没有两位不同的初审、复审人员，人工件没人能办",
            "There are no two people for first and second review: cases for people stay",
        ),
        ("mortgage-backend staff add … --role first_reviewer / second_reviewer",) * 2,
    )
