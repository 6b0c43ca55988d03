"""Bars of block characters: for a share of the greatest one, and to both sides of a middle line."""

from decimal import Decimal

_EIGHTHS = " ▏▎▍▌▋▊▉"
_MIDDLE = "│"


def fraction_bar(value: Decimal | None, greatest: Decimal, width: int) -> str:
    """Return a bar of `width` columns for the `greatest` value, in steps of an eighth."""
    if value is None or value <= 0 or greatest <= 0:
        return ""
    eighths = max(round(min(value / greatest, Decimal(1)) * width * 8), 1)
    full, remainder = divmod(eighths, 8)
    return "█" * full + (_EIGHTHS[remainder] if remainder else "")


def diverging_bar(value: int, greatest: Decimal, width: int) -> str:
    """Return `width` columns, an odd number, with a bar right of the middle or left of it."""
    side = width // 2
    if not value or greatest <= 0:
        return f"{'':{side}}{_MIDDLE}{'':{side}}"
    halves = max(round(min(abs(value) / greatest, Decimal(1)) * side * 2), 1)
    full, half = divmod(halves, 2)
    if value > 0:
        return f"{'':{side}}{_MIDDLE}{'█' * full + '▌' * half:<{side}}"
    return f"{'▐' * half + '█' * full:>{side}}{_MIDDLE}{'':{side}}"
