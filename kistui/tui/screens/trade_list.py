"""Bases of the pages of trades, profit, tax and dividends: a list of a period, or of a year."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, ClassVar, Generic

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.css.query import NoMatches
from textual.events import Resize
from textual.types import CSSPathType
from textual.widgets import Input, Static

from kistui.clock import korean_date
from kistui.formatting import error_text
from kistui.formatting.cells import Cell, Line, Role, display_width
from kistui.formatting.read_status import read_freshness_cell, read_status_lines
from kistui.formatting.trade_exports import ContentT, TradeSnapshot, trades_file
from kistui.models.dividends import DividendReport
from kistui.models.markets import Market
from kistui.models.order_list import OrderList
from kistui.models.periods import EARLIEST_DAY, Period
from kistui.models.profit_report import ProfitReport
from kistui.tui.controllers.exporter import Exportable, Exporter
from kistui.tui.controllers.part_loader import PartLoader
from kistui.tui.controllers.period_chooser import PeriodChooser
from kistui.tui.messages import PeriodChanged
from kistui.tui.screens.page import PageContext, PageScreen
from kistui.tui.theme import to_content
from kistui.tui.widgets.inputs import FilterInput
from kistui.tui.widgets.line_table import LineTable
from kistui.tui.widgets.lines import StatusLine
from kistui.tui.workers import ActionRunner

ROW_ACTIONS = frozenset({"toggle_detail", "toggle_raw_fields", "copy"})
"""Actions on the row under the cursor."""


class TradeListScreen(PageScreen, Generic[ContentT]):
    """A page that shows what its loader reads; the calls are made when the page opens.

    A subclass says what is read (`_load`), listed (`show_content`), missing (`_notes`), shown in
    full (`_detail_lines`) and exported (`_export_rows`). It is a `PeriodListScreen` or a
    `YearListScreen`, which say of which days the list is.
    """

    CSS_PATH: ClassVar[CSSPathType | None] = "trade_list.tcss"
    HEADLINE_COUNT: ClassVar[int] = 0
    """The number of lines above the list, which the subclass makes (`_headlines`)."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._actions = ActionRunner(self)
        self._exporter = Exporter(self, context)
        self._loader: PartLoader[ContentT] = PartLoader(self, context)
        self._shows_raw_fields = False

    def compose_content(self) -> ComposeResult:
        """Compose the list, and a row in full."""
        for index in range(self.HEADLINE_COUNT):
            yield StatusLine(partial(self._headline, index), id=f"headline-{index + 1}")
        with Vertical(id="list-box"):
            yield FilterInput(self._t("holdings.filter"), id="filter")
            yield LineTable(id="list")
        yield from self.compose_chart()
        with VerticalScroll(id="detail-box", can_focus=False):
            yield Static(id="detail-lines")

    def compose_chart(self) -> ComposeResult:
        """Compose the widgets below the list."""
        yield from ()

    def on_mount(self) -> None:
        """Read the list."""
        self.query_one("#filter").display = self.query_one("#detail-box").display = False
        self._table.focus()
        self._load(keeps_content=False)

    def _load(self, *, keeps_content: bool) -> None:
        """Read the list of the shown days; without `keeps_content` the old one goes at once."""
        raise NotImplementedError

    def show_content(self, content: ContentT | None) -> None:
        """Show what is loaded."""
        raise NotImplementedError

    def _headlines(self, content: ContentT, width: int) -> Sequence[Line]:
        """Return the lines above the list."""
        raise NotImplementedError

    def _headline(self, index: int, width: int) -> Line:
        content = self._loader.content
        return () if content is None else self._headlines(content, width)[index]

    def _notes(self, content: ContentT) -> Sequence[str]:
        """Return what is missing in the shown list, and what its reader should know."""
        raise NotImplementedError

    def _detail_lines(self, content: ContentT | None, index: int) -> Sequence[Line] | None:
        """Return a row in full; `None` leaves what is shown."""
        raise NotImplementedError

    def _export_rows(self, content: ContentT) -> tuple[str, Sequence[Any], Sequence[str]]:
        """Return what the file is named after, the rows on screen and their fields."""
        raise NotImplementedError

    def action_refresh(self) -> None:
        """Read again what may have changed."""
        self._load(keeps_content=True)

    def action_filter(self) -> None:
        """Open the filter line."""
        self._filter.display = True
        self.set_focus(self._filter, scroll_visible=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave `/` to the filter that is being typed."""
        if action == "filter" and isinstance(self.focused, FilterInput):
            return False
        return super().check_action(action, parameters)

    def why_unavailable(self, action: str, parameters: tuple[object, ...]) -> str:
        """Return that there is no row to show or to copy."""
        if action in ROW_ACTIONS and not self._has_row_for(action):
            return self._t("state.no_row")
        return super().why_unavailable(action, parameters)

    def _has_row_for(self, action: str) -> bool:
        try:
            # A detail that is open can be closed whatever the filter shows.
            is_open = action != "copy" and self.query_one("#detail-box").display
            return is_open or self._table.row_key is not None
        except NoMatches:  # a page that has just opened is asked before it has its widgets
            return False

    @on(Input.Changed, "#filter")
    def _filter_changed(self) -> None:
        self.refresh_view()

    @on(Input.Submitted, "#filter")
    def _filter_submitted(self) -> None:
        self._filter.display = bool(self._filter.value)
        self._table.focus()

    @on(FilterInput.Cancelled)
    def _filter_cancelled(self) -> None:
        self._filter.value, self._filter.display = "", False
        self._table.focus()

    def action_toggle_detail(self) -> None:
        """Open or close the row under the cursor."""
        pane = self.query_one("#detail-box")
        pane.display = not pane.display and self._table.row_key is not None
        self._refresh_detail()

    def action_toggle_raw_fields(self) -> None:
        """Show KIS's own fields of the row, or their meaning."""
        pane = self.query_one("#detail-box")
        has_row = self._table.row_key is not None
        self._shows_raw_fields = has_row and not (self._shows_raw_fields and pane.display)
        pane.display = has_row
        self._refresh_detail()

    def action_back(self) -> None:
        """Stop the read, else close the row, else the filter, else the page."""
        pane = self.query_one("#detail-box")
        if self._loader.is_loading:
            self._loader.stop()
        elif pane.display:
            pane.display = self._shows_raw_fields = False
            self._refresh_detail()
        elif self._filter.display:
            self._filter_cancelled()
        else:
            self.dismiss()

    def action_copy(self) -> None:
        """Copy the row under the cursor."""
        self._exporter.copy(self._table.row_text)

    def action_export(self) -> None:
        """Write what is on screen to a file that the user names."""
        self._actions.open_dialog(self._exporter.export, self._exportable())

    def _exportable(self) -> Exportable | None:
        content, loaded_at, profile = self._loader.content, self._loader.loaded_at, self._profile
        if content is None or loaded_at is None or profile is None:
            return None
        name, rows, fields = self._export_rows(content)
        snapshot = TradeSnapshot(profile, content, loaded_at, rows)
        render = partial(trades_file, snapshot, fields, amounts_hidden=self.amounts_hidden)
        return Exportable(profile, name, loaded_at, render)

    def status_cell(self, now: datetime) -> Cell:
        """Return when the figures were read."""
        return read_freshness_cell(self._loader, now, self._t)

    @on(LineTable.CursorMoved)
    def _cursor_moved(self) -> None:
        self._refresh_detail()

    def on_resize(self, _event: Resize) -> None:
        """Lay out headlines, notes and the row in full for the new width, also the first."""
        self.call_after_refresh(self.refresh_view)

    @on(LineTable.RowOpened)
    def _row_opened(self) -> None:
        if not self.query_one("#detail-box").display:
            self.action_toggle_detail()

    def refresh_view(self) -> None:
        """Show what is loaded, in the present language."""
        self.show_content(self._loader.content)
        self.refresh_status()
        headlines = [f"#headline-{index + 1}" for index in range(self.HEADLINE_COUNT)]
        self.update_status_lines("#bar", *headlines)
        self._refresh_detail()

    def refresh_status(self) -> None:
        """Show the progress of the read, its error, or what is missing in the list."""
        content = self._loader.content
        notes = [] if content is None else self._notes(content)
        part_count = content.part_count if content is not None else 0
        self.show_notice_lines(
            read_status_lines(
                self._loader,
                notes,
                self._t,
                self.size.width,
                part_count=part_count,
                stop_key=self._t.key_names[f"{self.shown_page.group}.back"],
            )
        )

    def _placeholder(
        self,
        content: OrderList | ProfitReport | DividendReport | None,
        rows: Sequence[object],
        none_text: str,
        hint: str,
    ) -> Line:
        """Return the text of a list that shows none of its `rows`: the reason, or the error.

        Without rows that is `none_text`, and `hint` where there is room.
        """
        t, text = self._t, ""
        if content is None:
            text = self._error_title
        elif rows:
            text = t("holdings.no_matches")
        elif content.is_complete:
            text = f"{none_text} · {hint}"
            if display_width(text) > self._table.size.width:
                text = none_text
        return (Cell(text, Role.LABEL),)

    @property
    def _error_title(self) -> str:
        """What ended the read; empty if nothing did."""
        error = self._loader.error
        return error_text.describe_error(error, self._t).title if error else ""

    @property
    def raw_fields_shown(self) -> bool:
        """Whether a row is open and shows KIS's own fields."""
        return self._shows_raw_fields and bool(self.query_one("#detail-box").display)

    def _refresh_detail(self) -> None:
        pane = self.query_one("#detail-box")
        title = self._t("raw_fields.rows") if self._detail_is_raw else ""
        pane.border_title = Content(title)
        self.update_status_lines("#hints")
        if pane.display:
            lines = self._detail_lines(self._loader.content, self._table.cursor)
            if lines is not None:
                self.query_one("#detail-lines", Static).update(to_content(lines))

    @property
    def _detail_is_raw(self) -> bool:
        """Whether a row in full is KIS's own fields."""
        return self._shows_raw_fields

    @property
    def _table(self) -> LineTable:
        return self.query_one("#list", LineTable)

    @property
    def _filter(self) -> FilterInput:
        return self.query_one("#filter", FilterInput)

    def _today(self) -> date:
        return korean_date(self._clock())


class PeriodListScreen(TradeListScreen[ContentT]):
    """A list of the period that the user chooses, of one market or of all."""

    DEFAULT_PERIOD: ClassVar[Period]

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._period = PeriodChooser(self, context.t, self._today, self.DEFAULT_PERIOD)
        self._market: Market | None = None

    def _listed_markets(self) -> Collection[Market]:
        """Return the markets that the loaded list has."""
        raise NotImplementedError

    def action_period(self) -> None:
        """Choose the range of days."""
        self._actions.open_dialog(self._choose_period)

    async def _choose_period(self) -> None:
        if await self._period.choose(self._suggested_period()):
            self.post_message(PeriodChanged())

    def _suggested_period(self) -> Period | None:
        """Return the period that the dialog selects first: another if the shown one is empty."""
        return None

    @on(PeriodChanged)
    def _period_changed(self) -> None:
        self._load(keeps_content=False)

    def action_shift_period(self, step: int) -> None:
        """Show the period before or after."""
        if self._period.shift(step):
            self._load(keeps_content=False)

    def action_filter_market(self, step: int) -> None:
        """Show the next market of the list; after the last, all."""
        listed = self._listed_markets()
        choices = [None, *(market for market in Market if market in listed)]
        index = choices.index(self._market) if self._market in choices else 0
        self._market = choices[(index + step) % len(choices)]
        self.refresh_view()


class YearListScreen(TradeListScreen[ContentT]):
    """A list of a calendar year."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._year = self._today().year

    def action_shift_period(self, step: int) -> None:
        """Show the year before or after."""
        year = max(EARLIEST_DAY.year, min(self._year + step, self._today().year))
        if year != self._year:
            self._year = year
            self._load(keeps_content=False)
