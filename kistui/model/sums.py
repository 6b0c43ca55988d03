"""Sums, averages and rates of amounts that may be unknown: unknown is never zero."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TypeVar

from kistui.model.rounding import rounded

A = TypeVar("A", int, Decimal)


def total_of(amounts: Iterable[int | None]) -> int | None:
    """The sum, or `None` if any part of it is unknown."""
    total = 0
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total


def decimal_total(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum to every decimal, or `None` if any part of it is unknown."""
    total = Decimal(0)
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total


def average(amount: A | None, shares: A | None) -> Decimal | None:
    """The price of one share, to four decimals as KIS gives it; `None` from a zero base."""
    if amount is None or not shares:
        return None
    return rounded(Decimal(amount) / shares, "0.0001")


def rate(part: A | None, base: A | None) -> Decimal | None:
    """`part` of `base` in percent, to two decimals as KIS gives it; `None` from a zero base."""
    if part is None or not base:
        return None
    return rounded(Decimal(part * 100) / base, "0.01")


def whole_won(amount: Decimal | None) -> int | None:
    """An amount in won, rounded half up; a half of a loss is a loss."""
    return None if amount is None else int(rounded(amount))
