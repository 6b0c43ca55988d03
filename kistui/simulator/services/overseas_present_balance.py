"""해외주식 체결기준현재잔고 (inquire-present-balance): fractions, cash and totals included."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from kistui.simulator.cash import foreign_cash, withdrawable_won
from kistui.simulator.instruments import price_tick_time
from kistui.simulator.options import GENERAL, ISA, KST
from kistui.simulator.overseas import (
    CURRENCIES,
    CURRENCIES_BY_NATION,
    MARKET_CODES_BY_NATION,
    Currency,
    OverseasPosition,
    exchange_rates,
    to_won,
)
from kistui.simulator.paging import completed_code, empty_code
from kistui.simulator.portfolios import Portfolio
from kistui.simulator.price_history import overseas_price
from kistui.simulator.request import InvalidParamError, Request
from kistui.simulator.responses import (
    Response,
    format_decimal,
    format_percent,
    format_ratio,
    success_response,
)
from kistui.simulator.service import AccountContext, Service, service

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
"""Exchanges on which names are prefixed with the ticker in brackets."""


class ValuedPosition(NamedTuple):
    """A position at a price, with its currency's rate of the day."""

    position: OverseasPosition
    price: Decimal
    exchange_rate: Decimal

    @property
    def currency(self) -> Currency:
        """The currency of its exchange."""
        return self.position.instrument.currency

    @property
    def valuation(self) -> Decimal:
        """The valuation in its currency."""
        return self.price * self.position.quantity

    def to_won(self, amount: Decimal) -> Decimal:
        """Return an amount of the position's currency in won, not rounded."""
        return to_won(amount, self.currency, self.exchange_rate)


@service(
    "/uapi/overseas-stock/v1/trading/inquire-present-balance",
    "CTRP6504R",
    "VTRP6504R",
    required_params=REQUIRED_PARAMS,
    account_types=(GENERAL, ISA),
)
class OverseasPresentBalanceService(Service):
    """해외주식 체결기준현재잔고: all positions and cash at once."""

    def handle(self, request: Request) -> Response:
        """Return the balance; raises InvalidParamError."""
        _check_params(request)
        seconds = price_tick_time(self.context.clock())
        rates = _rates(self.context, seconds)
        valued_positions = [
            valued
            for valued in value_positions(self.context, seconds)
            if _matches(valued.position, request)
        ]
        nation = CURRENCIES_BY_NATION.get(request.query["NATN_CD"])
        cash = {
            code: amount
            for code, amount in self.context.overseas.cash_by_currency.items()
            if nation is None or code == nation.code
        }
        is_paper = self.context.options.is_paper
        is_won = request.query["WCRC_FRCR_DVSN_CD"] == "01"
        code = (completed_code if valued_positions else empty_code)(is_paper=is_paper)
        rows = [_row(valued, is_won=is_won) for valued in valued_positions]
        balances = [self._cash_row(CURRENCIES[code], cash[code], rates[code]) for code in cash]
        return success_response(
            code,
            {
                "output1": [] if is_paper else rows,
                "output2": [] if is_paper else balances,
                "output3": _totals(
                    valued_positions, cash, rates, _portfolio(self.context, seconds)
                ),
            },
        )

    def _cash_row(self, currency: Currency, amount: Decimal, unit_rate: Decimal) -> dict[str, str]:
        """Return a currency's row; `frcr_evlu_amt2` is here the withdrawable amount in won."""
        cash = foreign_cash(self.context, currency.code)
        return {
            "crcy_cd": currency.code,
            "crcy_cd_name": currency.name,
            "frcr_buy_amt_smtl": format_decimal(cash.bought, 5),
            "frcr_sll_amt_smtl": format_decimal(cash.sold, 5),
            "frcr_dncl_amt_2": format_decimal(amount, 6),
            "frst_bltn_exrt": format_decimal(unit_rate, 8),
            "frcr_buy_mgn_amt": format_decimal(Decimal(0), 6),
            "frcr_etc_mgna": format_decimal(Decimal(0), 6),
            "frcr_drwg_psbl_amt_1": format_decimal(cash.withdrawable, 6),
            "frcr_evlu_amt2": format_decimal(to_won(cash.withdrawable, currency, unit_rate), 6),
            "acpl_cstd_crcy_yn": "Y",
            "nxdy_frcr_drwg_psbl_amt": format_decimal(cash.withdrawable_next_day, 6),
        }


def value_positions(context: AccountContext, seconds: int) -> list[ValuedPosition]:
    """Return the positions of an account at the prices and rates of an epoch second."""
    rates, seed = _rates(context, seconds), context.options.seed
    return [
        ValuedPosition(
            position,
            overseas_price(position.instrument, seed, seconds),
            rates[position.instrument.currency.code],
        )
        for position in context.overseas.positions
    ]


def overseas_totals(
    context: AccountContext, positions: Sequence[ValuedPosition], seconds: int
) -> dict[str, str]:
    """Return the totals of an account's positions and of all its cash."""
    return _totals(
        positions,
        dict(context.overseas.cash_by_currency),
        _rates(context, seconds),
        _portfolio(context, seconds),
    )


def _portfolio(context: AccountContext, seconds: int) -> Portfolio:
    return context.portfolio.portfolio_at(datetime.fromtimestamp(seconds, KST))


def _rates(context: AccountContext, seconds: int) -> dict[str, Decimal]:
    return exchange_rates(context.options.seed, datetime.fromtimestamp(seconds, KST).date())


