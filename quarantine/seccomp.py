"""Seccomp: of several hundred calls of the kernel a process keeps the few that drawing needs.

The names are turned into numbers by libseccomp, which Debian's own installer depends on; without
it the process goes on with what else holds it.
"""

import ctypes
import errno
from typing import Final

_ALLOW: Final = 0x7FFF0000
_REFUSE: Final = 0x00050000 | errno.EPERM
_LIBRARY: Final = "libseccomp.so.2"

_ALWAYS: Final = [
    "brk",
    "clock_gettime",
    "close",
    "exit",
    "exit_group",
    "fstat",
    "futex",
    "getpid",
    "getrandom",
    "gettid",
    "gettimeofday",
    "lseek",
    "madvise",
    "membarrier",
    "mmap",
    "mprotect",
    "mremap",
    "munmap",
    "newfstatat",
    "poll",
    "ppoll",
    "pread64",
    "read",
    "readv",
    "restart_syscall",
    "rseq",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "sched_getaffinity",
    "sched_yield",
    "set_robust_list",
    "sigaltstack",
    "sysinfo",
    "tgkill",
    "time",
    "uname",
    "write",
    "writev",
]
# The drawer looks for fonts that a PDF does not bring along; Landlock keeps it to their folders.
_TO_READ_FONTS: Final = [
    "access",
    "faccessat",
    "faccessat2",
    "getdents64",
    "open",
    "openat",
    "readlink",
    "stat",
    "statx",
]


def load_library() -> ctypes.CDLL | None:
    """Load libseccomp, while files may still be opened; None where it is not installed."""
    try:
        return ctypes.CDLL(_LIBRARY)
    except OSError:
        return None


def keep_only_drawing(library: ctypes.CDLL, *, may_open: bool) -> bool:
    """Refuse every other call from now on; return whether that is in force.

    `may_open` lets files be opened, which something else must then bound.
    """
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_init.argtypes = (ctypes.c_uint32,)
    library.seccomp_rule_add.argtypes = (
        ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint,
    )  # fmt: skip
    library.seccomp_load.argtypes = (ctypes.c_void_p,)
    rules = library.seccomp_init(_REFUSE)
    if not rules:
        return False
    for name in (*_ALWAYS, *(_TO_READ_FONTS if may_open else ())):
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:  # Newer architectures lack some of the old calls.
            library.seccomp_rule_add(rules, _ALLOW, number, 0)
    return bool(library.seccomp_load(rules) == 0)
