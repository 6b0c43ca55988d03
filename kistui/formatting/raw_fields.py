"""KIS's own keys and values of the records on screen, as `F3` shows them."""

from collections.abc import Iterable, Sequence
from typing import Any

from kistui.formatting.boxes import LabelledValue, pair_lines, two_column_lines, wrap_text
from kistui.formatting.cells import Cell, Line, Role, display_width, pad, truncate
from kistui.formatting.serialization import is_sensitive_field
from kistui.formatting.values import format_raw, masked_amount
from kistui.i18n.translations import Translations
from kistui.models.balance import Balance
from kistui.models.kis_fields import field_specs

COLUMN_GAP = 2


def raw_cells(record: Any, t: Translations, *, amounts_hidden: bool) -> list[tuple[str, Cell]]:
    """Return KIS's keys with the values of a record; hiding amounts masks all but blanks."""
    cells = []
    for spec in field_specs(type(record)):
        value = getattr(record, spec.name)
        is_masked = amounts_hidden and value is not None and is_sensitive_field(spec)
        cells.append((spec.key, masked_amount() if is_masked else format_raw(value, t)))
    return cells


def raw_field_lines(
    records: Iterable[Any], t: Translations, width: int, *, amounts_hidden: bool
) -> tuple[Line, ...]:
    """Return the fields of records, several per line; those that are `None` are left out."""
    lines: list[Line] = []
    for record in records:
        if record is not None:
            cells = raw_cells(record, t, amounts_hidden=amounts_hidden)
            lines += (*pair_lines([(key, cell.text) for key, cell in cells], width), ())
    return tuple(lines)


def raw_lot_lines(
    lots: Sequence[Any], t: Translations, width: int, *, amounts_hidden: bool
) -> list[Line]:
    """Return the fields of the lots of a holding, two per line, below the number of the lot."""
    lines: list[Line] = []
    for number, lot in enumerate(lots, 1):
        title = t("detail.raw", n=number, of=len(lots))
        cells = raw_cells(lot, t, amounts_hidden=amounts_hidden)
        entries = [LabelledValue(key, cell) for key, cell in cells]
        lines += [(), *wrap_text(title, width, Role.STRONG), *two_column_lines(entries, width)]
    return lines


def raw_summary_lines(
    balance: Balance, t: Translations, width: int, *, amounts_hidden: bool
) -> tuple[Line, ...]:
    """Return all 24 summary fields as KIS sent them; labels are truncated unless `width` is 0."""
    summary = balance.as_sent.summary
    cells = raw_cells(summary, t, amounts_hidden=amounts_hidden)
    key_width = max(display_width(key) for key, _ in cells)
    lines = []
    for spec, (key, cell) in zip(field_specs(type(summary)), cells, strict=True):
        label = t(f"summary.{spec.name}")
        label_width = (
            max(width - key_width - cell.width - 2 * COLUMN_GAP, 0)
            if width
            else display_width(label)
        )
        label_text = pad(truncate(label, label_width), label_width)
        gap = " " * COLUMN_GAP
        lines.append(
            (Cell(pad(key, key_width) + gap, Role.DIM), Cell(label_text + gap, Role.LABEL), cell)
        )
    return tuple(lines)