def _check_params(request: Request) -> None:
    """Raise InvalidParamError for the first parameter with a value that is not allowed."""
    query = request.query
    for name, allowed in (
        ("WCRC_FRCR_DVSN_CD", {"01", "02"}),
        ("NATN_CD", set(MARKET_CODES_BY_NATION)),
        ("TR_MKET_CD", MARKET_CODES_BY_NATION.get(query["NATN_CD"], set())),
        ("INQR_DVSN_CD", {"00", "01", "02"}),
    ):
        if query[name] not in allowed:
            raise InvalidParamError(name)


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


def _row(valued: ValuedPosition, *, is_won: bool) -> dict[str, str]:
    """Return a row; with `is_won` even the fields named foreign (`frcr`) are in won."""
    position, currency = valued.position, valued.currency
    item = position.instrument

    def format_amount(amount: Decimal, places: int) -> str:
        return format_decimal(
            to_won(amount, currency, valued.exchange_rate) if is_won else amount, places
        )

    cost, valuation = (
        Decimal(format_amount(amount, 5)) for amount in (position.purchase_amount, valued.valuation)
    )
    profit = valuation - cost
    average = Decimal(format_ratio(position.purchase_amount, position.quantity, 8))
    code = f"[{item.code}]" if item.exchange.code in EXCHANGES_WITH_TICKER_IN_NAME else ""
    return {
        "prdt_name": f"{code}{item.name}",
        "cblc_qty13": format_decimal(position.quantity_yesterday, 8),
        "thdt_buy_ccld_qty1": format_decimal(position.bought_today.quantity, 8),
        "thdt_sll_ccld_qty1": format_decimal(position.sold_today.quantity, 8),
        "ccld_qty_smtl1": format_decimal(position.quantity, 8),
        "ord_psbl_qty1": format_decimal(position.quantity, 8),
        "frcr_pchs_amt": format_decimal(cost, 5),
        "frcr_evlu_amt2": format_decimal(valuation, 5),
        "evlu_pfls_amt2": format_decimal(profit, 5),
        "evlu_pfls_rt1": format_decimal(Decimal(format_percent(profit, cost, 2)), 8),
        "pdno": item.code,
        "bass_exrt": format_decimal(valued.exchange_rate, 8),
        "buy_crcy_cd": currency.code,
        "ovrs_now_pric1": format_amount(valued.price, 6),
        "avg_unpr3": format_amount(average, 4),
        "tr_mket_name": item.exchange.name,
        "natn_kor_name": currency.nation_name,
        "pchs_rmnd_wcrc_amt": format_decimal(
            valued.to_won(position.purchase_amount * position.purchase_rate_permille / 1000), 0
        ),
        "thdt_buy_ccld_frcr_amt": format_amount(position.bought_today.amount, 5),
        "thdt_sll_ccld_frcr_amt": format_amount(position.sold_today.amount, 5),
        "unit_amt": str(currency.unit),
        "std_pdno": item.isin,
        "prdt_type_cd": item.exchange.product_type,
        "scts_dvsn_name": "미니스탁" if position.is_ministock else "해외주식",
        "loan_rmnd": "0",
        "loan_dt": "",
        "loan_expd_dt": "",
        "ovrs_excg_cd": item.exchange.code,
        "item_lnkg_excg_cd": item.exchange.quote_code,
    }


def _totals(
    positions: Sequence[ValuedPosition],
    cash: dict[str, Decimal],
    exchange_rates: dict[str, Decimal],
    portfolio: Portfolio,
) -> dict[str, str]:
    """Return the totals in won, each rounded once; the profit is the rounded sums' difference."""
    cost = _sum_won(valued.to_won(valued.position.purchase_amount) for valued in positions)
    valuation = _sum_won(valued.to_won(valued.valuation) for valued in positions)
    bought = _sum_won(valued.to_won(valued.position.bought_today.amount) for valued in positions)
    sold = _sum_won(valued.to_won(valued.position.sold_today.amount) for valued in positions)
    foreign = _sum_won(to_won(cash[code], CURRENCIES[code], exchange_rates[code]) for code in cash)
    zero, deposit = Decimal(0), portfolio.deposit
    figures = {
        "pchs_amt_smtl": cost,
        "evlu_amt_smtl": valuation,
        "evlu_pfls_amt_smtl": valuation - cost,
        "dncl_amt": Decimal(deposit),
        "cma_evlu_amt": zero,
        "tot_dncl_amt": Decimal(deposit) + foreign,
        "etc_mgna": zero,
        "wdrw_psbl_tot_amt": Decimal(withdrawable_won(portfolio)),
        "frcr_evlu_tota": foreign,
    }
    totals = {
        "pchs_amt_smtl_amt": cost,
        "evlu_amt_smtl_amt": valuation,
        "tot_evlu_pfls_amt": valuation - cost,
        "tot_asst_amt": valuation + deposit + foreign,
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
        "evlu_erng_rt1": format_percent(valuation - cost, cost, 8),
        **{name: format_decimal(amount, decimals.get(name, 0)) for name, amount in totals.items()},
    }


def _sum_won(amounts: Iterable[Decimal]) -> Decimal:
    """Return the sum in whole won."""
    return sum(amounts, Decimal(0)).quantize(WON_QUANTUM, ROUND_HALF_UP)
