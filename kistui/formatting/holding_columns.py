"""The columns of the holdings table: the value, format and total of each."""

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple

from kistui.formatting.boxes import diverging_bar, fraction_bar
from kistui.formatting.cells import Cell, Role
from kistui.formatting.table import Column
from kistui.formatting.values import (
    COMPUTED_MARK,
    UNAVAILABLE,
    format_amount,
    format_amount_change,
    format_change,
    format_exchange_rate,
    format_number,
    format_percent,
    format_share,
    gain_loss_role,
    round_to_currency,
    with_mark_room,
)
from kistui.i18n.translations import Translations
from kistui.models.arithmetic import decimal_sum_or_none, percent_of, round_half_up, sum_or_none
from kistui.models.markets import KRW, Market
from kistui.models.overseas import OverseasHolding
from kistui.models.totals import AnyHolding

WEIGHT_BAR_WIDTH, PROFIT_BAR_WIDTH = 5, 11
_DIGITS = re.compile(r"(\d+)")


class HoldingsGroup(NamedTuple):
    """The holdings that a total row adds up: all that are shown, or those of one market."""

    holdings: Sequence[AnyHolding]
    balance_valuation: int | None
    """The valuation in won of all holdings of the account, shown or not."""
    market: Market | None = None

    @property
    def open_holdings(self) -> list[AnyHolding]:
        """The holdings that are not sold out; only these count."""
        return [holding for holding in self.holdings if not holding.is_sold_out]

    @property
    def currencies(self) -> list[str]:
        """The currencies of the holdings, in alphabetical order."""
        return sorted({holding.currency for holding in self.holdings})

    def sum(self, field: str) -> int | None:
        """Return the sum of a field in won, or None if one of the values is unknown."""
        return sum_or_none(getattr(holding, field) for holding in self.open_holdings)


def _no_total(_group: HoldingsGroup, _t: Translations) -> Cell:
    return Cell("")


class HoldingColumn(Column, frozen=True, kw_only=True):
    """A column of the holdings table."""

    format_value: Callable[[Any], Cell]
    format_holding: Callable[[AnyHolding], Cell] | None = None
    """Returns the cell, if that depends on more than the value."""
    get_value: Callable[[AnyHolding], Any] | None = None
    """Returns the value, if it is not the attribute with the column's name."""
    format_total: Callable[[HoldingsGroup, Translations], Cell] = _no_total
    sort_key: Callable[[AnyHolding], Any] | None = None
    """The sort key, if it is not the value itself."""
    is_overseas_only: bool = False
    """Whether the value is in a foreign currency; domestic holdings leave the cell blank."""
    is_domestic_only: bool = False
    """Whether KIS sends the value for domestic holdings only."""
    aligns_decimals: bool = False
    """Whether all values of a foreign currency have as many decimals as the longest."""

    def value_of(self, holding: AnyHolding) -> Any:
        """Return the value of a holding in this column."""
        return self.get_value(holding) if self.get_value else getattr(holding, self.name)

    def format_cell(self, holding: AnyHolding) -> Cell:
        """Return the cell of a holding in this column."""
        if self.format_holding:
            return self.format_holding(holding)
        return self.format_value(self.value_of(holding))


class GraphicColumn(Column, frozen=True, kw_only=True):
    """A bar for the value of `value_column`; it has no title and is shown with that column."""

    value_column: str
    measure: Callable[[AnyHolding], int | None]
    draw: Callable[[int, int], Cell]
    """Draws a measure, given the greatest magnitude of all holdings, in `min_width` columns."""


def _average_price(holding: AnyHolding) -> Decimal | None:
    """Return the average price: in whole won for domestic, exact for overseas holdings."""
    price = holding.average_price
    if price is None or isinstance(holding, OverseasHolding):
        return price
    return round_half_up(price)


