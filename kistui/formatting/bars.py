"""Bars: fractions of the greatest value, diverging from a middle line, or stacked."""

from collections.abc import Sequence
from functools import cache

from kistui.formatting.cells import Cell, Line, Role

_EIGHTHS: tuple[str, ...] = ("", *"▏▎▍▌▋▊▉")
_MIDDLE = "│"
FILLS = "█░▓╱▒║▚─╳┼╲▔"
"""The fill characters of a stacked bar; `--ascii` replaces each by a different one."""
_STACKED_ROLES = (Role.BAR, Role.BAR_ALT)


def fraction_bar(value: int, greatest: int, width: int) -> str:
    """Return a bar of `width` columns for the `greatest` value, in steps of an eighth."""
    if value <= 0 or greatest <= 0:
        return ""
    steps = _nearest(min(value, greatest) * width * 8, greatest)
    full, eighths = divmod(max(steps, 1), 8)
    return "█" * full + _EIGHTHS[eighths]


def diverging_bar(value: int, greatest: int, width: int) -> str:
    """Return `width` columns, an odd number, with a bar right of the middle or left of it."""
    if not value or greatest <= 0:
        return _halves_bar(0, width)
    halves = max(_nearest(min(abs(value), greatest) * (width // 2) * 2, greatest), 1)
    return _halves_bar(halves if value > 0 else -halves, width)


def _nearest(dividend: int, divisor: int) -> int:
    return (dividend + divisor // 2) // divisor


@cache  # a table has few different bars
def _halves_bar(halves: int, width: int) -> str:
    """Return a bar in steps of half a column, left of the middle if negative."""
    side = width // 2
    full, half = divmod(abs(halves), 2)
    right = ("█" * full + "▌" * half).ljust(side) if halves > 0 else " " * side
    left = ("▐" * half + "█" * full).rjust(side) if halves < 0 else " " * side
    return f"{left}{_MIDDLE}{right}"


def stacked_bar(amounts: Sequence[int], width: int) -> Line:
    """Return the stacked bar; every amount that is more than nothing has at least one column."""
    widths = bar_widths(amounts, width)
    return tuple(stacked_fill(index, columns) for index, columns in enumerate(widths) if columns)


def bar_widths(amounts: Sequence[int], width: int) -> list[int]:
    """Return the columns of each amount, which add up to `width`; none for one below zero."""
    positive = [max(amount, 0) for amount in amounts]
    total = sum(positive)
    if not total:
        return [0] * len(amounts)
    widths = [max(amount * width // total, 1) if amount else 0 for amount in positive]
    remainders = [amount * width % total for amount in positive]
    by_remainder = sorted(range(len(amounts)), key=remainders.__getitem__, reverse=True)
    for index in by_remainder[: max(width - sum(widths), 0)]:
        widths[index] += 1
    while sum(widths) > width:
        widths[widths.index(max(widths))] -= 1
    return widths


def stacked_fill(index: int, columns: int = 1) -> Cell:
    """Return some columns of a part of a stacked bar, in its own fill and colour."""
    return Cell(FILLS[index % len(FILLS)] * columns, _STACKED_ROLES[index % len(_STACKED_ROLES)])
