"""The call log as text: the table of calls, the details of one, and write errors."""

from collections.abc import Sequence

from kistui.clock import KST, korean_date
from kistui.errors import FileWriteError, KistuiError
from kistui.formatting.boxes import pair_lines
from kistui.formatting.cells import Cell, Line, Role
from kistui.formatting.error_text import describe_error, describe_reason
from kistui.formatting.table import RecordColumn, Table, build_header, build_rows
from kistui.formatting.values import UNAVAILABLE, format_day, format_time
from kistui.i18n.translations import Translations
from kistui.models.calls import (
    OUTCOME_CANCELLED,
    OUTCOME_INTERNAL_ERROR,
    OUTCOME_OK,
    CallRecord,
)

MAX_TEXT_WIDTH = 24
"""Columns beyond which a text in the table is truncated."""
FAILED_MARK = "!"


LogColumn = RecordColumn[CallRecord]


def _outcome_role(call: CallRecord) -> Role:
    return Role.PLAIN if call.is_ok else Role.BAD


def _name_cell(call: CallRecord, t: Translations) -> Cell:
    key = f"call.{call.name.replace(' ', '_')}"
    return Cell(t(key) if key in t else call.name, _outcome_role(call))


def _status_cell(call: CallRecord, _t: Translations) -> Cell:
    return UNAVAILABLE if call.status is None else Cell(str(call.status), _outcome_role(call))


def _size_cell(call: CallRecord, _t: Translations) -> Cell:
    return UNAVAILABLE if call.response_size is None else Cell(f"{call.response_size:,}")


def _result_cell(call: CallRecord, t: Translations) -> Cell:
    return Cell(_result_text(call, t), _outcome_role(call))


def _result_text(call: CallRecord, t: Translations) -> str:
    if call.outcome in (OUTCOME_OK, OUTCOME_CANCELLED, OUTCOME_INTERNAL_ERROR):
        return t(f"log.{call.outcome}")
    title_key = f"error.{call.outcome}.title"
    return t(title_key) if title_key in t else call.outcome


LOG_COLUMNS = (
    LogColumn(
        "mark",
        is_text=True,
        is_titled=False,
        format_cell=lambda call, _t: Cell("" if call.is_ok else FAILED_MARK, Role.BAD),
    ),
    LogColumn(
        "time",
        is_text=True,
        format_cell=lambda call, _t: Cell(format_time(call.started_at), Role.LABEL),
    ),
    LogColumn("call", is_text=True, min_width=18, format_cell=_name_cell),
    LogColumn(
        "page",
        drop_priority=4,
        format_cell=lambda call, _t: Cell(str(call.page) if call.page > 1 else ""),
    ),
    LogColumn(
        "try",
        drop_priority=5,
        format_cell=lambda call, _t: Cell(str(call.attempt) if call.attempt > 1 else ""),
    ),
    LogColumn(
        "tr_id",
        drop_priority=1,
        is_text=True,
        format_cell=lambda call, _t: Cell(call.tr_id or "-", Role.DIM),
    ),
    LogColumn("status", format_cell=_status_cell),
    LogColumn(
        "code",
        is_text=True,
        format_cell=lambda call, _t: (
            Cell(call.msg_cd, _outcome_role(call)) if call.msg_cd else UNAVAILABLE
        ),
    ),
    LogColumn("duration", format_cell=lambda call, _t: Cell(format_duration(call.duration))),
    LogColumn(
        "wait",
        drop_priority=1,  # after the TR id
        format_cell=lambda call, _t: Cell(format_duration(call.rate_limit_wait.total), Role.LABEL),
    ),
    LogColumn("bytes", drop_priority=6, format_cell=_size_cell),
    LogColumn(
        "profile",
        drop_priority=2,
        is_text=True,
        max_width=MAX_TEXT_WIDTH,
        format_cell=lambda call, _t: Cell(call.profile, Role.LABEL),
    ),
    LogColumn(
        "result", drop_priority=3, is_text=True, max_width=MAX_TEXT_WIDTH, format_cell=_result_cell
    ),
)


def call_log_table(calls: Sequence[CallRecord], t: Translations) -> Table:
    """Return the table of calls, in the order given."""
    return Table(
        LOG_COLUMNS,
        build_header(LOG_COLUMNS, t, "log"),
        build_rows(LOG_COLUMNS, calls, t),
        [str(call.sequence_number) for call in calls],
        footer=(_total_line(calls, t),),
    )


def call_log_lines(
    entries: Sequence[CallRecord | str], t: Translations, width: int
) -> tuple[Line, ...]:
    """Return calls as a table in `width` columns, a title for each day, other entries as text.

    The columns are those of the page of calls, in the order of `entries`.
    """
    table = call_log_table([entry for entry in entries if isinstance(entry, CallRecord)], t)
    layout = table.lay_out(width)
    rows = layout.rows
    lines: list[Line] = []
    day = None
    for entry in entries:
        if isinstance(entry, str):
            lines.append((Cell(entry, Role.WARN),))
            continue
        if korean_date(entry.started_at) != day:
            day = korean_date(entry.started_at)
            title = Cell(format_day(day, t, with_year=True), Role.STRONG)
            lines += [*([()] if lines else []), (title,), layout.header]
        lines.append(next(rows))
    return (*lines, (), layout.total_row) if len(table) else tuple(lines)


def _total_line(calls: Sequence[CallRecord], t: Translations) -> Line:
    failed = sum(not call.is_ok for call in calls)
    waited = format_duration(sum(call.rate_limit_wait.total for call in calls))
    byte_count = f"{sum(call.response_size or 0 for call in calls):,}"
    text = t("log.total", n=len(calls), failed=failed, waited=waited, bytes=byte_count)
    return (Cell(text, Role.LABEL),)


def call_detail_lines(call: CallRecord, t: Translations, width: int) -> tuple[Line, ...]:
    """Return all details of a call as labelled values, several per line if they fit."""
    started_at = call.started_at.astimezone(KST).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    tr_id = f" {call.tr_id}" if call.tr_id else ""
    server_message = f" {call.server_message}" if call.server_message else ""
    pairs = [
        ("time", f"{started_at} KST"),
        ("result", f"{_result_text(call, t)}{server_message}"),
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
    return pair_lines([(t(f"log.{name}"), value) for name, value in pairs if value], width)


def log_write_error_text(error: KistuiError, t: Translations) -> str:
    """Return the warning that the log cannot be written, with the reason."""
    reason = describe_error(error, t).message
    if isinstance(error, FileWriteError):  # its message ends with what holds for saved files
        reason = f"{error.details['path']}: {describe_reason(error.details['reason'], t)}"
    return t("log.fault", why=reason)


def format_duration(seconds: float) -> str:
    """Return a duration such as `47 ms` or `1.2 s`."""
    if not seconds:
        return "0"
    return f"{seconds * 1000:.0f} ms" if seconds < 0.9995 else f"{seconds:.1f} s"
