"""Arithmetic of money: sums, rates and price changes of amounts that may be unknown.

An unknown amount is never zero: a result that depends on one is `None`. Halves round away from
zero.
"""

from collections.abc import Iterable, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from functools import cache
from typing import TypeVar

# `quantize` fails beyond its context's precision, 28 digits by default: price times quantity
# may have 50.
_WIDE_CONTEXT = Context(prec=100)
_cached_decimal = cache(Decimal)


def round_half_up(value: Decimal, unit: str = "1") -> Decimal:
    """Round `value` to a multiple of `unit`, such as "0.01"; halves go away from zero.

    What rounds to zero has no sign: `-0.0%` would read as a loss.
    """
    rounded = value.quantize(_cached_decimal(unit), ROUND_HALF_UP, _WIDE_CONTEXT)
    return rounded if rounded else rounded.copy_abs()


AmountT = TypeVar("AmountT", int, Decimal)


def sum_or_none(amounts: Iterable[int | None]) -> int | None:
    """Return the sum, or `None` if any amount is unknown."""
    total = 0
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total


def decimal_sum_or_none(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """Return the exact sum, or `None` if any amount is unknown."""
    total = Decimal(0)
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total


def decimal_or_none(number: int | None) -> Decimal | None:
    """Return a whole number as a Decimal, or `None` if it is unknown."""
    return None if number is None else Decimal(number)


def price_per_share(amount: AmountT | None, shares: AmountT | None) -> Decimal | None:
    """Return the price of one share to four decimals, as KIS gives it; `None` for zero shares."""
    if amount is None or not shares:
        return None
    return round_half_up(Decimal(amount) / shares, "0.0001")


def percent_of(part: AmountT | None, base: AmountT | None) -> Decimal | None:
    """Return `part` in percent of `base` to two decimals, as KIS does; `None` for a zero base."""
    if part is None or not base:
        return None
    return round_half_up(Decimal(part * 100) / base, "0.01")


def percents_of(parts: Sequence[int | None], base: int | None) -> list[Decimal | None]:
    """Return each part in percent of `base` to two decimals; parts that make it up sum to 100."""
    if not base:
        return [None] * len(parts)
    exact = [None if part is None else Decimal(part * 100) / base for part in parts]
    return round_together(exact, "0.01")


def round_together(values: Sequence[Decimal | None], unit: str) -> list[Decimal | None]:
    """Round each value up or down to a multiple of `unit`, so that they sum to the rounded sum.

    Those with the largest remainders are rounded up; unknown values stay unknown.
    """
    step = _cached_decimal(unit)
    exact = {index: value for index, value in enumerate(values) if value is not None}
    rounded = {
        index: value.quantize(step, ROUND_FLOOR, _WIDE_CONTEXT) for index, value in exact.items()
    }
    missing = round_half_up(sum(exact.values(), Decimal(0)), unit) - sum(rounded.values())
    by_remainder = sorted(exact, key=lambda index: rounded[index] - exact[index])
    for index in by_remainder[: int(missing / step)]:
        rounded[index] += step
    return [rounded.get(index) for index in range(len(values))]


def round_to_won(amount: Decimal | None) -> int | None:
    """Return an amount in whole won; halves go away from zero, for a loss too."""
    return None if amount is None else int(round_half_up(amount))


def held_since_yesterday(quantity: int | None, bought_today: int | None) -> int | None:
    """Return the shares held since yesterday; `None` if today's purchases are unknown.

    KIS settles sales against older purchases first, so the result is never negative. A negative
    quantity tells nothing.
    """
    if quantity is None or bought_today is None or quantity < 0:
        return None
    return max(quantity - bought_today, 0)


def signed_change(change: Decimal | None, day_rate: Decimal | None) -> Decimal | None:
    """Return today's price change with the sign of its rate; the paper server omits the sign.

    Without a rate the direction of a positive change is unknown: `None`.
    """
    if change is None or day_rate is None:
        return change if change is not None and change <= 0 else None
    if day_rate == 0:
        return change
    return abs(change).copy_sign(day_rate)


def daily_profit(
    change: Decimal | None, day_rate: Decimal | None, shares: int | None
) -> int | None:
    """Return the profit in won of today's price change on `shares`."""
    move = signed_change(change, day_rate)
    if move is None or shares is None:
        return None
    return int(round_half_up(move * shares))


def percent_to(price: Decimal | None, target: Decimal | None) -> Decimal | None:
    """Return the move from `price` to `target` in percent, to two decimals; negative is down."""
    if not price or not target:
        return None
    return round_half_up((target / price - 1) * 100, "0.01")
