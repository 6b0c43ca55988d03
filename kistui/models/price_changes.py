"""What a move of the price means for shares held: won and percent that KIS does not send."""

from decimal import Decimal

from kistui.models.rounding import round_half_up


def held_since_yesterday(quantity: int | None, bought_today: int | None) -> int | None:
    """Shares held since yesterday; all of them where today's purchases are unknown.

    What was sold today was, as KIS settles it, bought before: hence never less than none.
    """
    if quantity is None or bought_today is None:
        return quantity
    return max(quantity - bought_today, 0)


def signed_change(change: Decimal | None, day_rate: Decimal | None) -> Decimal | None:
    """Today's change with the sign of its rate: the paper server leaves it out of the change."""
    if change is None or not day_rate:
        return change
    return abs(change).copy_sign(day_rate)


def daily_profit(
    change: Decimal | None, day_rate: Decimal | None, shares: int | None
) -> int | None:
    """Won that today's change made on `shares`."""
    move = signed_change(change, day_rate)
    if move is None or shares is None:
        return None
    return int(round_half_up(move * shares))


def percent_to(price: Decimal | None, target: Decimal | None) -> Decimal | None:
    """How far `price` has to move to be `goal`, in percent, to two decimals; below zero, down."""
    if not price or not target:
        return None
    return round_half_up((target / price - 1) * 100, "0.01")
