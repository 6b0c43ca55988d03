"""How wide the widest of many values is in its form, without writing those that cannot be it."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from kistui.view.cells import Cell, width_of

Form = Callable[[Any], Cell]
Widest = Callable[[Sequence[Any], Form], int]
"""Of values, any of them `None`, in one form."""


def of_texts(texts: Sequence[str | None], _form: Form) -> int:
    """Of texts as they are."""
    longest_first = sorted(filter(None, texts), key=len, reverse=True)
    if "".join(longest_first).isascii():
        return len(longest_first[0]) if longest_first else 0
    widest = 0
    for text in longest_first:
        if 2 * len(text) <= widest:  # no character has more than two columns
            break
        widest = max(widest, width_of(text))
    return widest


def of_numbers(numbers: Sequence[Any], form: Form) -> int:
    """Of numbers in a form that gives all as many decimals: the lowest's or the highest's."""
    return _of_each(_ends(numbers), form)


def of_decimals(numbers: Sequence[Any], form: Form) -> int:
    """Of numbers in a form without trailing zeros: all as many decimals have only whole ones."""
    return _of_alike(numbers, form, Decimal(1))


def of_amounts(amounts: Sequence[Decimal | None], form: Form) -> int:
    """Of amounts with the decimals they have: as many in all unless in several currencies."""
    return _of_alike(amounts, form, next(filter(None, amounts), Decimal(0)))


def _of_alike(numbers: Sequence[Any], form: Form, like: Decimal) -> int:
    parted = (number for number in numbers if not (number is None or isinstance(number, int)))
    alike = all(map(like.same_quantum, parted))
    return of_numbers(numbers, form) if alike else _of_each(numbers, form)


def _of_each(values: Iterable[Any], form: Form) -> int:
    return max((form(value).width for value in values), default=0)


def _ends(numbers: Sequence[Any]) -> list[Any]:
    known = [number for number in numbers if number is not None]
    ends = [None] if len(known) < len(numbers) else []
    if known:
        lowest = min(known)
        if not lowest:  # zeros are equal, and some have a sign
            lowest = next((each for each in known if not each and str(each) < "0"), lowest)
        ends += [lowest, max(known)]
    return ends
