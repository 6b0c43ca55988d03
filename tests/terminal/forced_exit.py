"""Run the demo so that only the deadline after a signal ends it, as on a busy machine.

python -m tests.terminal.forced_exit
"""

import sys

from kistui.cli import run_process
from kistui.tui.driver.driver import KistuiDriver

if __name__ == "__main__":
    setattr(KistuiDriver, "_exit_on_signal", lambda *_: None)  # noqa: B010
    sys.argv[1:] = ["--demo"]
    run_process()
