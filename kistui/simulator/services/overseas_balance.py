"""해외주식 잔고 (inquire-balance): overseas holdings of one exchange, without 미니스탁."""

from collections.abc import Sequence
from decimal import Decimal

from kistui.simulator.instruments import price_tick_time
from kistui.simulator.options import GENERAL, ISA
from kistui.simulator.overseas import (
    CURRENCIES,
    EXCHANGES,
    US_EXCHANGES,
    OverseasPosition,
)
from kistui.simulator.paging import PagedList, encode_search_key
from kistui.simulator.price_history import overseas_price
from kistui.simulator.request import InvalidParamError, Request
from kistui.simulator.responses import (
    Response,
    error_response,
    format_decimal,
    format_percent,
    format_ratio,
)
from kistui.simulator.service import Service, service

REQUIRED_PARAMS = (
    "CANO", "ACNT_PRDT_CD", "OVRS_EXCG_CD", "TR_CRCY_CD", "CTX_AREA_FK200", "CTX_AREA_NK200",
)  # fmt: skip
CURSOR_PARAMS = REQUIRED_PARAMS[:4]
CURRENCIES_BY_EXCHANGE = {
    code: {exchange.currency.code} for code, exchange in EXCHANGES.items()
} | {
    "NAS": {"USD"},
    "SEHK": {"HKD", "CNY", "USD"},
}
DECIMAL_PLACES = {
    "frcr_evlu_pfls_amt": 6,
    "evlu_pfls_rt": 2,
    "pchs_avg_pric": 4,
    "ovrs_cblc_qty": 0,
    "ord_psbl_qty": 0,
    "frcr_pchs_amt1": 5,
    "ovrs_stck_evlu_amt": 8,
    "now_pric2": 6,
}
"""Decimal places of each number in a row."""
TEXT_FIELDS = (
    "cano", "acnt_prdt_cd", "prdt_type_cd", "ovrs_pdno", "ovrs_item_name", "tr_crcy_cd",
    "ovrs_excg_cd", "loan_type_cd", "loan_dt", "expd_dt",
)  # fmt: skip
FIELD_ORDER = (*TEXT_FIELDS[:5], *DECIMAL_PLACES, *TEXT_FIELDS[5:])
BLANK_ROW = {
    name: format_decimal(Decimal(0), DECIMAL_PLACES[name]) if name in DECIMAL_PLACES else ""
    for name in FIELD_ORDER
}
"""The empty row with which the real server ends the last page."""
NO_CONSENT_CODE = "EGW00206"
"""A stand-in for missing permission, since no source has the real server's code."""


