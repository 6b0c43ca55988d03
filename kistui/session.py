"""The one orchestrator: credentials → token → balance, abroad too. Knows no screen."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from kistui.clock import Clock
from kistui.errors import KistuiError, TokenExpiredError, TokenInvalidError
from kistui.models.account import Credentials, Environment, Profile
from kistui.models.balance import Balance
from kistui.models.api_usage import ApiUsage
from kistui.models.overseas import OverseasBalance
from kistui.models.holdings import with_overseas
from kistui.models.product_codes import supports_overseas
from kistui.models.progress import OnProgress, ignore_progress
from kistui.models.record import replace
from kistui.models.load_state import Failed, Loaded, LoadState, NotLoaded, last_loaded
from kistui.models.token import AccessToken
from kistui.tokens import Refusal, SharedToken

if TYPE_CHECKING:
    from kistui.client import KisClient
    from kistui.store.holidays import HolidayStore

T = TypeVar("T")
Read = Callable[[AccessToken], Awaitable[T]]


class Session:
    """One profile's conversation with KIS; closes its client when closed.

    Without `holidays` no days without trading are asked for or known.
    """

    def __init__(
        self,
        profile: Profile,
        credentials: Credentials,
        client: "KisClient",
        token: SharedToken,
        holidays: "HolidayStore | None" = None,
    ) -> None:
        self.profile = profile
        self.token = token
        """The app key's token: its state, its issue, its end."""
        self._credentials = credentials
        self._client = client
        self._holidays = holidays
        self._closed: frozenset[date] = frozenset()
        self._answered_on: date | None = None
        self._looking_up = asyncio.Lock()

    async def balance(self, on_progress: OnProgress = ignore_progress) -> Balance:
        """The profile's balance at home, or its pension; raises of the KistuiError tree."""

        async def read(token: AccessToken) -> Balance:
            return await self._client.fetch_balance(
                self._credentials, token, self.profile.account, on_progress
            )

        return await self._with_token(read, on_progress)

    @property
    def may_hold_abroad(self) -> bool:
        """Whether there is anything abroad to ask for."""
        return supports_overseas(self.profile.account.product_code)

    async def overseas(self, on_progress: OnProgress = ignore_progress) -> OverseasBalance:
        """The profile's shares and cash abroad; raises of the KistuiError tree."""

        async def read(token: AccessToken) -> OverseasBalance:
            return await self._client.fetch_overseas(
                self._credentials, token, self.profile.account, on_progress
            )

        return await self._with_token(read, on_progress)

    async def whole(
        self,
        clock: Clock,
        on_progress: OnProgress = ignore_progress,
        before: Balance | None = None,
    ) -> Balance:
        """The balance with what is held abroad; where that fails, the balance says so.

        What was held abroad `before` stays with a failure.
        """
        balance = await self.balance(on_progress)
        abroad = await self.abroad(clock, on_progress)
        if isinstance(abroad, Failed) and before is not None:
            abroad = replace(abroad, last=last_loaded(before.overseas))
        return with_overseas(balance, abroad)

    async def abroad(
        self, clock: Clock, on_progress: OnProgress = ignore_progress
    ) -> LoadState[OverseasBalance]:
        """What is held abroad as a state: Unknown where nothing can be. Raises nothing."""
        if not self.may_hold_abroad:
            return NotLoaded()
        try:
            return Loaded(await self.overseas(on_progress), clock())
        except KistuiError as error:
            return Failed(error, clock())

    async def closed_days(self, today: date) -> frozenset[date]:
        """The days without trading as far as they are known on `today`, a Korean date.

        A convenience that raises nothing: KIS is asked once a day at most, whatever comes of it,
        never on paper, and never for a token.
        """
        async with self._looking_up:
            if self._holidays is not None and self._answered_on != today:
                with suppress(KistuiError):
                    await self._look_up(self._holidays, today)
            return self._closed

    def calls(self) -> ApiUsage:
        """How much of what KIS allows is used."""
        return self._client.api_usage()

    async def aclose(self) -> None:
        """Close the connections. The token lives on: a later start may use it again."""
        await self.token.aclose()
        await self._client.aclose()

    async def _look_up(self, holidays: "HolidayStore", today: date) -> None:
        asked_on, self._closed = await asyncio.to_thread(holidays.read)
        if asked_on == today or self.profile.environment is not Environment.REAL:
            return
        token = await self.token.at_hand()
        if token is None or not await asyncio.to_thread(holidays.claim, today):
            return
        self._closed = await self._client.fetch_holidays(self._credentials, token, today)
        self._answered_on = today
        await asyncio.to_thread(holidays.write, today, self._closed)

    async def _with_token(self, read: Read[T], on_progress: OnProgress) -> T:
        """What `read` gives; a token KIS says is dead is replaced once, the call repeated once."""
        token = await self.token.usable(on_progress)
        try:
            answer = await read(token)
        except (TokenExpiredError, TokenInvalidError) as death:
            answer = await self._read_again(read, Refusal(token, death), on_progress)
        await self.token.worked()
        return answer

    async def _read_again(self, read: Read[T], refusal: Refusal, on_progress: OnProgress) -> T:
        token = await self.token.usable(on_progress, after=refusal)
        try:
            return await read(token)
        except (TokenExpiredError, TokenInvalidError) as second:
            raise await self.token.failed_again(Refusal(token, second)) from None
