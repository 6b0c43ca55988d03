"""Overseas inquire-present-balance: shares with fractions, cash by currency, totals in won."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from kistui.simulator.abroad import Abroad, Holding
from kistui.simulator.call import Call
from kistui.simulator.figures import fixed, percent, ratio
from kistui.simulator.foreign import CURRENCIES, MARKETS, NATIONS, Currency, quote, rate, won
from kistui.simulator.korea import KST, Clock
from kistui.simulator.market import standstill
from kistui.simulator.options import Options
from kistui.simulator.paging import complete, nothing
from kistui.simulator.replies import Reply, invalid, success

FIELDS = ("CANO", "ACNT_PRDT_CD", "WCRC_FRCR_DVSN_CD", "NATN_CD", "TR_MKET_CD", "INQR_DVSN_CD")
ALL_MARKETS = "00"
WON = Decimal(1)
NAMES_WITH_CODE = frozenset({"TKSE"})
"""Exchanges whose items carry the ticker before their name."""


class Valued(NamedTuple):
    """A holding at a price, and its currency's rate of the day."""

    holding: Holding
    price: Decimal
    rate: Decimal

    @property
    def currency(self) -> Currency:
        """What it is traded in."""
        return self.holding.share.currency

    @property
    def worth(self) -> Decimal:
        """In its currency."""
        return self.price * self.holding.quantity

    def in_won(self, amount: Decimal) -> Decimal:
        """An amount of its currency in won, to all decimals."""
        return won(amount, self.currency, self.rate)


class PresentBalance:
    """One account's shares and cash abroad in one scene; `deposit` is its cash in won."""

    def __init__(self, book: Abroad, deposit: int, options: Options, clock: Clock) -> None:
        self._book = book
        self._deposit = deposit
        self._options = options
        self._clock = clock

    def answer(self, call: Call) -> Reply:
        """Everything at once, or why the query is refused."""
        wrong = _wrong(call)
        if wrong:
            return invalid(wrong)
        seconds = standstill(self._clock())
        rates = self._rates(seconds)
        held = [
            Valued(
                each,
                quote(each.share, self._options.seed, seconds),
                rates[each.share.currency.code],
            )
            for each in self._book.holdings
            if _asked(each, call)
        ]
        nation = NATIONS.get(call.query["NATN_CD"])
        cash = {
            code: amount
            for code, amount in self._book.cash.items()
            if nation is None or code == nation.code
        }
        is_paper = self._options.is_paper
        is_won = call.query["WCRC_FRCR_DVSN_CD"] == "01"
        code = (complete if held else nothing)(is_paper=is_paper)
        rows = [_row(each, is_won=is_won) for each in held]
        balances = [self._cash(CURRENCIES[code], cash[code], rates[code]) for code in cash]
        return success(
            code,
            {
                "output1": [] if is_paper else rows,
                "output2": [] if is_paper else balances,
                "output3": _totals(held, cash, rates, self._deposit),
            },
        )

    def _rates(self, seconds: int) -> dict[str, Decimal]:
        day = datetime.fromtimestamp(seconds, KST).date()
        return {code: rate(each, self._options.seed, day) for code, each in CURRENCIES.items()}

    def _cash(self, currency: Currency, amount: Decimal, at: Decimal) -> dict[str, str]:
        """One currency; here `frcr_evlu_amt2` is what may be withdrawn, in won."""
        deals = [each for each in self._book.holdings if each.share.currency is currency]
        bought = sum((each.bought.amount for each in deals), Decimal(0))
        sold = sum((each.sold.amount for each in deals), Decimal(0))
        free = max(amount - bought, Decimal(0))
        return {
            "crcy_cd": currency.code,
            "crcy_cd_name": currency.name,
            "frcr_buy_amt_smtl": fixed(bought, 5),
            "frcr_sll_amt_smtl": fixed(sold, 5),
            "frcr_dncl_amt_2": fixed(amount, 6),
            "frst_bltn_exrt": fixed(at, 8),
            "frcr_buy_mgn_amt": fixed(Decimal(0), 6),
            "frcr_etc_mgna": fixed(Decimal(0), 6),
            "frcr_drwg_psbl_amt_1": fixed(free, 6),
            "frcr_evlu_amt2": fixed(won(free, currency, at), 6),
            "acpl_cstd_crcy_yn": "Y",
            "nxdy_frcr_drwg_psbl_amt": fixed(max(amount - bought + sold, Decimal(0)), 6),
        }


def _wrong(call: Call) -> str | None:
    """The first field whose value is not taken."""
    query = call.query
    for name, taken in (
        ("WCRC_FRCR_DVSN_CD", {"01", "02"}),
        ("NATN_CD", set(MARKETS)),
        ("TR_MKET_CD", MARKETS.get(query["NATN_CD"], set())),
        ("INQR_DVSN_CD", {"00", "01", "02"}),
    ):
        if query[name] not in taken:
            return name
    return None


