"""KIS's own fields: official label, key and value, as they came."""

from kistui.models.balance import Balance
from kistui.models.kis_fields import SENSITIVE_TYPES, field_specs
from kistui.view import format as show
from kistui.view.cells import Cell, Line, Role, fit, pad, width_of
from kistui.view.words import Words

GAP = 2


def summary_fields(balance: Balance, words: Words, width: int, *, hidden: bool) -> tuple[Line, ...]:
    """All 24 fields of the summary in KIS's order: key, label, value; `width` 0 cuts nothing."""
    summary = balance.summary
    rows = []
    for spec in field_specs(type(summary)):
        value = getattr(summary, spec.name)
        cell = show.as_received(value, words)
        if hidden and spec.value_type in SENSITIVE_TYPES and value is not None:
            cell = show.hidden_amount()
        rows.append((spec.key, words(f"summary.{spec.name}"), cell))
    keys = max(width_of(key) for key, _, _ in rows)
    lines = []
    for key, label, cell in rows:
        room = max(width - keys - cell.width - 2 * GAP, 0) if width else width_of(label)
        name = pad(fit(label, room), room)
        blank = " " * GAP
        lines.append((Cell(pad(key, keys) + blank, Role.DIM), Cell(name + blank, Role.LABEL), cell))
    return tuple(lines)
