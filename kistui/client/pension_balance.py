"""The balance of a retirement pension (퇴직연금 잔고조회), in the records of a domestic one.

Its rows and its summary carry a part of the same keys; what KIS leaves out is `None`.
"""

from kistui.client import domestic_balance, response_parsing
from kistui.client.account_request import AccountRequest
from kistui.client.endpoints import PENSION_BALANCE
from kistui.client.pagination import Cursor, FetchPage
from kistui.models.balance import BalanceSummary, Lot

BALANCE_TYPE_FIELD = "cblc_dvsn_name"
"""What kind of balance a row is; where a domestic row tells how it was bought."""


def page_fetcher(asking: AccountRequest) -> FetchPage[Lot, BalanceSummary]:
    """Fetches the pages of a pension's balance."""

    async def fetch(cursor: Cursor, page: int) -> domestic_balance.LotPage:
        params = {"ACCA_DVSN_CD": "00", "INQR_DVSN": "00", **cursor.params()}
        answer = await asking.fetch_page(PENSION_BALANCE, params, cursor, page)
        return parse_page(answer.tr_cont, answer.body)

    return fetch


def parse_page(tr_cont: str, body: response_parsing.JsonObject) -> domestic_balance.LotPage:
    """One page; raises Malformed."""
    rows = [
        {**row, "trad_dvsn_name": row.get(BALANCE_TYPE_FIELD)}
        for row in response_parsing.parse_required_rows(body, "output1")
    ]
    return domestic_balance.parse_page(tr_cont, {**body, "output1": rows})
