"""Run the demo as if its terminal hung up while the driver installs its signal handlers.

    python -m tests.terminal.early_hangup

The kernel sends SIGHUP and SIGCONT; here SIGCONT comes first.
"""

import os
import signal
import sys
from typing import Any

install = signal.signal


def install_and_hang_up(number: int, handler: Any) -> Any:
    """Install a handler; before the driver's first one, send the signals of a hang-up."""
    if type(getattr(handler, "__self__", None)).__name__ == "DiffingDriver":
        vars(signal)["signal"] = install
        os.kill(os.getpid(), signal.SIGCONT)
        os.kill(os.getpid(), signal.SIGHUP)
    return install(number, handler)


if __name__ == "__main__":
    vars(signal)["signal"] = install_and_hang_up
    from kistui.cli import run_process

    sys.argv[1:] = ["--demo"]
    run_process()