def _foreign_amount(field: str) -> Callable[[AnyHolding], Decimal | None]:
    """Return a getter of an overseas amount rounded to its currency; None for domestic holdings."""

    def get_value(holding: AnyHolding) -> Decimal | None:
        if not isinstance(holding, OverseasHolding):
            return None
        return round_to_currency(getattr(holding, field), holding.currency)

    return get_value


def _foreign_total(
    field: str, format_value: Callable[[Decimal], Cell]
) -> Callable[[HoldingsGroup, Translations], Cell]:
    """Return a formatter of a market's total in its currency; blank for several currencies."""

    def format_total(group: HoldingsGroup, _t: Translations) -> Cell:
        if group.market in {None, Market.KR} or len(group.currencies) > 1:
            return Cell("")
        amounts = (getattr(holding, field) for holding in group.open_holdings)
        total = round_to_currency(decimal_sum_or_none(amounts), *group.currencies)
        return UNAVAILABLE if total is None else format_value(total)

    return format_total


def _exchange_rate_total(group: HoldingsGroup, t: Translations) -> Cell:
    """Return the exchange rate, named, of a market whose holdings all have the same one."""
    rates = {
        holding.exchange_rate for holding in group.holdings if isinstance(holding, OverseasHolding)
    }
    has_one_rate = group.market is not None and group.currencies != [KRW] and len(rates) == 1
    if not has_one_rate:
        return Cell("")
    rate = format_exchange_rate(rates.pop())
    return Cell(t("holdings.exchange_rate", rate=rate.text), rate.role)


def _change_total(field: str) -> Callable[[HoldingsGroup, Translations], Cell]:
    return lambda group, _t: format_change(group.sum(field))


def _valuation_total(group: HoldingsGroup, _t: Translations) -> Cell:
    return Cell(format_number(group.sum("valuation_won")).text, Role.STRONG)


def _profit_rate_total(group: HoldingsGroup, _t: Translations) -> Cell:
    rate = percent_of(group.sum("profit_loss_won"), group.sum("purchase_won"))
    return format_percent(rate, COMPUTED_MARK)


def format_profit_rate(holding: AnyHolding) -> Cell:
    """Return the profit rate of a holding, marked where KIS does not send it."""
    mark = COMPUTED_MARK if holding.is_profit_rate_computed else ""
    return format_percent(holding.profit_rate, mark)


def _profit_rate_cell(holding: AnyHolding) -> Cell:
    return with_mark_room(format_profit_rate(holding))


def _weight_total(group: HoldingsGroup, _t: Translations) -> Cell:
    return format_share(percent_of(group.sum("valuation_won"), group.balance_valuation))


def _blank_if_none(format_value: Callable[[Any], Cell]) -> Callable[[Any], Cell]:
    return lambda value: Cell("") if value is None else format_value(value)


def _natural_sort_key(text: str | None) -> tuple[int | str, ...] | None:
    """Return a sort key that ignores case and compares runs of digits as numbers."""
    if not text:
        return None
    parts: list[int | str] = list(_DIGITS.split(text.casefold()))
    parts[1::2] = map(int, parts[1::2])
    return tuple(parts)