@service(
    "/uapi/overseas-stock/v1/trading/inquire-balance",
    "TTTS3012R",
    "VTTS3012R",
    required_params=REQUIRED_PARAMS,
    account_types=(GENERAL, ISA),
)
class OverseasBalanceService(Service):
    """해외주식 잔고: one exchange and currency per request."""

    def handle(self, request: Request) -> Response:
        """Return a page, or the error for missing consent; raises InvalidParamError."""
        exchange, currency = request.query["OVRS_EXCG_CD"], request.query["TR_CRCY_CD"]
        self._check(exchange, currency)
        if self._lacks_consent(exchange) and not self.context.options.is_paper:
            return error_response(NO_CONSENT_CODE)
        positions = [
            position
            for position in self.context.overseas.positions
            if self._matches(position, exchange, currency)
        ]
        pages = PagedList(
            self.context.paging(200),
            [position.instrument.code for position in positions],
            encode_search_key(request, CURSOR_PARAMS),
        )
        page_start = pages.page_start(request, price_tick_time(self.context.clock()))
        prices = [
            overseas_price(position.instrument, self.context.options.seed, page_start.timestamp)
            for position in positions
        ]
        rows = [
            _row(request, position, price)
            for position, price in zip(positions, prices, strict=True)
        ]
        page = rows[pages.row_slice(page_start)]
        if pages.is_last(page_start) and self._ends_with_blank_row:
            page.append(BLANK_ROW)
        return pages.response(
            page_start,
            {"output1": page, "output2": _totals(positions, prices)},
            is_paper=self.context.options.is_paper,
        )

    @property
    def _ends_with_blank_row(self) -> bool:
        """Whether KIS adds a blank row: only to accounts that ever held overseas shares."""
        return not self.context.options.is_paper and bool(
            self.context.overseas.positions or self.context.overseas.cash_by_currency
        )

    def _check(self, exchange: str, currency: str) -> None:
        """Raise InvalidParamError; on paper both may be empty, for all exchanges."""
        if self.context.options.is_paper and not exchange and not currency:
            return
        if exchange not in CURRENCIES_BY_EXCHANGE or (
            exchange == "NAS" and self.context.options.is_paper
        ):
            raise InvalidParamError("OVRS_EXCG_CD")
        if currency not in CURRENCIES_BY_EXCHANGE[exchange]:
            raise InvalidParamError("TR_CRCY_CD")

    def _lacks_consent(self, exchange: str) -> bool:
        return ("NASD" if exchange == "NAS" else exchange) in self.context.exchanges_without_consent

    def _matches(self, position: OverseasPosition, exchange: str, currency: str) -> bool:
        """Return whether a position is requested; on real, NASD is all the US and NAS is Nasdaq."""
        if position.is_ministock or not position.quantity:
            return False
        if not exchange:
            return True
        if position.instrument.currency is not CURRENCIES[currency]:
            return False
        exchange_code = position.instrument.exchange.code
        if exchange == "NASD" and not self.context.options.is_paper:
            return exchange_code in US_EXCHANGES
        return exchange_code == ("NASD" if exchange == "NAS" else exchange)


def _row(request: Request, position: OverseasPosition, price: Decimal) -> dict[str, str]:
    item, valuation = position.instrument, price * position.quantity
    numbers = {
        "frcr_evlu_pfls_amt": valuation - position.purchase_amount,
        "evlu_pfls_rt": Decimal(
            format_percent(valuation - position.purchase_amount, position.purchase_amount, 2)
        ),
        "pchs_avg_pric": Decimal(format_ratio(position.purchase_amount, position.quantity, 4)),
        "ovrs_cblc_qty": position.quantity,
        "ord_psbl_qty": position.quantity,
        "frcr_pchs_amt1": position.purchase_amount,
        "ovrs_stck_evlu_amt": valuation,
        "now_pric2": price,
    }
    texts = {
        "cano": request.query["CANO"],
        "acnt_prdt_cd": request.query["ACNT_PRDT_CD"],
        "prdt_type_cd": item.exchange.product_type,
        "ovrs_pdno": item.code,
        "ovrs_item_name": item.name,
        "tr_crcy_cd": item.currency.code,
        "ovrs_excg_cd": item.exchange.code,
        "loan_type_cd": "00",
    }
    shown = {name: format_decimal(number, DECIMAL_PLACES[name]) for name, number in numbers.items()}
    return {**BLANK_ROW, **texts, **shown}


def _totals(positions: Sequence[OverseasPosition], prices: Sequence[Decimal]) -> dict[str, str]:
    """Return the sums over all pages; `tot_evlu_pfls_amt` is the valuation, not the profit."""
    cost = sum((position.purchase_amount for position in positions), Decimal(0))
    pairs = zip(positions, prices, strict=True)
    valuation = sum((price * position.quantity for position, price in pairs), Decimal(0))
    return {
        "frcr_pchs_amt1": format_decimal(cost, 5),
        "ovrs_rlzt_pfls_amt": format_decimal(Decimal(0), 5),
        "ovrs_tot_pfls": format_decimal(valuation - cost, 5),
        "rlzt_erng_rt": format_decimal(Decimal(0), 8),
        "tot_evlu_pfls_amt": format_decimal(valuation, 8),
        "tot_pftrt": format_percent(valuation - cost, cost, 8),
        "frcr_buy_amt_smtl1": format_decimal(cost, 6),
        "ovrs_rlzt_pfls_amt2": format_decimal(Decimal(0), 5),
        "frcr_buy_amt_smtl2": format_decimal(cost, 6),
    }
