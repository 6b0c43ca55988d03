"""Shares and cash abroad: the balance on trade date, and by exchange where that has no rows.

The balance on trade date (해외주식 체결기준현재잔고) is one call for everything. The paper server
fills in its totals only; the rows are then asked for by exchange (해외주식 잔고), of which paper
gives all at once when none is named.
"""

from collections.abc import Sequence
from contextlib import suppress

from msgspec import Struct

from kistui.client import response_parsing
from kistui.client.account_request import AccountRequest
from kistui.client.endpoints import OVERSEAS_BALANCE, OVERSEAS_PRESENT_BALANCE
from kistui.client.pagination import Cursor, Page, fetch_all_pages, next_cursor
from kistui.client.row_parser import RowParser
from kistui.errors import PermissionDeniedError, ProductRejectedError, RequestRejectedError
from kistui.models.account import Environment
from kistui.models.overseas import (
    MARKET_BY_CURRENCY,
    MARKET_BY_EXCHANGE,
    Market,
    OverseasBalance,
    merge_overseas_lots,
)
from kistui.models.overseas_records import (
    OverseasCash,
    OverseasLot,
    OverseasTotals,
    SettlementDateLot,
    TradeDateLot,
)

TRADE_DATE_LOT_PARSER, SETTLEMENT_DATE_LOT_PARSER = (
    RowParser(TradeDateLot),
    RowParser(SettlementDateLot),
)
CASH_PARSER, TOTALS_PARSER = RowParser(OverseasCash), RowParser(OverseasTotals)

ExchangeQuery = tuple[str, str]
"""An exchange and a currency; blank for everything, which paper alone takes."""
ALL_EXCHANGES: ExchangeQuery = ("", "")
US_COMBINED: ExchangeQuery = ("NASD", "USD")
"""On real NASD stands for the whole of the US."""
US_EXCHANGES: tuple[ExchangeQuery, ...] = (US_COMBINED, ("NYSE", "USD"), ("AMEX", "USD"))
OTHER_EXCHANGES: tuple[ExchangeQuery, ...] = (
    ("SEHK", "HKD"), ("SHAA", "CNY"), ("SZAA", "CNY"), ("TKSE", "JPY"), ("HASE", "VND"),
    ("VNSE", "VND"),
)  # fmt: skip

NO_CONSENT_ERRORS = (PermissionDeniedError, ProductRejectedError)
"""What KIS answers for an account without consent, when its key works elsewhere."""


class PresentBalance(Struct, frozen=True):
    """The balance on trade date: everything on real, the totals on paper."""

    lots: tuple[TradeDateLot, ...]
    cash: tuple[OverseasCash, ...]
    totals: OverseasTotals

    @property
    def is_missing_rows(self) -> bool:
        """Whether the totals know of shares that the rows do not show."""
        told = self.totals
        amounts = (told.valuation, told.valuation_sum, told.purchase_amount, told.purchase_sum)
        return not self.lots and any(amounts)


# Everything in its own currency: 02 is foreign here, and won elsewhere.
PRESENT_PARAMS = {
    "WCRC_FRCR_DVSN_CD": "02", "NATN_CD": "000", "TR_MKET_CD": "00", "INQR_DVSN_CD": "00"
}  # fmt: skip


def parse_present_balance(body: response_parsing.JsonObject) -> PresentBalance:
    """The one answer; raises Malformed."""
    totals = response_parsing.parse_rows(body, "output3")
    return PresentBalance(
        TRADE_DATE_LOT_PARSER.parse_all(response_parsing.parse_required_rows(body, "output1")),
        tuple(
            each
            for each in CASH_PARSER.parse_all(response_parsing.parse_rows(body, "output2"))
            if each.currency
        ),
        TOTALS_PARSER.parse(totals[0]) if totals else OverseasTotals(),
    )


def parse_exchange_page(
    tr_cont: str, body: response_parsing.JsonObject
) -> Page[SettlementDateLot, None]:
    """One page of one exchange; the filler row is among its rows. Raises Malformed."""
    lots = SETTLEMENT_DATE_LOT_PARSER.parse_all(
        response_parsing.parse_required_rows(body, "output1")
    )
    return Page(lots, None, next_cursor(tr_cont, body, 200))


async def fetch_overseas(
    account_request: AccountRequest, environment: Environment
) -> OverseasBalance:
    """Everything abroad in as few calls as will do: one on real, two on paper.

    Without consent it is empty, and says so.
    """
    try:
        answer = await account_request.fetch_page(OVERSEAS_PRESENT_BALANCE, PRESENT_PARAMS)
    except NO_CONSENT_ERRORS:
        return OverseasBalance(markets_without_consent=tuple(MARKET_BY_CURRENCY.values()))
    present = parse_present_balance(answer.body)
    answers: list[Sequence[OverseasLot]] = [present.lots]
    refused: list[Market] = []
    if present.is_missing_rows:
        answers += await _fetch_by_exchange(account_request, environment, refused)
    return OverseasBalance(
        holdings=merge_overseas_lots(answers),
        cash=present.cash,
        totals=present.totals,
        markets_without_consent=tuple(dict.fromkeys(refused)),
    )


async def _fetch_by_exchange(
    asking: AccountRequest, environment: Environment, refused: list[Market]
) -> list[Sequence[SettlementDateLot]]:
    is_paper = environment is Environment.PAPER
    if is_paper:
        with suppress(
            RequestRejectedError, *NO_CONSENT_ERRORS
        ):  # no document promises it: it may end
            everything = await _fetch_exchange(asking, ALL_EXCHANGES)
            if any(lot.code for lot in everything):
                return [everything]
    answers: list[Sequence[SettlementDateLot]] = []
    for query in (*(US_EXCHANGES if is_paper else (US_COMBINED,)), *OTHER_EXCHANGES):
        try:
            answers.append(await _fetch_exchange(asking, query))
        except NO_CONSENT_ERRORS:
            refused.append(MARKET_BY_EXCHANGE[query[0]])
    return answers


async def _fetch_exchange(
    asking: AccountRequest, query: ExchangeQuery
) -> Sequence[SettlementDateLot]:
    exchange, currency = query

    async def fetch(cursor: Cursor, page: int) -> Page[SettlementDateLot, None]:
        params = {"OVRS_EXCG_CD": exchange, "TR_CRCY_CD": currency, **cursor.params(200)}
        answer = await asking.fetch_page(OVERSEAS_BALANCE, params, cursor, page)
        return parse_exchange_page(answer.tr_cont, answer.body)

    lots, _, _ = await fetch_all_pages(fetch)
    return lots
