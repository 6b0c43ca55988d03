"""Runs kistui with live prices of 40 moving items, and measures what they cost.

    python -m tests.terminal.live_soak measure [SECONDS]
    python -m tests.terminal.live_soak soak SECONDS [SEED]

`measure` prints bytes and paints a second and the share of a processor, at two sizes. `soak` puts
one fault after another into the server, refreshes between them, and prints memory, open files and
connections; it ends with 1 when the app ended, or when a refresh left a mark of a live price.
Both move the clocks to a Monday's session, whatever day it is.
"""

import os
import random
import re
import sys
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from kistui.simulator import Simulator, SimulatorOptions
from kistui.simulator.live_prices import LiveFaults, LivePriceServer
from tests.terminal.pty_terminal import PtyTerminal, isolated_environment
from tests.terminal.soak import SESSION_START, command_ahead, memory_mib, time_to_session

ITEMS = 40
SPEED = 12
"""How much faster the clock of the live prices is: then all move four times a second."""
FRAME_SECONDS = 0.25
LIVE_MARK = "~"
PAINT_GAP = 0.05
"""Seconds without output between two paints."""


class Bench:
    """A simulator whose prices move without end, and a kistui that shows them."""

    def __init__(self, size: tuple[int, int], holdings: int = ITEMS) -> None:
        ahead = time_to_session()

        def clock() -> datetime:
            return datetime.now(UTC) + ahead

        self.simulator = Simulator(
            SimulatorOptions(holdings=holdings, overseas=False), clock=clock
        ).start()
        self.server: LivePriceServer = self.simulator.serve_live_prices(FRAME_SECONDS)

        def fast() -> datetime:
            return SESSION_START + SPEED * (clock() - SESSION_START) % timedelta(hours=6)

        self.server.clock = fast
        home = Path(tempfile.mkdtemp(prefix="kistui-live-"))
        environ = isolated_environment(
            home,
            KIS_APP_KEY=self.simulator.app_key,
            KIS_APP_SECRET=self.simulator.app_secret,
            KIS_ACCOUNT=self.simulator.account_number,
            KISTUI_BASE_URL=self.simulator.url,
            KISTUI_LIVE_URL=self.server.url,
        )
        self.terminal = PtyTerminal(command_ahead(ahead), size=size, environ=environ)
        self.terminal.wait_for_text("출처")
        self.press("2")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.terminal.press(key)
            self.run(0.4)

    def switch_on(self) -> None:
        """Agree to live prices, and wait for the first."""
        self.press("l", "\x1b[B", "\r")
        self.terminal.wait_until(lambda: bool(self.marked_rows), "a live price")

    def run(self, seconds: float) -> tuple[int, int]:
        """Return bytes and paints of that time; a pause in the output ends a paint."""
        end, last_read, count, paints = time.monotonic() + seconds, 0.0, 0, 0
        while (left := end - time.monotonic()) > 0:
            self.terminal.output = b""
            if self.terminal.read(min(left, 0.2)):
                now = time.monotonic()
                paints += now - last_read > PAINT_GAP
                last_read = now
                count += len(self.terminal.output)
        return count, paints

    @property
    def processor_seconds(self) -> float:
        """Return the processor time of the app so far."""
        fields = Path(f"/proc/{self.terminal.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def open_files(self) -> int:
        return sum(1 for _ in Path(f"/proc/{self.terminal.pid}/fd").iterdir())

    @property
    def marked_rows(self) -> list[str]:
        """Return the lines of the table with a mark before a number."""
        return [line for line in self.terminal.lines if re.search(rf"{LIVE_MARK}\d", line)]

    def close(self) -> None:
        with suppress(ProcessLookupError):
            self.terminal.disconnect()
        self.terminal.wait()
        self.simulator.stop()


def measure(seconds: float) -> int:
    """Print what live prices cost, beside the same app without them."""
    for size in ((80, 24), (200, 50)):
        bench = Bench(size)
        name = f"{size[0]}x{size[1]}"
        for is_live in (False, True):
            if is_live:
                bench.switch_on()
            bench.run(5)
            before, started = bench.processor_seconds, time.monotonic()
            count, paints = bench.run(seconds)
            span = time.monotonic() - started
            share = (bench.processor_seconds - before) / span
            print(
                f"{name} {'live' if is_live else 'still':5} {count / span:7.0f} bytes/s"
                f" {paints / span:5.2f} paints/s {share:6.1%} of a processor"
                f" {memory_mib(bench.terminal.pid):5.1f} MiB",
                flush=True,
            )
        bench.close()
    return 0


FAULTS: dict[str, LiveFaults] = {
    "none": LiveFaults(),
    "drops": LiveFaults(drops=True),
    "in use": LiveFaults(is_in_use=True),
    "full": LiveFaults(max_registrations=7),
    "narrow": LiveFaults(domestic_width=46),
    "approval": LiveFaults(rejects_approval=True),
}


def soak(seconds: float, seed: int) -> int:
    """Return 0 if the app survived all faults and every refresh confirmed all prices."""
    rng = random.Random(seed)
    bench = Bench((80, 24))
    bench.switch_on()
    end, missed, refreshes = time.monotonic() + seconds, 0, 0
    connections: set[UUID] = set()
    while (left := end - time.monotonic()) > 0:
        fault = rng.choice(list(FAULTS))
        bench.server.faults = FAULTS[fault]
        span = time.monotonic() + 12
        while time.monotonic() < span:
            connections |= {held.id for held in bench.server.used_app_keys.values()}
            bench.run(0.5)
        if not bench.terminal.is_running:
            print(f"ended by itself with {bench.terminal.wait()}\n{bench.terminal.text}")
            return 1
        bench.server.faults = LiveFaults(is_silent=True)
        bench.run(1.5)
        bench.press("r")
        bench.run(2.5)
        refreshes += 1
        missed += bool(bench.marked_rows)
        print(
            f"{left:6.0f} s left, {fault:8} {memory_mib(bench.terminal.pid):6.1f} MiB,"
            f" {bench.open_files:3} files, {len(connections):4} connections,"
            f" {refreshes:4} refreshes, {missed} missed",
            flush=True,
        )
        bench.server.faults = LiveFaults()
        bench.run(6)
    bench.close()
    return int(missed > 0)


if __name__ == "__main__":
    action, *numbers = sys.argv[1:]
    if action == "measure":
        raise SystemExit(measure(float((numbers or ["20"])[0])))
    raise SystemExit(soak(float(numbers[0]), int((numbers[1:] or ["1"])[0])))
