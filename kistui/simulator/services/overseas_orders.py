"""Overseas orders, profit and trades: 해외주식 주문체결내역, 기간손익 and 일별거래내역."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from kistui.simulator.instruments import price_tick_time
from kistui.simulator.options import GENERAL, ISA, KST
from kistui.simulator.overseas import US_EXCHANGES, to_won
from kistui.simulator.overseas_ledger import OverseasDayTrades, OverseasExecution, OverseasLedger
from kistui.simulator.paging import PagedList, encode_search_key
from kistui.simulator.request import InvalidParamError, Request, parse_days
from kistui.simulator.responses import Response, error_response, format_decimal, format_percent
from kistui.simulator.service import Service, service
from kistui.simulator.services.domestic_orders import IP_ADDRESS, PHONE_NUMBER
from kistui.simulator.services.overseas_balance import NO_CONSENT_CODE
from kistui.simulator.trade_times import BUY, SELL

ORDER_PARAMS = (
    "CANO", "ACNT_PRDT_CD", "PDNO", "ORD_STRT_DT", "ORD_END_DT", "SLL_BUY_DVSN",
    "CCLD_NCCS_DVSN", "OVRS_EXCG_CD", "SORT_SQN", "ORD_DT", "ORD_GNO_BRNO", "ODNO",
    "CTX_AREA_FK200", "CTX_AREA_NK200",
)  # fmt: skip
PROFIT_PARAMS = (
    "CANO", "ACNT_PRDT_CD", "OVRS_EXCG_CD", "NATN_CD", "CRCY_CD", "PDNO", "INQR_STRT_DT",
    "INQR_END_DT", "WCRC_FRCR_DVSN_CD", "CTX_AREA_FK200", "CTX_AREA_NK200",
)  # fmt: skip
TRADE_PARAMS = (
    "CANO", "ACNT_PRDT_CD", "ERLM_STRT_DT", "ERLM_END_DT", "OVRS_EXCG_CD", "PDNO",
    "SLL_BUY_DVSN_CD", "LOAN_DVSN_CD", "CTX_AREA_FK100", "CTX_AREA_NK100",
)  # fmt: skip
ORDERS_PER_PAGE = {"real": 20, "paper": 15}
TRADES_PER_PAGE = 100
IN_WON = "02"
BLANK_FIELDS = 32
"""Fields of the object of blanks that stands for no orders."""


@service(
    "/uapi/overseas-stock/v1/trading/inquire-ccnl",
    "TTTS3035R",
    "VTTS3035R",
    required_params=ORDER_PARAMS,
    account_types=(GENERAL, ISA),
)
class OverseasOrderService(Service):
    """해외주식 주문체결내역: local dates; an order open at midnight in Korea is listed twice."""

    def handle(self, request: Request) -> Response:
        """Return a page, or an error; on paper all filters must be blank."""
        context = self.context
        is_paper = context.options.is_paper
        if "NASD" in context.exchanges_without_consent and not is_paper:
            return error_response(NO_CONSENT_CODE)
        if is_paper:
            expected = {"PDNO": "", "OVRS_EXCG_CD": "", "SLL_BUY_DVSN": "00"}
            for name, value in expected.items():
                if request.query[name] != value:
                    raise InvalidParamError(name)
        first, last = parse_days(request, "ORD_STRT_DT", "ORD_END_DT")
        orders = [
            order
            for order in context.overseas_ledger().orders
            if first <= order.day <= last
            and not order.is_fraction
            and request.query["OVRS_EXCG_CD"] in _exchange_filters(order)
        ]
        rows = [_order_row(order) for order in reversed(orders)]
        rows.extend(_repeated_after_midnight(rows))
        pages = PagedList(
            context.paging(200, ORDERS_PER_PAGE[context.options.environment]),
            [row["odno"] for row in rows],
            encode_search_key(request, ORDER_PARAMS[:5]),
        )
        page_start = pages.page_start(request, price_tick_time(context.clock()))
        output: object = rows[pages.row_slice(page_start)]
        return pages.response(
            page_start,
            {"output": output or {f"blank_{index}": "" for index in range(BLANK_FIELDS)}},
            is_paper=is_paper,
        )


@service(
    "/uapi/overseas-stock/v1/trading/inquire-period-profit",
    "TTTS3039R",
    required_params=PROFIT_PARAMS,
    account_types=(GENERAL, ISA),
)
class OverseasProfitService(Service):
    """해외주식 기간손익: keys with a capital letter, sales before today only."""

    def handle(self, request: Request) -> Response:
        """Return a page, or an error."""
        first, last = parse_days(request, "INQR_STRT_DT", "INQR_END_DT")
        context = self.context
        today = context.clock().astimezone(KST).date()
        in_won = request.query["WCRC_FRCR_DVSN_CD"] == IN_WON
        ledger = context.overseas_ledger()
        sales = [
            trade
            for trade in ledger.trades
            if trade.side == SELL and first <= trade.day <= last and trade.day < today
        ]
        rows = [_profit_row(ledger, trade, in_won=in_won) for trade in sales]
        return self.page_of_rows(
            request,
            rows,
            rows_key="Output1",
            other_output={"Output2": _profit_totals(rows)},
            cursor_params=PROFIT_PARAMS[:2] + PROFIT_PARAMS[6:9],
            rows_per_page=TRADES_PER_PAGE,
            key_width=200,
        )


@service(
    "/uapi/overseas-stock/v1/trading/inquire-period-trans",
    "CTOS4001R",
    required_params=TRADE_PARAMS,
    account_types=(GENERAL, ISA),
)
class OverseasTradeService(Service):
    """해외주식 일별거래내역: a row for each day, item and side; the rate is 0 until settlement."""

    def handle(self, request: Request) -> Response:
        """Return a page, or an error."""
        first, last = parse_days(request, "ERLM_STRT_DT", "ERLM_END_DT")
        context = self.context
        today = context.clock().astimezone(KST).date()
        ledger = context.overseas_ledger()
        trades = [
            trade
            for trade in ledger.trades
            if first <= trade.day <= last and request.query["SLL_BUY_DVSN_CD"] in ("00", trade.side)
        ]
        bought, sold = (_sum(trades, side, "amount") for side in (BUY, SELL))
        totals = {
            "frcr_buy_amt_smtl": format_decimal(bought, 6),
            "frcr_sll_amt_smtl": format_decimal(sold, 6),
            "dmst_fee_smtl": format_decimal(_sum(trades, "", "broker_fee"), 6),
            "ovrs_fee_smtl": format_decimal(_sum(trades, "", "overseas_fee"), 6),
        }
        return self.page_of_rows(
            request,
            [_trade_row(ledger, trade, today) for trade in trades],
            other_output={"output2": totals},
            cursor_params=TRADE_PARAMS[:4],
            rows_per_page=TRADES_PER_PAGE,
        )


def _exchange_filters(order: OverseasExecution) -> set[str]:
    code = order.item.exchange.code
    return {"", "%", code, "NASD" if code in US_EXCHANGES else code}


def _repeated_after_midnight(rows: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Return the open orders of US items again, as of the next day in Korea."""
    return [
        {**row, "thco_ord_tmd": "000000"}
        for row in rows
        if row["tr_crcy_cd"] == "USD" and row["nccs_qty"] != "0"
    ]


