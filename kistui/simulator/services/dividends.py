"""Dividends: 기간별계좌권리현황조회 (period-rights), 예탁원정보 배당일정 (ksdinfo/dividend).

The former are dividends and other rights of an account, in the quantities held on the record date:
today's, less what was traded since. The latter is what items announce to pay, for any account.

An item pays by calendar date. An event is announced before its record date, its amount is decided
some days before or after that date, and it is paid on a trading day. As the clock moves, pending
dividends are paid.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import cache, partial
from typing import NamedTuple

from kistui.simulator.domestic_ledger import DayTrades, DomesticLedger
from kistui.simulator.instruments import (
    CELLTRION,
    HYNIX,
    HYUNDAI,
    KAKAO,
    KB,
    KEPCO,
    KODEX_200,
    LG_ENERGY,
    NAVER,
    POSCO,
    SAMSUNG,
    SAMSUNG_ELECTRO,
    TIGER_SP500,
    Instrument,
    deterministic_random,
    is_etf_name,
    round_to_tick,
)
from kistui.simulator.options import GENERAL, ISA, KST, SAVINGS
from kistui.simulator.portfolios import Portfolio
from kistui.simulator.request import Request, parse_days
from kistui.simulator.responses import Response, quote_response
from kistui.simulator.service import Service, service
from kistui.simulator.trading_days import KRX_CALENDAR

DIVIDEND, MEETING, RIGHTS_ISSUE, DISTRIBUTION = "03", "06", "01", "32"
ANNOUNCED_DAYS = 40
"""Days between the announcement and the record date."""
HISTORY_DAYS = 2_200
"""How many days back record dates go."""
YEAR_END = 12


class Plan(NamedTuple):
    """What an item pays for a share on its record dates, given as month and day.

    `decided_after` is the number of days from the record date to the decision, `stock_percent` the
    new shares of a stock dividend per 100 held. With `hides_tax` KIS sends a tax of 0.
    """

    record_days: tuple[tuple[int, int], ...]
    days_to_pay: int
    per_share: int
    decided_after: int = -10
    stock_percent: int = 0
    hides_tax: bool = False


QUARTER_ENDS = ((3, 31), (6, 30), (9, 30), (12, 31))
PLANS = {
    SAMSUNG.code: Plan(QUARTER_ENDS, 51, 372, decided_after=30),
    HYNIX.code: Plan(((2, 28), (5, 31), (8, 31), (11, 30)), 45, 375, decided_after=20),
    NAVER.code: Plan(((3, 31), (8, 14)), 28, 1_130),
    HYUNDAI.code: Plan(((2, 28), (5, 31), (8, 31), (11, 30)), 30, 2_500),
    KODEX_200.code: Plan(((1, 31), (4, 30), (7, 31), (10, 31)), 4, 290, decided_after=-2),
    TIGER_SP500.code: Plan(
        ((1, 31), (4, 30), (7, 31), (10, 31)), 4, 75, decided_after=-2, hides_tax=True
    ),
    KEPCO.code: Plan(((6, 30), (12, 31)), 110, 213, decided_after=60),
    KAKAO.code: Plan(((2, 27),), 56, 68),
    CELLTRION.code: Plan(((9, 30), (12, 31)), 45, 0, stock_percent=5),
    LG_ENERGY.code: Plan((), 0, 0),
    KB.code: Plan(((2, 20), (5, 11), (8, 10), (11, 10)), 39, 912),
    POSCO.code: Plan(((2, 28), (5, 31), (8, 31), (11, 30)), 17, 2_500, hides_tax=True),
    SAMSUNG_ELECTRO.code: Plan(((12, 31),), 110, 1_800, decided_after=60),
}
RIGHTS_ISSUES = {LG_ENERGY.code: (9, 15)}
"""Record dates of rights issues: a new share for ten held, at 70 % of the price."""
DAYS_TO_LISTING, DAYS_TO_SUBSCRIPTION_END = 60, 40
MEETING_DAYS = ((7, 15), (12, 31))
"""Record dates of meetings: an extraordinary one of every second item, and the regular one."""


class DividendEvent(NamedTuple):
    """A dividend of an item."""

    item: Instrument
    record_date: date
    pay_date: date
    decided_on: date
    plan: Plan

    @property
    def right_type(self) -> str:
        """KIS's type of the right."""
        return DISTRIBUTION if is_etf_name(self.item.name) else DIVIDEND

    @property
    def kind(self) -> str:
        """The kind as the depository names it."""
        if is_etf_name(self.item.name):
            return "분배"
        if self.record_date.month == YEAR_END:
            return "결산"
        return "분기" if len(self.plan.record_days) > 2 else "중간"

    def is_decided(self, today: date) -> bool:
        """Return whether amount and pay date are known."""
        return self.decided_on <= today


