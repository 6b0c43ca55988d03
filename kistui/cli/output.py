"""A reading as a table: what people read on standard output."""

from kistui.models.balance import lots_as_holdings
from kistui.models.overseas import Market
from kistui.models.record import replace
from kistui.models.load_state import Loaded
from kistui.view.arrange import Arrangement
from kistui.view.cells import text_of
from kistui.view.export import Reading
from kistui.view.holdings import HoldingsView
from kistui.view.status import notice
from kistui.view.summary import boxes
from kistui.view.words import Words

BOX_WIDTH = 44


def summary_table(reading: Reading, words: Words) -> str:
    """The groups of the screen, one below the other."""
    parts = []
    for box in boxes(reading.balance, words, roomy=False):
        lines = "\n".join(f"  {text_of(line)}" for line in box.lines(BOX_WIDTH))
        parts.append(f"{box.title}\n{lines}")
    return "\n\n".join([*parts, _footnote(reading, words)])


def holdings_table(
    reading: Reading, words: Words, width: int, *, lots: bool, market: Market | None = None
) -> str:
    """The table of the screen in `width` columns."""
    balance = reading.balance
    if lots:
        balance = replace(balance, holdings=lots_as_holdings(balance.lots))
    view = HoldingsView(balance, words, Arrangement(with_sold_out=lots, market=market))
    if not len(view):
        return f"{words('state.empty')}\n\n{_footnote(reading, words)}"
    table = view.layout(width)
    lines = [text_of(line).rstrip() for line in (table.header, *table.lines)]
    total = text_of(table.total).rstrip()
    return "\n".join([*lines, "", total, "", _footnote(reading, words)])


def _footnote(reading: Reading, words: Words) -> str:
    lines = notice(Loaded(reading.balance, reading.at), None, words)
    return "\n".join(text_of(line).strip() for line in lines)
