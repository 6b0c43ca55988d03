"""Runs kistui so that only the deadline after a signal ends it, as on a busy machine."""

from typing import NoReturn

from kistui.cli import run_process
from kistui.tui.driver.driver import KistuiDriver


def run() -> NoReturn:
    """Run kistui with the arguments of the process."""
    setattr(KistuiDriver, "_exit_on_signal", lambda *_: None)  # noqa: B010
    run_process()