def _order_row(order: OverseasExecution) -> dict[str, str]:
    item, korean = order.item, order.korean_time
    state = "거부" if order.rejection else "전송" if order.remaining else "완료"
    return {
        "ord_dt": f"{order.day:%Y%m%d}",
        "ord_gno_brno": "01790",
        "odno": f"{order.number:010d}",
        "orgn_odno": f"{order.original:010d}" if order.original else "",
        "sll_buy_dvsn_cd": order.side,
        "sll_buy_dvsn_cd_name": "매도" if order.side == SELL else "매수",
        "rvse_cncl_dvsn": "00",
        "rvse_cncl_dvsn_name": "",
        "pdno": item.code,
        "prdt_name": item.name,
        "ft_ord_qty": f"{order.quantity:f}",
        "ft_ord_unpr3": format_decimal(order.price, 8),
        "ft_ccld_qty": f"{order.filled:f}",
        "ft_ccld_unpr3": format_decimal(order.price if order.filled else Decimal(0), 8),
        "ft_ccld_amt3": format_decimal(order.amount, 5),
        "nccs_qty": f"{order.remaining:f}",
        "prcs_stat_name": state,
        "rjct_rson": "1001" if order.rejection else "",
        "rjct_rson_name": order.rejection,
        "ord_tmd": f"{order.local_time:%H%M%S}",
        "tr_mket_name": item.exchange.name,
        "tr_natn": item.currency.nation_code,
        "tr_natn_name": item.currency.nation_name,
        "ovrs_excg_cd": item.exchange.code,
        "tr_crcy_cd": item.currency.code,
        "dmst_ord_dt": f"{korean:%Y%m%d}",
        "thco_ord_tmd": f"{korean:%H%M%S}",
        "loan_type_cd": "00",
        "loan_dt": "",
        "mdia_dvsn_name": "모바일",
        "usa_amk_exts_rqst_yn": "N",
        "ctac_tlno": PHONE_NUMBER,
        "inqr_ip_addr": IP_ADDRESS,
    }


