"""Overseas inquire-balance: one exchange and currency at a time, 미니스탁 left out."""

from collections.abc import Sequence, Set
from decimal import Decimal

from kistui.simulator.clock import Clock
from kistui.simulator.options import SimulatorOptions
from kistui.simulator.overseas_market import CURRENCIES, EXCHANGES, US_EXCHANGES, overseas_price
from kistui.simulator.overseas_portfolios import OverseasPortfolio, OverseasPosition
from kistui.simulator.paging import PagedList, PagingOptions, encode_search_key
from kistui.simulator.prices import price_tick_time
from kistui.simulator.request import Request
from kistui.simulator.responses import Response, error_response, invalid_param, success_response
from kistui.simulator.valuation import format_decimal, format_percent, format_ratio

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
"""How many decimals each number of a row has."""
TEXT_FIELDS = (
    "cano", "acnt_prdt_cd", "prdt_type_cd", "ovrs_pdno", "ovrs_item_name", "tr_crcy_cd",
    "ovrs_excg_cd", "loan_type_cd", "loan_dt", "expd_dt",
)  # fmt: skip
FIELD_ORDER = (*TEXT_FIELDS[:5], *DECIMAL_PLACES, *TEXT_FIELDS[5:])
BLANK_ROW = {
    name: format_decimal(Decimal(0), DECIMAL_PLACES[name]) if name in DECIMAL_PLACES else ""
    for name in FIELD_ORDER
}
"""A row of nothing, with which real ends the last page."""
NO_CONSENT_CODE = "EGW00206"
"""No source has the code real gives; this one says that there is no permission."""


class OverseasBalanceEndpoint:
    """One account's shares abroad in one scene."""

    def __init__(
        self,
        portfolio: OverseasPortfolio,
        paging_options: PagingOptions,
        options: SimulatorOptions,
        clock: Clock,
        exchanges_without_consent: Set[str],
    ) -> None:
        self._portfolio = portfolio
        self._paging_options = paging_options
        self._options = options
        self._clock = clock
        self._exchanges_without_consent = exchanges_without_consent

    def handle(self, request: Request) -> Response:
        """A page, or why the query is refused."""
        exchange, currency = request.query["OVRS_EXCG_CD"], request.query["TR_CRCY_CD"]
        wrong = self._invalid_param(exchange, currency)
        if wrong:
            return invalid_param(wrong)
        if self._lacks_consent(exchange) and not self._options.is_paper:
            return error_response(NO_CONSENT_CODE)
        held = [
            each for each in self._portfolio.positions if self._matches(each, exchange, currency)
        ]
        pages = PagedList(
            self._paging_options,
            [each.instrument.code for each in held],
            encode_search_key(request, CURSOR_PARAMS),
        )
        place = pages.page_start(request, price_tick_time(self._clock()))
        prices = [
            overseas_price(each.instrument, self._options.seed, place.timestamp) for each in held
        ]
        rows = [_row(request, each, price) for each, price in zip(held, prices, strict=True)]
        shown = rows[pages.row_slice(place)]
        if pages.is_last(place) and self._ends_with_blank_row:
            shown.append(BLANK_ROW)
        return success_response(
            pages.message_code(place, is_paper=self._options.is_paper),
            {**pages.cursor_fields(place), "output1": shown, "output2": _totals(held, prices)},
            headers={"tr_cont": pages.tr_cont(place)},
        )

    @property
    def _ends_with_blank_row(self) -> bool:
        """An account that never had anything abroad is told nothing at all."""
        return not self._options.is_paper and bool(
            self._portfolio.positions or self._portfolio.cash_by_currency
        )

    def _invalid_param(self, exchange: str, currency: str) -> str | None:
        """The field that is wrong; on paper both may be blank, for everything."""
        if self._options.is_paper and not exchange and not currency:
            return None
        if exchange not in CURRENCIES_BY_EXCHANGE or (exchange == "NAS" and self._options.is_paper):
            return "OVRS_EXCG_CD"
        return None if currency in CURRENCIES_BY_EXCHANGE[exchange] else "TR_CRCY_CD"

    def _lacks_consent(self, exchange: str) -> bool:
        return ("NASD" if exchange == "NAS" else exchange) in self._exchanges_without_consent

    def _matches(self, position: OverseasPosition, exchange: str, currency: str) -> bool:
        """NASD is all of the US on real, and NAS is Nasdaq alone."""
        if position.is_ministock or not position.quantity:
            return False
        if not exchange:
            return True
        if position.instrument.currency is not CURRENCIES[currency]:
            return False
        own = position.instrument.exchange.code
        if exchange == "NASD" and not self._options.is_paper:
            return own in US_EXCHANGES
        return own == ("NASD" if exchange == "NAS" else exchange)


def _row(request: Request, position: OverseasPosition, price: Decimal) -> dict[str, str]:
    share, worth = position.instrument, price * position.quantity
    numbers = {
        "frcr_evlu_pfls_amt": worth - position.purchase_amount,
        "evlu_pfls_rt": Decimal(
            format_percent(worth - position.purchase_amount, position.purchase_amount, 2)
        ),
        "pchs_avg_pric": Decimal(format_ratio(position.purchase_amount, position.quantity, 4)),
        "ovrs_cblc_qty": position.quantity,
        "ord_psbl_qty": position.quantity,
        "frcr_pchs_amt1": position.purchase_amount,
        "ovrs_stck_evlu_amt": worth,
        "now_pric2": price,
    }
    texts = {
        "cano": request.query["CANO"],
        "acnt_prdt_cd": request.query["ACNT_PRDT_CD"],
        "prdt_type_cd": share.exchange.product_type,
        "ovrs_pdno": share.code,
        "ovrs_item_name": share.name,
        "tr_crcy_cd": share.currency.code,
        "ovrs_excg_cd": share.exchange.code,
        "loan_type_cd": "00",
    }
    shown = {name: format_decimal(number, DECIMAL_PLACES[name]) for name, number in numbers.items()}
    return {**BLANK_ROW, **texts, **shown}


def _totals(positions: Sequence[OverseasPosition], prices: Sequence[Decimal]) -> dict[str, str]:
    """One sum over all that was asked for; `tot_evlu_pfls_amt` is the value, not the profit."""
    cost = sum((each.purchase_amount for each in positions), Decimal(0))
    pairs = zip(positions, prices, strict=True)
    worth = sum((price * each.quantity for each, price in pairs), Decimal(0))
    return {
        "frcr_pchs_amt1": format_decimal(cost, 5),
        "ovrs_rlzt_pfls_amt": format_decimal(Decimal(0), 5),
        "ovrs_tot_pfls": format_decimal(worth - cost, 5),
        "rlzt_erng_rt": format_decimal(Decimal(0), 8),
        "tot_evlu_pfls_amt": format_decimal(worth, 8),
        "tot_pftrt": format_percent(worth - cost, cost, 8),
        "frcr_buy_amt_smtl1": format_decimal(cost, 6),
        "ovrs_rlzt_pfls_amt2": format_decimal(Decimal(0), 5),
        "frcr_buy_amt_smtl2": format_decimal(cost, 6),
    }
