"""The log in words: a table of calls, one call in full, and why it cannot be written."""

from collections.abc import Iterable, Sequence

from kistui.clock import KST
from kistui.errors import KistuiError
from kistui.formatting.cells import Cell, Line, Role, display_width, pad, truncate
from kistui.formatting.holdings_table import TableLayout
from kistui.formatting.status import describe_error
from kistui.formatting.values import UNAVAILABLE, format_time
from kistui.i18n.translations import Translations
from kistui.models.call_record import (
    OUTCOME_CANCELLED,
    OUTCOME_INTERNAL_ERROR,
    OUTCOME_OK,
    CallRecord,
)

# Columns by name, with the order in which they give way; 0 stays. Texts stand at the left.
LOG_COLUMNS = {
    "mark": 0, "time": 0, "call": 0, "page": 4, "try": 5, "tr_id": 1, "status": 0, "code": 0,
    "duration": 0, "wait": 0, "bytes": 6, "profile": 2, "result": 3,
}  # fmt: skip
_LEFT_ALIGNED = frozenset({"mark", "time", "call", "tr_id", "code", "profile", "result"})
GAP_CHOICES = (2, 1)
MAX_TEXT_WIDTH = 24
"""Columns of a text in the table."""
FAILED_MARK = "!"


class CallLogTable:
    """Calls, newest first, laid out for any width; a line is made when it is looked at."""

    def __init__(self, calls: Sequence[CallRecord], t: Translations) -> None:
        self._calls = calls
        self._t = t
        self._rows = [_call_cells(call, t) for call in calls]

    def lay_out(self, width: int) -> TableLayout:
        """The table in `width` columns; what does not fit drops by whole columns."""
        head = {
            name: Cell("" if name == "mark" else self._t(f"log.{name}"), Role.DIM)
            for name in LOG_COLUMNS
        }
        natural = {
            name: max(each[name].width for each in (head, *self._rows)) for name in LOG_COLUMNS
        }
        widths, gap = _fit_columns(natural, width)
        return TableLayout(
            _layout_row(head, widths, gap),
            tuple(str(call.sequence_number) for call in self._calls),
            lambda at: _layout_row(self._rows[at], widths, gap),
            self._total_row(),
        )

    def _total_row(self) -> Line:
        calls = self._calls
        failed = sum(not call.is_ok for call in calls)
        waited = format_duration(sum(call.rate_limit_wait.total for call in calls))
        size = f"{sum(call.response_size or 0 for call in calls):,}"
        text = self._t("log.total", n=len(calls), failed=failed, waited=waited, bytes=size)
        return (Cell(f"  {text}", Role.LABEL),)


def call_detail_lines(call: CallRecord, t: Translations, width: int) -> tuple[Line, ...]:
    """One call in full: labels and values, as many on a line as there is room for."""
    at = call.started_at.astimezone(KST).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    tr_id = f" {call.tr_id}" if call.tr_id else ""
    said = f" {call.server_message}" if call.server_message else ""
    pairs = [
        ("time", f"{at} KST"),
        ("result", f"{_result_cell(call, t).text}{said}"),
        ("call", f"{call.method} {call.path}{tr_id}"),
        ("profile", call.profile),
        ("page", str(call.page)),
        ("try", str(call.attempt)),
        ("again", "" if call.retry_after is None else format_duration(call.retry_after)),
        ("status", "" if call.status is None else str(call.status)),
        ("rt_cd", call.rt_cd),
        ("code", call.msg_cd),
        ("bytes", "" if call.response_size is None else f"{call.response_size:,}"),
        ("duration", format_duration(call.duration)),
        ("wait_account", format_duration(call.rate_limit_wait.account)),
        ("wait_key", format_duration(call.rate_limit_wait.app_key)),
        ("continuation", call.continuation.strip(">") and call.continuation),
        (
            "stages",
            "  ".join(
                f"{name} {format_duration(seconds)}" for name, seconds in call.connection_timings
            ),
        ),
        ("parameters", " ".join(call.parameter_names)),
    ]
    return _flow_pairs([(t(f"log.{name}"), value) for name, value in pairs if value], width)


