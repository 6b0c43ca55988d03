"""History page: the account's recorded days as a chart and a table, and noted deposits."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import var
from textual.types import CSSPathType

from kistui.formatting.boxes import wrap_text
from kistui.formatting.cells import Line, Role
from kistui.formatting.history import (
    empty_history_lines,
    history_headline,
    history_title,
    no_chart_key,
    return_blocks,
)
from kistui.formatting.history_chart import (
    HistoryMeasure,
    chart_legend,
    history_chart_lines,
)
from kistui.formatting.history_exports import history_json
from kistui.formatting.history_table import HistoryRow, history_rows, history_table
from kistui.formatting.status import error_lines
from kistui.models.history import AssetHistory, HistoryPeriod
from kistui.models.history_csv import format_history
from kistui.models.periods import DateRange
from kistui.models.prices import Benchmark, MarketIndex
from kistui.tui.controllers.exporter import Exportable, Exporter
from kistui.tui.controllers.history import HistoryController
from kistui.tui.keymap import to_bindings
from kistui.tui.messages import BenchmarkLoaded, HistoryLoaded
from kistui.tui.pages import HISTORY_PAGE
from kistui.tui.screens.page import PageContext, PageScreen
from kistui.tui.widgets.line_table import LineTable
from kistui.tui.widgets.lines import SizedLines
from kistui.tui.workers import ActionRunner

PERIODS = tuple(HistoryPeriod)
MEASURES = tuple(HistoryMeasure)
BENCHMARKS = (None, *MarketIndex)
CHART_ACTIONS = frozenset({"change_period", "switch_measure", "switch_benchmark"})
"""Actions that change the chart."""
HEAD_LINES = 2
"""Lines above the chart: the headline and the legend."""


class HistoryScreen(PageScreen):
    """Shows the history of a profile; read again when a record was added."""

    CSS_PATH: ClassVar[CSSPathType | None] = "history.tcss"
    BINDINGS: ClassVar[list[BindingType]] = list(to_bindings(HISTORY_PAGE.keys))
    page = HISTORY_PAGE

    history: var[AssetHistory | None] = var(None)
    """The records; `None` until they were read. Set by the message handler only."""
    benchmark: var[Benchmark | None] = var(None)
    """The index shown beside the total, loaded when asked for."""
    period: var[HistoryPeriod] = var(HistoryPeriod.QUARTER)
    measure: var[HistoryMeasure] = var(HistoryMeasure.TOTAL)

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        if context.profile is None:
            raise ValueError("the history page needs a profile")
        self._holidays: frozenset[date] = frozenset()
        self._rows: tuple[HistoryRow, ...] = ()
        self._is_recording = True
        self._shows_record_error = False
        self._benchmarks: dict[MarketIndex, Benchmark] = {}
        """The indices loaded since the page was opened."""
        self._actions = ActionRunner(self)
        self._controller = HistoryController(self, context, context.profile)
        self._exporter = Exporter(self, context)
        self._today = context.profile_service.history.today

    def compose_content(self) -> ComposeResult:
        """Compose the chart and the days."""
        with Vertical(id="history-box"):
            yield SizedLines(id="history-head")
            yield LineTable()

    def on_mount(self) -> None:
        """Read the records."""
        self.query_one(LineTable).focus()
        self.history_changed()

    def history_changed(self) -> None:
        """Read the records again."""
        self._actions.load(self._controller.load)

    @on(HistoryLoaded)
    def _history_loaded(self, message: HistoryLoaded) -> None:
        self._holidays, self._is_recording = message.holidays, message.is_recording
        self.history = message.history
        self.refresh_view()
        if message.record_error is not None:
            self.show_notice_lines(error_lines(message.record_error, self._t))
            self._shows_record_error = True
        elif self._shows_record_error:
            self.show_notice()
            self._shows_record_error = False

    @on(BenchmarkLoaded)
    def _benchmark_loaded(self, message: BenchmarkLoaded) -> None:
        self._benchmarks[message.benchmark.index] = self.benchmark = message.benchmark
        self.refresh_view()

    def refresh_view(self) -> None:
        """Show title, chart and days."""
        t, history = self._t, self.history
        if history is None:
            return
        box, shown_history = self.query_one("#history-box"), self._shown_history
        box.border_title = Content(history_title(history, self.period, t))
        # Of the whole history: the first day shown has a change, too.
        rows = history_rows(history, self._today(), self._closed_days, self.benchmark)
        if shown_history.days:
            rows = tuple(row for row in rows if row.last >= shown_history.days[0].day)
        hidden = self.amounts_hidden
        table = history_table(
            rows,
            t,
            amounts_hidden=hidden,
            benchmark=self.benchmark,
            footer=return_blocks(shown_history, t, amounts_hidden=hidden),
        )
        days = self.query_one(LineTable)
        was_newest = days.cursor == 0
        days.show_rows(table)
        if was_newest:  # the table keeps the cursor on its day: a new one would be out of sight
            days.cursor = 0
        self._rows = rows
        self.query_one(SizedLines).show(self._head_lines)
        self.update_status_lines("#hints")

    @property
    def _closed_days(self) -> frozenset[date]:
        """The days without trading that are known, also from the index that is shown."""
        days = self.history.days if self.history else ()
        if not days or not self.benchmark:
            return self._holidays
        return self._holidays | self.benchmark.closed_days(days[0].day, days[-1].day)

    @property
    def _shown_history(self) -> AssetHistory:
        """The part of the history in the period."""
        history = self.history or AssetHistory()
        if not history.days:
            return history
        return history.between(self.period.first_day(history.days[-1].day), None)

    def _head_lines(self, width: int, height: int) -> Sequence[Line]:
        """Return headline, legend and chart, or why there are none."""
        t, history = self._t, self.history
        if history is None:
            return ()
        if len(history.days) < 2:
            return empty_history_lines(
                history,
                t,
                width,
                amounts_hidden=self.amounts_hidden,
                is_recording=self._is_recording,
            )
        shown_history = self._shown_history
        headline = history_headline(history, t, width, amounts_hidden=self.amounts_hidden)
        if len(shown_history.days) < 2:
            return (headline, (), *wrap_text(t("history.longer_period"), width, Role.LABEL))
        chart = history_chart_lines(
            shown_history.days,
            self.measure,
            t,
            width,
            height - HEAD_LINES,
            amounts_hidden=self.amounts_hidden,
            benchmark=self.benchmark,
            holidays=self._closed_days,
        )
        return (
            headline,
            chart_legend(shown_history, self.measure, t, self.benchmark),
            *chart,
        )

    def why_unavailable(self, action: str, parameters: tuple[object, ...]) -> str:
        """Return that there are too few records, or no deposit to remove."""
        history = self.history or AssetHistory()
        if action in CHART_ACTIONS and len(history.days) < 2:
            return self._t(no_chart_key(history, is_recording=self._is_recording))
        if action in ("copy", "export") and history == AssetHistory():
            return self._t(no_chart_key(history, is_recording=self._is_recording))
        if action == "remove_note" and not history.cash_flows:
            return self._t("history.nothing_noted")
        return super().why_unavailable(action, parameters)

    def action_change_period(self, step: int) -> None:
        """Show a longer or a shorter period."""
        index = PERIODS.index(self.period) + step
        self.period = PERIODS[min(max(index, 0), len(PERIODS) - 1)]
        self.refresh_view()

    def action_switch_measure(self) -> None:
        """Show the total, then profit and loss, then the return."""
        self.measure = MEASURES[(MEASURES.index(self.measure) + 1) % len(MEASURES)]
        self.refresh_view()

    def action_switch_benchmark(self) -> None:
        """Show the next index beside the total; after the last index, none."""
        present = self.benchmark.index if self.benchmark else None
        index = BENCHMARKS[(BENCHMARKS.index(present) + 1) % len(BENCHMARKS)]
        cached = None if index is None else self._benchmarks.get(index)
        if index is None or cached or not self.history or not self.history.days:
            self.benchmark = cached
            self.refresh_view()
            return
        days = self.history.days
        self._actions.start(
            self._controller.load_benchmark, index, DateRange(days[0].day, days[-1].day)
        )

    def action_note(self) -> None:
        """Note a deposit or withdrawal."""
        self._actions.open_dialog(
            self._controller.note_cash_flow, amounts_hidden=self.amounts_hidden
        )

    def action_remove_note(self) -> None:
        """Remove a noted deposit or withdrawal of the day under the cursor."""
        index = self.query_one(LineTable).cursor
        row = self._rows[index] if index < len(self._rows) else None
        if row is None or not row.cash_flows:
            self.show_notice(self._t("history.nothing_noted"))
            return
        self._actions.open_dialog(
            self._controller.remove_cash_flow,
            row.first,
            row.cash_flows,
            amounts_hidden=self.amounts_hidden,
        )

    def action_export(self) -> None:
        """Write the history to a file that the user names."""
        history, profile, hidden = self.history, self._profile, self.amounts_hidden
        if profile is None or history is None or history == AssetHistory():
            self._actions.open_dialog(self._exporter.export, None)
            return

        def render(export_format: str) -> str:
            if export_format == "json":
                return history_json(profile, history, amounts_hidden=hidden) + "\n"
            return format_history(history, amounts_hidden=hidden)

        exportable = Exportable(profile, "history", self._clock(), render)
        self._actions.open_dialog(self._exporter.export, exportable)

    def action_copy(self) -> None:
        """Copy the day under the cursor."""
        self._exporter.copy(self.query_one(LineTable).row_text)
