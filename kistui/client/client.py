"""`KisClient`: tokens, balances and prices, and what the other reads of an account need."""

from datetime import date, timedelta
from types import TracebackType

from msgspec.structs import replace

from kistui.client import domestic_balance, overseas_balance, response_parsing
from kistui.client.connection import ApiResponse, Connection, Timeouts
from kistui.client.endpoints import APPROVE_WEBSOCKET, HOLIDAYS, ISSUE_TOKEN, REVOKE_TOKEN
from kistui.client.pagination import AccountRequest, app_key_fields, auth_headers
from kistui.client.rate_limits import RateLimits
from kistui.clock import Clock, system_clock
from kistui.errors import MalformedResponseError
from kistui.models.account import (
    AccountNumber,
    BalanceApi,
    Credentials,
    Environment,
    balance_api_for,
    supports_overseas,
)
from kistui.models.balance import Balance
from kistui.models.calls import ApiUsage, OnCall, OnProgress, ignore_call, ignore_progress
from kistui.models.market_hours import AfterHoursPrice
from kistui.models.overseas import OverseasBalance
from kistui.models.periods import DateRange
from kistui.models.prices import DailyPrices, PriceSubject
from kistui.models.text import Secret
from kistui.models.token import AccessToken

TOKEN_EXPIRY_FIELD = "access_token_token_expired"  # noqa: S105  # a field name


