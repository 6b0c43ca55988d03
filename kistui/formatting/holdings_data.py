"""Columnar access to a balance's holdings; columns and sort orders are cached."""

from collections.abc import Callable, Sequence
from functools import cached_property
from operator import attrgetter
from typing import Any, TypeVar

from kistui.models.balance import Balance
from kistui.models.totals import AnyHolding, all_holdings, holdings_valuation

V = TypeVar("V")
Getter = Callable[[AnyHolding], V]

GET_IS_SOLD_OUT: Getter[bool] = attrgetter("is_sold_out")


class HoldingsData:
    """All holdings, domestic and overseas; a row is the index of a holding in KIS's order."""

    def __init__(self, balance: Balance) -> None:
        self.balance = balance
        self.holdings = all_holdings(balance)
        self._column_cache: dict[Callable[[AnyHolding], Any], list[Any]] = {}
        self._order_cache: dict[tuple[Callable[[AnyHolding], Any], bool], Sequence[int]] = {}

    def column(self, getter: Getter[V]) -> list[V]:
        """Return the value that `getter` gives for each holding, by row."""
        values = self._column_cache.get(getter)
        if values is None:
            values = self._column_cache[getter] = list(map(getter, self.holdings))
        return values

    def sorted_rows(
        self, sort_key: Callable[[AnyHolding], Any], *, descending: bool
    ) -> Sequence[int]:
        """Return all rows sorted by key; equal keys keep KIS's order, None comes last."""
        rows = self._order_cache.get((sort_key, descending))
        if rows is None:
            keys = self.column(sort_key)
            known = [row for row, key in enumerate(keys) if key is not None]
            # Unlike reversing the result, `reverse` keeps equal keys in KIS's order.
            known.sort(key=keys.__getitem__, reverse=descending)
            rows = known + [row for row, key in enumerate(keys) if key is None]
            self._order_cache[sort_key, descending] = rows
        return rows

    @cached_property
    def held_count(self) -> int:
        """The number of holdings that are not sold out."""
        return self.column(GET_IS_SOLD_OUT).count(False)

    @cached_property
    def valuation(self) -> int | None:
        """The valuation of all holdings in won; None if unknown."""
        return holdings_valuation(self.balance)
