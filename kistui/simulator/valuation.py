"""Values a portfolio: the rows (`output1`) and the summary (`output2`) of inquire-balance.

All figures agree in their sums and differences to the won.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from kistui.simulator.instruments import Instrument
from kistui.simulator.options import KST
from kistui.simulator.portfolios import Portfolio, Position, fill_order, trading_costs
from kistui.simulator.price_history import REGULAR, instrument_on, quote
from kistui.simulator.responses import format_percent, format_ratio
from kistui.simulator.trade_times import portfolio_at
from kistui.simulator.trading_days import KRX

ZERO_RATE = "0.00000000"


class Snapshot(NamedTuple):
    """A balance at one time: all rows, and the summary that is repeated on every page."""

    rows: tuple[dict[str, str], ...]
    summary: dict[str, str]


def build_snapshot(
    portfolio: Portfolio, price: Callable[[Instrument], int], instant: datetime, *, is_paper: bool
) -> Snapshot:
    """Return the figures at prices in won; loan dates count from the day of `instant` in Korea."""
    prices = [price(position.instrument) for position in portfolio.positions]
    priced_positions = list(zip(portfolio.positions, prices, strict=True))
    rows = tuple(
        _row(position, now, instant, is_paper=is_paper) for position, now in priced_positions
    )
    valuation = sum(now * position.quantity for position, now in priced_positions)
    return Snapshot(rows, _summary(portfolio, valuation, is_paper=is_paper))


class PricedPortfolio:
    """Values a portfolio at any time; caches the last snapshot for the pages that follow."""

    def __init__(
        self,
        portfolio: Portfolio,
        seed: int,
        *,
        is_paper: bool,
        is_off_hours: bool,
        is_filling: bool = False,
    ) -> None:
        self.portfolio = portfolio
        self._is_filling = is_filling
        self.codes = tuple(position.instrument.code for position in portfolio.positions)
        self._seed = seed
        self._is_paper = is_paper
        self._is_off_hours = is_off_hours
        self._instruments = {
            position.instrument.code: position.instrument for position in portfolio.positions
        }
        self._session_and_closes: tuple[date, dict[str, Instrument]] = date.min, {}
        self._last_snapshot: tuple[tuple[int, str], Snapshot] | None = None

    def snapshot_at(self, seconds: int, price_set: str = REGULAR) -> Snapshot:
        """Return the figures at an epoch second with the prices of a set (`AFHR_FLPR_YN`)."""
        if self._last_snapshot is None or self._last_snapshot[0] != (seconds, price_set):
            instant = datetime.fromtimestamp(seconds, KST)
            snapshot = build_snapshot(
                self._with_closes(self.portfolio_at(instant), instant),
                lambda instrument: self._price(instrument, seconds, price_set),
                instant,
                is_paper=self._is_paper,
            )
            self._last_snapshot = (seconds, price_set), snapshot
        return self._last_snapshot[1]

    def portfolio_at(self, instant: datetime) -> Portfolio:
        """Return the portfolio at an instant, with the trades that have happened by then."""
        return portfolio_at(self.session_portfolio(instant), instant)

    def session_portfolio(self, instant: datetime) -> Portfolio:
        """Return the portfolio after all trades of the newest session; an order may be filling."""
        return fill_order(self.portfolio, instant) if self._is_filling else self.portfolio

    def _with_closes(self, portfolio: Portfolio, instant: datetime) -> Portfolio:
        """Return a portfolio with the previous closes of the newest session."""
        session = KRX.session_day(instant)
        if self._session_and_closes[0] != session:
            instruments = {
                code: instrument_on(item, self._seed, instant)
                for code, item in self._instruments.items()
            }
            self._session_and_closes = session, instruments
        closes = self._session_and_closes[1]
        return portfolio._replace(
            positions=tuple(
                position._replace(instrument=closes[position.instrument.code])
                for position in portfolio.positions
            )
        )

    def _price(self, instrument: Instrument, seconds: int, price_set: str) -> int:
        if self._is_off_hours:
            return 0
        return quote(self._instruments[instrument.code], self._seed, seconds, price_set)


def _row(position: Position, price: int, instant: datetime, *, is_paper: bool) -> dict[str, str]:
    item, quantity, cost = position.instrument, position.quantity, position.purchase_amount
    valuation = price * quantity
    return {
        "pdno": item.code,
        "prdt_name": item.name,
        "trad_dvsn_name": position.loan.loan_type if position.loan else "현금",
        "bfdy_buy_qty": str(position.bought_yesterday.quantity),
        "bfdy_sll_qty": str(position.sold_yesterday.quantity),
        "thdt_buyqty": str(position.bought_today.quantity),
        "thdt_sll_qty": str(position.sold_today.quantity),
        "hldg_qty": str(quantity),
        "ord_psbl_qty": str(quantity),
        "pchs_avg_pric": format_ratio(cost, quantity, 4),
        "pchs_amt": str(cost),
        "prpr": str(price),
        "evlu_amt": str(valuation),
        "evlu_pfls_amt": str(valuation - cost),
        "evlu_pfls_rt": format_percent(valuation - cost, cost, 2),
        "evlu_erng_rt": format_percent(valuation - cost, cost, 8) if is_paper else ZERO_RATE,
        **_loan_fields(position, instant),
        "fltt_rt": format_percent(price - item.previous_close, item.previous_close, 8),
        "bfdy_cprs_icdc": str(price - item.previous_close),
        "item_mgna_rt_name": "20%",
        "grta_rt_name": "",
        "sbst_pric": "0" if is_paper else str(item.previous_close * 7 // 100 * 10),
        "stck_loan_unpr": "0.0000",
    }


def _loan_fields(position: Position, instant: datetime) -> dict[str, str]:
    loan = position.loan
    loan_date = KRX.session_day(instant) - timedelta(days=loan.days_ago) if loan else None
    return {
        "loan_dt": f"{loan_date:%Y%m%d}" if loan_date else "",
        "loan_amt": str(loan.amount) if loan else "0",
        "stln_slng_chgs": "0",
        "expd_dt": f"{loan_date + timedelta(days=loan.term_days):%Y%m%d}"
        if loan and loan_date
        else "",
    }


class TradeCash(NamedTuple):
    """The trades of two days and the deposit, in won; trades settle two days later (D+2)."""

    bought_yesterday: int
    sold_yesterday: int
    bought_today: int
    sold_today: int
    deposit: int
    settles_next_day: int | None = None
    """On a day without trading: what settles on D+1; yesterday's trades then settle on D+2."""

    @property
    def costs_yesterday(self) -> int:
        """The costs of yesterday's trades."""
        return trading_costs(self.bought_yesterday, self.sold_yesterday)

    @property
    def costs_today(self) -> int:
        """The costs of today's trades."""
        return trading_costs(self.bought_today, self.sold_today)

    @property
    def deposit_d1(self) -> int:
        """The deposit on the next trading day."""
        if self.settles_next_day is not None:
            return self.deposit + self.settles_next_day
        return self.deposit + self._cash_of_yesterday

    @property
    def deposit_d2(self) -> int:
        """The deposit after the settlement of all trades."""
        return self.deposit_before_today - self.bought_today + self.sold_today - self.costs_today

    @property
    def deposit_before_today(self) -> int:
        """The deposit after the settlement of all trades before today."""
        return self.deposit + (self.settles_next_day or 0) + self._cash_of_yesterday

    @property
    def _cash_of_yesterday(self) -> int:
        return self.sold_yesterday - self.bought_yesterday - self.costs_yesterday


