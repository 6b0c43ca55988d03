"""Realised profit: by day, by item, and today's in the balance. Only the real server has them.

A trade appears in the lists from the next day on; today's profit is in the balance.
"""

from collections.abc import Sequence
from itertools import groupby

from kistui.simulator.domestic_ledger import DayTrades
from kistui.simulator.instruments import price_tick_time
from kistui.simulator.options import GENERAL, ISA, KST, SAVINGS
from kistui.simulator.paging import PagedList, encode_search_key
from kistui.simulator.request import Request, parse_days
from kistui.simulator.responses import Response, format_percent, format_ratio
from kistui.simulator.service import AccountContext, Service, service

ACCOUNT_TYPES = (GENERAL, ISA, SAVINGS)
TRADE_PARAMS = (
    "CANO", "ACNT_PRDT_CD", "INQR_STRT_DT", "INQR_END_DT", "PDNO", "SORT_DVSN", "CBLC_DVSN",
    "CTX_AREA_FK100", "CTX_AREA_NK100",
)  # fmt: skip
DAILY_PARAMS = (*TRADE_PARAMS, "INQR_DVSN")
TODAY_PARAMS = (
    "CANO", "ACNT_PRDT_CD", "AFHR_FLPR_YN", "OFL_YN", "INQR_DVSN", "UNPR_DVSN",
    "FUND_STTL_ICLD_YN", "FNCG_AMT_AUTO_RDPT_YN", "PRCS_DVSN", "COST_ICLD_YN",
    "CTX_AREA_FK100", "CTX_AREA_NK100",
)  # fmt: skip
CURSOR_PARAMS = ("CANO", "ACNT_PRDT_CD", "INQR_STRT_DT", "INQR_END_DT")
ROWS_PER_PAGE = 50
DAYS_PER_PAGE = 1_000
WRONG_AMOUNT = 77_700
"""Won by which the total profit is wrong in the scene `wrong-sums`."""

OLDEST_FIRST = "01"


def trades_of(context: AccountContext, request: Request) -> list[DayTrades]:
    """Return the requested trades; raises InvalidParamError."""
    first, last = parse_days(request, "INQR_STRT_DT", "INQR_END_DT")
    now = context.clock().astimezone(KST)
    trades = [
        trade
        for trade in context.domestic_ledger(now).trades
        if first <= trade.day <= last
        and trade.day < now.date()
        and request.query["PDNO"] in ("", trade.item.code)
    ]
    if request.query["SORT_DVSN"] == OLDEST_FIRST:
        trades.reverse()
    return trades


@service(
    "/uapi/domestic-stock/v1/trading/inquire-period-profit",
    "TTTC8708R",
    required_params=DAILY_PARAMS,
    account_types=ACCOUNT_TYPES,
)
class DailyProfitService(Service):
    """기간별손익일별합산조회: one page, whatever its length."""

    def handle(self, request: Request) -> Response:
        """Return the days with trades; raises InvalidParamError."""
        trades = trades_of(self.context, request)
        groups = [list(group) for _, group in groupby(trades, key=lambda trade: trade.day)]
        return self.page_of_rows(
            request,
            list(map(_daily_row, groups)),
            other_output={"output2": _totals(trades, self.context, bought_key="buy_qty_smtl")},
            cursor_params=CURSOR_PARAMS,
            rows_per_page=DAYS_PER_PAGE,
        )


@service(
    "/uapi/domestic-stock/v1/trading/inquire-period-trade-profit",
    "TTTC8715R",
    required_params=TRADE_PARAMS,
    account_types=ACCOUNT_TYPES,
)
class TradeProfitService(Service):
    """기간별매매손익현황조회: a row for each day, item and credit lot, also if it only bought."""

    def handle(self, request: Request) -> Response:
        """Return a page with the totals of all pages; raises InvalidParamError."""
        trades = trades_of(self.context, request)
        totals = _totals(trades, self.context, bought_key="buyqty_smtl")
        sold = [trade for trade in trades if trade.sold]
        totals["tot_pftrt"] = format_percent(
            sum(trade.profit for trade in sold), sum(trade.cost for trade in sold), 8
        )
        return self.page_of_rows(
            request,
            list(map(_trade_row, trades)),
            other_output={"output2": totals},
            cursor_params=CURSOR_PARAMS,
            rows_per_page=ROWS_PER_PAGE,
        )


