"""Overseas inquire-present-balance: shares with fractions, cash by currency, totals in won."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from kistui.simulator.clock import KST, Clock
from kistui.simulator.options import SimulatorOptions
from kistui.simulator.overseas_market import (
    CURRENCIES,
    CURRENCIES_BY_NATION,
    MARKET_CODES_BY_NATION,
    Currency,
    exchange_rate,
    overseas_price,
    to_won,
)
from kistui.simulator.overseas_portfolios import OverseasPortfolio, OverseasPosition
from kistui.simulator.paging import completed_code, empty_code
from kistui.simulator.prices import price_tick_time
from kistui.simulator.request import Request
from kistui.simulator.responses import Response, invalid_param, success_response
from kistui.simulator.valuation import format_decimal, format_percent, format_ratio

REQUIRED_PARAMS = (
    "CANO",
    "ACNT_PRDT_CD",
    "WCRC_FRCR_DVSN_CD",
    "NATN_CD",
    "TR_MKET_CD",
    "INQR_DVSN_CD",
)
ALL_MARKETS = "00"
WON_QUANTUM = Decimal(1)
EXCHANGES_WITH_TICKER_IN_NAME = frozenset({"TKSE"})
"""Exchanges whose items carry the ticker before their name."""


class ValuedPosition(NamedTuple):
    """A holding at a price, and its currency's rate of the day."""

    position: OverseasPosition
    price: Decimal
    exchange_rate: Decimal

    @property
    def currency(self) -> Currency:
        """What it is traded in."""
        return self.position.instrument.currency

    @property
    def valuation(self) -> Decimal:
        """In its currency."""
        return self.price * self.position.quantity

    def to_won(self, amount: Decimal) -> Decimal:
        """An amount of its currency in won, to all decimals."""
        return to_won(amount, self.currency, self.exchange_rate)


class OverseasPresentBalanceEndpoint:
    """One account's shares and cash abroad in one scene; `deposit` is its cash in won."""

    def __init__(
        self, portfolio: OverseasPortfolio, deposit: int, options: SimulatorOptions, clock: Clock
    ) -> None:
        self._portfolio = portfolio
        self._deposit = deposit
        self._options = options
        self._clock = clock

    def handle(self, request: Request) -> Response:
        """Everything at once, or why the query is refused."""
        wrong = _invalid_param(request)
        if wrong:
            return invalid_param(wrong)
        seconds = price_tick_time(self._clock())
        rates = self._exchange_rates(seconds)
        held = [
            ValuedPosition(
                each,
                overseas_price(each.instrument, self._options.seed, seconds),
                rates[each.instrument.currency.code],
            )
            for each in self._portfolio.positions
            if _matches(each, request)
        ]
        nation = CURRENCIES_BY_NATION.get(request.query["NATN_CD"])
        cash = {
            code: amount
            for code, amount in self._portfolio.cash_by_currency.items()
            if nation is None or code == nation.code
        }
        is_paper = self._options.is_paper
        is_won = request.query["WCRC_FRCR_DVSN_CD"] == "01"
        code = (completed_code if held else empty_code)(is_paper=is_paper)
        rows = [_row(each, is_won=is_won) for each in held]
        balances = [self._cash_row(CURRENCIES[code], cash[code], rates[code]) for code in cash]
        return success_response(
            code,
            {
                "output1": [] if is_paper else rows,
                "output2": [] if is_paper else balances,
                "output3": _totals(held, cash, rates, self._deposit),
            },
        )

    def _exchange_rates(self, seconds: int) -> dict[str, Decimal]:
        day = datetime.fromtimestamp(seconds, KST).date()
        return {
            code: exchange_rate(each, self._options.seed, day) for code, each in CURRENCIES.items()
        }

    def _cash_row(self, currency: Currency, amount: Decimal, unit_rate: Decimal) -> dict[str, str]:
        """One currency; here `frcr_evlu_amt2` is what may be withdrawn, in won."""
        deals = [each for each in self._portfolio.positions if each.instrument.currency is currency]
        bought = sum((each.bought_today.amount for each in deals), Decimal(0))
        sold = sum((each.sold_today.amount for each in deals), Decimal(0))
        free = max(amount - bought, Decimal(0))
        return {
            "crcy_cd": currency.code,
            "crcy_cd_name": currency.name,
            "frcr_buy_amt_smtl": format_decimal(bought, 5),
            "frcr_sll_amt_smtl": format_decimal(sold, 5),
            "frcr_dncl_amt_2": format_decimal(amount, 6),
            "frst_bltn_exrt": format_decimal(unit_rate, 8),
            "frcr_buy_mgn_amt": format_decimal(Decimal(0), 6),
            "frcr_etc_mgna": format_decimal(Decimal(0), 6),
            "frcr_drwg_psbl_amt_1": format_decimal(free, 6),
            "frcr_evlu_amt2": format_decimal(to_won(free, currency, unit_rate), 6),
            "acpl_cstd_crcy_yn": "Y",
            "nxdy_frcr_drwg_psbl_amt": format_decimal(max(amount - bought + sold, Decimal(0)), 6),
        }


def _invalid_param(request: Request) -> str | None:
    """The first field whose value is not taken."""
    query = request.query
    for name, taken in (
        ("WCRC_FRCR_DVSN_CD", {"01", "02"}),
        ("NATN_CD", set(MARKET_CODES_BY_NATION)),
        ("TR_MKET_CD", MARKET_CODES_BY_NATION.get(query["NATN_CD"], set())),
        ("INQR_DVSN_CD", {"00", "01", "02"}),
    ):
        if query[name] not in taken:
            return name
    return None


