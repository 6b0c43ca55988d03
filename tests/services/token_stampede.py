"""Many processes that need a token at the same moment.

    python -m tests.services.token_stampede [N]

starts N (50) of them on a simulator without a token, with an expired token, and with one that the
server revoked, and prints how many tokens they requested.
"""

import asyncio
import os
import signal
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kistui.client import rate_limits
from kistui.clock import Clock
from kistui.models.account import Environment
from kistui.services.call_log import CallLog
from kistui.services.profiles import DemoAccount, ProfileService
from kistui.simulator import Simulator
from kistui.storage.paths import AppPaths
from tests.fork_server import fork_server


class OffsetClock:
    """The system clock, some seconds ahead."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.offset_seconds = seconds

    def __call__(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.offset_seconds)


def simulator_environ(simulator: Simulator) -> dict[str, str]:
    return {
        "KISTUI_BASE_URL": simulator.url,
        "KIS_APP_KEY": simulator.app_key,
        "KIS_APP_SECRET": simulator.app_secret,
        "KIS_ACCOUNT": simulator.account_number,
    }


def create_profiles(
    folder: Path, clock: Clock, environ: dict[str, str], call_log: CallLog | None = None
) -> ProfileService:
    def no_demo() -> DemoAccount:
        raise AssertionError

    paths = AppPaths(folder / "config", folder / "state")
    return ProfileService(paths, environ, no_demo, clock, call_log)


def run_processes(
    simulator: Simulator,
    folder: Path,
    clock: OffsetClock,
    count: int,
    *,
    kill_after: float = 0,
    has_limits: bool = False,
) -> list[str]:
    """Start `count` processes at once and return the error of each; "" is a balance.

    Without `has_limits` none waits for its turn to call.
    """
    arguments = [str(folder), str(clock.offset_seconds), str(count), str(kill_after)]
    arguments += ["limits"] if has_limits else []
    environ = os.environ | simulator_environ(simulator)
    read_end, write_end = os.pipe()
    with Path(os.devnull).open() as nothing, os.fdopen(read_end) as output:
        files = (nothing.fileno(), write_end, 2)
        launcher = fork_server().fork(
            "tests.services.token_stampede:fork_processes", arguments, environ, files
        )
        os.close(write_end)
        errors = output.read().split("\n")[:-1]
    assert launcher.wait() == 0
    return errors


def fork_processes() -> int:
    """Fork the processes from one that has imported everything and has no thread."""
    where, ahead, number, killed, *limits = sys.argv[1:]
    folder, seconds, count, kill_after = Path(where), float(ahead), int(number), float(killed)
    if not limits:
        rate_limits.ACCOUNT_INTERVAL = 0.0
        rate_limits.APP_KEY_INTERVAL = dict.fromkeys(Environment, 0.0)
    profile_service = create_profiles(folder, OffsetClock(seconds), dict(os.environ))
    gate, start = os.pipe()
    children = []
    for _ in range(count):
        read_end, write_end = os.pipe()
        child = os.fork()
        if not child:
            os.close(start)
            os.read(gate, 1)  # until the launcher lets go
            os.write(write_end, _fetch_balance(profile_service).encode())
            os._exit(0)
        os.close(write_end)
        children.append((child, read_end))
    os.close(start)
    if kill_after:
        time.sleep(kill_after)
        for child, _ in children:
            os.kill(child, signal.SIGKILL)
    for child, read_end in children:
        print(os.read(read_end, 1000).decode())
        os.waitpid(child, 0)
    return 0


def _fetch_balance(profile_service: ProfileService) -> str:
    async def read() -> None:
        profile = profile_service.resolve()
        assert profile
        session = profile_service.open_session(profile)
        try:
            await session.fetch_balance()
        finally:
            await session.aclose()

    try:
        asyncio.run(read())
    except Exception as error:  # noqa: BLE001  # the parent tells
        return repr(error)
    return ""


def _measure(count: int) -> None:
    for name in ("no token", "expired", "killed (EGW00121)", "expired early (EGW00123)"):
        clock = OffsetClock()
        with tempfile.TemporaryDirectory() as raw, Simulator(clock=clock) as simulator:
            folder = Path(raw)
            if name != "no token":
                run_processes(simulator, folder, clock, 1)
                clock.offset_seconds = 25 * 3600 if name == "expired" else 120
            if name.startswith("killed"):
                simulator.invalidate_tokens()
            if name.startswith("expired early"):
                simulator.expire_tokens()
            before, began = simulator.count_requests("tokenP"), time.monotonic()
            ended = run_processes(simulator, folder, clock, count)
            request_count = simulator.count_requests("tokenP") - before
            seconds = time.monotonic() - began
            balances = f"{ended.count('')}/{count} balances"
            print(f"{name:26} {balances}, tokenP {request_count}, {seconds:.1f} s")


if __name__ == "__main__":
    _measure(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
