"""Runs kistui so that the shutdown of Python leaves a file, `shutdown`, in the home folder."""

import atexit
from pathlib import Path
from typing import NoReturn

from kistui.cli import run_process


def run() -> NoReturn:
    """Run kistui with the arguments of the process."""
    atexit.register(Path.home().joinpath("shutdown").touch)
    run_process()


if __name__ == "__main__":
    run()
