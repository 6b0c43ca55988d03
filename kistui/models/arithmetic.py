"""Sums, averages and rates of amounts that may be unknown: unknown is never zero."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TypeVar

from kistui.models.rounding import round_half_up

AmountT = TypeVar("AmountT", int, Decimal)


def sum_or_none(amounts: Iterable[int | None]) -> int | None:
    """The sum, or `None` if any part of it is unknown."""
    total = 0
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total


def decimal_sum_or_none(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum to every decimal, or `None` if any part of it is unknown."""
    total = Decimal(0)
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total


def price_per_share(amount: AmountT | None, shares: AmountT | None) -> Decimal | None:
    """The price of one share, to four decimals as KIS gives it; `None` from a zero base."""
    if amount is None or not shares:
        return None
    return round_half_up(Decimal(amount) / shares, "0.0001")


def percent_of(part: AmountT | None, base: AmountT | None) -> Decimal | None:
    """`part` of `base` in percent, to two decimals as KIS gives it; `None` from a zero base."""
    if part is None or not base:
        return None
    return round_half_up(Decimal(part * 100) / base, "0.01")


def round_to_won(amount: Decimal | None) -> int | None:
    """An amount in won, rounded half up; a half of a loss is a loss."""
    return None if amount is None else int(round_half_up(amount))
