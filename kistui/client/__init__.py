"""Async, read-only client of KIS's Open API, usable without the rest of kistui.

    async with KisClient(Environment.REAL) as client:
        credentials = Credentials.parse(app_key, app_secret)
        token = await client.issue_token(credentials)
        balance = await client.fetch_balance(
            credentials, token, AccountNumber.parse("12345678-01")
        )
        print(balance.summary.total_value, [holding.name for holding in balance.holdings])

Orders, profit, dividends and cash are read by the functions of `orders`, `realized_profit`,
`dividends` and `cash` in this package: `await fetch_margins(client.account_request(...))`.

Store the token: it is valid for a day, and KIS notifies the account's owner of each issue. Every
method raises errors of the `KisError` tree. The client can only read: `ALLOWED_ENDPOINTS` lists
every call it can make.
"""

from kistui.client.client import KisClient
from kistui.client.connection import Timeouts
from kistui.client.endpoints import ALLOWED_ENDPOINTS, Endpoint
from kistui.client.rate_limits import RateLimits
from kistui.errors import ApiError, InvalidResponseError, KisError, KistuiError, UnreachableError
from kistui.models.account import AccountNumber, Credentials, Environment
from kistui.models.balance import Balance, BalanceSummary, Holding, Lot
from kistui.models.calls import CallRecord, PageLoaded, ProgressEvent, RetryScheduled
from kistui.models.overseas import OverseasBalance, OverseasHolding
from kistui.models.periods import DateRange
from kistui.models.prices import (
    DailyPrices,
    DomesticItem,
    MarketIndex,
    OverseasItem,
    PriceBar,
)
from kistui.models.text import Secret
from kistui.models.token import AccessToken

__all__ = [
    "ALLOWED_ENDPOINTS",
    "AccessToken",
    "AccountNumber",
    "ApiError",
    "Balance",
    "BalanceSummary",
    "CallRecord",
    "Credentials",
    "DailyPrices",
    "DateRange",
    "DomesticItem",
    "Endpoint",
    "Environment",
    "Holding",
    "InvalidResponseError",
    "KisClient",
    "KisError",
    "KistuiError",
    "Lot",
    "MarketIndex",
    "OverseasBalance",
    "OverseasHolding",
    "OverseasItem",
    "PageLoaded",
    "PriceBar",
    "ProgressEvent",
    "RateLimits",
    "RetryScheduled",
    "Secret",
    "Timeouts",
    "UnreachableError",
]
