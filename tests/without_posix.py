"""Run kistui's command line as on a system without what only POSIX systems have.

    python -m tests.without_posix --version "profile list"

A form feed follows the output of each command. Not Windows: the standard library and the installed
packages see this system as it is, and `msvcrt` is a stand-in. It shows that kistui itself reaches
for nothing that Windows lacks.
"""

import builtins
import fcntl
import os
import select
import signal
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

HIDDEN_MODULES = frozenset({"fcntl", "grp", "pty", "pwd", "resource", "termios", "tty"})
HIDDEN_NAMES = {
    "os": {
        "O_CLOEXEC", "O_NOCTTY", "O_NOFOLLOW", "O_NONBLOCK", "chown", "fchmod", "fork", "getegid",
        "geteuid", "getgid", "getpgrp", "getuid", "killpg", "mkfifo", "openpty", "pread", "pwrite",
        "setsid", "tcgetpgrp",
    },
    "select": {"epoll", "poll"},
    "signal": {"SIGCONT", "SIGHUP", "SIGSTOP", "SIGTSTP", "SIGWINCH", "pause", "pthread_kill"},
}  # fmt: skip


class SystemModule(ModuleType):
    """A module of the standard library as kistui sees it: without some names, with others."""

    def __init__(self, module: ModuleType, hidden: set[str], added: Mapping[str, Any]) -> None:
        super().__init__(module.__name__)
        vars(self).update(_module=module, _hidden=hidden, _added=added)

    def __getattr__(self, name: str) -> Any:
        state = vars(self)
        if name in state["_hidden"]:
            raise AttributeError(f"{self.__name__}.{name} is not on Windows")
        if name in state["_added"]:
            return state["_added"][name]
        return getattr(state["_module"], name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(vars(self)["_module"], name, value)


def locking(handle: int, mode: int, _count: int) -> None:
    """Lock as `msvcrt.locking` does: mode 1 waits."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if mode == 1 else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise PermissionError("the byte is locked") from None


def hide_posix() -> None:
    """Hide from kistui's modules, which are imported after this, what Windows does not have."""
    msvcrt = ModuleType("msvcrt")
    vars(msvcrt).update(locking=locking, LK_LOCK=1, LK_NBLCK=2)
    system_modules = {
        "msvcrt": msvcrt,
        "os": SystemModule(os, HIDDEN_NAMES["os"], {"O_BINARY": os.O_CLOEXEC, "O_NOINHERIT": 0}),
        "select": SystemModule(select, HIDDEN_NAMES["select"], {}),
        "signal": SystemModule(signal, HIDDEN_NAMES["signal"], {}),
        "sys": SystemModule(sys, set(), {"platform": "win32"}),
    }
    import_module = builtins.__import__

    def import_as_on_windows(
        name: str, scope: Mapping[str, Any] | None = None, *arguments: Any, **options: Any
    ) -> Any:
        if str((scope or {}).get("__name__")).startswith("kistui."):
            if name in HIDDEN_MODULES:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)
            if name in system_modules:
                return system_modules[name]
        return import_module(name, scope, *arguments, **options)

    vars(builtins).update(__import__=import_as_on_windows)


def run_commands(commands: Sequence[str]) -> int:
    """Run commands until one fails; return its exit code."""
    from kistui.cli import main

    for command in commands:
        if code := main(command.split()):
            return code
        print(end="\f", flush=True)
    return 0


if __name__ == "__main__":
    hide_posix()
    raise SystemExit(run_commands(sys.argv[1:]))
