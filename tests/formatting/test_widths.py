"""A column is as wide as its widest cell, though most of its cells are never made."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kistui import i18n
from kistui.formatting.column_fit import NAME_INDEX, fit_columns
from kistui.formatting.holding_columns import HOLDING_COLUMNS, HoldingColumn
from kistui.formatting.holdings_formatter import HoldingsFormatter
from kistui.formatting.holdings_view_state import HoldingsViewState, filter_and_sort
from kistui.models.balance import Balance, BalanceSummary, Holding, Lot
from kistui.models.holdings import AnyHolding
from kistui.models.load_state import Loaded
from kistui.models.overseas import (
    MARKET_BY_CURRENCY,
    ExchangeRate,
    Market,
    OverseasBalance,
    OverseasHolding,
)
from kistui.models.overseas_records import TradeDateLot
from tests.support import MORNING

WORDS = i18n.load_translations("ko")
WON = st.integers(-(10**18), 10**18) | st.integers(-1000, 1000)
WHOLE = WON.map(Decimal)
# Every number of decimals, zeros with a sign, 1E+3.
NUMBERS = st.builds(lambda number, places: Decimal(number).scaleb(places), WON, st.integers(-8, 3))
ZEROS = st.sampled_from([Decimal(zero) for zero in ("0", "-0", "0.00", "-0.00", "-0.04", "0E+3")])
DECIMALS = st.one_of(NUMBERS, ZEROS, WHOLE)
CENTS = WON.map(lambda number: Decimal(number).scaleb(-2))
TEXTS = st.text(alphabet="aZ 0가힣Ａ…\u0301", max_size=8)
QUANTITIES = st.one_of(st.none(), st.just(0), st.integers(0, 10**9))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "code": TEXTS, "name": TEXTS, "quantity": DECIMALS | WON, "sellable_quantity": WON,
    "average_price": DECIMALS, "price": DECIMALS, "day_rate": DECIMALS, "day_profit": WON,
    "foreign_valuation": DECIMALS, "foreign_profit_loss": DECIMALS, "valuation": WON,
    "profit_loss": WON, "profit_rate": DECIMALS, "weight": DECIMALS,
}  # fmt: skip


@pytest.mark.parametrize("column", HOLDING_COLUMNS, ids=[column.name for column in HOLDING_COLUMNS])
@given(st.data())
def test_the_widest_is_found_without_writing_the_others(
    column: HoldingColumn, data: st.DataObject
) -> None:
    every = VALUES[column.name]
    # Numbers that are alike are compared and not written: whole ones, those of one currency.
    alike = (WHOLE, CENTS) if every is DECIMALS else ()
    kinds = [st.lists(st.none() | each, max_size=8) for each in (every, *alike)]
    values = data.draw(st.one_of(kinds))
    widths = [column.format_value(value).width for value in values]
    assert column.measure_width(values, column.format_value) == max(widths, default=0)


AT_HOME = st.builds(
    Holding,
    code=TEXTS | st.none(),
    name=TEXTS | st.none(),
    quantity=QUANTITIES,
    sellable_quantity=QUANTITIES,
    average_price=st.none() | NUMBERS.map(abs),
    purchase_amount=st.none() | WON.map(abs),
    price=st.none() | NUMBERS.map(abs),
    day_rate=st.none() | DECIMALS,
    day_change=st.none() | DECIMALS,
    valuation=st.none() | WON,
    profit_loss=st.none() | WON,
    profit_rate=st.none() | DECIMALS,
    weight=st.none() | DECIMALS,
    lots=st.integers(0, 12).map(lambda lots: (Lot(),) * lots),
)
ABROAD = st.builds(
    OverseasHolding,
    code=TEXTS | st.none(),
    name=TEXTS | st.none(),
    market=st.sampled_from([*Market][1:]),
    currency=st.sampled_from([*MARKET_BY_CURRENCY, "EUR", ""]),
    quantity=st.none() | ZEROS | NUMBERS.map(abs),
    average_price=st.none() | DECIMALS,
    price=st.none() | DECIMALS,
    purchase_amount=st.none() | DECIMALS,
    valuation=st.none() | DECIMALS,
    profit_loss=st.none() | DECIMALS,
    profit_rate=st.none() | DECIMALS,
    exchange_rate=st.sampled_from([None, ExchangeRate(Decimal("1468.4"))]),
    weight=st.none() | DECIMALS,
    lots=st.integers(1, 2).map(lambda lots: (TradeDateLot(),) * lots),
)
BALANCES = st.builds(
    lambda home, abroad: Balance(
        summary=BalanceSummary(),
        holdings=tuple(home),
        overseas=Loaded(OverseasBalance(holdings=tuple(abroad)), MORNING),
    ),
    st.lists(AT_HOME, max_size=6),
    st.just([]) | st.lists(ABROAD, max_size=6),
)
ARRANGEMENTS = st.builds(
    HoldingsViewState,
    sort_column=st.sampled_from([None, *(column.name for column in HOLDING_COLUMNS)]),
    query=st.sampled_from(["", "a", "!ㄱ", "가"]),
    show_sold_out=st.booleans(),
    market=st.sampled_from([None, Market.KR, Market.US]),
)


@given(BALANCES, ARRANGEMENTS, st.booleans())
def test_every_column_is_as_wide_as_the_widest_of_its_cells(
    balance: Balance, arrangement: HoldingsViewState, hidden: bool
) -> None:
    formatted = HoldingsFormatter(balance, WORDS, amounts_hidden=hidden)
    arranged = filter_and_sort(balance, arrangement, formatted.data)
    shown = formatted.totals_for(arranged, arrangement)

    def widest(at: int, holdings: tuple[AnyHolding, ...]) -> int:
        sums = (shown.total_cell(line, at) for line in range(1 + len(arranged.groups)))
        cells = (*sums, *(formatted.row_cells(each)[at] for each in holdings))
        return max(cell.width for cell in cells)

    found = [shown.column_width(at) for at in range(len(HOLDING_COLUMNS))]
    assert found == [widest(at, arranged.holdings) for at in range(len(HOLDING_COLUMNS))]


WIDTHS = st.lists(st.integers(1, 20), min_size=len(HOLDING_COLUMNS), max_size=len(HOLDING_COLUMNS))


@given(WIDTHS, WIDTHS, st.integers(0, 200), st.integers(0, 30), st.integers(0, 30))
def test_what_drops_for_its_title_alone_would_drop_for_its_width(
    titles: list[int], more: list[int], room: int, least: int, usual: int
) -> None:
    widths = [title + each - 1 for title, each in zip(titles, more, strict=True)]
    names = (min(least, usual), usual)
    every = range(len(HOLDING_COLUMNS))
    asked: list[int] = []

    def measure(at: int) -> int:
        asked.append(at)
        return widths[at]

    found = fit_columns(every, titles, measure, names, room)
    assert found == fit_columns(every, widths, widths.__getitem__, names, room)
    assert {at for at, _ in found.columns} <= {*asked, NAME_INDEX}
