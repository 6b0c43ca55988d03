"""The one orchestrator: credentials → token → balance, abroad too. Knows no screen."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from kistui.clock import Clock
from kistui.errors import KistuiError, TokenExpiredError, TokenInvalidError
from kistui.models.account import Credentials, Environment, Profile, supports_overseas
from kistui.models.balance import Balance
from kistui.models.call_record import ApiUsage
from kistui.models.holdings import with_overseas
from kistui.models.load_state import Failed, Loaded, LoadState, NotLoaded, last_loaded
from kistui.models.overseas import OverseasBalance
from kistui.models.progress import OnProgress, ignore_progress
from kistui.models.token import AccessToken
from kistui.services.token_manager import RejectedToken, TokenManager

if TYPE_CHECKING:
    from kistui.client import KisClient
    from kistui.storage.state_files import HolidayStore

T = TypeVar("T")
AuthorizedRequest = Callable[[AccessToken], Awaitable[T]]


class Session:
    """One profile's conversation with KIS; closes its client when closed.

    Without `holidays` no days without trading are asked for or known.
    """

    def __init__(
        self,
        profile: Profile,
        credentials: Credentials,
        client: "KisClient",
        token_manager: TokenManager,
        holiday_store: "HolidayStore | None" = None,
    ) -> None:
        self.profile = profile
        self.token_manager = token_manager
        """The app key's token: its state, its issue, its end."""
        self._credentials = credentials
        self._client = client
        self._holiday_store = holiday_store
        self._known_holidays: frozenset[date] = frozenset()
        self._holidays_updated_on: date | None = None
        self._holidays_lock = asyncio.Lock()

    async def fetch_balance(self, on_progress: OnProgress = ignore_progress) -> Balance:
        """The profile's balance at home, or its pension; raises of the KistuiError tree."""

        async def read(token: AccessToken) -> Balance:
            return await self._client.fetch_balance(
                self._credentials, token, self.profile.account, on_progress
            )

        return await self._with_token(read, on_progress)

    @property
    def supports_overseas(self) -> bool:
        """Whether there is anything abroad to ask for."""
        return supports_overseas(self.profile.account.product_code)

    async def fetch_overseas(self, on_progress: OnProgress = ignore_progress) -> OverseasBalance:
        """The profile's shares and cash abroad; raises of the KistuiError tree."""

        async def read(token: AccessToken) -> OverseasBalance:
            return await self._client.fetch_overseas(
                self._credentials, token, self.profile.account, on_progress
            )

        return await self._with_token(read, on_progress)

    async def fetch_full_balance(
        self,
        clock: Clock,
        on_progress: OnProgress = ignore_progress,
        previous: Balance | None = None,
    ) -> Balance:
        """The balance with what is held abroad; where that fails, the balance says so.

        What was held abroad `before` stays with a failure.
        """
        balance = await self.fetch_balance(on_progress)
        abroad = await self.fetch_overseas_state(clock, on_progress)
        if isinstance(abroad, Failed) and previous is not None:
            abroad = replace(abroad, previous=last_loaded(previous.overseas))
        return with_overseas(balance, abroad)

    async def fetch_overseas_state(
        self, clock: Clock, on_progress: OnProgress = ignore_progress
    ) -> LoadState[OverseasBalance]:
        """What is held abroad as a state: Unknown where nothing can be. Raises nothing."""
        if not self.supports_overseas:
            return NotLoaded()
        try:
            return Loaded(await self.fetch_overseas(on_progress), clock())
        except KistuiError as error:
            return Failed(error, clock())

    async def get_holidays(self, today: date) -> frozenset[date]:
        """The days without trading as far as they are known on `today`, a Korean date.

        A convenience that raises nothing: KIS is asked once a day at most, whatever comes of it,
        never on paper, and never for a token.
        """
        async with self._holidays_lock:
            if self._holiday_store is not None and self._holidays_updated_on != today:
                with suppress(KistuiError):
                    await self._refresh_holidays(self._holiday_store, today)
            return self._known_holidays

    def api_usage(self) -> ApiUsage:
        """How much of what KIS allows is used."""
        return self._client.api_usage()

    async def aclose(self) -> None:
        """Close the connections. The token lives on: a later start may use it again."""
        await self.token_manager.aclose()
        await self._client.aclose()

    async def _refresh_holidays(self, holiday_store: "HolidayStore", today: date) -> None:
        asked_on, self._known_holidays = await asyncio.to_thread(holiday_store.read)
        if asked_on == today or self.profile.environment is not Environment.REAL:
            return
        token = await self.token_manager.peek()
        if token is None or not await asyncio.to_thread(holiday_store.claim_daily_request, today):
            return
        self._known_holidays = await self._client.fetch_holidays(self._credentials, token, today)
        self._holidays_updated_on = today
        await asyncio.to_thread(holiday_store.write, today, self._known_holidays)

    async def _with_token(self, request: AuthorizedRequest[T], on_progress: OnProgress) -> T:
        """What `read` gives; a token KIS says is dead is replaced once, the call repeated once."""
        token = await self.token_manager.get(on_progress)
        try:
            answer = await request(token)
        except (TokenExpiredError, TokenInvalidError) as death:
            answer = await self._retry_with_new_token(
                request, RejectedToken(token, death), on_progress
            )
        await self.token_manager.confirm()
        return answer

    async def _retry_with_new_token(
        self, request: AuthorizedRequest[T], rejected: RejectedToken, on_progress: OnProgress
    ) -> T:
        token = await self.token_manager.get(on_progress, rejected=rejected)
        try:
            return await request(token)
        except (TokenExpiredError, TokenInvalidError) as second:
            raise await self.token_manager.report_rejected(RejectedToken(token, second)) from None
