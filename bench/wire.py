"""What the app writes to a terminal, in bytes: `python -m bench.wire [--seconds 20]`.

At 80x24, with and without `--slow`; the demo's server runs in the app itself.
"""

import argparse
import tempfile
import time
from pathlib import Path

from tests.terminal.emulated_terminal import EmulatedTerminal

DOWN = "\x1b[B"


def settle(terminal: EmulatedTerminal, seconds: float = 1.2) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        terminal.read(0.1)


def measure(*options: str, seconds: float) -> dict[str, int]:
    bytes_of: dict[str, int] = {}
    with (
        tempfile.TemporaryDirectory() as home,
        EmulatedTerminal("--demo", *options, home=Path(home)) as terminal,
    ):

        def after(name: str, keys: str, wait: float = 1.2) -> None:
            before = len(terminal.output)
            for key in keys.split(" ") if keys else ():
                terminal.press(key)
                settle(terminal, 0.15 if wait < 1 else wait)
            settle(terminal, wait)
            bytes_of[name] = len(terminal.output) - before

        terminal.wait_for_text("총평가", "해외주식")
        settle(terminal, 2)
        bytes_of["start"] = len(terminal.output)
        after("idle, a minute", "", seconds)
        bytes_of["idle, a minute"] = round(bytes_of["idle, a minute"] * 60 / seconds)
        after("refresh", "r", 2)
        after("to the holdings", "2")
        after("back to the summary", "1")
        terminal.press("2")
        settle(terminal)
        after("20 cursor moves", " ".join([DOWN] * 20), 0.4)
        after("help", "?")
        terminal.press("\x1b")
        settle(terminal)
        terminal.press("\x11")
        terminal.wait()
    return bytes_of


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=20)
    seconds = parser.parse_args().seconds
    usual, slow = measure(seconds=seconds), measure("--slow", seconds=seconds)
    print(f"{'':22}{'usual':>9}{'--slow':>9}")
    for name, count in usual.items():
        print(f"{name:22}{count:9,}{slow[name]:9,}")


if __name__ == "__main__":
    main()
