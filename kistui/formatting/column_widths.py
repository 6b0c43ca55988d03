"""The width of a column's widest value, computed without formatting every value."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from kistui.formatting.cells import Cell, display_width

CellFormatter = Callable[[Any], Cell]
WidthMeasurer = Callable[[Sequence[Any], CellFormatter], int]
"""Returns the width of the widest value, formatted; values may be None."""


def max_text_width(texts: Sequence[str | None], _format_value: CellFormatter) -> int:
    """Return the width of the widest text."""
    longest_first = sorted(filter(None, texts), key=len, reverse=True)
    if "".join(longest_first).isascii():
        return len(longest_first[0]) if longest_first else 0
    widest = 0
    for text in longest_first:
        if 2 * len(text) <= widest:  # a character has at most two columns
            break
        widest = max(widest, display_width(text))
    return widest


def max_number_width(numbers: Sequence[Any], format_value: CellFormatter) -> int:
    """Return the width for a format with fixed decimals: the lowest or highest number decides."""
    return _max_width_of_each(_lowest_and_highest(numbers), format_value)


def max_decimal_width(numbers: Sequence[Any], format_value: CellFormatter) -> int:
    """Return the width for a format without trailing zeros; fast if all are whole numbers."""
    return _max_width_if_same_exponent(numbers, format_value, Decimal(1))


def max_amount_width(amounts: Sequence[Decimal | None], format_value: CellFormatter) -> int:
    """Return the width for a format that keeps decimals; fast if all have the same number."""
    return _max_width_if_same_exponent(
        amounts, format_value, next(filter(None, amounts), Decimal(0))
    )


def _max_width_if_same_exponent(
    numbers: Sequence[Any], format_value: CellFormatter, exponent: Decimal
) -> int:
    decimals = (number for number in numbers if not (number is None or isinstance(number, int)))
    same_exponent = all(map(exponent.same_quantum, decimals))
    return (
        max_number_width(numbers, format_value)
        if same_exponent
        else _max_width_of_each(numbers, format_value)
    )


def _max_width_of_each(values: Iterable[Any], format_value: CellFormatter) -> int:
    return max((format_value(value).width for value in values), default=0)


def _lowest_and_highest(numbers: Sequence[Any]) -> list[Any]:
    known = [number for number in numbers if number is not None]
    extremes = [None] if len(known) < len(numbers) else []
    if known:
        lowest = min(known)
        if not lowest:  # -0 equals 0 but is formatted with a sign
            lowest = next((number for number in known if not number and str(number) < "0"), lowest)
        extremes += [lowest, max(known)]
    return extremes