@service(
    "/uapi/domestic-stock/v1/trading/inquire-balance-rlz-pl",
    "TTTC8494R",
    required_params=TODAY_PARAMS,
    account_types=ACCOUNT_TYPES,
)
class TodayProfitService(Service):
    """주식잔고조회_실현손익: the balance with today's realised profit."""

    def handle(self, request: Request) -> Response:
        """Return a page of the balance."""
        context = self.context
        now = context.clock().astimezone(KST)
        pages = PagedList(
            context.paging(100),
            context.portfolio.codes,
            encode_search_key(request, ("CANO", "ACNT_PRDT_CD")),
        )
        page_start = pages.page_start(request, price_tick_time(now))
        snapshot = context.portfolio.snapshot_at(page_start.timestamp)
        trades = [trade for trade in context.domestic_ledger(now).trades if trade.day == now.date()]
        profit, cost = sum(trade.profit for trade in trades), sum(trade.cost for trade in trades)
        unrealized = int(snapshot.summary["evlu_pfls_smtl_amt"])
        today = {
            "rlzt_pfls": str(profit),
            "rlzt_erng_rt": format_percent(profit, cost, 8),
            "real_evlu_pfls": str(unrealized),
            "real_evlu_pfls_erng_rt": format_percent(
                unrealized, int(snapshot.summary["pchs_amt_smtl_amt"]), 8
            ),
        }
        return pages.response(
            page_start,
            {
                "output1": snapshot.rows[pages.row_slice(page_start)],
                "output2": [{**snapshot.summary, **today}],
            },
            is_paper=False,
        )


def _daily_row(trades: Sequence[DayTrades]) -> dict[str, str]:
    profit = sum(trade.profit for trade in trades)
    return {
        "trad_dt": f"{trades[0].day:%Y%m%d}",
        "buy_amt": str(sum(trade.bought_amount for trade in trades)),
        "sll_amt": str(sum(trade.sold_amount for trade in trades)),
        "rlzt_pfls": str(profit),
        "fee": str(sum(trade.fees for trade in trades)),
        "loan_int": str(sum(trade.interest for trade in trades)),
        "tl_tax": str(sum(trade.taxes for trade in trades)),
        "pfls_rt": format_percent(profit, sum(trade.cost for trade in trades), 8),
        "sll_qty1": str(sum(trade.sold for trade in trades)),
        "buy_qty1": str(sum(trade.bought for trade in trades)),
    }


def _trade_row(trade: DayTrades) -> dict[str, str]:
    return {
        "trad_dt": f"{trade.day:%Y%m%d}",
        "pdno": trade.item.long_code,
        "prdt_name": trade.item.name,
        "trad_dvsn_name": trade.loan.loan_type if trade.loan else "현금",
        "loan_dt": "",
        "hldg_qty": "0",
        "pchs_unpr": format_ratio(trade.cost, trade.sold, 4),
        "buy_qty": str(trade.bought),
        "buy_amt": str(trade.bought_amount),
        "sll_pric": format_ratio(trade.sold_amount, trade.sold, 0),
        "sll_qty": str(trade.sold),
        "sll_amt": str(trade.sold_amount),
        "rlzt_pfls": str(trade.profit),
        "pfls_rt": format_percent(trade.profit, trade.cost, 8),
        "fee": str(trade.fees),
        "tl_tax": str(trade.taxes),
        "loan_int": str(trade.interest),
    }


def _totals(
    trades: Sequence[DayTrades], context: AccountContext, *, bought_key: str
) -> dict[str, str]:
    def total(name: str, sold: bool | None = None) -> int:
        """Return a sum over all trades, those with sales or those without."""
        return sum(
            getattr(trade, name) for trade in trades if sold is None or bool(trade.sold) is sold
        )

    sold, bought = total("sold_amount"), total("bought_amount")
    fees, taxes, interest = total("fees"), total("taxes"), total("interest")
    profit = total("profit") + (WRONG_AMOUNT if context.has_wrong_sums else 0)
    return {
        "sll_qty_smtl": str(total("sold")),
        "sll_tr_amt_smtl": str(sold),
        "sll_fee_smtl": str(total("fees", sold=True)),
        "sll_tltx_smtl": str(taxes),
        "sll_excc_amt_smtl": str(sold - total("fees", sold=True) - taxes),
        bought_key: str(total("bought")),
        "buy_tr_amt_smtl": str(bought),
        "buy_fee_smtl": str(total("fees", sold=False)),
        "buy_tax_smtl": "0",
        "buy_excc_amt_smtl": str(bought + total("fees", sold=False)),
        "tot_qty": str(total("sold") + total("bought")),
        "tot_tr_amt": str(sold + bought),
        "tot_fee": str(fees),
        "tot_tltx": str(taxes),
        "tot_excc_amt": str(sold - bought - fees - taxes),
        "tot_rlzt_pfls": str(profit),
        "loan_int": str(interest),
    }
