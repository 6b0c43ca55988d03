"""The demo's account: a simulator's, with the simulator's past as its asset history.

Imported when a demo is opened. The client is imported when it connects, after the first screen.
"""

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from secrets import token_hex
from shutil import rmtree
from tempfile import gettempdir
from threading import Lock
from typing import TYPE_CHECKING

from kistui.clock import Clock
from kistui.models.account import AccountNumber, Credentials, Environment, Profile
from kistui.models.calls import OnCall, ignore_call
from kistui.models.history import AssetHistory, CashFlow, DayRecord
from kistui.services.profiles import DemoAccount
from kistui.services.session_factory import build_session
from kistui.simulator import Simulator, SimulatorOptions
from kistui.storage.files import folder_in_use, remove_unused_folders
from kistui.storage.history_store import HistoryStore
from kistui.storage.paths import AppPaths
from kistui.storage.state_files import HolidayStore
from kistui.storage.token_store import TokenStore

if TYPE_CHECKING:
    from kistui.services.session import Session

FOLDER_PREFIX = "kistui-demo-"


def start_demo(options: SimulatorOptions, clock: Clock, exit_stack: ExitStack) -> DemoAccount:
    """Start a simulator and return its account, with a temporary folder for its state.

    Both end with `exit_stack`. Removes the folders of demos that were killed.
    """
    temporary_files = Path(gettempdir())
    remove_unused_folders(temporary_files, FOLDER_PREFIX)
    folder = temporary_files / f"{FOLDER_PREFIX}{token_hex(8)}"
    remove_files = partial(rmtree, folder, ignore_errors=True)
    # Registered first: a signal that ends the process can come as soon as the folder exists.
    exit_stack.callback(remove_files)
    folder.mkdir(mode=0o700)
    exit_stack.enter_context(folder_in_use(folder))
    # The demo may run for weeks, and nothing reads its requests.
    simulator = exit_stack.enter_context(Simulator(options, clock=clock, records_requests=False))
    return demo_from_simulator(
        simulator, clock, folder, has_history=True, remove_files=remove_files
    )


def demo_from_simulator(
    simulator: Simulator,
    clock: Clock,
    folder: Path,
    *,
    has_history: bool = False,
    remove_files: Callable[[], None] = lambda: None,
) -> DemoAccount:
    """Return the simulator's account, with its state in `folder`.

    Its sessions connect to the simulator as others do to KIS. With `has_history` the asset history
    begins with the simulator's past days. `remove_files` deletes the folder.
    """
    paths = AppPaths(folder, folder)
    tokens, holidays = TokenStore(paths.tokens_dir), HolidayStore(paths.holidays_file)
    account = AccountNumber.parse(simulator.account_number)
    credentials = Credentials.parse(simulator.app_key, simulator.app_secret)
    profile = Profile("demo", Environment.REAL, account, simulator.url, is_demo=True)

    def connect(on_call: OnCall = ignore_call) -> "Session":
        from kistui.client import RateLimits

        return build_session(
            profile,
            credentials,
            tokens,
            clock,
            base_url=profile.base_url,
            rate_limits=RateLimits.unlimited(),
            on_call=on_call,
            holiday_store=holidays,
            live_url=lambda: simulator.serve_live_prices().url,
        )

    histories = (
        SimulatedHistoryStore(paths.history_dir, simulator)
        if has_history
        else HistoryStore(paths.history_dir)
    )
    return DemoAccount(profile, connect, tokens, histories, remove_files)


class SimulatedHistoryStore(HistoryStore):
    """A history store that begins with the simulator's past days, computed when first read."""

    def __init__(self, folder: Path, simulator: Simulator) -> None:
        super().__init__(folder)
        self._simulator = simulator
        self._lock = Lock()
        self._is_filled = False

    def read(self, name: str) -> AssetHistory:
        """Return a history; raises as the base class."""
        with self._lock:
            if not self._is_filled:
                self._is_filled = True
                self._write(name, self._past_days())
        return super().read(name)

    def _past_days(self) -> AssetHistory:
        days, deposits = self._simulator.asset_history()
        return AssetHistory(
            tuple(
                DayRecord(
                    day=day.day,
                    total_value=day.total,
                    securities=day.securities,
                    cash=day.total - day.securities,
                    overseas=day.overseas,
                    profit_loss=day.profit_loss,
                    purchase_amount=day.purchase_amount,
                    exchange_rates=tuple(sorted(day.exchange_rates.items())),
                    taken_at=day.taken_at,
                    is_closing=True,
                )
                for day in days
            ),
            tuple(CashFlow(*deposit) for deposit in deposits),
        )
