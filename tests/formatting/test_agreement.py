"""Holdings, summary, accounts page and exports show the same totals, to the won."""

import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from kistui import i18n
from kistui.formatting.accounts_table import build_accounts_table
from kistui.formatting.balance_exports import BalanceSnapshot, summary_json
from kistui.formatting.cells import Line
from kistui.formatting.headline import headline_lines
from kistui.formatting.holdings_table import HoldingsTable
from kistui.formatting.summary_boxes import summary_boxes
from kistui.formatting.values import format_change, format_number
from kistui.models.arithmetic import round_to_won
from kistui.models.balance import Balance, Lot
from kistui.models.load_state import Loaded
from kistui.models.overseas import (
    OverseasBalance,
    OverseasTotals,
    TradeDateLot,
    merge_overseas_lots,
)
from kistui.models.totals import AccountOverview, compute_headline, with_overseas
from tests.support import MORNING, PROFILE, make_balance, make_lot

EN = i18n.load_translations("en")
CENTS = st.integers(1, 10**9).map(lambda cents: Decimal(cents) / 100)
RATES = st.sampled_from([("USD", "1468.4", "1"), ("JPY", "941.52", "100"), ("HKD", "188.87", "1")])


def overseas_lot(
    code: int, valuation: Decimal, purchase: Decimal, rate: tuple[str, str, str]
) -> TradeDateLot:
    currency, base_rate, unit = rate
    return TradeDateLot(
        code=f"CODE{code}", name=f"Name {code}", currency=currency, base_rate=Decimal(base_rate),
        rate_unit=Decimal(unit), quantity=Decimal(3), price=Decimal(7), valuation=valuation,
        purchase_amount=purchase, profit_loss=valuation - purchase,
    )  # fmt: skip


def kis_total(lots: list[TradeDateLot], field: str) -> int | None:
    """Return the total as KIS sends it: rounded once, after adding."""
    return round_to_won(
        sum(
            (getattr(lot, field) * (lot.base_rate or 0) / (lot.rate_unit or 1) for lot in lots),
            Decimal(0),
        )
    )


def with_overseas_lots(domestic: Balance, lots: list[TradeDateLot]) -> Balance:
    totals = OverseasTotals(
        valuation=kis_total(lots, "valuation"),
        purchase_amount=kis_total(lots, "purchase_amount"),
        foreign_currency_balance=Decimal(0),
    )
    overseas = OverseasBalance(holdings=merge_overseas_lots([lots]), totals=totals)
    return with_overseas(domestic, Loaded(overseas, MORNING))


LOTS = st.lists(st.tuples(st.integers(0, 10**8), st.integers(1, 10**8)), max_size=4).map(
    lambda pairs: [
        make_lot(
            code=str(index),
            valuation=valuation,
            purchase_amount=purchase,
            profit_loss=valuation - purchase,
        )
        for index, (valuation, purchase) in enumerate(pairs)
    ]
)
OVERSEAS_LOTS = st.lists(st.tuples(CENTS, CENTS, RATES), max_size=6).map(
    lambda rows: [overseas_lot(index, *row) for index, row in enumerate(rows)]
)


@given(LOTS, OVERSEAS_LOTS)
def test_all_pages_show_the_same_totals(lots: list[Lot], overseas_lots: list[TradeDateLot]) -> None:
    balance = with_overseas_lots(make_balance(*lots), overseas_lots)
    headline = compute_headline(balance)
    profit = format_change(headline.profit_loss.complete_amount).text
    value = format_number(headline.total_value.complete_amount).text

    assert profit in texts(HoldingsTable(balance, EN).lay_out(300).total_row)

    overview = AccountOverview(PROFILE, Loaded(balance, MORNING))
    accounts = build_accounts_table([overview], None, MORNING, EN, amounts_hidden=False)
    for line in (accounts.lay_out(300).render_row(0), accounts.lay_out(300).total_row):
        assert {profit, value} <= texts(line)

    document = json.loads(summary_json(BalanceSnapshot(PROFILE, balance, MORNING)))
    computed = document["overseas"]["computed"]
    assert computed["total_value"] == document["total"]["total_value"]
    assert document["total"]["total_value"] == headline.total_value.complete_amount
    assert document["total"]["profit_loss"] == headline.profit_loss.complete_amount
    domestic_profit = document["summary"]["evlu_pfls_smtl_amt"]
    assert domestic_profit + computed["profit_loss_won"] == headline.profit_loss.complete_amount

    (strip,) = headline_lines(headline, EN, 300, amounts_hidden=False)
    assert {profit, value} <= texts(strip)

    boxes = {box.name: box.render(60) for box in summary_boxes(balance, EN, wide=True)}
    if overseas_lots:
        overseas_texts = {text for line in boxes["overseas"] for text in texts(line)}
        assert format_change(computed["profit_loss_won"]).text in overseas_texts


def texts(line: Line) -> set[str]:
    return {cell.text.strip() for cell in line}
