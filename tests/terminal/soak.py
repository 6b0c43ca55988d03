"""Feeds random keys, pastes, mouse reports and sizes to one kistui, and watches its memory.

    python -m tests.terminal.soak SECONDS SEED [SCENE]

Prints memory and processor time every thirty seconds; ends at once with the screen if the app ends.
"""

import os
import random
import signal
import string
import sys
import tempfile
import time
from pathlib import Path

from kistui.simulator import Simulator, SimulatorOptions
from tests.terminal.pty_terminal import KISTUI, PtyTerminal, isolated_environment

ACTIONS_PER_SECOND = 25
REPORT_SECONDS = 30.0
KEYS = [
    *string.punctuation, *string.digits,
    *(letter for letter in string.ascii_lowercase if letter != "q"),
    "\x1b", "\r", "\t", " ", "\x7f", "\x0c", "\x10", "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D",
    "\x1b[5~", "\x1b[6~", "\x1b[H", "\x1b[F", "\x1bOP", "\x1bOQ", "\x1bOR", "\x1b[15~",
    "\x1b[17~", "\x1b[19~", "\x1b[20~", "ㅁ", "ㅓ", "말", "？", "：",
]  # fmt: skip
"""Keys without those that end the app: `q`, Ctrl+Q, and `ㅂ` on the key of `q`."""


def random_input(dice: random.Random) -> str:
    """Return the bytes of one act of a person, or of a cat on the keyboard."""
    kind = dice.random()
    if kind < 0.80:
        return str(dice.choice(KEYS))
    if kind < 0.88:
        return "".join(dice.choice(KEYS) for _ in range(dice.randint(2, 6)))
    if kind < 0.91:
        return "\x1b[200~" + "".join(dice.choices("삼성 q:1\n", k=20)) + "\x1b[201~"
    button, column, line = (
        dice.choice((0, 32, 35, 64, 65)),
        dice.randint(1, 90),
        dice.randint(1, 30),
    )
    return f"\x1b[<{button};{column};{line}{dice.choice('Mm')}"


def memory_mib(pid: int) -> float:
    """Return the resident memory of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def soak(seconds: float, seed: int, scene: str) -> int:
    """Return 0 if the app lived to the end and ended when its terminal was closed."""
    dice = random.Random(seed)
    home = Path(tempfile.mkdtemp(prefix="kistui-soak-"))
    os.chdir(home)  # exports go where the cat says
    # Its own process: the simulator's memory is not the app's.
    simulator = Simulator(SimulatorOptions(scene=scene)).start()
    environ = isolated_environment(
        home,
        KIS_APP_KEY=simulator.app_key,
        KIS_APP_SECRET=simulator.app_secret,
        KIS_ACCOUNT=simulator.account_number,
        KISTUI_BASE_URL=simulator.url,
    )
    terminal = PtyTerminal(KISTUI, environ=environ)
    terminal.wait_until(lambda: "도움말" in terminal.text, "the first page")
    end, report_at = time.monotonic() + seconds, 0.0
    while time.monotonic() < end:
        if dice.random() < 0.01:
            terminal.resize(dice.randint(40, 200), dice.randint(10, 60))
        terminal.press(random_input(dice))
        until = time.monotonic() + 1 / ACTIONS_PER_SECOND
        while time.monotonic() < until:
            terminal.read(0.01)
            terminal.output = b""
        if not terminal.is_running:
            print(f"ended by itself with {terminal.wait()}, seed {seed}\n{terminal.text}")
            return 1
        if time.monotonic() > report_at:
            report_at = time.monotonic() + REPORT_SECONDS
            left = end - time.monotonic()
            print(f"{left:6.0f} s left, {memory_mib(terminal.pid):6.1f} MiB", flush=True)
    terminal.disconnect()
    code = terminal.wait()
    simulator.stop()
    return 0 if code == 128 + signal.SIGHUP else 1


if __name__ == "__main__":
    raise SystemExit(soak(float(sys.argv[1]), int(sys.argv[2]), (sys.argv[3:] or ["ordinary"])[0]))
