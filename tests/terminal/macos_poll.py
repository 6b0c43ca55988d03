"""Run the demo with a `poll` like that of macOS, which does not know terminals.

python -m tests.terminal.macos_poll
"""

import os
import select
import sys

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


if __name__ == "__main__":
    vars(select)["poll"] = MacosPoll
    from kistui.cli import run_process

    sys.argv[1:] = ["--demo"]
    run_process()
