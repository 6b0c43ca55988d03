"""One profile's calls to KIS, each with a token: balances, daily prices and holidays."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from kistui.clock import Clock
from kistui.errors import (
    KistuiError,
    LivePricesUnavailableError,
    TokenExpiredError,
    TokenInvalidError,
)
from kistui.models.account import Credentials, Environment, Profile, supports_overseas
from kistui.models.balance import Balance
from kistui.models.calls import ApiUsage, OnProgress, ignore_progress
from kistui.models.load_state import Failed, Loaded, LoadState, NotLoaded, last_loaded
from kistui.models.market_hours import AfterHoursPrice
from kistui.models.overseas import OverseasBalance
from kistui.models.periods import DateRange
from kistui.models.prices import DailyPrices, PriceSubject
from kistui.models.token import AccessToken
from kistui.models.totals import with_overseas
from kistui.services.token_manager import RejectedToken, TokenManager

if TYPE_CHECKING:
    from kistui.client import KisClient
    from kistui.client.live_prices import LivePriceFeed, OnFeedState
    from kistui.client.pagination import AccountRequest
    from kistui.services.cash import CashReader
    from kistui.services.dividends import DividendReader
    from kistui.services.trades import TradeReader
    from kistui.storage.state_files import HolidayStore

T = TypeVar("T")
AuthorizedRequest = Callable[[AccessToken], Awaitable[T]]


class Session:
    """Fetches one profile's data; closing it closes its client.

    Without `holiday_store` no trading holidays are known. `live_url`, which may block, returns the
    WebSocket of live prices; without it there are none.
    """

    def __init__(
        self,
        profile: Profile,
        credentials: Credentials,
        client: "KisClient",
        token_manager: TokenManager,
        *,
        holiday_store: "HolidayStore | None" = None,
        live_url: Callable[[], str] | None = None,
    ) -> None:
        self.profile = profile
        self.after_hours_price = AfterHoursPrice.CLOSE
        """Which prices the domestic balance has outside KRX's regular session."""
        self.token_manager = token_manager
        """The token of the app key."""
        self._credentials = credentials
        self._client = client
        self._holiday_store = holiday_store
        self._live_url = live_url
        self._known_holidays: frozenset[date] = frozenset()
        self._holidays_updated_on: date | None = None
        self._holidays_lock = asyncio.Lock()

    async def fetch_balance(self, on_progress: OnProgress = ignore_progress) -> Balance:
        """Fetch the domestic balance, or that of a pension; raises KistuiError."""

        async def read(token: AccessToken) -> Balance:
            return await self._client.fetch_balance(
                self._credentials,
                token,
                self.profile.account,
                on_progress,
                self.after_hours_price,
            )

        return await self._with_token(read, on_progress)

    @cached_property
    def trades(self) -> "TradeReader":
        """Orders, realised profit and overseas trades; imported when a page asks."""
        from kistui.services.trades import TradeReader  # noqa: PLC0415

        return TradeReader(self.profile, self.read_account)

    @cached_property
    def cash(self) -> "CashReader":
        """Buying power, foreign cash and assets by class; imported when a page asks."""
        from kistui.services.cash import CashReader  # noqa: PLC0415

        return CashReader(self.profile, self.read_account)

    @cached_property
    def dividends(self) -> "DividendReader":
        """Dividends and other rights; imported when a page asks."""
        from kistui.services.dividends import DividendReader  # noqa: PLC0415

        return DividendReader(self.profile, self.read_account, self.fetch_balance)

    @property
    def supports_overseas(self) -> bool:
        """Whether the account can hold overseas shares."""
        return supports_overseas(self.profile.account.product_code)

    async def fetch_overseas(self, on_progress: OnProgress = ignore_progress) -> OverseasBalance:
        """Fetch the overseas holdings and deposits; raises KistuiError."""

        async def read(token: AccessToken) -> OverseasBalance:
            return await self._client.fetch_overseas(
                self._credentials, token, self.profile.account, on_progress
            )

        return await self._with_token(read, on_progress)

    async def read_account(
        self,
        read: Callable[["AccountRequest"], Awaitable[T]],
        on_progress: OnProgress = ignore_progress,
    ) -> T:
        """Return what a function of the client reads of the account; raises KistuiError."""

        async def read_with(token: AccessToken) -> T:
            account = self.profile.account
            return await read(
                self._client.account_request(self._credentials, token, account, on_progress)
            )

        return await self._with_token(read_with, on_progress)

    async def fetch_full_balance(
        self,
        clock: Clock,
        on_progress: OnProgress = ignore_progress,
        previous: Balance | None = None,
    ) -> Balance:
        """Fetch the domestic and the overseas balance; raises KistuiError for the domestic one.

        If the overseas part fails, the balance holds `Failed` with the overseas part of
        `previous`.
        """
        balance = await self.fetch_balance(on_progress)
        overseas = await self.fetch_overseas_state(clock, on_progress)
        if isinstance(overseas, Failed) and previous is not None:
            overseas = replace(overseas, previous=last_loaded(previous.overseas))
        return with_overseas(balance, overseas)

    async def fetch_overseas_state(
        self, clock: Clock, on_progress: OnProgress = ignore_progress
    ) -> LoadState[OverseasBalance]:
        """Fetch the overseas balance as a load state: `NotLoaded` if there cannot be one."""
        if not self.supports_overseas:
            return NotLoaded()
        try:
            return Loaded(await self.fetch_overseas(on_progress), clock())
        except KistuiError as error:
            return Failed(error, clock())

    async def fetch_daily_prices(
        self, subject: PriceSubject, span: DateRange, on_progress: OnProgress = ignore_progress
    ) -> DailyPrices:
        """Fetch the prices of an item or an index by trading day; raises KistuiError."""

        async def read(token: AccessToken) -> DailyPrices:
            return await self._client.fetch_daily_prices(
                self._credentials, token, subject, span, on_progress
            )

        return await self._with_token(read, on_progress)

    async def open_live_prices(self, on_state: "OnFeedState") -> "LivePriceFeed":
        """Return the feed of live prices, not connected yet; imported when a page asks.

        Raises LivePricesUnavailableError where the server has none.
        """
        from kistui.client.live_prices import LivePriceFeed  # noqa: PLC0415

        if self._live_url is None:
            raise LivePricesUnavailableError()
        return LivePriceFeed(
            self.profile.environment,
            lambda: self._client.issue_approval_key(self._credentials),
            url=await asyncio.to_thread(self._live_url),
            on_state=on_state,
        )

    async def get_holidays(self, today: date) -> frozenset[date]:
        """Return the trading holidays known on `today`, a Korean date; raises nothing.

        KIS is asked at most once a day, even if it fails, never on paper, and never for a token.
        """
        async with self._holidays_lock:
            if self._holiday_store is not None and self._holidays_updated_on != today:
                with suppress(KistuiError):
                    await self._refresh_holidays(self._holiday_store, today)
            return self._known_holidays

    async def read_holidays(self) -> frozenset[date]:
        """Return the trading holidays of KIS's last answer without a call; raises nothing."""
        if self._holiday_store is not None and not self._known_holidays:
            with suppress(KistuiError):
                _, self._known_holidays = await asyncio.to_thread(self._holiday_store.read)
        return self._known_holidays

    def api_usage(self) -> ApiUsage:
        """Return how much of KIS's rate limits is used."""
        return self._client.api_usage()

    async def aclose(self) -> None:
        """Close the connections; the token stays for later runs."""
        await self.token_manager.aclose()
        await self._client.aclose()

    async def _refresh_holidays(self, holiday_store: "HolidayStore", today: date) -> None:
        requested_on, self._known_holidays = await asyncio.to_thread(holiday_store.read)
        if requested_on == today or self.profile.environment is not Environment.REAL:
            return
        token = await self.token_manager.peek()
        if token is None or not await asyncio.to_thread(holiday_store.claim_daily_request, today):
            return
        self._known_holidays = await self._client.fetch_holidays(self._credentials, token, today)
        self._holidays_updated_on = today
        await asyncio.to_thread(holiday_store.write, today, self._known_holidays)

    async def _with_token(self, request: AuthorizedRequest[T], on_progress: OnProgress) -> T:
        """Send a request; if KIS rejects the token, replace it and repeat the request once."""
        token = await self.token_manager.get(on_progress)
        try:
            result = await request(token)
        except (TokenExpiredError, TokenInvalidError) as error:
            result = await self._retry_with_new_token(
                request, RejectedToken(token, error), on_progress
            )
        await self.token_manager.confirm()
        return result

    async def _retry_with_new_token(
        self, request: AuthorizedRequest[T], rejected: RejectedToken, on_progress: OnProgress
    ) -> T:
        token = await self.token_manager.get(on_progress, rejected=rejected)
        try:
            return await request(token)
        except (TokenExpiredError, TokenInvalidError) as second:
            raise await self.token_manager.report_rejected(RejectedToken(token, second)) from None


async def last_part(parts: AsyncIterator[T | None]) -> T:
    """Return the last part, which holds everything that was read."""
    last: T | None = None
    async for part in parts:
        last = part
    assert last is not None  # noqa: S101  # every read yields something or raises
    return last
