"""KIS's own fields: official label, key and value, as they came."""

from kistui.formatting import values as show
from kistui.formatting.cells import Cell, Line, Role, display_width, pad, truncate
from kistui.i18n.translations import Translations
from kistui.models.balance import Balance
from kistui.models.kis_fields import SENSITIVE_TYPES, field_specs

COLUMN_GAP = 2


def raw_summary_lines(
    balance: Balance, t: Translations, width: int, *, amounts_hidden: bool
) -> tuple[Line, ...]:
    """All 24 fields of the summary in KIS's order: key, label, value; `width` 0 cuts nothing."""
    summary = balance.summary
    rows = []
    for spec in field_specs(type(summary)):
        value = getattr(summary, spec.name)
        cell = show.format_raw(value, t)
        if amounts_hidden and spec.value_type in SENSITIVE_TYPES and value is not None:
            cell = show.masked_amount()
        rows.append((spec.key, t(f"summary.{spec.name}"), cell))
    keys = max(display_width(key) for key, _, _ in rows)
    lines = []
    for key, label, cell in rows:
        room = max(width - keys - cell.width - 2 * COLUMN_GAP, 0) if width else display_width(label)
        name = pad(truncate(label, room), room)
        blank = " " * COLUMN_GAP
        lines.append((Cell(pad(key, keys) + blank, Role.DIM), Cell(name + blank, Role.LABEL), cell))
    return tuple(lines)
