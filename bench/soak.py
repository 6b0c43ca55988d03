"""An hour of reading again and again, faults at random: memory, handles, tokens, and no harm.

`python -m bench.soak [--minutes 60]`: the app in a terminal, the simulator here, a key a second.
"""

import argparse
import os
import random
import tempfile
import time
from pathlib import Path

from kistui.simulator import Options, Reply, Simulator, refusal
from tests.terminal.emulated import Terminal

BALANCE, PRESENT = "domestic-stock/v1/trading/inquire-balance", "inquire-present-balance"
FAULTS = {
    "too fast": lambda: refusal("EGW00215"),
    "unknown code": lambda: refusal("XYZ99999", "no such thing"),
    "maintenance": lambda: Reply(status=503, body=b"<html>"),
    "cut before": lambda: Reply(cut="before"),
    "garbled": lambda: Reply(body=b'{"rt_cd":"0","output1":[{"pdno":"0059'),
    "empty": lambda: Reply(body=b""),
    "wrong type": lambda: Reply(body=b'{"rt_cd":"0","output1":7}'),
    "slow": lambda: Reply(delay=0.5),
}
KEYS = ("1", "2", "r", "\x1b[B", "\x1b[A", ".", ".", "s", "3", "1", "5", "2", "?", "\x1b", "r", "r")


def resident(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def handles(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=60)
    minutes = parser.parse_args().minutes
    chance = random.Random(1)
    used = dict.fromkeys(FAULTS, 0)
    with (
        tempfile.TemporaryDirectory() as home,
        Simulator(Options()) as server,
        Terminal(
            home=Path(home),
            KISTUI_BASE_URL=server.url,
            KIS_APP_KEY=server.app_key,
            KIS_APP_SECRET=server.app_secret,
            KIS_ACCOUNT=server.account,
        ) as terminal,
    ):
        terminal.until_text("총평가")
        pid = terminal.process.pid
        first: tuple[float, int] | None = None
        began = time.monotonic()
        while time.monotonic() - began < minutes * 60:
            if chance.random() < 0.06:
                name = chance.choice(list(FAULTS))
                used[name] += 1
                server.script(chance.choice((BALANCE, PRESENT)), FAULTS[name]())
            terminal.press(chance.choice(KEYS))
            terminal.read(chance.uniform(0.2, 1.2))
            assert terminal.process.poll() is None, terminal.text
            if first is None and server.count(BALANCE) >= 10:
                first = resident(pid), handles(pid)
        terminal.press("\x1b\x1b1")
        for _ in range(200):  # until the faults still waiting are used up
            terminal.press("r")
            terminal.read(0.5)
            if "확인:" in terminal.text and "해외를" not in terminal.text:
                break
        terminal.until_text("확인:")
        assert first is not None
        end = resident(pid), handles(pid)
        reads = server.count(BALANCE) + server.count(PRESENT)
        print(f"{minutes:.0f} minutes, {reads} reads, {sum(used.values())} faults: {used}")
        print(f"memory {first[0]:.1f} MiB after 10 reads, {end[0]:.1f} at the end", end="")
        print(f" ({end[0] / first[0]:.3f} times)")
        print(f"handles {first[1]}, then {end[1]}; tokens issued {server.count('tokenP')}")
        terminal.press("\x11")
        print(f"ended with {terminal.end()}; Traceback: {b'Traceback' in terminal.written}")


if __name__ == "__main__":
    main()
