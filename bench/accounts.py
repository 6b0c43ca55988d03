"""What reading all accounts costs: calls and seconds, beside the least KIS's limits allow.

`python -m bench.accounts`: simulators that enforce KIS's limits, the client's real gates.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from kistui.client.rate_limits import ACCOUNT_INTERVAL
from kistui.clock import system_clock
from kistui.models.account import AccountNumber, Credentials, Environment, Profile, SecretBackend
from kistui.services.profiles import DemoAccount, ProfileService
from kistui.simulator import Simulator, SimulatorOptions
from kistui.storage.paths import AppPaths

CALLS = ("domestic-stock/v1/trading/inquire-balance", "inquire-present-balance")


def no_demo() -> DemoAccount:
    raise NotImplementedError


async def read_all(profiles: ProfileService, known: Sequence[Profile]) -> None:
    async def read(profile: Profile) -> None:
        session = profiles.open_session(profile)
        try:
            await session.fetch_full_balance(system_clock)
        finally:
            await session.aclose()

    await asyncio.gather(*map(read, known))


def measure(count: int) -> str:
    with ExitStack() as ends:
        folder = Path(ends.enter_context(TemporaryDirectory()))
        profiles = ProfileService(AppPaths(folder, folder), {}, no_demo, system_clock)
        servers = []
        for number in range(count):
            server = Simulator(SimulatorOptions(rate_limits=True, seed=number + 1))
            servers.append(ends.enter_context(server))
            account = AccountNumber.parse(server.account_number)
            profile = Profile(
                f"a{number}",
                Environment.REAL,
                account,
                server.url,
                secret_backend=SecretBackend.PLAIN,
            )
            profiles.add(profile, Credentials.parse(server.app_key, server.app_secret))
        known = profiles.list_profiles()
        asyncio.run(read_all(profiles, known))  # the tokens
        time.sleep(ACCOUNT_INTERVAL)
        before = sum(server.count(name) for server in servers for name in CALLS)
        began = time.perf_counter()
        asyncio.run(read_all(profiles, known))
        took = time.perf_counter() - began
        made = sum(server.count(name) for server in servers for name in CALLS) - before
        # Home and abroad for each; the second waits for the account's ledger.
        least, floor = 2 * count, ACCOUNT_INTERVAL
        return (
            f"{count:3} accounts: {made} calls, least {least};"
            f" {took:.2f} s, {took / floor:.2f} times the least"
        )


if __name__ == "__main__":
    for accounts in (1, 5, 20):
        print(measure(accounts), flush=True)
