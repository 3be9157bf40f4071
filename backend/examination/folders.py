"""Whether the folders are there, closed to others, the office's own, and roomy enough."""

import os
import pwd
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from backend.doctor import Line, Words, fine, odd, wrong
from backend.settings import Settings

NO_ROOM: Final = 256 * 1024**2
"""Bytes; below this the office takes nothing in."""
LEAST_FREE: Final = 5 * 1024**3
_OTHERS: Final = 0o077


def check_folders(settings: Settings) -> Iterator[Line]:
    """Look at the folders that the settings name."""
    yield _check_folder("folder.data", settings.data_dir, ("数据文件夹", "The data folder"))
    yield _check_folder(
        "folder.authority", settings.authority_dir, ("证书机构文件夹", "The authority's folder")
    )
    yield check_disk(settings)


def _check_folder(name: str, folder: Path, title: Words) -> Line:
    zh, en = title
    try:
        state = folder.stat()
    except OSError as exc:
        command = "mortgage-certs init" if "authority" in name else "mortgage-backend migrate"
        return wrong(
            name,
            (f"{zh} {folder} 打不开：{exc.strerror}", f"{en} {folder}: {exc.strerror}"),
            (f"核对设置；新装时先运行 {command}", f"Correct the settings; at first run {command}"),
        )
    if state.st_uid != os.geteuid():
        owner = _account(state.st_uid)
        return wrong(
            name,
            (f"{zh} {folder} 属于账户 {owner}", f"{en} {folder} belongs to the account {owner}"),
            (f"用该账户运行：sudo -u {owner} …", f"Run everything as it: sudo -u {owner} …"),
        )
    if state.st_mode & _OTHERS:
        return wrong(
            name,
            (f"{zh} {folder} 对其他账户开放", f"{en} {folder} is open to other accounts"),
            (f"chmod -R go-rwx {folder}",) * 2,
        )
    return _check_inside(name, folder, title)


def _check_inside(name: str, folder: Path, title: Words) -> Line:
    """Find what in a folder is another account's: a command once run as root leaves such files."""
    zh, en = title
    # Blobs may be millions: those folders themselves, not what is in them.
    for path in (*folder.glob("*"), *folder.glob("*/*.pem"), *folder.glob("*/*/*.pem")):
        state = path.lstat()
        if state.st_uid != os.geteuid() and not stat.S_ISLNK(state.st_mode):
            owner = _account(os.geteuid())
            return wrong(
                name,
                (f"{path} 属于账户 {_account(state.st_uid)}", f"{path} is another account's"),
                (f"chown -R {owner} {folder}",) * 2,
            )
    return fine(name, (f"{zh}只有本账户能读", f"{en} is closed to others"))


def _account(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def check_disk(settings: Settings) -> Line:
    """Say how much room is left where the office keeps what it receives."""
    folders = {_nearest(settings.data_dir), _nearest(settings.blobs)}
    free, folder = min((shutil.disk_usage(folder).free, folder) for folder in folders)
    words = f"{folder} 剩 {free / 1024**3:.1f} GB", f"{free / 1024**3:.1f} GB free in {folder}"
    remedy = ("扩容或清理磁盘；已收下的件不会丢", "Make room; nothing that was kept is lost")
    if free < NO_ROOM:
        return wrong("disk", words, remedy)
    return odd("disk", words, remedy) if free < LEAST_FREE else fine("disk", words)


def _nearest(folder: Path) -> Path:
    return next(one for one in (folder, *folder.parents) if one.is_dir())