HOLDING_COLUMNS = (
    HoldingColumn(
        "code",
        is_text=True,
        format_value=lambda code: Cell(code or "", Role.DIM),
        drop_priority=10,
        sort_key=lambda holding: _natural_sort_key(holding.code),
    ),
    HoldingColumn(
        "name",
        is_text=True,
        min_width=10,
        max_width=32,
        format_value=lambda name: Cell(name or "-"),
        format_holding=lambda holding: Cell(holding.name or holding.code or "-"),
        sort_key=lambda holding: _natural_sort_key(holding.name),
    ),
    HoldingColumn(
        "quantity",
        format_value=format_number,
        drop_priority=7,
        is_sensitive=True,
    ),
    HoldingColumn(
        "sellable_quantity",
        format_value=format_number,
        drop_priority=13,
        is_sensitive=True,
    ),
    HoldingColumn(
        "average_price",
        aligns_decimals=True,
        get_value=_average_price,
        format_value=format_number,
        drop_priority=11,
        is_sensitive=True,
    ),
    HoldingColumn(
        "price",
        aligns_decimals=True,
        format_value=format_number,
        format_total=_exchange_rate_total,
        has_optional_total=True,
        drop_priority=6,
    ),
    HoldingColumn("day_rate", format_value=format_percent, drop_priority=4, is_domestic_only=True),
    HoldingColumn(
        "day_profit",
        format_value=format_change,
        format_total=_change_total("day_profit"),
        drop_priority=5,
        is_computed=True,
        is_sensitive=True,
        is_domestic_only=True,
    ),
    HoldingColumn(
        "foreign_valuation",
        get_value=_foreign_amount("valuation"),
        format_value=_blank_if_none(format_amount),
        format_total=_foreign_total("valuation", format_amount),
        drop_priority=12,
        is_sensitive=True,
        is_overseas_only=True,
    ),
    HoldingColumn(
        "foreign_profit_loss",
        get_value=_foreign_amount("profit_loss"),
        format_value=_blank_if_none(format_amount_change),
        format_total=_foreign_total("profit_loss", format_amount_change),
        drop_priority=14,
        is_sensitive=True,
        is_overseas_only=True,
    ),
    HoldingColumn(
        "valuation",
        get_value=attrgetter("valuation_won"),
        format_value=format_number,
        format_total=_valuation_total,
        drop_priority=2,
        is_sensitive=True,
    ),
    HoldingColumn(
        "profit_loss",
        get_value=attrgetter("profit_loss_won"),
        format_value=format_change,
        format_total=_change_total("profit_loss_won"),
        drop_priority=3,
        is_sensitive=True,
    ),
    HoldingColumn(
        "profit_rate",
        format_value=format_percent,
        format_holding=_profit_rate_cell,
        format_total=_profit_rate_total,
        drop_priority=1,
    ),
    HoldingColumn(
        "weight",
        format_value=format_share,
        format_total=_weight_total,
        drop_priority=8,
        is_computed=True,
    ),
)


def _weight_in_hundredths(holding: AnyHolding) -> int | None:
    return None if holding.weight is None else int(holding.weight * 100)


def _weight_bar(weight: int, greatest: int) -> Cell:
    return Cell(fraction_bar(weight, greatest, WEIGHT_BAR_WIDTH), Role.BAR)


def _profit_bar(profit: int, greatest: int) -> Cell:
    return Cell(diverging_bar(profit, greatest, PROFIT_BAR_WIDTH), gain_loss_role(profit))


GRAPHIC_COLUMNS = (
    GraphicColumn(
        "profit_bar",
        value_column="profit_loss",
        measure=attrgetter("profit_loss_won"),
        draw=_profit_bar,
        is_graphic=True,
        drop_priority=15,
        is_text=True,
        is_titled=False,
        min_width=PROFIT_BAR_WIDTH,
        is_sensitive=True,
        is_decorative=True,
    ),
    GraphicColumn(
        "weight_bar",
        value_column="weight",
        measure=_weight_in_hundredths,
        draw=_weight_bar,
        is_graphic=True,
        drop_priority=9,
        is_text=True,
        is_titled=False,
        min_width=WEIGHT_BAR_WIDTH,
    ),
)
"""Bars, drawn after the column they belong to."""

TableColumn = HoldingColumn | GraphicColumn


def _with_bars(column: HoldingColumn) -> Iterator[TableColumn]:
    yield column
    yield from (graphic for graphic in GRAPHIC_COLUMNS if graphic.value_column == column.name)


TABLE_COLUMNS: tuple[TableColumn, ...] = tuple(
    chain.from_iterable(map(_with_bars, HOLDING_COLUMNS))
)
"""The columns of the table from left to right."""


def find_column(name: str | None) -> HoldingColumn | None:
    """Return the column called `name`, or None if there is none."""
    return next((column for column in HOLDING_COLUMNS if column.name == name), None)
