"""Runs kistui as if its terminal hung up in a callback, while Textual is imported.

    python -m tests.terminal.callback_hangup --demo

Python prints what a callback raises and goes on.
"""

import signal
import sys
import weakref
from importlib.abc import MetaPathFinder
from typing import Any


class Garbage:
    """An object whose end calls back."""


class HangUpDuringImport(MetaPathFinder):
    """Finds nothing; sends the signal of a hang-up when Textual's app is imported."""

    def find_spec(self, fullname: str, *_arguments: Any) -> None:
        """Return None: the next finder finds the module."""
        if fullname == "textual.app":
            garbage = Garbage()
            _reference = weakref.ref(garbage, lambda _: signal.raise_signal(signal.SIGHUP))
            del garbage


if __name__ == "__main__":
    sys.meta_path.insert(0, HangUpDuringImport())
    from kistui.cli import run_process

    run_process()