def _profit_row(
    ledger: OverseasLedger, trade: OverseasDayTrades, *, in_won: bool
) -> dict[str, str]:
    rate = ledger.rate(trade.item.currency, trade.day)

    def shown(amount: Decimal, decimals: int) -> str:
        return format_decimal(
            to_won(amount, trade.item.currency, rate) if in_won else amount, decimals
        )

    return {
        "trad_day": f"{trade.day:%Y%m%d}",
        "ovrs_pdno": trade.item.code,
        "ovrs_item_name": trade.item.name,
        "slcl_qty": f"{trade.quantity:f}",
        "pchs_avg_pric": shown(trade.cost / trade.quantity, 4),
        "frcr_pchs_amt1": shown(trade.cost, 5),
        "avg_sll_unpr": shown(trade.amount / trade.quantity, 8),
        "frcr_sll_amt_smtl1": shown(trade.amount, 6),
        "stck_sll_tlex": shown(trade.costs, 4),
        "ovrs_rlzt_pfls_amt": shown(trade.profit, 5),
        "pftrt": format_percent(trade.profit, trade.cost, 8),
        "exrt": format_decimal(rate, 1),
        "ovrs_excg_cd": trade.item.exchange.code,
        "frst_bltn_exrt": format_decimal(rate, 8),
    }


def _profit_totals(rows: Sequence[Mapping[str, str]]) -> dict[str, str]:
    def total(key: str) -> Decimal:
        return sum((Decimal(row[key]) for row in rows), Decimal(0))

    sold, profit, cost = (
        total(key) for key in ("frcr_sll_amt_smtl1", "ovrs_rlzt_pfls_amt", "frcr_pchs_amt1")
    )
    return {
        "stck_sll_amt_smtl": format_decimal(sold, 4),
        "stck_buy_amt_smtl": format_decimal(cost, 4),
        "smtl_fee1": format_decimal(total("stck_sll_tlex"), 8),
        "excc_dfrm_amt": format_decimal(sold - total("stck_sll_tlex"), 5),
        "ovrs_rlzt_pfls_tot_amt": format_decimal(profit, 5),
        "tot_pftrt": format_percent(profit, cost, 8),
        "bass_dt": "",
        "exrt": "0.0",
    }


def _trade_row(ledger: OverseasLedger, trade: OverseasDayTrades, today: date) -> dict[str, str]:
    item = trade.item
    is_settled = trade.settlement_day <= today
    rate = ledger.rate(item.currency, trade.settlement_day) if is_settled else Decimal(0)

    def won(amount: Decimal) -> str:
        return format_decimal(to_won(amount, item.currency, rate), 0)

    sign = 1 if trade.side == BUY else -1
    settled = trade.amount + sign * trade.costs
    return {
        "trad_dt": f"{trade.day:%Y%m%d}",
        "sttl_dt": f"{trade.settlement_day:%Y%m%d}",
        "sll_buy_dvsn_cd": trade.side,
        "sll_buy_dvsn_name": "매도" if trade.side == SELL else "매수",
        "pdno": item.code,
        "ovrs_item_name": item.name,
        "ccld_qty": "0" if trade.is_fraction else f"{trade.quantity:f}",
        "amt_unit_ccld_qty": format_decimal(trade.quantity if trade.is_fraction else Decimal(0), 8),
        "ft_ccld_unpr2": format_decimal(trade.amount / trade.quantity, 8),
        "ovrs_stck_ccld_unpr": format_decimal(trade.amount / trade.quantity, 8),
        "tr_frcr_amt2": format_decimal(trade.amount, 6),
        "tr_amt": won(trade.amount),
        "frcr_excc_amt_1": format_decimal(settled, 6),
        "wcrc_excc_amt": won(settled),
        "dmst_frcr_fee1": format_decimal(trade.broker_fee, 5),
        "frcr_fee1": format_decimal(trade.overseas_fee, 6),
        "dmst_wcrc_fee": won(trade.broker_fee),
        "ovrs_wcrc_fee": won(trade.overseas_fee),
        "crcy_cd": item.currency.code,
        "std_pdno": item.isin,
        "erlm_exrt": format_decimal(rate, 8),
        "loan_dvsn_cd": "00",
        "loan_dvsn_name": "",
    }


def _sum(trades: Sequence[OverseasDayTrades], side: str, name: str) -> Decimal:
    return sum((getattr(trade, name) for trade in trades if side in ("", trade.side)), Decimal(0))
