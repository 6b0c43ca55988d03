"""The balance of a retirement pension (퇴직연금 잔고조회), in the records of a domestic one.

Its rows and its summary carry a part of the same keys; what KIS leaves out is `None`.
"""

from kistui.client import domestic, wire
from kistui.client.asking import Asking
from kistui.client.endpoints import PENSION_BALANCE
from kistui.client.paging import Cursor, Fetch
from kistui.model.balance import Lot, Summary

KIND = "cblc_dvsn_name"
"""What kind of balance a row is; where a domestic row tells how it was bought."""


def pages(asking: Asking) -> Fetch[Lot, Summary]:
    """Fetches the pages of a pension's balance."""

    async def fetch(cursor: Cursor) -> domestic.LotPage:
        params = {"ACCA_DVSN_CD": "00", "INQR_DVSN": "00", **cursor.params()}
        answer = await asking.page(PENSION_BALANCE, params, cursor)
        return read_page(answer.tr_cont, answer.body)

    return fetch


def read_page(tr_cont: str, body: wire.Json) -> domestic.LotPage:
    """One page; raises Malformed."""
    rows = [{**row, "trad_dvsn_name": row.get(KIND)} for row in wire.rows_told(body, "output1")]
    return domestic.read_page(tr_cont, {**body, "output1": rows})
