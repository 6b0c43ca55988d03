"""The raw fields of the summary: KIS's keys, labels and values."""

from kistui.formatting import values as show
from kistui.formatting.cells import Cell, Line, Role, display_width, pad, truncate
from kistui.i18n.translations import Translations
from kistui.models.balance import Balance
from kistui.models.kis_fields import SENSITIVE_TYPES, field_specs

COLUMN_GAP = 2


def raw_summary_lines(
    balance: Balance, t: Translations, width: int, *, amounts_hidden: bool
) -> tuple[Line, ...]:
    """Return all 24 summary fields in KIS's order; labels are truncated unless `width` is 0."""
    summary = balance.summary
    rows = []
    for spec in field_specs(type(summary)):
        value = getattr(summary, spec.name)
        cell = show.format_raw(value, t)
        if amounts_hidden and spec.value_type in SENSITIVE_TYPES and value is not None:
            cell = show.masked_amount()
        rows.append((spec.key, t(f"summary.{spec.name}"), cell))
    key_width = max(display_width(key) for key, _, _ in rows)
    lines = []
    for key, label, cell in rows:
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
