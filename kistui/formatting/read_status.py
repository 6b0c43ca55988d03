"""How current the figures of a page that reads in parts are, and what is missing in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from kistui.errors import KistuiError
from kistui.formatting.boxes import wrap_text
from kistui.formatting.cells import Cell, Line, Role
from kistui.formatting.error_text import describe_error
from kistui.formatting.status import describe_progress, error_lines, line_of
from kistui.formatting.values import format_short_time
from kistui.i18n.translations import Translations
from kistui.models.calls import ProgressEvent

if TYPE_CHECKING:
    from kistui.formatting.trade_exports import TradeList
    from kistui.models.order_list import OrderList
    from kistui.models.profit_report import ProfitReport
    from kistui.models.realized_profit import OverseasTradeList


class ReadState(Protocol):
    """The state of a read: its progress, or why it ended."""

    loaded_at: datetime | None
    error: KistuiError | None
    progress: ProgressEvent | None
    parts_read: int
    is_loading: bool
    was_stopped: bool


def read_freshness_cell(state: ReadState, now: datetime, t: Translations) -> Cell:
    """Return when the list was read."""
    if state.is_loading:
        return Cell(t("bar.loading"), Role.DIM)
    if state.loaded_at is None:
        return Cell(t("bar.never"), Role.DIM)
    role = Role.BAD if state.error or state.was_stopped else Role.DIM
    return Cell(t("bar.updated", time=format_short_time(state.loaded_at, now)), role)


def read_status_lines(
    state: ReadState,
    notes: Sequence[str],
    t: Translations,
    width: int,
    *,
    stop_key: str,
    part_count: int = 0,
    progress_key: str = "read_status.progress",
) -> Sequence[Line]:
    """Return the progress, the error, or what is missing, wrapped to `width`.

    `stop_key` ends the read. `progress_key` is the text for `n` of `total` parts.
    """
    if state.error is not None:
        return list(error_lines(state.error, t))
    if state.is_loading:
        if state.parts_read and part_count:
            text = t(progress_key, n=state.parts_read, total=part_count, stop=stop_key)
        elif state.parts_read:
            text = t("read_status.progress_open", n=state.parts_read, stop=stop_key)
        else:
            text = describe_progress(state.progress, t, stop_key=stop_key)
        return [line_of(text, Role.LABEL)]
    stopped = [t("read_status.stopped")] if state.was_stopped else []
    return [
        (Cell(" "), *line)
        for note in (*stopped, *notes)
        for line in wrap_text(note, max(width - 2, 1), Role.LABEL)
    ]


def unread_notes(content: "OrderList | ProfitReport", t: Translations) -> list[str]:
    """Return which part of a list failed, or that parts of it have not been read."""
    if content.overseas_error is not None:
        title = describe_error(content.overseas_error, t).title
        return [t("overseas.failed", title=title)]
    if not content.has_all_parts:
        return [t("read_status.partial", n=content.parts_read, total=content.part_count)]
    return []


def completeness_notes(content: "TradeList | OverseasTradeList", t: Translations) -> list[str]:
    """Return sentences on rows that may be missing and fields that could not be read."""
    notes = [t("read_status.may_be_partial")] if content.may_be_partial else []
    if content.unreadable_fields:
        notes.append(t("state.unreadable", fields=", ".join(content.unreadable_fields)))
    return notes