def _asked(each: Holding, call: Call) -> bool:
    exchange = each.share.exchange
    nation, market, kind = (call.query[name] for name in ("NATN_CD", "TR_MKET_CD", "INQR_DVSN_CD"))
    if nation not in {"000", exchange.currency.nation}:
        return False
    if market not in {ALL_MARKETS, exchange.market}:
        return False
    return kind == "00" or each.is_mini == (kind == "02")


def _row(each: Valued, *, is_won: bool) -> dict[str, str]:
    """With `is_won`, amounts and prices are in won though their names say foreign."""
    holding, share, currency = each.holding, each.holding.share, each.currency

    def shown(amount: Decimal, places: int) -> str:
        return fixed(won(amount, currency, each.rate) if is_won else amount, places)

    cost, worth = (Decimal(shown(amount, 5)) for amount in (holding.cost, each.worth))
    profit = worth - cost
    average = Decimal(ratio(holding.cost, holding.quantity, 8))
    code = f"[{share.code}]" if share.exchange.code in NAMES_WITH_CODE else ""
    settled = holding.quantity - holding.bought.quantity + holding.sold.quantity
    return {
        "prdt_name": f"{code}{share.name}",
        "cblc_qty13": fixed(settled, 8),
        "thdt_buy_ccld_qty1": fixed(holding.bought.quantity, 8),
        "thdt_sll_ccld_qty1": fixed(holding.sold.quantity, 8),
        "ccld_qty_smtl1": fixed(holding.quantity, 8),
        "ord_psbl_qty1": fixed(holding.quantity, 8),
        "frcr_pchs_amt": fixed(cost, 5),
        "frcr_evlu_amt2": fixed(worth, 5),
        "evlu_pfls_amt2": fixed(profit, 5),
        "evlu_pfls_rt1": fixed(Decimal(percent(profit, cost, 2)), 8),
        "pdno": share.code,
        "bass_exrt": fixed(each.rate, 8),
        "buy_crcy_cd": currency.code,
        "ovrs_now_pric1": shown(each.price, 6),
        "avg_unpr3": shown(average, 4),
        "tr_mket_name": share.exchange.name,
        "natn_kor_name": currency.nation_name,
        "pchs_rmnd_wcrc_amt": fixed(each.in_won(holding.cost * holding.paid_rate / 1000), 0),
        "thdt_buy_ccld_frcr_amt": shown(holding.bought.amount, 5),
        "thdt_sll_ccld_frcr_amt": shown(holding.sold.amount, 5),
        "unit_amt": str(currency.unit),
        "std_pdno": share.isin,
        "prdt_type_cd": share.exchange.product_type,
        "scts_dvsn_name": "미니스탁" if holding.is_mini else "해외주식",
        "loan_rmnd": "0",
        "loan_dt": "",
        "loan_expd_dt": "",
        "ovrs_excg_cd": share.exchange.code,
        "item_lnkg_excg_cd": share.exchange.feed,
    }


def _totals(
    held: Sequence[Valued], cash: dict[str, Decimal], rates: dict[str, Decimal], deposit: int
) -> dict[str, str]:
    """Won, rounded once; the profit is that of the rounded sums."""
    cost = _sum(each.in_won(each.holding.cost) for each in held)
    worth = _sum(each.in_won(each.worth) for each in held)
    bought = _sum(each.in_won(each.holding.bought.amount) for each in held)
    sold = _sum(each.in_won(each.holding.sold.amount) for each in held)
    foreign = _sum(won(cash[code], CURRENCIES[code], rates[code]) for code in cash)
    zero = Decimal(0)
    figures = {
        "pchs_amt_smtl": cost,
        "evlu_amt_smtl": worth,
        "evlu_pfls_amt_smtl": worth - cost,
        "dncl_amt": Decimal(deposit),
        "cma_evlu_amt": zero,
        "tot_dncl_amt": Decimal(deposit) + foreign,
        "etc_mgna": zero,
        "wdrw_psbl_tot_amt": Decimal(deposit),
        "frcr_evlu_tota": foreign,
    }
    more = {
        "pchs_amt_smtl_amt": cost,
        "evlu_amt_smtl_amt": worth,
        "tot_evlu_pfls_amt": worth - cost,
        "tot_asst_amt": worth + deposit + foreign,
        "buy_mgn_amt": zero,
        "mgna_tota": zero,
        "frcr_use_psbl_amt": foreign,
        "ustl_sll_amt_smtl": sold,
        "ustl_buy_amt_smtl": bought,
        "tot_frcr_cblc_smtl": foreign,
        "tot_loan_amt": zero,
    }
    decimals = {"tot_evlu_pfls_amt": 8, "frcr_use_psbl_amt": 2, "tot_frcr_cblc_smtl": 6}
    return {
        **{name: fixed(amount, 0) for name, amount in figures.items()},
        "evlu_erng_rt1": percent(worth - cost, cost, 8),
        **{name: fixed(amount, decimals.get(name, 0)) for name, amount in more.items()},
    }


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    """In whole won."""
    return sum(amounts, Decimal(0)).quantize(WON, ROUND_HALF_UP)
