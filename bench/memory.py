"""Memory: kistui against the barest Textual app, and after a thousand refreshes against ten.

    python -m bench.memory [--quick]

The refreshes go through Pilot; the clocks of app and simulator run 60 times as fast as ours, so
that prices and tokens move as in most of a day.
"""

import asyncio
import gc
import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from statistics import median

from bench.cells import write_cells
from bench.places import ROOT, environ
from bench.process import AVAILABLE, WHY_NOT, resident_mib
from bench.ratio import Left, Ratio, compare, main
from bench.server import clock_at, serving
from bench.terminal import Terminal
from kistui import locale
from kistui.client import Gates, KisClient
from kistui.clock import Clock
from kistui.model.account import AccountNumber, Credentials, Environment, Profile
from kistui.model.remote import last_good
from kistui.profiles import Demo, Profiles
from kistui.session import Session
from kistui.store.paths import Folders
from kistui.store.themes import DEFAULT, load_themes
from kistui.store.tokens import TokenStore
from kistui.tokens import SharedToken
from kistui.ui.app import KistuiApp
from kistui.ui.screens.balance import BalanceScreen

APP, GROWTH = 1.3, 1.05
"""How many times the bare app; how many times what ten refreshes took."""
FEW = 10
SPEED = 60.0


def measure(quick: bool) -> Iterator[Ratio | Left]:
    """How much memory kistui takes."""
    if not AVAILABLE:
        yield Left("memory", WHY_NOT)
        return
    yield from _apps(1 if quick else 5)
    many = 100 if quick else 1_000
    with tempfile.TemporaryDirectory() as home, serving(SPEED) as account:
        os.environ.update(environ(home, **account))
        few, after = asyncio.run(_refresh(home, many))
    what = f"after {many:,} refreshes"
    yield compare(what, f"after {FEW}", after, few, "MiB", at_most=GROWTH)


def _apps(runs: int) -> Iterator[Ratio]:
    sizes: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as home, serving() as account:
        env = environ(home, **account)
        _, cells = write_cells(home)
        commands = {
            "bare": ("bench.bare_app", cells),
            "kistui, on the holdings": ("kistui",),
            "kistui --demo": ("kistui", "--demo"),
        }
        for _ in range(runs):
            for name, command in commands.items():
                with Terminal((sys.executable, "-m", *command), env, str(ROOT)) as app:
                    app.first_frame()
                    app.press("2", 0.5, may_be_idle=True)
                    sizes.setdefault(name, []).append(resident_mib(app.pid))
    found = {name: median(values) for name, values in sizes.items()}
    for name in list(commands)[1:]:
        yield compare(name, "bare DataTable app", found[name], found["bare"], "MiB", at_most=APP)


def _account(home: str, clock: Clock) -> Demo:
    """The account of the environment, without the pace that KIS asks for."""
    origin, folders = os.environ["KISTUI_BASE_URL"], Folders(Path(home), Path(home))
    account = AccountNumber.parse(os.environ["KIS_ACCOUNT"])
    credentials = Credentials(os.environ["KIS_APP_KEY"], os.environ["KIS_APP_SECRET"])
    profile = Profile("demo", Environment.REAL, account, origin, is_demo=True)
    tokens = TokenStore(folders.tokens)

    def connect() -> Session:
        client = KisClient(Environment.REAL, base_url=origin, gates=Gates.open(), clock=clock)
        return Session(
            profile, credentials, client, SharedToken(tokens, credentials, client, clock)
        )

    return Demo(profile, connect, tokens)


async def _refresh(home: str, many: int) -> tuple[float, float]:
    """MiB after few refreshes, and after many."""
    clock = clock_at(SPEED)
    book = Profiles(Folders(Path(home), Path(home)), {}, lambda: _account(home, clock), clock)
    app = KistuiApp(
        book=book,
        profile=book.demo(),
        words=locale.load("ko"),
        themes=tuple(load_themes().by_name.values()),
        theme=DEFAULT,
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
    good = last_good(app.screen.remote)
    return good.at if good else None


if __name__ == "__main__":
    main(measure)
