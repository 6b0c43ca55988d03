"""Rounding as money is rounded, of numbers of any size."""

from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache

# `quantize` fails beyond its context's digits, 28 by itself: a price times a quantity may have 50.
_WIDE_CONTEXT = Context(prec=100)
_cached_decimal = cache(Decimal)


def round_half_up(value: Decimal, unit: str = "1") -> Decimal:
    """`value` to a multiple of `unit`, such as "0.01"; a half goes away from zero."""
    return value.quantize(_cached_decimal(unit), ROUND_HALF_UP, _WIDE_CONTEXT)
