"""A balance snapshot as plain-text tables."""

from collections.abc import Sequence

from msgspec.structs import replace

from kistui.formatting.ansi import styled_lines, styled_text, without_indent
from kistui.formatting.balance_exports import BalanceSnapshot
from kistui.formatting.balance_status import balance_footer_lines, empty_text
from kistui.formatting.boxes import wrap_text
from kistui.formatting.cells import Cell, Line, label_value, line_width, plain_text
from kistui.formatting.headline import HeadlineRow, headline_rows
from kistui.formatting.holdings_table import HoldingsTable
from kistui.formatting.holdings_view_state import HoldingsViewState
from kistui.formatting.summary_boxes import summary_boxes
from kistui.i18n.translations import Translations
from kistui.models.balance import lots_as_holdings
from kistui.models.load_state import Loaded
from kistui.models.market_hours import settlement_days
from kistui.models.markets import Market
from kistui.models.totals import compute_headline

SUMMARY_WIDTH = 44


def _headline_text(row: HeadlineRow) -> str:
    label_width = SUMMARY_WIDTH - line_width(row.cells)
    label, _ = label_value(row.label, Cell(""), label_width)
    return styled_text((label, *row.cells))


def summary_table(
    snapshot: BalanceSnapshot,
    t: Translations,
    width: int | None = None,
    *,
    amounts_hidden: bool = False,
) -> str:
    """Return the headline and the boxes of the summary one below the other, then the footer.

    The footer is wrapped at `width` columns.
    """
    headline = headline_rows(compute_headline(snapshot.balance), t, amounts_hidden=amounts_hidden)
    totals = [_headline_text(row) for row in headline]
    sections = ["\n".join(f"  {line}" for line in totals)]
    boxes = summary_boxes(
        snapshot.balance,
        t,
        wide=False,
        amounts_hidden=amounts_hidden,
        settlement_days=settlement_days(snapshot.fetched_at),
    )
    for box in boxes:
        lines = "\n".join(f"  {styled_text(line)}" for line in box.render(SUMMARY_WIDTH))
        sections.append(f"{box.title}\n{lines}")
    footer = _format_footer(snapshot, t, width, amounts_hidden=amounts_hidden)
    return "\n\n".join([*sections, footer])


def holdings_table(
    snapshot: BalanceSnapshot,
    t: Translations,
    width: int,
    *,
    lots: bool,
    market: Market | None = None,
    amounts_hidden: bool = False,
) -> str:
    """Return the holdings, or the lots, in `width` columns, then the total and the footer."""
    balance = snapshot.balance
    if lots:
        balance = replace(balance, holdings=lots_as_holdings(balance.lots))
    holdings = HoldingsTable(
        balance,
        t,
        HoldingsViewState(show_sold_out=lots, market=market),
        amounts_hidden=amounts_hidden,
    )
    footer = _format_footer(snapshot, t, width, amounts_hidden=amounts_hidden)
    if not len(holdings):
        return f"{empty_text(balance, t, market)}\n\n{footer}"
    table = holdings.lay_out(width, with_graphics=False)
    text = styled_lines([table.header, *table.rows, (), table.total_row])
    return f"{text}\n\n{footer}"


def _format_footer(
    snapshot: BalanceSnapshot, t: Translations, width: int | None, *, amounts_hidden: bool
) -> str:
    lines = balance_footer_lines(
        Loaded(snapshot.balance, snapshot.fetched_at), None, t, amounts_hidden=amounts_hidden
    )
    return styled_lines(part for line in lines for part in _wrapped(without_indent(line), width))


def _wrapped(line: Line, width: int | None) -> Sequence[Line]:
    """Return a line as it is if it fits, otherwise its text in the role of its first cell."""
    if width is None or line_width(line) <= width:
        return (line,)
    return wrap_text(plain_text(line), width, line[0].role)
