"""The overseas balance: on trade date, or by exchange if that has no rows.

The trade-date balance (해외주식 체결기준현재잔고) is one call for everything. The paper server
fills in only its totals; the rows are then fetched by exchange (해외주식 잔고), and paper
returns all exchanges at once when none is named.
"""

from contextlib import suppress

from msgspec import Struct

from kistui.client.endpoints import OVERSEAS_BALANCE, OVERSEAS_PRESENT_BALANCE
from kistui.client.pagination import (
    AccountRequest,
    AllPages,
    Cursor,
    ListPage,
    fetch_all_pages,
    may_be_partial,
    next_cursor,
)
from kistui.client.response_parsing import JsonObject, RowParser, parse_required_rows, parse_rows
from kistui.errors import PermissionDeniedError, ProductRejectedError, RequestRejectedError
from kistui.models.account import Environment
from kistui.models.markets import MARKET_BY_CURRENCY, MARKET_BY_EXCHANGE, Market
from kistui.models.overseas import (
    OverseasBalance,
    OverseasCash,
    OverseasTotals,
    SettlementDateLot,
    TradeDateLot,
    merge_overseas_lots,
)

TRADE_DATE_LOT_PARSER = RowParser(TradeDateLot)
SETTLEMENT_DATE_LOT_PARSER = RowParser(SettlementDateLot)
CASH_PARSER = RowParser(OverseasCash)
TOTALS_PARSER = RowParser(OverseasTotals)

ExchangePages = AllPages[SettlementDateLot, None]
ExchangeQuery = tuple[str, str]
"""An exchange and a currency; blank for all, which only paper accepts."""
ALL_EXCHANGES: ExchangeQuery = ("", "")
US_COMBINED: ExchangeQuery = ("NASD", "USD")
"""On real, NASD covers all US exchanges."""
US_EXCHANGES: tuple[ExchangeQuery, ...] = (US_COMBINED, ("NYSE", "USD"), ("AMEX", "USD"))
OTHER_EXCHANGES: tuple[ExchangeQuery, ...] = (
    ("SEHK", "HKD"), ("SHAA", "CNY"), ("SZAA", "CNY"), ("TKSE", "JPY"), ("HASE", "VND"),
    ("VNSE", "VND"),
)  # fmt: skip

NO_CONSENT_ERRORS = (PermissionDeniedError, ProductRejectedError)
"""What KIS returns for an account that may not trade overseas if the app key is fine otherwise."""


class PresentBalance(Struct, frozen=True):
    """The trade-date balance: complete on real, only totals on paper."""

    lots: tuple[TradeDateLot, ...]
    cash: tuple[OverseasCash, ...]
    totals: OverseasTotals
    unreadable_fields: tuple[str, ...] = ()
    """KIS's keys of values that could not be read, sorted."""

    @property
    def is_missing_rows(self) -> bool:
        """Whether there are no rows although the totals include shares, or may include some."""
        totals = self.totals
        amounts = (
            totals.valuation,
            totals.valuation_sum,
            totals.purchase_amount,
            totals.purchase_sum,
        )
        return not self.lots and (any(amounts) or bool(self.unreadable_fields))


# Everything in its own currency: 02 means foreign currency here, won elsewhere.
PRESENT_PARAMS = {
    "WCRC_FRCR_DVSN_CD": "02", "NATN_CD": "000", "TR_MKET_CD": "00", "INQR_DVSN_CD": "00"
}  # fmt: skip


def parse_present_balance(body: JsonObject) -> PresentBalance:
    """Parse the response; raises MalformedResponseError."""
    unreadable: set[str] = set()
    rows = parse_required_rows(body, "output1")
    currencies = parse_rows(body, "output2")
    totals = parse_rows(body, "output3")
    return PresentBalance(
        lots=TRADE_DATE_LOT_PARSER.parse_all(rows, unreadable),
        cash=tuple(
            cash
            for cash in CASH_PARSER.parse_all(currencies, unreadable)
            if cash.currency or cash.deposit
        ),
        totals=TOTALS_PARSER.parse(totals[0], unreadable) if totals else OverseasTotals(),
        unreadable_fields=tuple(sorted(unreadable)),
    )


def parse_exchange_page(tr_cont: str, body: JsonObject) -> ListPage[SettlementDateLot, None]:
    """Parse one page of one exchange, filler rows included. Raises MalformedResponseError."""
    unreadable: set[str] = set()
    rows = parse_required_rows(body, "output1")
    cursor = next_cursor(tr_cont, body, 200)
    return ListPage(
        SETTLEMENT_DATE_LOT_PARSER.parse_all(rows, unreadable),
        None,
        cursor,
        may_be_partial(tr_cont, rows, cursor),
        tuple(sorted(unreadable)),
    )


async def fetch_overseas(account_request: AccountRequest) -> OverseasBalance:
    """Fetch the overseas balance in as few calls as possible: one on real, two on paper.

    Without consent it is empty and lists the markets without consent. Raises other errors of the
    KisError tree.
    """
    try:
        present = await account_request.fetch_page(
            OVERSEAS_PRESENT_BALANCE,
            PRESENT_PARAMS,
            lambda response: parse_present_balance(response.body),
        )
    except NO_CONSENT_ERRORS:
        return OverseasBalance(markets_without_consent=tuple(MARKET_BY_CURRENCY.values()))
    exchanges: list[ExchangePages] = []
    refused_markets: list[Market] = []
    if present.is_missing_rows:
        exchanges, refused_markets = await _fetch_by_exchange(account_request)
    unreadable = {*present.unreadable_fields}.union(
        *(pages.unreadable_fields for pages in exchanges)
    )
    return OverseasBalance(
        holdings=merge_overseas_lots([present.lots, *(pages.rows for pages in exchanges)]),
        cash=present.cash,
        totals=present.totals,
        markets_without_consent=tuple(dict.fromkeys(refused_markets)),
        may_be_partial=any(pages.may_be_partial for pages in exchanges),
        unreadable_fields=tuple(sorted(unreadable)),
    )


async def _fetch_by_exchange(
    account_request: AccountRequest,
) -> tuple[list[ExchangePages], list[Market]]:
    """Return the pages of each exchange, and the markets without consent."""
    is_paper = account_request.environment is Environment.PAPER
    if is_paper:
        # The query for all exchanges is undocumented: KIS may withdraw it.
        with suppress(RequestRejectedError, *NO_CONSENT_ERRORS):
            pages = await _fetch_exchange(account_request, ALL_EXCHANGES)
            if any(lot.code for lot in pages.rows):
                return [pages], []
    exchanges: list[ExchangePages] = []
    refused_markets: list[Market] = []
    for exchange_query in (*(US_EXCHANGES if is_paper else (US_COMBINED,)), *OTHER_EXCHANGES):
        try:
            exchanges.append(await _fetch_exchange(account_request, exchange_query))
        except NO_CONSENT_ERRORS:
            refused_markets.append(MARKET_BY_EXCHANGE[exchange_query[0]])
    return exchanges, refused_markets


async def _fetch_exchange(
    account_request: AccountRequest, exchange_query: ExchangeQuery
) -> ExchangePages:
    exchange, currency = exchange_query

    async def fetch(cursor: Cursor, page: int) -> ListPage[SettlementDateLot, None]:
        params = {"OVRS_EXCG_CD": exchange, "TR_CRCY_CD": currency, **cursor.params(200)}
        return await account_request.fetch_page(
            OVERSEAS_BALANCE,
            params,
            lambda response: parse_exchange_page(response.tr_cont, response.body),
            cursor,
            page,
        )

    return await fetch_all_pages(fetch)
