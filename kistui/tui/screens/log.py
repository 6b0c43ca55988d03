"""Log page: this process's last calls to KIS, newest first, and details of one."""

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.types import CSSPathType
from textual.widgets import Static

from kistui.formatting.call_log import call_detail_lines, call_log_table, log_write_error_text
from kistui.formatting.cells import Cell
from kistui.tui.keymap import to_bindings
from kistui.tui.messages import CallLogged
from kistui.tui.pages import LOG_PAGE
from kistui.tui.screens.page import PageContext, PageScreen
from kistui.tui.theme import to_content
from kistui.tui.widgets.line_table import LineTable

if TYPE_CHECKING:
    from collections.abc import Callable

    from kistui.models.calls import CallRecord


DETAIL_MIN_HEIGHT = 32
"""Lines of the screen from which the details of a call have room from the start."""


class LogScreen(PageScreen):
    """Shows the last calls; redrawn only when a call ends, as nothing depends on the clock."""

    CSS_PATH: ClassVar[CSSPathType | None] = "log.tcss"
    BINDINGS: ClassVar[list[BindingType]] = list(to_bindings(LOG_PAGE.keys))
    page = LOG_PAGE

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._call_log = context.profile_service.call_log
        self._calls: tuple[CallRecord, ...] = ()
        self._unsubscribe: Callable[[], None] | None = None
        self._detail_open: bool | None = None
        """Whether the user opened or closed the details; `None` leaves it to the room there is."""

    def compose_content(self) -> ComposeResult:
        """Compose the calls, and the details of the selected one."""
        with Vertical(id="log-box"):
            yield LineTable()
        with VerticalScroll(id="call", can_focus=False):
            yield Static(id="call-lines")

    def on_mount(self) -> None:
        """Show the present calls and subscribe to new calls."""
        self._unsubscribe = self._call_log.subscribe(self._post_call_logged)
        self._table.focus()
        self.refresh_view()

    def refresh_view(self) -> None:
        """Show the titles and the calls."""
        self.query_one("#log-box").border_title = Content(self._t("log.title"))
        self.query_one("#call").border_title = Content(self._t("log.details_title"))
        self._refresh_table()

    def on_unmount(self) -> None:
        """Stop listening to the log."""
        if self._unsubscribe:
            self._unsubscribe()

    def _post_call_logged(self, call: "CallRecord") -> None:
        self.post_message(CallLogged(call))

    @on(CallLogged)
    def _call_logged(self) -> None:
        self._refresh_table()

    def why_unavailable(self, action: str, parameters: tuple[object, ...]) -> str:
        """Return that there is no call to show."""
        if action == "toggle_detail" and not self._calls:
            return self._t("state.no_row")
        return super().why_unavailable(action, parameters)

    def action_toggle_detail(self) -> None:
        """Open or close the details of the call under the cursor."""
        self._detail_open = not self.query_one("#call").display
        self._refresh_detail()

    def action_back(self) -> None:
        """Close the call that is open, then the screen."""
        if self._detail_open:
            self.action_toggle_detail()
        else:
            self.dismiss()

    @on(LineTable.CursorMoved)
    def _cursor_moved(self) -> None:
        self._refresh_detail()

    @on(LineTable.RowOpened)
    def _row_opened(self) -> None:
        if not self.query_one("#call").display:
            self.action_toggle_detail()

    def on_resize(self, _event: Resize) -> None:
        """Lay out the details for the new width."""
        self.call_after_refresh(self._refresh_detail)

    @property
    def _table(self) -> LineTable:
        return self.query_one(LineTable)

    def _refresh_table(self) -> None:
        self._calls, table = self._call_log.recent(), self._table
        follows = table.cursor == 0
        table.show_rows(
            call_log_table(self._calls, self._t), placeholder=(Cell(self._t("log.empty")),)
        )
        if follows:
            table.action_move_to_first()
        box, error = self.query_one("#log-box"), self._call_log.write_error
        subtitle = log_write_error_text(error, self._t) if error else self._call_log.path_label
        if str(box.border_subtitle) != subtitle:
            box.border_subtitle = Content(subtitle)
        self.update_status_lines("#hints")
        self._refresh_detail()

    def _refresh_detail(self) -> None:
        pane = self.query_one("#call")
        index = self._table.cursor
        has_room = self.size.height >= DETAIL_MIN_HEIGHT
        is_open = has_room if self._detail_open is None else self._detail_open
        pane.display = is_open and bool(self._calls)
        if pane.display and index < len(self._calls):
            width = self.size.width - 4
            lines = call_detail_lines(self._calls[index], self._t, width)
            self.query_one("#call-lines", Static).update(to_content(lines))
