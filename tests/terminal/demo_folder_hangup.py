"""Runs kistui as if its terminal hung up as soon as the demo's folder exists."""

import os
import signal
from pathlib import Path
from typing import Any, NoReturn

from kistui.cli import run_process

make_folder = os.mkdir


def make_folder_and_hang_up(path: Any, *arguments: Any, **options: Any) -> None:
    """Make a folder; after the demo's, send the signal of a hang-up."""
    make_folder(path, *arguments, **options)
    if Path(path).name.startswith("kistui-demo-"):
        os.kill(os.getpid(), signal.SIGHUP)


def run() -> NoReturn:
    """Run kistui with the arguments of the process."""
    vars(os)["mkdir"] = make_folder_and_hang_up
    run_process()
