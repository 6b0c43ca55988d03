"""A reading as a table: what people read on standard output."""

from msgspec.structs import replace

from kistui.formatting.cells import plain_text
from kistui.formatting.export import BalanceSnapshot
from kistui.formatting.holdings_table import HoldingsTable
from kistui.formatting.holdings_view_state import HoldingsViewState
from kistui.formatting.status import footer_lines
from kistui.formatting.summary import summary_boxes
from kistui.i18n.translations import Translations
from kistui.models.balance import lots_as_holdings
from kistui.models.load_state import Loaded
from kistui.models.overseas import Market

SUMMARY_WIDTH = 44


def summary_table(reading: BalanceSnapshot, t: Translations) -> str:
    """The groups of the screen, one below the other."""
    parts = []
    for box in summary_boxes(reading.balance, t, wide=False):
        lines = "\n".join(f"  {plain_text(line)}" for line in box.render(SUMMARY_WIDTH))
        parts.append(f"{box.title}\n{lines}")
    return "\n\n".join([*parts, _format_footer(reading, t)])


def holdings_table(
    reading: BalanceSnapshot,
    t: Translations,
    width: int,
    *,
    lots: bool,
    market: Market | None = None,
) -> str:
    """The table of the screen in `width` columns."""
    balance = reading.balance
    if lots:
        balance = replace(balance, holdings=lots_as_holdings(balance.lots))
    view = HoldingsTable(balance, t, HoldingsViewState(show_sold_out=lots, market=market))
    if not len(view):
        return f"{t('state.empty')}\n\n{_format_footer(reading, t)}"
    table = view.lay_out(width)
    lines = [plain_text(line).rstrip() for line in (table.header, *table.rows)]
    total = plain_text(table.total_row).rstrip()
    return "\n".join([*lines, "", total, "", _format_footer(reading, t)])


def _format_footer(reading: BalanceSnapshot, t: Translations) -> str:
    lines = footer_lines(Loaded(reading.balance, reading.fetched_at), None, t)
    return "\n".join(plain_text(line).strip() for line in lines)
