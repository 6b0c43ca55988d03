"""The command `kistui` in a forked process, changed by what a caller of it does."""

import os
import sys
from typing import NoReturn

from kistui.cli import run_process
from kistui.client import rate_limits
from kistui.models.account import Environment
from kistui.tui.driver import driver


def run_unpaced() -> NoReturn:
    """Run a command in the user's home without KIS's pace."""
    os.chdir(os.environ["HOME"])
    rate_limits.ACCOUNT_INTERVAL = 0
    rate_limits.APP_KEY_INTERVAL = dict.fromkeys(Environment, 0)
    run_process()


def run_without_stdout() -> NoReturn:
    """Run a command whose standard output the caller closed: Python's stream is None then."""
    os.close(1)
    sys.stdout = sys.__stdout__ = None  # type: ignore[misc]
    run_process()


def run_without_stderr() -> NoReturn:
    """Run a command whose standard error the caller closed: Python's stream is None then."""
    os.close(2)
    sys.stderr = sys.__stderr__ = None  # type: ignore[misc]
    run_process()


def run_with_short_deadlines() -> NoReturn:
    """Run a command so that the app is ended soon after its end, whatever it still waits for."""
    driver.QUIT_EXIT_SECONDS = driver.SIGNAL_EXIT_SECONDS = 0.3
    run_process()
