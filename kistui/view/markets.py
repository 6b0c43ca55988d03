"""Lines of sums: the total of what is shown, and a market's above its holdings."""

from operator import attrgetter

from kistui.models.overseas import KRW, OverseasHolding, Market
from kistui.models.arithmetic import decimal_sum_or_none
from kistui.view import format as show
from kistui.view.arrange import Arranged, MarketGroup
from kistui.view.cells import Cell, Role
from kistui.view.sheet import IS_SOLD_OUT, Sheet
from kistui.view.sums import Sums
from kistui.view.words import Words

KEY = "market:"
_FOREIGN = {
    "foreign_valuation": (attrgetter("valuation"), show.amount),
    "foreign_profit_loss": (attrgetter("profit_loss"), show.amount_change),
}


def key_of_group(group: MarketGroup) -> str:
    """What names a market's line through refreshes."""
    return f"{KEY}{group.market.value}"


def market_of(key: str | None) -> Market | None:
    """The market whose line a row's `key` names, if it is one's."""
    if key is None or not key.startswith(KEY):
        return None
    return Market(key.removeprefix(KEY))


class TotalLine:
    """The total, column by column; the weight is of all that is held."""

    def __init__(self, arranged: Arranged, words: Words) -> None:
        self._sums = Sums(arranged.sheet, arranged.rows)
        n, held = len(self._sums.rows), arranged.sheet.held
        self._title = (
            words("column.total_found", n=n, of=held)
            if arranged.is_filtered
            else words("column.total", n=n)
        )

    def cell(self, column: str) -> Cell:
        """What stands below a column's title."""
        return Cell(self._title, Role.STRONG) if column == "name" else self._sums.cell(column)


class MarketLine:
    """A market's: how many, in what currency at which rate, and their sums, column by column."""

    def __init__(self, group: MarketGroup, sheet: Sheet, words: Words) -> None:
        self._market = group.market
        # Not as they are sorted: the line says the same in whatever order they stand.
        rows = sorted(group.rows, key=lambda row: (sheet.read(IS_SOLD_OUT)[row], row))
        self._holdings = [sheet.holdings[row] for row in rows]
        self._currencies = list(dict.fromkeys(each.currency for each in self._holdings))
        self._sums = Sums(sheet, group.rows)
        self._words = words

    def cell(self, column: str) -> Cell:
        """What stands below a column's title."""
        if column == "name":
            return Cell(self._title, Role.STRONG)
        if column == "price":
            return self._rate
        if column in _FOREIGN:
            return self._foreign(column)
        return self._sums.cell(column)

    @property
    def _title(self) -> str:
        return self._words(
            "holdings.market",
            name=self._words(f"market.{self._market.value}"),
            currency="/".join(self._currencies),
            n=len(self._sums.rows),
        )

    @property
    def _rate(self) -> Cell:
        rates = {each.exchange_rate for each in self._holdings if isinstance(each, OverseasHolding)}
        is_one = self._currencies != [KRW] and len(rates) == 1
        return show.rate(rates.pop()) if is_one else Cell("")

    def _foreign(self, column: str) -> Cell:
        if len(self._currencies) > 1 or KRW in self._currencies:
            return Cell("")
        read, form = _FOREIGN[column]
        total = show.money(decimal_sum_or_none(self._sums.of(read)), *self._currencies)
        return show.UNAVAILABLE if total is None else form(total)