def trade_cash(portfolio: Portfolio) -> TradeCash:
    """Return the amounts of a portfolio's trades, and its deposit."""
    positions = portfolio.positions
    return TradeCash(
        bought_yesterday=sum(position.bought_yesterday.amount for position in positions),
        sold_yesterday=sum(position.sold_yesterday.amount for position in positions),
        bought_today=sum(position.bought_today.amount for position in positions),
        sold_today=sum(position.sold_today.amount for position in positions),
        deposit=portfolio.deposit,
        settles_next_day=portfolio.settles_next_day,
    )


def _summary(portfolio: Portfolio, valuation: int, *, is_paper: bool) -> dict[str, str]:
    positions, cash = portfolio.positions, trade_cash(portfolio)
    loans = sum(position.loan.amount for position in positions if position.loan)
    cost = sum(position.purchase_amount for position in positions)
    total = valuation + cash.deposit_d2
    at_close = sum(
        position.instrument.previous_close * position.quantity_yesterday for position in positions
    )
    yesterday = at_close + cash.deposit_before_today
    change = total - yesterday
    return {
        "dnca_tot_amt": str(cash.deposit),
        "nxdy_excc_amt": str(cash.deposit_d1),
        "prvs_rcdl_excc_amt": str(cash.deposit_d2),
        "cma_evlu_amt": "0",
        "bfdy_buy_amt": str(cash.bought_yesterday),
        "thdt_buy_amt": str(cash.bought_today),
        "nxdy_auto_rdpt_amt": "0",
        "bfdy_sll_amt": str(cash.sold_yesterday),
        "thdt_sll_amt": str(cash.sold_today),
        "d2_auto_rdpt_amt": "0",
        "bfdy_tlex_amt": str(cash.costs_yesterday),
        "thdt_tlex_amt": str(cash.costs_today),
        "tot_loan_amt": str(loans),
        "scts_evlu_amt": str(valuation),
        "tot_evlu_amt": str(total),
        "nass_amt": str(total - loans),
        "fncg_gld_auto_rdpt_yn": "",
        "pchs_amt_smtl_amt": str(cost),
        "evlu_amt_smtl_amt": str(valuation),
        "evlu_pfls_smtl_amt": str(valuation - cost),
        "tot_stln_slng_chgs": "0",
        "bfdy_tot_asst_evlu_amt": str(yesterday),
        "asst_icdc_amt": str(change),
        "asst_icdc_erng_rt": format_percent(change, yesterday, 8) if is_paper else ZERO_RATE,
    }
