"""`open_session`: the figures of an account for scripts, with kistui's profiles and shared token.

    async with kistui.open_session("main") as session:
        balance = await session.balance()

All processes of the machine share the token, so while it is valid a script causes no KakaoTalk
notice to the account's owner.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from datetime import date
from typing import TYPE_CHECKING

from kistui.clock import Clock, korean_date, system_clock
from kistui.errors import NoAccountError, ProfileNotFoundError
from kistui.models.account import Profile
from kistui.models.balance import Balance
from kistui.models.cash import CashReport
from kistui.models.dividends import DividendGrouping, DividendReport
from kistui.models.live_prices import FeedState, FeedStatus, LiveItem, Tick
from kistui.models.order_list import OrderList
from kistui.models.overseas_tax import TaxSheet
from kistui.models.periods import DateRange, days_of_year
from kistui.models.prices import DailyPrices, PriceSubject
from kistui.models.profit_report import ProfitGrouping, ProfitReport
from kistui.models.token import TokenRecord
from kistui.services.call_log import CallLog
from kistui.services.profiles import DemoAccount, ProfileService
from kistui.services.session import Session, last_part
from kistui.storage.paths import AppPaths, default_paths

if TYPE_CHECKING:
    from kistui.client.live_prices import OnFeedState

__all__ = [
    "AccountSession",
    "Balance",
    "CashReport",
    "DailyPrices",
    "DividendGrouping",
    "DividendReport",
    "FeedState",
    "FeedStatus",
    "LiveItem",
    "OrderList",
    "PriceSubject",
    "Profile",
    "ProfitGrouping",
    "ProfitReport",
    "TaxSheet",
    "Tick",
    "TokenRecord",
    "open_session",
]


class AccountSession:
    """The reads of an account, from `open_session`.

    Every method raises errors of KistuiError, and ValueError for a first date after the last.
    """

    def __init__(self, session: Session, clock: Clock = system_clock) -> None:
        self._session = session
        self._clock = clock

    @property
    def profile(self) -> Profile:
        """The profile; its account number is masked when it is printed."""
        return self._session.profile

    async def balance(self) -> Balance:
        """Fetch the summary and the holdings, domestic and overseas.

        An overseas part that cannot be read is a `Failed` in `balance.overseas`.
        """
        return await self._session.fetch_full_balance(self._clock)

    async def orders(self, first: date, last: date) -> OrderList:
        """Fetch the orders from `first` to `last`, Korean dates, newest first.

        An overseas part that cannot be read is named in `overseas_error`.
        """
        days = _days(first, last)
        return await last_part(self._session.trades.read_orders(days, self._today()))

    async def profit(
        self, first: date, last: date, by: ProfitGrouping = ProfitGrouping.DAY
    ) -> ProfitReport:
        """Fetch the realised profit from `first` to `last`; raises NotOnPaperError on paper."""
        days = _days(first, last)
        return await last_part(self._session.trades.read_profit(days, by, self._today()))

    async def tax_sheet(self, year: int) -> TaxSheet:
        """Compute the overseas tax sheet of a year; raises NotOnPaperError on paper."""
        _, sheet = await last_part(self._session.trades.read_tax_sheet(year, self._today()))
        assert sheet is not None  # noqa: S101  # the last part has the sheet
        return sheet

    async def cash(self) -> CashReport:
        """Fetch buying power, foreign cash and assets by class; deposits are in the balance.

        A call that fails, or that KIS does not have for the account, is named in `errors`.
        """
        return await last_part(self._session.cash.read())

    async def dividends(
        self, year: int, by: DividendGrouping = DividendGrouping.PAYMENT
    ) -> DividendReport:
        """Fetch what was received in a year and what is announced; NotOnPaperError on paper.

        Announcements that cannot be read are named in `announced_error`.
        """
        today = self._today()
        days = days_of_year(year, today)
        return await last_part(self._session.dividends.read(days, today, by))

    async def daily_prices(self, subject: PriceSubject, first: date, last: date) -> DailyPrices:
        """Fetch the prices of an item or an index by trading day, adjusted for splits."""
        return await self._session.fetch_daily_prices(subject, _days(first, last))

    async def live_prices(
        self, items: Sequence[LiveItem], on_state: "OnFeedState | None" = None
    ) -> AsyncGenerator[Tick]:
        """Yield the trades of at most 41 items, until the caller stops; reconnects by itself.

        `on_state` receives the state of the connection. KIS does not encrypt it and allows one for
        each app key, whichever program opens it. Raises LivePricesUnavailableError where the
        server has no live prices, and errors of the approval key.
        """
        feed = await self._session.open_live_prices(on_state or (lambda _state: None))
        async with aclosing(feed.ticks(items)) as ticks:
            async for tick in ticks:
                yield tick

    async def token_record(self) -> TokenRecord:
        """Read the shared token's record from the disk, without a call."""
        return await self._session.token_manager.load_record()

    def _today(self) -> date:
        return korean_date(self._clock())


@asynccontextmanager
async def open_session(
    profile: str | None = None,
    *,
    passphrase: str | None = None,
    issue_token: bool = True,
    clock: Clock = system_clock,
    environ: Mapping[str, str] | None = None,
    paths: AppPaths | None = None,
) -> AsyncIterator[AccountSession]:
    """Open a saved profile by name; without one the environment's account, else the default.

    `passphrase` opens the encrypted file of secrets. With `issue_token=False` a call that needs a
    new token raises NoTokenError. Raises SetupError, StorageError.
    """
    paths = paths or default_paths()
    log = CallLog(paths.log_file, clock=clock)
    profiles = ProfileService(
        paths, os.environ if environ is None else environ, _no_demo, clock, log
    )
    try:
        session = await asyncio.to_thread(_open, profiles, profile, passphrase, issue_token)
        try:
            yield AccountSession(session, clock)
        finally:
            await session.aclose()
    finally:
        log.close()


def _open(
    profiles: ProfileService, name: str | None, passphrase: str | None, issue_token: bool
) -> Session:
    profile = profiles.resolve(name)
    if profile is None:
        raise NoAccountError()
    if passphrase is not None and profiles.secrets.needs_passphrase(profile):
        profiles.secrets.unlock(passphrase)
    return profiles.open_session(profile, may_issue_token=issue_token)


def _days(first: date, last: date) -> DateRange:
    if first > last:
        raise ValueError(f"{first} is after {last}")
    return DateRange(first, last)


def _no_demo() -> DemoAccount:
    raise ProfileNotFoundError(name="demo")
