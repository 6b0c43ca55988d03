"""A balance's holdings by the column: of thousands each value is read once, when it is needed."""

from collections.abc import Callable, Sequence
from functools import cached_property
from operator import attrgetter
from typing import Any, TypeVar

from kistui.models.balance import Balance
from kistui.models.holdings import AnyHolding, all_holdings, holdings_valuation

V = TypeVar("V")
Read = Callable[[AnyHolding], V]

IS_SOLD_OUT: Read[bool] = attrgetter("is_sold_out")


class Sheet:
    """A holding is known by its row: its place among all, at home and abroad, in KIS's order."""

    def __init__(self, balance: Balance) -> None:
        self.balance = balance
        self.holdings = all_holdings(balance)
        self._read: dict[Callable[[AnyHolding], Any], list[Any]] = {}
        self._orders: dict[tuple[Callable[[AnyHolding], Any], bool], Sequence[int]] = {}

    def read(self, value: Read[V]) -> list[V]:
        """What `value` gives of each holding, row by row."""
        values = self._read.get(value)
        if values is None:
            values = self._read[value] = list(map(value, self.holdings))
        return values

    def order(self, key: Callable[[AnyHolding], Any], *, descending: bool) -> Sequence[int]:
        """All rows in the order of their keys; equal ones stay as they are, `None` is the last."""
        rows = self._orders.get((key, descending))
        if rows is None:
            keys = self.read(key)
            known = [row for row, each in enumerate(keys) if each is not None]
            # `reverse` keeps equal ones in KIS's order, as reversing the result would not.
            known.sort(key=keys.__getitem__, reverse=descending)
            rows = known + [row for row, each in enumerate(keys) if each is None]
            self._orders[key, descending] = rows
        return rows

    @cached_property
    def held(self) -> int:
        """How many are not sold out."""
        return self.read(IS_SOLD_OUT).count(False)

    @cached_property
    def worth(self) -> int | None:
        """Won that all are worth."""
        return holdings_valuation(self.balance)