def log_write_error_text(error: KistuiError, t: Translations) -> str:
    """That the log cannot be written, and why; all else goes on."""
    return t("log.fault", why=describe_error(error, t).message)


def format_duration(seconds: float) -> str:
    """`47 ms`, `1.2 s`."""
    if not seconds:
        return "0"
    return f"{seconds * 1000:.0f} ms" if seconds < 0.9995 else f"{seconds:.1f} s"


def _call_cells(call: CallRecord, t: Translations) -> dict[str, Cell]:
    role = Role.PLAIN if call.is_ok else Role.BAD
    name = f"call.{call.name.replace(' ', '_')}"
    return {
        "mark": Cell("" if call.is_ok else FAILED_MARK, role),
        "time": Cell(format_time(call.started_at), Role.LABEL),
        "call": Cell(t(name) if name in t else call.name, role),
        "page": Cell(str(call.page) if call.page > 1 else ""),
        "try": Cell(str(call.attempt) if call.attempt > 1 else ""),
        "tr_id": Cell(call.tr_id or "-", Role.DIM),
        "status": UNAVAILABLE if call.status is None else Cell(str(call.status), role),
        "code": Cell(call.msg_cd, role) if call.msg_cd else UNAVAILABLE,
        "duration": Cell(format_duration(call.duration)),
        "wait": Cell(format_duration(call.rate_limit_wait.total), Role.LABEL),
        "bytes": UNAVAILABLE if call.response_size is None else Cell(f"{call.response_size:,}"),
        "profile": Cell(truncate(call.profile, MAX_TEXT_WIDTH), Role.LABEL),
        "result": Cell(truncate(_result_cell(call, t).text, MAX_TEXT_WIDTH), role),
    }


def _result_cell(call: CallRecord, t: Translations) -> Cell:
    if call.outcome in (OUTCOME_OK, OUTCOME_CANCELLED, OUTCOME_INTERNAL_ERROR):
        return Cell(t(f"log.{call.outcome}"))
    title = f"error.{call.outcome}.title"
    return Cell(t(title) if title in t else call.outcome)


def _fit_columns(natural_widths: dict[str, int], width: int) -> tuple[dict[str, int], int]:
    """The columns that fit with their widths, and the gap between two; the last are cut, if any."""
    chosen = [name for name in LOG_COLUMNS if natural_widths[name]]
    while True:
        for gap in GAP_CHOICES:
            if sum(natural_widths[name] for name in chosen) + gap * (len(chosen) - 1) <= width:
                return {name: natural_widths[name] for name in chosen}, gap
        droppable = [name for name in chosen if LOG_COLUMNS[name]]
        if not droppable:
            return {name: natural_widths[name] for name in chosen}, GAP_CHOICES[-1]
        chosen.remove(max(droppable, key=lambda name: LOG_COLUMNS[name]))


def _layout_row(cells: dict[str, Cell], widths: dict[str, int], gap: int) -> Line:
    return tuple(
        Cell(
            pad(cells[name].text, width, align_right=name not in _LEFT_ALIGNED) + " " * gap,
            cells[name].role,
        )
        for name, width in widths.items()
    )


def _flow_pairs(pairs: Iterable[tuple[str, str]], width: int) -> tuple[Line, ...]:
    lines: list[Line] = [()]
    used = 0
    for label, value in pairs:
        wanted = display_width(label) + display_width(value) + 4
        if used and used + wanted > width:
            lines.append(())
            used = 0
        room = max(width - used - display_width(label) - 2, 1)
        rest, more = _split_at_width(value, room)
        lines[-1] = (
            *lines[-1],
            Cell(f" {label} ", Role.LABEL),
            Cell(f"{rest}  ", Role.PLAIN),
        )
        used += wanted
        while more:
            rest, more = _split_at_width(more, max(width - 3, 1))
            lines.append((Cell(f"   {rest}"),))
            used = width
    return tuple(lines)


def _split_at_width(text: str, width: int) -> tuple[str, str]:
    """What fits in `room` columns, and what is left."""
    used = 0
    for at, char in enumerate(text):
        used += display_width(char)
        if used > width:
            blank = text.rfind(" ", 1, at)
            end = blank if blank > 0 else at
            return text[:end], text[end:].strip()
    return text, ""