class KisClient:
    """One environment's API over one connection pool; close it with `aclose` or `async with`.

    `base_url` may name another server: https, or http on loopback; otherwise InvalidBaseUrlError.
    Every method raises errors of the KisError tree. `on_call` receives every request when it ends.
    """

    def __init__(
        self,
        environment: Environment,
        *,
        base_url: str | None = None,
        rate_limits: RateLimits | None = None,
        clock: Clock = system_clock,
        timeouts: Timeouts | None = None,
        on_call: OnCall = ignore_call,
    ) -> None:
        self._environment = environment
        self._clock = clock
        self._rate_limits = rate_limits or RateLimits.for_environment(environment)
        self._connection = Connection(
            environment,
            base_url,
            self._rate_limits,
            timeouts or Timeouts(),
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
        """Close the connections; the client cannot be used afterwards."""
        await self._connection.aclose()

    @property
    def origin(self) -> str:
        """Scheme, host and port of the server."""
        return self._connection.origin

    @property
    def clock_skew(self) -> timedelta | None:
        """The server's clock minus this machine's, in whole seconds; `None` before a response."""
        return self._connection.clock_skew

    def api_usage(self) -> ApiUsage:
        """Return how much of KIS's rate limits is in use."""
        return self._rate_limits.usage()

    async def issue_token(self, credentials: Credentials) -> AccessToken:
        """Request the day's access token (접근토큰발급(P)). KIS notifies the owner's phone.

        Never retried automatically. Raises TokenCooldownError within a minute of the last issue.
        """
        request = {"grant_type": "client_credentials", **app_key_fields(credentials)}
        body = await self._connection.post(ISSUE_TOKEN, request)
        value = response_parsing.parse_access_token("access_token", body.get("access_token"))
        return AccessToken(
            Secret(value),
            self._clock(),
            response_parsing.parse_kst_datetime(TOKEN_EXPIRY_FIELD, body.get(TOKEN_EXPIRY_FIELD)),
        )

    async def revoke_token(self, credentials: Credentials, token: AccessToken) -> None:
        """Revoke a token (접근토큰폐기(P)) for every program that uses it."""
        request = {**app_key_fields(credentials), "token": token.value.reveal()}
        body = await self._connection.post(REVOKE_TOKEN, request)
        response_parsing.check_revoke_response(body)

    async def issue_approval_key(self, credentials: Credentials) -> Secret:
        """Request a key for the WebSocket (실시간 접속키 발급), valid for a day; never retried."""
        request = {
            "grant_type": "client_credentials",
            "appkey": credentials.app_key.reveal(),
            "secretkey": credentials.app_secret.reveal(),
        }
        body = await self._connection.post(APPROVE_WEBSOCKET, request)
        value = response_parsing.parse_access_token("approval_key", body.get("approval_key"))
        return Secret(value)

    async def fetch_balance(
        self,
        credentials: Credentials,
        token: AccessToken,
        account: AccountNumber,
        on_progress: OnProgress = ignore_progress,
        price: AfterHoursPrice = AfterHoursPrice.CLOSE,
    ) -> Balance:
        """Fetch all pages of the balance: 주식잔고조회, or 퇴직연금 잔고조회 by the product code.

        `price` chooses the prices outside KRX's regular session; a pension has no choice.

        Raises PaginationError when pages repeat or do not end. Starts over once when KIS reports
        that the balance changed. Raises UnsupportedProductError or PaperPensionError where KIS
        has no such API.
        """
        is_pension = balance_api_for(account.product_code, self._environment) is BalanceApi.PENSION
        account_request = self.account_request(credentials, token, account, on_progress)
        fetch_page = (
            domestic_balance.pension_page_fetcher(account_request)
            if is_pension
            else domestic_balance.page_fetcher(account_request, price)
        )
        balance = await domestic_balance.fetch_balance(fetch_page, on_progress)
        return replace(
            balance,
            after_hours_price=None if is_pension else price,
            is_pension=is_pension,
            supports_overseas=supports_overseas(account.product_code),
        )

    async def fetch_overseas(
        self,
        credentials: Credentials,
        token: AccessToken,
        account: AccountNumber,
        on_progress: OnProgress = ignore_progress,
    ) -> OverseasBalance:
        """Fetch the overseas balance: 해외주식 체결기준현재잔고, or 해외주식 잔고.

        An account without consent to overseas trading gets an empty balance that says so.
        """
        account_request = self.account_request(credentials, token, account, on_progress)
        return await overseas_balance.fetch_overseas(account_request)

    def account_request(
        self,
        credentials: Credentials,
        token: AccessToken,
        account: AccountNumber,
        on_progress: OnProgress = ignore_progress,
    ) -> AccountRequest:
        """Return what the functions need that read an account's orders, profit, dividends or cash.

        They are in `orders`, `realized_profit`, `dividends` and `cash` of this package, which are
        imported where they are used.
        """
        return AccountRequest(
            self._connection, self._environment, credentials, token, account, on_progress
        )

    async def fetch_daily_prices(
        self,
        credentials: Credentials,
        token: AccessToken,
        subject: PriceSubject,
        span: DateRange,
        on_progress: OnProgress = ignore_progress,
    ) -> DailyPrices:
        """Fetch the prices of an item or an index by local trading day, adjusted for splits.

        One call covers 100 trading days, of a Korean index 50. An unknown item has no bars.
        """
        from kistui.client import daily_prices  # noqa: PLC0415

        return await daily_prices.fetch_daily_prices(
            daily_prices.source_of(subject),
            daily_prices.PriceRequest(self._connection, credentials, token, on_progress),
            span,
        )

    async def fetch_holidays(
        self, credentials: Credentials, token: AccessToken, first: date
    ) -> frozenset[date]:
        """Fetch the days without trading from `first` on, a Korean date (국내휴장일조회).

        One response covers some weeks. KIS asks for one call a day, so a failed call is not
        retried. Raises NotOnPaperError on paper.
        """
        response = await self._connection.get(
            HOLIDAYS,
            "",
            ignore_progress,
            parse=_parse_holidays,
            params={"BASS_DT": f"{first:%Y%m%d}", "CTX_AREA_NK": "", "CTX_AREA_FK": ""},
            headers=auth_headers(credentials, token),
        )
        return response.value


def _parse_holidays(response: ApiResponse) -> response_parsing.Parsed[frozenset[date]]:
    """Parse the days without trading; raises MalformedResponseError if no day can be read.

    Only `opnd_yn` counts: `tr_day_yn` has been seen to be Y on a Saturday.
    """
    is_open: dict[date, bool] = {}
    unreadable: list[MalformedResponseError] = []
    for row in response_parsing.parse_rows(response.body, "output"):
        try:
            day = response_parsing.parse_required_date("bass_dt", row.get("bass_dt"))
            flag = response_parsing.parse_string("opnd_yn", row.get("opnd_yn"))
        except MalformedResponseError as error:
            unreadable.append(error)
        else:
            is_open[day] = flag.strip() == "Y"
    if unreadable and not is_open:
        raise unreadable[0]
    return response_parsing.Parsed(
        frozenset(day for day, opens in is_open.items() if not opens),
        tuple(sorted({error.details["where"] for error in unreadable})),
    )
