"""A market's line above its holdings: how many, in what currency at which rate, and their sums."""

from collections.abc import Iterable

from kistui.model.overseas import WON, ForeignHolding, Market
from kistui.model.positions import Position
from kistui.model.sums import decimal_total, rate, total_of
from kistui.view import format as show
from kistui.view.arrange import MarketGroup
from kistui.view.cells import Cell, Role
from kistui.view.words import Words

KEY = "market:"


def key_of_group(group: MarketGroup) -> str:
    """What names a market's line through refreshes."""
    return f"{KEY}{group.market.value}"


def market_of(key: str | None) -> Market | None:
    """The market whose line a row's `key` names, if it is one's."""
    if key is None or not key.startswith(KEY):
        return None
    return Market(key.removeprefix(KEY))


def group_cells(group: MarketGroup, whole: int | None, words: Words) -> dict[str, Cell]:
    """The line by column; `whole` is the worth of all that is held, in won."""
    counted = [each for each in group.holdings if not each.is_sold_out]
    currencies = dict.fromkeys(each.currency for each in group.holdings)
    name = words(f"market.{group.market.value}")
    title = words("holdings.market", name=name, currency="/".join(currencies), n=len(counted))
    sums = sum_cells(counted, whole)
    cells = {
        "name": Cell(title, Role.STRONG),
        **{name: Cell(cell.text, cell.role) for name, cell in sums.items()},
    }
    if list(currencies) != [WON]:
        rates = {each.rate for each in group.holdings if isinstance(each, ForeignHolding)}
        cells["price"] = show.rate(rates.pop()) if len(rates) == 1 else Cell("")
    if len(currencies) == 1 and WON not in currencies:
        (currency,) = currencies
        foreign = [each for each in counted if isinstance(each, ForeignHolding)]
        worth = show.money(decimal_total(each.valuation for each in foreign), currency)
        profit = show.money(decimal_total(each.profit_loss for each in foreign), currency)
        cells["foreign_valuation"] = show.UNAVAILABLE if worth is None else show.amount(worth)
        cells["foreign_profit_loss"] = (
            show.UNAVAILABLE if profit is None else show.amount_change(profit)
        )
    return cells


def sum_cells(counted: Iterable[Position], whole: int | None) -> dict[str, Cell]:
    """What holdings are together, in won, and their part of all that is held."""
    held = list(counted)
    cost = total_of(each.purchase_won for each in held)
    value = total_of(each.valuation_won for each in held)
    profit = total_of(each.profit_loss_won for each in held)
    return {
        "day_profit": show.change(total_of(each.day_profit for each in held)),
        "valuation": Cell(show.number(value).text, Role.STRONG),
        "profit_loss": show.change(profit),
        "profit_rate": show.percent(rate(profit, cost)),
        "weight": show.share(rate(value, whole)),
    }
