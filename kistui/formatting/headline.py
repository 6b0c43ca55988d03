"""The headline of an account as text: total assets, the day's change, and unrealised profit.

An amount that covers the domestic part alone says so; hidden amounts keep their rates.
"""

from collections.abc import Callable
from decimal import Decimal
from itertools import chain
from typing import NamedTuple

from kistui.formatting import values as show
from kistui.formatting.cells import Cell, Line, Role
from kistui.i18n.translations import Translations
from kistui.models.totals import Headline, Scope, ScopedAmount

BLOCK_GAP = 3
"""Blanks between the blocks of a headline."""


def scoped_cell(
    part: ScopedAmount, format_value: Callable[[int | None], Cell], t: Translations
) -> Cell:
    """Return an amount, after the name of what it covers unless that is the whole."""
    cell = format_value(part.amount)
    if part.scope is Scope.WHOLE or part.amount is None:
        return cell
    return Cell(f"{t('headline.domestic')} {cell.text}", cell.role)


class HeadlineRow(NamedTuple):
    """One part of a headline: its label, which names what the amount covers, amount and rate."""

    label: str
    amount: Cell
    rate: Cell | None = None

    @property
    def cells(self) -> Line:
        """The amount, and the rate after a blank."""
        return (self.amount,) if self.rate is None else (self.amount, Cell(" "), self.rate)


def headline_rows(
    headline: Headline, t: Translations, *, amounts_hidden: bool
) -> tuple[HeadlineRow, HeadlineRow, HeadlineRow]:
    """Return total assets, the day's change, and unrealised profit."""

    def row(
        name: str,
        part: ScopedAmount,
        format_value: Callable[[int | None], Cell],
        rate: Decimal | None = None,
    ) -> HeadlineRow:
        label = t(f"headline.{name}")
        if part.scope is Scope.DOMESTIC and part.amount is not None:
            label = f"{t('headline.domestic')} {label}"
        return HeadlineRow(
            label,
            show.mask_amount(format_value(part.amount), amounts_hidden=amounts_hidden),
            None if rate is None else show.format_percent(rate),
        )

    return (
        row("total_value", headline.total_value, _format_total),
        row("day_change", headline.day_change, show.format_change, headline.day_rate),
        row("profit_loss", headline.profit_loss, show.format_change, headline.profit_rate),
    )


def _format_total(amount: int | None) -> Cell:
    return Cell(show.format_number(amount).text, Role.STRONG)


def headline_lines(
    headline: Headline, t: Translations, width: int, *, amounts_hidden: bool
) -> tuple[Line, ...]:
    """Return the headline in as few lines as `width` columns allow, its blocks spread evenly."""
    rows = headline_rows(headline, t, amounts_hidden=amounts_hidden)
    blocks: list[Line] = [(Cell(f"{row.label} ", Role.LABEL), *row.cells) for row in rows]
    widths = [sum(cell.width for cell in block) for block in blocks]
    column = width // len(blocks)
    if all(block_width + BLOCK_GAP <= column for block_width in widths[:-1]):
        padded = [
            (*block, Cell(" " * (column - block_width)))
            for block, block_width in zip(blocks[:-1], widths, strict=False)
        ]
        return (tuple(chain(*padded, blocks[-1])),)
    lines: list[Line] = []
    room = 0
    for block, block_width in zip(blocks, widths, strict=True):
        if lines and BLOCK_GAP + block_width <= room:
            lines[-1] = (*lines[-1], Cell(" " * BLOCK_GAP), *block)
            room -= BLOCK_GAP + block_width
        else:
            lines.append(block)
            room = width - block_width
    return tuple(lines)
