"""An hour of reading again and again, faults at random: memory, handles, tokens, and no harm.

`python -m bench.soak [--minutes 60] [--faster 1]`: the app in a terminal, the simulator here, a key
a second or so many times as many. Memory is told at every quarter, and by the key that it grew
with: a screen that stays when it is left shows there within minutes.
"""

import argparse
import random
import tempfile
import time
from collections import Counter
from pathlib import Path

from bench.process import resident_mib
from kistui.simulator import Response, Simulator, SimulatorOptions, error_response
from tests.terminal.emulated_terminal import EmulatedTerminal

BALANCE, PRESENT = "domestic-stock/v1/trading/inquire-balance", "inquire-present-balance"
FAULTS = {
    "too fast": lambda: error_response("EGW00215"),
    "unknown code": lambda: error_response("XYZ99999", "no such thing"),
    "maintenance": lambda: Response(status=503, body=b"<html>"),
    "cut before": lambda: Response(disconnect="before"),
    "garbled": lambda: Response(body=b'{"rt_cd":"0","output1":[{"pdno":"0059'),
    "empty": lambda: Response(body=b""),
    "wrong type": lambda: Response(body=b'{"rt_cd":"0","output1":7}'),
    "slow": lambda: Response(delay=0.5),
}
KEYS = (
    *("1", "2", "r", "\x1b[B", "\x1b[A", ".", ".", "s", "3", "1", "5", "2", "?", "\x1b", "r", "r"),
    *("4", "1", ":", "\x1b", ",", "\x1b"),
)
QUARTERS = 4


class Growth:
    """How a process's memory grows: at every quarter of the time, and by key."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._last = resident_mib(pid)
        self._marks: list[float] = []
        self._by_key: dict[str, float] = {}
        self._pressed: Counter[str] = Counter()

    def note(self, key: str, done: float) -> None:
        """What a key has left, with so much of the time gone."""
        now = resident_mib(self._pid)
        self._by_key[key] = self._by_key.get(key, 0.0) + now - self._last
        self._pressed[key] += 1
        self._last = now
        if done * QUARTERS >= len(self._marks) + 1:
            self._marks.append(now)
            # What was first used until here was first loaded, too.
            if len(self._marks) == 1:
                self._by_key, self._pressed = {}, Counter()

    def __str__(self) -> str:
        marks = ", ".join(f"{mark:.1f}" for mark in self._marks)
        most = sorted(self._by_key, key=self._by_key.__getitem__, reverse=True)[:5]
        keys = ", ".join(
            f"{key!r} {self._by_key[key] * 1024 / self._pressed[key]:+.1f}" for key in most
        )
        return f"memory at the quarters {marks} MiB; since the first, KiB a press: {keys}"


def handles(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def soak(terminal: EmulatedTerminal, server: Simulator, minutes: float, faster: float) -> None:
    """Press keys at random and tell what came of it."""
    chance = random.Random(1)
    used = dict.fromkeys(FAULTS, 0)
    pid = terminal.process.pid
    first: tuple[float, int] | None = None
    growth, began = Growth(pid), time.monotonic()
    while (done := (time.monotonic() - began) / (minutes * 60)) < 1:
        if chance.random() < 0.06:
            name = chance.choice(list(FAULTS))
            used[name] += 1
            server.script(chance.choice((BALANCE, PRESENT)), FAULTS[name]())
        key = chance.choice(KEYS)
        terminal.press(key)
        terminal.read(chance.uniform(0.2, 1.2) / faster)
        growth.note(key, done)
        assert terminal.process.poll() is None, terminal.text
        if first is None and server.count_requests(BALANCE) >= 10:
            first = resident_mib(pid), handles(pid)
    _come_to_rest(terminal)
    assert first is not None
    growth.note("r", 1)
    end = resident_mib(pid), handles(pid)
    reads = server.count_requests(BALANCE) + server.count_requests(PRESENT)
    print(f"{minutes:.0f} minutes, {reads} reads, {sum(used.values())} faults: {used}")
    print(f"memory {first[0]:.1f} MiB after 10 reads, {end[0]:.1f} at the end", end="")
    print(f" ({end[0] / first[0]:.3f} times)")
    print(growth)
    print(f"handles {first[1]}, then {end[1]}; tokens issued {server.count_requests('tokenP')}")


def _come_to_rest(terminal: EmulatedTerminal) -> None:
    """To the summary, read in full: the faults still waiting are used up."""
    terminal.press("\x1b\x1b1")
    for _ in range(200):
        terminal.press("r")
        terminal.read(0.5)
        if "확인:" in terminal.text and "해외를" not in terminal.text:
            break
    terminal.wait_for_text("확인:")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--faster", type=float, default=1)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as home,
        Simulator(SimulatorOptions()) as server,
        EmulatedTerminal(
            home=Path(home),
            KISTUI_BASE_URL=server.url,
            KIS_APP_KEY=server.app_key,
            KIS_APP_SECRET=server.app_secret,
            KIS_ACCOUNT=server.account_number,
        ) as terminal,
    ):
        terminal.wait_for_text("총평가")
        soak(terminal, server, options.minutes, options.faster)
        terminal.press("\x11")
        print(f"ended with {terminal.wait()}; Traceback: {b'Traceback' in terminal.output}")


if __name__ == "__main__":
    main()
