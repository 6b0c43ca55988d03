"""The orders of an account in a range of days: domestic, overseas, and of a pension.

KIS splits domestic orders into two TR ids, one for the last three months and one for older days;
a range across the border is asked for in two parts and comes back as one list.

Every function that fetches raises errors of the KisError tree.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from msgspec.structs import replace

from kistui.client.endpoints import (
    DOMESTIC_ORDERS,
    OLDER_DOMESTIC_ORDERS,
    OVERSEAS_ORDERS,
    PENSION_ORDERS,
)
from kistui.client.pagination import AccountRequest, AllPages, RowList, fetch_list, join_pages
from kistui.client.response_parsing import RowParser
from kistui.models.account import RETIREMENT_PENSION, Environment
from kistui.models.arithmetic import sum_or_none
from kistui.models.order_list import OrderPart
from kistui.models.orders import (
    DomesticOrderRow,
    DomesticOrderTotals,
    OverseasOrderRow,
    domestic_orders,
    overseas_orders,
)
from kistui.models.periods import DateRange

RECENT_DAYS = 90
"""KIS says three months and not which day begins them; other clients use 90 days."""

ROW_PARSER = RowParser(DomesticOrderRow)
TOTALS_PARSER = RowParser(DomesticOrderTotals)
# KIS documents one spelling and sends the other.
ALIASES = {"cnc_cfrm_qty": "cncl_cfrm_qty"}
RECENT_LIST = RowList(
    endpoint=DOMESTIC_ORDERS, row_parser=ROW_PARSER, totals_parser=TOTALS_PARSER, aliases=ALIASES
)
OLDER_LIST = RowList(
    endpoint=OLDER_DOMESTIC_ORDERS,
    row_parser=ROW_PARSER,
    totals_parser=TOTALS_PARSER,
    aliases=ALIASES,
)
# The keys of an empty pension list are not blank, and its message says that more follow.
PENSION_LIST: RowList[DomesticOrderRow, DomesticOrderTotals] = RowList(
    endpoint=PENSION_ORDERS,
    row_parser=ROW_PARSER,
    rows_key="output",
    aliases={"nccs_qty": "rmn_qty", "pchs_avg_pric": "avg_prvs"},
    ends_without_rows=True,
)
OVERSEAS_LIST: RowList[OverseasOrderRow, None] = RowList(
    endpoint=OVERSEAS_ORDERS,
    row_parser=RowParser(OverseasOrderRow),
    rows_key="output",
    key_width=200,
    ends_without_rows=True,
)

DomesticPages = AllPages[DomesticOrderRow, DomesticOrderTotals]


async def fetch_domestic_orders(
    account_request: AccountRequest, days: DateRange, today: date
) -> OrderPart:
    """Fetch the domestic orders of `days`; `today` is a Korean date."""
    pages: list[DomesticPages] = []
    border = today - timedelta(RECENT_DAYS)
    recent, older = days.since(border), days.before(border)
    missing_days: DateRange | None = None
    if account_request.account.product_code == RETIREMENT_PENSION:
        # KIS serves the orders of today, and those older than three months.
        missing_days = recent.before(today) if recent else None
        if days.since(today):
            pages.append(await _fetch_pension(account_request, today))
    elif recent:
        params = _domestic_params(recent, account_request.environment)
        pages.append(await fetch_list(account_request, RECENT_LIST, params))
    if older:
        params = _domestic_params(older, account_request.environment)
        pages.append(await fetch_list(account_request, OLDER_LIST, params))
    joined = join_pages(pages, _merge_totals)
    # KIS sends no totals of a pension's orders of today.
    has_totals = all(part.summary is not None for part in pages if part.rows)
    return OrderPart(
        orders=domestic_orders(joined.rows, today),
        days=days,
        totals=joined.summary if has_totals else None,
        missing_days=missing_days,
        may_be_partial=joined.may_be_partial,
        unreadable_fields=joined.unreadable_fields,
    )


async def fetch_overseas_orders(
    account_request: AccountRequest, days: DateRange, today: date
) -> OrderPart:
    """Fetch the overseas orders of `days` in Korea; `today` is a Korean date.

    KIS asks for dates at the exchange, so a day more is fetched at both ends.
    """
    is_paper = account_request.environment is Environment.PAPER
    params = {
        "PDNO": "" if is_paper else "%",
        "ORD_STRT_DT": f"{days.first - timedelta(1):%Y%m%d}",
        "ORD_END_DT": f"{days.last + timedelta(1):%Y%m%d}",
        "SLL_BUY_DVSN": "00",
        "CCLD_NCCS_DVSN": "00",
        "OVRS_EXCG_CD": "" if is_paper else "%",
        "SORT_SQN": "DS",
        "ORD_DT": "",
        "ORD_GNO_BRNO": "",
        "ODNO": "",
    }
    pages = await fetch_list(account_request, OVERSEAS_LIST, params)
    orders = overseas_orders(pages.rows, today)
    return OrderPart(
        orders=tuple(
            order for order in orders if order.ordered_on is None or order.ordered_on in days
        ),
        days=days,
        may_be_partial=pages.may_be_partial,
        unreadable_fields=pages.unreadable_fields,
    )


async def _fetch_pension(account_request: AccountRequest, today: date) -> DomesticPages:
    params = {
        "USER_DVSN_CD": "%%",
        "SLL_BUY_DVSN_CD": "00",
        "CCLD_NCCS_DVSN": "%%",
        "INQR_DVSN_3": "00",
    }
    pages = await fetch_list(account_request, PENSION_LIST, params)
    # KIS leaves out the date.
    return replace(pages, rows=[replace(row, order_date=today) for row in pages.rows])


def _domestic_params(days: DateRange, environment: Environment) -> dict[str, str]:
    """Return the query of domestic orders; only `KRX` exists on paper."""
    return {
        "INQR_STRT_DT": f"{days.first:%Y%m%d}",
        "INQR_END_DT": f"{days.last:%Y%m%d}",
        "SLL_BUY_DVSN_CD": "00",
        "PDNO": "",
        "ORD_GNO_BRNO": "",
        "ODNO": "",
        "CCLD_DVSN": "00",
        "INQR_DVSN": "00",
        "INQR_DVSN_1": "",
        "INQR_DVSN_3": "00",
        "EXCG_ID_DVSN_CD": "KRX" if environment is Environment.PAPER else "ALL",
    }


def _merge_totals(totals: Sequence[DomesticOrderTotals]) -> DomesticOrderTotals | None:
    if len(totals) < 2:
        return totals[0] if totals else None
    return DomesticOrderTotals(
        ordered_quantity=sum_or_none(part.ordered_quantity for part in totals),
        filled_quantity=sum_or_none(part.filled_quantity for part in totals),
        filled_amount=sum_or_none(part.filled_amount for part in totals),
        estimated_costs=sum_or_none(part.estimated_costs for part in totals),
    )