def _matches(position: OverseasPosition, request: Request) -> bool:
    exchange = position.instrument.exchange
    nation, market, kind = (
        request.query[name] for name in ("NATN_CD", "TR_MKET_CD", "INQR_DVSN_CD")
    )
    if nation not in {"000", exchange.currency.nation_code}:
        return False
    if market not in {ALL_MARKETS, exchange.market_code}:
        return False
    return kind == "00" or position.is_ministock == (kind == "02")


def _row(each: ValuedPosition, *, is_won: bool) -> dict[str, str]:
    """With `is_won`, amounts and prices are in won though their names say foreign."""
    holding, share, currency = each.position, each.position.instrument, each.currency

    def shown(amount: Decimal, places: int) -> str:
        return format_decimal(
            to_won(amount, currency, each.exchange_rate) if is_won else amount, places
        )

    cost, worth = (
        Decimal(shown(amount, 5)) for amount in (holding.purchase_amount, each.valuation)
    )
    profit = worth - cost
    average = Decimal(format_ratio(holding.purchase_amount, holding.quantity, 8))
    code = f"[{share.code}]" if share.exchange.code in EXCHANGES_WITH_TICKER_IN_NAME else ""
    settled = holding.quantity - holding.bought_today.quantity + holding.sold_today.quantity
    return {
        "prdt_name": f"{code}{share.name}",
        "cblc_qty13": format_decimal(settled, 8),
        "thdt_buy_ccld_qty1": format_decimal(holding.bought_today.quantity, 8),
        "thdt_sll_ccld_qty1": format_decimal(holding.sold_today.quantity, 8),
        "ccld_qty_smtl1": format_decimal(holding.quantity, 8),
        "ord_psbl_qty1": format_decimal(holding.quantity, 8),
        "frcr_pchs_amt": format_decimal(cost, 5),
        "frcr_evlu_amt2": format_decimal(worth, 5),
        "evlu_pfls_amt2": format_decimal(profit, 5),
        "evlu_pfls_rt1": format_decimal(Decimal(format_percent(profit, cost, 2)), 8),
        "pdno": share.code,
        "bass_exrt": format_decimal(each.exchange_rate, 8),
        "buy_crcy_cd": currency.code,
        "ovrs_now_pric1": shown(each.price, 6),
        "avg_unpr3": shown(average, 4),
        "tr_mket_name": share.exchange.name,
        "natn_kor_name": currency.nation_name,
        "pchs_rmnd_wcrc_amt": format_decimal(
            each.to_won(holding.purchase_amount * holding.purchase_rate_permille / 1000), 0
        ),
        "thdt_buy_ccld_frcr_amt": shown(holding.bought_today.amount, 5),
        "thdt_sll_ccld_frcr_amt": shown(holding.sold_today.amount, 5),
        "unit_amt": str(currency.unit),
        "std_pdno": share.isin,
        "prdt_type_cd": share.exchange.product_type,
        "scts_dvsn_name": "미니스탁" if holding.is_ministock else "해외주식",
        "loan_rmnd": "0",
        "loan_dt": "",
        "loan_expd_dt": "",
        "ovrs_excg_cd": share.exchange.code,
        "item_lnkg_excg_cd": share.exchange.quote_code,
    }


def _totals(
    positions: Sequence[ValuedPosition],
    cash: dict[str, Decimal],
    exchange_rates: dict[str, Decimal],
    deposit: int,
) -> dict[str, str]:
    """Won, rounded once; the profit is that of the rounded sums."""
    cost = _sum_won(each.to_won(each.position.purchase_amount) for each in positions)
    worth = _sum_won(each.to_won(each.valuation) for each in positions)
    bought = _sum_won(each.to_won(each.position.bought_today.amount) for each in positions)
    sold = _sum_won(each.to_won(each.position.sold_today.amount) for each in positions)
    foreign = _sum_won(to_won(cash[code], CURRENCIES[code], exchange_rates[code]) for code in cash)
    zero = Decimal(0)
    figures = {
        "pchs_amt_smtl": cost,
        "evlu_amt_smtl": worth,
        "evlu_pfls_amt_smtl": worth - cost,
        "dncl_amt": Decimal(deposit),
        "cma_evlu_amt": zero,
        "tot_dncl_amt": Decimal(deposit) + foreign,
        "etc_mgna": zero,
        "wdrw_psbl_tot_amt": Decimal(deposit),
        "frcr_evlu_tota": foreign,
    }
    more = {
        "pchs_amt_smtl_amt": cost,
        "evlu_amt_smtl_amt": worth,
        "tot_evlu_pfls_amt": worth - cost,
        "tot_asst_amt": worth + deposit + foreign,
        "buy_mgn_amt": zero,
        "mgna_tota": zero,
        "frcr_use_psbl_amt": foreign,
        "ustl_sll_amt_smtl": sold,
        "ustl_buy_amt_smtl": bought,
        "tot_frcr_cblc_smtl": foreign,
        "tot_loan_amt": zero,
    }
    decimals = {"tot_evlu_pfls_amt": 8, "frcr_use_psbl_amt": 2, "tot_frcr_cblc_smtl": 6}
    return {
        **{name: format_decimal(amount, 0) for name, amount in figures.items()},
        "evlu_erng_rt1": format_percent(worth - cost, cost, 8),
        **{name: format_decimal(amount, decimals.get(name, 0)) for name, amount in more.items()},
    }


def _sum_won(amounts: Iterable[Decimal]) -> Decimal:
    """In whole won."""
    return sum(amounts, Decimal(0)).quantize(WON_QUANTUM, ROUND_HALF_UP)
