"""Realised profit and overseas trades of a range of days.

Every function that fetches raises errors of the KisError tree, and NotOnPaperError on paper.
"""

from kistui.client.domestic_balance import query_params
from kistui.client.endpoints import (
    DAILY_PROFIT,
    OVERSEAS_PROFIT,
    OVERSEAS_TRADES,
    TODAY_PROFIT,
    TRADE_PROFIT,
)
from kistui.client.pagination import FIRST_PAGE, AccountRequest, AllPages, RowList, fetch_list
from kistui.client.response_parsing import (
    NO_DATA_CODES,
    JsonObject,
    Parsed,
    RowParser,
    parse_required_rows,
)
from kistui.errors import MalformedResponseError
from kistui.models.market_hours import AfterHoursPrice
from kistui.models.periods import DateRange
from kistui.models.realized_profit import (
    DailyProfit,
    OverseasProfit,
    OverseasProfitTotals,
    OverseasTrade,
    OverseasTradeTotals,
    ProfitTotals,
    TodayProfit,
    TradeProfit,
)

TOTALS_PARSER = RowParser(ProfitTotals)
TODAY_PARSER = RowParser(TodayProfit)
DAILY_LIST = RowList(
    endpoint=DAILY_PROFIT, row_parser=RowParser(DailyProfit), totals_parser=TOTALS_PARSER
)
# KIS spells a key of the totals differently in its two lists.
TRADE_LIST = RowList(
    endpoint=TRADE_PROFIT,
    row_parser=RowParser(TradeProfit),
    totals_parser=TOTALS_PARSER,
    aliases={"buyqty_smtl": "buy_qty_smtl"},
    short_code_key="pdno",
)
OVERSEAS_PROFIT_LIST = RowList(
    endpoint=OVERSEAS_PROFIT,
    row_parser=RowParser(OverseasProfit),
    totals_parser=RowParser(OverseasProfitTotals),
    key_width=200,
)
OVERSEAS_TRADE_LIST = RowList(
    endpoint=OVERSEAS_TRADES,
    row_parser=RowParser(OverseasTrade),
    totals_parser=RowParser(OverseasTradeTotals),
)

IN_FOREIGN_CURRENCY, IN_WON = "01", "02"
"""`WCRC_FRCR_DVSN_CD` of the overseas profit; in the overseas balance it is the other way round."""


async def fetch_daily_profit(
    account_request: AccountRequest, days: DateRange
) -> AllPages[DailyProfit, ProfitTotals]:
    """Fetch the domestic profit by day, newest first."""
    return await fetch_list(
        account_request, DAILY_LIST, {**_domestic_params(days), "INQR_DVSN": "00"}
    )


async def fetch_trade_profit(
    account_request: AccountRequest, days: DateRange
) -> AllPages[TradeProfit, ProfitTotals]:
    """Fetch the domestic profit by day, item and credit lot, newest first."""
    return await fetch_list(account_request, TRADE_LIST, _domestic_params(days))


async def fetch_today_profit(account_request: AccountRequest) -> TodayProfit:
    """Fetch today's domestic profit from the first page of the balance, which has the totals."""
    parsed = await account_request.fetch_page(
        TODAY_PROFIT,
        {**query_params(FIRST_PAGE, AfterHoursPrice.CLOSE), "INQR_DVSN": "00", "COST_ICLD_YN": "Y"},
        lambda response: _parse_today_profit(response.body),
    )
    return parsed.value


async def fetch_overseas_profit(
    account_request: AccountRequest, days: DateRange, *, in_won: bool
) -> AllPages[OverseasProfit, OverseasProfitTotals]:
    """Fetch the overseas profit by day and item, in each currency or in won.

    The totals in each currency add up different currencies and mean nothing.
    """
    params = {
        "OVRS_EXCG_CD": "",
        "NATN_CD": "",
        "CRCY_CD": "",
        "PDNO": "",
        "INQR_STRT_DT": f"{days.first:%Y%m%d}",
        "INQR_END_DT": f"{days.last:%Y%m%d}",
        "WCRC_FRCR_DVSN_CD": IN_WON if in_won else IN_FOREIGN_CURRENCY,
    }
    return await fetch_list(account_request, OVERSEAS_PROFIT_LIST, params)


async def fetch_overseas_trades(
    account_request: AccountRequest, days: DateRange
) -> AllPages[OverseasTrade, OverseasTradeTotals]:
    """Fetch the overseas trades by day, item and side."""
    params = {
        "ERLM_STRT_DT": f"{days.first:%Y%m%d}",
        "ERLM_END_DT": f"{days.last:%Y%m%d}",
        "OVRS_EXCG_CD": "",
        "PDNO": "",
        "SLL_BUY_DVSN_CD": "00",
        "LOAN_DVSN_CD": "",
    }
    return await fetch_list(account_request, OVERSEAS_TRADE_LIST, params)


def _parse_today_profit(body: JsonObject) -> Parsed[TodayProfit]:
    unreadable: set[str] = set()
    rows = parse_required_rows(body, "output2")
    if not rows and body.get("msg_cd") not in NO_DATA_CODES:
        raise MalformedResponseError(where="output2")
    totals = TODAY_PARSER.parse(rows[0] if rows else {}, unreadable)
    return Parsed(totals, tuple(sorted(unreadable)))


def _domestic_params(days: DateRange) -> dict[str, str]:
    return {
        "INQR_STRT_DT": f"{days.first:%Y%m%d}",
        "INQR_END_DT": f"{days.last:%Y%m%d}",
        "PDNO": "",
        "SORT_DVSN": "00",
        "CBLC_DVSN": "00",
    }
