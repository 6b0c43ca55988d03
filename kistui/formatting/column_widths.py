"""How wide the widest of many values is in its form, without writing those that cannot be it."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from kistui.formatting.cells import Cell, display_width

CellFormatter = Callable[[Any], Cell]
WidthMeasurer = Callable[[Sequence[Any], CellFormatter], int]
"""Of values, any of them `None`, in one form."""


def max_text_width(texts: Sequence[str | None], _format_value: CellFormatter) -> int:
    """Of texts as they are."""
    longest_first = sorted(filter(None, texts), key=len, reverse=True)
    if "".join(longest_first).isascii():
        return len(longest_first[0]) if longest_first else 0
    widest = 0
    for text in longest_first:
        if 2 * len(text) <= widest:  # no character has more than two columns
            break
        widest = max(widest, display_width(text))
    return widest


def max_number_width(numbers: Sequence[Any], format_value: CellFormatter) -> int:
    """Of numbers in a form that gives all as many decimals: the lowest's or the highest's."""
    return _max_width_of_each(_lowest_and_highest(numbers), format_value)


def max_decimal_width(numbers: Sequence[Any], format_value: CellFormatter) -> int:
    """Of numbers in a form without trailing zeros: all as many decimals have only whole ones."""
    return _max_width_if_same_exponent(numbers, format_value, Decimal(1))


def max_amount_width(amounts: Sequence[Decimal | None], format_value: CellFormatter) -> int:
    """Of amounts with the decimals they have: as many in all unless in several currencies."""
    return _max_width_if_same_exponent(
        amounts, format_value, next(filter(None, amounts), Decimal(0))
    )


def _max_width_if_same_exponent(
    numbers: Sequence[Any], format_value: CellFormatter, exponent: Decimal
) -> int:
    parted = (number for number in numbers if not (number is None or isinstance(number, int)))
    alike = all(map(exponent.same_quantum, parted))
    return (
        max_number_width(numbers, format_value)
        if alike
        else _max_width_of_each(numbers, format_value)
    )


def _max_width_of_each(values: Iterable[Any], format_value: CellFormatter) -> int:
    return max((format_value(value).width for value in values), default=0)


def _lowest_and_highest(numbers: Sequence[Any]) -> list[Any]:
    known = [number for number in numbers if number is not None]
    ends = [None] if len(known) < len(numbers) else []
    if known:
        lowest = min(known)
        if not lowest:  # zeros are equal, and some have a sign
            lowest = next((each for each in known if not each and str(each) < "0"), lowest)
        ends += [lowest, max(known)]
    return ends
