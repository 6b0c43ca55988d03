"""Shares and cash abroad: the balance on trade date, and by exchange where that has no rows.

The balance on trade date (해외주식 체결기준현재잔고) is one call for everything. The paper server
fills in its totals only; the rows are then asked for by exchange (해외주식 잔고), of which paper
gives all at once when none is named.
"""

from collections.abc import Sequence
from contextlib import suppress

from kistui.client import wire
from kistui.client.asking import Asking
from kistui.client.endpoints import OVERSEAS_BALANCE, OVERSEAS_PRESENT
from kistui.client.paging import Cursor, Page, every_page, next_cursor
from kistui.client.reader import Reader
from kistui.errors import PermissionRefused, ProductUnserved, RequestRejected
from kistui.model.abroad import ForeignCash, ForeignLot, ForeignTotals, SettledLot, TradedLot
from kistui.model.account import Environment
from kistui.model.overseas import CURRENCIES, MARKETS, Market, Overseas, merge_foreign
from kistui.model.record import record

TRADED, SETTLED = Reader(TradedLot), Reader(SettledLot)
CASH, TOTALS = Reader(ForeignCash), Reader(ForeignTotals)

Query = tuple[str, str]
"""An exchange and a currency; blank for everything, which paper alone takes."""
EVERYTHING: Query = ("", "")
US_AS_ONE: Query = ("NASD", "USD")
"""On real NASD stands for the whole of the US."""
US_APART: tuple[Query, ...] = (US_AS_ONE, ("NYSE", "USD"), ("AMEX", "USD"))
ELSEWHERE: tuple[Query, ...] = (
    ("SEHK", "HKD"), ("SHAA", "CNY"), ("SZAA", "CNY"), ("TKSE", "JPY"), ("HASE", "VND"),
    ("VNSE", "VND"),
)  # fmt: skip

NO_CONSENT = (PermissionRefused, ProductUnserved)
"""What KIS answers for an account without consent, when its key works elsewhere."""


@record
class Present:
    """The balance on trade date: everything on real, the totals on paper."""

    lots: tuple[TradedLot, ...]
    cash: tuple[ForeignCash, ...]
    totals: ForeignTotals

    @property
    def lacks_rows(self) -> bool:
        """Whether the totals know of shares that the rows do not show."""
        told = self.totals
        amounts = (told.valuation, told.valuation_sum, told.purchase_amount, told.purchase_sum)
        return not self.lots and any(amounts)


# Everything in its own currency: 02 is foreign here, and won elsewhere.
PRESENT_PARAMS = {
    "WCRC_FRCR_DVSN_CD": "02", "NATN_CD": "000", "TR_MKET_CD": "00", "INQR_DVSN_CD": "00"
}  # fmt: skip


def read_present(body: wire.Json) -> Present:
    """The one answer; raises Malformed."""
    totals = wire.rows(body, "output3")
    return Present(
        TRADED.read_all(wire.rows_told(body, "output1")),
        tuple(each for each in CASH.read_all(wire.rows(body, "output2")) if each.currency),
        TOTALS.read(totals[0]) if totals else ForeignTotals(),
    )


def read_settled(tr_cont: str, body: wire.Json) -> Page[SettledLot, None]:
    """One page of one exchange; the filler row is among its rows. Raises Malformed."""
    lots = SETTLED.read_all(wire.rows_told(body, "output1"))
    return Page(lots, None, next_cursor(tr_cont, body, 200))


async def read_overseas(asking: Asking, environment: Environment) -> Overseas:
    """Everything abroad in as few calls as will do: one on real, two on paper.

    Without consent it is empty, and says so.
    """
    try:
        answer = await asking.page(OVERSEAS_PRESENT, PRESENT_PARAMS)
    except NO_CONSENT:
        return Overseas(without_consent=tuple(CURRENCIES.values()))
    present = read_present(answer.body)
    answers: list[Sequence[ForeignLot]] = [present.lots]
    refused: list[Market] = []
    if present.lacks_rows:
        answers += await _by_exchange(asking, environment, refused)
    return Overseas(
        holdings=merge_foreign(answers),
        cash=present.cash,
        totals=present.totals,
        without_consent=tuple(dict.fromkeys(refused)),
    )


async def _by_exchange(
    asking: Asking, environment: Environment, refused: list[Market]
) -> list[Sequence[SettledLot]]:
    is_paper = environment is Environment.PAPER
    if is_paper:
        with suppress(RequestRejected, *NO_CONSENT):  # no document promises it: it may end
            everything = await _settled(asking, EVERYTHING)
            if any(lot.code for lot in everything):
                return [everything]
    answers: list[Sequence[SettledLot]] = []
    for query in (*(US_APART if is_paper else (US_AS_ONE,)), *ELSEWHERE):
        try:
            answers.append(await _settled(asking, query))
        except NO_CONSENT:
            refused.append(MARKETS[query[0]])
    return answers


async def _settled(asking: Asking, query: Query) -> Sequence[SettledLot]:
    exchange, currency = query

    async def fetch(cursor: Cursor) -> Page[SettledLot, None]:
        params = {"OVRS_EXCG_CD": exchange, "TR_CRCY_CD": currency, **cursor.params(200)}
        answer = await asking.page(OVERSEAS_BALANCE, params, cursor)
        return read_settled(answer.tr_cont, answer.body)

    lots, _, _ = await every_page(fetch)
    return lots
