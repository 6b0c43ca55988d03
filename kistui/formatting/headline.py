"""The headline of an account as text: total assets, the day's change, and unrealised profit.

An amount that covers only the domestic part says so; hidden amounts keep their rates.
"""

from collections.abc import Callable
from decimal import Decimal
from itertools import chain
from typing import NamedTuple

from kistui.formatting.cells import Cell, Line, Role, join_blocks, line_width
from kistui.formatting.values import (
    COMPUTED_MARK,
    format_change,
    format_number,
    format_percent,
    mask_amount,
)
from kistui.i18n.translations import Translations
from kistui.models.totals import Headline, Scope, ScopedAmount

BLOCK_GAP, NARROW_GAP = 3, 2
"""Blanks between the blocks of a headline; the second where the first would need another line."""


def scoped_cell(
    part: ScopedAmount, format_value: Callable[[int | None], Cell], t: Translations
) -> Cell:
    """Return an amount, after what it covers if that is not the whole account."""
    cell = format_value(part.amount)
    if part.scope is Scope.WHOLE or part.amount is None:
        return cell
    return Cell(f"{t('headline.domestic')} {cell.text}", cell.role)


class HeadlineRow(NamedTuple):
    """One part of a headline: its label, which names what the amount covers, amount and rate."""

    label: str
    narrow_label: str
    amount: Cell
    rate: Cell | None = None

    def block(self, label: str) -> Line:
        """The label, the amount, and the rate."""
        return (Cell(f"{label} ", Role.LABEL), *self.cells)

    @property
    def cells(self) -> Line:
        """The amount, and the rate after a blank."""
        return (self.amount,) if self.rate is None else (self.amount, Cell(" "), self.rate)


def headline_rows(
    headline: Headline, t: Translations, *, amounts_hidden: bool, mark: str = ""
) -> tuple[HeadlineRow, HeadlineRow, HeadlineRow]:
    """Return total assets, the day's change, and unrealised profit, each after `mark`."""

    def row(
        name: str,
        part: ScopedAmount,
        format_value: Callable[[int | None], Cell],
        rate: Decimal | None = None,
    ) -> HeadlineRow:
        is_partial = part.scope is Scope.DOMESTIC and part.amount is not None
        key = f"domestic_{name}" if is_partial else name
        narrow_key = f"headline.narrow_{key}"
        amount = mask_amount(format_value(part.amount), amounts_hidden=amounts_hidden)
        return HeadlineRow(
            t(f"headline.{key}"),
            t(narrow_key if narrow_key in t else f"headline.{key}"),
            Cell(f"{mark}{amount.text}", amount.role),
            None if rate is None else format_percent(rate, COMPUTED_MARK),
        )

    return (
        row("total_value", headline.total_value, _format_total),
        row("day_change", headline.day_change, format_change, headline.day_rate),
        row("profit_loss", headline.profit_loss, format_change, headline.profit_rate),
    )


def _format_total(amount: int | None) -> Cell:
    return Cell(format_number(amount).text, Role.STRONG)


def headline_lines(
    headline: Headline, t: Translations, width: int, *, amounts_hidden: bool, mark: str = ""
) -> tuple[Line, ...]:
    """Return the headline in `width` columns: spread evenly, close together, or on more lines.

    `mark` precedes each amount.
    """
    rows = headline_rows(headline, t, amounts_hidden=amounts_hidden, mark=mark)
    blocks = [row.block(row.label) for row in rows]
    column = width // len(blocks)
    if all(line_width(block) + BLOCK_GAP <= column for block in blocks[:-1]):
        padded = ((*block, Cell(" " * (column - line_width(block)))) for block in blocks[:-1])
        return (tuple(chain(*padded, blocks[-1])),)
    lines = join_blocks(blocks, width, BLOCK_GAP)
    if len(lines) > 1 and headline.total_value.scope is Scope.WHOLE:
        # The greatest figure, at the left, goes without a label only where that saves a line.
        amount = rows[0].amount
        narrow = [row.block(row.narrow_label) for row in rows]
        packed = (
            [narrow[0], *blocks[1:]],
            [narrow[0], blocks[1], narrow[2]],
            narrow,
            [(amount, Cell(t("headline.won"), Role.LABEL)), *narrow[1:]],
            [(amount,), *narrow[1:]],
        )
        lines = min(lines, *(join_blocks(row, width, NARROW_GAP) for row in packed), key=len)
    return lines


def short_headline(
    headline: Headline, t: Translations, *, amounts_hidden: bool, mark: str = ""
) -> Line:
    """Return total assets after `mark`, and the day's rate, for a title bar.

    Nothing without a total.
    """
    total = headline.total_value
    if total.amount is None:
        return ()
    name = f"{t('headline.domestic')} " if total.scope is Scope.DOMESTIC else ""
    total_cell = mask_amount(_format_total(total.amount), amounts_hidden=amounts_hidden)
    amount = Cell(f"{mark}{total_cell.text}", total_cell.role)
    cells = (Cell(name, Role.LABEL), amount, Cell(t("headline.won"), Role.LABEL))
    if headline.day_rate is None:
        return cells
    is_partial = headline.day_change.scope is Scope.DOMESTIC
    day = t(f"headline.short_{'domestic_' if is_partial else ''}day_change")
    return (
        *cells,
        Cell(f"  {day} ", Role.LABEL),
        format_percent(headline.day_rate, COMPUTED_MARK),
    )
