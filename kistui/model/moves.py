"""What a move of the price means for shares held: won and percent that KIS does not send."""

from decimal import Decimal

from kistui.model.rounding import rounded


def overnight(quantity: int | None, bought_today: int | None) -> int | None:
    """Shares held since yesterday; all of them where today's purchases are unknown.

    What was sold today was, as KIS settles it, bought before: hence never less than none.
    """
    if quantity is None or bought_today is None:
        return quantity
    return max(quantity - bought_today, 0)


def signed(change: Decimal | None, day_rate: Decimal | None) -> Decimal | None:
    """Today's change with the sign of its rate: the paper server leaves it out of the change."""
    if change is None or not day_rate:
        return change
    return abs(change).copy_sign(day_rate)


def day_move(change: Decimal | None, day_rate: Decimal | None, shares: int | None) -> int | None:
    """Won that today's change made on `shares`."""
    move = signed(change, day_rate)
    if move is None or shares is None:
        return None
    return int(rounded(move * shares))


def distance(price: Decimal | None, goal: Decimal | None) -> Decimal | None:
    """How far `price` has to move to be `goal`, in percent, to two decimals; below zero, down."""
    if not price or not goal:
        return None
    return rounded((goal / price - 1) * 100, "0.01")
