"""Runs kistui with a `poll` like that of macOS, which does not know terminals."""

import os
import select
from typing import NoReturn

from kistui.cli import run_process

SystemPoll = select.poll


class MacosPoll:
    """Answers POLLNVAL at once for terminals, and as the system does for everything else."""

    def __init__(self) -> None:
        self._poll = SystemPoll()
        self._terminals: list[int] = []

    def register(self, descriptor: int, events: int) -> None:
        if os.isatty(descriptor):
            self._terminals.append(descriptor)
        else:
            self._poll.register(descriptor, events)

    def poll(self, timeout: float | None = None) -> list[tuple[int, int]]:
        if self._terminals:
            return [(descriptor, select.POLLNVAL) for descriptor in self._terminals]
        return self._poll.poll(timeout)


def run() -> NoReturn:
    """Run kistui with the arguments of the process."""
    vars(select)["poll"] = MacosPoll
    run_process()
