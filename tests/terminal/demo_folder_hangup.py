"""Run the demo as if its terminal hung up as soon as the demo's folder exists.

python -m tests.terminal.demo_folder_hangup
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

make_folder = os.mkdir


def make_folder_and_hang_up(path: Any, *arguments: Any, **options: Any) -> None:
    """Make a folder; after the demo's, send the signal of a hang-up."""
    make_folder(path, *arguments, **options)
    if Path(path).name.startswith("kistui-demo-"):
        os.kill(os.getpid(), signal.SIGHUP)


if __name__ == "__main__":
    vars(os)["mkdir"] = make_folder_and_hang_up
    from kistui.cli import run_process

    sys.argv[1:] = ["--demo"]
    run_process()
