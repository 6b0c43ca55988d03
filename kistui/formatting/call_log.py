"""The call log as text: the table of calls, the details of one, and write errors."""

from collections.abc import Iterable, Sequence

from kistui.clock import KST
from kistui.errors import KistuiError
from kistui.formatting.cells import Cell, Line, Role, display_width
from kistui.formatting.status import describe_error
from kistui.formatting.table import Column, Table, build_row
from kistui.formatting.values import UNAVAILABLE, format_time
from kistui.i18n.translations import Translations
from kistui.models.calls import (
    OUTCOME_CANCELLED,
    OUTCOME_INTERNAL_ERROR,
    OUTCOME_OK,
    CallRecord,
)

MAX_TEXT_WIDTH = 24
"""Columns beyond which a text in the table is truncated."""
LOG_COLUMNS = (
    Column("mark", is_text=True),
    Column("time", is_text=True),
    Column("call", is_text=True),
    Column("page", drop_priority=4),
    Column("try", drop_priority=5),
    Column("tr_id", drop_priority=1, is_text=True),
    Column("status"),
    Column("code", is_text=True),
    Column("duration"),
    Column("wait"),
    Column("bytes", drop_priority=6),
    Column("profile", drop_priority=2, is_text=True, max_width=MAX_TEXT_WIDTH),
    Column("result", drop_priority=3, is_text=True, max_width=MAX_TEXT_WIDTH),
)
FAILED_MARK = "!"


def call_log_table(calls: Sequence[CallRecord], t: Translations) -> Table:
    """Return the table of calls, in the order given."""
    titles = {column.name: Cell(t(f"log.{column.name}"), Role.DIM) for column in LOG_COLUMNS[1:]}
    return Table(
        LOG_COLUMNS,
        build_row(LOG_COLUMNS, titles),
        [build_row(LOG_COLUMNS, _call_cells(call, t)) for call in calls],
        [str(call.sequence_number) for call in calls],
        footer=_total_line(calls, t),
    )


def _total_line(calls: Sequence[CallRecord], t: Translations) -> Line:
    failed = sum(not call.is_ok for call in calls)
    waited = format_duration(sum(call.rate_limit_wait.total for call in calls))
    byte_count = f"{sum(call.response_size or 0 for call in calls):,}"
    text = t("log.total", n=len(calls), failed=failed, waited=waited, bytes=byte_count)
    return (Cell(f"  {text}", Role.LABEL),)


def call_detail_lines(call: CallRecord, t: Translations, width: int) -> tuple[Line, ...]:
    """Return all details of one call as labelled values, several per line if they fit."""
    started_at = call.started_at.astimezone(KST).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    tr_id = f" {call.tr_id}" if call.tr_id else ""
    server_message = f" {call.server_message}" if call.server_message else ""
    pairs = [
        ("time", f"{started_at} KST"),
        ("result", f"{_result_cell(call, t).text}{server_message}"),
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
        ("unreadable", " ".join(call.unreadable_fields)),
    ]
    return _flow_pairs([(t(f"log.{name}"), value) for name, value in pairs if value], width)


def log_write_error_text(error: KistuiError, t: Translations) -> str:
    """Return the warning that the log cannot be written, with the reason."""
    return t("log.fault", why=describe_error(error, t).message)


def format_duration(seconds: float) -> str:
    """Return a duration such as `47 ms` or `1.2 s`."""
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
        "profile": Cell(call.profile, Role.LABEL),
        "result": Cell(_result_cell(call, t).text, role),
    }


def _result_cell(call: CallRecord, t: Translations) -> Cell:
    if call.outcome in (OUTCOME_OK, OUTCOME_CANCELLED, OUTCOME_INTERNAL_ERROR):
        return Cell(t(f"log.{call.outcome}"))
    title_key = f"error.{call.outcome}.title"
    return Cell(t(title_key) if title_key in t else call.outcome)


def _flow_pairs(pairs: Iterable[tuple[str, str]], width: int) -> tuple[Line, ...]:
    lines: list[Line] = [()]
    used = 0
    for label, value in pairs:
        pair_width = display_width(label) + display_width(value) + 4
        if used and used + pair_width > width:
            lines.append(())
            used = 0
        value_width = max(width - used - display_width(label) - 2, 1)
        part, remainder = _split_at_width(value, value_width)
        lines[-1] = (
            *lines[-1],
            Cell(f" {label} ", Role.LABEL),
            Cell(f"{part}  ", Role.PLAIN),
        )
        used += pair_width
        while remainder:
            part, remainder = _split_at_width(remainder, max(width - 3, 1))
            lines.append((Cell(f"   {part}"),))
            used = width
    return tuple(lines)


def _split_at_width(text: str, width: int) -> tuple[str, str]:
    """Return the part of `text` that fits in `width` columns, and the remainder."""
    used = 0
    for index, char in enumerate(text):
        used += display_width(char)
        if used > width:
            last_blank = text.rfind(" ", 1, index)
            end = last_blank if last_blank > 0 else index
            return text[:end], text[end:].strip()
    return text, ""
