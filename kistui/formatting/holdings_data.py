"""A balance's holdings by the column: of thousands each value is read once, when it is needed."""

from collections.abc import Callable, Sequence
from functools import cached_property
from operator import attrgetter
from typing import Any, TypeVar

from kistui.models.balance import Balance
from kistui.models.holdings import AnyHolding, all_holdings, holdings_valuation

V = TypeVar("V")
Getter = Callable[[AnyHolding], V]

GET_IS_SOLD_OUT: Getter[bool] = attrgetter("is_sold_out")


class HoldingsData:
    """A holding is known by its row: its place among all, at home and abroad, in KIS's order."""

    def __init__(self, balance: Balance) -> None:
        self.balance = balance
        self.holdings = all_holdings(balance)
        self._column_cache: dict[Callable[[AnyHolding], Any], list[Any]] = {}
        self._order_cache: dict[tuple[Callable[[AnyHolding], Any], bool], Sequence[int]] = {}

    def column(self, getter: Getter[V]) -> list[V]:
        """What `value` gives of each holding, row by row."""
        values = self._column_cache.get(getter)
        if values is None:
            values = self._column_cache[getter] = list(map(getter, self.holdings))
        return values

    def sorted_rows(
        self, sort_key: Callable[[AnyHolding], Any], *, descending: bool
    ) -> Sequence[int]:
        """All rows in the order of their keys; equal ones stay as they are, `None` is the last."""
        rows = self._order_cache.get((sort_key, descending))
        if rows is None:
            keys = self.column(sort_key)
            known = [row for row, each in enumerate(keys) if each is not None]
            # `reverse` keeps equal ones in KIS's order, as reversing the result would not.
            known.sort(key=keys.__getitem__, reverse=descending)
            rows = known + [row for row, each in enumerate(keys) if each is None]
            self._order_cache[sort_key, descending] = rows
        return rows

    @cached_property
    def held_count(self) -> int:
        """How many are not sold out."""
        return self.column(GET_IS_SOLD_OUT).count(False)

    @cached_property
    def valuation(self) -> int | None:
        """Won that all are worth."""
        return holdings_valuation(self.balance)
