"""Bars of block characters: for a share of the greatest one, and to both sides of a middle line."""

from functools import cache

_EIGHTHS: tuple[str, ...] = ("", *"▏▎▍▌▋▊▉")
_MIDDLE = "│"


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
    """Return a bar of half columns, negative ones left of the middle."""
    side = width // 2
    full, half = divmod(abs(halves), 2)
    right = ("█" * full + "▌" * half).ljust(side) if halves > 0 else " " * side
    left = ("▐" * half + "█" * full).rjust(side) if halves < 0 else " " * side
    return f"{left}{_MIDDLE}{right}"
