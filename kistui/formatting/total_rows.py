"""Total rows of the holdings table: the grand total, and one per market."""

from operator import attrgetter

from kistui.formatting import values as show
from kistui.formatting.cells import Cell, Role
from kistui.formatting.holdings_data import GET_IS_SOLD_OUT, HoldingsData
from kistui.formatting.holdings_view_state import FilteredHoldings, MarketGroup
from kistui.formatting.totals import HoldingsTotals
from kistui.i18n.translations import Translations
from kistui.models.arithmetic import decimal_sum_or_none
from kistui.models.overseas import KRW, Market, OverseasHolding

MARKET_KEY_PREFIX = "market:"
_LOCAL_CURRENCY_COLUMNS = {
    "foreign_valuation": (attrgetter("valuation"), show.format_amount),
    "foreign_profit_loss": (attrgetter("profit_loss"), show.format_amount_change),
}


def market_row_key(group: MarketGroup) -> str:
    """Return the key of a market's total row, the same across refreshes."""
    return f"{MARKET_KEY_PREFIX}{group.market.value}"


def market_of_row_key(row_key: str | None) -> Market | None:
    """Return the market of a total row's key; None for the key of a holding."""
    if row_key is None or not row_key.startswith(MARKET_KEY_PREFIX):
        return None
    return Market(row_key.removeprefix(MARKET_KEY_PREFIX))


class TotalRow:
    """The total of the rows shown; its weight is relative to all holdings."""

    def __init__(self, filtered: FilteredHoldings, t: Translations) -> None:
        self._totals = HoldingsTotals(filtered.data, filtered.rows)
        shown_count, held_count = len(self._totals.held_rows), filtered.data.held_count
        self._title = (
            t("column.total_found", n=shown_count, of=held_count)
            if filtered.is_filtered
            else t("column.total", n=shown_count)
        )

    def format_cell(self, column: str) -> Cell:
        """Return the row's cell in a column, empty if it has none."""
        return (
            Cell(self._title, Role.STRONG) if column == "name" else self._totals.format_cell(column)
        )


class MarketTotalRow:
    """The total row of a market: its currency, exchange rate, and totals by column."""

    def __init__(self, group: MarketGroup, data: HoldingsData, t: Translations) -> None:
        self._market = group.market
        # Independent of the sort order, so that sorting does not change the row.
        rows = sorted(group.rows, key=lambda row: (data.column(GET_IS_SOLD_OUT)[row], row))
        self._holdings = [data.holdings[row] for row in rows]
        self._currencies = list(dict.fromkeys(holding.currency for holding in self._holdings))
        self._totals = HoldingsTotals(data, group.rows)
        self._t = t

    def format_cell(self, column: str) -> Cell:
        """Return the row's cell in a column, empty if it has none."""
        if column == "name":
            return Cell(self._title, Role.STRONG)
        if column == "price":
            return self._exchange_rate_cell
        if column in _LOCAL_CURRENCY_COLUMNS:
            return self._local_currency_cell(column)
        return self._totals.format_cell(column)

    @property
    def _title(self) -> str:
        return self._t(
            "holdings.market",
            name=self._t(f"market.{self._market.value}"),
            currency="/".join(self._currencies),
            n=len(self._totals.held_rows),
        )

    @property
    def _exchange_rate_cell(self) -> Cell:
        rates = {
            holding.exchange_rate
            for holding in self._holdings
            if isinstance(holding, OverseasHolding)
        }
        has_one_rate = self._currencies != [KRW] and len(rates) == 1
        return show.format_exchange_rate(rates.pop()) if has_one_rate else Cell("")

    def _local_currency_cell(self, column: str) -> Cell:
        if len(self._currencies) > 1 or KRW in self._currencies:
            return Cell("")
        getter, format_total = _LOCAL_CURRENCY_COLUMNS[column]
        total = show.round_to_currency(
            decimal_sum_or_none(self._totals.values(getter)), *self._currencies
        )
        return show.UNAVAILABLE if total is None else format_total(total)
