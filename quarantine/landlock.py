"""Landlock: a process gives up the file system and the network, for itself and for good.

Source: Linux, Documentation/userspace-api/landlock.rst; the numbers of the calls are the same on
every architecture.
"""

import ctypes
import os
from collections.abc import Iterable
from typing import Final

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_ASK_VERSION: Final = 1
_PATH_BENEATH: Final = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
# How many rights over files each version of the interface knows.
_RIGHTS: Final = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_NET_SINCE, _SCOPES_SINCE = 4, 6
_ALL_NET, _ALL_SCOPES = 0b11, 0b11


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def version() -> int:
    """Return the version that the kernel has; 0 where it has none or it is switched off."""
    return max(int(ctypes.CDLL(None).syscall(_CREATE, None, 0, _ASK_VERSION)), 0)


def give_up_files(readable: Iterable[str]) -> int:
    """Leave this process only the right to read beneath some folders; return the version in force.

    `no_new_privs` must be set before. 0 means that nothing was given up.
    """
    libc, known = ctypes.CDLL(None), version()
    if not known:
        return 0
    wanted = _Ruleset(
        handled_access_fs=(1 << _RIGHTS[min(known, max(_RIGHTS))]) - 1,
        handled_access_net=_ALL_NET if known >= _NET_SINCE else 0,
        scoped=_ALL_SCOPES if known >= _SCOPES_SINCE else 0,
    )
    rules = libc.syscall(_CREATE, ctypes.byref(wanted), ctypes.sizeof(wanted), 0)
    if rules < 0:
        return 0
    try:
        for folder in readable:
            _let_read(libc, rules, folder)
        return known if libc.syscall(_RESTRICT, rules, 0) == 0 else 0
    finally:
        os.close(rules)


def _let_read(libc: ctypes.CDLL, rules: int, folder: str) -> None:
    try:
        beneath = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # This machine has no such folder.
    try:
        rule = _PathBeneath(allowed_access=_READ_FILE | _READ_DIR, parent_fd=beneath)
        libc.syscall(_ADD_RULE, rules, _PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(beneath)
