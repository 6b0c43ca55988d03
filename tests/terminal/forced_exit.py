"""Runs kistui so that only the deadline after a signal ends it, as on a busy machine."""

from typing import NoReturn

from kistui.tui.driver.driver import KistuiDriver
from tests.forked_commands import run_with_short_deadlines


def run() -> NoReturn:
    """Run kistui with the arguments of the process."""
    setattr(KistuiDriver, "_exit_on_signal", lambda *_: None)  # noqa: B010
    run_with_short_deadlines()
