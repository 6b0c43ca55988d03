"""KisClient: what kistui can ask KIS, each as one awaitable method."""

import random
from datetime import date, timedelta
from types import TracebackType

from kistui.client import domestic, holidays, overseas, pension, wire
from kistui.client.asking import Asking
from kistui.client.connection import Connection, Pace
from kistui.client.endpoints import (
    CLOSED_DAYS,
    ISSUE_TOKEN,
    REVOKE_TOKEN,
)
from kistui.client.throttle import Gates
from kistui.clock import Clock, system_clock
from kistui.model.account import AccountNumber, Credentials, Environment
from kistui.model.balance import Balance
from kistui.model.calls import CallUse
from kistui.model.log import OnCall, ignore_call
from kistui.model.overseas import Overseas
from kistui.model.products import Served, served_by
from kistui.model.progress import OnProgress, ignore_progress
from kistui.model.record import replace
from kistui.model.token import Token

EXPIRY = "access_token_token_expired"


class KisClient:
    """One environment's API over one connection pool; close it with `aclose` or `async with`.

    `base_url` may name another server: https, or http on loopback; else InvalidBaseUrl.
    Every method raises of the KisError tree. `on_call` is told of every request when it ends.
    """

    def __init__(
        self,
        environment: Environment,
        *,
        base_url: str | None = None,
        gates: Gates | None = None,
        clock: Clock = system_clock,
        pace: Pace | None = None,
        on_call: OnCall = ignore_call,
    ) -> None:
        self._environment = environment
        self._clock = clock
        self._gates = gates or Gates.for_environment(environment)
        self._connection = Connection(
            environment,
            base_url,
            self._gates,
            pace or Pace(chance=random.random),
            clock,
            on_call=on_call,
        )

    async def __aenter__(self) -> "KisClient":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections; a client is not used after this."""
        await self._connection.aclose()

    @property
    def origin(self) -> str:
        """Scheme, host and port of the server it talks to."""
        return self._connection.origin

    @property
    def skew(self) -> timedelta | None:
        """The server's clock minus this machine's, in whole seconds; `None` before an answer."""
        return self._connection.skew

    def calls(self) -> CallUse:
        """How much of what KIS allows is used."""
        return self._gates.use()

    async def issue_token(self, credentials: Credentials) -> Token:
        """Ask for the day's access token (접근토큰발급(P)). KIS notifies the owner's phone.

        Never repeated by itself. Raises TokenTooSoon within a minute of the last issue.
        """
        request = {"grant_type": "client_credentials", **_key_pair(credentials)}
        body = await self._connection.post(ISSUE_TOKEN, request)
        value = wire.read_token("access_token", body.get("access_token"))
        return Token(value, self._clock(), wire.read_kst(EXPIRY, body.get(EXPIRY)))

    async def revoke_token(self, credentials: Credentials, token: Token) -> None:
        """Make a token void (접근토큰폐기(P)), for every program that uses it."""
        request = {**_key_pair(credentials), "token": token.value}
        body = await self._connection.post(REVOKE_TOKEN, request)
        wire.check_revoked(body)

    async def balance(
        self,
        credentials: Credentials,
        token: Token,
        account: AccountNumber,
        on_progress: OnProgress = ignore_progress,
    ) -> Balance:
        """The whole balance, every page: 주식잔고조회, or 퇴직연금 잔고조회 by the product code.

        Raises PagingBroken when pages repeat or do not end; starts over once when KIS says that
        the balance changed meanwhile; NotOffered or PensionOnPaper where KIS has no such call.
        """
        is_pension = served_by(account.product, self._environment) is Served.PENSION
        asking = self._asking(credentials, token, account, on_progress)
        if is_pension:
            balance = await domestic.read_balance(pension.pages(asking), on_progress)
        else:
            balance = await domestic.read_balance(domestic.pages(asking), on_progress)
        return replace(balance, is_pension=is_pension)

    async def overseas(
        self,
        credentials: Credentials,
        token: Token,
        account: AccountNumber,
        on_progress: OnProgress = ignore_progress,
    ) -> Overseas:
        """All that is held abroad: 해외주식 체결기준현재잔고, 해외주식 잔고 where it has no rows.

        An account without consent to trade abroad has an answer that says so; no error is raised.
        """
        asking = self._asking(credentials, token, account, on_progress)
        return await overseas.read_overseas(asking, self._environment)

    def _asking(
        self,
        credentials: Credentials,
        token: Token,
        account: AccountNumber,
        on_progress: OnProgress,
    ) -> Asking:
        return Asking(self._connection, _secrets(credentials, token), account, on_progress)

    async def closed_days(
        self, credentials: Credentials, token: Token, first: date
    ) -> frozenset[date]:
        """The days without trading from `first` on, a Korean date (국내휴장일조회).

        They are those of one answer, some weeks of them: the broker asks for one call a day, so
        it is made once whatever comes of it. Raises ForbiddenCall on paper, which has none.
        """
        answer = await self._connection.get(
            CLOSED_DAYS,
            "",
            ignore_progress,
            params=holidays.params(first),
            headers=_secrets(credentials, token),
        )
        return holidays.read_closed_days(answer.body)


def _secrets(credentials: Credentials, token: Token) -> dict[str, str]:
    return {"authorization": f"Bearer {token.value}", **_key_pair(credentials)}


def _key_pair(credentials: Credentials) -> dict[str, str]:
    return {"appkey": credentials.app_key, "appsecret": credentials.app_secret}
