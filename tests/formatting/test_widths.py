"""Column widths, measured without formatting every cell."""

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
from kistui.models.load_state import Loaded
from kistui.models.overseas import (
    MARKET_BY_CURRENCY,
    ExchangeRate,
    Market,
    OverseasBalance,
    OverseasHolding,
    TradeDateLot,
)
from kistui.models.totals import AnyHolding
from tests.support import MORNING

WORDS = i18n.load_translations("ko")
WON = st.integers(-(10**18), 10**18) | st.integers(-1000, 1000)
WHOLE = WON.map(Decimal)
# Numbers with any number of decimals, and in exponent form.
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
def test_measured_width_is_that_of_the_widest_value(
    column: HoldingColumn, data: st.DataObject
) -> None:
    values_of_column = VALUES[column.name]
    # Lists of whole numbers, or of cents only, are compared without formatting each number.
    uniform_values = (WHOLE, CENTS) if values_of_column is DECIMALS else ()
    lists = [
        st.lists(st.none() | strategy, max_size=8)
        for strategy in (values_of_column, *uniform_values)
    ]
    values = data.draw(st.one_of(lists))
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
def test_column_width_is_that_of_its_widest_cell(
    balance: Balance, arrangement: HoldingsViewState, hidden: bool
) -> None:
    formatter = HoldingsFormatter(balance, WORDS, amounts_hidden=hidden)
    filtered = filter_and_sort(balance, arrangement, formatter.data)
    totals = formatter.totals_for(filtered, arrangement)

    def widest(index: int, holdings: tuple[AnyHolding, ...]) -> int:
        total_cells = (totals.total_cell(row, index) for row in range(1 + len(filtered.groups)))
        cells = (*total_cells, *(formatter.row_cells(holding)[index] for holding in holdings))
        return max(cell.width for cell in cells)

    widths = [totals.column_width(index) for index in range(len(HOLDING_COLUMNS))]
    assert widths == [widest(index, filtered.holdings) for index in range(len(HOLDING_COLUMNS))]


WIDTHS = st.lists(st.integers(1, 20), min_size=len(HOLDING_COLUMNS), max_size=len(HOLDING_COLUMNS))


@given(WIDTHS, WIDTHS, st.integers(0, 200), st.integers(0, 30), st.integers(0, 30))
def test_columns_dropped_by_title_width_need_no_measuring(
    titles: list[int], more: list[int], room: int, least: int, usual: int
) -> None:
    widths = [title + extra - 1 for title, extra in zip(titles, more, strict=True)]
    name_widths = (min(least, usual), usual)
    candidates = range(len(HOLDING_COLUMNS))
    measured: list[int] = []

    def measure(index: int) -> int:
        measured.append(index)
        return widths[index]

    layout = fit_columns(candidates, titles, measure, name_widths, room)
    assert layout == fit_columns(candidates, widths, widths.__getitem__, name_widths, room)
    assert {index for index, _ in layout.columns} <= {*measured, NAME_INDEX}
