"""Memory after few refreshes and after many, through Pilot: the process is this alone.

    python -m bench.refreshes MANY

prints both in MiB. The account is that of the environment; the app's clock runs at `SPEED`.
"""

import asyncio
import gc
import os
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from bench.process import resident_mib
from bench.server import clock_at
from kistui import i18n
from kistui.client import KisClient, RateLimits
from kistui.clock import Clock
from kistui.models.account import AccountNumber, Credentials, Environment, Profile
from kistui.models.load_state import last_loaded
from kistui.services.profiles import DemoAccount, ProfileService
from kistui.services.session import Session
from kistui.services.token_manager import TokenManager
from kistui.storage.paths import AppPaths
from kistui.storage.themes import DEFAULT_THEME, load_themes
from kistui.storage.token_store import TokenStore
from kistui.tui.app import KistuiApp
from kistui.tui.screens.balance import BalanceScreen

FEW = 10
SPEED = 60.0


def _account(home: str, clock: Clock) -> DemoAccount:
    """The account of the environment, without the pace that KIS asks for."""
    origin, folders = os.environ["KISTUI_BASE_URL"], AppPaths(Path(home), Path(home))
    account = AccountNumber.parse(os.environ["KIS_ACCOUNT"])
    credentials = Credentials.parse(os.environ["KIS_APP_KEY"], os.environ["KIS_APP_SECRET"])
    profile = Profile("demo", Environment.REAL, account, origin, is_demo=True)
    tokens = TokenStore(folders.tokens_dir)

    def connect(_on_call: object = None) -> Session:
        client = KisClient(
            Environment.REAL, base_url=origin, rate_limits=RateLimits.unlimited(), clock=clock
        )
        return Session(
            profile, credentials, client, TokenManager(tokens, credentials, client, clock)
        )

    return DemoAccount(profile, connect, tokens)


async def refresh(home: str, many: int) -> tuple[float, float]:
    """MiB after few refreshes, and after many."""
    clock = clock_at(SPEED)
    book = ProfileService(
        AppPaths(Path(home), Path(home)), {}, lambda: _account(home, clock), clock
    )
    app = KistuiApp(
        profile_service=book,
        profile=book.demo_profile(),
        t=i18n.load_translations("ko"),
        themes=tuple(load_themes().by_name.values()),
        theme=DEFAULT_THEME,
        clock=clock,
    )
    few = 0.0
    read: set[datetime | None] = set()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause(1)
        await pilot.press("2")
        for at in range(1, many + 1):
            await pilot.press("r")
            await app.workers.wait_for_complete()
            await pilot.pause()
            if at == FEW:
                gc.collect()
                few = resident_mib()
            read.add(_read_at(app))
        assert len(read) > many * 0.9, f"{len(read)} of {many} refreshes were made"
        gc.collect()
        return few, resident_mib()


def _read_at(app: KistuiApp) -> datetime | None:
    assert isinstance(app.screen, BalanceScreen)
    good = last_loaded(app.screen.load_state)
    return good.loaded_at if good else None


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print(*asyncio.run(refresh(folder, int(sys.argv[1]))))