def plan_of(item: Instrument, seed: int) -> Plan:
    """Return what an item pays; some generated items pay nothing."""
    if item.code in PLANS:
        return PLANS[item.code]
    if deterministic_random(5, seed, item.code, "pays") < 2:
        return Plan((), 0, 0)
    month = 1 + deterministic_random(6, seed, item.code, "month")
    per_share = item.previous_close * (5 + deterministic_random(20, seed, item.code, "rate"))
    return Plan(((month, 15), (month + 6, 15)), 30, max(per_share // 1_000, 1))


def dividend_events(
    item: Instrument, seed: int, first: date, last: date
) -> Iterator[DividendEvent]:
    """Yield an item's dividends whose record dates are in a range of days, newest first."""
    plan = plan_of(item, seed)
    for record_date in record_dates(plan.record_days, first, last):
        if is_etf_name(item.name):
            record_date = KRX_CALENDAR.on_or_before(record_date)  # noqa: PLW2901
        yield DividendEvent(
            item,
            record_date,
            KRX_CALENDAR.on_or_before(record_date + timedelta(plan.days_to_pay)),
            record_date + timedelta(plan.decided_after),
            plan,
        )


def record_dates(
    days_of_year: tuple[tuple[int, int], ...], first: date, last: date
) -> Iterator[date]:
    """Yield the dates of a range that have one of these months and days, newest first."""
    for year in range(last.year, first.year - 1, -1):
        for month, day in sorted(days_of_year, reverse=True):
            record_date = date(year, month, day)
            if first <= record_date <= last:
                yield record_date


def withheld_tax(gross: int) -> int:
    """Return the tax on a dividend: 14 %, and a tenth of that, in tens of won."""
    income_tax = gross * 14 // 1_000 * 10
    return income_tax + income_tax // 100 * 10


ROWS_PER_PAGE = 50
CURSOR_PARAMS = ("INQR_DVSN", "CANO", "ACNT_PRDT_CD", "INQR_STRT_DT", "INQR_END_DT")
SHARES_IN, CASH_IN = "01", "10"
SHARES_FOR_ONE_NEW = 10
AMOUNTS = (
    "last_alct_qty", "excs_alct_qty", "tot_alct_qty", "last_ftsk_qty", "last_alct_amt",
    "last_ftsk_chgs", "rdpt_prca", "dlay_int_amt", "rqst_qty", "rqst_amt", "rfnd_amt",
    "lstg_stqt", "tax_amt", "sbsc_unpr",
)  # fmt: skip
DATES = ("lstg_dt", "sbsc_end_dt", "cash_dfrm_dt", "rqst_dt", "rfnd_dt")

YEAR_END_KIND, INTERIM_KIND = "1", "2"
FACE_VALUE = 5_000
MAX_SCHEDULE_ROWS = 100

RightValues = Callable[[int], dict[str, str]]
"""Returns the values of a row that follow from the shares held."""
Right = tuple[date, str, RightValues]


@service(
    "/uapi/domestic-stock/v1/trading/period-rights",
    "CTRGA011R",
    required_params=(
        "INQR_DVSN", "CUST_RNCNO25", "HMID", "CANO", "ACNT_PRDT_CD", "INQR_STRT_DT",
        "INQR_END_DT", "RGHT_TYPE_CD", "PDNO", "PRDT_TYPE_CD", "CTX_AREA_NK100", "CTX_AREA_FK100",
    ),
    account_types=(GENERAL, ISA, SAVINGS),
)  # fmt: skip
class AccountRightsService(Service):
    """The rights whose record dates are in a range of days, newest first."""

    def handle(self, request: Request) -> Response:
        """Return a page; raises InvalidParamError."""
        days = parse_days(request, "INQR_STRT_DT", "INQR_END_DT")
        rows = [
            row
            for row in self._rows(*days, self.context.clock().astimezone(KST))
            if request.query["RGHT_TYPE_CD"] in ("", row["rght_type_cd"])
            and request.query["PDNO"] in ("", row["shtn_pdno"])
        ]
        return self.page_of_rows(
            request,
            rows,
            rows_key="output",
            cursor_params=CURSOR_PARAMS,
            rows_per_page=ROWS_PER_PAGE,
        )

    def _rows(self, first: date, last: date, now: datetime) -> list[dict[str, str]]:
        """Return the rows of record dates before today, newest first."""
        first = max(first, now.date() - timedelta(HISTORY_DAYS))
        last = min(last, now.date() - timedelta(1))
        shares = SettledShares(
            self.context.portfolio.portfolio_at(now), self.context.domestic_ledger(now)
        )
        rows = [
            {"acno10": self.context.account.number.replace("-", "")}
            | _row(item, record_date, quantity, right_type, values)
            for item in shares.items
            for record_date, right_type, values in self._rights(item, first, last, now.date())
            if (quantity := shares.held_on(item, record_date)) > 0
        ]
        return sorted(rows, key=lambda row: row["bass_dt"], reverse=True)

    def _rights(self, item: Instrument, first: date, last: date, today: date) -> Iterator[Right]:
        """Yield an item's rights: record date, type, and what follows from the shares held."""
        is_taxed = self.context.account.account_type == GENERAL
        for event in dividend_events(item, self.context.options.seed, first, last):
            yield (
                event.record_date,
                event.right_type,
                partial(_dividend_values, event, today=today, is_taxed=is_taxed),
            )
        if not is_etf_name(item.name):
            days = MEETING_DAYS if item.code[-2] in "02468" else MEETING_DAYS[1:]
            for record_date in record_dates(days, first, last):
                yield record_date, MEETING, lambda _quantity: {}
        if item.code in RIGHTS_ISSUES:
            for record_date in record_dates((RIGHTS_ISSUES[item.code],), first, last):
                yield record_date, RIGHTS_ISSUE, partial(_issue_values, item, record_date)


class SettledShares:
    """The settled shares of each item on past days: today's, less what was traded since."""

    def __init__(self, portfolio: Portfolio, ledger: DomesticLedger) -> None:
        self._held_now: dict[Instrument, int] = defaultdict(int)
        self._trades: dict[Instrument, list[DayTrades]] = defaultdict(list)
        for position in portfolio.positions:
            self._held_now[position.instrument] += position.quantity
        for trade in ledger.trades:
            self._trades[trade.item].append(trade)
        self.items = tuple(dict.fromkeys((*self._held_now, *self._trades)))

    def held_on(self, item: Instrument, day: date) -> int:
        """Return the shares bought two trading days before a day, or earlier."""
        last_trade_day = _two_trading_days_before(day)
        return self._held_now.get(item, 0) + sum(
            trade.sold - trade.bought
            for trade in self._trades.get(item, ())
            if trade.day > last_trade_day
        )


@cache
def _two_trading_days_before(day: date) -> date:
    return KRX_CALENDAR.before(KRX_CALENDAR.before(KRX_CALENDAR.on_or_before(day)))


def _row(
    item: Instrument, record_date: date, quantity: int, right_type: str, values: RightValues
) -> dict[str, str]:
    row = {
        "rght_type_cd": right_type,
        "bass_dt": f"{record_date:%Y%m%d}",
        "rght_cblc_type_cd": "",
        "rptt_pdno": item.long_code,
        "pdno": item.long_code,
        "prdt_type_cd": "300",
        "shtn_pdno": item.code,
        "prdt_name": item.name,
        "cblc_qty": str(quantity),
    }
    return row | dict.fromkeys(AMOUNTS, "0") | dict.fromkeys(DATES, "") | values(quantity)


def _dividend_values(
    event: DividendEvent, quantity: int, *, today: date, is_taxed: bool
) -> dict[str, str]:
    """Return cash, or the shares of a stock dividend with the money for its odd lot."""
    if event.plan.stock_percent:
        shares, odd_lot = divmod(quantity * event.plan.stock_percent, 100)
        return {
            "rght_cblc_type_cd": SHARES_IN,
            "last_alct_qty": str(shares),
            "tot_alct_qty": str(shares),
            "last_ftsk_qty": f"{odd_lot / 100:.1f}",
            "last_ftsk_chgs": str(event.item.previous_close * odd_lot // 100),
            "lstg_dt": f"{event.pay_date:%Y%m%d}",
            "cash_dfrm_dt": f"{event.pay_date:%Y%m%d}",
        }
    if not event.is_decided(today):
        return {"rght_cblc_type_cd": CASH_IN}
    gross = quantity * event.plan.per_share
    # A tax of 0 although tax was withheld has been seen for some rows.
    has_tax = is_taxed and not event.plan.hides_tax and event.pay_date <= today
    return {
        "rght_cblc_type_cd": CASH_IN,
        "last_alct_amt": str(gross),
        "tax_amt": str(withheld_tax(gross) if has_tax else 0),
        "cash_dfrm_dt": f"{event.pay_date:%Y%m%d}",
    }


def _issue_values(item: Instrument, record_date: date, quantity: int) -> dict[str, str]:
    shares = quantity // SHARES_FOR_ONE_NEW
    price = round_to_tick(item.previous_close * 7 // 10)
    return {
        "rght_cblc_type_cd": SHARES_IN,
        "last_alct_qty": str(shares),
        "tot_alct_qty": str(shares),
        "sbsc_unpr": f"{price}.0000",
        "sbsc_end_dt": f"{record_date + timedelta(DAYS_TO_SUBSCRIPTION_END):%Y%m%d}",
        "lstg_dt": f"{record_date + timedelta(DAYS_TO_LISTING):%Y%m%d}",
        "rqst_qty": str(shares),
        "rqst_amt": str(shares * price),
    }


@service(
    "/uapi/domestic-stock/v1/ksdinfo/dividend",
    "HHKDB669102C0",
    required_params=("CTS", "GB1", "F_DT", "T_DT", "SHT_CD", "HIGH_GB"),
)
class DividendScheduleService(Service):
    """Dividends by record date, of one item or of all; one page."""

    def handle(self, request: Request) -> Response:
        """Return the rows, newest first; raises InvalidParamError."""
        days = parse_days(request, "F_DT", "T_DT")
        today = self.context.clock().astimezone(KST).date()
        first = max(days[0], today - timedelta(HISTORY_DAYS))
        last = min(days[1], today + timedelta(ANNOUNCED_DAYS))
        code = request.query["SHT_CD"].strip()
        rows = [
            _schedule_row(event, is_decided=event.is_decided(today))
            for item in self.context.domestic_instruments().values()
            if code in ("", item.code)
            for event in dividend_events(item, self.context.options.seed, first, last)
            if _is_of_kind(event, request.query["GB1"])
        ]
        rows.sort(key=lambda row: row["record_date"], reverse=True)
        return quote_response({"output1": rows[:MAX_SCHEDULE_ROWS]})


def _is_of_kind(event: DividendEvent, kind: str) -> bool:
    is_year_end = event.kind == "결산"
    return kind not in (YEAR_END_KIND, INTERIM_KIND) or (kind == YEAR_END_KIND) is is_year_end


def _schedule_row(event: DividendEvent, *, is_decided: bool) -> dict[str, str]:
    """Return a row; amounts are 0 and dates blank until they are decided."""
    plan = event.plan
    pay_date = f"{event.pay_date:%Y/%m/%d}" if is_decided else ""
    is_stock = bool(plan.stock_percent)
    return {
        "record_date": f"{event.record_date:%Y%m%d}",
        "sht_cd": event.item.code,
        "isin_name": event.item.name,
        "divi_kind": event.kind,
        "face_val": str(FACE_VALUE),
        "per_sto_divi_amt": str(plan.per_share if is_decided else 0),
        "divi_rate": f"{plan.per_share * 100 / FACE_VALUE if is_decided else 0:.2f}",
        "stk_divi_rate": f"{plan.stock_percent if is_decided else 0:.2f}",
        "divi_pay_dt": "" if is_stock else pay_date,
        "stk_div_pay_dt": pay_date if is_stock else "",
        "odd_pay_dt": pay_date if is_stock else "",
        "stk_kind": "보통",
        "high_divi_gb": "",
    }
