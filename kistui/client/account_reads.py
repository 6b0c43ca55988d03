"""`AccountReads`: orders, profit, trades and cash of one account, one method for each read."""

from datetime import date

from kistui.client import cash, dividends, orders, overseas_balance, realized_profit
from kistui.client.pagination import AccountRequest, AllPages
from kistui.client.response_parsing import Parsed
from kistui.models.account import Environment
from kistui.models.asset_classes import AssetClasses
from kistui.models.cash import BuyingPower, CurrencyMargin
from kistui.models.dividends import AccountRight, ScheduledDividend
from kistui.models.order_list import OrderHistory
from kistui.models.overseas import OverseasBalance
from kistui.models.periods import DateRange
from kistui.models.realized_profit import (
    DailyProfit,
    OverseasProfit,
    OverseasProfitTotals,
    OverseasTrade,
    OverseasTradeTotals,
    ProfitTotals,
    TodayProfit,
    TradeProfit,
)


class AccountReads:
    """Reads of one account with one token; every method raises errors of the KisError tree.

    What KIS does not serve on paper raises NotOnPaperError before a call is made.
    """

    def __init__(self, account_request: AccountRequest, environment: Environment) -> None:
        self._account_request = account_request
        self._environment = environment

    async def fetch_domestic_orders(self, days: DateRange, today: date) -> OrderHistory:
        """Fetch domestic orders (주식일별주문체결조회, 퇴직연금 미체결내역)."""
        return await orders.fetch_domestic_orders(
            self._account_request, self._environment, days, today
        )

    async def fetch_overseas_orders(self, days: DateRange, today: date) -> OrderHistory:
        """Fetch overseas orders (해외주식 주문체결내역) of days in Korea."""
        return await orders.fetch_overseas_orders(
            self._account_request, self._environment, days, today
        )

    async def fetch_daily_profit(self, days: DateRange) -> AllPages[DailyProfit, ProfitTotals]:
        """Fetch the domestic profit by day (기간별손익일별합산조회)."""
        return await realized_profit.fetch_daily_profit(self._account_request, days)

    async def fetch_trade_profit(self, days: DateRange) -> AllPages[TradeProfit, ProfitTotals]:
        """Fetch the domestic profit by day and item (기간별매매손익현황조회)."""
        return await realized_profit.fetch_trade_profit(self._account_request, days)

    async def fetch_today_profit(self) -> TodayProfit:
        """Fetch today's domestic profit (주식잔고조회_실현손익)."""
        return await realized_profit.fetch_today_profit(self._account_request)

    async def fetch_overseas_profit(
        self, days: DateRange, *, in_won: bool
    ) -> AllPages[OverseasProfit, OverseasProfitTotals]:
        """Fetch the overseas profit by day and item (해외주식 기간손익)."""
        return await realized_profit.fetch_overseas_profit(
            self._account_request, days, in_won=in_won
        )

    async def fetch_overseas_balance(self) -> OverseasBalance:
        """Fetch the overseas balance (해외주식 체결기준현재잔고)."""
        return await overseas_balance.fetch_overseas(self._account_request, self._environment)

    async def fetch_overseas_trades(
        self, days: DateRange
    ) -> AllPages[OverseasTrade, OverseasTradeTotals]:
        """Fetch the overseas trades by day, item and side (해외주식 일별거래내역)."""
        return await realized_profit.fetch_overseas_trades(self._account_request, days)

    async def fetch_buying_power(self) -> Parsed[BuyingPower]:
        """Fetch the buying power for domestic shares (매수가능조회)."""
        return await cash.fetch_buying_power(self._account_request)

    async def fetch_margins(self) -> Parsed[tuple[CurrencyMargin, ...]]:
        """Fetch the foreign cash by country (해외증거금 통화별조회)."""
        return await cash.fetch_margins(self._account_request)

    async def fetch_asset_classes(self) -> AssetClasses:
        """Fetch the assets by class (투자계좌자산현황조회)."""
        return await cash.fetch_asset_classes(self._account_request)

    async def fetch_rights(self, days: DateRange) -> AllPages[AccountRight, None]:
        """Fetch the account's rights, dividends among them (기간별계좌권리현황조회)."""
        return await dividends.fetch_rights(self._account_request, days)

    async def fetch_dividend_schedule(
        self, code: str, days: DateRange
    ) -> AllPages[ScheduledDividend, None]:
        """Fetch the dividends that an item announces (예탁원정보 배당일정)."""
        return await dividends.fetch_schedule(self._account_request, code, days)
