"""Overseas inquire-balance: one exchange and currency at a time, 미니스탁 left out."""

from collections.abc import Sequence, Set
from decimal import Decimal

from kistui.simulator.abroad import Abroad, Holding
from kistui.simulator.call import Call
from kistui.simulator.figures import fixed, percent, ratio
from kistui.simulator.foreign import CURRENCIES, EXCHANGES, US, quote
from kistui.simulator.korea import Clock
from kistui.simulator.market import standstill
from kistui.simulator.options import Options
from kistui.simulator.paging import Pages, Paging, echo
from kistui.simulator.replies import Reply, invalid, refusal, success

FIELDS = (
    "CANO", "ACNT_PRDT_CD", "OVRS_EXCG_CD", "TR_CRCY_CD", "CTX_AREA_FK200", "CTX_AREA_NK200",
)  # fmt: skip
ECHOED = FIELDS[:4]
PAIRS = {code: {exchange.currency.code} for code, exchange in EXCHANGES.items()} | {
    "NAS": {"USD"},
    "SEHK": {"HKD", "CNY", "USD"},
}
ZEROS = {
    "frcr_evlu_pfls_amt": 6,
    "evlu_pfls_rt": 2,
    "pchs_avg_pric": 4,
    "ovrs_cblc_qty": 0,
    "ord_psbl_qty": 0,
    "frcr_pchs_amt1": 5,
    "ovrs_stck_evlu_amt": 8,
    "now_pric2": 6,
}
"""How many decimals each number of a row has."""
TEXTS = (
    "cano", "acnt_prdt_cd", "prdt_type_cd", "ovrs_pdno", "ovrs_item_name", "tr_crcy_cd",
    "ovrs_excg_cd", "loan_type_cd", "loan_dt", "expd_dt",
)  # fmt: skip
ORDER = (*TEXTS[:5], *ZEROS, *TEXTS[5:])
FILLER = {name: fixed(Decimal(0), ZEROS[name]) if name in ZEROS else "" for name in ORDER}
"""A row of nothing, with which real ends the last page."""
NO_CONSENT = "EGW00206"
"""No source has the code real gives; this one says that there is no permission."""


class OverseasBalance:
    """One account's shares abroad in one scene."""

    def __init__(
        self,
        book: Abroad,
        paging: Paging,
        options: Options,
        clock: Clock,
        without_consent: Set[str],
    ) -> None:
        self._book = book
        self._paging = paging
        self._options = options
        self._clock = clock
        self._without_consent = without_consent

    def answer(self, call: Call) -> Reply:
        """A page, or why the query is refused."""
        exchange, currency = call.query["OVRS_EXCG_CD"], call.query["TR_CRCY_CD"]
        wrong = self._wrong(exchange, currency)
        if wrong:
            return invalid(wrong)
        if self._lacks_consent(exchange) and not self._options.is_paper:
            return refusal(NO_CONSENT)
        held = [each for each in self._book.holdings if self._asked(each, exchange, currency)]
        pages = Pages(self._paging, [each.share.code for each in held], echo(call, ECHOED))
        place = pages.place(call, standstill(self._clock()))
        prices = [quote(each.share, self._options.seed, place.seconds) for each in held]
        rows = [_row(call, each, price) for each, price in zip(held, prices, strict=True)]
        shown = rows[pages.rows(place)]
        if pages.is_last(place) and self._has_filler:
            shown.append(FILLER)
        return success(
            pages.code(place, is_paper=self._options.is_paper),
            {**pages.keys(place), "output1": shown, "output2": _totals(held, prices)},
            headers={"tr_cont": pages.letter(place)},
        )

    @property
    def _has_filler(self) -> bool:
        """An account that never had anything abroad is told nothing at all."""
        return not self._options.is_paper and bool(self._book.holdings or self._book.cash)

    def _wrong(self, exchange: str, currency: str) -> str | None:
        """The field that is wrong; on paper both may be blank, for everything."""
        if self._options.is_paper and not exchange and not currency:
            return None
        if exchange not in PAIRS or (exchange == "NAS" and self._options.is_paper):
            return "OVRS_EXCG_CD"
        return None if currency in PAIRS[exchange] else "TR_CRCY_CD"

    def _lacks_consent(self, exchange: str) -> bool:
        return ("NASD" if exchange == "NAS" else exchange) in self._without_consent

    def _asked(self, each: Holding, exchange: str, currency: str) -> bool:
        """NASD is all of the US on real, and NAS is Nasdaq alone."""
        if each.is_mini or not each.quantity:
            return False
        if not exchange:
            return True
        if each.share.currency is not CURRENCIES[currency]:
            return False
        own = each.share.exchange.code
        if exchange == "NASD" and not self._options.is_paper:
            return own in US
        return own == ("NASD" if exchange == "NAS" else exchange)


def _row(call: Call, each: Holding, price: Decimal) -> dict[str, str]:
    share, worth = each.share, price * each.quantity
    numbers = {
        "frcr_evlu_pfls_amt": worth - each.cost,
        "evlu_pfls_rt": Decimal(percent(worth - each.cost, each.cost, 2)),
        "pchs_avg_pric": Decimal(ratio(each.cost, each.quantity, 4)),
        "ovrs_cblc_qty": each.quantity,
        "ord_psbl_qty": each.quantity,
        "frcr_pchs_amt1": each.cost,
        "ovrs_stck_evlu_amt": worth,
        "now_pric2": price,
    }
    texts = {
        "cano": call.query["CANO"],
        "acnt_prdt_cd": call.query["ACNT_PRDT_CD"],
        "prdt_type_cd": share.exchange.product_type,
        "ovrs_pdno": share.code,
        "ovrs_item_name": share.name,
        "tr_crcy_cd": share.currency.code,
        "ovrs_excg_cd": share.exchange.code,
        "loan_type_cd": "00",
    }
    shown = {name: fixed(number, ZEROS[name]) for name, number in numbers.items()}
    return {**FILLER, **texts, **shown}


def _totals(held: Sequence[Holding], prices: Sequence[Decimal]) -> dict[str, str]:
    """One sum over all that was asked for; `tot_evlu_pfls_amt` is the value, not the profit."""
    cost = sum((each.cost for each in held), Decimal(0))
    pairs = zip(held, prices, strict=True)
    worth = sum((price * each.quantity for each, price in pairs), Decimal(0))
    return {
        "frcr_pchs_amt1": fixed(cost, 5),
        "ovrs_rlzt_pfls_amt": fixed(Decimal(0), 5),
        "ovrs_tot_pfls": fixed(worth - cost, 5),
        "rlzt_erng_rt": fixed(Decimal(0), 8),
        "tot_evlu_pfls_amt": fixed(worth, 8),
        "tot_pftrt": percent(worth - cost, cost, 8),
        "frcr_buy_amt_smtl1": fixed(cost, 6),
        "ovrs_rlzt_pfls_amt2": fixed(Decimal(0), 5),
        "frcr_buy_amt_smtl2": fixed(cost, 6),
    }
